/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/line/names.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <string.h>

#include "audit/line/scan.h"
#include "base/cleanup.h"
#include "syscall/arch.h"
#include "syscall/table.h"

#define NAME_MAX_LEN 63 /* no architecture's and no call's name is longer */

static bool is_word(const char *s, size_t len, const char *word)
{
	return strlen(word) == len && memcmp(s, word, len) == 0;
}

static const struct {
	const char *name;
	uint32_t code;
	bool any_kill;
} codes[] = {
	{ "log", SECCOMP_RET_LOG, false },
	{ "errno", SECCOMP_RET_ERRNO, false },
	{ "trap", SECCOMP_RET_TRAP, false },
	{ "trace", SECCOMP_RET_TRACE, false },
	{ "user-notify", SECCOMP_RET_USER_NOTIF, false },
	{ "user_notif", SECCOMP_RET_USER_NOTIF, false },
	/* auparse up to 3.0.9 has one word for both kinds, as an older kernel had one kind */
	{ "kill", SECCOMP_RET_KILL_THREAD, true },
	{ "kill-process", SECCOMP_RET_KILL_PROCESS, false },
	{ "kill_process", SECCOMP_RET_KILL_PROCESS, false },
	{ "kill-thread", SECCOMP_RET_KILL_THREAD, false },
	{ "kill_thread", SECCOMP_RET_KILL_THREAD, false },
	{ "allow", SECCOMP_RET_ALLOW, false },
};

bool sg_audit_code_by_name(const char *s, size_t len, uint32_t *ret_code, bool *ret_any_kill)
{
	for (size_t i = 0; i < SG_ARRAY_SIZE(codes); i++) {
		if (!is_word(s, len, codes[i].name))
			continue;
		*ret_code = codes[i].code;
		*ret_any_kill = codes[i].any_kill;
		return true;
	}
	return false;
}

bool sg_audit_code_is_valid(uint32_t code)
{
	switch (code & SECCOMP_RET_ACTION_FULL) {
	case SECCOMP_RET_TRAP:
	case SECCOMP_RET_ERRNO:
	case SECCOMP_RET_TRACE:
		return true; /* with data, should a kernel ever print it */
	case SECCOMP_RET_KILL_PROCESS:
	case SECCOMP_RET_KILL_THREAD:
	case SECCOMP_RET_USER_NOTIF:
	case SECCOMP_RET_LOG:
	case SECCOMP_RET_ALLOW:
		return (code & SECCOMP_RET_DATA) == 0; /* else a longer number that was cut off */
	default:
		return false;
	}
}

/* Words of libaudit's machine table that sg_arches does not have. */
static const struct {
	const char *name;
	uint32_t token;
} arches[] = {
	{ "i486", AUDIT_ARCH_I386 },	 { "i586", AUDIT_ARCH_I386 },
	{ "i686", AUDIT_ARCH_I386 },	 { "armeb", AUDIT_ARCH_ARM },
	{ "armv5tejl", AUDIT_ARCH_ARM }, { "armv5tel", AUDIT_ARCH_ARM },
	{ "armv6l", AUDIT_ARCH_ARM },	 { "armv7l", AUDIT_ARCH_ARM },
	{ "arm64", AUDIT_ARCH_AARCH64 }, { "ia64", AUDIT_ARCH_IA64 },
	{ "alpha", AUDIT_ARCH_ALPHA },	 { "riscv32", AUDIT_ARCH_RISCV32 },
};

/* What stands in the brackets of "unknown-xyz(…)". */
static bool unknown_value(const char *s, size_t len, const char *word, const char **ret_start,
			  const char **ret_end)
{
	size_t n = strlen(word);

	if (len < n + 2 || memcmp(s, word, n) != 0 || s[n] != '(' || s[len - 1] != ')')
		return false;
	*ret_start = s + n + 1;
	*ret_end = s + len - 1;
	return true;
}

bool sg_audit_arch_by_name(const char *s, size_t len, uint32_t *ret_token, bool *ret_foreign)
{
	const char *p, *end;
	const struct sg_arch *arch;
	char name[NAME_MAX_LEN + 1];

	if (unknown_value(s, len, "unknown-elf-type", &p, &end)) {
		*ret_foreign = true;
		return sg_scan_hex32(&p, end, ret_token) && p == end;
	}
	*ret_foreign = false;
	for (size_t i = 0; i < SG_ARRAY_SIZE(arches); i++) {
		if (!is_word(s, len, arches[i].name))
			continue;
		*ret_token = arches[i].token;
		return true;
	}
	if (len == 0 || len > NAME_MAX_LEN || memchr(s, '\0', len))
		return false;
	memcpy(name, s, len);
	name[len] = '\0';
	arch = sg_arch_by_name(name);
	if (!arch)
		return false;
	*ret_token = arch->token;
	return true;
}

/* Names of libaudit's tables and what the kernel calls the same number; asked when the table has no
 * such name. */
static const struct {
	const char *audit, *kernel;
} aliases[] = {
	{ "pread", "pread64" },
	{ "pwrite", "pwrite64" },
	{ "getdents", "getdents64" },
	{ "newfstat", "fstat" },
	{ "fstatat64", "newfstatat" },
	{ "llseek", "_llseek" },
	{ "newselect", "_newselect" },
	{ "sysctl", "_sysctl" },
	{ "sys_kexec_load", "kexec_load" },
	{ "sched_rr_get_interval64", "sched_rr_get_interval_time64" },
	{ "fadvise64_64", "arm_fadvise64_64" },
	{ "sync_file_range", "arm_sync_file_range" },
	{ "timerfd", "timerfd_create" },
	{ "perf_counter_open", "perf_event_open" },
};

bool sg_audit_syscall_by_name(uint32_t arch, bool is_foreign, const char *s, size_t len,
			      int64_t *ret_nr)
{
	char name[NAME_MAX_LEN + 1];
	const char *p, *end;
	uint64_t value;
	uint32_t nr;

	if (unknown_value(s, len, "unknown-syscall", &p, &end)) {
		bool negative = p < end && *p == '-';

		p += negative;
		if (!sg_scan_u64(&p, end, &value) || p != end || value > UINT32_MAX)
			return false;
		*ret_nr = negative ? -(int64_t)value : (int64_t)value;
		return true;
	}
	if (is_foreign || len == 0 || len > NAME_MAX_LEN || memchr(s, '\0', len))
		return false;
	memcpy(name, s, len);
	name[len] = '\0';
	if (sg_syscall_nr(arch, name, &nr) == 0) {
		*ret_nr = nr;
		return true;
	}
	for (size_t i = 0; i < SG_ARRAY_SIZE(aliases); i++) {
		if (strcmp(aliases[i].audit, name) != 0)
			continue;
		if (sg_syscall_nr(arch, aliases[i].kernel, &nr) < 0)
			return false;
		*ret_nr = nr;
		return true;
	}
	return false;
}

int32_t sg_audit_signal_by_name(const char *s, size_t len)
{
	return is_word(s, len, "SIGSYS") ? SIGSYS : 0;
}
