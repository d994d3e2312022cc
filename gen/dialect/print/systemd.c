/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dialect/plan.h"
#include "dialect/print/printers.h"
#include "dialect/project.h"
#include "dialect/print/systemd_default.h"
#include "profile/errno_name.h"
#include "syscall/arch.h"
#include "syscall/libseccomp.h"
#include "syscall/table.h"

/*
 * systemd.exec(5): SystemCallFilter= takes an allow list or, after ~, a deny list of names, those
 * denied each with an errno or "kill" of its own after a colon (247 and later); in an allow list
 * that is ignored. SystemCallErrorNumber= is what the rest gets, which is killed otherwise;
 * SystemCallLog= what is logged; SystemCallArchitectures= the architectures.
 */

/* As systemd spells them (src/shared/seccomp-util.c). */
static const struct {
	uint32_t token;
	const char *name;
} arch_names[] = {
	{ AUDIT_ARCH_X86_64, "x86-64" },
	{ AUDIT_ARCH_I386, "x86" },
	{ SG_ARCH_X32, "x32" },
	{ AUDIT_ARCH_AARCH64, "arm64" },
	{ AUDIT_ARCH_ARM, "arm" },
	{ AUDIT_ARCH_MIPS, "mips" },
	{ AUDIT_ARCH_MIPS64, "mips64" },
	{ AUDIT_ARCH_MIPS64N32, "mips64-n32" },
	{ AUDIT_ARCH_MIPSEL, "mips-le" },
	{ AUDIT_ARCH_MIPSEL64, "mips64-le" },
	{ AUDIT_ARCH_MIPSEL64N32, "mips64-le-n32" },
	{ AUDIT_ARCH_PPC, "ppc" },
	{ AUDIT_ARCH_PPC64, "ppc64" },
	{ AUDIT_ARCH_PPC64LE, "ppc64-le" },
	{ AUDIT_ARCH_S390, "s390" },
	{ AUDIT_ARCH_S390X, "s390x" },
	{ AUDIT_ARCH_RISCV64, "riscv64" },
	{ AUDIT_ARCH_PARISC, "parisc" },
	{ AUDIT_ARCH_PARISC64, "parisc64" },
};

static const char *arch_name(uint32_t token)
{
	for (size_t i = 0; i < SG_ARRAY_SIZE(arch_names); i++) {
		if (arch_names[i].token == token)
			return arch_names[i].name;
	}
	return NULL;
}

/* What systemd can do to a call; TRAP, TRACE and NOTIFY become the kill that they are without a
 * helper. */
static struct sg_verdict sayable(struct sg_verdict verdict)
{
	if (sg_action_is_permissive(verdict.action) ||
	    (verdict.action == SG_ACTION_ERRNO && verdict.data != 0))
		return verdict;
	return (struct sg_verdict){ .action = SG_ACTION_KILL_PROCESS };
}

static bool is_always_allowed(const char *name)
{
	for (size_t i = 0; sg_systemd_default[i]; i++) {
		if (strcmp(sg_systemd_default[i], name) == 0)
			return true;
	}
	return false;
}

/*
 * The one verdict that systemd gives a name: conditions are dropped where the call runs under some
 * arguments, because the workload needs it then. False: the default.
 */
static bool verdict_of(const struct sg_profile *named, struct sg_syscall_id id,
		       struct sg_verdict *ret)
{
	struct sg_verdict fallback = sayable(named->default_verdict);
	bool is_allow_list = !sg_action_is_permissive(fallback.action);
	bool found = false;

	for (size_t i = 0; i < named->n_rules; i++) {
		const struct sg_rule *rule = &named->rules[i];
		struct sg_verdict verdict = sayable(rule->verdict);

		if (!sg_rule_find(rule, id))
			continue;
		/* a denial under conditions leaves the rest to the default, and one of an allow
		 * list is like all others there */
		if (!sg_action_is_permissive(verdict.action) &&
		    (rule->n_conditions || is_allow_list))
			continue;
		if (!found || (sg_action_is_permissive(verdict.action) &&
			       !sg_action_is_permissive(ret->action)))
			*ret = verdict;
		found = true;
	}
	if (is_allow_list && is_always_allowed(sg_syscall_name(id)) &&
	    !(found && sg_action_is_permissive(ret->action))) {
		*ret = (struct sg_verdict){ .action = SG_ACTION_ALLOW };
		return true;
	}
	return found && !sg_verdict_equal(*ret, fallback);
}

static int add_call(struct sg_profile *to, struct sg_verdict verdict, struct sg_syscall_id id,
		    struct sg_error *err)
{
	struct sg_rule *rule = NULL;
	int r;

	for (size_t i = 0; i < to->n_rules && !rule; i++) {
		if (sg_verdict_equal(to->rules[i].verdict, verdict))
			rule = &to->rules[i];
	}
	if (!rule) {
		r = sg_profile_add_rule(to, verdict, NULL, 0, &rule, err);
		if (r < 0)
			return r;
	}
	return sg_rule_add_call(rule, id, NULL, err);
}

static int add_calls(struct sg_profile *to, const struct sg_profile *named, uint32_t arch,
		     struct sg_error *err)
{
	struct sg_syscall_id id = { .arch = arch };
	struct sg_verdict verdict;
	size_t pos = 0;
	int r = 0;

	while (r == 0 && sg_syscall_next(arch, &pos, &id.nr)) {
		if (verdict_of(named, id, &verdict))
			r = add_call(to, verdict, id, err);
	}
	return r;
}

int sg_systemd_reduce(const struct sg_profile *profile, const struct sg_print_options *opts,
		      struct sg_profile **ret, struct sg_conversion_loss *loss,
		      struct sg_error *err)
{
	_cleanup_(sg_profile_freep) struct sg_profile *named = NULL, *to = NULL;
	const struct sg_project_options project = { .across_families = true };
	int r;

	(void)opts;
	r = sg_project(profile, &project, &named, err);
	if (r == 0)
		r = sg_profile_new(&to, err);
	if (r < 0)
		return r;
	to->default_verdict = sayable(named->default_verdict);
	for (size_t i = 0; r == 0 && i < named->n_arches; i++) {
		if (!arch_name(named->arches[i]))
			return sg_error_set(err, -EOPNOTSUPP, "systemd: it has no %s",
					    sg_arch_by_token(named->arches[i])->scmp_name);
		r = sg_profile_add_arch(to, named->arches[i], err);
		if (r == 0)
			r = add_calls(to, named, named->arches[i], err);
	}
	if (r == 0 && (named->n_flags || named->listener_path))
		r = sg_conversion_loss_add(loss, err, SG_CONVERSION_DETAIL, "flags and listener");
	if (r == 0)
		*ret = TAKE_PTR(to);
	return r;
}

/* Assignments of one setting add up, so that a long list is several lines. */
struct line {
	struct sg_strbuf *out;
	const char *setting, *prefix;
	size_t width; /* of the line so far; 0: none is open */
};

static void add_word(struct line *line, const char *word, const char *suffix)
{
	size_t n = strlen(word) + strlen(suffix);

	if (line->width && line->width + 1 + n > 96) {
		sg_strbuf_add_char(line->out, '\n');
		line->width = 0;
	}
	if (!line->width) {
		sg_strbuf_printf(line->out, "%s=%s", line->setting, line->prefix);
		line->width = strlen(line->setting) + 1 + strlen(line->prefix);
	} else {
		sg_strbuf_add_char(line->out, ' ');
		line->width++;
	}
	sg_strbuf_add(line->out, word);
	sg_strbuf_add(line->out, suffix);
	line->width += n;
}

static void end_line(struct line *line)
{
	if (line->width)
		sg_strbuf_add_char(line->out, '\n');
	line->width = 0;
}

/* What stands after a name: nothing for ALLOW, else ":ENOSYS", ":200", ":kill". */
static void suffix_of(struct sg_verdict verdict, char *buf, size_t size)
{
	const char *name = sg_errno_name(verdict.data);

	if (sg_action_is_permissive(verdict.action))
		buf[0] = '\0';
	else if (verdict.action != SG_ACTION_ERRNO)
		snprintf(buf, size, ":kill");
	else if (name)
		snprintf(buf, size, ":%s", name);
	else
		snprintf(buf, size, ":%u", verdict.data);
}

/*
 * systemd asks its libseccomp for names, and warns of those that it does not know. systemd 252's is
 * 2.5.4 where both are as Debian 12 has them (packages.debian.org/bookworm); other versions are met
 * with others: 247 with 2.5.1, 257 with 2.6.0. A number is no name to any of them.
 */
#define OLD_LIBSECCOMP SG_LIBSECCOMP(2, 5, 4)

#define LATE_COMMENT                                                                       \
	"# newer than libseccomp 2.5.4: a systemd with that one warns of these, and goes " \
	"without\n"

static bool is_late(const char *name)
{
	return !sg_libseccomp_names(OLD_LIBSECCOMP, name);
}

/* @late: those that an older libseccomp has no name for, or all the others. */
static void print_entries(struct line *line, const struct sg_plan *plan, bool late,
			  bool (*is_wanted)(struct sg_verdict verdict))
{
	bool is_allow_list = !*line->prefix;
	char suffix[16];

	for (size_t i = 0; i < plan->n; i++) {
		const struct sg_plan_entry *entry = &plan->entries[i];

		if (!is_wanted(entry->verdict))
			continue;
		suffix_of(entry->verdict, suffix, sizeof(suffix));
		for (size_t k = 0; k < entry->n_names; k++) {
			const char *name = entry->names[k];

			/* systemd adds @default to each allow list, without a word on what it does
			 * not know */
			if (is_late(name) != late ||
			    (late && is_allow_list && is_always_allowed(name)))
				continue;
			if (late && !line->width)
				sg_strbuf_add(line->out, LATE_COMMENT);
			add_word(line, name, suffix);
		}
	}
	end_line(line);
}

static bool any_verdict(struct sg_verdict verdict)
{
	(void)verdict;
	return true;
}

static bool is_denial(struct sg_verdict verdict)
{
	return !sg_action_is_permissive(verdict.action);
}

static bool is_log(struct sg_verdict verdict)
{
	return verdict.action == SG_ACTION_LOG;
}

static bool is_allow(struct sg_verdict verdict)
{
	return verdict.action == SG_ACTION_ALLOW;
}

static void print_filter(const struct sg_profile *profile, const struct sg_plan *plan,
			 struct sg_strbuf *out)
{
	enum sg_action fallback = profile->default_verdict.action;
	bool is_allow_list = !sg_action_is_permissive(fallback);
	struct line filter = { out, "SystemCallFilter", is_allow_list ? "" : "~", 0 };
	struct line log = { out, "SystemCallLog", fallback == SG_ACTION_LOG ? "~" : "", 0 };
	char number[16];

	/* an empty assignment drops what other files of the unit have said */
	sg_strbuf_add(out, "SystemCallFilter=\n");
	print_entries(&filter, plan, false, is_allow_list ? any_verdict : is_denial);
	print_entries(&filter, plan, true, is_allow_list ? any_verdict : is_denial);
	if (fallback == SG_ACTION_ERRNO) {
		suffix_of(profile->default_verdict, number, sizeof(number));
		sg_strbuf_printf(out, "SystemCallErrorNumber=%s\n", number + 1);
	}
	sg_strbuf_add(out, "SystemCallLog=\n");
	print_entries(&log, plan, false, fallback == SG_ACTION_LOG ? is_allow : is_log);
	print_entries(&log, plan, true, fallback == SG_ACTION_LOG ? is_allow : is_log);
}

int sg_systemd_print(const struct sg_profile *reduced, const struct sg_print_options *opts,
		     struct sg_strbuf *out, struct sg_error *err)
{
	_cleanup_(sg_plan_done) struct sg_plan plan = { 0 };
	struct line arches = { out, "SystemCallArchitectures", "", 0 };
	int r;

	(void)opts;
	r = sg_plan_init(&plan, reduced, false, err);
	if (r < 0)
		return r;
	sg_strbuf_add(out, "[Service]\nSystemCallArchitectures=\n");
	for (size_t i = 0; i < reduced->n_arches; i++)
		add_word(&arches, arch_name(reduced->arches[i]), "");
	end_line(&arches);
	print_filter(reduced, &plan, out);
	return 0;
}
