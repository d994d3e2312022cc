/* SPDX-License-Identifier: Apache-2.0 */
#include "workload/in_progress.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/audit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "origin/proc.h"
#include "syscall/seccomp_data.h"
#include "workload/proc.h"

#define TEXT_MAX 4096
#define PATH_LEN 64

struct thread {
	uint32_t tgid, tid;
};

static void path_of(const struct thread *t, const char *file, char ret[PATH_LEN])
{
	snprintf(ret, PATH_LEN, "/proc/%" PRIu32 "/task/%" PRIu32 "/%s", t->tgid, t->tid, file);
}

/* The caller's; NULL when it cannot be read. */
static char *read_text(const struct thread *t, const char *file)
{
	char path[PATH_LEN], *text = NULL;
	size_t len;

	path_of(t, file, path);
	return sg_file_read(path, TEXT_MAX, &text, &len) < 0 ? NULL : text;
}

static bool read_bytes(const struct thread *t, const char *file, uint64_t at, void *ret, size_t n)
{
	_cleanup_close_ int fd = -1;
	char path[PATH_LEN];

	path_of(t, file, path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd >= 0 && at <= INT64_MAX && pread(fd, ret, n, (off_t)at) == (ssize_t)n;
}

static bool is_gone(const struct thread *t)
{
	char path[PATH_LEN];

	path_of(t, "", path);
	return access(path, F_OK) < 0;
}

/* A call that is interrupted by a stop begins again after it, and is counted then. 1: it is
 * stopped; 0: it is not; -1: not known. */
static int is_stopped(const struct thread *t)
{
	_cleanup_free_ char *stat = read_text(t, "stat");
	const char state = stat ? sg_proc_stat_state(stat) : '\0';

	if (!state)
		return -1;
	return strchr("TtXZ", state) != NULL;
}

/*
 * By which table the number counts. The kernel keeps that from us, but the instruction before @pc,
 * where the thread continues, shows it. 0: neither.
 */
#if defined(__x86_64__)
static uint32_t arch_of(const struct thread *t, uint64_t pc)
{
	unsigned char insn[2];

	if (pc < sizeof(insn) || !read_bytes(t, "mem", pc - sizeof(insn), insn, sizeof(insn)))
		return 0;
	if (insn[0] == 0x0f && insn[1] == 0x05) /* syscall */
		return AUDIT_ARCH_X86_64;
	if (insn[0] == 0xcd && insn[1] == 0x80) /* int $0x80; also where sysenter continues */
		return AUDIT_ARCH_I386;
	return 0;
}
#else
static uint32_t arch_of(const struct thread *t, uint64_t pc)
{
	unsigned char ident[5];

	(void)pc;
	if (!read_bytes(t, "exe", 0, ident, sizeof(ident)))
		return 0;
	return ident[4] == 1 ? AUDIT_ARCH_ARM : AUDIT_ARCH_AARCH64; /* EI_CLASS: ELFCLASS32 */
}
#endif

/* 1: it is in this call; 0: in none; -1: not known. */
static int call_of(const struct thread *t, struct sg_syscall_id *ret)
{
	_cleanup_free_ char *text = NULL;
	struct sg_seccomp_data data = { 0 };
	int stopped = is_stopped(t);
	uint64_t pc;

	if (stopped)
		return stopped > 0 ? 0 : -1;
	text = read_text(t, "syscall");
	if (!text)
		return -1;
	if (!sg_proc_syscall_parse(text, &data.nr, &pc))
		return 0;
	data.arch = arch_of(t, pc);
	*ret = sg_seccomp_data_id(&data);
	return data.arch ? 1 : -1;
}

static int add_thread(const struct thread *t, struct sg_run *run, struct sg_error *err)
{
	_cleanup_free_ char *comm = NULL;
	struct sg_syscall_id id;
	struct sg_entry *entry;
	int r = call_of(t, &id);

	if (r < 0)
		run->loss[SG_LOSS_IN_PROGRESS] += !is_gone(t);
	if (r <= 0)
		return 0;
	r = sg_run_entry(run, id, &entry, err);
	if (r < 0)
		return r;
	entry->count[SG_STAGE_APP]++;
	entry->sources |= SG_SOURCE_PROC;
	comm = read_text(t, "comm");
	if (!comm || !*comm)
		return 0;
	comm[strlen(comm) - 1] = '\0'; /* its newline */
	return sg_entry_add_program(entry, comm, err);
}

int sg_in_progress_add(uint32_t tgid, struct sg_run *run, struct sg_error *err)
{
	_cleanup_closedir_ DIR *dir = NULL;
	struct dirent *entry;
	char path[PATH_LEN];
	int r = 0;

	if (!tgid) {
		run->loss[SG_LOSS_IN_PROGRESS]++;
		return 0;
	}
	snprintf(path, sizeof(path), "/proc/%" PRIu32 "/task", tgid);
	dir = opendir(path);
	/* it has ended, unless /proc was mounted with hidepid and hides others too */
	if (!dir && (errno != ENOENT || access("/proc/1/stat", F_OK) < 0))
		run->loss[SG_LOSS_IN_PROGRESS]++;
	while (r == 0 && dir && (entry = readdir(dir))) {
		struct thread t = { tgid, (uint32_t)strtoul(entry->d_name, NULL, 10) };

		if (t.tid)
			r = add_thread(&t, run, err);
	}
	return r;
}

int sg_in_progress_add_thread(uint32_t tid, struct sg_run *run, struct sg_error *err)
{
	const struct thread t = { tid, tid }; /* /proc has threads by their own number, too */

	return add_thread(&t, run, err);
}
