/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/run/import.h"
#include "audit/stream/input.h"
#include "audit/stream/stream.h"
#include "base/cleanup.h"
#include "base/strbuf.h"
#include "fuzz_check.h"
#include "recording/json/recording_json.h"

/*
 * A log that anybody wrote. What is read must not depend on how it arrives in pieces; the reader of
 * the kernel's own order of fields must agree with the one for any order; and a recording must come
 * of it that can be read back.
 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* All that a sink gets, as one number. */
struct reported {
	uint64_t hash;
	uint64_t first_line; /* lines of the files before */
	bool has_any;
	struct sg_audit_importer *importer; /* gets it as well; may be NULL */
};

static void report(struct reported *reported, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;

	while (n-- > 0)
		reported->hash = (reported->hash ^ *p++) * UINT64_C(1099511628211);
}

static void report_number(struct reported *reported, uint64_t v)
{
	report(reported, &v, sizeof(v));
}

static void report_text(struct reported *reported, const struct sg_audit_text *text)
{
	char buf[300];
	size_t n = sg_audit_text_copy(text, buf, sizeof(buf));

	CHECK(n < sizeof(buf) && strlen(buf) == n);
	report_number(reported, text->form);
	report(reported, buf, n + 1);
}

static void report_record(struct reported *reported, const struct sg_audit_record *rec)
{
	report_number(reported, rec->time);
	report_number(reported, rec->serial);
	report_number(reported, rec->pid);
	report_number(reported, rec->code);
	report_number(reported, (uint64_t)rec->id.arch << 32 | rec->id.nr);
	report_number(reported, (uint64_t)rec->sig);
	report_number(reported, rec->is_compat);
	report_number(reported, rec->has_names);
	report_number(reported, rec->is_any_kill);
	report_text(reported, &rec->comm);
	report_text(reported, &rec->exe);
}

static int on_record(void *data, const struct sg_audit_record *rec, uint64_t line,
		     struct sg_error *err)
{
	struct reported *reported = data;

	reported->has_any = true;
	report_number(reported, line - reported->first_line);
	report_record(reported, rec);
	return reported->importer ? sg_audit_importer_record(reported->importer, rec, err) : 0;
}

static void on_other(void *data, uint64_t time, uint64_t serial)
{
	struct reported *reported = data;

	report_number(reported, time);
	report_number(reported, serial);
	if (reported->importer)
		sg_audit_importer_other(reported->importer, time, serial);
}

static void on_notice(void *data, const struct sg_audit_notice *notice, uint64_t line)
{
	struct reported *reported = data;

	reported->has_any = true;
	report_number(reported, line - reported->first_line);
	report_number(reported, (uint64_t)notice->loss << 8 | notice->meaning);
	report_number(reported, notice->count);
	if (reported->importer)
		sg_audit_importer_notice(reported->importer, notice);
}

static void on_problem(void *data, enum sg_audit_kind kind, const char *reason, uint64_t line)
{
	struct reported *reported = data;

	report_number(reported, line - reported->first_line);
	report_number(reported, kind);
	report(reported, reason, strlen(reason));
	if (reported->importer)
		sg_audit_importer_problem(reported->importer, kind);
}

static const struct sg_audit_sink sink = {
	.record = on_record,
	.other = on_other,
	.notice = on_notice,
	.problem = on_problem,
};

static const struct sg_audit_clock fuzz_clock = { .latest = UINT64_C(1795305600000000000) };

/*
 * Read @data in pieces of @piece bytes; @importer may be NULL. One stream reads all files: none
 * must leave anything to the next.
 */
static struct reported read_log(const uint8_t *data, size_t size, size_t piece,
				struct sg_audit_importer *importer)
{
	static struct sg_audit_stream *stream;
	static struct reported reported;
	_cleanup_(sg_audit_input_freep) struct sg_audit_input *input = NULL;
	int r = 0, finish;

	CHECK(stream || sg_audit_stream_new(&sink, &reported, &fuzz_clock, &stream, NULL) == 0);
	reported = (struct reported){
		.hash = UINT64_C(14695981039346656037),
		.first_line = sg_audit_stream_stats(stream)->lines,
		.importer = importer,
	};
	CHECK(sg_audit_input_new(stream, "fuzz", &input, NULL) == 0);
	for (size_t done = 0; done < size && r == 0; done += piece) {
		size_t n = piece < size - done ? piece : size - done;
		/* of its own size, so that a read beyond it is seen */
		_cleanup_free_ uint8_t *copy = malloc(n);

		CHECK(copy);
		memcpy(copy, data + done, n);
		r = sg_audit_input_feed(input, copy, n, NULL);
		CHECK(r == 0 || r == -EBADMSG);
	}
	finish = sg_audit_input_finish(input, NULL);
	CHECK(finish == 0 || finish == -EBADMSG);
	report_number(&reported, r < 0 || finish < 0);
	return reported;
}

/* What comes of it can be written and read back. */
static void import_log(const uint8_t *data, size_t size, uint64_t hash)
{
	_cleanup_(sg_audit_importer_freep) struct sg_audit_importer *importer = NULL;
	_cleanup_(sg_strbuf_done) struct sg_strbuf out = SG_STRBUF_INIT, again = SG_STRBUF_INIT;
	_cleanup_(sg_recording_freep) struct sg_recording *rec = NULL;
	_cleanup_(sg_run_freep) struct sg_run *run = NULL;

	CHECK(sg_audit_importer_new(NULL, &importer, NULL) == 0);
	CHECK(read_log(data, size, 1 + size % 61, importer).hash == hash);
	CHECK(sg_audit_importer_finish(importer, &run, NULL) == 0);
	sg_recording_print(&(struct sg_recording){ &run, 1 }, &out);
	CHECK(!out.failed);
	CHECK(sg_recording_parse("run", out.data, out.len, &rec, NULL) == 0);
	sg_recording_print(rec, &again);
	CHECK(out.len == again.len && memcmp(out.data, again.data, out.len) == 0);
}

/* A field that nobody knows sends the text past the reader of the kernel's own order. */
static void compare_readers(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = malloc(size + 1), *other = malloc(size + 5);
	struct sg_audit_record rec, rec_other;
	struct reported reported = { 0 }, reported_other = { 0 };
	const char *reason, *reason_other;

	CHECK(text && other);
	if (size > 0 && data[0] != ' ')
		return;
	memcpy(text, data, size);
	memcpy(other, " zz=1", 5);
	memcpy(other + 5, data, size);
	reason = sg_audit_fields_read(text, size, &rec);
	reason_other = sg_audit_fields_read(other, size + 5, &rec_other);
	CHECK(reason == reason_other || (reason && reason_other && !strcmp(reason, reason_other)));
	if (reason)
		return;
	rec.time = rec.serial = rec_other.time = rec_other.serial = 0;
	report_record(&reported, &rec);
	report_record(&reported_other, &rec_other);
	CHECK(reported.hash == reported_other.hash);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *fields = memmem(data, size, "): ", 3);
	struct reported reported = read_log(data, size, size ? size : 1, NULL);
	struct sg_audit_line line;

	if (reported.has_any)
		import_log(data, size, reported.hash);
	else
		CHECK(read_log(data, size, 1 + size % 61, NULL).hash == reported.hash);
	sg_audit_payload_read(SG_AUDIT_TYPE_SECCOMP, (const char *)data, size, &line);
	if (fields)
		compare_readers(fields + 2, size - (size_t)(fields + 2 - data));
	return 0;
}
