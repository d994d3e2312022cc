/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/stream/input.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define MAGIC_MAX  8u
#define OUTPUT_MAX (64u * 1024)
/* zlib: the largest window, and a gzip header instead of its own */
#define GZIP_WINDOW (15 + 16)

enum state {
	STATE_MAGIC, /* the first bytes are not all there */
	STATE_PLAIN,
	STATE_GZIP,
	STATE_GZIP_END, /* after a member: another one may follow, or zeroes */
	STATE_FAILED,
};

struct sg_audit_input {
	struct sg_audit_stream *stream;
	const char *name;
	enum state state;
	unsigned char magic[MAGIC_MAX];
	size_t n_magic;
	bool has_inflate; /* z was initialised */
	z_stream z;
	unsigned char output[OUTPUT_MAX];
};

/* Formats that are met where a log is expected, and what to do. */
static const struct {
	const char *magic;
	size_t len;
	const char *what;
} unreadable[] = {
	{ "\xfd"
	  "7zXZ",
	  5, "is compressed by xz; pipe it: xz -dc FILE | seccomp-gen import -" },
	{ "BZh", 3, "is compressed by bzip2; pipe it: bzip2 -dc FILE | seccomp-gen import -" },
	{ "\x28\xb5\x2f\xfd", 4,
	  "is compressed by zstd; pipe it: zstd -dc FILE | seccomp-gen import -" },
	{ "LPKSHHRH", 8,
	  "is a binary journal; pipe it: journalctl --file FILE -o export | "
	  "seccomp-gen import -" },
};

int sg_audit_input_new(struct sg_audit_stream *stream, const char *name,
		       struct sg_audit_input **ret, struct sg_error *err)
{
	struct sg_audit_input *input = calloc(1, sizeof(*input));

	if (!input)
		return sg_error_oom(err);
	input->stream = stream;
	input->name = name;
	*ret = input;
	return 0;
}

void sg_audit_input_free(struct sg_audit_input *input)
{
	if (!input)
		return;
	if (input->has_inflate)
		inflateEnd(&input->z);
	free(input);
}

static int fail(struct sg_audit_input *input, struct sg_error *err, const char *what)
{
	input->state = STATE_FAILED;
	return sg_error_set(err, -EBADMSG, "%s: the file %s", input->name, what);
}

static int begin_gzip(struct sg_audit_input *input, struct sg_error *err)
{
	int z = input->has_inflate ? inflateReset(&input->z) : inflateInit2(&input->z, GZIP_WINDOW);

	if (z != Z_OK)
		return sg_error_oom(err);
	input->has_inflate = true;
	input->state = STATE_GZIP;
	return 0;
}

/* Inflate from a member's data up to its end or that of the piece. */
static int inflate_piece(struct sg_audit_input *input, const unsigned char **p, size_t *len,
			 struct sg_error *err)
{
	z_stream *z = &input->z;
	int status, r;

	z->next_in = (unsigned char *)(uintptr_t)*p; /* zlib does not write there */
	z->avail_in = *len < UINT_MAX ? (unsigned int)*len : UINT_MAX;
	do {
		z->next_out = input->output;
		z->avail_out = sizeof(input->output);
		status = inflate(z, Z_NO_FLUSH);
		r = sg_audit_stream_feed(input->stream, input->output,
					 sizeof(input->output) - z->avail_out, err);
		if (r < 0)
			return r;
	} while (status == Z_OK && (z->avail_in > 0 || z->avail_out == 0));
	*len -= (size_t)(z->next_in - *p);
	*p = z->next_in;
	if (status == Z_STREAM_END)
		input->state = STATE_GZIP_END;
	else if (status == Z_MEM_ERROR)
		return sg_error_oom(err);
	else if (status != Z_OK && status != Z_BUF_ERROR)
		return fail(input, err,
			    "is damaged: its gzip data are not valid (what came before was read)");
	return 0;
}

static int feed_gzip(struct sg_audit_input *input, const unsigned char *p, size_t len,
		     struct sg_error *err)
{
	int r;

	while (len > 0) {
		if (input->state == STATE_GZIP_END) {
			if (*p == 0) { /* padding, as tape and some loggers leave it */
				p++;
				len--;
				continue;
			}
			r = begin_gzip(input, err);
			if (r < 0)
				return r;
		}
		r = inflate_piece(input, &p, &len, err);
		if (r < 0)
			return r;
	}
	return 0;
}

/* The first bytes are there, or there are no more. */
static int decide(struct sg_audit_input *input, struct sg_error *err)
{
	for (size_t i = 0; i < sizeof(unreadable) / sizeof(unreadable[0]); i++) {
		if (input->n_magic >= unreadable[i].len &&
		    memcmp(input->magic, unreadable[i].magic, unreadable[i].len) == 0)
			return fail(input, err, unreadable[i].what);
	}
	if (input->n_magic >= 2 && input->magic[0] == 0x1f && input->magic[1] == 0x8b) {
		int r = begin_gzip(input, err);

		return r < 0 ? r : feed_gzip(input, input->magic, input->n_magic, err);
	}
	input->state = STATE_PLAIN;
	return sg_audit_stream_feed(input->stream, input->magic, input->n_magic, err);
}

int sg_audit_input_feed(struct sg_audit_input *input, const void *bytes, size_t len,
			struct sg_error *err)
{
	const unsigned char *p = bytes;
	int r;

	while (input->state == STATE_MAGIC && len > 0) {
		input->magic[input->n_magic++] = *p++;
		len--;
		if (input->n_magic == MAGIC_MAX) {
			r = decide(input, err);
			if (r < 0)
				return r;
		}
	}
	switch (input->state) {
	case STATE_PLAIN:
		return sg_audit_stream_feed(input->stream, p, len, err);
	case STATE_GZIP:
	case STATE_GZIP_END:
		return feed_gzip(input, p, len, err);
	case STATE_FAILED:
		return sg_error_set(err, -EBADMSG, "%s: the file cannot be read", input->name);
	case STATE_MAGIC:
		break;
	}
	return 0;
}

int sg_audit_input_finish(struct sg_audit_input *input, struct sg_error *err)
{
	int r = 0, finish;

	if (input->state == STATE_MAGIC && input->n_magic > 0)
		r = decide(input, err);
	finish = sg_audit_stream_finish(input->stream, r < 0 ? NULL : err);
	if (r < 0 || finish < 0)
		return r < 0 ? r : finish;
	if (input->state == STATE_GZIP)
		return fail(input, err,
			    "was cut off: its gzip data have no end (what is there was read)");
	return 0;
}
