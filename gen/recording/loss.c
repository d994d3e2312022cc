/* SPDX-License-Identifier: Apache-2.0 */
#include "recording/loss.h"

#include <string.h>

/* clang-format off */
const struct sg_loss_kind sg_loss_kinds[SG_LOSS_MAX_] = {
	[SG_LOSS_CGROUPS_UNTRACKED] = { "cgroups_untracked", SG_LOSS_CLASS_SET,
		"cgroups that found no room, below the target, or of its owner and perhaps the "
		"target come again: their calls are missing" },
	[SG_LOSS_RECURSION_MISSES] = { "recursion_misses", SG_LOSS_CLASS_SET,
		"runs of the recorder's BPF program that the kernel skipped: as many calls are "
		"missing" },
	[SG_LOSS_TASKS_UNFOLLOWED] = { "tasks_unfollowed", SG_LOSS_CLASS_SET,
		"processes that left the target's cgroups and could not be followed: what they "
		"called from then on is missing" },
	[SG_LOSS_CALLS_UNDECIDED] = { "calls_undecided", SG_LOSS_CLASS_SET,
		"calls made before it was known whose they are, and no room to keep them: they are "
		"missing" },
	[SG_LOSS_KERNEL_HALF] = { "kernel_half_missing", SG_LOSS_CLASS_SET,
		"pinned parts of the recorder's kernel half that somebody removed while no recorder was "
		"there: what they had to see is missing" },
	[SG_LOSS_INVALID_NUMBERS] = { "invalid_numbers", SG_LOSS_CLASS_DETAIL,
		"calls whose number no table has room for, such as syscall(-1): no profile can "
		"name them" },
	[SG_LOSS_FIRST_SEEN_ROWS] = { "first_seen_rows", SG_LOSS_CLASS_DETAIL,
		"first sights that found no room: the calls are counted, time and program are "
		"missing" },
	[SG_LOSS_STAGE_UNKNOWN] = { "stage_unknown", SG_LOSS_CLASS_DETAIL,
		"processes whose set-up could not be followed: the runtime's calls among theirs "
		"are counted as the application's" },
	[SG_LOSS_SETUP_UNFINISHED] = { "setup_unfinished", SG_LOSS_CLASS_DETAIL,
		"processes moved in from outside that never called exec, and made calls as set-up "
		"that the application did not make" },
	[SG_LOSS_DENIALS_UNCOUNTED] = { "denials_uncounted", SG_LOSS_CLASS_DETAIL,
		"denied calls that could not be told from others, or found no room" },
	[SG_LOSS_DENIALS_UNWATCHED] = { "denials_unwatched", SG_LOSS_CLASS_DETAIL,
		"times that a seccomp filter was found while denied calls were not watched: some "
		"may be missing" },
	[SG_LOSS_ARGUMENTS_ANY] = { "arguments_any", SG_LOSS_CLASS_DETAIL,
		"calls made with more combinations of arguments than are kept (64): these calls' "
		"arguments count as any" },
	[SG_LOSS_ARGUMENTS_NO_ROOM] = { "arguments_no_room", SG_LOSS_CLASS_DETAIL,
		"calls whose arguments found no room in the recorder's tables: these calls' "
		"arguments count as any" },
	[SG_LOSS_IN_PROGRESS] = { "in_progress_unknown", SG_LOSS_CLASS_DETAIL,
		"threads that were in the middle of a call when the recording began, of which "
		"could not be told which: it may be missing" },
	[SG_LOSS_AUDIT_ENOBUFS] = { "audit_enobufs", SG_LOSS_CLASS_AUDIT,
		"overruns of the audit socket's buffer: each lost an unknown number of records" },
	[SG_LOSS_AUDIT_SERIAL_GAPS] = { "audit_serial_gaps", SG_LOSS_CLASS_AUDIT,
		"audit serial numbers that never arrived; other record types share them, so not "
		"each was a seccomp record" },
	[SG_LOSS_AUDIT_SUPPRESSED] = { "audit_suppressed", SG_LOSS_CLASS_AUDIT,
		"records that the kernel log's rate limit suppressed, by its own account" },
	[SG_LOSS_AUDIT_LOST] = { "audit_lost", SG_LOSS_CLASS_AUDIT,
		"records that the kernel's audit queue lost, by its own account" },
	[SG_LOSS_AUDIT_UNREADABLE] = { "audit_unreadable", SG_LOSS_CLASS_AUDIT,
		"lines that are a seccomp record and could not be read" },
	/* no loss of its own, and counted where the others of the socket are: beside BPF it refuses
	 * nothing, or whoever may send there could have every recording refused */
	[SG_LOSS_AUDIT_NOT_KERNEL] = { "audit_not_kernel", SG_LOSS_CLASS_AUDIT,
		"messages on the audit socket that the kernel did not send: left out; a process with "
		"CAP_NET_ADMIN forges records" },
	[SG_LOSS_AUDIT_UNVERIFIED] = { "audit_unverified", SG_LOSS_CLASS_DETAIL,
		"seccomp records in lines of a log that any program could have had logged: left out" },
	[SG_LOSS_AUDIT_UNATTRIBUTED] = { "audit_unattributed", SG_LOSS_CLASS_AUDIT,
		"seccomp records of processes whose cgroup is not known: some may belong to the "
		"target" },
};
/* clang-format on */

enum sg_loss sg_loss_by_name(const char *name)
{
	enum sg_loss loss = 0;

	while (loss < SG_LOSS_MAX_ && strcmp(sg_loss_kinds[loss].name, name) != 0)
		loss++;
	return loss;
}
