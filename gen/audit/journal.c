/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/journal.h"

#include <string.h>

#include "audit/scan.h"
#include "base/cleanup.h"

#define NSEC_PER_USEC 1000u
#define SMALL_MAX     64 /* no value but the message's is longer where it matters */

/* auditd's own records, whose serials are not the kernel's (AUDIT_FIRST_DAEMON, linux/audit.h) */
#define FIRST_DAEMON_TYPE 1200u
#define LAST_DAEMON_TYPE  1299u

static bool is_word(const char *s, size_t len, const char *word)
{
	return strlen(word) == len && memcmp(s, word, len) == 0;
}

static uint64_t number(const char *value, size_t len, uint64_t max)
{
	const char *p = value, *end = value + len;
	uint64_t v;

	return sg_scan_u64(&p, end, &v) && p == end && v <= max ? v : 0;
}

static void set_transport(struct sg_audit_entry *entry, const char *value, size_t len)
{
	entry->transport = is_word(value, len, "kernel")  ? SG_AUDIT_TRANSPORT_KERNEL
			   : is_word(value, len, "audit") ? SG_AUDIT_TRANSPORT_AUDIT
							  : SG_AUDIT_TRANSPORT_OTHER;
}

static void set_type(struct sg_audit_entry *entry, const char *value, size_t len)
{
	entry->type = (uint32_t)number(value, len, UINT32_MAX);
}

static void set_serial(struct sg_audit_entry *entry, const char *value, size_t len)
{
	entry->serial = number(value, len, UINT64_MAX);
}

static void set_source_time(struct sg_audit_entry *entry, const char *value, size_t len)
{
	entry->source_time = number(value, len, UINT64_MAX / NSEC_PER_USEC) * NSEC_PER_USEC;
}

static void set_time(struct sg_audit_entry *entry, const char *value, size_t len)
{
	entry->time = number(value, len, UINT64_MAX / NSEC_PER_USEC) * NSEC_PER_USEC;
}

/* A row without a function is the message. */
static const struct field {
	const char *key;
	void (*set)(struct sg_audit_entry *entry, const char *value, size_t len);
} fields[] = {
	{ "MESSAGE", NULL },
	{ "msg", NULL }, /* dmesg -J */
	{ "_TRANSPORT", set_transport },
	{ "_AUDIT_TYPE", set_type },
	{ "_AUDIT_ID", set_serial },
	{ "_SOURCE_REALTIME_TIMESTAMP", set_source_time },
	{ "__REALTIME_TIMESTAMP", set_time },
};

static const struct field *find_field(const char *key, size_t len)
{
	for (size_t i = 0; i < SG_ARRAY_SIZE(fields); i++) {
		if (is_word(key, len, fields[i].key))
			return &fields[i];
	}
	return NULL;
}

void sg_audit_entry_set(struct sg_audit_entry *entry, const char *key, size_t key_len,
			const char *value, size_t len, char *store)
{
	const struct field *field = find_field(key, key_len);

	if (!field)
		return;
	if (field->set) {
		field->set(entry, value, len);
		return;
	}
	memmove(store, value, len);
	entry->message = store;
	entry->message_len = len;
}

static const char *skip_space(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\r'))
		p++;
	return p;
}

static size_t put_utf8(uint32_t c, char *out)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	/* halves of surrogate pairs stay halves: nothing that matters is written with them */
	out[0] = (char)(0xe0 | c >> 12);
	out[1] = (char)(0x80 | (c >> 6 & 0x3f));
	out[2] = (char)(0x80 | (c & 0x3f));
	return 3;
}

/* "\u001d" behind its "\u": four digits. */
static bool scan_unicode(const char **p, const char *end, uint32_t *ret)
{
	uint32_t v = 0;

	if (end - *p < 4)
		return false;
	for (int i = 0; i < 4; i++) {
		int digit = sg_scan_hex_digit(*(*p)++);

		if (digit < 0)
			return false;
		v = v << 4 | (uint32_t)digit;
	}
	*ret = v;
	return true;
}

/*
 * Decode the string behind its opening quote, and leave *p behind the closing one. At most @size
 * bytes are written; *ret_len is the length that it would have. False when it has no end.
 */
static bool scan_string(const char **p, const char *end, char *out, size_t size, size_t *ret_len)
{
	static const char escapes[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
	const char *s = *p;
	size_t n = 0;

	while (s < end && *s != '"') {
		char utf8[3];
		size_t len = 1;

		if (*s != '\\') {
			utf8[0] = *s++;
		} else if (end - s >= 2 && s[1] == 'u') {
			uint32_t c;

			s += 2;
			if (!scan_unicode(&s, end, &c))
				return false;
			len = put_utf8(c, utf8);
		} else {
			const char *escape;

			if (end - s < 2 || s[1] == '\0' || !(escape = strchr(escapes, s[1])))
				return false;
			utf8[0] = values[escape - escapes];
			s += 2;
		}
		if (n + len <= size)
			memcpy(out + n, utf8, len);
		n += len;
	}
	if (s == end)
		return false;
	*p = s + 1;
	*ret_len = n;
	return true;
}

/* An array of byte values, in which journald writes what is not UTF-8; *p is behind the bracket. */
static bool scan_bytes(const char **p, const char *end, char *out, size_t size, size_t *ret_len)
{
	const char *s = *p;
	size_t n = 0;

	for (;;) {
		uint64_t v;

		s = skip_space(s, end);
		if (s < end && *s == ']')
			break;
		if (!sg_scan_u64(&s, end, &v) || v > 255)
			return false;
		if (n < size)
			out[n] = (char)(unsigned char)v;
		n++;
		s = skip_space(s, end);
		if (s < end && *s == ',')
			s++;
	}
	*p = s + 1;
	*ret_len = n;
	return true;
}

/* Behind the bracket of an array that does not matter; one that goes on in the next line is as
 * good. */
static bool skip_array(const char **p, const char *end)
{
	unsigned int depth = 1;

	while (*p < end && depth > 0) {
		char c = *(*p)++, ignored;
		size_t len;

		if (c == '"' && !scan_string(p, end, &ignored, 0, &len))
			return false;
		depth += c == '[' || c == '{';
		depth -= c == ']' || c == '}';
	}
	return true;
}

/* A number, or null: up to what follows it. */
static bool skip_scalar(const char **p, const char *end)
{
	const char *s = *p;

	while (s < end && *s != ',' && *s != '}')
		s++;
	if (s == *p)
		return false;
	*p = s;
	return true;
}

/*
 * One value at *p, decoded into @out when it is a string or an array of bytes; else *ret_len is
 * above @size.
 */
static bool scan_value(const char **p, const char *end, char *out, size_t size, size_t *ret_len)
{
	const char *start = *p + 1;

	*ret_len = SIZE_MAX;
	if (*p == end)
		return false;
	if (**p == '"') {
		*p = start;
		return scan_string(p, end, out, size, ret_len);
	}
	if (**p == '[') {
		*p = start;
		if (scan_bytes(p, end, out, size, ret_len))
			return true;
		*ret_len = SIZE_MAX;
		return skip_array(p, end);
	}
	return skip_scalar(p, end);
}

/* One "key": value. */
static bool set_member(struct sg_audit_entry *entry, const char **p, const char *end, char *store,
		       size_t store_size)
{
	char key[SMALL_MAX], small[SMALL_MAX];
	const struct field *field = NULL;
	size_t len = 0, size = sizeof(small);
	char *out = small;

	++*p; /* the quote */
	if (!scan_string(p, end, key, sizeof(key), &len))
		return false;
	if (len <= sizeof(key))
		field = find_field(key, len);
	*p = skip_space(*p, end);
	if (*p == end || **p != ':')
		return false;
	*p = skip_space(*p + 1, end);
	if (field && !field->set) {
		out = store;
		size = store_size;
	}
	if (!scan_value(p, end, out, size, &len))
		return false;
	if (!field || len > size)
		return true;
	if (field->set) {
		field->set(entry, small, len);
	} else {
		entry->message = store;
		entry->message_len = len;
	}
	return true;
}

bool sg_audit_entry_set_json(struct sg_audit_entry *entry, const char *json, size_t len,
			     char *store)
{
	const char *p = json, *end = json + len;

	for (;;) {
		p = skip_space(p, end);
		if (p == end)
			return true;
		if (*p == '"') {
			if (!set_member(entry, &p, end, store, len))
				return false;
		} else if (*p == '{' || *p == '}' || *p == ',') {
			p++;
		} else {
			return false;
		}
	}
}

/* What journald took from netlink: "SECCOMP auid=…", the stamp in fields of its own. */
static void read_audit(const struct sg_audit_entry *entry, struct sg_audit_line *ret)
{
	const char *end = entry->message + entry->message_len;
	const char *space = memchr(entry->message, ' ', entry->message_len);

	if (entry->type != SG_AUDIT_TYPE_SECCOMP) {
		ret->kind = entry->type >= FIRST_DAEMON_TYPE && entry->type <= LAST_DAEMON_TYPE
				    ? SG_AUDIT_NONE
				    : SG_AUDIT_OTHER;
	} else {
		const char *body = space ? space : end;

		sg_audit_body_read(body, (size_t)(end - body), ret);
	}
	ret->record.serial = entry->serial;
	ret->record.time = entry->source_time ? entry->source_time : entry->time;
}

void sg_audit_entry_read(const struct sg_audit_entry *entry, const struct sg_audit_clock *clock,
			 struct sg_audit_line *ret)
{
	ret->kind = SG_AUDIT_NONE;
	if (!entry->message)
		return;
	if (entry->type != 0) {
		read_audit(entry, ret);
		return;
	}
	sg_audit_line_read(entry->message, entry->message_len, clock, ret);
	if (entry->transport == SG_AUDIT_TRANSPORT_OTHER) {
		if (ret->kind == SG_AUDIT_OTHER)
			ret->kind = SG_AUDIT_NONE;
		if (ret->kind == SG_AUDIT_SECCOMP || ret->kind == SG_AUDIT_UNREADABLE) {
			ret->kind = SG_AUDIT_FOREIGN;
			ret->reason = "a journal entry that neither the kernel nor audit sent";
		}
	} else if ((ret->kind == SG_AUDIT_SECCOMP || ret->kind == SG_AUDIT_OTHER) &&
		   ret->record.time == 0) {
		ret->record.time = entry->source_time ? entry->source_time : entry->time;
		if (ret->record.serial == 0)
			ret->record.serial = entry->serial;
	}
}
