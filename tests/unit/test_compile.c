/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "filter/compile/compile.h"
#include "profile/eval.h"

#include "libseccomp_leaks.h"
#include "sim_profile.h"
#include "sim_random.h"
#include "sim_rows.h"

static void freep_profile(struct sg_profile **p)
{
	sg_profile_free(*p);
}

static struct sg_compiled compile(const struct sg_profile *profile, enum sg_compile_flavor flavor)
{
	struct sg_compile_options opts = { .flavor = flavor };
	struct sg_compiled compiled = { 0 };
	struct sg_error err = { 0 };

	if (sg_profile_compile(profile, &opts, &compiled, &err) < 0)
		fail_msg("%s", err.message);
	return compiled;
}

static struct sg_seccomp_data call_data(char *text)
{
	struct sg_seccomp_data data = { 0 };
	struct sg_syscall_id id;

	spec_data(text, &id, data.args);
	sg_seccomp_data_set_id(&data, id);
	return data;
}

static void compile_row(char *row, unsigned int line)
{
	_cleanup_(freep_profile) struct sg_profile *profile = NULL;
	_cleanup_(sg_compiled_done) struct sg_compiled compiled = { 0 };
	enum sg_compile_flavor flavor = SG_COMPILE_MAX_;
	unsigned int executed, want_executed;
	struct sg_seccomp_data data;
	char *columns[4], *s;
	uint32_t want, word;

	assert_int_equal(split_row(row, columns, 4), 4);
	assert_int_equal(sg_compile_flavor_parse(columns[0], &flavor), 0);
	profile = spec_profile(columns[1]);
	compiled = compile(profile, flavor);
	data = call_data(columns[2]);
	s = columns[3];
	want = sg_verdict_to_ret(spec_verdict(&s));
	want_executed = (unsigned int)strtoul(s, &s, 0);
	word = sg_filter_run(compiled.filter, &data, &executed);
	if (word != want || executed != want_executed ||
	    sg_filter_is_const_allow(compiled.filter, data.arch, data.nr) != !!strstr(s, "bitmap"))
		fail_msg("compile.rows:%u: 0x%x after %u%s", line, word, executed,
			 sg_filter_is_const_allow(compiled.filter, data.arch, data.nr) ? " bitmap"
										       : "");
}

static void profiles_compile_as_each_runtime_does_it(void **state)
{
	(void)state;
	assert_true(each_row("compile.rows", compile_row) > 60);
}

static void hazard_row(char *row, unsigned int line)
{
	_cleanup_(freep_profile) struct sg_profile *profile = NULL;
	_cleanup_(sg_compiled_done) struct sg_compiled compiled = { 0 };
	struct sg_seccomp_data data;
	uint32_t word, meaning;
	char *columns[4];

	assert_int_equal(split_row(row, columns, 4), 4);
	profile = spec_profile(columns[0]);
	compiled = compile(profile, SG_COMPILE_CRUN);
	data = call_data(columns[1]);
	word = sg_filter_run(compiled.filter, &data, NULL);
	meaning = sg_verdict_to_ret(sg_profile_eval(profile, &data, NULL));
	if (word != sg_verdict_to_ret(spec_verdict(&columns[2])) ||
	    meaning != sg_verdict_to_ret(spec_verdict(&columns[3])))
		fail_msg("hazards.rows:%u: BPF 0x%x, meaning 0x%x", line, word, meaning);
}

static void the_program_counts_where_it_differs_from_the_meaning(void **state)
{
	const struct scmp_version *v = seccomp_version();

	(void)state;
	if (v->major > 2 || v->minor > 5)
		skip(); /* later versions have other hazards */
	assert_true(each_row("hazards.rows", hazard_row) > 5);
}

/* What all libseccomps and runtimes make of it is the meaning. */
static void masks_and_repeated_indices_are_taken_as_runtimes_take_them(void **state)
{
	static const struct {
		const char *profile, *call, *verdict;
	} rows[] = {
#define ALL "default=errno:1 arch=x86_64 arch=i386 arch=x32 "
		/* bits of the value outside the mask are cut off */
		{ ALL "allow:getpid[0&1==3]", "x86_64 getpid 5", "allow" },
		{ ALL "allow:getpid[0&0x1f00000000==0x3f]", "x86_64 getpid 0", "allow" },
		/* an index twice: each condition is enough */
		{ ALL "allow:getpid[0>=2;0<=5]", "x86_64 getpid 9", "allow" },
		{ ALL "allow:getpid[0==2;0==5;1==7]", "x86_64 getpid 0 7", "allow" },
		{ ALL "allow:getpid[0==2;0==5;1==7]", "i386 getpid 0 6", "errno:1" },
		/* no bit in the mask: without conditions, and of such rules the first decides */
		{ ALL "errno:2:kill[0&0==0] allow:kill", "x86_64 kill 1", "errno:2" },
		{ ALL "errno:2:kill[0&0==1] allow:kill", "x86_64 kill 1", "errno:2" },
		{ ALL "errno:2:kill[0&0==0;1&0==0] allow:kill", "x86_64 kill 1", "errno:2" },
		{ ALL "errno:2:kill[0&0==0;1==7] allow:kill", "x86_64 kill 1 7", "allow" },
		{ ALL "errno:2:kill[0&0==0;0==7] allow:kill", "x86_64 kill 1 6", "errno:2" },
		{ ALL "allow:kill[1==9] errno:2:kill[0&0==0]", "x86_64 kill 1 9", "errno:2" },
		/* none in the half that 32-bit architectures have */
		{ ALL "errno:2:kill[0&0xff00000000==0] allow:kill", "x86_64 kill 0", "allow" },
		{ ALL "errno:2:kill[0&0xff00000000==0] allow:kill", "i386 kill 0", "errno:2" },
		{ ALL "errno:2:kill[0&0xff00000000==0] allow:kill", "x32 kill 0", "errno:2" },
#undef ALL
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		_cleanup_(freep_profile) struct sg_profile *profile = spec_profile(rows[i].profile);
		_cleanup_(sg_compiled_done) struct sg_compiled compiled =
			compile(profile, SG_COMPILE_CRUN);
		char call[32], verdict[32], *s = verdict;
		struct sg_seccomp_data data;
		uint32_t word, meaning;

		snprintf(call, sizeof(call), "%s", rows[i].call);
		snprintf(verdict, sizeof(verdict), "%s", rows[i].verdict);
		data = call_data(call);
		word = sg_filter_run(compiled.filter, &data, NULL);
		meaning = sg_verdict_to_ret(sg_profile_eval(profile, &data, NULL));
		if (word != meaning || word != sg_verdict_to_ret(spec_verdict(&s)))
			fail_msg("row %zu: BPF 0x%x, meaning 0x%x", i, word, meaning);
	}
}

/* Random profiles of what we emit ourselves: EQ and MASKED_EQ, one condition an argument, one
 * verdict a call. */
static struct sg_profile *random_profile(struct sg_random *r)
{
	static const struct sg_verdict verdicts[] = { { SG_ACTION_ALLOW, 0 },
						      { SG_ACTION_ERRNO, 7 },
						      { SG_ACTION_LOG, 0 },
						      { SG_ACTION_KILL_PROCESS, 0 } };
	struct sg_profile *p = NULL;

	sg_profile_new(&p, NULL);
	p->default_verdict = (struct sg_verdict){ SG_ACTION_ERRNO, 1 };
	sg_profile_add_arch(p, AUDIT_ARCH_X86_64, NULL);
	for (uint32_t i = 0, n = random_below(r, 12); i < n; i++) {
		struct sg_condition c[6];
		uint32_t nr = 20 + random_below(r, 5), n_conditions = 0;
		struct sg_rule *rule;

		for (uint8_t k = 0; k < 6; k++) {
			if (random_below(r, 3))
				continue;
			c[n_conditions] = (struct sg_condition){ .index = k, .op = SG_OP_EQ };
			c[n_conditions].value = random_word(r);
			if (random_below(r, 2)) {
				c[n_conditions].op = SG_OP_MASKED_EQ;
				c[n_conditions].value_two = random_word(r) & c[n_conditions].value;
			}
			n_conditions++;
		}
		sg_profile_add_rule(p, verdicts[nr % 4], c, n_conditions, &rule, NULL);
		sg_rule_add_call(rule, (struct sg_syscall_id){ AUDIT_ARCH_X86_64, nr }, NULL, NULL);
	}
	return p;
}

static void equality_compiles_to_what_it_means(void **state)
{
	struct sg_random random = { 11 };
	size_t n_allowed = 0, n_denied = 0;

	(void)state;
	for (int i = 0; i < 400; i++) {
		_cleanup_(freep_profile) struct sg_profile *profile = random_profile(&random);
		enum sg_compile_flavor flavor = i % 2 ? SG_COMPILE_PLAIN : SG_COMPILE_CRUN;
		_cleanup_(sg_compiled_done) struct sg_compiled compiled = compile(profile, flavor);

		for (int k = 0; k < 300; k++) {
			struct sg_seccomp_data data = { .nr = 19 + random_below(&random, 7),
							.arch = AUDIT_ARCH_X86_64 };
			bool contested = true;
			uint32_t word;

			for (size_t a = 0; a < 6; a++)
				data.args[a] = random_word(&random);
			word = sg_filter_run(compiled.filter, &data, NULL);
			assert_int_equal(word, sg_verdict_to_ret(sg_profile_eval(profile, &data,
										 &contested)));
			assert_false(contested);
			n_allowed += word == SECCOMP_RET_ALLOW;
			n_denied += word != SECCOMP_RET_ALLOW;
		}
	}
	assert_true(n_allowed > 1000 && n_denied > 1000);
}

static void tree_and_list_answer_alike(void **state)
{
	_cleanup_(freep_profile) struct sg_profile *profile = NULL;
	struct sg_compiled linear = { 0 }, tree = { 0 };
	struct sg_compile_options opts = { .optimize = 1 };
	unsigned int n_linear = 0, n_tree = 0, executed;
	struct sg_rule *rule;

	(void)state;
	profile = spec_profile("default=errno:38 arch=x86_64 arch=i386 allow:read");
	assert_int_equal(sg_profile_add_rule(profile, (struct sg_verdict){ SG_ACTION_ERRNO, 9 },
					     NULL, 0, &rule, NULL),
			 0);
	for (uint32_t nr = 1; nr < 300; nr += 2)
		sg_rule_add_call(rule, (struct sg_syscall_id){ AUDIT_ARCH_X86_64, nr }, NULL, NULL);
	assert_int_equal(sg_profile_compile(profile, &opts, &linear, NULL), 0);
	opts.optimize = 2;
	assert_int_equal(sg_profile_compile(profile, &opts, &tree, NULL), 0);
	for (uint32_t nr = 0; nr < 400; nr++) {
		struct sg_seccomp_data data = { .nr = nr, .arch = AUDIT_ARCH_X86_64 };
		uint32_t word = sg_filter_run(linear.filter, &data, &executed);

		n_linear += executed;
		assert_int_equal(sg_filter_run(tree.filter, &data, &executed), word);
		n_tree += executed;
	}
	assert_true(n_tree * 3 < n_linear);
	sg_compiled_done(&linear);
	sg_compiled_done(&tree);
}

static void runc_uses_the_tree_above_32_names(void **state)
{
	(void)state;
	for (uint32_t n = 32; n <= 33; n++) {
		_cleanup_(freep_profile) struct sg_profile *profile =
			spec_profile("default=errno:38 arch=x86_64 allow:read");
		_cleanup_(sg_compiled_done) struct sg_compiled compiled = { 0 };

		for (uint32_t nr = 1; nr < n; nr++)
			sg_rule_add_call(&profile->rules[0],
					 (struct sg_syscall_id){ AUDIT_ARCH_X86_64, nr }, NULL,
					 NULL);
		compiled = compile(profile, SG_COMPILE_RUNC);
		assert_int_equal(compiled.optimize, n > 32 ? 2 : 1);
	}
}

static void a_tree_without_rules_is_a_program_all_the_same(void **state)
{
	_cleanup_(freep_profile) struct sg_profile *profile =
		spec_profile("default=errno:38 arch=x86_64");
	struct sg_compile_options opts = { .optimize = 2 };
	_cleanup_(sg_compiled_done) struct sg_compiled compiled = { 0 };
	struct sg_seccomp_data data = { .arch = AUDIT_ARCH_X86_64 };

	(void)state;
	assert_int_equal(sg_profile_compile(profile, &opts, &compiled, NULL), 0);
	assert_int_equal(sg_filter_run(compiled.filter, &data, NULL), SECCOMP_RET_ERRNO | 38);
}

static void drops_are_named(void **state)
{
	static const struct {
		enum sg_compile_flavor flavor;
		const char *profile;
		enum sg_drop_reason reason; /* SG_DROP_MAX_: none */
		bool is_compiled;
	} rows[] = {
		{ SG_COMPILE_RUNC, "default=errno:1 arch=x86_64 allow:read,socket", SG_DROP_MAX_,
		  false },
		{ SG_COMPILE_RUNC,
		  "default=errno:1 arch=x86_64 arch=i386 arch=x32 allow:socket,semop,accept4,read",
		  SG_DROP_MAX_, false },
		{ SG_COMPILE_PLAIN, "default=errno:1 arch=x86_64 allow:mseal", SG_DROP_UNKNOWN_NAME,
		  true },
		{ SG_COMPILE_RUNC, "default=errno:1 arch=x86_64 allow:mseal", SG_DROP_UNKNOWN_NAME,
		  false },
		{ SG_COMPILE_CRUN, "default=errno:1 arch=x86_64 allow:mseal", SG_DROP_UNKNOWN_NAME,
		  false },
		{ SG_COMPILE_PLAIN, "default=errno:1 arch=x86_64 allow:#1000", SG_DROP_NO_NAME,
		  true },
		{ SG_COMPILE_CRUN, "default=errno:1 arch=x86_64 allow:#1000", SG_DROP_NO_NAME,
		  false },
		/* libseccomp goes by names everywhere but on its own machine */
		{ SG_COMPILE_PLAIN, "default=errno:1 arch=i386 allow:#1000", SG_DROP_NO_NAME,
		  false },
		{ SG_COMPILE_PLAIN, "default=errno:1 arch=i386 allow:mseal", SG_DROP_UNKNOWN_NAME,
		  false },
		{ SG_COMPILE_RUNC, "default=errno:1 arch=x86_64 errno:1:read", SG_DROP_IS_DEFAULT,
		  false },
		{ SG_COMPILE_PLAIN, "default=errno:1 arch=x86_64 errno:1:read", SG_DROP_IS_DEFAULT,
		  false },
		{ SG_COMPILE_PLAIN, "default=errno:1 arch=x86_64 allow:#4294967295",
		  SG_DROP_NO_NAME, false },
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		_cleanup_(freep_profile) struct sg_profile *profile = spec_profile(rows[i].profile);
		_cleanup_(sg_compiled_done) struct sg_compiled compiled =
			compile(profile, rows[i].flavor);

		if (compiled.n_drops != (rows[i].reason != SG_DROP_MAX_) ||
		    (compiled.n_drops && (compiled.drops[0].reason != rows[i].reason ||
					  compiled.drops[0].is_compiled != rows[i].is_compiled)))
			fail_msg("row %zu: %zu drops, the first %d", i, compiled.n_drops,
				 compiled.n_drops ? (int)compiled.drops[0].reason : -1);
	}
}

static void a_call_of_an_architecture_that_is_not_listed_is_a_drop(void **state)
{
	_cleanup_(freep_profile) struct sg_profile *profile =
		spec_profile("default=errno:1 arch=x86_64 allow:read");
	_cleanup_(sg_compiled_done) struct sg_compiled compiled = { 0 };

	(void)state;
	sg_rule_add_call(&profile->rules[0], (struct sg_syscall_id){ AUDIT_ARCH_I386, 3 }, NULL,
			 NULL);
	compiled = compile(profile, SG_COMPILE_PLAIN);
	assert_int_equal(compiled.n_drops, 1);
	assert_int_equal(compiled.drops[0].id.arch, AUDIT_ARCH_I386);
	assert_int_equal(compiled.drops[0].reason, SG_DROP_NO_ARCH);
}

/* Whatever is not reported as a drop is in the program: every call of the table, one at a time. */
static void every_call_is_in_the_program_or_among_the_drops(void **state)
{
	static const uint32_t arches[] = { AUDIT_ARCH_X86_64,  AUDIT_ARCH_I386, SG_ARCH_X32,
					   AUDIT_ARCH_AARCH64, AUDIT_ARCH_ARM,	AUDIT_ARCH_S390X };

	(void)state;
	for (size_t a = 0; a < SG_ARRAY_SIZE(arches); a++) {
		for (int flavor = 0; flavor < SG_COMPILE_MAX_; flavor++) {
			_cleanup_(freep_profile) struct sg_profile *profile = NULL;
			_cleanup_(sg_compiled_done) struct sg_compiled compiled = { 0 };
			size_t pos = 0, n_in = 0;
			struct sg_rule *rule;
			uint32_t nr;

			profile = spec_profile("default=errno:5");
			sg_profile_add_arch(profile, arches[a], NULL);
			sg_profile_add_rule(profile, (struct sg_verdict){ SG_ACTION_ALLOW, 0 },
					    NULL, 0, &rule, NULL);
			while (sg_syscall_next(arches[a], &pos, &nr))
				sg_rule_add_call(rule, (struct sg_syscall_id){ arches[a], nr },
						 NULL, NULL);
			compiled = compile(profile, (enum sg_compile_flavor)flavor);
			for (size_t i = 0, d = 0; i < rule->n_calls; i++) {
				struct sg_syscall_id id = rule->calls[i].id;
				struct sg_seccomp_data data = { 0 };
				bool is_in, is_drop = d < compiled.n_drops &&
						      sg_syscall_id_equal(compiled.drops[d].id, id);

				sg_seccomp_data_set_id(&data, id);
				is_in = sg_filter_run(compiled.filter, &data, NULL) ==
					SECCOMP_RET_ALLOW;
				if (is_in != (!is_drop || compiled.drops[d].is_compiled))
					fail_msg("%x %s: %s", arches[a],
						 sg_compile_flavor_names[flavor],
						 sg_syscall_name(id));
				d += is_drop;
				n_in += is_in;
			}
			assert_true(n_in > 300);
		}
	}
}

static void what_a_runtime_refuses_is_an_error(void **state)
{
	static const struct {
		enum sg_compile_flavor flavor;
		const char *profile;
		int r;
		const char *message;
	} rows[] = {
		{ SG_COMPILE_RUNC, "default=notify arch=x86_64", -EINVAL, "default action" },
		{ SG_COMPILE_RUNC, "default=errno:1 arch=x86_64 notify:write", -EINVAL, "write" },
		{ SG_COMPILE_PLAIN, "default=errno:1 arch=x86_64 allow:read[0==1;0==2]", -EINVAL,
		  "read" },
		{ SG_COMPILE_PLAIN, "default=errno:1 arch=x86_64 arch=s390x", -EINVAL,
		  "byte order" },
		{ SG_COMPILE_PLAIN, "default=errno:1 arch=loongarch64", -EOPNOTSUPP,
		  "LOONGARCH64" },
		{ SG_COMPILE_RUNC,
		  "default=errno:1 arch=x86_64 allow:kill[1==9] errno:2:kill[1==9]", -EINVAL,
		  "contradicts" },
		/* three rules that libseccomp 2.5.4 makes a ring of */
		{ SG_COMPILE_PLAIN,
		  "default=errno:1 arch=x86_64 allow:getpid[0>=0x7fffffff;1>2] "
		  "allow:getpid[0>=0x7fffffff;1==3] allow:getpid[0!=0;1!=0x100000001]",
		  -ELOOP, "does not finish" },
	};
	const struct scmp_version *v = seccomp_version();

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		_cleanup_(freep_profile) struct sg_profile *profile = spec_profile(rows[i].profile);
		struct sg_compile_options opts = { .flavor = rows[i].flavor };
		struct sg_compiled compiled = { 0 };
		struct sg_error err = { 0 };
		int r;

		if ((rows[i].r == -ELOOP || rows[i].r == -EOPNOTSUPP) &&
		    (v->major > 2 || v->minor > 5))
			continue; /* 2.6 knows loongarch64 */
		r = sg_profile_compile(profile, &opts, &compiled, &err);
		if (r != rows[i].r || !strstr(err.message, rows[i].message))
			fail_msg("row %zu: %d '%s'", i, r, err.message);
		assert_null(compiled.filter);
		sg_compiled_done(&compiled);
	}
}

static void a_line_number_goes_with_a_refusal(void **state)
{
	_cleanup_(freep_profile) struct sg_profile *profile =
		spec_profile("default=errno:1 arch=x86_64 allow:read[0==1;0==2]");
	struct sg_compiled compiled;
	struct sg_error err;

	(void)state;
	profile->rules[0].line = 41;
	assert_int_equal(sg_profile_compile(profile, NULL, &compiled, &err), -EINVAL);
	assert_non_null(strstr(err.message, "line 41: "));
}

static void too_many_instructions_are_refused(void **state)
{
	_cleanup_(freep_profile) struct sg_profile *profile =
		spec_profile("default=errno:1 arch=x86_64");
	struct sg_compiled compiled;
	struct sg_error err;

	(void)state;
	for (uint32_t i = 0; i < 1200; i++) {
		struct sg_condition c = { .op = SG_OP_EQ, .value = (uint64_t)i << 32 | i };
		struct sg_rule *rule;

		sg_profile_add_rule(profile, (struct sg_verdict){ SG_ACTION_ALLOW, 0 }, &c, 1,
				    &rule, NULL);
		sg_rule_add_call(rule, (struct sg_syscall_id){ AUDIT_ARCH_X86_64, 16 }, NULL, NULL);
	}
	assert_int_equal(sg_profile_compile(profile, NULL, &compiled, &err), -EINVAL);
	assert_non_null(strstr(err.message, "the kernel takes 4096"));
}

static void a_dry_run_denies_nothing(void **state)
{
	static const struct {
		const char *call;
		uint32_t word;
	} rows[] = {
		{ "x86_64 read", SECCOMP_RET_ALLOW }, { "x86_64 write", SECCOMP_RET_LOG },
		{ "x86_64 kill", SECCOMP_RET_LOG },   { "x86_64 close", SECCOMP_RET_LOG },
		{ "i386 read", SECCOMP_RET_LOG },     { "x32 read", SECCOMP_RET_LOG },
		{ "aarch64 read", SECCOMP_RET_LOG },
	};
	_cleanup_(freep_profile) struct sg_profile *profile =
		spec_profile("default=errno:38 arch=x86_64 allow:read kill_process:kill "
			     "trap:close[0==1] log:stat");
	struct sg_compile_options opts = { .flavor = SG_COMPILE_CRUN, .log_denials = true };
	_cleanup_(sg_compiled_done) struct sg_compiled compiled = { 0 };

	(void)state;
	assert_int_equal(sg_profile_compile(profile, &opts, &compiled, NULL), 0);
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		char call[32];
		struct sg_seccomp_data data;

		snprintf(call, sizeof(call), "%s", rows[i].call);
		data = call_data(call);
		assert_int_equal(sg_filter_run(compiled.filter, &data, NULL), rows[i].word);
	}
}

/* Of this process and its children, and not of others on the machine. */
static double processor_seconds(void)
{
	struct rusage self, children;

	getrusage(RUSAGE_SELF, &self);
	getrusage(RUSAGE_CHILDREN, &children);
	return (double)(self.ru_utime.tv_sec + self.ru_stime.tv_sec + children.ru_utime.tv_sec +
			children.ru_stime.tv_sec);
}

static void thousands_of_rules_end_in_bounded_time(void **state)
{
	_cleanup_(freep_profile) struct sg_profile *profile =
		spec_profile("default=errno:1 arch=x86_64");
	struct sg_compiled compiled;
	struct sg_error err;
	double before;
	int r;

	(void)state;
	for (uint32_t i = 0; i < 30000; i++) {
		struct sg_condition c = { .op = SG_OP_EQ, .value = i };
		struct sg_rule *rule;

		sg_profile_add_rule(profile, (struct sg_verdict){ SG_ACTION_ALLOW, 0 }, &c, 1,
				    &rule, NULL);
		sg_rule_add_call(rule, (struct sg_syscall_id){ AUDIT_ARCH_X86_64, 16 }, NULL, NULL);
	}
	before = processor_seconds();
	r = sg_profile_compile(profile, NULL, &compiled, &err);
	assert_int_equal(r, -E2BIG);
	assert_true(processor_seconds() - before < 20); /* it would take minutes */
}

static void rules_that_disagree_are_contested(void **state)
{
	static const struct {
		const char *profile;
		const char *verdict;
		bool contested;
	} rows[] = {
		{ "default=errno:1 arch=x86_64 allow:kill", "allow", false },
		{ "default=errno:1 arch=x86_64 allow:kill[1==9] allow:kill[0==1]", "allow", false },
		{ "default=errno:1 arch=x86_64 allow:kill[1==9] errno:2:kill[0==1]", "allow",
		  true },
		{ "default=errno:1 arch=x86_64 allow:kill[1==9] errno:2:kill", "errno:2", true },
		{ "default=errno:1 arch=x86_64 errno:2:kill allow:kill[1==9]", "errno:2", true },
		{ "default=errno:1 arch=x86_64 allow:kill errno:1:kill[1==9]", "allow", true },
		{ "default=errno:1 arch=x86_64 errno:1:kill", "errno:1", false },
		{ "default=errno:1 arch=x86_64 allow:kill[1==8] errno:2:kill[0==1]", "errno:2",
		  false },
		{ "default=allow arch=i386", "kill_thread", false },
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		_cleanup_(freep_profile) struct sg_profile *profile = spec_profile(rows[i].profile);
		char call[] = "x86_64 kill 1 9", text[32], *s = text;
		struct sg_seccomp_data data = call_data(call);
		bool contested;
		uint32_t word = sg_verdict_to_ret(sg_profile_eval(profile, &data, &contested));

		snprintf(text, sizeof(text), "%s", rows[i].verdict);
		if (word != sg_verdict_to_ret(spec_verdict(&s)) || contested != rows[i].contested)
			fail_msg("row %zu: 0x%x%s", i, word, contested ? " contested" : "");
	}
}

static void x32_differs_from_x86_64_by_bit_30(void **state)
{
	struct sg_seccomp_data data = { .nr = 0x40000000u | 7, .arch = AUDIT_ARCH_X86_64 };
	struct sg_syscall_id id = sg_seccomp_data_id(&data);

	(void)state;
	assert_true(sg_syscall_id_equal(id, (struct sg_syscall_id){ SG_ARCH_X32, 7 }));
	data.nr = UINT32_MAX;
	id = sg_seccomp_data_id(&data);
	assert_true(
		sg_syscall_id_equal(id, (struct sg_syscall_id){ AUDIT_ARCH_X86_64, UINT32_MAX }));
	data.arch = AUDIT_ARCH_AARCH64;
	data.nr = 0x40000007;
	id = sg_seccomp_data_id(&data);
	assert_true(
		sg_syscall_id_equal(id, (struct sg_syscall_id){ AUDIT_ARCH_AARCH64, 0x40000007 }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(profiles_compile_as_each_runtime_does_it),
		cmocka_unit_test(the_program_counts_where_it_differs_from_the_meaning),
		cmocka_unit_test(masks_and_repeated_indices_are_taken_as_runtimes_take_them),
		cmocka_unit_test(equality_compiles_to_what_it_means),
		cmocka_unit_test(tree_and_list_answer_alike),
		cmocka_unit_test(runc_uses_the_tree_above_32_names),
		cmocka_unit_test(a_tree_without_rules_is_a_program_all_the_same),
		cmocka_unit_test(drops_are_named),
		cmocka_unit_test(a_call_of_an_architecture_that_is_not_listed_is_a_drop),
		cmocka_unit_test(every_call_is_in_the_program_or_among_the_drops),
		cmocka_unit_test(what_a_runtime_refuses_is_an_error),
		cmocka_unit_test(a_line_number_goes_with_a_refusal),
		cmocka_unit_test(too_many_instructions_are_refused),
		cmocka_unit_test(thousands_of_rules_end_in_bounded_time),
		cmocka_unit_test(a_dry_run_denies_nothing),
		cmocka_unit_test(rules_that_disagree_are_contested),
		cmocka_unit_test(x32_differs_from_x86_64_by_bit_30),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
