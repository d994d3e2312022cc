/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_BASE_JSON_JSON_H
#define SG_BASE_JSON_JSON_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/strbuf.h"

/*
 * Reading: cJSON parses, and this file adds what it lacks: where a value stands (line and column),
 * exact 64-bit integers (cJSON has doubles), duplicate keys, and tables of fields in place of
 * branches. For these the text is scanned before cJSON sees it (json_scan.h): cJSON forgets where a
 * value was, takes what RFC 8259 does not allow, and has no bound on the values of a document. It
 * stays the parser, since its tree is what everybody here walks, prints and compares.
 *
 * A document borrows nothing: it holds a copy of the text for as long as its nodes are in use.
 */
struct sg_json_doc;

#define SG_JSON_MAX_BYTES  (16u << 20) /* a larger document is refused before it is parsed */
#define SG_JSON_MAX_VALUES (4u << 20)  /* bounds the memory that a hostile document takes */
#define SG_JSON_MAX_DEPTH  64

/*
 * Parse one JSON value that fills the whole text. Duplicate keys in any object, trailing bytes,
 * NULs, invalid UTF-8, raw control characters in strings and numbers that JSON does not know are
 * errors.
 *
 * @name: what messages call the document, a path or "<stdin>"; copied.
 * Messages read "<name>:<line>:<column>: <reason>"; lines and columns count from 1, columns in
 * bytes. Returns 0, -EINVAL (malformed), -E2BIG (too large or nested too deep), -ENOMEM.
 */
int sg_json_parse(const char *name, const char *text, size_t len, struct sg_json_doc **ret,
		  struct sg_error *err);
/* The same with a limit of @max_bytes (at most UINT32_MAX) in place of SG_JSON_MAX_BYTES. */
int sg_json_parse_limit(const char *name, const char *text, size_t len, size_t max_bytes,
			struct sg_json_doc **ret, struct sg_error *err);
void sg_json_doc_free(struct sg_json_doc *doc);

const cJSON *sg_json_root(const struct sg_json_doc *doc);

/* Where @node starts; for an object's member that is its value. 0/0 when it is not in @doc. */
void sg_json_position(const struct sg_json_doc *doc, const cJSON *node, unsigned int *ret_line,
		      unsigned int *ret_column);

/* The text from where @node starts to the end of the document; NULL when it is not in @doc. */
const char *sg_json_raw(const struct sg_json_doc *doc, const cJSON *node);

/* -EINVAL with "<name>:<line>:<column>: " and the reason. */
int sg_json_error(const struct sg_json_doc *doc, const cJSON *node, struct sg_error *err,
		  const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/*
 * The same for a reason that quotes @text, a string of the document: the one %s of @fmt becomes the
 * text in double quotes, cut to a length and safe for a terminal.
 */
int sg_json_error_quoting(const struct sg_json_doc *doc, const cJSON *node, struct sg_error *err,
			  const char *fmt, const char *text) __attribute__((format(printf, 4, 0)));

/*
 * Typed reads; -EINVAL with the position when the type or the range is wrong. Strings are borrowed.
 * Integers are read from the text, not from cJSON's double, and must stand there as plain digits.
 */
int sg_json_string(const struct sg_json_doc *doc, const cJSON *node, const char **ret,
		   struct sg_error *err);
int sg_json_bool(const struct sg_json_doc *doc, const cJSON *node, bool *ret, struct sg_error *err);
int sg_json_u64(const struct sg_json_doc *doc, const cJSON *node, uint64_t *ret,
		struct sg_error *err);
int sg_json_u32(const struct sg_json_doc *doc, const cJSON *node, uint32_t *ret,
		struct sg_error *err);

/*
 * One row a field of an object. @read is called with the field's value and the @data given to
 * sg_json_object(). A table has at most 64 rows and ends where the name is NULL.
 */
struct sg_json_field {
	const char *name;
	int (*read)(const struct sg_json_doc *doc, const cJSON *node, void *data,
		    struct sg_error *err);
	bool required;
};

enum sg_json_unknown {
	SG_JSON_UNKNOWN_REFUSE, /* a field that the table does not have is an error */
	SG_JSON_UNKNOWN_SKIP,	/* … is passed over */
};

/* Read @node as an object by its table. -EINVAL when it is no object or lacks a required field. */
int sg_json_object(const struct sg_json_doc *doc, const cJSON *node,
		   const struct sg_json_field *fields, enum sg_json_unknown unknown, void *data,
		   struct sg_error *err);

/* Read @node as an array, one call of @read an element. */
int sg_json_array(const struct sg_json_doc *doc, const cJSON *node,
		  int (*read)(const struct sg_json_doc *doc, const cJSON *node, void *data,
			      struct sg_error *err),
		  void *data, struct sg_error *err);

SG_DEFINE_CLEANUP(struct sg_json_doc, sg_json_doc_free)

/* The largest integer that every reader keeps, also one that has doubles only (RFC 7493, 2.2). */
#define SG_JSON_DOUBLE_MAX UINT64_C(9007199254740991)

/*
 * Writing: a printer over a sg_strbuf that never rounds a number. Two-space indentation, members in
 * the order in which they are added; a container opened "inline" stays on one line, with all it
 * holds. A newline ends the document. Characters that could act on a terminal are written as
 * \uNNNN.
 */
struct sg_json_writer {
	struct sg_strbuf *out;
	unsigned int depth;
	uint64_t has_member; /* bit per depth: something was written at that level */
	uint64_t is_inline;  /* bit per depth */
	bool large_as_text;  /* integers above SG_JSON_DOUBLE_MAX become strings of digits */
};

void sg_json_writer_init(struct sg_json_writer *w, struct sg_strbuf *out);
/* @key is NULL inside arrays and at the top. */
void sg_json_open_object(struct sg_json_writer *w, const char *key);
void sg_json_open_inline_object(struct sg_json_writer *w, const char *key);
void sg_json_close_object(struct sg_json_writer *w);
void sg_json_open_array(struct sg_json_writer *w, const char *key);
void sg_json_open_inline_array(struct sg_json_writer *w, const char *key);
void sg_json_close_array(struct sg_json_writer *w);
/* Bytes that are not UTF-8 are written as U+FFFD, so that what we print we can read. */
void sg_json_add_string(struct sg_json_writer *w, const char *key, const char *value);
void sg_json_add_u64(struct sg_json_writer *w, const char *key, uint64_t value);
/* A number with six digits after the point, whatever the locale: @value / 1,000,000. */
void sg_json_add_millionths(struct sg_json_writer *w, const char *key, uint64_t value);
void sg_json_add_bool(struct sg_json_writer *w, const char *key, bool value);
void sg_json_add_null(struct sg_json_writer *w, const char *key);

#endif
