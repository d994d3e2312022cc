/* SPDX-License-Identifier: Apache-2.0 */
/* Which processes are in which slot, now and before: see bpf/tasks/members.bpf.h. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "recorder/recorder.h"
#include "recorder/slots/private.h"

#define INITIAL_PID_NS 0xEFFFFFFCu /* PROC_PID_INIT_INO, linux/proc_ns.h */

int sg_recorder_expect_process(struct sg_recorder *rec, uint32_t tgid, uint32_t slot,
			       struct sg_error *err)
{
	struct sg_setup_task row = { .slot = slot };
	struct stat st;

	/* the kernel half knows processes by their number in the initial namespace */
	if (stat("/proc/self/ns/pid", &st) < 0 || st.st_ino != INITIAL_PID_NS)
		return 0;
	if (bpf_map__update_elem(rec->skel->maps.setup_tasks, &tgid, sizeof(tgid), &row,
				 sizeof(row), BPF_NOEXIST))
		return sg_error_set(err, -errno, "add process %u: %s", tgid, strerror(errno));
	__atomic_fetch_add(&rec->skel->bss->slot_flags[slot], 1, __ATOMIC_SEQ_CST);
	return 0;
}

static int add_member(struct sg_recorder *rec, uint32_t key, uint32_t slot, struct sg_error *err)
{
	struct sg_member member = { .slot = slot };

	if (bpf_map__update_elem(rec->skel->maps.members, &key, sizeof(key), &member,
				 sizeof(member), BPF_NOEXIST) == 0) {
		if (key & SG_THREAD)
			__atomic_fetch_add(&rec->skel->bss->threads_apart, 1, __ATOMIC_SEQ_CST);
		return 0;
	}
	if (errno == EEXIST)
		return 0;
	if (errno != E2BIG)
		return sg_error_set(err, -errno, "add process %u: %s", key & ~SG_THREAD,
				    strerror(errno));
	__atomic_fetch_add(&rec->skel->bss->losses[slot].n[SG_BPF_LOSS_MEMBERS], 1,
			   __ATOMIC_RELAXED);
	__atomic_store_n(&rec->skel->bss->members_lost, 1, __ATOMIC_RELAXED);
	return 0;
}

int sg_recorder_add_process(struct sg_recorder *rec, uint32_t tgid, uint32_t slot,
			    struct sg_error *err)
{
	return add_member(rec, tgid, slot, err);
}

int sg_recorder_add_thread(struct sg_recorder *rec, uint32_t tid, uint32_t slot,
			   struct sg_error *err)
{
	return add_member(rec, tid | SG_THREAD, slot, err);
}

/* audit stamps with the coarse clock, which is late by up to a tick (10 ms with HZ=100). */
#define AUDIT_CLOCK_SLACK_NS 20000000

/* Whether the slot has been given to another cgroup since. */
static bool is_former(const struct sg_recorder *rec, const struct sg_member *member)
{
	return member->slot <= rec->pinned->slots &&
	       member->until_boot_ns < rec->allocations[member->slot].made_boot_ns;
}

uint32_t sg_recorder_slot_of_process(struct sg_recorder *rec, uint32_t tgid, uint64_t real_ns)
{
	const struct recorder_bpf *skel = rec->skel;
	int64_t boot_ns = (int64_t)real_ns - rec->pinned->boot_to_real_ns;
	struct sg_member member;

	if (bpf_map__lookup_elem(skel->maps.members, &tgid, sizeof(tgid), &member, sizeof(member),
				 0) == 0 &&
	    boot_ns + AUDIT_CLOCK_SLACK_NS >= (int64_t)member.from_boot_ns)
		return member.slot;
	if (bpf_map__lookup_elem(skel->maps.exited_members, &tgid, sizeof(tgid), &member,
				 sizeof(member), 0) == 0 &&
	    boot_ns + AUDIT_CLOCK_SLACK_NS >= (int64_t)member.from_boot_ns &&
	    boot_ns <= (int64_t)member.until_boot_ns + AUDIT_CLOCK_SLACK_NS &&
	    !is_former(rec, &member))
		return member.slot;
	return 0;
}

bool sg_recorder_forgot_processes(struct sg_recorder *rec)
{
	uint64_t now = __atomic_load_n(&rec->skel->bss->members_exited, __ATOMIC_RELAXED);
	/* LRU lists are by CPU and evict before the whole is full */
	bool forgot = now - rec->members_exited_seen > SG_EXITED_MEMBERS_MAX / 2;

	rec->members_exited_seen = now;
	return forgot;
}
