/* SPDX-License-Identifier: Apache-2.0 */
/* The programs that have more than one form, and which of them is used: see bpf/classic.bpf.h. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "recorder/attach/private.h"

#define FORM(name)                                  \
	{                                           \
		skel->progs.name, &skel->links.name \
	}
#define PROGRAM(name)                                                   \
	{                                                               \
		FORM(name), FORM(name##_classic), FORM(name##_fallback) \
	}

struct sg_forms sg_recorder_forms(struct recorder_bpf *skel, enum sg_bpf_program which)
{
	const struct sg_forms programs[SG_BPF_PROGRAM_MAX_] = {
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
		struct sg_forms p = sg_recorder_forms(skel, which);
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

static int attach(struct sg_recorder *rec, const struct sg_form *form, struct sg_error *err)
{
	return sg_recorder_attach_program(rec, form->prog, form->link, err);
}

bool sg_recorder_is_attached(const struct sg_recorder *rec, enum sg_bpf_program which)
{
	struct sg_forms p = sg_recorder_forms(rec->skel, which);

	return *p.btf.link || *p.classic.link ||
	       (which == SG_BPF_ON_SYS_EXIT && rec->skel->links.on_secure_computing);
}

/* Pins are the business of who has been handed the links. */
static void detach(struct sg_recorder *rec, const struct sg_form *form)
{
	if (*form->link && bpf_link__pin_path(*form->link) && !sg_recorder_is_handed_over(rec))
		sg_recorder_unpin_link(rec, *form->link);
	bpf_link__destroy(*form->link);
	*form->link = NULL;
}

uint64_t sg_recorder_program_misses(const struct sg_recorder *rec, const struct bpf_program *prog)
{
	struct bpf_prog_info info = { 0 };
	uint32_t len = sizeof(info);

	/* one that is not loaded has no descriptor */
	return bpf_obj_get_info_by_fd(sg_recorder_program_fd(rec, prog), &info, &len)
		       ? 0
		       : info.recursion_misses;
}

int sg_recorder_attach_links(struct sg_recorder *rec, enum sg_bpf_program which,
			     struct sg_error *err)
{
	struct sg_forms p = sg_recorder_forms(rec->skel, which);
	int r;

	if (!rec->pinned->classic)
		return attach(rec, &p.btf, err);
	/* the fallback first: it has to come first at each event, too */
	r = rec->pinned->fallbacks ? attach(rec, &p.fallback, err) : 0;
	return r < 0 ? r : attach(rec, &p.classic, err);
}

int sg_recorder_attach_fexit(struct sg_recorder *rec, struct sg_error *err)
{
	struct recorder_bpf *skel = rec->skel;

	return sg_recorder_attach_program(rec, skel->progs.on_secure_computing,
					  &skel->links.on_secure_computing, err);
}

void sg_recorder_detach_links(struct sg_recorder *rec, enum sg_bpf_program which)
{
	struct sg_forms p = sg_recorder_forms(rec->skel, which);

	detach(rec, &p.btf);
	detach(rec, &p.classic);
	detach(rec, &p.fallback);
}
