/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "check/checker.h"
#include "check/suggest.h"
#include "syscall/arch.h"
#include "syscall/multiplexed.h"
#include "syscall/table.h"

/* A name from the file, for a message. */
static const char *shown(struct sg_strbuf *buf, const char *name)
{
	buf->len = 0;
	sg_escape(buf, name);
	return buf->failed || !buf->data ? "?" : buf->data;
}

static bool is_here(const struct sg_profile *profile, const char *name)
{
	uint32_t nr;

	for (size_t i = 0; i < profile->n_arches; i++) {
		if (sg_syscall_nr_or_multiplexed(profile->arches[i], name, &nr) == 0)
			return true;
	}
	return false;
}

static int unknown_call(struct sg_checker *c, const struct sg_parsed_string *name,
			struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf buf = SG_STRBUF_INIT;
	const char *like = sg_suggest_call(c->profile, name->text);

	return sg_findings_add(c->findings, SG_FINDING_UNKNOWN_CALL, name->at, err,
			       like ? "\"%s\" is no system call; did you mean \"%s\"?"
				    : "\"%s\" is no system call",
			       shown(&buf, name->text), like);
}

struct seen {
	const char *name;
	struct sg_position at;
};

static int compare_seen(const void *a, const void *b)
{
	const struct seen *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	if (order)
		return order;
	if (x->at.line != y->at.line)
		return x->at.line < y->at.line ? -1 : 1;
	return x->at.column < y->at.column ? -1 : x->at.column > y->at.column;
}

static int check_repeated(struct sg_checker *c, const struct sg_parsed_entry *entry,
			  struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf buf = SG_STRBUF_INIT;
	_cleanup_free_ struct seen *seen = calloc(entry->names.n + 1, sizeof(*seen));
	int r = 0;

	if (!seen)
		return sg_error_oom(err);
	for (size_t i = 0; i < entry->names.n; i++)
		seen[i] = (struct seen){ entry->names.items[i].text, entry->names.items[i].at };
	qsort(seen, entry->names.n, sizeof(*seen), compare_seen);
	for (size_t i = 1; r == 0 && i < entry->names.n; i++) {
		if (strcmp(seen[i - 1].name, seen[i].name) == 0)
			r = sg_findings_add(c->findings, SG_FINDING_REPEATED_NAME, seen[i].at, err,
					    "\"%s\" stands in this entry before",
					    shown(&buf, seen[i].name));
	}
	return r;
}

/* One note an entry, and not one a name: profiles for several architectures have dozens of them. */
static int note_not_here(struct sg_checker *c, const struct sg_parsed_entry *entry, size_t n,
			 const char *first, struct sg_error *err)
{
	if (n == 0)
		return 0;
	return sg_findings_add(c->findings, SG_FINDING_CALL_NOT_HERE, entry->at, err,
			       n == 1 ? "\"%s\" is a call of other architectures"
				      : "\"%s\" and %zu more are calls of other architectures",
			       first, n - 1);
}

static int check_fields(struct sg_checker *c, struct sg_error *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < c->parsed->n_unknown; i++) {
		_cleanup_(sg_strbuf_done) struct sg_strbuf buf = SG_STRBUF_INIT;
		const struct sg_parsed_unknown *u = &c->parsed->unknown[i];

		if (u->taken_for)
			r = sg_findings_add(c->findings, SG_FINDING_FIELD_CASE, u->at, err,
					    "field \"%s\" is taken for \"%s\"",
					    shown(&buf, u->name), u->taken_for);
		else
			r = sg_findings_add(c->findings, SG_FINDING_UNKNOWN_FIELD, u->at, err,
					    "field \"%s\" is not known", shown(&buf, u->name));
	}
	return r;
}

/* One note for the fields of each dialect: which engines read them is what matters. */
static int note_own_fields(struct sg_checker *c, enum sg_parsed_dialect dialect,
			   const char *readers, struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf names = SG_STRBUF_INIT;
	struct sg_position at = { 0 };

	for (size_t i = 0; i < c->parsed->n_own_fields; i++) {
		const struct sg_parsed_own_field *own = &c->parsed->own_fields[i];

		if (own->dialect != dialect)
			continue;
		if (!names.len)
			at = own->at;
		sg_strbuf_printf(&names, "%s\"%s\"", names.len ? ", " : "", own->name);
	}
	if (names.failed)
		return sg_error_oom(err);
	if (!names.len)
		return 0;
	return sg_findings_add(c->findings, SG_FINDING_ENGINE_FIELD, at, err, "only %s: %s",
			       readers, names.data);
}

static int check_dialect(struct sg_checker *c, struct sg_error *err)
{
	int r = note_own_fields(c, SG_PARSED_DOCKER, "Docker and podman read", err);

	if (r == 0)
		r = note_own_fields(c, SG_PARSED_PODMAN, "podman reads", err);
	if (r == 0 && c->parsed->is_whole_config)
		r = sg_findings_add(c->findings, SG_FINDING_WHOLE_CONFIG,
				    (struct sg_position){ 1, 1 }, err,
				    "Docker and podman do not look for a profile in linux.seccomp");
	return r;
}

int sg_check_names(struct sg_checker *c, struct sg_error *err)
{
	int r = check_fields(c, err);

	if (r == 0)
		r = check_dialect(c, err);

	for (size_t i = 0; r == 0 && i < c->parsed->n_entries; i++) {
		const struct sg_parsed_entry *entry = &c->parsed->entries[i];
		const char *first = NULL;
		size_t n_elsewhere = 0;

		if (entry->unknown_action)
			r = sg_findings_add(c->findings, SG_FINDING_UNKNOWN_ACTION,
					    entry->action_at, err,
					    "the entry's action is none, and it does not count "
					    "here");
		if (r == 0 && entry->names.n == 0)
			r = sg_findings_add(c->findings, SG_FINDING_NO_NAMES, entry->at, err,
					    "the entry names no call");
		if (r == 0)
			r = check_repeated(c, entry, err);
		for (size_t k = 0; r == 0 && k < entry->names.n; k++) {
			const struct sg_parsed_string *name = &entry->names.items[k];

			if (!*name->text) {
				r = sg_findings_add(c->findings, SG_FINDING_EMPTY_NAME, name->at,
						    err, "the name is empty");
			} else if (!sg_syscall_name_is_known(name->text)) {
				r = unknown_call(c, name, err);
			} else if (!is_here(c->profile, name->text)) {
				first = first ? first : name->text;
				n_elsewhere++;
			}
		}
		if (r == 0)
			r = note_not_here(c, entry, n_elsewhere, first, err);
	}
	return r;
}

static bool has(const struct sg_parsed_strings *strings, const char *text)
{
	for (size_t i = 0; i < strings->n; i++) {
		if (strcmp(strings->items[i].text, text) == 0)
			return true;
	}
	return false;
}

/* moby's words, and podman's where they differ. */
static bool is_arch_word(const char *text)
{
	for (const struct sg_arch *arch = sg_arches; arch->name; arch++) {
		if (strcmp(arch->docker_arch, text) == 0 || strcmp(arch->name, text) == 0)
			return true;
	}
	/* moby's list has 32-bit little-endian mips under a name of its own */
	return strcmp(text, "mipsle") == 0;
}

static int check_filter(struct sg_checker *c, const struct sg_parsed_filter *filter,
			struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf buf = SG_STRBUF_INIT;
	int r = 0;

	for (size_t i = 0; r == 0 && i < filter->caps.n; i++) {
		const struct sg_parsed_string *cap = &filter->caps.items[i];
		const char *like = sg_cap_by_name(cap->text);

		/* Docker and podman compare to the letter */
		if (like && strcmp(like, cap->text) == 0)
			continue;
		r = sg_findings_add(c->findings, SG_FINDING_UNKNOWN_CAPABILITY, cap->at, err,
				    like ? "\"%s\" is no capability; did you mean \"%s\"?"
					 : "\"%s\" is no capability",
				    shown(&buf, cap->text), like);
	}
	for (size_t i = 0; r == 0 && i < filter->arches.n; i++) {
		const struct sg_parsed_string *arch = &filter->arches.items[i];

		if (!is_arch_word(arch->text))
			r = sg_findings_add(c->findings, SG_FINDING_UNKNOWN_ARCH_WORD, arch->at,
					    err, "\"%s\" is no architecture that Docker knows",
					    shown(&buf, arch->text));
	}
	return r;
}

/* An exclusion wins, so an entry that needs what it excludes is dead. */
static const char *contradiction(const struct sg_parsed_entry *entry)
{
	const struct sg_parsed_filter *in = &entry->includes, *ex = &entry->excludes;
	bool all = in->arches.n > 0;

	for (size_t i = 0; i < in->caps.n; i++) {
		if (has(&ex->caps, in->caps.items[i].text))
			return in->caps.items[i].text;
	}
	for (size_t i = 0; i < in->arches.n; i++)
		all &= has(&ex->arches, in->arches.items[i].text);
	if (all)
		return in->arches.items[0].text;
	if (in->min_kernel && ex->min_kernel && ex->min_kernel <= in->min_kernel)
		return "minKernel";
	return NULL;
}

int sg_check_filters(struct sg_checker *c, struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf buf = SG_STRBUF_INIT;
	int r = 0;

	for (size_t i = 0; r == 0 && i < c->parsed->n_entries; i++) {
		const struct sg_parsed_entry *entry = &c->parsed->entries[i];
		const char *why = contradiction(entry);

		r = check_filter(c, &entry->includes, err);
		if (r == 0)
			r = check_filter(c, &entry->excludes, err);
		if (r == 0 && why)
			r = sg_findings_add(c->findings, SG_FINDING_NEVER_INCLUDED, entry->at, err,
					    "the entry includes and excludes %s", shown(&buf, why));
	}
	return r;
}
