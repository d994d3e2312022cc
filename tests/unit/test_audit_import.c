/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <errno.h>
#include <inttypes.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/run/digest.h"
#include "audit/run/import.h"
#include "audit/run/rows.h"
#include "base/cleanup.h"
#include "recording/merge/merge.h"
#include "recording/json/recording_json.h"
#include "syscall/arch.h"

#define SECOND UINT64_C(1000000000)
#define START  (UINT64_C(1795293354) * SECOND)
#define X(nr_) ((struct sg_syscall_id){ AUDIT_ARCH_X86_64, nr_ })

static struct sg_audit_text text(const char *s)
{
	return (struct sg_audit_text){ s, strlen(s), SG_AUDIT_TEXT_PLAIN };
}

/* A record of second @serial after START, so that times and serials rise together. */
static struct sg_audit_record record(uint64_t serial, uint32_t nr, uint32_t code)
{
	return (struct sg_audit_record){
		.time = START + serial * SECOND,
		.serial = serial,
		.pid = 7,
		.id = X(nr),
		.code = code,
		.comm = text("a"),
		.exe = text("/bin/a"),
	};
}

static struct sg_audit_importer *new_importer(const struct sg_audit_filters *filters)
{
	struct sg_audit_importer *importer = NULL;

	assert_int_equal(sg_audit_importer_new(filters, &importer, NULL), 0);
	return importer;
}

static void add(struct sg_audit_importer *importer, struct sg_audit_record rec)
{
	assert_int_equal(sg_audit_importer_record(importer, &rec, NULL), 0);
}

static struct sg_run *finish(struct sg_audit_importer *importer)
{
	struct sg_run *run = NULL;

	assert_int_equal(sg_audit_importer_finish(importer, &run, NULL), 0);
	return run;
}

#define IMPORTER(name, filters) \
	_cleanup_(sg_audit_importer_freep) struct sg_audit_importer *name = new_importer(filters)
#define RUN(name, importer) _cleanup_(sg_run_freep) struct sg_run *name = finish(importer)

static void each_action_is_counted_in_its_place(void **state)
{
	static const struct {
		uint32_t code;
		enum sg_denial denial;
	} denials[] = {
		{ SECCOMP_RET_ERRNO, SG_DENIAL_ERRNO },
		{ SECCOMP_RET_TRAP, SG_DENIAL_TRAP },
		{ SECCOMP_RET_TRACE, SG_DENIAL_TRACE },
		{ SECCOMP_RET_USER_NOTIF, SG_DENIAL_USER_NOTIF },
		{ SECCOMP_RET_KILL_THREAD, SG_DENIAL_KILL_THREAD },
		{ SECCOMP_RET_KILL_PROCESS, SG_DENIAL_KILL_PROCESS },
		{ SECCOMP_RET_ERRNO | 13, SG_DENIAL_ERRNO }, /* with the errno */
	};
	IMPORTER(importer, NULL);
	struct sg_audit_record any_kill = record(90, 90, SECCOMP_RET_KILL_THREAD);

	(void)state;
	for (uint32_t i = 0; i < SG_ARRAY_SIZE(denials); i++)
		add(importer, record(i + 1, i, denials[i].code));
	add(importer, record(80, 80, SECCOMP_RET_LOG));
	any_kill.is_any_kill = true;
	add(importer, any_kill);
	{
		RUN(run, importer);

		assert_int_equal(run->n_entries, SG_ARRAY_SIZE(denials) + 2);
		for (uint32_t i = 0; i < SG_ARRAY_SIZE(denials); i++) {
			const struct sg_entry *entry = sg_run_find(run, X(i));

			for (size_t j = 0; j < SG_DENIAL_MAX_; j++)
				assert_int_equal(entry->denied[j], j == denials[i].denial);
			assert_int_equal(entry->logged, 0);
		}
		assert_int_equal(sg_run_find(run, X(80))->logged, 1);
		/* calls that entered the kernel are the kernel half's to count */
		assert_int_equal(sg_run_find(run, X(80))->count[SG_STAGE_APP], 0);
		assert_int_equal(sg_run_find(run, X(90))->denied[SG_DENIAL_UNKNOWN], 1);
	}
}

static void a_run_says_what_it_is(void **state)
{
	IMPORTER(importer, NULL);

	(void)state;
	add(importer, record(5, 1, SECCOMP_RET_LOG));
	add(importer, record(3, 1, SECCOMP_RET_LOG));
	sg_audit_importer_other(importer, START + 9 * SECOND, 9);
	{
		RUN(run, importer);

		assert_string_equal(run->target.kind, "log");
		assert_int_equal(run->sources, SG_SOURCE_AUDIT);
		assert_true(run->complete);
		assert_int_equal(run->host.arch, AUDIT_ARCH_X86_64);
		assert_int_equal(run->start, START + 3 * SECOND);
		assert_int_equal(run->end, START + 9 * SECOND);
		assert_int_equal(run->n_entries, 1);
		assert_int_equal(run->entries[0].first_seen, START + 3 * SECOND);
		assert_int_equal(run->entries[0].last_seen, START + 5 * SECOND);
		assert_int_equal(run->entries[0].logged, 2);
		assert_int_equal(run->entries[0].sources, SG_SOURCE_AUDIT);
	}
}

static void programs_are_decoded_and_stored_once(void **state)
{
	static const struct sg_audit_text comms[] = {
		{ "a", 1, SG_AUDIT_TEXT_PLAIN },   { "612062", 6, SG_AUDIT_TEXT_HEX },
		{ "a b", 3, SG_AUDIT_TEXT_PLAIN }, { NULL, 0, SG_AUDIT_TEXT_NONE },
		{ "", 0, SG_AUDIT_TEXT_PLAIN },	   { "b\\x5cc", 6, SG_AUDIT_TEXT_KMSG },
	};
	IMPORTER(importer, NULL);

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(comms); i++) {
		struct sg_audit_record rec = record(i + 1, 1, SECCOMP_RET_LOG);

		rec.comm = comms[i];
		add(importer, rec);
	}
	{
		RUN(run, importer);
		const struct sg_entry *entry = &run->entries[0];

		assert_int_equal(entry->logged, SG_ARRAY_SIZE(comms));
		assert_int_equal(entry->n_programs, 3);
		assert_string_equal(entry->programs[0], "a");
		assert_string_equal(entry->programs[1], "a b");
		assert_string_equal(entry->programs[2], "b\\c");
	}
}

static void a_record_that_arrives_twice_counts_once(void **state)
{
	IMPORTER(importer, NULL);
	struct sg_audit_record other_pid = record(1, 1, SECCOMP_RET_LOG);

	(void)state;
	add(importer, record(1, 1, SECCOMP_RET_LOG));
	add(importer, record(2, 1, SECCOMP_RET_LOG));
	add(importer, record(1, 1, SECCOMP_RET_LOG));
	add(importer, record(2, 1, SECCOMP_RET_LOG));
	other_pid.pid = 8;
	add(importer, other_pid);
	assert_int_equal(sg_audit_importer_stats(importer)->duplicates, 2);
	assert_int_equal(sg_audit_importer_stats(importer)->taken, 3);
}

/* journalctl -o short has no serials: nothing tells two calls from one call logged twice. */
static void records_without_a_serial_are_all_counted(void **state)
{
	IMPORTER(importer, NULL);
	struct sg_audit_record rec = record(1, 1, SECCOMP_RET_LOG);

	(void)state;
	rec.serial = 0;
	add(importer, rec);
	add(importer, rec);
	{
		RUN(run, importer);

		assert_int_equal(run->entries[0].logged, 2);
	}
}

static void filters_leave_out_and_count(void **state)
{
	static const uint32_t pids[] = { 9, 7 };
	static const char *const comms[] = { "b", "a" }, *const exes[] = { "/bin/a" };
	static const struct {
		struct sg_audit_filters filters;
		uint64_t taken; /* of the five below */
	} cases[] = {
		{ { 0 }, 5 },
		{ { .pids = pids, .n_pids = 2 }, 4 },
		{ { .pids = pids, .n_pids = 1 }, 0 },
		{ { .comms = comms, .n_comms = 2 }, 4 },
		{ { .exes = exes, .n_exes = 1 }, 4 },
		{ { .since = START + 2 * SECOND }, 3 },
		{ { .until = START + 2 * SECOND }, 2 },
		{ { .since = START + 2 * SECOND, .until = START + 2 * SECOND }, 1 },
		{ { .since = START + 4 * SECOND, .pids = pids, .n_pids = 2 }, 0 },
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(cases); i++) {
		IMPORTER(importer, &cases[i].filters);
		struct sg_audit_record rec = record(1, 1, SECCOMP_RET_LOG);

		add(importer, rec);
		add(importer, record(2, 1, SECCOMP_RET_LOG));
		rec = record(3, 1, SECCOMP_RET_LOG);
		rec.comm = text("c");
		add(importer, rec);
		rec = record(4, 1, SECCOMP_RET_LOG);
		rec.pid = 8;
		add(importer, rec);
		rec = record(5, 1, SECCOMP_RET_LOG);
		rec.exe = text("/bin/b");
		rec.time = 0; /* its time is not known */
		add(importer, rec);
		assert_int_equal(sg_audit_importer_stats(importer)->taken, cases[i].taken);
		assert_int_equal(sg_audit_importer_stats(importer)->filtered, 5 - cases[i].taken);
	}
}

static void serials_that_never_arrived_are_a_loss(void **state)
{
	IMPORTER(importer, NULL);

	(void)state;
	add(importer, record(10, 1, SECCOMP_RET_LOG));
	sg_audit_importer_other(importer, START + 12 * SECOND, 12); /* 11 is on its way */
	add(importer, record(11, 1, SECCOMP_RET_LOG));
	add(importer, record(14, 1, SECCOMP_RET_LOG));
	add(importer, record(10014, 1, SECCOMP_RET_LOG));
	{
		RUN(run, importer);

		assert_int_equal(run->loss[SG_LOSS_AUDIT_SERIAL_GAPS], 1 + 9999);
	}
}

static void another_boot_is_no_gap(void **state)
{
	IMPORTER(importer, NULL);
	struct sg_audit_record rec = record(500, 1, SECCOMP_RET_LOG);

	(void)state;
	add(importer, record(499, 1, SECCOMP_RET_LOG));
	add(importer, rec);
	rec.serial = 3; /* an hour later */
	rec.time += 3600 * SECOND;
	add(importer, rec);
	rec.serial = 5;
	add(importer, rec);
	{
		RUN(run, importer);

		assert_int_equal(run->loss[SG_LOSS_AUDIT_SERIAL_GAPS], 1);
	}
}

static void notice(struct sg_audit_importer *importer, enum sg_loss loss,
		   enum sg_audit_count meaning, uint64_t count)
{
	const struct sg_audit_notice notice = {
		.loss = loss,
		.meaning = meaning,
		.count = count,
	};

	sg_audit_importer_notice(importer, &notice);
}

/* As a real kernel log had it: 38, "290 callbacks suppressed", 329. */
static void what_a_notice_explains_is_no_gap_as_well(void **state)
{
	IMPORTER(importer, NULL);

	(void)state;
	add(importer, record(38, 1, SECCOMP_RET_LOG));
	notice(importer, SG_LOSS_AUDIT_SUPPRESSED, SG_AUDIT_COUNT_NEW, 290);
	add(importer, record(330, 1, SECCOMP_RET_LOG));
	{
		RUN(run, importer);

		assert_int_equal(run->loss[SG_LOSS_AUDIT_SUPPRESSED], 290);
		assert_int_equal(run->loss[SG_LOSS_AUDIT_SERIAL_GAPS], 1);
	}
}

/* net_ratelimit() and the like suppress lines of their own; no serial is missing then. */
static void what_was_suppressed_without_a_gap_was_not_audits(void **state)
{
	IMPORTER(importer, NULL);

	(void)state;
	add(importer, record(38, 1, SECCOMP_RET_LOG));
	notice(importer, SG_LOSS_AUDIT_SUPPRESSED, SG_AUDIT_COUNT_NEW, 290);
	add(importer, record(41, 1, SECCOMP_RET_LOG));
	{
		RUN(run, importer);

		assert_int_equal(run->loss[SG_LOSS_AUDIT_SUPPRESSED], 2);
		assert_int_equal(run->loss[SG_LOSS_AUDIT_SERIAL_GAPS], 0);
	}
}

static void what_was_suppressed_at_either_end_counts(void **state)
{
	IMPORTER(importer, NULL);
	struct sg_audit_record without = record(3, 1, SECCOMP_RET_LOG);

	(void)state;
	without.serial = 0;
	notice(importer, SG_LOSS_AUDIT_SUPPRESSED, SG_AUDIT_COUNT_NEW, 1000);
	add(importer, record(1, 1, SECCOMP_RET_LOG));
	add(importer, record(2, 1, SECCOMP_RET_LOG));
	notice(importer, SG_LOSS_AUDIT_SUPPRESSED, SG_AUDIT_COUNT_NEW, 100);
	add(importer, without);
	notice(importer, SG_LOSS_AUDIT_SUPPRESSED, SG_AUDIT_COUNT_NEW, 10);
	{
		RUN(run, importer);

		assert_int_equal(run->loss[SG_LOSS_AUDIT_SUPPRESSED], 1110);
	}
}

/*
 * Losses have no time of their own: they count when they can have happened within the bounds, that
 * is, up to the record before a bound and the one after it.
 */
static void losses_at_the_bounds_of_time_count(void **state)
{
	static const struct {
		uint64_t since, until; /* seconds after START */
		uint64_t suppressed, gaps, lost;
	} cases[] = {
		{ 0, 0, 89, 8, 3 },	 /* all of it */
		{ 15, 25, 9 + 1, 0, 1 }, /* between 10 and 20, and between 20 and 31 */
		{ 15, 16, 9, 0, 1 },	 /* no record within, but a loss may be */
		{ 10, 20, 9 + 1, 0, 1 }, { 32, 39, 0, 8, 0 },
		{ 41, 0, 79, 0, 2 }, /* after the last */
		{ 1, 5, 0, 0, 0 },   /* before the first, where nothing was reported */
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(cases); i++) {
		const struct sg_audit_filters filters = {
			.since = cases[i].since ? START + cases[i].since * SECOND : 0,
			.until = cases[i].until ? START + cases[i].until * SECOND : 0,
		};
		IMPORTER(importer, &filters);

		add(importer, record(10, 1, SECCOMP_RET_LOG));
		notice(importer, SG_LOSS_AUDIT_SUPPRESSED, SG_AUDIT_COUNT_NEW, 9);
		notice(importer, SG_LOSS_AUDIT_LOST, SG_AUDIT_COUNT_NEW, 1);
		add(importer, record(20, 1, SECCOMP_RET_LOG));
		notice(importer, SG_LOSS_AUDIT_SUPPRESSED, SG_AUDIT_COUNT_NEW, 1);
		/* 21 is missing, and was reported */
		for (uint64_t serial = 22; serial <= 31; serial++)
			add(importer, record(serial, 1, SECCOMP_RET_LOG));
		add(importer, record(40, 1, SECCOMP_RET_LOG));
		notice(importer, SG_LOSS_AUDIT_SUPPRESSED, SG_AUDIT_COUNT_NEW, 79);
		notice(importer, SG_LOSS_AUDIT_LOST, SG_AUDIT_COUNT_NEW, 2);
		{
			RUN(run, importer);

			assert_int_equal(run->loss[SG_LOSS_AUDIT_SUPPRESSED], cases[i].suppressed);
			assert_int_equal(run->loss[SG_LOSS_AUDIT_SERIAL_GAPS], cases[i].gaps);
			assert_int_equal(run->loss[SG_LOSS_AUDIT_LOST], cases[i].lost);
		}
	}
}

static void totals_and_reasons_of_one_loss_count_once(void **state)
{
	IMPORTER(importer, NULL);

	(void)state;
	notice(importer, SG_LOSS_AUDIT_LOST, SG_AUDIT_COUNT_TOTAL, 5);
	notice(importer, SG_LOSS_AUDIT_LOST, SG_AUDIT_COUNT_REASON, 1);
	notice(importer, SG_LOSS_AUDIT_LOST, SG_AUDIT_COUNT_TOTAL, 8);
	notice(importer, SG_LOSS_AUDIT_LOST, SG_AUDIT_COUNT_TOTAL, 2); /* another boot */
	notice(importer, SG_LOSS_AUDIT_LOST, SG_AUDIT_COUNT_NEW, 100);
	{
		RUN(run, importer);

		assert_int_equal(run->loss[SG_LOSS_AUDIT_LOST], 8 + 2 + 100);
	}
}

static void reasons_alone_count(void **state)
{
	IMPORTER(importer, NULL);

	(void)state;
	notice(importer, SG_LOSS_AUDIT_LOST, SG_AUDIT_COUNT_REASON, 1);
	notice(importer, SG_LOSS_AUDIT_LOST, SG_AUDIT_COUNT_REASON, 1);
	{
		RUN(run, importer);

		assert_int_equal(run->loss[SG_LOSS_AUDIT_LOST], 2);
	}
}

static void only_unreadable_records_are_a_loss_of_records(void **state)
{
	IMPORTER(importer, NULL);

	(void)state;
	sg_audit_importer_problem(importer, SG_AUDIT_UNREADABLE);
	sg_audit_importer_problem(importer, SG_AUDIT_FOREIGN);
	sg_audit_importer_problem(importer, SG_AUDIT_NONE);
	sg_audit_importer_lose(importer, SG_LOSS_AUDIT_ENOBUFS, 4);
	{
		RUN(run, importer);

		assert_int_equal(run->loss[SG_LOSS_AUDIT_UNREADABLE], 1);
		assert_int_equal(run->loss[SG_LOSS_AUDIT_ENOBUFS], 4);
	}
}

static void numbers_that_no_call_has_go_to_the_ledger(void **state)
{
	static const uint32_t impossible[] = { UINT32_MAX, 0x80000000u, 9999, 576 };
	static const uint32_t possible[] = { 0, 335, 470, 575 };
	IMPORTER(importer, NULL);
	struct sg_audit_record rec;
	uint64_t serial = 0;

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(impossible); i++)
		add(importer, record(++serial, impossible[i], SECCOMP_RET_LOG));
	for (size_t i = 0; i < SG_ARRAY_SIZE(possible); i++)
		add(importer, record(++serial, possible[i], SECCOMP_RET_LOG));
	rec = record(++serial, 4020, SECCOMP_RET_LOG); /* mips counts from 4000 */
	rec.id.arch = AUDIT_ARCH_MIPS;
	add(importer, rec);
	rec = record(++serial, 0xf0005, SECCOMP_RET_LOG); /* one of arm's own */
	rec.id.arch = AUDIT_ARCH_ARM;
	add(importer, rec);
	{
		RUN(run, importer);

		assert_int_equal(run->loss[SG_LOSS_INVALID_NUMBERS], SG_ARRAY_SIZE(impossible));
		assert_int_equal(run->n_entries, SG_ARRAY_SIZE(possible) + 2);
		assert_int_equal(run->host.arch, 0); /* two kinds of machine */
	}
}

static void calls_outlive_a_flood_of_program_names(void **state)
{
	IMPORTER(importer, NULL);
	const uint64_t n = SG_AUDIT_ROWS_MAX + 1000;

	(void)state;
	for (uint64_t i = 1; i <= n; i++) {
		struct sg_audit_record rec = record(i, (uint32_t)(i % 4), SECCOMP_RET_LOG);
		char name[16];

		snprintf(name, sizeof(name), "t%" PRIu64, i);
		rec.comm = text(name);
		add(importer, rec);
	}
	add(importer, record(n + 1, 5, SECCOMP_RET_LOG)); /* a call that was not there before */
	{
		RUN(run, importer);
		uint64_t sum = 0;

		for (size_t i = 0; i < run->n_entries; i++)
			sum += run->entries[i].logged;
		assert_true(run->loss[SG_LOSS_FIRST_SEEN_ROWS] >= 1000);
		/* whatever is not counted is in the ledger */
		assert_int_equal(sum + run->loss[SG_LOSS_AUDIT_UNREADABLE], n + 1);
	}
}

static void print(const struct sg_run *run, struct sg_strbuf *out)
{
	struct sg_run *one = (struct sg_run *)(uintptr_t)run;

	sg_recording_print(&(struct sg_recording){ &one, 1 }, out);
	assert_false(out->failed);
}

static struct sg_run *import_three(const uint64_t serials[3],
				   const struct sg_audit_filters *filters)
{
	IMPORTER(importer, filters);

	for (size_t i = 0; i < 3; i++)
		add(importer, record(serials[i], (uint32_t)serials[i], SECCOMP_RET_LOG));
	return finish(importer);
}

static void the_same_log_is_the_same_run(void **state)
{
	static const uint64_t forth[] = { 1, 2, 3 }, back[] = { 3, 2, 1 }, other[] = { 1, 2, 4 };
	static const uint32_t nobody[] = { 1 };
	static const struct sg_audit_filters filters = { .pids = nobody, .n_pids = 1 };
	_cleanup_(sg_run_freep) struct sg_run *a = import_three(forth, NULL);
	_cleanup_(sg_run_freep) struct sg_run *b = import_three(back, NULL);
	_cleanup_(sg_run_freep) struct sg_run *c = import_three(other, NULL);
	_cleanup_(sg_run_freep) struct sg_run *d = import_three(forth, &filters);
	_cleanup_(sg_strbuf_done) struct sg_strbuf print_a = SG_STRBUF_INIT,
						   print_b = SG_STRBUF_INIT;

	(void)state;
	print(a, &print_a);
	print(b, &print_b);
	assert_string_equal(print_a.data, print_b.data);
	assert_string_not_equal(a->id, c->id);
	assert_string_not_equal(a->id, d->id);
	assert_int_equal(strlen(a->id), 36);
	assert_int_equal(a->id[14], '8');
}

static void importing_twice_merges_to_one_run(void **state)
{
	static const uint64_t serials[] = { 1, 2, 3 };
	_cleanup_(sg_recording_freep) struct sg_recording *first = NULL, *second = NULL;

	(void)state;
	assert_int_equal(sg_recording_new(&first, NULL), 0);
	assert_int_equal(sg_recording_new(&second, NULL), 0);
	assert_int_equal(sg_recording_add(first, import_three(serials, NULL), NULL), 0);
	assert_int_equal(sg_recording_add(second, import_three(serials, NULL), NULL), 0);
	assert_int_equal(sg_recording_merge(first, second, NULL), 0);
	assert_int_equal(first->n_runs, 1);
	assert_int_equal(first->runs[0]->entries[0].logged, 1);
}

static void a_run_survives_its_file(void **state)
{
	IMPORTER(importer, NULL);
	_cleanup_(sg_recording_freep) struct sg_recording *back = NULL;
	_cleanup_(sg_strbuf_done) struct sg_strbuf out = SG_STRBUF_INIT, again = SG_STRBUF_INIT;
	struct sg_error err = { 0 };

	(void)state;
	add(importer, record(1, 9, SECCOMP_RET_KILL_PROCESS));
	add(importer, record(7, 575, SECCOMP_RET_LOG));
	{
		RUN(run, importer);

		print(run, &out);
	}
	assert_int_equal(sg_recording_parse("x", out.data, out.len, &back, &err), 0);
	sg_recording_print(back, &again);
	assert_string_equal(again.data, out.data);
}

static void nothing_gives_an_empty_run(void **state)
{
	IMPORTER(importer, NULL);
	RUN(run, importer);

	(void)state;
	assert_int_equal(run->n_entries, 0);
	assert_int_equal(run->start, 0);
	assert_int_equal(run->host.arch, 0);
}

/* The vectors of FIPS 180-4's examples, and one whose padding needs a block of its own. */
static void the_digest_is_sha_256(void **state)
{
	static const struct {
		const char *text, *sum;
	} vectors[] = {
		{ "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
		{ "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
		{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(vectors); i++) {
		struct sg_digest digest;
		unsigned char sum[32];
		char hex[65];

		sg_digest_init(&digest);
		for (const char *p = vectors[i].text; *p; p++)
			sg_digest_add(&digest, p, 1);
		sg_digest_finish(&digest, sum);
		for (int j = 0; j < 32; j++)
			sprintf(hex + 2 * j, "%02x", sum[j]);
		assert_string_equal(hex, vectors[i].sum);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_action_is_counted_in_its_place),
		cmocka_unit_test(a_run_says_what_it_is),
		cmocka_unit_test(programs_are_decoded_and_stored_once),
		cmocka_unit_test(a_record_that_arrives_twice_counts_once),
		cmocka_unit_test(records_without_a_serial_are_all_counted),
		cmocka_unit_test(filters_leave_out_and_count),
		cmocka_unit_test(serials_that_never_arrived_are_a_loss),
		cmocka_unit_test(another_boot_is_no_gap),
		cmocka_unit_test(what_a_notice_explains_is_no_gap_as_well),
		cmocka_unit_test(what_was_suppressed_without_a_gap_was_not_audits),
		cmocka_unit_test(what_was_suppressed_at_either_end_counts),
		cmocka_unit_test(losses_at_the_bounds_of_time_count),
		cmocka_unit_test(totals_and_reasons_of_one_loss_count_once),
		cmocka_unit_test(reasons_alone_count),
		cmocka_unit_test(only_unreadable_records_are_a_loss_of_records),
		cmocka_unit_test(numbers_that_no_call_has_go_to_the_ledger),
		cmocka_unit_test(calls_outlive_a_flood_of_program_names),
		cmocka_unit_test(the_same_log_is_the_same_run),
		cmocka_unit_test(importing_twice_merges_to_one_run),
		cmocka_unit_test(a_run_survives_its_file),
		cmocka_unit_test(nothing_gives_an_empty_run),
		cmocka_unit_test(the_digest_is_sha_256),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
