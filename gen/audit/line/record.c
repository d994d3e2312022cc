/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/line/record.h"

#include <linux/seccomp.h>
#include <signal.h>
#include <linux/audit.h>
#include <string.h>

#include "audit/line/names.h"
#include "audit/line/scan.h"
#include "base/cleanup.h"
#include "syscall/arch.h"

/* In the kernel's order (audit_seccomp() in kernel/auditsc.c), in which they are looked for. */
enum field {
	FIELD_AUID,
	FIELD_UID,
	FIELD_GID,
	FIELD_SES,
	FIELD_SUBJ, /* of a labelling security module only */
	FIELD_PID,
	FIELD_COMM,
	FIELD_EXE,
	FIELD_SIG,
	FIELD_ARCH,
	FIELD_SYSCALL,
	FIELD_COMPAT,
	FIELD_IP,
	FIELD_CODE,
	FIELD_MAX_,
};

#define BIT(field) (1u << (field))

/*
 * Without these a record says nothing that could be believed; and they stand last, so that a line
 * which was cut off lacks one.
 */
#define REQUIRED (BIT(FIELD_ARCH) | BIT(FIELD_SYSCALL) | BIT(FIELD_CODE))

#define NOT_AN_ACTION "code= is not an action of seccomp"

/* What the fields say, before architecture and number are made one. */
struct raw {
	struct sg_audit_record *rec;
	int64_t nr;
	const char *nr_name; /* where syscall= holds no number */
	size_t nr_name_len;
	bool is_foreign; /* see sg_audit_arch_by_name() */
};

static const char *read_pid(const char *s, const char *end, struct raw *raw)
{
	uint64_t v;

	if (!sg_scan_u64(&s, end, &v) || s != end || v > INT32_MAX)
		return "pid= is not a process id";
	raw->rec->pid = (uint32_t)v;
	return NULL;
}

/*
 * A name: quoted, or in hexadecimal; "(null)" and "?" where the kernel had none. Other bytes are
 * taken as they stand.
 */
static void read_text(const char *s, const char *end, struct sg_audit_text *ret)
{
	size_t len = (size_t)(end - s), digits = 0;

	*ret = (struct sg_audit_text){ s, len, SG_AUDIT_TEXT_PLAIN };
	if (len >= 2 && *s == '"' && end[-1] == '"') {
		ret->data++;
		ret->len -= 2;
		return;
	}
	while (digits < len && sg_scan_hex_digit(s[digits]) >= 0)
		digits++;
	if (len >= 2 && len % 2 == 0 && digits == len)
		ret->form = SG_AUDIT_TEXT_HEX;
	else if ((len == 6 && memcmp(s, "(null)", 6) == 0) || (len == 1 && *s == '?'))
		ret->form = SG_AUDIT_TEXT_NONE;
}

static const char *read_comm(const char *s, const char *end, struct raw *raw)
{
	read_text(s, end, &raw->rec->comm);
	return NULL;
}

static const char *read_exe(const char *s, const char *end, struct raw *raw)
{
	read_text(s, end, &raw->rec->exe);
	return NULL;
}

static const char *read_sig(const char *s, const char *end, struct raw *raw)
{
	const char *p = s;
	uint64_t v;

	if (sg_scan_u64(&p, end, &v) && p == end && v <= 64)
		raw->rec->sig = (int32_t)v;
	else
		raw->rec->sig = sg_audit_signal_by_name(s, (size_t)(end - s));
	return NULL;
}

static const char *read_arch(const char *s, const char *end, struct raw *raw)
{
	const char *p = s;

	if (SG_SCAN_STARTS(p, end, "0x"))
		p += 2;
	if (sg_scan_hex32(&p, end, &raw->rec->id.arch) && p == end)
		return NULL;
	if (sg_audit_arch_by_name(s, (size_t)(end - s), &raw->rec->id.arch, &raw->is_foreign))
		return NULL;
	return "arch= is no architecture that is known";
}

/*
 * The kernel prints an int through %ld: -1 stays "-1", and is 18446744073709551615 where somebody
 * took it for unsigned.
 */
static const char *read_syscall(const char *s, const char *end, struct raw *raw)
{
	bool negative = s < end && *s == '-';
	const char *p = s + negative;
	uint64_t v;

	if (!sg_scan_u64(&p, end, &v) || p != end) {
		if (negative || (s < end && sg_scan_is_digit(*s)))
			return "syscall= is not a number";
		raw->nr_name = s;
		raw->nr_name_len = (size_t)(end - s);
		return NULL;
	}
	if (negative ? v > (uint64_t)INT32_MAX + 1
		     : v > UINT32_MAX &&
			       v < (uint64_t)INT64_MIN + (uint64_t)INT64_MAX + 1 - INT32_MAX)
		return "syscall= is out of range";
	raw->nr = (int64_t)(negative ? 0 - v : v);
	return NULL;
}

static const char *read_compat(const char *s, const char *end, struct raw *raw)
{
	raw->rec->is_compat = end - s == 1 && *s == '1';
	return NULL;
}

static const char *read_code(const char *s, const char *end, struct raw *raw)
{
	struct sg_audit_record *rec = raw->rec;
	const char *p = s;

	if (SG_SCAN_STARTS(s, end, "0x")) {
		p += 2;
		if (!sg_scan_hex32(&p, end, &rec->code) || p != end)
			return NOT_AN_ACTION;
		return NULL; /* the rest is finish()'s: it takes sig= to tell */
	}
	if (!sg_audit_code_by_name(s, (size_t)(end - s), &rec->code, &rec->is_any_kill))
		return NOT_AN_ACTION;
	return NULL;
}

static const struct {
	char key[8]; /* with its "=", and then zeroes: to be compared as one number */
	uint8_t len;
	uint8_t shift; /* takes away what a number of eight bytes has above the key */
	/* NULL: of no interest */
	const char *(*read)(const char *s, const char *end, struct raw *raw);
	const char *twice;
} fields[FIELD_MAX_] = {
#define FIELD(key_, read_)                                                                  \
	{                                                                                   \
		key_ "=", sizeof(key_), 64 - 8 * sizeof(key_), read_, key_ "= stands twice" \
	}
	[FIELD_AUID] = FIELD("auid", NULL),
	[FIELD_UID] = FIELD("uid", NULL),
	[FIELD_GID] = FIELD("gid", NULL),
	[FIELD_SES] = FIELD("ses", NULL),
	[FIELD_SUBJ] = FIELD("subj", NULL),
	[FIELD_PID] = FIELD("pid", read_pid),
	[FIELD_COMM] = FIELD("comm", read_comm),
	[FIELD_EXE] = FIELD("exe", read_exe),
	[FIELD_SIG] = FIELD("sig", read_sig),
	[FIELD_ARCH] = FIELD("arch", read_arch),
	[FIELD_SYSCALL] = FIELD("syscall", read_syscall),
	[FIELD_COMPAT] = FIELD("compat", read_compat),
	[FIELD_IP] = FIELD("ip", NULL),
	[FIELD_CODE] = FIELD("code", read_code),
};

/*
 * The field whose name is at @p with its "=", and the value after it; FIELD_MAX_ for names that do
 * not matter. NULL when there is no "=" before the next space. Of a record in the kernel's order
 * the first try, @next, is right.
 */
static const char *read_key(const char *p, const char *end, enum field next, enum field *ret_field)
{
	uint64_t word = sg_scan_word(p, end);

	for (unsigned int tries = 0; tries < FIELD_MAX_; tries++, next++) {
		if (next >= FIELD_MAX_)
			next = 0;
		if ((word ^ sg_scan_load(fields[next].key)) << fields[next].shift == 0) {
			*ret_field = next;
			return p + fields[next].len;
		}
	}
	*ret_field = FIELD_MAX_;
	while (p < end && *p != '=' && *p != ' ' && *p != SG_AUDIT_ENRICHED)
		p++;
	return p < end && *p == '=' ? p + 1 : NULL;
}

static const char *missing(unsigned int seen)
{
	if (!(seen & BIT(FIELD_ARCH)))
		return "there is no arch=";
	if (!(seen & BIT(FIELD_SYSCALL)))
		return "there is no syscall=";
	return "there is no code=, so the line was cut off";
}

/*
 * x32 has x86_64's architecture and bit 30 set in the number; negative numbers have that bit too.
 */
static struct sg_syscall_id call_of(uint32_t arch, uint32_t nr)
{
	if (arch == AUDIT_ARCH_X86_64 && (nr & 0xc0000000u) == SG_X32_BIT)
		return (struct sg_syscall_id){ SG_ARCH_X32, nr & ~SG_X32_BIT };
	return (struct sg_syscall_id){ arch, nr };
}

/* Names need the architecture, and x32 needs the number: so both come last. */
static const char *finish(struct raw *raw)
{
	struct sg_syscall_id *id = &raw->rec->id;

	if (raw->nr_name) {
		raw->rec->has_names = true;
		if (!sg_audit_syscall_by_name(id->arch, raw->is_foreign, raw->nr_name,
					      raw->nr_name_len, &raw->nr))
			return raw->is_foreign
				       ? "the program that put names in place of numbers did "
					 "not know the architecture"
				       : "syscall= is a name that the architecture does not have";
	}
	*id = call_of(id->arch, (uint32_t)raw->nr);
	if (sg_audit_code_is_valid(raw->rec->code))
		return NULL;
	/* A filter can return anything. What is no action kills, with SIGSYS (__seccomp_filter() in
	 * kernel/seccomp.c, from 4.14 on); without that signal it is a code that was cut off. */
	if (raw->rec->sig != SIGSYS || raw->rec->code & SECCOMP_RET_DATA)
		return NOT_AN_ACTION;
	raw->rec->code = SECCOMP_RET_KILL_PROCESS;
	return NULL;
}

/* The end of a value: after the closing quote of a quoted one, else before what parts fields. */
static const char *value_end(const char *s, const char *end)
{
	const char *p;

	if (s == end || *s != '"')
		return sg_scan_word_end(s, end);
	p = memchr(s + 1, '"', (size_t)(end - s) - 1);
	return p ? p + 1 : end;
}

/*
 * Read a value. rsyslog writes the byte with which ENRICHED fields start as #035, and then the
 * value has no other end.
 */
static const char *read_value(enum field f, const char *s, const char *end, struct raw *raw)
{
	const char *reason = fields[f].read(s, end, raw), *escape;

	if (!reason)
		return NULL;
	escape = sg_scan_first(s, end, "#035");
	return escape ? fields[f].read(s, escape, raw) : reason;
}

static void clear(struct sg_audit_record *rec)
{
	rec->pid = rec->code = 0;
	rec->id = (struct sg_syscall_id){ 0, 0 };
	rec->sig = 0;
	rec->is_compat = rec->has_names = rec->is_any_kill = false;
	rec->comm = rec->exe = (struct sg_audit_text){ NULL, 0, SG_AUDIT_TEXT_NONE };
}

/* Fields in any order. */
static const char *read_fields(const char *p, const char *end, struct raw *raw)
{
	enum field f = FIELD_MAX_;
	unsigned int seen = 0;
	const char *reason;

	while (p < end && *p != SG_AUDIT_ENRICHED) {
		const char *value;

		if (*p == ' ') {
			p++;
			continue;
		}
		value = read_key(p, end, f + 1, &f);
		if (!value) { /* a word without a value, such as AppArmor's "(enforce)" */
			p = sg_scan_word_end(p, end);
			continue;
		}
		p = value_end(value, end);
		if (f == FIELD_MAX_ || !fields[f].read)
			continue;
		if (seen & BIT(f))
			return fields[f].twice;
		seen |= BIT(f);
		reason = read_value(f, value, p, raw);
		if (reason)
			return reason;
	}
	return (seen & REQUIRED) == REQUIRED ? NULL : missing(seen);
}

const char *sg_audit_fields_read(const char *text, size_t len, struct sg_audit_record *ret)
{
	struct raw raw = { .rec = ret };
	const char *reason;

	clear(ret);
	reason = read_fields(text, text + len, &raw);
	return reason ? reason : finish(&raw);
}

/* The value that starts after @key at @s, up to the next space or @end. */
static const char *read_word(enum field f, const char *s, const char *end, struct raw *raw)
{
	const char *value = s + fields[f].len + 1; /* " key=" */
	const char *stop = memchr(value, ' ', (size_t)(end - value));

	return fields[f].read(value, stop ? stop : end, raw);
}

static struct sg_audit_text plain(const char *s, const char *end)
{
	return (struct sg_audit_text){ s, (size_t)(end - s), SG_AUDIT_TEXT_PLAIN };
}

/*
 * comm and exe are what anybody may choose ("a syscall=openat" is a valid comm), and the kernel
 * prints them between pid= and sig=. So what follows them is looked for from the end, and what
 * precedes them from the start.
 */
const char *sg_audit_fields_read_names(const char *text, size_t len, struct sg_audit_record *ret)
{
	static const struct {
		const char *key;
		enum field field; /* FIELD_MAX_: it only has to be there */
	} tail[] = {
		{ " code=", FIELD_CODE },     { " ip=", FIELD_MAX_ },
		{ " compat=", FIELD_COMPAT }, { " syscall=", FIELD_SYSCALL },
		{ " arch=", FIELD_ARCH },     { " sig=", FIELD_SIG },
	};
	const char *end = text + len, *stop = end, *pid, *comm, *exe, *reason;
	struct raw raw = { .rec = ret };

	clear(ret);
	for (size_t i = 0; i < SG_ARRAY_SIZE(tail); i++) {
		stop = sg_scan_last(text, stop, tail[i].key);
		if (!stop)
			return "the fields after exe= are not the kernel's, or the line was cut "
			       "off";
		reason = tail[i].field < FIELD_MAX_ ? read_word(tail[i].field, stop, end, &raw)
						    : NULL;
		if (reason)
			return reason;
	}
	comm = sg_scan_first(text, stop, " comm=");
	exe = comm ? sg_scan_first(comm + 1, stop, " exe=") : NULL;
	pid = sg_scan_first(text, comm ? comm : stop, " pid=");
	if (!exe || !pid)
		return "pid=, comm= and exe= do not stand in the kernel's order";

	ret->has_names = true;
	ret->comm = plain(comm + strlen(" comm="), exe);
	ret->exe = plain(exe + strlen(" exe="), stop);
	reason = read_word(FIELD_PID, pid, comm, &raw);
	return reason ? reason : finish(&raw);
}
