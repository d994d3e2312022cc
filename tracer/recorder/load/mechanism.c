/* SPDX-License-Identifier: Apache-2.0 */
/* What this kernel offers, and the kernel half loaded in the best way that works. */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cli/clock.h"
#include "recorder/attach/private.h"
#include "recorder/load/private.h"
#include "recorder/read/private.h"
#include "recorder/recorder.h"

/* A distinct call costs one first_seen row; typical programs have 30 to 120 of them. */
#define FIRST_SEEN_PER_SLOT 192
#define FIRST_SEEN_MIN	    1024
#define FIRST_SEEN_MAX	    (1u << 18)

uint32_t sg_recorder_slots_max(void)
{
	return SG_SLOT_FOLLOW - 1;
}

size_t sg_recorder_slot_size(void)
{
	int possible = libbpf_num_possible_cpus();
	size_t cpus = possible > 0 ? (size_t)possible : 1;

	return cpus * sizeof(struct sg_counts) + sizeof(struct sg_rare_counts) +
	       sizeof(struct sg_allocation) + sg_recorder_args_slot_size(cpus) +
	       (size_t)FIRST_SEEN_PER_SLOT *
		       128; /* a hash element with its row, and a row of `denied` */
}

static bool kernel_is_at_least(unsigned int want_major, unsigned int want_minor)
{
	unsigned int major = 0, minor = 0;
	struct utsname uts;

	if (uname(&uts) || sscanf(uts.release, "%u.%u", &major, &minor) != 2)
		return true;
	return major > want_major || (major == want_major && minor >= want_minor);
}

/*
 * From Linux 7.0 on (6.19 in part) tracepoints no longer switch preemption off around a BPF
 * program. A kernel that was built without preemption says so by its silence.
 * SECCOMP_GEN_TRACEPOINTS is for kernels that have the one without the other, such as those of
 * distributions that port back.
 */
static bool programs_are_preemptible(void)
{
	const char *choice = getenv("SECCOMP_GEN_TRACEPOINTS");
	struct utsname uts;

	if (choice && (!strcmp(choice, "classic") || !strcmp(choice, "btf")))
		return !strcmp(choice, "classic");
	return kernel_is_at_least(6, 19) && (uname(&uts) || strstr(uts.version, "PREEMPT"));
}

/* The number of a controller in css_set.subsys differs from kernel to kernel: ask its BTF. */
static int v1_subsys_number(const char *controller, uint32_t *ret, struct sg_error *err)
{
	struct btf *btf = btf__load_vmlinux_btf();
	const struct btf_enum *values;
	const struct btf_type *type;
	char name[64];
	int id, r = -ENOENT;

	if (!btf)
		return sg_error_set(err, -ENOTSUP, "read the kernel's BTF: %s", strerror(errno));
	snprintf(name, sizeof(name), "%s_cgrp_id", controller);
	id = btf__find_by_name_kind(btf, "cgroup_subsys_id", BTF_KIND_ENUM);
	type = id > 0 ? btf__type_by_id(btf, (uint32_t)id) : NULL;
	values = type ? btf_enum(type) : NULL;
	for (int i = 0; values && i < btf_vlen(type); i++) {
		if (strcmp(btf__name_by_offset(btf, values[i].name_off), name))
			continue;
		*ret = (uint32_t)values[i].val;
		r = 0;
	}
	btf__free(btf);
	if (r)
		return sg_error_set(err, r, "this kernel has no cgroup controller '%s'",
				    controller);
	return 0;
}

/* What a kernel offers, best first: each row is tried until one loads. */
static const struct mechanism {
	bool classic;	/* classic tracepoints; tried only where others can be preempted: 7.0 */
	bool fallbacks; /* for these; the kernel needs CONFIG_KALLSYMS_ALL */
	bool task_btf;	/* bpf_get_current_task_btf: 5.11 */
	bool denials;	/* task storage, bpf_task_pt_regs: 5.15 */
	bool fexit;	/* in place of these; x86 */
} mechanisms[] = {
	{ .classic = true, .fallbacks = true, .task_btf = true, .denials = true },
	{ .classic = true, .task_btf = true, .denials = true },
	{ .task_btf = true, .denials = true },
#ifdef __x86_64__
	{ .task_btf = true, .fexit = true },
	{ .fexit = true },
#endif
	{ .task_btf = true },
	{ 0 },
};

/* One is tried: its programs, and which of the maps that not all of them need. */
static void choose(struct recorder_bpf *skel, const struct sg_recorder_options *opts,
		   const struct mechanism *mechanism, uint32_t v1_subsys)
{
	skel->rodata->cfg_hierarchy = opts->v1_hierarchy;
	skel->rodata->cfg_v1_subsys = v1_subsys;
	skel->rodata->cfg_allocate = opts->allocate;
	/* however many users there are, the last quarter is root's */
	skel->rodata->cfg_share = opts->slots < 4 ? 1 : opts->slots / 4;
	skel->rodata->cfg_shared = opts->slots - opts->slots / 4;
	skel->rodata->cfg_task_btf = mechanism->task_btf;
	skel->rodata->cfg_denials = mechanism->denials;
	skel->rodata->cfg_fexit = mechanism->fexit;
	skel->rodata->cfg_mode_dead = kernel_is_at_least(5, 17);
	/* a plain ++ would lose counts to other tasks on the same CPU; in fallbacks too */
	skel->rodata->cfg_preemptible = programs_are_preemptible();
	sg_recorder_choose_forms(skel, mechanism->classic, mechanism->fallbacks,
				 mechanism->denials);
	if (!mechanism->denials)
		bpf_map__set_autocreate(skel->maps.task_states, false);
	bpf_program__set_autoload(skel->progs.on_secure_computing, mechanism->fexit);
	if (!mechanism->classic)
		bpf_map__set_autocreate(skel->maps.fallback_marks, false);
}

static void size_maps(struct recorder_bpf *skel, const struct sg_recorder_options *opts)
{
	uint32_t rows = opts->slots * FIRST_SEEN_PER_SLOT;

	rows = rows < FIRST_SEEN_MIN   ? FIRST_SEEN_MIN
	       : rows > FIRST_SEEN_MAX ? FIRST_SEEN_MAX
				       : rows;
	bpf_map__set_max_entries(skel->maps.slots, SG_INHERITED_MAX + opts->slots);
	bpf_map__set_max_entries(skel->maps.counts, opts->slots + 1);
	bpf_map__set_max_entries(skel->maps.rare_counts, opts->slots + 1);
	bpf_map__set_max_entries(skel->maps.free_slots, opts->slots);
	bpf_map__set_max_entries(skel->maps.allocations, opts->slots + 1);
	bpf_map__set_max_entries(skel->maps.new_cgroup_events, (uint32_t)getpagesize());
	bpf_map__set_max_entries(skel->maps.first_seen, rows);
	bpf_map__set_max_entries(skel->maps.denied, rows);
	sg_recorder_args_prepare(skel, opts->slots, opts->args);
}

static int load(struct sg_recorder *rec, const struct sg_recorder_options *opts,
		const struct mechanism *mechanism, uint32_t v1_subsys)
{
	struct recorder_bpf *skel = recorder_bpf__open();
	int r;

	if (!skel)
		return -errno;
	choose(skel, opts, mechanism, v1_subsys);
	size_maps(skel, opts);
	r = recorder_bpf__load(skel);
	if (r) {
		recorder_bpf__destroy(skel);
		return r;
	}
	skel->bss->slot_flags[SG_SLOT_FOLLOW] = 1; /* each call there is examined */
	rec->skel = skel;
	rec->pinned = &skel->bss->pinned_state;
	return 0;
}

static void save_state(struct sg_bpf_pinned_state *state, const struct sg_recorder_options *opts,
		       const struct mechanism *mechanism, bool preemptible)
{
	snprintf(state->tool, sizeof(state->tool), "%s", SG_VERSION);
	state->boot_to_real_ns = (int64_t)sg_now_real() - (int64_t)sg_now_boot();
	state->slots = opts->slots;
	state->classic = mechanism->classic;
	state->fallbacks = mechanism->fallbacks;
	state->can_watch_denials = mechanism->denials || mechanism->fexit;
	state->denials_by_fexit = mechanism->fexit;
	state->watches_args = opts->args != SG_ARG_SET_NONE;
	snprintf(state->mechanism, sizeof(state->mechanism), "%s sys_enter%s, %s, %s%s%s",
		 mechanism->fallbacks ? "tp + tp_btf"
		 : mechanism->classic ? "tp"
				      : "tp_btf",
		 !mechanism->classic && preemptible ? " (preemptible)" : "",
		 mechanism->task_btf && !opts->v1_hierarchy ? "typed task pointer" : "probe reads",
		 opts->v1_hierarchy ? "cgroup v1 " : "cgroup v2",
		 opts->v1_controller ? opts->v1_controller : "",
		 mechanism->fexit     ? ", denied calls by fexit"
		 : mechanism->denials ? ""
				      : ", denied calls not visible");
}

int sg_recorder_load(struct sg_recorder *rec, const struct sg_recorder_options *opts,
		     struct sg_error *err)
{
	const struct mechanism *mechanism = mechanisms;
	struct sg_error ignored = { 0 };
	uint32_t v1_subsys = 0;
	bool preemptible;
	int r = 0;

	if (opts->v1_controller)
		r = v1_subsys_number(opts->v1_controller, &v1_subsys, err);
	if (r < 0)
		return r;
	preemptible = programs_are_preemptible();
	while (mechanism->classic && (!preemptible || sg_tracepoint_check(&ignored) < 0))
		mechanism++; /* no need, or no way */
	r = load(rec, opts, mechanism, v1_subsys);
	while (r < 0 && r != -EPERM && ++mechanism < mechanisms + SG_ARRAY_SIZE(mechanisms)) {
		if (load(rec, opts, mechanism, v1_subsys) == 0)
			r = 0;
	}
	if (r < 0)
		return sg_recorder_load_failed(r, err);
	save_state(rec->pinned, opts, mechanism, preemptible);
	return 0;
}
