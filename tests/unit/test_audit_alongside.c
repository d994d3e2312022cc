/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <linux/audit.h>

#include "audit/run/alongside.h"

static const struct sg_syscall_id getpgrp_id = { AUDIT_ARCH_X86_64, 111 };

static struct sg_entry *entry_of(struct sg_run *run)
{
	struct sg_entry *entry;

	assert_int_equal(sg_run_entry(run, getpgrp_id, &entry, NULL), 0);
	return entry;
}

static void pair(struct sg_run **bpf, struct sg_run **audit)
{
	assert_int_equal(sg_run_new("bpf", bpf, NULL), 0);
	assert_int_equal(sg_run_new("audit", audit, NULL), 0);
	(*bpf)->sources = entry_of(*bpf)->sources = SG_SOURCE_BPF;
	(*audit)->sources = entry_of(*audit)->sources = SG_SOURCE_AUDIT;
}

static void a_denial_seen_twice_counts_once(void **state)
{
	_cleanup_(sg_run_freep) struct sg_run *bpf = NULL, *audit = NULL;

	(void)state;
	pair(&bpf, &audit);
	entry_of(bpf)->denied[SG_DENIAL_ERRNO] = 20;
	entry_of(audit)->denied[SG_DENIAL_USER_NOTIF] = 20;
	assert_int_equal(sg_run_put_audit_alongside(bpf, audit, NULL), 0);
	assert_int_equal(entry_of(bpf)->denied[SG_DENIAL_ERRNO], 0);
	assert_int_equal(entry_of(bpf)->denied[SG_DENIAL_USER_NOTIF], 20);
	assert_int_equal(bpf->n_entries, 1);
}

static void a_trail_that_saw_fewer_denials_gives_way(void **state)
{
	_cleanup_(sg_run_freep) struct sg_run *bpf = NULL, *audit = NULL;

	(void)state;
	pair(&bpf, &audit);
	entry_of(bpf)->denied[SG_DENIAL_ERRNO] = 20;
	entry_of(audit)->denied[SG_DENIAL_TRACE] = 3;
	assert_int_equal(sg_run_put_audit_alongside(bpf, audit, NULL), 0);
	assert_int_equal(entry_of(bpf)->denied[SG_DENIAL_ERRNO], 20);
	assert_int_equal(entry_of(bpf)->denied[SG_DENIAL_TRACE], 0);
}

static void counts_are_bpfs_and_logged_is_the_trails(void **state)
{
	_cleanup_(sg_run_freep) struct sg_run *bpf = NULL, *audit = NULL;

	(void)state;
	pair(&bpf, &audit);
	entry_of(bpf)->count[SG_STAGE_APP] = 7;
	entry_of(audit)->logged = 5;
	assert_int_equal(sg_run_put_audit_alongside(bpf, audit, NULL), 0);
	assert_int_equal(entry_of(bpf)->count[SG_STAGE_APP], 7);
	assert_int_equal(entry_of(bpf)->logged, 5);
	assert_int_equal(entry_of(bpf)->sources, SG_SOURCE_BPF | SG_SOURCE_AUDIT);
	assert_int_equal(bpf->sources, SG_SOURCE_BPF | SG_SOURCE_AUDIT);
}

static void a_call_that_only_the_trail_has_is_added(void **state)
{
	_cleanup_(sg_run_freep) struct sg_run *bpf = NULL, *audit = NULL;

	(void)state;
	assert_int_equal(sg_run_new("bpf", &bpf, NULL), 0);
	assert_int_equal(sg_run_new("audit", &audit, NULL), 0);
	entry_of(audit)->denied[SG_DENIAL_KILL_PROCESS] = 1;
	entry_of(audit)->first_seen = entry_of(audit)->last_seen = 1000;
	audit->loss[SG_LOSS_AUDIT_ENOBUFS] = 2;
	assert_int_equal(sg_run_put_audit_alongside(bpf, audit, NULL), 0);
	assert_int_equal(entry_of(bpf)->denied[SG_DENIAL_KILL_PROCESS], 1);
	assert_int_equal(entry_of(bpf)->first_seen, 1000);
	assert_int_equal(bpf->loss[SG_LOSS_AUDIT_ENOBUFS], 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_denial_seen_twice_counts_once),
		cmocka_unit_test(a_trail_that_saw_fewer_denials_gives_way),
		cmocka_unit_test(counts_are_bpfs_and_logged_is_the_trails),
		cmocka_unit_test(a_call_that_only_the_trail_has_is_added),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
