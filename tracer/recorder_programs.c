/* SPDX-License-Identifier: Apache-2.0 */
/* The programs that have more than one form, and which of them is used: see bpf/classic.bpf.h. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "recorder_private.h"
#include "tracepoint.h"

struct form {
	struct bpf_program *prog;
	struct bpf_link **link;
};

struct program {
	struct form btf;	       /* alone, or */
	struct form classic, stand_in; /* these two, or the first of them */
};

#define FORM(name)                                  \
	{                                           \
		skel->progs.name, &skel->links.name \
	}
#define PROGRAM(name)                                                   \
	{                                                               \
		FORM(name), FORM(name##_classic), FORM(name##_stand_in) \
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

void sg_recorder_choose_forms(struct recorder_bpf *skel, bool classic, bool stand_ins, bool denials)
{
	for (enum sg_bpf_program which = 0; which < SG_BPF_PROGRAM_MAX_; which++) {
		struct program p = program(skel, which);
		bool wanted = denials || which != SG_BPF_ON_SYS_EXIT;

		bpf_program__set_autoload(p.btf.prog, wanted && !classic);
		bpf_program__set_autoload(p.classic.prog, wanted && classic);
		bpf_program__set_autoload(p.stand_in.prog, wanted && stand_ins);
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
	return sg_recorder_keep_link(rec, prog, *link, err);
}

static int attach(struct sg_recorder *rec, const struct form *form, struct sg_error *err)
{
	return sg_recorder_attach_program(rec, form->prog, form->link, err);
}

bool sg_recorder_is_attached(const struct sg_recorder *rec, enum sg_bpf_program which)
{
	struct program p = program(rec->skel, which);

	return *p.btf.link || *p.classic.link;
}

int sg_recorder_attach_form(struct sg_recorder *rec, enum sg_bpf_program which,
			    struct sg_error *err)
{
	struct program p = program(rec->skel, which);
	int r;

	if (!rec->classic)
		return attach(rec, &p.btf, err);
	/* the stand-in first: it is to be there whenever the other can be skipped */
	r = rec->stand_ins ? attach(rec, &p.stand_in, err) : 0;
	if (r < 0)
		return r;
	rec->stand_ins_before[which] =
		__atomic_load_n(&rec->skel->bss->stand_ins[which], __ATOMIC_RELAXED);
	return attach(rec, &p.classic, err);
}

static void detach(const struct form *form)
{
	if (*form->link && bpf_link__pin_path(*form->link))
		bpf_link__unpin(*form->link);
	bpf_link__destroy(*form->link);
	*form->link = NULL;
}

void sg_recorder_detach_form(struct sg_recorder *rec, enum sg_bpf_program which)
{
	struct program p = program(rec->skel, which);

	detach(&p.btf);
	detach(&p.classic);
	if (*p.stand_in.link)
		sg_recorder_grace(); /* a run that is skipped to the last needs it */
	detach(&p.stand_in);
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

uint64_t sg_recorder_misses(struct sg_recorder *rec)
{
	struct recorder_bpf *skel = rec->skel;
	uint64_t sum = misses_of(rec, skel->progs.on_cgroup_mkdir) +
		       misses_of(rec, skel->progs.on_cgroup_rmdir) +
		       misses_of(rec, skel->progs.on_cgroup_attach_task);

	for (enum sg_bpf_program which = 0; which < SG_BPF_PROGRAM_MAX_; which++) {
		struct program p = program(skel, which);
		uint64_t skipped = misses_of(rec, p.classic.prog);
		uint64_t stood_in =
			__atomic_load_n(&skel->bss->stand_ins[which], __ATOMIC_RELAXED) -
			rec->stand_ins_before[which];

		sum += misses_of(rec, p.btf.prog);
		/* a stand-in can also have worked once too often, when it was preempted before it
		 */
		sum += skipped > stood_in ? skipped - stood_in : 0;
	}
	return sum;
}
