/* SPDX-License-Identifier: Apache-2.0 */
#include "recording/facts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/texts.h"
#include "recording/json/text.h"
#include "recording/json/texts.h"
#include "syscall/arch.h"

#define RUN(type, field)                                        \
	{                                                       \
#field, type, offsetof(struct sg_run, field), 0 \
	}
#define HOST(type, field)                                        \
	{                                                        \
#field, type, offsetof(struct sg_host, field), 0 \
	}
#define TARGET(type, field)                                        \
	{                                                          \
#field, type, offsetof(struct sg_target, field), 0 \
	}

static const struct sg_fact run_facts[] = {
	RUN(SG_FACT_TEXT, tool),
	RUN(SG_FACT_TEXT, mechanism),
	RUN(SG_FACT_TEXT, ended),
	RUN(SG_FACT_TRISTATE, new_namespaces),
	{ 0 },
};

static const struct sg_fact host_facts[] = {
	HOST(SG_FACT_TEXT, kernel),
	HOST(SG_FACT_ARCH, arch),
	HOST(SG_FACT_TEXT, boot_id),
	{ 0 },
};

static const struct sg_fact target_facts[] = {
	TARGET(SG_FACT_TEXT, kind),
	TARGET(SG_FACT_TEXT, cgroup),
	TARGET(SG_FACT_U64, cgroup_id),
	TARGET(SG_FACT_U64, processes_before),
	{ "went_on", SG_FACT_TEXTS, offsetof(struct sg_target, went_on),
	  offsetof(struct sg_target, n_went_on) },
	TARGET(SG_FACT_BOOL, descendants),
	{ "command", SG_FACT_TEXTS, offsetof(struct sg_target, command),
	  offsetof(struct sg_target, n_command) },
	TARGET(SG_FACT_TEXT, runtime),
	TARGET(SG_FACT_TEXT, runtime_version),
	TARGET(SG_FACT_TEXT, engine),
	TARGET(SG_FACT_TEXT, engine_version),
	TARGET(SG_FACT_TEXT, container_id),
	TARGET(SG_FACT_TEXT, container_name),
	TARGET(SG_FACT_TEXT, image),
	TARGET(SG_FACT_TEXT, image_digest),
	TARGET(SG_FACT_TEXT, pod),
	TARGET(SG_FACT_TEXT, pod_namespace),
	TARGET(SG_FACT_TEXT, unit),
	TARGET(SG_FACT_TEXT, user),
	TARGET(SG_FACT_TEXT, owner),
	TARGET(SG_FACT_TRISTATE, no_new_privs),
	TARGET(SG_FACT_TRISTATE, privileged),
	TARGET(SG_FACT_TRISTATE, filtered),
	{ 0 },
};

const struct sg_fact_group sg_fact_group_run = { NULL, 0, run_facts };
const struct sg_fact_group sg_fact_group_host = { "host", offsetof(struct sg_run, host),
						  host_facts };
const struct sg_fact_group sg_fact_group_target = { "target", offsetof(struct sg_run, target),
						    target_facts };
const struct sg_fact_group *const sg_fact_groups[] = { &sg_fact_group_run, &sg_fact_group_host,
						       &sg_fact_group_target, NULL };

/* One fact within its group's structure, by what it is. */
union place {
	void *any;
	char **text;
	char ***texts;
	uint64_t *u64;
	bool *flag;
	enum sg_tristate *tristate;
	uint32_t *arch;
};

static union place place_of(const struct sg_fact *fact, void *base)
{
	return (union place){ .any = (char *)base + fact->offset };
}

static size_t *count_of(const struct sg_fact *fact, void *base)
{
	return (size_t *)(void *)((char *)base + fact->count_offset);
}

static bool is_known(const struct sg_fact *fact, void *base)
{
	union place p = place_of(fact, base);

	switch (fact->type) {
	case SG_FACT_TEXT:
		return *p.text != NULL;
	case SG_FACT_TEXTS:
		return *count_of(fact, base) > 0;
	case SG_FACT_U64:
		return *p.u64 != 0;
	case SG_FACT_BOOL:
		return true;
	case SG_FACT_TRISTATE:
		return *p.tristate != SG_UNKNOWN;
	case SG_FACT_ARCH:
		return *p.arch != 0;
	}
	return false;
}

/* Of two facts that are known. */
static bool is_equal(const struct sg_fact *fact, void *base_a, void *base_b)
{
	union place a = place_of(fact, base_a), b = place_of(fact, base_b);

	switch (fact->type) {
	case SG_FACT_TEXT:
		return strcmp(*a.text, *b.text) == 0;
	case SG_FACT_TEXTS:
		return sg_texts_equal(*a.texts, *count_of(fact, base_a), *b.texts,
				      *count_of(fact, base_b));
	case SG_FACT_U64:
		return *a.u64 == *b.u64;
	case SG_FACT_BOOL:
		return *a.flag == *b.flag;
	case SG_FACT_TRISTATE:
		return *a.tristate == *b.tristate;
	case SG_FACT_ARCH:
		return *a.arch == *b.arch;
	}
	return false;
}

static int copy(const struct sg_fact *fact, void *base_dst, void *base_src, struct sg_error *err)
{
	union place dst = place_of(fact, base_dst), src = place_of(fact, base_src);

	switch (fact->type) {
	case SG_FACT_TEXT:
		*dst.text = strdup(*src.text);
		return *dst.text ? 0 : sg_error_oom(err);
	case SG_FACT_TEXTS:
		return sg_texts_copy(*src.texts, *count_of(fact, base_src), dst.texts,
				     count_of(fact, base_dst), err);
	case SG_FACT_U64:
		*dst.u64 = *src.u64;
		return 0;
	case SG_FACT_BOOL:
		*dst.flag = *src.flag;
		return 0;
	case SG_FACT_TRISTATE:
		*dst.tristate = *src.tristate;
		return 0;
	case SG_FACT_ARCH:
		*dst.arch = *src.arch;
		return 0;
	}
	return 0;
}

static void forget(const struct sg_fact *fact, void *base)
{
	union place p = place_of(fact, base);

	switch (fact->type) {
	case SG_FACT_TEXT:
		free(*p.text);
		*p.text = NULL;
		break;
	case SG_FACT_TEXTS:
		sg_texts_free(*p.texts, *count_of(fact, base));
		*p.texts = NULL;
		*count_of(fact, base) = 0;
		break;
	case SG_FACT_U64:
		*p.u64 = 0;
		break;
	case SG_FACT_BOOL:
		*p.flag = false;
		break;
	case SG_FACT_TRISTATE:
		*p.tristate = SG_UNKNOWN;
		break;
	case SG_FACT_ARCH:
		*p.arch = 0;
		break;
	}
}

void sg_facts_done(const struct sg_fact *facts, void *base)
{
	for (; facts->name; facts++)
		forget(facts, base);
}

int sg_facts_agree(const struct sg_fact_group *group, struct sg_run *dst,
		   struct sg_run *const *runs, size_t n_runs, struct sg_error *err)
{
	for (const struct sg_fact *fact = group->facts; fact->name; fact++) {
		void *known = NULL;
		bool agreed = true;
		int r;

		for (size_t i = 0; i < n_runs && agreed; i++) {
			void *base = (char *)runs[i] + group->offset;

			agreed = is_known(fact, base) && (!known || is_equal(fact, known, base));
			known = base;
		}
		if (!known || !agreed)
			continue;
		r = copy(fact, (char *)dst + group->offset, known, err);
		if (r < 0)
			return r;
	}
	return 0;
}

int sg_target_complete(struct sg_target *dst, const struct sg_target *src, struct sg_error *err)
{
	/* place_of() serves readers and writers alike */
	void *there = (void *)(uintptr_t)src;

	for (const struct sg_fact *fact = target_facts; fact->name; fact++) {
		int r;

		if (is_known(fact, dst) || !is_known(fact, there))
			continue;
		r = copy(fact, dst, there, err);
		if (r < 0)
			return r;
	}
	return 0;
}

size_t sg_target_known_facts(const struct sg_target *target)
{
	void *there = (void *)(uintptr_t)target; /* as above */
	size_t n = 0;

	for (const struct sg_fact *fact = target_facts; fact->name; fact++)
		n += is_known(fact, there);
	return n;
}

static void print(const struct sg_fact *fact, void *base, struct sg_json_writer *w)
{
	union place p = place_of(fact, base);

	switch (fact->type) {
	case SG_FACT_TEXT:
		sg_text_print(w, fact->name, *p.text);
		break;
	case SG_FACT_TEXTS:
		sg_json_open_inline_array(w, fact->name);
		for (size_t i = 0; i < *count_of(fact, base); i++)
			sg_text_print(w, NULL, (*p.texts)[i]);
		sg_json_close_array(w);
		break;
	case SG_FACT_U64:
		sg_json_add_u64(w, fact->name, *p.u64);
		break;
	case SG_FACT_BOOL:
		sg_json_add_bool(w, fact->name, *p.flag);
		break;
	case SG_FACT_TRISTATE:
		sg_json_add_bool(w, fact->name, *p.tristate == SG_YES);
		break;
	case SG_FACT_ARCH:
		sg_arch_print(*p.arch, fact->name, w);
		break;
	}
}

void sg_facts_print(const struct sg_fact *facts, const void *base, struct sg_json_writer *w)
{
	for (; facts->name; facts++) {
		/* place_of() serves readers and writers alike. */
		void *there = (void *)(uintptr_t)base;

		if (is_known(facts, there))
			print(facts, there, w);
	}
}

int sg_fact_read(const struct sg_fact *facts, void *base, const struct sg_json_doc *doc,
		 const cJSON *node, struct sg_error *err)
{
	const struct sg_fact *fact = facts;
	union place p;
	bool flag;
	int r;

	while (fact->name && strcmp(fact->name, node->string) != 0)
		fact++;
	if (!fact->name)
		return 0;
	p = place_of(fact, base);
	switch (fact->type) {
	case SG_FACT_TEXT:
		return sg_text_read(doc, node, p.text, err);
	case SG_FACT_TEXTS:
		return sg_texts_read(doc, node, p.texts, count_of(fact, base), err);
	case SG_FACT_U64:
		return sg_json_u64(doc, node, p.u64, err);
	case SG_FACT_BOOL:
		return sg_json_bool(doc, node, p.flag, err);
	case SG_FACT_TRISTATE:
		r = sg_json_bool(doc, node, &flag, err);
		if (r == 0)
			*p.tristate = flag ? SG_YES : SG_NO;
		return r;
	case SG_FACT_ARCH:
		return sg_arch_read(doc, node, p.arch, err);
	}
	return 0;
}

void sg_arch_print(uint32_t arch, const char *key, struct sg_json_writer *w)
{
	char text[SG_ARCH_TEXT_SIZE];

	sg_json_add_string(w, key, sg_arch_text(arch, text));
}

int sg_arch_read(const struct sg_json_doc *doc, const cJSON *node, uint32_t *ret,
		 struct sg_error *err)
{
	const struct sg_arch *known;
	const char *s;
	uint32_t v;
	int r, n = 0;

	r = sg_json_string(doc, node, &s, err);
	if (r < 0)
		return r;
	known = sg_arch_by_name(s);
	if (known) {
		*ret = known->token;
		return 0;
	}
	if (strspn(s, "0123456789abcdefx") == 10 && strncmp(s, "0x", 2) == 0 &&
	    sscanf(s, "0x%8" SCNx32 "%n", &v, &n) == 1 && n == 10 && s[10] == '\0') {
		*ret = v;
		return 0;
	}
	return sg_json_error_quoting(doc, node, err,
				     "unknown architecture %s (expected a name such as \"x86_64\", "
				     "or the AUDIT_ARCH_* value as \"0x\" and eight digits)",
				     s);
}
