/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_AUDIT_STREAM_JSON_SCAN_H
#define SG_AUDIT_STREAM_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>

/* For gen/audit/ only: pieces of JSON as they stand in a line, in constant memory. */

const char *sg_json_skip_space(const char *p, const char *end);

/*
 * Decode the string after its opening quote, and leave *p after the closing one. At most @size
 * bytes are written; *ret_len is the length that it would have. False when it has no end.
 */
bool sg_json_scan_string(const char **p, const char *end, char *out, size_t size, size_t *ret_len);

/*
 * One value at *p, decoded into @out when it is a string or an array of bytes, as it stands when it
 * is a number; else *ret_len is above @size. False when it is malformed.
 */
bool sg_json_scan_value(const char **p, const char *end, char *out, size_t size, size_t *ret_len);

#endif
