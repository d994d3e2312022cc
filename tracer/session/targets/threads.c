/* SPDX-License-Identifier: Apache-2.0 */
#include "session/targets/threads.h"

#include <stdlib.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "origin/proc.h"
#include "workload/in_progress.h"
#include "workload/proc.h"

struct process {
	uint32_t tgid, threads, here;
	bool is_zombie;
};

struct threads {
	struct sg_recorder *recorder;
	struct sg_instance *instance;
	bool first;
	struct process *processes;
	size_t n;
};

static bool read_process(uint32_t tid, struct process *ret)
{
	_cleanup_free_ char *text = sg_proc_status(tid);

	*ret = (struct process){ 0 };
	if (!text)
		return false;
	ret->is_zombie = sg_proc_status_state(text) == 'Z';
	return sg_proc_status_u32(text, "Tgid", &ret->tgid) && ret->tgid &&
	       sg_proc_status_u32(text, "Threads", &ret->threads) && ret->threads;
}

bool sg_process_is_leaderless(uint32_t tgid)
{
	struct process leader;

	return read_process(tgid, &leader) && leader.is_zombie && leader.threads > 1;
}

static int note_process(struct threads *t, uint32_t tid, struct sg_error *err)
{
	struct process p;

	if (!read_process(tid, &p))
		return 0; /* it has ended */
	/* a first thread that has exited is counted on, and is in no list */
	if (p.tgid != tid && sg_process_is_leaderless(p.tgid))
		p.threads--;
	for (size_t i = 0; i < t->n; i++) {
		if (t->processes[i].tgid == p.tgid) {
			t->processes[i].here++;
			return 0;
		}
	}
	if (SG_ARRAY_GROW(t->processes, t->n) < 0)
		return sg_error_oom(err);
	p.here = 1;
	t->processes[t->n++] = p;
	t->instance->processes_before++;
	return 0;
}

/* A process whose first thread has exited is where its others are, whatever lists it. */
static int add_leaderless(struct threads *t, uint32_t tid, struct sg_error *err)
{
	size_t before = t->n;
	struct process p;
	int r;

	if (!read_process(tid, &p) || p.tgid == tid || !sg_process_is_leaderless(p.tgid))
		return 0;
	r = note_process(t, tid, err);
	if (r == 0 && t->n > before)
		r = sg_in_progress_add(p.tgid, t->instance->in_progress, err);
	if (r == 0)
		r = sg_recorder_add_process(t->recorder, p.tgid, t->instance->slots[0], err);
	return r;
}

static int add_thread(uint32_t tid, bool is_threaded, void *data, struct sg_error *err)
{
	struct threads *t = data;
	int r;

	if (!is_threaded)
		return t->first ? add_leaderless(t, tid, err) : 0;
	r = sg_recorder_add_thread(t->recorder, tid, t->instance->slots[0], err);

	if (r < 0 || !t->first)
		return r;
	r = note_process(t, tid, err);
	return r < 0 ? r : sg_in_progress_add_thread(tid, t->instance->in_progress, err);
}

int sg_threads_adopt(struct sg_recorder *recorder, struct sg_instance *instance,
		     struct sg_error *err)
{
	struct threads t = { .recorder = recorder, .instance = instance, .first = true };
	int r;

	r = sg_cgroup_threads(&instance->cgroup, instance->inherits, add_thread, &t, err);
	t.first = false;
	/* once more: what threads started that were not known is known now, and the next is */
	if (r == 0 && t.n)
		r = sg_cgroup_threads(&instance->cgroup, instance->inherits, add_thread, &t, err);
	/* a process is the target's when all of it is: audit records and forks are attributed by
	 * process */
	for (size_t i = 0; r == 0 && i < t.n; i++) {
		if (t.processes[i].here >= t.processes[i].threads)
			r = sg_recorder_add_process(recorder, t.processes[i].tgid,
						    instance->slots[0], err);
	}
	free(t.processes);
	return r;
}
