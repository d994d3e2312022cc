/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_BASE_JSON_SCAN_H
#define SG_BASE_JSON_SCAN_H

#include <stddef.h>
#include <stdint.h>

/*
 * For base/json_read.c only: RFC 8259 to the letter, because cJSON lets a good deal through
 * (leading zeros, raw control characters, bytes that are not UTF-8, a NUL that cuts a string
 * short).
 */
struct sg_json_scan {
	uint32_t *offsets; /* of every value, in document order: an object before its members */
	size_t n_values;

	/* Filled on failure. */
	size_t where;	    /* offset at which the text goes wrong */
	const char *reason; /* static */
};

/*
 * Check @text and list its values. @scan owns the offsets; free them whatever is returned.
 * @len is at most UINT32_MAX.
 * Returns 0, -EINVAL (malformed), -E2BIG (more values or deeper than json.h allows), -ENOMEM.
 */
int sg_json_scan(struct sg_json_scan *scan, const char *text, size_t len);

#endif
