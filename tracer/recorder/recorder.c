/* SPDX-License-Identifier: Apache-2.0 */
#include "recorder/recorder.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "recorder/attach/private.h"
#include "recorder/load/private.h"
#include "recorder/private.h"
#include "recorder/read/private.h"
#include "recorder/slots/private.h"

/* libbpf's own messages are for developers: silent unless asked for. */
static int print_libbpf(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	if (!getenv("SECCOMP_GEN_DEBUG"))
		return 0;
	(void)level;
	return vfprintf(stderr, fmt, ap);
}

int sg_recorder_alloc(struct sg_recorder **ret, struct sg_error *err)
{
	_cleanup_(sg_recorder_freep) struct sg_recorder *rec = NULL;
	int r;

	libbpf_set_print(print_libbpf);
	r = sg_recorder_check(err);
	if (r < 0)
		return r;
	rec = calloc(1, sizeof(*rec));
	if (!rec)
		return sg_error_oom(err);
	rec->links = (struct sg_helper)SG_HELPER_INIT;
	rec->cpus = libbpf_num_possible_cpus();
	if (rec->cpus <= 0)
		return sg_error_set(err, -EIO, "count the possible CPUs: %s", strerror(-rec->cpus));
	rec->per_cpu = calloc((size_t)rec->cpus, sizeof(*rec->per_cpu));
	if (!rec->per_cpu)
		return sg_error_oom(err);
	*ret = TAKE_PTR(rec);
	return 0;
}

int sg_recorder_new(const struct sg_recorder_options *opts, struct sg_recorder **ret,
		    struct sg_error *err)
{
	_cleanup_(sg_recorder_freep) struct sg_recorder *rec = NULL;
	int r;

	r = sg_recorder_alloc(&rec, err);
	if (r == 0)
		r = sg_recorder_load(rec, opts, err);
	if (r == 0)
		r = sg_recorder_slots_open(rec, err);
	if (r == 0)
		r = sg_recorder_slots_fill(rec, opts->reserve, err);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(rec);
	return 0;
}

void sg_recorder_free(struct sg_recorder *rec)
{
	if (!rec)
		return;
	sg_helper_stop(&rec->links);
	sg_recorder_slots_done(rec);
	sg_recorder_args_done(rec);
	sg_recorder_pins_done(rec);
	recorder_bpf__destroy(rec->skel);
	free(rec->per_cpu);
	free(rec);
}

/*
 * Each program relies on those before it: what happens to a process that is in a slot is followed
 * from the first slot on, and the last one gives slots away.
 */
int sg_recorder_attach(struct sg_recorder *rec, struct sg_error *err)
{
	static const enum sg_bpf_program processes[] = { SG_BPF_ON_EXIT, SG_BPF_ON_EXEC,
							 SG_BPF_ON_FORK };
	struct recorder_bpf *skel = rec->skel;
	int r = 0;

	rec->attached = true;
	for (size_t i = 0; r == 0 && i < SG_ARRAY_SIZE(processes); i++)
		r = sg_recorder_attach_form(rec, processes[i], err);
	if (r == 0)
		r = sg_recorder_attach_program(rec, skel->progs.on_cgroup_attach_task,
					       &skel->links.on_cgroup_attach_task, err);
	if (r == 0)
		r = sg_recorder_attach_form(rec, SG_BPF_ON_SYS_ENTER, err);
	if (r == 0)
		r = sg_recorder_attach_program(rec, skel->progs.on_cgroup_rmdir,
					       &skel->links.on_cgroup_rmdir, err);
	if (r == 0)
		r = sg_recorder_attach_program(rec, skel->progs.on_cgroup_mkdir,
					       &skel->links.on_cgroup_mkdir, err);
	return r;
}

void sg_recorder_detach(struct sg_recorder *rec)
{
	struct sg_error ignored = { 0 };

	if (!rec->attached)
		return;
	sg_recorder_unpin_links(rec);
	/* exits first: an exit that is examined must have had its enter examined */
	sg_recorder_detach_form(rec, SG_BPF_ON_SYS_EXIT);
	for (enum sg_bpf_program which = 0; which < SG_BPF_PROGRAM_MAX_; which++)
		sg_recorder_detach_form(rec, which);
	recorder_bpf__detach(rec->skel);
	/* it has gone with its links when it does not answer */
	if (sg_recorder_is_handed_over(rec))
		sg_recorder_ask_detach_all(rec, &ignored);
	/* a grace period: programs that were running when the links went away have finished */
	sg_recorder_grace();
	rec->attached = false;
}

const char *sg_recorder_mechanism(const struct sg_recorder *rec)
{
	return rec->pinned->mechanism;
}

bool sg_recorder_saw_filter(const struct sg_recorder *rec, uint32_t slot)
{
	return rec->skel->bss->filtered[slot];
}

bool sg_recorder_saw_namespaces(const struct sg_recorder *rec, uint32_t slot)
{
	return rec->skel->bss->new_namespaces[slot];
}

uint64_t sg_recorder_links_missing(const struct sg_recorder *rec)
{
	return rec->links_missing;
}

bool sg_recorder_counts(const struct sg_recorder *rec)
{
	return rec->attached;
}

uint32_t sg_recorder_slots(const struct sg_recorder *rec)
{
	return rec->pinned->slots;
}
