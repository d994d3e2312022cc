/* SPDX-License-Identifier: Apache-2.0 */
#include "recorder/recorder.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cli/clock.h"
#include "recorder/private.h"
#include "recorder/attach/tracepoint.h"

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

/* libbpf's own messages are for developers: silent unless asked for. */
static int print_libbpf(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	if (!getenv("SECCOMP_GEN_DEBUG"))
		return 0;
	(void)level;
	return vfprintf(stderr, fmt, ap);
}

static int explain_load_failure(int code, struct sg_error *err)
{
	if (code == -EPERM || code == -EACCES)
		return sg_error_set(
			err, -EPERM,
			"load the kernel half: permission denied: CAP_BPF and CAP_PERFMON "
			"(or CAP_SYS_ADMIN) are needed; run it as root");
	return sg_error_set(
		err, code,
		"load the kernel half: %s (SECCOMP_GEN_DEBUG=1 shows the verifier's log)",
		strerror(-code));
}

static bool has_capability(unsigned int cap)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	if (syscall(SYS_capget, &header, data) < 0)
		return true; /* the kernel's own answer will do */
	return data[CAP_TO_INDEX(cap)].effective & CAP_TO_MASK(cap);
}

int sg_recorder_check(struct sg_error *err)
{
	if (!has_capability(CAP_SYS_ADMIN) &&
	    !(has_capability(CAP_BPF) && has_capability(CAP_PERFMON)))
		return explain_load_failure(-EPERM, err);
	if (access("/sys/kernel/btf/vmlinux", R_OK) == 0)
		return 0;
	if (errno == EACCES)
		return explain_load_failure(-EPERM, err);
	return sg_error_set(
		err, -ENOTSUP,
		"load the kernel half: no kernel BTF at /sys/kernel/btf/vmlinux: the kernel "
		"must be built with CONFIG_DEBUG_INFO_BTF=y (Linux 5.10 or later)");
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

static int load(struct sg_recorder *rec, const struct sg_recorder_options *opts,
		const struct mechanism *mechanism, uint32_t v1_subsys)
{
	struct recorder_bpf *skel = recorder_bpf__open();
	uint32_t rows;
	int r;

	if (!skel)
		return -errno;
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
	rows = opts->slots * FIRST_SEEN_PER_SLOT;
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

int sg_recorder_new(const struct sg_recorder_options *opts, struct sg_recorder **ret,
		    struct sg_error *err)
{
	_cleanup_(sg_recorder_freep) struct sg_recorder *rec = NULL;
	const struct mechanism *mechanism = mechanisms;
	struct sg_error ignored = { 0 };
	bool preemptible;
	uint32_t v1_subsys = 0;
	int r;

	r = sg_recorder_alloc(&rec, err);
	if (r == 0 && opts->v1_controller)
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
		return explain_load_failure(r, err);
	save_state(rec->pinned, opts, mechanism, preemptible);
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
	sg_recorder_pin_done(rec);
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

int sg_recorder_attach_fexit(struct sg_recorder *rec, struct sg_error *err)
{
	struct recorder_bpf *skel = rec->skel;

	return sg_recorder_attach_program(rec, skel->progs.on_secure_computing,
					  &skel->links.on_secure_computing, err);
}

/* Once, and for good: see bpf/calls/denials.bpf.h. */
static int attach_fexit(struct sg_recorder *rec, struct sg_error *err)
{
	int r;

	if (rec->watches_exits)
		return 0;
	r = sg_recorder_is_handed_over(rec) ? sg_recorder_ask_attach_exits(rec, err)
					    : sg_recorder_attach_fexit(rec, err);
	rec->watches_exits = r == 0;
	return r;
}

/* The program on sys_exit is there while anybody asks for it. */
static int match_exit_program(struct sg_recorder *rec, struct sg_error *err)
{
	struct recorder_bpf *skel = rec->skel;
	bool wanted = skel->bss->watch_new;

	for (uint32_t slot = 1; !wanted && slot <= rec->pinned->slots; slot++)
		wanted = __atomic_load_n(&skel->bss->slot_flags[slot], __ATOMIC_RELAXED) &
			 SG_FLAG_DENIALS;
	if (wanted == rec->watches_exits)
		return 0;
	if (wanted) {
		int r = sg_recorder_attach_form(rec, SG_BPF_ON_SYS_EXIT, err);

		rec->watches_exits = r == 0;
		return r;
	}
	sg_recorder_detach_form(rec, SG_BPF_ON_SYS_EXIT);
	rec->watches_exits = false;
	return sg_recorder_is_handed_over(rec) ? sg_recorder_ask_detach_exits(rec, err) : 0;
}

static int cannot_watch_denials(struct sg_error *err)
{
	return sg_error_set(err, -ENOTSUP,
			    "watch denied calls: this kernel cannot (Linux 5.15 or later can, and "
			    "5.10 on x86_64)");
}

int sg_recorder_watch_denials(struct sg_recorder *rec, uint32_t slot, bool on, struct sg_error *err)
{
	uint32_t *flags = &rec->skel->bss->slot_flags[slot];
	uint32_t *watch = &rec->skel->bss->watches[slot];
	int r;

	if (on && !rec->pinned->can_watch_denials)
		return cannot_watch_denials(err);
	if (rec->pinned->denials_by_fexit)
		return on ? attach_fexit(rec, err) : 0;
	if (on && !(__atomic_load_n(flags, __ATOMIC_SEQ_CST) & SG_FLAG_DENIALS))
		__atomic_store_n(watch, SG_NEXT_WATCH(*watch, slot), __ATOMIC_SEQ_CST);
	/* marks first: an exit that is examined must have had its enter examined */
	if (on)
		__atomic_fetch_or(flags, SG_FLAG_DENIALS, __ATOMIC_SEQ_CST);
	else
		__atomic_fetch_and(flags, ~SG_FLAG_DENIALS, __ATOMIC_SEQ_CST);
	r = match_exit_program(rec, err);
	if (r < 0)
		__atomic_fetch_and(flags, ~SG_FLAG_DENIALS, __ATOMIC_SEQ_CST);
	return r;
}

int sg_recorder_watch_denials_of_new(struct sg_recorder *rec, bool on, struct sg_error *err)
{
	if (on && !rec->pinned->can_watch_denials)
		return cannot_watch_denials(err);
	if (rec->pinned->denials_by_fexit)
		return on ? attach_fexit(rec, err) : 0;
	rec->skel->bss->watch_new = on;
	return match_exit_program(rec, err);
}

bool sg_recorder_watches_denials(const struct sg_recorder *rec, uint32_t slot)
{
	const struct recorder_bpf__bss *bss = rec->skel->bss;

	if (rec->pinned->denials_by_fexit)
		return rec->watches_exits;
	return slot ? bss->slot_flags[slot] & SG_FLAG_DENIALS : bss->watch_new;
}

bool sg_recorder_can_stop_watching(const struct sg_recorder *rec)
{
	return !rec->pinned->denials_by_fexit;
}

bool sg_recorder_saw_filter(const struct sg_recorder *rec, uint32_t slot)
{
	return rec->skel->bss->filtered[slot];
}

bool sg_recorder_saw_namespaces(const struct sg_recorder *rec, uint32_t slot)
{
	return rec->skel->bss->new_namespaces[slot];
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
