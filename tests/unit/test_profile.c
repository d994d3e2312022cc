/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <linux/seccomp.h>

#include "profile/profile.h"
#include "syscall/arch.h"

#define ALLOW ((struct sg_verdict){ SG_ACTION_ALLOW, 0 })

static struct sg_syscall_id x86(uint32_t nr)
{
	return (struct sg_syscall_id){ AUDIT_ARCH_X86_64, nr };
}

static struct sg_profile *new_profile(void)
{
	struct sg_profile *profile = NULL;

	assert_int_equal(sg_profile_new(&profile, NULL), 0);
	return profile;
}

static struct sg_rule *new_rule(struct sg_profile *profile)
{
	struct sg_rule *rule = NULL;

	assert_int_equal(sg_profile_add_rule(profile, ALLOW, NULL, 0, &rule, NULL), 0);
	return rule;
}

static void action_names_parse_back(void **state)
{
	enum sg_action action;

	(void)state;
	for (int i = 0; i < SG_ACTION_MAX_; i++) {
		assert_non_null(sg_action_names[i]);
		assert_int_equal(sg_action_parse(sg_action_names[i], &action), 0);
		assert_int_equal(action, i);
	}
}

static void kill_is_kill_thread(void **state)
{
	enum sg_action action = SG_ACTION_ALLOW;

	(void)state;
	assert_int_equal(sg_action_parse("SCMP_ACT_KILL", &action), 0);
	assert_int_equal(action, SG_ACTION_KILL_THREAD);
}

static void unknown_action_is_refused(void **state)
{
	enum sg_action action = SG_ACTION_LOG;

	(void)state;
	assert_int_equal(sg_action_parse("scmp_act_allow", &action), -EINVAL);
	assert_int_equal(sg_action_parse("", &action), -EINVAL);
	assert_int_equal(action, SG_ACTION_LOG);
}

static void op_names_parse_back(void **state)
{
	enum sg_op op;

	(void)state;
	for (int i = 0; i < SG_OP_MAX_; i++) {
		assert_non_null(sg_op_names[i]);
		assert_int_equal(sg_op_parse(sg_op_names[i], &op), 0);
		assert_int_equal(op, i);
	}
	assert_int_equal(sg_op_parse("SCMP_CMP_", &op), -EINVAL);
}

static void reasons_have_names(void **state)
{
	(void)state;
	for (int i = 0; i < SG_REASON_MAX_; i++)
		assert_non_null(sg_reason_names[i]);
}

static void verdict_words_are_the_kernels(void **state)
{
	(void)state;
	assert_int_equal(sg_verdict_to_ret((struct sg_verdict){ SG_ACTION_ERRNO, 38 }),
			 SECCOMP_RET_ERRNO | 38);
	assert_int_equal(sg_verdict_to_ret(ALLOW), SECCOMP_RET_ALLOW);
	assert_int_equal(sg_verdict_to_ret((struct sg_verdict){ SG_ACTION_KILL_PROCESS, 0 }),
			 SECCOMP_RET_KILL_PROCESS);
}

static void verdict_words_read_back(void **state)
{
	(void)state;
	for (int i = 0; i < SG_ACTION_MAX_; i++) {
		struct sg_verdict in = { (enum sg_action)i, 0 }, out;

		if (i == SG_ACTION_ERRNO || i == SG_ACTION_TRACE)
			in.data = 0x1234;
		out = sg_verdict_from_ret(sg_verdict_to_ret(in));
		assert_int_equal(out.action, in.action);
		assert_int_equal(out.data, in.data);
	}
}

static void data_of_actions_without_is_dropped(void **state)
{
	(void)state;
	assert_int_equal(sg_verdict_from_ret(SECCOMP_RET_ALLOW | 7).data, 0);
}

static void unknown_word_is_kill_process(void **state)
{
	(void)state;
	assert_int_equal(sg_verdict_from_ret(0x7fe00001).action, SG_ACTION_KILL_PROCESS);
	assert_int_equal(sg_verdict_from_ret(0x7fe00001).data, 0);
}

static void arches_stand_in_the_tables_order(void **state)
{
	_cleanup_(sg_profile_freep) struct sg_profile *profile = new_profile();
	size_t n = 0;

	(void)state;
	while (sg_arches[n].name)
		n++;
	/* backwards, and each twice */
	for (size_t i = n; i-- > 0;) {
		assert_int_equal(sg_profile_add_arch(profile, sg_arches[i].token, NULL), 0);
		assert_int_equal(sg_profile_add_arch(profile, sg_arches[i].token, NULL), 0);
	}
	assert_int_equal(profile->n_arches, n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(profile->arches[i], sg_arches[i].token);
}

static void unknown_arch_is_refused(void **state)
{
	_cleanup_(sg_profile_freep) struct sg_profile *profile = new_profile();
	struct sg_error err = { 0 };

	(void)state;
	assert_int_equal(sg_profile_add_arch(profile, 0x1234, &err), -EINVAL);
	assert_non_null(strstr(err.message, "0x1234"));
	assert_int_equal(profile->n_arches, 0);
}

static void calls_are_sorted_and_unique(void **state)
{
	_cleanup_(sg_profile_freep) struct sg_profile *profile = new_profile();
	struct sg_rule *rule = new_rule(profile);

	(void)state;
	/* 7 is prime to 101: every number below 101, in no order */
	for (uint32_t i = 0; i < 202; i++)
		assert_int_equal(sg_rule_add_call(rule, x86(i * 7 % 101), NULL, NULL), 0);
	assert_int_equal(rule->n_calls, 101);
	for (uint32_t i = 0; i < 101; i++)
		assert_int_equal(rule->calls[i].id.nr, i);
}

static void find_tells_architectures_apart(void **state)
{
	_cleanup_(sg_profile_freep) struct sg_profile *profile = new_profile();
	struct sg_rule *rule = new_rule(profile);
	struct sg_syscall_id i386 = { AUDIT_ARCH_I386, 5 };

	(void)state;
	assert_int_equal(sg_rule_add_call(rule, x86(5), NULL, NULL), 0);
	assert_non_null(sg_rule_find(rule, x86(5)));
	assert_null(sg_rule_find(rule, i386));
	assert_null(sg_rule_find(rule, x86(6)));
}

static void reasons_stay_in_order_and_are_copied(void **state)
{
	_cleanup_(sg_profile_freep) struct sg_profile *profile = new_profile();
	struct sg_rule *rule = new_rule(profile);
	char text[] = "first";
	struct sg_reason reason = { SG_REASON_BPF, text };
	const struct sg_rule_call *call;

	(void)state;
	assert_int_equal(sg_rule_add_call(rule, x86(1), &reason, NULL), 0);
	text[0] = 'X';
	reason = (struct sg_reason){ SG_REASON_FLOOR, NULL };
	assert_int_equal(sg_rule_add_call(rule, x86(1), &reason, NULL), 0);
	assert_int_equal(sg_rule_add_call(rule, x86(1), NULL, NULL), 0);

	call = sg_rule_find(rule, x86(1));
	assert_int_equal(call->n_reasons, 2);
	assert_int_equal(call->reasons[0].kind, SG_REASON_BPF);
	assert_string_equal(call->reasons[0].text, "first");
	assert_int_equal(call->reasons[1].kind, SG_REASON_FLOOR);
	assert_null(call->reasons[1].text);
}

static void conditions_are_copied(void **state)
{
	_cleanup_(sg_profile_freep) struct sg_profile *profile = new_profile();
	struct sg_condition c[] = { { 1, SG_OP_EQ, UINT64_MAX, 0 },
				    { 1, SG_OP_MASKED_EQ, 0xff, 3 } };
	struct sg_rule *rule = NULL;

	(void)state;
	assert_int_equal(sg_profile_add_rule(profile, ALLOW, c, 2, &rule, NULL), 0);
	memset(c, 0, sizeof(c));
	assert_int_equal(rule->n_conditions, 2);
	assert_true(rule->conditions[0].value == UINT64_MAX);
	assert_int_equal(rule->conditions[1].op, SG_OP_MASKED_EQ);
	assert_int_equal(rule->conditions[1].value_two, 3);
}

static void seventh_argument_is_refused(void **state)
{
	_cleanup_(sg_profile_freep) struct sg_profile *profile = new_profile();
	struct sg_condition c = { SG_ARGS_MAX, SG_OP_EQ, 0, 0 };
	struct sg_rule *rule = NULL;

	(void)state;
	assert_int_equal(sg_profile_add_rule(profile, ALLOW, &c, 1, &rule, NULL), -EINVAL);
	assert_null(rule);
	assert_int_equal(profile->n_rules, 0);
}

static void many_rules_keep_what_they_hold(void **state)
{
	_cleanup_(sg_profile_freep) struct sg_profile *profile = new_profile();

	(void)state;
	for (uint32_t i = 0; i < 1000; i++)
		assert_int_equal(sg_rule_add_call(new_rule(profile), x86(i), NULL, NULL), 0);
	assert_int_equal(profile->n_rules, 1000);
	for (uint32_t i = 0; i < 1000; i++)
		assert_int_equal(profile->rules[i].calls[0].id.nr, i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(action_names_parse_back),
		cmocka_unit_test(kill_is_kill_thread),
		cmocka_unit_test(unknown_action_is_refused),
		cmocka_unit_test(op_names_parse_back),
		cmocka_unit_test(reasons_have_names),
		cmocka_unit_test(verdict_words_are_the_kernels),
		cmocka_unit_test(verdict_words_read_back),
		cmocka_unit_test(data_of_actions_without_is_dropped),
		cmocka_unit_test(unknown_word_is_kill_process),
		cmocka_unit_test(arches_stand_in_the_tables_order),
		cmocka_unit_test(unknown_arch_is_refused),
		cmocka_unit_test(calls_are_sorted_and_unique),
		cmocka_unit_test(find_tells_architectures_apart),
		cmocka_unit_test(reasons_stay_in_order_and_are_copied),
		cmocka_unit_test(conditions_are_copied),
		cmocka_unit_test(seventh_argument_is_refused),
		cmocka_unit_test(many_rules_keep_what_they_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
