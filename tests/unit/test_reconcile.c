/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <linux/audit.h>
#include <string.h>

#include "recording/derive/reconcile.h"

#define BPF   SG_SOURCE_BPF
#define AUDIT SG_SOURCE_AUDIT
#define PROC  SG_SOURCE_PROC

/* One call in one run; what is expected of it. Times are in the same unit; the run lasts from 100
 * to 200. */
static const struct {
	const char *what;
	uint32_t run_sources, sources;
	uint64_t setup, app, denied, logged, seen, lost;
	enum sg_seen_by seen_by;
	const char *why; /* its beginning */
} cases[] = {
	{ "both", BPF | AUDIT, BPF | AUDIT, 0, 5, 0, 5, 150, 0, SG_SEEN_BY_BOTH,
	  "called and logged" },
	{ "fewer", BPF | AUDIT, BPF | AUDIT, 0, 5, 0, 2, 150, 0, SG_SEEN_BY_BOTH,
	  "logged, but less" },
	{ "denied", BPF | AUDIT, BPF | AUDIT, 0, 0, 3, 0, 150, 0, SG_SEEN_BY_BOTH, "denied, and" },
	{ "unread", BPF, BPF, 0, 5, 0, 0, 150, 0, SG_SEEN_BY_BPF, "the audit trail was not read" },
	{ "in progress", BPF | AUDIT, PROC, 0, 1, 0, 0, 0, 0, SG_SEEN_BY_BPF, "in progress" },
	{ "setup", BPF | AUDIT, BPF, 5, 0, 0, 0, 150, 0, SG_SEEN_BY_BPF, "made before a filter" },
	{ "limited", BPF | AUDIT, BPF, 0, 5, 0, 0, 150, 9, SG_SEEN_BY_BPF,
	  "its records can be among" },
	{ "quiet", BPF | AUDIT, BPF, 0, 0, 5, 0, 150, 0, SG_SEEN_BY_BPF,
	  "denied by a filter that does not" },
	{ "unlogged", BPF | AUDIT, BPF, 0, 5, 0, 0, 150, 0, SG_SEEN_BY_BPF,
	  "not logged by this profile" },
	{ "log alone", AUDIT, AUDIT, 0, 0, 0, 5, 150, 0, SG_SEEN_BY_AUDIT, "no recording by BPF" },
	{ "unwatched", BPF | AUDIT, AUDIT, 0, 0, 5, 0, 150, 0, SG_SEEN_BY_AUDIT,
	  "denied: it never entered" },
	{ "before", BPF | AUDIT, AUDIT, 0, 0, 0, 5, 50, 0, SG_SEEN_BY_AUDIT, "logged before" },
	{ "after", BPF | AUDIT, AUDIT, 0, 0, 0, 5, 250, 0, SG_SEEN_BY_AUDIT, "logged after" },
	{ "odd", BPF | AUDIT, AUDIT, 0, 0, 0, 5, 150, 0, SG_SEEN_BY_AUDIT,
	  "logged by another process" },
};

static void each_difference_has_its_explanation(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		_cleanup_(sg_recording_freep) struct sg_recording *rec = NULL;
		_cleanup_(sg_run_freep) struct sg_run *folded = NULL;
		_cleanup_free_ struct sg_reconciled *rows = NULL;
		struct sg_entry *entry;
		struct sg_run *run;

		assert_int_equal(sg_recording_new(&rec, NULL), 0);
		assert_int_equal(sg_run_new("run", &run, NULL), 0);
		run->sources = cases[i].run_sources;
		run->start = 100;
		run->end = 200;
		run->loss[SG_LOSS_AUDIT_SUPPRESSED] = cases[i].lost;
		assert_int_equal(sg_run_entry(run, (struct sg_syscall_id){ AUDIT_ARCH_X86_64, 111 },
					      &entry, NULL),
				 0);
		entry->sources = cases[i].sources;
		entry->count[SG_STAGE_SETUP] = cases[i].setup;
		entry->count[SG_STAGE_APP] = cases[i].app;
		entry->denied[SG_DENIAL_ERRNO] = cases[i].denied;
		entry->logged = cases[i].logged;
		entry->first_seen = entry->last_seen = cases[i].seen;
		assert_int_equal(sg_recording_add(rec, run, NULL), 0);
		assert_int_equal(sg_recording_fold(rec, &folded, NULL), 0);
		assert_int_equal(sg_recording_reconcile(rec, folded, &rows, NULL), 0);
		if (rows[0].seen_by != cases[i].seen_by ||
		    strncmp(rows[0].why, cases[i].why, strlen(cases[i].why)) != 0)
			fail_msg("%s: %s: %s", cases[i].what, sg_seen_by_names[rows[0].seen_by],
				 rows[0].why);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_difference_has_its_explanation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
