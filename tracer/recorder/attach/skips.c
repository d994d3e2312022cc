/* SPDX-License-Identifier: Apache-2.0 */
/* Runs of classic programs that the kernel skipped and no fallback made up for. */
#include <unistd.h>

#include "recorder/attach/private.h"

#define TRIES_TO_READ 1000

/*
 * The runs that were skipped and not made up for, since the load; it can be below 0 by those that a
 * fallback did before the classic program was attached. A run that is between its fallback and its
 * classic program, preempted, lowers it by one meanwhile; nothing raises it.
 */
static int64_t balance(struct sg_recorder *rec, enum sg_bpf_program which)
{
	struct recorder_bpf *skel = rec->skel;
	struct sg_forms p = sg_recorder_forms(skel, which);
	uint64_t before, skipped, duplicates;
	int tries = 0;

	do {
		before = __atomic_load_n(&skel->bss->fallback_runs[which], __ATOMIC_SEQ_CST);
		skipped = sg_recorder_program_misses(rec, p.classic.prog);
		duplicates = __atomic_load_n(&skel->bss->duplicate_runs[which], __ATOMIC_SEQ_CST);
	} while (__atomic_load_n(&skel->bss->fallback_runs[which], __ATOMIC_SEQ_CST) != before &&
		 ++tries < TRIES_TO_READ);
	return (int64_t)(skipped + duplicates - before);
}

static void sample(struct sg_recorder *rec, enum sg_bpf_program which)
{
	int64_t now = balance(rec, which);

	if (rec->skips[which].high < now)
		rec->skips[which].high = now;
}

static uint64_t missed(const struct sg_recorder *rec, enum sg_bpf_program which)
{
	return (uint64_t)(rec->skips[which].high - rec->pinned->baseline_misses[which]);
}

/* Long enough for a task that was preempted between its two programs to get its turn. */
static void sample_for_a_while(struct sg_recorder *rec, enum sg_bpf_program which)
{
	sample(rec, which);
	for (int i = 0; i < 20 && rec->skel->bss->fallback_runs[which]; i++) {
		usleep(2500);
		sample(rec, which);
	}
}

int sg_recorder_attach_form(struct sg_recorder *rec, enum sg_bpf_program which,
			    struct sg_error *err)
{
	struct sg_skips *skips = &rec->skips[which];
	int r;

	/* once they are handed over only the program on sys_exit is attached */
	r = sg_recorder_is_handed_over(rec) ? sg_recorder_ask_attach_exits(rec, err)
					    : sg_recorder_attach_links(rec, which, err);
	if (r < 0 || !rec->pinned->classic)
		return r;
	skips->high = INT64_MIN;
	sample_for_a_while(rec, which);
	rec->pinned->baseline_misses[which] = skips->high;
	skips->counting = true;
	return 0;
}

void sg_recorder_detach_form(struct sg_recorder *rec, enum sg_bpf_program which)
{
	struct sg_skips *skips = &rec->skips[which];

	if (skips->counting) { /* while both are there: what one does alone is no skip */
		sample_for_a_while(rec, which);
		rec->pinned->missed_before[which] += missed(rec, which);
		skips->counting = false;
	}
	sg_recorder_detach_links(rec, which);
}

void sg_recorder_adopt_forms(struct sg_recorder *rec)
{
	for (enum sg_bpf_program which = 0; which < SG_BPF_PROGRAM_MAX_; which++) {
		rec->skips[which].counting =
			rec->pinned->classic && sg_recorder_is_attached(rec, which);
		rec->skips[which].high = rec->pinned->baseline_misses[which];
	}
}

uint64_t sg_recorder_misses(struct sg_recorder *rec)
{
	struct recorder_bpf *skel = rec->skel;
	uint64_t sum = sg_recorder_program_misses(rec, skel->progs.on_cgroup_mkdir) +
		       sg_recorder_program_misses(rec, skel->progs.on_cgroup_rmdir) +
		       sg_recorder_program_misses(rec, skel->progs.on_cgroup_attach_task) +
		       sg_recorder_program_misses(rec, skel->progs.on_secure_computing);

	for (enum sg_bpf_program which = 0; which < SG_BPF_PROGRAM_MAX_; which++) {
		struct sg_skips *skips = &rec->skips[which];

		sum += sg_recorder_program_misses(rec, sg_recorder_forms(skel, which).btf.prog) +
		       rec->pinned->missed_before[which];
		if (!skips->counting)
			continue;
		sample(rec, which);
		sum += missed(rec, which);
	}
	return sum;
}
