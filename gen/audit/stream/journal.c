/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/stream/journal.h"

#include <string.h>

#include "audit/stream/json_scan.h"
#include "audit/line/scan.h"
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
	entry->transport = is_word(value, len, "kernel")   ? SG_AUDIT_TRANSPORT_KERNEL
			   : is_word(value, len, "audit")  ? SG_AUDIT_TRANSPORT_AUDIT
			   : is_word(value, len, "driver") ? SG_AUDIT_TRANSPORT_DRIVER
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

static void set_facility(struct sg_audit_entry *entry, const char *value, size_t len)
{
	entry->has_facility = true;
	entry->is_kern = is_word(value, len, "0") || is_word(value, len, "kern");
}

/* dmesg -J: a priority with its facility; with -x as well a word, and the facility stands apart. */
static void set_priority(struct sg_audit_entry *entry, const char *value, size_t len)
{
	const char *p = value, *end = value + len;
	uint64_t v;

	if (!sg_scan_u64(&p, end, &v) || p != end)
		return;
	entry->has_facility = true;
	entry->is_kern = v < 8;
}

static void set_uid(struct sg_audit_entry *entry, const char *value, size_t len)
{
	entry->is_root = is_word(value, len, "0");
}

/* A row without a function is the message. */
static const struct field {
	const char *key;
	void (*set)(struct sg_audit_entry *entry, const char *value, size_t len);
} fields[] = {
	{ "MESSAGE", NULL },
	{ "msg", NULL }, /* dmesg -J, and the two after it; the journal has no small letters */
	{ "pri", set_priority },
	{ "fac", set_facility },
	{ "SYSLOG_FACILITY", set_facility },
	{ "_UID", set_uid },
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

static void set_message(struct sg_audit_entry *entry, const struct field *field, const char *store,
			size_t len)
{
	entry->message = store;
	entry->message_len = len;
	entry->is_dmesg = strcmp(field->key, "msg") == 0;
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
	set_message(entry, field, store, len);
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
	if (!sg_json_scan_string(p, end, key, sizeof(key), &len))
		return false;
	if (len <= sizeof(key))
		field = find_field(key, len);
	*p = sg_json_skip_space(*p, end);
	if (*p == end || **p != ':')
		return false;
	*p = sg_json_skip_space(*p + 1, end);
	if (field && !field->set) {
		out = store;
		size = store_size;
	}
	if (!sg_json_scan_value(p, end, out, size, &len))
		return false;
	if (!field || len > size)
		return true;
	if (field->set)
		field->set(entry, small, len);
	else
		set_message(entry, field, store, len);
	return true;
}

bool sg_audit_entry_set_json(struct sg_audit_entry *entry, const char *json, size_t len,
			     char *store)
{
	const char *p = json, *end = json + len;

	for (;;) {
		p = sg_json_skip_space(p, end);
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

/*
 * Whether the kernel itself sent it. Processes that may write to /dev/kmsg reach the journal by the
 * same transport, under another facility; so does dmesg have theirs.
 */
static bool is_kernels(const struct sg_audit_entry *entry)
{
	if (entry->is_dmesg)
		return entry->has_facility && entry->is_kern;
	return entry->transport == SG_AUDIT_TRANSPORT_KERNEL &&
	       (!entry->has_facility || entry->is_kern);
}

/* Whether the sender is named, and is another. Where fields were left out he is not named. */
static bool is_others(const struct sg_audit_entry *entry)
{
	if (entry->is_dmesg)
		return entry->has_facility && !entry->is_kern;
	return entry->transport != SG_AUDIT_TRANSPORT_UNKNOWN && !is_kernels(entry);
}

/* What was lost is said by the kernel, by journald, and by daemons of root's. */
static void read_notice(const struct sg_audit_entry *entry, struct sg_audit_line *ret)
{
	bool by_daemon = entry->transport == SG_AUDIT_TRANSPORT_DRIVER ||
			 (entry->transport == SG_AUDIT_TRANSPORT_OTHER && entry->is_root);

	/* the message starts with it: a head would be somebody's within it */
	if (ret->notice.sender_is_kernel)
		ret->is_unverified = !is_kernels(entry) || ret->origin.kind != SG_AUDIT_ORIGIN_NONE;
	else
		ret->is_unverified = !by_daemon;
	if (ret->is_unverified && is_others(entry))
		ret->kind = SG_AUDIT_NONE;
}

void sg_audit_entry_read(const struct sg_audit_entry *entry, const struct sg_audit_clock *clock,
			 struct sg_audit_line *ret)
{
	*ret = (struct sg_audit_line){ .kind = SG_AUDIT_NONE };
	if (!entry->message)
		return;
	if (entry->type != 0 && entry->transport != SG_AUDIT_TRANSPORT_OTHER) {
		read_audit(entry, ret);
		return;
	}
	sg_audit_line_read(entry->message, entry->message_len, clock, ret);
	if (ret->kind == SG_AUDIT_NOTICE) {
		read_notice(entry, ret);
		return;
	}
	if (is_others(entry)) {
		if (ret->kind == SG_AUDIT_OTHER)
			ret->kind = SG_AUDIT_NONE;
		if (ret->kind == SG_AUDIT_SECCOMP || ret->kind == SG_AUDIT_UNREADABLE) {
			ret->kind = SG_AUDIT_FOREIGN;
			ret->reason = "a journal entry that neither the kernel nor audit sent";
		}
		return;
	}
	/* the kernel's message starts with its "audit: "; a further head in it is somebody's */
	ret->is_unverified = !is_kernels(entry) || ret->origin.kind != SG_AUDIT_ORIGIN_NONE ||
			     !ret->origin.says_audit;
	if (ret->kind != SG_AUDIT_NONE && ret->record.time == 0) {
		ret->record.time = entry->source_time ? entry->source_time : entry->time;
		if (ret->record.serial == 0)
			ret->record.serial = entry->serial;
	}
}
