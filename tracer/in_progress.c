/* SPDX-License-Identifier: Apache-2.0 */
#include "in_progress.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/audit.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "syscall/seccomp_data.h"

/* A small file of a thread's, as text; false when it cannot be read. */
static bool read_file(int task, const char *tid, const char *name, char *ret, size_t size)
{
	char path[64];
	_cleanup_close_ int fd = -1;
	ssize_t n;

	snprintf(path, sizeof(path), "%s/%s", tid, name);
	fd = openat(task, path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, ret, size - 1);
	if (n <= 0)
		return false;
	ret[n] = '\0';
	return true;
}

/* A call that is interrupted by a stop begins anew after it, and is counted then. */
static bool is_stopped(int task, const char *tid)
{
	char stat[512], *state;

	if (!read_file(task, tid, "stat", stat, sizeof(stat)))
		return true;
	state = strrchr(stat, ')'); /* the name before it can hold anything */
	return !state || strlen(state) < 3 || strchr("TtXZ", state[2]);
}

static bool is_gone(int task, const char *tid)
{
	return faccessat(task, tid, F_OK, 0) < 0;
}

/*
 * By which table the number counts. The kernel keeps that from us, but the instruction before the
 * one where the thread goes on tells it. 0: neither.
 */
#if defined(__x86_64__)
static uint32_t arch_of(int task, const char *tid, uint64_t pc)
{
	unsigned char insn[2];
	char path[64];
	_cleanup_close_ int fd = -1;

	snprintf(path, sizeof(path), "%s/mem", tid);
	fd = openat(task, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || pc < sizeof(insn) || pc > INT64_MAX ||
	    pread(fd, insn, sizeof(insn), (off_t)(pc - sizeof(insn))) != sizeof(insn))
		return 0;
	if (insn[0] == 0x0f && insn[1] == 0x05) /* syscall */
		return AUDIT_ARCH_X86_64;
	if (insn[0] == 0xcd && insn[1] == 0x80) /* int $0x80; also where sysenter goes on */
		return AUDIT_ARCH_I386;
	return 0;
}
#else
static uint32_t arch_of(int task, const char *tid, uint64_t pc)
{
	unsigned char ident[5];
	char path[64];
	_cleanup_close_ int fd = -1;

	(void)pc;
	snprintf(path, sizeof(path), "%s/exe", tid);
	fd = openat(task, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, ident, sizeof(ident)) != sizeof(ident))
		return 0;
	return ident[4] == 1 ? AUDIT_ARCH_ARM : AUDIT_ARCH_AARCH64; /* EI_CLASS: ELFCLASS32 */
}
#endif

static int add_thread(int task, const char *tid, struct sg_run *run, struct sg_error *err)
{
	struct sg_seccomp_data data = { 0 };
	char text[256], comm[32], *end;
	struct sg_entry *entry;
	uint64_t nr, pc;
	int r;

	/* "NR 0xARG… 0xSP 0xPC"; "running" or "-1 …" when it is in no call */
	if (is_stopped(task, tid))
		return 0;
	if (!read_file(task, tid, "syscall", text, sizeof(text))) {
		run->loss[SG_LOSS_IN_PROGRESS] += !is_gone(task, tid);
		return 0;
	}
	if (sscanf(text, "%" SCNu64 " %*x %*x %*x %*x %*x %*x %*x %" SCNx64, &nr, &pc) != 2 ||
	    !isdigit((unsigned char)text[0]) || nr > UINT32_MAX)
		return 0;
	data.nr = (uint32_t)nr;
	data.arch = arch_of(task, tid, pc);
	if (!data.arch) {
		run->loss[SG_LOSS_IN_PROGRESS] += !is_gone(task, tid);
		return 0;
	}
	r = sg_run_entry(run, sg_seccomp_data_id(&data), &entry, err);
	if (r < 0)
		return r;
	entry->count[SG_STAGE_APP]++;
	entry->sources |= SG_SOURCE_PROC;
	if (!read_file(task, tid, "comm", comm, sizeof(comm)))
		return 0;
	end = strchr(comm, '\0');
	if (end > comm && end[-1] == '\n')
		end[-1] = '\0';
	return sg_entry_add_program(entry, comm, err);
}

int sg_in_progress_add(uint32_t tgid, struct sg_run *run, struct sg_error *err)
{
	_cleanup_closedir_ DIR *dir = NULL;
	struct dirent *entry;
	char path[64];
	int r = 0;

	snprintf(path, sizeof(path), "/proc/%" PRIu32 "/task", tgid);
	dir = opendir(path);
	while (r == 0 && dir && (entry = readdir(dir))) {
		if (isdigit((unsigned char)entry->d_name[0]))
			r = add_thread(dirfd(dir), entry->d_name, run, err);
	}
	return r;
}

int sg_in_progress_put(const struct sg_run *found, struct sg_run *run, struct sg_error *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < found->n_entries; i++) {
		const struct sg_entry *from = &found->entries[i];
		struct sg_entry *to;

		if (!(from->sources & SG_SOURCE_PROC))
			continue;
		r = sg_run_entry(run, from->id, &to, err);
		if (r < 0 || to->count[SG_STAGE_APP])
			continue;
		to->count[SG_STAGE_APP] = from->count[SG_STAGE_APP];
		to->sources |= SG_SOURCE_PROC;
		run->sources |= SG_SOURCE_PROC;
		for (size_t k = 0; r == 0 && k < from->n_programs; k++)
			r = sg_entry_add_program(to, from->programs[k], err);
	}
	return r;
}
