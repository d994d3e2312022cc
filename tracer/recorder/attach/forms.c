/* SPDX-License-Identifier: Apache-2.0 */
/* The programs that have more than one form, and which of them is used: see bpf/classic.bpf.h. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "recorder/private.h"
#include "recorder/attach/tracepoint.h"

struct form {
	struct bpf_program *prog;
	struct bpf_link **link;
};

struct program {
	struct form btf;	       /* alone, or */
	struct form classic, fallback; /* these two, or the first of them */
};

#define FORM(name)                                  \
	{                                           \
		skel->progs.name, &skel->links.name \
	}
#define PROGRAM(name)                                                   \
	{                                                               \
		FORM(name), FORM(name##_classic), FORM(name##_fallback) \
	}

static struct program program(struct recorder_bpf *skel, enum sg_bpf_program which)
{
	const struct program programs[SG_BPF_PROGRAM_MAX_] = {
		[SG_BPF_ON_SYS_ENTER] = PROGRAM(on_sys_enter),
		[SG_BPF_ON_SYS_EXIT] = PROGRAM(on_sys_exit),
		[SG_BPF_ON_FORK] = PROGRAM(on_sched_process_fork),
		[SG_BPF_ON_EXEC] = PROGRAM(on_sched_process_exec),
		[SG_BPF_ON_EXIT] = PROGRAM(on_sched_process_exit),
	};

	return programs[which];
}

void sg_recorder_choose_forms(struct recorder_bpf *skel, bool classic, bool fallbacks, bool denials)
{
	for (enum sg_bpf_program which = 0; which < SG_BPF_PROGRAM_MAX_; which++) {
		struct program p = program(skel, which);
		bool wanted = denials || which != SG_BPF_ON_SYS_EXIT;

		bpf_program__set_autoload(p.btf.prog, wanted && !classic);
		bpf_program__set_autoload(p.classic.prog, wanted && classic);
		bpf_program__set_autoload(p.fallback.prog, wanted && fallbacks);
	}
}

int sg_recorder_attach_program(struct sg_recorder *rec, struct bpf_program *prog,
			       struct bpf_link **link, struct sg_error *err)
{
	int r = 0;

	if (bpf_program__fd(prog) < 0)
		return sg_recorder_attach_adopted(rec, prog, link, err);
	if (bpf_program__type(prog) == BPF_PROG_TYPE_TRACEPOINT)
		r = sg_tracepoint_attach(prog, link, err);
	else
		*link = bpf_program__attach(prog);
	if (r < 0)
		return r;
	if (!*link)
		return sg_error_set(err, -errno, "attach %s: %s", bpf_program__name(prog),
				    strerror(errno));
	return sg_recorder_pin_link(rec, prog, *link, err);
}

static int attach(struct sg_recorder *rec, const struct form *form, struct sg_error *err)
{
	return sg_recorder_attach_program(rec, form->prog, form->link, err);
}

bool sg_recorder_is_attached(const struct sg_recorder *rec, enum sg_bpf_program which)
{
	struct program p = program(rec->skel, which);

	return *p.btf.link || *p.classic.link ||
	       (which == SG_BPF_ON_SYS_EXIT && rec->skel->links.on_secure_computing);
}

/* Pins are the business of who has been handed the links. */
static void detach(struct sg_recorder *rec, const struct form *form)
{
	if (*form->link && bpf_link__pin_path(*form->link) && !sg_recorder_is_handed_over(rec))
		sg_recorder_unpin_link(rec, *form->link);
	bpf_link__destroy(*form->link);
	*form->link = NULL;
}

static uint64_t misses_of(const struct sg_recorder *rec, const struct bpf_program *prog)
{
	struct bpf_prog_info info = { 0 };
	uint32_t len = sizeof(info);

	/* one that is not loaded has no descriptor */
	return bpf_obj_get_info_by_fd(sg_recorder_program_fd(rec, prog), &info, &len)
		       ? 0
		       : info.recursion_misses;
}

#define TRIES_TO_READ 1000

/*
 * The runs that were skipped and not made up for, since the load; it can be below 0 by those that a
 * fallback did before the classic program was attached. A run that is between its fallback and its
 * classic program, preempted, lowers it by one meanwhile; nothing raises it.
 */
static int64_t balance(struct sg_recorder *rec, enum sg_bpf_program which)
{
	struct recorder_bpf *skel = rec->skel;
	struct program p = program(skel, which);
	uint64_t before, skipped, duplicates;
	int tries = 0;

	do {
		before = __atomic_load_n(&skel->bss->fallback_runs[which], __ATOMIC_SEQ_CST);
		skipped = misses_of(rec, p.classic.prog);
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

int sg_recorder_attach_links(struct sg_recorder *rec, enum sg_bpf_program which,
			     struct sg_error *err)
{
	struct program p = program(rec->skel, which);
	int r;

	if (!rec->pinned->classic)
		return attach(rec, &p.btf, err);
	/* the fallback first: it has to come first at each event, too */
	r = rec->pinned->fallbacks ? attach(rec, &p.fallback, err) : 0;
	return r < 0 ? r : attach(rec, &p.classic, err);
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

void sg_recorder_detach_links(struct sg_recorder *rec, enum sg_bpf_program which)
{
	struct program p = program(rec->skel, which);

	detach(rec, &p.btf);
	detach(rec, &p.classic);
	detach(rec, &p.fallback);
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
	uint64_t sum = misses_of(rec, skel->progs.on_cgroup_mkdir) +
		       misses_of(rec, skel->progs.on_cgroup_rmdir) +
		       misses_of(rec, skel->progs.on_cgroup_attach_task) +
		       misses_of(rec, skel->progs.on_secure_computing);

	for (enum sg_bpf_program which = 0; which < SG_BPF_PROGRAM_MAX_; which++) {
		struct sg_skips *skips = &rec->skips[which];

		sum += misses_of(rec, program(skel, which).btf.prog) +
		       rec->pinned->missed_before[which];
		if (!skips->counting)
			continue;
		sample(rec, which);
		sum += missed(rec, which);
	}
	return sum;
}
