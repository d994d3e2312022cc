/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "audit/stream/input.h"
#include "audit_sink.h"
#include "base/cleanup.h"

/* @text as one gzip member after what is in @out. */
static size_t add_member(unsigned char *out, size_t size, const char *text)
{
	z_stream z = { 0 };

	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	z.next_in = (unsigned char *)(uintptr_t)text;
	z.avail_in = (unsigned int)strlen(text);
	z.next_out = out;
	z.avail_out = (unsigned int)size;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	return size - z.avail_out;
}

/* Read @bytes in pieces; what was reported, and the answer of the last call. */
static char *read_input(const void *bytes, size_t len, size_t piece, int *ret_answer,
			struct sg_error *err)
{
	_cleanup_(sg_audit_stream_freep) struct sg_audit_stream *stream = NULL;
	_cleanup_(sg_audit_input_freep) struct sg_audit_input *input = NULL;
	struct log log = { 0 };
	char *out = NULL;
	int r = 0;

	assert_int_equal(sg_audit_stream_new(&sink, &log, NULL, &stream, NULL), 0);
	assert_int_equal(sg_audit_input_new(stream, "f", &input, NULL), 0);
	for (size_t done = 0; done < len && r == 0; done += piece)
		r = sg_audit_input_feed(input, (const char *)bytes + done,
					piece < len - done ? piece : len - done, err);
	*ret_answer = r < 0 ? r : sg_audit_input_finish(input, err);
	assert_int_equal(sg_strbuf_steal(&log.text, &out, NULL), 0);
	return out;
}

static void gzip_members_in_a_row_are_one_file(void **state)
{
	unsigned char file[2048];
	size_t n = add_member(file, sizeof(file), RECORD(1, 2) "\ntype=SECCOMP msg=audit(1795");

	(void)state;
	n += add_member(file + n, sizeof(file) - n,
			&RECORD(2, 3)[strlen("type=SECCOMP msg=audit(1795")]);
	memset(file + n, 0, 64); /* padding */
	for (size_t piece = 1; piece < n; piece = piece * 2 + 1) {
		int answer;
		_cleanup_free_ char *got = read_input(file, n + 64, piece, &answer, NULL);

		assert_int_equal(answer, 0);
		assert_string_equal(got, SEEN(1, 1, 2) SEEN(2, 2, 3));
	}
}

static void a_cut_gzip_keeps_what_was_read_and_says_so(void **state)
{
	unsigned char file[2048];
	size_t n = add_member(file, sizeof(file), RECORD(1, 2) "\n");
	struct sg_error err = { 0 };
	int answer;
	_cleanup_free_ char *got = read_input(file, n - 6, 100, &answer, &err);

	(void)state;
	assert_int_equal(answer, -EBADMSG);
	assert_non_null(strstr(err.message, "f: the file was cut off"));
	assert_string_equal(got, SEEN(1, 1, 2));
}

static void damaged_gzip_is_an_error(void **state)
{
	unsigned char file[2048];
	size_t n = add_member(file, sizeof(file), RECORD(1, 2) "\n");
	struct sg_error err = { 0 };
	int answer;
	_cleanup_free_ char *got = NULL;

	(void)state;
	file[n - 8] ^= 1; /* the checksum */
	got = read_input(file, n, 100, &answer, &err);
	assert_int_equal(answer, -EBADMSG);
	assert_non_null(strstr(err.message, "f: the file is damaged"));
}

static void formats_that_cannot_be_read_are_named(void **state)
{
	static const struct {
		const char *magic, *name;
	} formats[] = {
		{ "\xfd"
		  "7zXZ\0\0\4",
		  "xz -dc" },
		{ "\x28\xb5\x2f\xfd"
		  "1234",
		  "zstd -dc" },
		{ "BZh91AY&SY", "bzip2 -dc" },
		{ "LPKSHHRH\0\0", "journalctl --file" },
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(formats); i++) {
		struct sg_error err = { 0 };
		int answer;
		_cleanup_free_ char *got = read_input(formats[i].magic, 8, 1, &answer, &err);

		assert_int_equal(answer, -EBADMSG);
		assert_non_null(strstr(err.message, formats[i].name));
	}
}

static void a_file_shorter_than_any_magic_is_plain(void **state)
{
	int answer;
	_cleanup_free_ char *got = read_input("a\n", 2, 1, &answer, NULL);

	(void)state;
	assert_int_equal(answer, 0);
	assert_string_equal(got, "");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(gzip_members_in_a_row_are_one_file),
		cmocka_unit_test(a_cut_gzip_keeps_what_was_read_and_says_so),
		cmocka_unit_test(damaged_gzip_is_an_error),
		cmocka_unit_test(formats_that_cannot_be_read_are_named),
		cmocka_unit_test(a_file_shorter_than_any_magic_is_plain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
