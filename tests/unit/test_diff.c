/* SPDX-License-Identifier: Apache-2.0 */
/* clang-format off */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
/* clang-format on */

#include <errno.h>
#include <time.h>

#include "diff/decide.h"
#include "diff_items.h"
#include "filter/compile/compile.h"
#include "patience.h"
#include "profile/eval.h"
#include "profile/verdict_text.h"
#include "sim_profile.h"
#include "sim_random.h"
#include "view/diff_json.h"

static struct sg_diff diff_of(const struct sg_profile *a, const struct sg_profile *b)
{
	struct sg_diff_side sa = { .profile = a }, sb = { .profile = b };
	struct sg_error err = { 0 };
	struct sg_diff diff;

	if (sg_diff(&sa, &sb, NULL, &diff, &err) < 0)
		fail_msg("%s", err.message);
	return diff;
}

static char *text_of(const char *a, const char *b)
{
	_cleanup_(sg_profile_freep) struct sg_profile *pa = spec_profile(a);
	_cleanup_(sg_profile_freep) struct sg_profile *pb = spec_profile(b);
	_cleanup_(sg_diff_done) struct sg_diff diff = diff_of(pa, pb);
	struct sg_strbuf out = SG_STRBUF_INIT;
	char *text;

	sg_diff_print(&diff, "a.json", "b.json", &out);
	assert_int_equal(sg_strbuf_steal(&out, &text, NULL), 0);
	return text;
}

static const struct {
	const char *a, *b, *text;
} rows[] = {
	{ "default=errno:1 arch=x86_64 allow:read,write",
	  "default=errno:1 arch=x86_64 allow:write allow:read", "" },
	{ "default=errno:1 arch=x86_64 allow:read,bpf", "default=errno:1 arch=x86_64 allow:read",
	  "Allowed only by A, a.json:\n  bpf (x86_64): ALLOW / ERRNO EPERM\n" },
	{ "default=errno:1 arch=x86_64 allow:read",
	  "default=errno:1 arch=x86_64 allow:read log:bpf",
	  "Allowed only by B, b.json:\n  bpf (x86_64): ERRNO EPERM / LOG\n" },
	{ "default=errno:1 arch=x86_64 allow:read", "default=errno:38 arch=x86_64 allow:read",
	  "Another verdict, A / B:\n"
	  "  every call that neither names (x86_64): ERRNO EPERM / ERRNO ENOSYS\n" },
	{ "default=errno:1 arch=x86_64 arch=i386 allow:read,bpf",
	  "default=errno:1 arch=x86_64 arch=i386 allow:read",
	  "Allowed only by A, a.json:\n  bpf (x86_64, i386): ALLOW / ERRNO EPERM\n" },
	{ "default=errno:1 arch=x86_64 arch=i386 allow:read",
	  "default=errno:1 arch=x86_64 allow:read",
	  "Allowed only by A, a.json:\n  calls of i386, an architecture that only one of them "
	  "lists\nAnother verdict, A / B:\n  calls of i386, an architecture that only one of them "
	  "lists\n" },
	/* conditions */
	{ "default=errno:1 arch=x86_64 allow:socket[0==1]",
	  "default=errno:1 arch=x86_64 allow:socket[0==1]", "" },
	{ "default=errno:1 arch=x86_64 allow:socket",
	  "default=errno:1 arch=x86_64 allow:socket[0==1]",
	  "Allowed only by A, a.json:\n  socket (x86_64): ALLOW / ERRNO EPERM, for instance with "
	  "arg0 = 0x0\n" },
	{ "default=errno:1 arch=x86_64 allow:socket[0==1] allow:socket[0==2]",
	  "default=errno:1 arch=x86_64 allow:socket[0==2] allow:socket[0==1] allow:socket[0==2]",
	  "" },
	{ "default=errno:1 arch=x86_64 allow:socket[0==1;1==2]",
	  "default=errno:1 arch=x86_64 allow:socket[0==1] allow:socket[1==2]",
	  "Allowed only by B, b.json:\n  socket (x86_64): ERRNO EPERM / ALLOW, for instance with "
	  "arg0 = 0x1, arg1 = 0x0\n" },
	/* the same set, said differently */
	{ "default=errno:1 arch=x86_64 allow:socket[0<3]",
	  "default=errno:1 arch=x86_64 allow:socket[0==0] allow:socket[0==1] allow:socket[0==2]",
	  "" },
	{ "default=errno:1 arch=x86_64 allow:socket[0&0xfffffffffffffffe==2]",
	  "default=errno:1 arch=x86_64 allow:socket[0==2] allow:socket[0==3]", "" },
	{ "default=errno:1 arch=x86_64 allow:socket[0!=5]",
	  "default=errno:1 arch=x86_64 allow:socket[0<5] allow:socket[0>5]", "" },
	{ "default=errno:1 arch=x86_64 allow:socket[0==4294967296]",
	  "default=errno:1 arch=x86_64 allow:socket[0&0xffffffffffffffff==0x100000000]", "" },
	/* an index twice: alternatives */
	{ "default=errno:1 arch=x86_64 allow:socket[0==2;0==5;1==7]",
	  "default=errno:1 arch=x86_64 allow:socket[0==2] allow:socket[0==5] allow:socket[1==7]",
	  "" },
	{ "default=errno:1 arch=i386 allow:send[0==2;1==7;1==8]",
	  "default=errno:1 arch=i386 allow:send allow:socketcall[0==9]", "" },
	/* without conditions, as libseccomp has it: the first decides */
	{ "default=errno:1 arch=x86_64 errno:2:socket[0&0==0] allow:socket",
	  "default=errno:1 arch=x86_64 errno:2:socket", "" },
	{ "default=errno:1 arch=x86_64 arch=i386 errno:2:kill[0&0xff00000000==0] allow:kill",
	  "default=errno:1 arch=x86_64 arch=i386 allow:kill",
	  "Allowed only by B, b.json:\n  kill (i386): ERRNO ENOENT / ALLOW\n" },
	/* 32 and 64 bits */
	{ "default=errno:1 arch=x86_64 allow:ioctl[1==21505]",
	  "default=errno:1 arch=x86_64 allow:ioctl[1&0xffffffff==21505]",
	  "Allowed only by B, b.json:\n  ioctl (x86_64): ERRNO EPERM / ALLOW, for instance with "
	  "arg1 = 0x100005401\n" },
	{ "default=errno:1 arch=i386 allow:ioctl[1==21505]",
	  "default=errno:1 arch=i386 allow:ioctl[1&0xffffffff==21505]", "" },
	/* rules without effect */
	{ "default=errno:1 arch=x86_64 allow:read errno:1:bpf",
	  "default=errno:1 arch=x86_64 allow:read", "" },
	{ "default=errno:1 arch=x86_64 allow:socket allow:socket[0==1]",
	  "default=errno:1 arch=x86_64 allow:socket[0==9] allow:socket", "" },
	{ "default=errno:1 arch=x86_64 allow:socket[0&0xf==0x10]",
	  "default=errno:1 arch=x86_64 allow:socket[0&0xf==0]", "" },
	/* both deny, or both permit, and not alike */
	{ "default=errno:38 arch=x86_64 errno:1:bpf", "default=errno:38 arch=x86_64 trap:bpf",
	  "Another verdict, A / B:\n  bpf (x86_64): ERRNO EPERM / TRAP\n" },
	{ "default=errno:38 arch=x86_64 log:bpf", "default=errno:38 arch=x86_64 allow:bpf",
	  "Another verdict, A / B:\n  bpf (x86_64): LOG / ALLOW\n" },
	{ "default=allow arch=x86_64 errno:1:bpf", "default=allow arch=x86_64",
	  "Allowed only by B, b.json:\n  bpf (x86_64): ERRNO EPERM / ALLOW\n" },
};

/* What is too much to compare is said, and all that share the steps end when they are used up. */
static void a_comparison_that_is_cut_short_is_undecided(void **state)
{
	const struct sg_verdict allow = { SG_ACTION_ALLOW, 0 };
	_cleanup_(sg_profile_freep) struct sg_profile *a = NULL, *b = NULL;
	uint64_t steps = 1000000;
	struct sg_diff_options opts = { .steps = &steps };
	_cleanup_(sg_diff_done) struct sg_diff diff = { 0 }, next = { 0 };
	struct sg_random r = { 5 };

	(void)state;
	a = spec_profile("default=errno:1 arch=x86_64");
	b = spec_profile("default=errno:1 arch=x86_64 allow:read");
	for (uint8_t i = 0; i < 45; i++) {
		struct sg_condition c = { i % 6, SG_OP_EQ, random_u64(&r), 0 };
		struct sg_rule *rule;

		assert_int_equal(sg_profile_add_rule(a, allow, &c, 1, &rule, NULL), 0);
		for (uint32_t nr = 0; nr < 70; nr++)
			sg_rule_add_call(rule, (struct sg_syscall_id){ AUDIT_ARCH_X86_64, nr },
					 NULL, NULL);
		assert_int_equal(sg_profile_add_rule(b, allow, &c, 1, &rule, NULL), 0);
		for (uint32_t nr = 0; nr < 70; nr++)
			sg_rule_add_call(rule, (struct sg_syscall_id){ AUDIT_ARCH_X86_64, nr },
					 NULL, NULL);
	}
	assert_int_equal(sg_diff(&(struct sg_diff_side){ .profile = a },
				 &(struct sg_diff_side){ .profile = b }, &opts, &diff, NULL),
			 0);
	assert_int_equal(steps, 0);
	assert_true(diff.counts[SG_DIFF_UNDECIDED] >= 60);
	assert_false(sg_diff_is_subset(&diff));
	/* what is simple is decided all the same */
	sg_profile_free(a);
	sg_profile_free(TAKE_PTR(b));
	a = spec_profile("default=errno:1 arch=x86_64 allow:read[0==1]");
	b = spec_profile("default=errno:1 arch=x86_64 allow:read[0==1] allow:read[0==2]");
	assert_int_equal(sg_diff(&(struct sg_diff_side){ .profile = a },
				 &(struct sg_diff_side){ .profile = b }, &opts, &next, NULL),
			 0);
	assert_int_equal(next.n, 1);
	assert_int_equal(next.counts[SG_DIFF_ONLY_B], 1);
}

static void differences_are_those_of_the_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		char *text = text_of(rows[i].a, rows[i].b);

		if (strcmp(text, rows[i].text) != 0)
			fail_msg("row %zu:\nwant %sgot  %s", i, rows[i].text, text);
		free(text);
	}
}

static bool is_subset(const char *b, const char *of_a)
{
	_cleanup_(sg_profile_freep) struct sg_profile *pa = spec_profile(of_a);
	_cleanup_(sg_profile_freep) struct sg_profile *pb = spec_profile(b);
	_cleanup_(sg_diff_done) struct sg_diff diff = diff_of(pa, pb);

	return sg_diff_is_subset(&diff);
}

static void a_subset_allows_nothing_more(void **state)
{
	(void)state;
	assert_true(is_subset("default=errno:1 arch=x86_64 allow:read",
			      "default=errno:38 arch=x86_64 allow:read,write"));
	assert_false(is_subset("default=errno:1 arch=x86_64 allow:read,write",
			       "default=errno:38 arch=x86_64 allow:read"));
	assert_true(is_subset("default=errno:1 arch=x86_64 allow:socket[0==1;1==1]",
			      "default=errno:1 arch=x86_64 allow:socket[0==1]"));
	assert_false(is_subset("default=errno:1 arch=x86_64 allow:socket[0==1]",
			       "default=errno:1 arch=x86_64 allow:socket[0==1;1==1]"));
	assert_true(is_subset("default=errno:1 arch=x86_64", "default=errno:1 arch=i386"));
	assert_false(is_subset("default=errno:1 arch=x86_64 allow:read",
			       "default=errno:1 arch=i386 allow:read"));
	assert_false(is_subset("default=allow arch=x86_64", "default=errno:1 arch=x86_64"));
}

static const char *const names[] = { "socket", "ioctl", "clone", "personality" };

static struct sg_condition random_condition(struct sg_random *r)
{
	static const uint64_t values[] = { 0,
					   1,
					   2,
					   3,
					   0x10,
					   0xff,
					   0x5401,
					   0x7fffffff,
					   0x80000000,
					   0xffffffff,
					   0x100000000,
					   0x100000001,
					   UINT64_C(0xffffffff00000001),
					   UINT64_MAX };
	struct sg_condition c = {
		.index = (uint8_t)random_below(r, 3),
		.op = (enum sg_op)random_below(r, SG_OP_MAX_),
		.value = values[random_below(r, SG_ARRAY_SIZE(values))],
		.value_two = values[random_below(r, SG_ARRAY_SIZE(values))],
	};

	if (c.op == SG_OP_MASKED_EQ && random_below(r, 8))
		c.value_two &= c.value;
	return c;
}

static struct sg_profile *random_profile(struct sg_random *r, bool with_i386)
{
	static const struct sg_verdict verdicts[] = {
		{ SG_ACTION_ALLOW, 0 }, { SG_ACTION_ERRNO, 38 }, { SG_ACTION_LOG, 0 },
		{ SG_ACTION_ERRNO, 1 }, { SG_ACTION_ALLOW, 0 },	 { SG_ACTION_KILL_PROCESS, 0 },
	};
	struct sg_profile *p = NULL;
	struct sg_rule *rule;

	assert_int_equal(sg_profile_new(&p, NULL), 0);
	p->default_verdict = verdicts[random_below(r, 8) ? 3 : 0];
	sg_profile_add_arch(p, AUDIT_ARCH_X86_64, NULL);
	if (with_i386)
		sg_profile_add_arch(p, AUDIT_ARCH_I386, NULL);
	for (uint32_t i = 0, n = random_below(r, 8); i < n; i++) {
		struct sg_condition conditions[4];
		uint32_t k = random_below(r, 6) ? 1 + random_below(r, 3) : 0;

		for (uint32_t j = 0; j < k; j++)
			conditions[j] = random_condition(r);
		assert_int_equal(sg_profile_add_rule(p, verdicts[random_below(r, 6)], conditions, k,
						     &rule, NULL),
				 0);
		for (size_t a = 0; a < p->n_arches; a++) {
			struct sg_syscall_id id = { .arch = p->arches[a] };

			assert_int_equal(sg_syscall_nr(id.arch, names[random_below(r, 4)], &id.nr),
					 0);
			assert_int_equal(sg_rule_add_call(rule, id, NULL, NULL), 0);
		}
	}
	return p;
}

/* A value at or next to one that some condition asks for. */
static uint64_t random_arg(struct sg_random *r, const struct sg_profile *p)
{
	uint64_t v = random_u64(r) >> random_below(r, 64);

	if (p->n_rules && random_below(r, 8)) {
		const struct sg_rule *rule = &p->rules[random_below(r, (uint32_t)p->n_rules)];

		if (rule->n_conditions) {
			const struct sg_condition *c =
				&rule->conditions[random_below(r, (uint32_t)rule->n_conditions)];

			v = c->op == SG_OP_MASKED_EQ
				    ? (c->value_two | (random_below(r, 2) ? v & ~c->value : 0))
				    : c->value + random_below(r, 3) - 1;
		}
	}
	return v;
}

/* Every item is proven by its example, and what random arguments find is among the items. */
static void items_are_sound_and_complete(void **state)
{
	struct sg_random r = { 7 };
	size_t n_items = 0, n_found = 0;

	(void)state;
	for (int round = 0; round < 1000; round++) {
		_cleanup_(sg_profile_freep) struct sg_profile *a = random_profile(&r, true);
		_cleanup_(sg_profile_freep) struct sg_profile *b = random_profile(&r, true);
		_cleanup_(sg_diff_done) struct sg_diff diff = diff_of(a, b);

		for (size_t i = 0; i < diff.n; i++) {
			const struct sg_diff_item *item = &diff.items[i];
			struct sg_seccomp_data data = { 0 };

			assert_int_not_equal(item->kind, SG_DIFF_UNDECIDED);
			sg_seccomp_data_set_id(&data, item->id);
			memcpy(data.args, item->args, sizeof(data.args));
			if (!sg_verdict_equal(sg_profile_eval(a, &data, NULL), item->a) ||
			    !sg_verdict_equal(sg_profile_eval(b, &data, NULL), item->b))
				fail_msg("round %d, item %zu: the example proves nothing", round,
					 i);
			n_items++;
		}
		for (int k = 0; k < 200; k++) {
			uint32_t arch = random_below(&r, 2) ? AUDIT_ARCH_X86_64 : AUDIT_ARCH_I386;
			struct sg_syscall_id id = { .arch = arch };
			struct sg_seccomp_data data = { 0 };
			struct sg_verdict va, vb;

			assert_int_equal(sg_syscall_nr(arch, names[random_below(&r, 4)], &id.nr),
					 0);
			sg_seccomp_data_set_id(&data, id);
			for (int j = 0; j < 3; j++) {
				data.args[j] = random_arg(&r, random_below(&r, 2) ? a : b);
				if (arch == AUDIT_ARCH_I386)
					data.args[j] = (uint32_t)data.args[j];
			}
			va = sg_profile_eval(a, &data, NULL);
			vb = sg_profile_eval(b, &data, NULL);
			if (sg_verdict_equal(va, vb))
				continue;
			n_found++;
			if (!has_item(&diff, id, va, vb) &&
			    !(diff.n && diff.items[diff.n - 1].scope == SG_DIFF_UNNAMED &&
			      sg_verdict_equal(va, a->default_verdict) &&
			      sg_verdict_equal(vb, b->default_verdict)))
				fail_msg("round %d: a difference was missed", round);
		}
	}
	assert_true(n_items > 2000 && n_found > 20000);
}

/*
 * How many differences there are between what the profile says and what its compiled program does;
 * that they are all there are, and real, is checked by running the program.
 */
static size_t n_misunderstood(const struct sg_profile *profile, struct sg_random *r,
			      bool *ret_compiled)
{
	_cleanup_(sg_compiled_done) struct sg_compiled compiled = { 0 };
	_cleanup_(sg_diff_done) struct sg_diff diff = { 0 };
	struct sg_diff_side a = { .profile = profile }, b = { 0 };
	const struct sg_filter *filter;
	struct sg_error err = { 0 };

	*ret_compiled = sg_profile_compile(profile, NULL, &compiled, NULL) == 0;
	if (!*ret_compiled)
		return 0;
	filter = compiled.filter;
	b.filters = &filter;
	b.n_filters = 1;
	if (sg_diff(&a, &b, NULL, &diff, &err) < 0)
		fail_msg("%s", err.message);
	for (size_t i = 0; i < diff.n; i++) {
		struct sg_seccomp_data data = { 0 };

		if (diff.items[i].kind == SG_DIFF_UNDECIDED)
			fail_msg("a program of libseccomp was not followed");
		sg_seccomp_data_set_id(&data, diff.items[i].id);
		memcpy(data.args, diff.items[i].args, sizeof(data.args));
		if (!sg_verdict_equal(sg_profile_eval(profile, &data, NULL), diff.items[i].a) ||
		    !sg_verdict_equal(sg_verdict_from_ret(sg_filter_run(filter, &data, NULL)),
				      diff.items[i].b))
			fail_msg("an example proves nothing");
	}
	for (int k = 0; k < 200; k++) {
		struct sg_syscall_id id = { .arch = AUDIT_ARCH_X86_64 };
		struct sg_seccomp_data data = { 0 };
		struct sg_verdict said, done;

		assert_int_equal(sg_syscall_nr(id.arch, names[random_below(r, 4)], &id.nr), 0);
		sg_seccomp_data_set_id(&data, id);
		for (int j = 0; j < 3; j++)
			data.args[j] = random_arg(r, profile);
		said = sg_profile_eval(profile, &data, NULL);
		done = sg_verdict_from_ret(sg_filter_run(filter, &data, NULL));
		if (!sg_verdict_equal(said, done) && !has_item(&diff, id, said, done))
			fail_msg("a difference was missed");
	}
	return diff.n;
}

/* EQ and MASKED_EQ with one verdict: what we emit, and what libseccomp gets right. */
static void safe_profiles_mean_what_their_filters_do(void **state)
{
	struct sg_random r = { 11 };
	size_t n_compiled = 0;

	(void)state;
	for (int round = 0; round < 1000; round++) {
		_cleanup_(sg_profile_freep) struct sg_profile *p = random_profile(&r, false);
		bool compiled;

		p->default_verdict = (struct sg_verdict){ SG_ACTION_ERRNO, 38 };
		for (size_t i = 0; i < p->n_rules; i++) {
			struct sg_rule *rule = &p->rules[i];

			rule->verdict = (struct sg_verdict){ SG_ACTION_ALLOW, 0 };
			for (size_t k = 0; k < rule->n_conditions; k++) {
				struct sg_condition *c = &rule->conditions[k];

				c->index = (uint8_t)k;
				c->op = SG_OP_MASKED_EQ;
				c->value = random_below(&r, 2) ? UINT32_MAX : UINT64_C(0xffffff0f);
				c->value_two &= c->value;
			}
		}
		if (n_misunderstood(p, &r, &compiled))
			fail_msg("round %d: libseccomp made something else of it", round);
		n_compiled += compiled;
	}
	assert_true(n_compiled > 900);
}

/* With mixed operators libseccomp 2.5.4 is known to err: every such filter must be found out. */
static void wrong_filters_are_found_with_an_example(void **state)
{
	struct sg_random r = { 13 };
	size_t n_compiled = 0, n_wrong = 0;

	(void)state;
	for (int round = 0; round < 1000; round++) {
		_cleanup_(sg_profile_freep) struct sg_profile *p = random_profile(&r, false);
		bool compiled;

		n_wrong += n_misunderstood(p, &r, &compiled) != 0;
		n_compiled += compiled;
	}
	assert_true(n_compiled > 300);
	print_message("%zu of %zu compiled profiles got another filter\n", n_wrong, n_compiled);
}

static void two_filters_compare_by_what_the_kernel_runs(void **state)
{
	_cleanup_(sg_profile_freep) struct sg_profile *a =
		spec_profile("default=errno:1 arch=x86_64 allow:read,write,socket[0==1]");
	_cleanup_(sg_profile_freep) struct sg_profile *b = spec_profile(
		"default=errno:1 arch=x86_64 allow:read,socket[0==1] allow:socket[0==2]");
	_cleanup_(sg_compiled_done) struct sg_compiled ca = { 0 }, cb = { 0 };
	_cleanup_(sg_diff_done) struct sg_diff same_diff = { 0 }, diff = { 0 };
	struct sg_diff_options opts = { .native_arch = AUDIT_ARCH_X86_64 };
	const struct sg_filter *fa, *fb;
	struct sg_diff_side sa, sb;

	(void)state;
	assert_int_equal(sg_profile_compile(a, NULL, &ca, NULL), 0);
	assert_int_equal(sg_profile_compile(b, NULL, &cb, NULL), 0);
	fa = ca.filter;
	fb = cb.filter;
	sa = (struct sg_diff_side){ .filters = &fa, .n_filters = 1 };
	sb = (struct sg_diff_side){ .filters = &fb, .n_filters = 1 };
	assert_int_equal(sg_diff(&sa, &sa, &opts, &same_diff, NULL), 0);
	assert_int_equal(same_diff.n, 0);
	assert_int_equal(sg_diff(&sa, &sb, &opts, &diff, NULL), 0);
	assert_int_equal(diff.n, 2);
	assert_int_equal(diff.items[0].kind, SG_DIFF_ONLY_A);
	assert_string_equal(sg_syscall_name(diff.items[0].id), "write");
	assert_int_equal(diff.items[1].kind, SG_DIFF_ONLY_B);
	assert_string_equal(sg_syscall_name(diff.items[1].id), "socket");
	assert_true(diff.items[1].args[0] == 2);
	assert_int_equal(sg_diff(&sa, &sb, NULL, &diff, NULL), -EINVAL);
}

/* A stack of filters against what the kernel would do with each alone. */
static void stacked_filters_decide_by_the_strongest(void **state)
{
	struct sg_random r = { 19 };
	size_t n_checked = 0;

	(void)state;
	for (int round = 0; round < 100; round++) {
		struct sg_compiled compiled[3] = { 0 };
		const struct sg_filter *stack[3];
		struct sg_decision decision;
		size_t n = 0;

		for (int i = 0; i < 3; i++) {
			_cleanup_(sg_profile_freep) struct sg_profile *p =
				random_profile(&r, false);

			if (sg_profile_compile(p, NULL, &compiled[n], NULL) == 0) {
				stack[n] = compiled[n].filter;
				n++;
			}
		}
		sg_decision_init(&decision);
		for (int k = 0; n && k < 100; k++) {
			struct sg_syscall_id id = { .arch = AUDIT_ARCH_X86_64 };
			struct sg_seccomp_data data = { 0 };
			uint32_t word, at;

			sg_syscall_nr(id.arch, names[random_below(&r, 4)], &id.nr);
			sg_seccomp_data_set_id(&data, id);
			for (int j = 0; j < 3; j++)
				data.args[j] = random_word(&r) | (uint64_t)random_word(&r) << 32;
			word = sg_filter_run(stack[0], &data, NULL);
			for (size_t i = 1; i < n; i++)
				word = sg_filter_stronger(sg_filter_run(stack[i], &data, NULL),
							  word);
			assert_int_equal(sg_decide_by_filters(stack, n, id, &decision, NULL), 0);
			for (at = decision.start; !(at & SG_DECISION_END);) {
				const struct sg_decision_node *node = &decision.nodes[at];
				uint32_t x = (uint32_t)(data.args[node->test.word / 2] >>
							(node->test.word % 2 * 32));
				bool yes = node->test.op == SG_TEST_EQ
						   ? (x & node->test.mask) == node->test.value
						   : (node->test.op == SG_TEST_GT
							      ? x > node->test.value
							      : x >= node->test.value);

				at = yes ? node->yes : node->no;
			}
			assert_int_not_equal(at, SG_DECISION_UNKNOWN);
			if (!sg_verdict_equal(decision.verdicts[at & ~SG_DECISION_END],
					      sg_verdict_from_ret(word)))
				fail_msg("round %d, call %d", round, k);
			n_checked++;
		}
		sg_decision_done(&decision);
		for (size_t i = 0; i < n; i++)
			sg_compiled_done(&compiled[i]);
	}
	assert_true(n_checked > 5000);
}

static void permission_only_leaves_verdicts_out(void **state)
{
	_cleanup_(sg_profile_freep) struct sg_profile *a =
		spec_profile("default=errno:1 arch=x86_64 allow:read errno:13:bpf");
	_cleanup_(sg_profile_freep) struct sg_profile *b =
		spec_profile("default=errno:38 arch=x86_64 log:read trap:bpf");
	_cleanup_(sg_diff_done) struct sg_diff diff = { 0 };
	struct sg_diff_options opts = { .permission_only = true };
	struct sg_diff_side sa = { .profile = a }, sb = { .profile = b };

	(void)state;
	assert_int_equal(sg_diff(&sa, &sb, &opts, &diff, NULL), 0);
	assert_int_equal(diff.n, 0);
}

/* Conditions by the thousand, in two orders: equal, and found so in time. */
static void large_rule_lists_are_compared_in_time(void **state)
{
	_cleanup_(sg_profile_freep) struct sg_profile *a =
		spec_profile("default=errno:1 arch=x86_64");
	_cleanup_(sg_profile_freep) struct sg_profile *b =
		spec_profile("default=errno:1 arch=x86_64");
	_cleanup_(sg_diff_done) struct sg_diff diff = { 0 };
	struct sg_rule *rule;
	clock_t start;

	(void)state;
	for (uint64_t i = 0; i < 2000; i++) {
		struct sg_condition ca = { 1, SG_OP_EQ, i * 7, 0 };
		struct sg_condition cb = { 1, SG_OP_EQ, (1999 - i) * 7, 0 };

		sg_profile_add_rule(a, (struct sg_verdict){ SG_ACTION_ALLOW, 0 }, &ca, 1, &rule,
				    NULL);
		spec_call(a, rule, (char[]){ "ioctl" });
		sg_profile_add_rule(b, (struct sg_verdict){ SG_ACTION_ALLOW, 0 }, &cb, 1, &rule,
				    NULL);
		spec_call(b, rule, (char[]){ "ioctl" });
	}
	start = clock();
	diff = diff_of(a, b);
	assert_int_equal(diff.n, 0);
	assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 10 * patience());
}

/* A search that would take for ever ends as "not proven equal", and that is no subset. */
static void what_is_not_decided_is_not_called_equal(void **state)
{
	_cleanup_(sg_profile_freep) struct sg_profile *a =
		spec_profile("default=errno:1 arch=x86_64");
	_cleanup_(sg_profile_freep) struct sg_profile *b =
		spec_profile("default=errno:1 arch=x86_64");
	_cleanup_(sg_diff_done) struct sg_diff diff = { 0 };
	struct sg_random r = { 17 };
	struct sg_rule *rule;

	(void)state;
	for (int i = 0; i < 400; i++) {
		struct sg_condition c[6], d[6];

		for (uint8_t k = 0; k < 6; k++) {
			uint64_t mask = random_u64(&r) & random_u64(&r) & random_u64(&r);

			c[k] = (struct sg_condition){ k, SG_OP_MASKED_EQ, mask, 0 };
			c[k].value_two = random_u64(&r) & mask;
			d[5 - k] = c[k];
		}
		sg_profile_add_rule(a, (struct sg_verdict){ SG_ACTION_ALLOW, 0 }, c, 6, &rule,
				    NULL);
		spec_call(a, rule, (char[]){ "ioctl" });
		sg_profile_add_rule(b, (struct sg_verdict){ SG_ACTION_ALLOW, 0 }, d, 6, &rule,
				    NULL);
		spec_call(b, rule, (char[]){ "ioctl" });
	}
	diff = diff_of(a, b);
	assert_int_equal(diff.n, 1);
	assert_int_equal(diff.items[0].kind, SG_DIFF_UNDECIDED);
	assert_false(sg_diff_is_subset(&diff));
}

static void json_holds_what_the_text_does(void **state)
{
	_cleanup_(sg_profile_freep) struct sg_profile *a =
		spec_profile("default=errno:1 arch=x86_64 allow:socket");
	_cleanup_(sg_profile_freep) struct sg_profile *b =
		spec_profile("default=errno:1 arch=x86_64 allow:socket[0==1]");
	_cleanup_(sg_diff_done) struct sg_diff diff = diff_of(a, b);
	_cleanup_(sg_strbuf_done) struct sg_strbuf out = SG_STRBUF_INIT;

	(void)state;
	sg_diff_print_json(&diff, "a", "b", &out);
	assert_string_equal(
		out.data,
		"{\n  \"a\": \"a\",\n  \"b\": \"b\",\n  \"equal\": false,\n  \"subset\": true,\n"
		"  \"counts\": {\"only-a\": 1, \"only-b\": 0, \"changed\": 0, \"undecided\": 0},\n"
		"  \"differences\": [\n    {\n      \"kind\": \"only-a\",\n      \"scope\": "
		"\"call\",\n"
		"      \"name\": \"socket\",\n      \"arch\": \"x86_64\",\n      \"nr\": 41,\n"
		"      \"a\": {\"action\": \"SCMP_ACT_ALLOW\"},\n"
		"      \"b\": {\"action\": \"SCMP_ACT_ERRNO\", \"errnoRet\": 1},\n"
		"      \"example\": [{\"index\": 0, \"value\": \"0x0\", \"text\": \"AF_UNSPEC\"}]\n"
		"    }\n  ]\n}\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(differences_are_those_of_the_table),
		cmocka_unit_test(a_comparison_that_is_cut_short_is_undecided),
		cmocka_unit_test(a_subset_allows_nothing_more),
		cmocka_unit_test(items_are_sound_and_complete),
		cmocka_unit_test(safe_profiles_mean_what_their_filters_do),
		cmocka_unit_test(wrong_filters_are_found_with_an_example),
		cmocka_unit_test(two_filters_compare_by_what_the_kernel_runs),
		cmocka_unit_test(stacked_filters_decide_by_the_strongest),
		cmocka_unit_test(permission_only_leaves_verdicts_out),
		cmocka_unit_test(large_rule_lists_are_compared_in_time),
		cmocka_unit_test(what_is_not_decided_is_not_called_equal),
		cmocka_unit_test(json_holds_what_the_text_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
