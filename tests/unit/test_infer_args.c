/* SPDX-License-Identifier: Apache-2.0 */
/* From observed arguments to conditions: what was seen passes, what was not does not, and what
 * cannot be known is not conditioned. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "dialect/print/oci.h"
#include "filter/compile/compile.h"
#include "infer/explain.h"
#include "infer/infer.h"
#include "profile/eval.h"
#include "random_recording.h"
#include "recording/merge/merge.h"
#include "run_entry.h"
#include "syscall/table.h"

#define X86_64	AUDIT_ARCH_X86_64
#define I386	AUDIT_ARCH_I386
#define SECOND	UINT64_C(1000000000)
#define START	(UINT64_C(1795291200) * SECOND)
#define GARBAGE (UINT64_C(0xdeadbeef) << 32)
#define SIGN	(UINT64_C(0xffffffff) << 32)

/* A recording under construction and what inference made of it. */
struct fixture {
	struct sg_recording *rec;
	struct sg_run *run; /* borrowed: the first run of @rec, 100 seconds long */
	struct sg_profile *profile;
	struct sg_infer_notices notices;
	struct sg_error err;
};

static struct sg_run *add_run(struct fixture *f, const char *id, uint64_t start)
{
	struct sg_run *run = NULL;

	assert_int_equal(sg_run_new(id, &run, NULL), 0);
	run->host.arch = X86_64;
	run->sources = SG_SOURCE_BPF;
	run->complete = true;
	run->start = start;
	run->end = start + 100 * SECOND;
	assert_int_equal(sg_recording_add(f->rec, run, NULL), 0);
	return run;
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	assert_int_equal(sg_recording_new(&f->rec, NULL), 0);
	f->run = add_run(f, "a", START);
	*state = f;
	return 0;
}

static void forget(struct fixture *f)
{
	sg_profile_free(f->profile);
	f->profile = NULL;
	sg_infer_notices_done(&f->notices);
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	forget(f);
	sg_recording_free(f->rec);
	free(f);
	return 0;
}

/* @name was called once at @second with the row's arguments, of the set ALL, as in @v. */
static void seen_at(struct sg_run *run, uint64_t second, uint32_t arch, const char *name,
		    const uint64_t *v)
{
	struct sg_entry *entry = entry_of(run, arch, name);
	const struct sg_arg_call *call = sg_arg_call_find(entry->id, SG_ARG_SET_ALL);
	struct sg_arg_tuple tuple = { .count = 1, .first_seen = run->start + second * SECOND };
	uint8_t index[SG_ARG_OBS_MAX] = { 0 }, wide = 0;

	assert_non_null(call);
	for (size_t k = 0; k < call->n_args; k++) {
		index[k] = call->args[k].index;
		wide |= (uint8_t)((call->args[k].width > 32) << k);
		tuple.value[k] = v[k];
	}
	if (!entry->args)
		assert_int_equal(sg_arg_obs_new(index, call->n_args, wide, &entry->args, NULL), 0);
	assert_int_equal(sg_arg_obs_add(entry->args, &tuple, NULL), 0);
	entry->count[SG_STAGE_APP]++;
}

#define SEEN_AT(run, second, name, ...) \
	seen_at(run, second, X86_64, name, (const uint64_t[SG_ARG_OBS_MAX]){ __VA_ARGS__ })
#define SEEN(name, ...) SEEN_AT(f->run, 1, name, __VA_ARGS__)

static void infer_with(struct fixture *f, struct sg_infer_options opts)
{
	forget(f);
	if (sg_infer(f->rec, &opts, &f->profile, &f->notices, &f->err) < 0)
		fail_msg("%s", f->err.message);
}

static void infer(struct fixture *f, enum sg_arg_set set)
{
	infer_with(f, (struct sg_infer_options){ .args = set });
}

static bool passes_on(const struct fixture *f, uint32_t arch, const char *name,
		      const uint64_t *args)
{
	struct sg_seccomp_data data = { 0 };

	sg_seccomp_data_set_id(&data, id_of(arch, name));
	memcpy(data.args, args, sizeof(data.args));
	return sg_profile_eval(f->profile, &data, NULL).action == SG_ACTION_ALLOW;
}

#define PASSES(name, ...) passes_on(f, X86_64, name, (const uint64_t[6]){ __VA_ARGS__ })

static bool noted(const struct fixture *f, const char *text)
{
	for (size_t i = 0; i < f->notices.n_lines; i++) {
		if (strstr(f->notices.lines[i], text))
			return true;
	}
	return false;
}

static bool explained(const struct fixture *f, const char *text)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf b = SG_STRBUF_INIT;

	assert_int_equal(sg_explain_print(f->profile, &b, NULL), 0);
	return strstr(b.data, text) != NULL;
}

static bool is_conditioned(const struct fixture *f, const char *name)
{
	return !sg_rule_find(&f->profile->rules[0], id_of(X86_64, name));
}

static void observed_sockets_pass_and_others_do_not(void **state)
{
	struct fixture *f = *state;

	SEEN("socket", 1, 0x80801, 0);
	SEEN("socket", 2, 1, 6);
	infer(f, SG_ARG_SET_SECURITY);
	assert_true(PASSES("socket", 1, 1, 0));
	assert_true(PASSES("socket", 1, 0x80001, 0));
	assert_true(PASSES("socket", 2, 0x801, 6));
	/* the kernel looks at 32 bits: whatever is above them must not matter */
	assert_true(PASSES("socket", 1 | GARBAGE, 1 | SIGN, SIGN));
	assert_false(PASSES("socket", 38, 1, 0));
	assert_false(PASSES("socket", 40, 1, 0));
	assert_false(PASSES("socket", 0x100000028, 1, 0));
	assert_false(PASSES("socket", 1, 2, 0));
	/* combinations, not values: each alone was seen */
	assert_false(PASSES("socket", 1, 1, 6));
	assert_false(PASSES("socket", 2, 2, 0));
	assert_false(PASSES("socket", 2, 1, 132));
	assert_true(noted(f, "conditioned on their arguments: socket"));
}

static void without_a_set_nothing_is_conditioned(void **state)
{
	struct fixture *f = *state;

	SEEN("socket", 1, 1, 0);
	infer(f, SG_ARG_SET_NONE);
	assert_true(PASSES("socket", 38, 1, 0));
	assert_false(noted(f, "argument"));
}

static void the_set_decides_which_calls_and_arguments(void **state)
{
	struct fixture *f = *state;

	SEEN("fcntl", 1);
	SEEN("mmap", 3, 0x22);
	infer(f, SG_ARG_SET_SECURITY);
	assert_true(PASSES("fcntl", 0, 1024));
	assert_true(PASSES("mmap", 0, 0, 1, 0x100022));
	assert_false(PASSES("mmap", 0, 0, 4, 0x22));
	infer(f, SG_ARG_SET_ALL);
	assert_false(PASSES("fcntl", 0, 1024));
	assert_false(PASSES("mmap", 0, 0, 1, 0x40022));
	assert_true(PASSES("mmap", 0, 0, 1, 0x20022)); /* MAP_STACK never counts */
}

/* Each alone is normal; together they are what injected code wants. */
static void bits_that_stand_apart_do_not_combine(void **state)
{
	struct fixture *f = *state;

	SEEN("mprotect", 3);
	SEEN("mprotect", 5);
	infer(f, SG_ARG_SET_SECURITY);
	assert_true(PASSES("mprotect", 0, 0, 0));
	assert_true(PASSES("mprotect", 0, 0, 1));
	assert_true(PASSES("mprotect", 0, 0, 2));
	assert_true(PASSES("mprotect", 0, 0, 4));
	assert_true(PASSES("mprotect", 0, 0, 5));
	assert_false(PASSES("mprotect", 0, 0, 6));
	assert_false(PASSES("mprotect", 0, 0, 7));
	assert_false(PASSES("mprotect", 0, 0, 0x01000001));
	SEEN("mprotect", 7);
	infer(f, SG_ARG_SET_SECURITY);
	assert_false(is_conditioned(f, "mprotect") && !PASSES("mprotect", 0, 0, 7));
}

static void a_workload_without_executable_memory_gets_none(void **state)
{
	struct fixture *f = *state;

	SEEN("mprotect", 1);
	infer(f, SG_ARG_SET_SECURITY);
	assert_true(PASSES("mprotect", 0, 0, 3)); /* what malloc does in another libc */
	assert_false(PASSES("mprotect", 0, 0, 4));
	assert_false(PASSES("mprotect", 0, 0, 5));
}

static void the_loader_may_map_code_where_it_maps_libraries(void **state)
{
	struct fixture *f = *state;

	SEEN("mmap", 1, 0x802); /* MAP_PRIVATE, MAP_DENYWRITE */
	for (int set = SG_ARG_SET_SECURITY; set <= SG_ARG_SET_ALL; set++) {
		infer(f, (enum sg_arg_set)set);
		assert_true(PASSES("mmap", 0, 0, 5, 0x802));
		assert_false(PASSES("mmap", 0, 0, 7, 0x802));
	}
	assert_false(PASSES("mmap", 0, 0, 5, 0x1)); /* MAP_SHARED */
}

/* What passes in addition to @seen, with nothing above 32 bits; and what does not, SIZE_MAX ends
 * it. */
struct family {
	const char *name;
	uint64_t seen[3], with[4][3], without[3][3];
	size_t index[3]; /* of each argument of the row */
};

static const struct family families[] = {
	{ "futex", { 7 }, { { 6 }, { 8 }, { 13 }, { 0x86 } }, { { 11 }, { 12 }, { 3 } }, { 1 } },
	{ "futex", { 0x80 | 3 }, { { 4 }, { 3 } }, { { 6 }, { 12 } }, { 1 } },
	{ "rt_sigprocmask", { 0 }, { { 1 }, { 2 } }, { { 3 } }, { 0 } },
	{ "fcntl", { 6 }, { { 5 }, { 7 }, { 37 }, { 38 } }, { { 8 }, { 1024 } }, { 1 } },
	{ "kill", { 15 }, { { 2 }, { 3 }, { 9 }, { 10 } }, { { 19 }, { 11 }, { 31 } }, { 1 } },
	{ "tgkill", { 10 }, { { 2 }, { 12 }, { 15 } }, { { 19 }, { 11 } }, { 2 } },
	{ "tkill", { 10 }, { { 2 }, { 12 }, { 15 } }, { { 19 }, { 11 } }, { 1 } },
	{ "madvise", { 1 }, { { 0 }, { 2 }, { 3 } }, { { 9 }, { 12 }, { 100 } }, { 2 } },
	{ "ioctl", { 0x5402 }, { { 0x5403 }, { 0x5404 } }, { { 0x5412 } }, { 1 } },
	{ "ptrace", { 1 }, { { 2 } }, { { 4 }, { 5 } }, { 0 } },
	{ "timerfd_create", { 1 }, { { 0 }, { 7 } }, { { 8 }, { 9 } }, { 0, 1 } },
	{ "socket", { 2, 1, 6 }, { { 2, 1, 0 } }, { { 2, 2, 0 }, { 10, 1, 0 } }, { 0, 1, 2 } },
	{ "socket", { 2, 1, 0 }, { { 2, 0x801, 6 } }, { { 2, 3, 6 }, { 2, 2, 17 } }, { 0, 1, 2 } },
	{ "socket", { 10, 2, 0 }, { { 10, 2, 17 } }, { { 2, 2, 17 }, { 10, 1, 6 } }, { 0, 1, 2 } },
	{ "socket", { 16, 2, 4 }, { { 16, 3, 4 } }, { { 16, 3, 0 }, { 16, 3, 9 } }, { 0, 1, 2 } },
	{ "socketpair", { 1, 1, 0 }, { { 1, 1, 1 } }, { { 1, 2, 0 } }, { 0, 1, 2 } },
	{ "setsockopt",
	  { 6, 1 },
	  { { 6, 3 }, { 6, 4 }, { 6, 18 }, { 6, 12 } },
	  { { 6, 19 }, { 6, 31 }, { 6, 14 } }, /* TCP_REPAIR, TCP_ULP, TCP_MD5SIG */
	  { 1, 2 } },
	{ "setsockopt", { 1, 7 }, { { 1, 8 } }, { { 1, 32 }, { 1, 26 }, { 6, 1 } }, { 1, 2 } },
	{ "setsockopt", { 1, 20 }, { { 1, 21 }, { 1, 66 } }, { { 1, 25 } }, { 1, 2 } },
	{ "setsockopt", { 0, 35 }, { { 0, 36 } }, { { 0, 42 }, { 0, 64 } }, { 1, 2 } },
	{ "getsockopt", { 6, 11 }, { { 1, 4 }, { 6, 1 } }, { { 1, 17 }, { 0, 64 } }, { 1, 2 } },
	{ "getsockopt", { 1, 17 }, { { 1, 4 } }, { { 1, 3 }, { 6, 11 } }, { 1, 2 } },
};

static bool passes_at(const struct fixture *f, const struct family *family, const uint64_t *v)
{
	uint64_t args[6] = { 0 };

	for (size_t k = 0; k < 3 && (k == 0 || family->index[k]); k++)
		args[family->index[k]] = v[k];
	return passes_on(f, X86_64, family->name, args);
}

static void seeing_one_member_allows_the_family(void **state)
{
	static const uint64_t none[3];

	assert_int_equal(teardown(state), 0); /* a recording of its own for each */
	for (size_t i = 0; i < SG_ARRAY_SIZE(families); i++) {
		const struct family *family = &families[i];
		struct fixture *f;

		assert_int_equal(setup(state), 0);
		f = *state;
		seen_at(f->run, 1, X86_64, family->name, family->seen);
		infer(f, SG_ARG_SET_ALL);
		assert_true(passes_at(f, family, family->seen));
		for (size_t k = 0; k < 4 && (k == 0 || memcmp(family->with[k], none, sizeof(none)));
		     k++) {
			if (!passes_at(f, family, family->with[k]))
				fail_msg("%s: %zu of row %zu is denied", family->name, k, i);
		}
		for (size_t k = 0; k < 3 && memcmp(family->without[k], none, sizeof(none)); k++) {
			if (passes_at(f, family, family->without[k]))
				fail_msg("%s: not %zu of row %zu passes", family->name, k, i);
		}
		assert_int_equal(teardown(state), 0);
	}
	assert_int_equal(setup(state), 0);
}

/* A member that comes late is no news: the family was allowed before. */
static void a_late_member_does_not_unsettle(void **state)
{
	struct fixture *f = *state;

	SEEN("kill", 15);
	SEEN_AT(f->run, 99, "kill", 3);
	infer(f, SG_ARG_SET_ALL);
	assert_true(is_conditioned(f, "kill"));
	SEEN_AT(f->run, 99, "kill", 19);
	infer(f, SG_ARG_SET_ALL);
	assert_false(is_conditioned(f, "kill"));
}

static void a_member_that_was_not_seen_is_explained(void **state)
{
	struct fixture *f = *state;

	SEEN("futex", 0x80 | 7);
	infer(f, SG_ARG_SET_ALL);
	assert_true(explained(f, "FUTEX_LOCK_PI: goes with FUTEX_UNLOCK_PI, which was seen: "
				 "locks that inherit priority"));
	assert_true(explained(f, "FUTEX_UNLOCK_PI: 1 call"));
}

static void namespaces_are_what_counts_of_clone(void **state)
{
	struct fixture *f = *state;

	SEEN("clone", 0x1200011);
	infer(f, SG_ARG_SET_SECURITY);
	assert_true(PASSES("clone", 0x3d0f00)); /* a thread */
	assert_true(PASSES("clone", 0x11));	/* musl's fork */
	assert_true(PASSES("clone", 0x4111));	/* vfork */
	for (int bit = 0; bit < 32; bit++) {
		if (UINT32_C(0x7e020000) >> bit & 1)
			assert_false(PASSES("clone", 0x11 | UINT64_C(1) << bit));
	}
}

static void what_a_libc_would_use_instead_passes(void **state)
{
	struct fixture *f = *state;

	SEEN("ioctl", 0x5412);
	infer(f, SG_ARG_SET_SECURITY);
	assert_true(PASSES("ioctl", 3, 0x5401));
	assert_true(PASSES("ioctl", 3, 0xffffffff802c542a));
	assert_true(PASSES("ioctl", 3, 0x5412));
	assert_false(PASSES("ioctl", 3, 0x541c));
	assert_true(explained(f, "TCGETS2: what another libc or kernel would use"));
}

/* 16 bits are what the kernel looks at, and permissions are not what counts. */
static void modes_are_as_wide_as_the_kernels(void **state)
{
	struct fixture *f = *state;

	SEEN("mknod", 0x11ff); /* a pipe */
	SEEN("chmod", 0644);
	infer(f, SG_ARG_SET_SECURITY);
	assert_true(PASSES("mknod", 0, 0x1180));
	assert_true(PASSES("mknod", 0, 0xabcd11a4));
	assert_false(PASSES("mknod", 0, 0x2180));
	assert_false(PASSES("mknod", 0, 0x6180));
	assert_true(PASSES("chmod", 0, 0777));
	assert_false(PASSES("chmod", 0, 04755));
	assert_false(PASSES("chmod", 0, 0x10000 | 02755));
}

/* ptrace's request is a long: all 64 bits are compared. */
static void wide_arguments_are_compared_whole(void **state)
{
	struct fixture *f = *state;

	SEEN("ptrace", 0);
	infer(f, SG_ARG_SET_SECURITY);
	assert_true(PASSES("ptrace", 0));
	assert_false(PASSES("ptrace", GARBAGE));
	assert_false(PASSES("ptrace", 16));
	assert_true(explained(f, "if: argument 0 == 0x0"));
}

static void what_has_not_settled_is_not_conditioned(void **state)
{
	struct fixture *f = *state;

	SEEN("socket", 1, 1, 0);
	SEEN_AT(f->run, 76, "socket", 2, 1, 0);
	SEEN("prctl", 3);
	infer(f, SG_ARG_SET_SECURITY);
	assert_true(PASSES("socket", 38, 1, 0));
	assert_false(PASSES("prctl", 35));
	assert_true(
		noted(f, "not conditioned on their arguments: socket (new combinations in the last "
			 "quarter"));
	assert_true(explained(f, "args: not conditioned: new combinations in the last quarter"));
}

static void what_is_new_and_says_nothing_new_has_settled(void **state)
{
	struct fixture *f = *state;

	SEEN("socket", 1, 1, 0);
	SEEN_AT(f->run, 99, "socket", 1, 0x80001, 0); /* SOCK_CLOEXEC */
	infer(f, SG_ARG_SET_SECURITY);
	assert_true(is_conditioned(f, "socket"));
}

static void a_second_run_settles_what_the_first_one_could_not(void **state)
{
	struct fixture *f = *state;
	struct sg_run *again;

	SEEN("socket", 1, 1, 0);
	SEEN_AT(f->run, 99, "socket", 2, 1, 0);
	again = add_run(f, "b", START + 500 * SECOND);
	SEEN_AT(again, 2, "socket", 1, 1, 0);
	SEEN_AT(again, 99, "socket", 2, 1, 0);
	infer(f, SG_ARG_SET_SECURITY);
	assert_true(is_conditioned(f, "socket"));
	SEEN_AT(again, 60, "socket", 10, 1, 0);
	infer(f, SG_ARG_SET_SECURITY);
	assert_false(is_conditioned(f, "socket"));
}

static void a_run_that_did_not_watch_makes_it_anything(void **state)
{
	struct fixture *f = *state;
	struct sg_run *other;

	SEEN("socket", 1, 1, 0);
	other = add_run(f, "b", START);
	entry_of(other, X86_64, "socket")->count[SG_STAGE_APP] = 1;
	infer(f, SG_ARG_SET_SECURITY);
	assert_true(PASSES("socket", 38, 1, 0));
	assert_true(noted(f, "socket (its arguments were not watched in all runs)"));
}

static void what_was_only_logged_is_not_known(void **state)
{
	struct fixture *f = *state;
	struct sg_run *log;

	SEEN("socket", 1, 1, 0);
	log = add_run(f, "b", START);
	log->sources = SG_SOURCE_AUDIT;
	entry_of(log, X86_64, "socket")->logged = 1;
	infer(f, SG_ARG_SET_SECURITY);
	assert_true(PASSES("socket", 38, 1, 0));
}

static void denied_calls_that_are_let_in_are_not_conditioned(void **state)
{
	struct fixture *f = *state;

	SEEN("socket", 1, 1, 0);
	entry_of(f->run, X86_64, "socket")->denied[SG_DENIAL_ERRNO] = 1;
	infer(f, SG_ARG_SET_SECURITY);
	assert_true(is_conditioned(f, "socket"));
	infer_with(f, (struct sg_infer_options){ .args = SG_ARG_SET_SECURITY,
						 .include_denied = true });
	assert_false(is_conditioned(f, "socket"));
	assert_true(noted(f, "socket (it is allowed for another reason too"));
}

static void too_many_values_make_it_any_and_too_many_masks_do_not(void **state)
{
	struct fixture *f = *state;
	const uint64_t ever[SG_ARG_OBS_MAX] = { 0x241 }, always[SG_ARG_OBS_MAX] = { 0 };

	SEEN("ioctl", 0x5401);
	sg_arg_obs_add_unkept(entry_of(f->run, X86_64, "ioctl")->args, 5, ever, always);
	SEEN("openat", 0x80000);
	sg_arg_obs_add_unkept(entry_of(f->run, X86_64, "openat")->args, 5, ever, always);
	entry_of(f->run, X86_64, "openat")->args->last_new_bits = START + 10 * SECOND;
	infer(f, SG_ARG_SET_ALL);
	assert_false(is_conditioned(f, "ioctl"));
	assert_true(noted(f, "ioctl (there were more combinations"));
	assert_true(PASSES("openat", 0, 0, 0x241));
	assert_false(PASSES("openat", 0, 0, 0x4000));
	/* bits that came late have not settled either */
	entry_of(f->run, X86_64, "openat")->args->last_new_bits = START + 90 * SECOND;
	infer(f, SG_ARG_SET_ALL);
	assert_false(is_conditioned(f, "openat"));
}

static void a_runtimes_values_are_let_in_where_they_are_known(void **state)
{
	struct fixture *f = *state;
	char *names[] = { (char *)"ioctl", (char *)"prctl" };
	const struct sg_floor floor = { .runtime = (char *)"runc 1.1.5",
					.names = names,
					.n_names = 2 };
	const struct sg_infer_options opts = { .args = SG_ARG_SET_SECURITY, .floor = &floor };

	SEEN("socket", 1, 1, 0);
	SEEN("ioctl", 0x5401);
	infer_with(f, opts);
	/* the application makes no prctl, and yet not every prctl passes */
	assert_true(PASSES("prctl", 8));
	assert_true(PASSES("prctl", 24));
	assert_false(PASSES("prctl", 35));
	assert_false(is_conditioned(f, "ioctl"));
	assert_true(explained(f, "PR_CAPBSET_DROP: what the container runtime uses"));
	SEEN("prctl", 36);
	infer_with(f, opts);
	assert_true(PASSES("prctl", 36));
	assert_true(PASSES("prctl", 8));
	assert_false(PASSES("prctl", 35));
	infer(f, SG_ARG_SET_SECURITY);
	assert_false(PASSES("prctl", 8));
}

/* A name counts for every architecture; on i386 mmap has one argument, which is a pointer. */
static void a_name_is_conditioned_on_all_architectures_or_none(void **state)
{
	struct fixture *f = *state;

	SEEN("mmap", 1, 0x22);
	SEEN("socket", 1, 1, 0);
	seen_at(f->run, 1, I386, "socket", (const uint64_t[]){ 2, 2, 0 });
	infer(f, SG_ARG_SET_SECURITY);
	assert_true(is_conditioned(f, "mmap"));
	assert_true(passes_on(f, I386, "socket", (const uint64_t[6]){ 2, 2, 0 }));
	assert_false(passes_on(f, I386, "socket", (const uint64_t[6]){ 38, 5, 0 }));
	entry_of(f->run, I386, "mmap")->count[SG_STAGE_APP] = 1;
	infer(f, SG_ARG_SET_SECURITY);
	assert_false(is_conditioned(f, "mmap"));
	assert_false(noted(f, "socketcall"));
	entry_of(f->run, I386, "socketcall")->count[SG_STAGE_APP] = 1;
	infer(f, SG_ARG_SET_SECURITY);
	assert_true(noted(
		f, "on i386 the conditions do not hold through socketcall(2), whose arguments no "
		   "filter can see: socket"));
}

static size_t count_insns(const struct sg_profile *profile)
{
	const struct sg_compile_options opts = { .flavor = SG_COMPILE_RUNC };
	struct sg_compiled compiled;
	struct sg_error err;
	size_t n;

	if (sg_profile_compile(profile, &opts, &compiled, &err) < 0)
		fail_msg("%s", err.message);
	n = compiled.filter->len;
	sg_compiled_done(&compiled);
	return n;
}

static void the_budget_gives_up_what_is_worth_least(void **state)
{
	struct fixture *f = *state;
	struct sg_infer_options opts = { .args = SG_ARG_SET_ALL };
	size_t whole, bare;

	SEEN("socket", 1, 1, 0);
	for (uint64_t i = 0; i < 40; i++)
		SEEN("ioctl", 0x6000 + i * 3);
	for (uint64_t i = 0; i < 20; i++)
		SEEN("rt_sigprocmask", i * 5);
	infer_with(f, opts);
	whole = count_insns(f->profile);
	assert_true(is_conditioned(f, "socket") && is_conditioned(f, "ioctl") &&
		    is_conditioned(f, "rt_sigprocmask"));
	opts.max_insns = whole - 1;
	infer_with(f, opts);
	assert_true(is_conditioned(f, "socket") && is_conditioned(f, "ioctl"));
	assert_false(is_conditioned(f, "rt_sigprocmask"));
	assert_true(count_insns(f->profile) < whole);
	assert_true(noted(f, "rt_sigprocmask (the filter would have more instructions"));
	assert_false(noted(f, "without any condition"));
	opts.max_insns = count_insns(f->profile) - 1;
	infer_with(f, opts);
	assert_true(is_conditioned(f, "socket"));
	assert_false(is_conditioned(f, "ioctl"));
	/* why they are allowed is still there */
	assert_true(explained(f, "bpf: called 40 times"));
	opts.max_insns = 1;
	infer_with(f, opts);
	assert_false(is_conditioned(f, "socket"));
	assert_true(noted(f, "instructions without any condition, --max-insns is 1"));
	bare = count_insns(f->profile);
	infer(f, SG_ARG_SET_NONE);
	assert_int_equal(bare, count_insns(f->profile));
}

static void calls_with_equal_conditions_share_a_rule(void **state)
{
	struct fixture *f = *state;
	size_t n = 0;

	SEEN("mprotect", 1);
	SEEN("pkey_mprotect", 1);
	infer(f, SG_ARG_SET_SECURITY);
	for (size_t i = 0; i < f->profile->n_rules; i++)
		n += f->profile->rules[i].n_conditions > 0;
	assert_int_equal(n, 1);
}

static void conditions_and_reasons_are_explained(void **state)
{
	struct fixture *f = *state;

	SEEN("socket", 1, 1, 0);
	SEEN("socket", 1, 0x80001, 0);
	SEEN("mprotect", 3);
	infer(f, SG_ARG_SET_SECURITY);
	assert_true(explained(f, "args: AF_UNIX, SOCK_STREAM, 0: 2 calls"));
	assert_true(explained(f, "bpf: called 2 times"));
	assert_true(explained(f, "if: argument 1 & 0xfff7f7ff == 0x1"));
	assert_true(explained(f, "args: nothing but PROT_READ|PROT_WRITE: 1 call\n"));
}

static void equal_recordings_give_identical_profiles(void **state)
{
	struct fixture *f = *state;
	_cleanup_(sg_strbuf_done) struct sg_strbuf a = SG_STRBUF_INIT, b = SG_STRBUF_INIT;
	static const uint64_t values[] = { 1, 9, 4, 7, 2 };

	for (size_t i = 0; i < 5; i++)
		SEEN("prctl", values[i]);
	infer(f, SG_ARG_SET_SECURITY);
	assert_int_equal(sg_oci_json(f->profile, &a, NULL), 0);
	entry_of(f->run, X86_64, "prctl")->count[SG_STAGE_APP] = 0;
	sg_arg_obs_free(entry_of(f->run, X86_64, "prctl")->args);
	entry_of(f->run, X86_64, "prctl")->args = NULL;
	for (size_t i = 5; i-- > 0;)
		SEEN("prctl", values[i]);
	infer(f, SG_ARG_SET_SECURITY);
	assert_int_equal(sg_oci_json(f->profile, &b, NULL), 0);
	assert_string_equal(a.data, b.data);
}

/* Only these two are right in every libseccomp, and two conditions on one argument come apart. */
static void assert_conditions_are_sound(const struct sg_profile *profile)
{
	for (size_t i = 0; i < profile->n_rules; i++) {
		const struct sg_rule *rule = &profile->rules[i];
		unsigned int indices = 0;

		assert_in_range(rule->n_conditions, 0, SG_ARG_TUPLE_MAX);
		for (size_t k = 0; k < rule->n_conditions; k++) {
			const struct sg_condition *c = &rule->conditions[k];

			assert_true(c->op == SG_OP_EQ || c->op == SG_OP_MASKED_EQ);
			assert_false(indices >> c->index & 1);
			indices |= 1u << c->index;
			if (c->op == SG_OP_EQ)
				continue;
			assert_int_equal(c->value_two & ~c->value, 0);
			assert_true(c->value && c->value <= UINT32_MAX);
		}
	}
}

/* Whatever was recorded, by whom and in whatever order it is merged: it passes. */
static void everything_that_was_observed_passes(void **state)
{
	uint64_t seed = 7;
	size_t checked = 0, denied = 0;

	(void)state;
	for (int round = 0; round < 60; round++) {
		struct fixture f = { 0 };

		assert_int_equal(sg_recording_new(&f.rec, NULL), 0);
		for (size_t r = 0; r < 1 + random_below(&seed, 3); r++) {
			char id[] = { (char)('a' + r), '\0' };
			struct sg_run *run = add_run(&f, id, START + r * 200 * SECOND);

			for (size_t i = 0; i < 60; i++) {
				const struct sg_arg_call *call =
					&sg_arg_calls[random_below(&seed, sg_arg_n_calls)];
				uint64_t v[SG_ARG_OBS_MAX];
				uint32_t nr;

				for (size_t k = 0; k < SG_ARG_OBS_MAX; k++)
					v[k] = random_next(&seed) >> (32 + random_below(&seed, 32));
				if (sg_syscall_nr(X86_64, call->name, &nr) == 0)
					seen_at(run, random_below(&seed, 70), X86_64, call->name,
						v);
			}
		}
		infer(&f, random_below(&seed, 2) ? SG_ARG_SET_ALL : SG_ARG_SET_SECURITY);
		assert_conditions_are_sound(f.profile);
		for (size_t r = 0; r < f.rec->n_runs; r++) {
			const struct sg_run *run = f.rec->runs[r];

			for (size_t i = 0; i < run->n_entries; i++) {
				const struct sg_arg_obs *obs = run->entries[i].args;
				const char *name = sg_syscall_name(run->entries[i].id);

				for (size_t t = 0; t < obs->n_tuples; t++, checked++) {
					uint64_t args[6], other[6];

					for (size_t k = 0; k < 6; k++)
						args[k] = other[k] = random_next(&seed);
					for (size_t k = 0; k < obs->n; k++) {
						bool wide = obs->wide >> k & 1;

						args[obs->index[k]] =
							obs->tuples[t].value[k] |
							(wide ? 0 : random_next(&seed) << 32);
					}
					if (!passes_on(&f, X86_64, name, args))
						fail_msg("%s was made and is denied", name);
					denied += !passes_on(&f, X86_64, name, other);
				}
			}
		}
		forget(&f);
		sg_recording_free(f.rec);
	}
	assert_true(checked > 3000);
	assert_true(denied > checked / 3); /* conditions that let everything pass would be none */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(observed_sockets_pass_and_others_do_not),
		TEST(without_a_set_nothing_is_conditioned),
		TEST(the_set_decides_which_calls_and_arguments),
		TEST(bits_that_stand_apart_do_not_combine),
		TEST(a_workload_without_executable_memory_gets_none),
		TEST(the_loader_may_map_code_where_it_maps_libraries),
		TEST(seeing_one_member_allows_the_family),
		TEST(a_late_member_does_not_unsettle),
		TEST(a_member_that_was_not_seen_is_explained),
		TEST(namespaces_are_what_counts_of_clone),
		TEST(what_a_libc_would_use_instead_passes),
		TEST(modes_are_as_wide_as_the_kernels),
		TEST(wide_arguments_are_compared_whole),
		TEST(what_has_not_settled_is_not_conditioned),
		TEST(what_is_new_and_says_nothing_new_has_settled),
		TEST(a_second_run_settles_what_the_first_one_could_not),
		TEST(a_run_that_did_not_watch_makes_it_anything),
		TEST(what_was_only_logged_is_not_known),
		TEST(denied_calls_that_are_let_in_are_not_conditioned),
		TEST(too_many_values_make_it_any_and_too_many_masks_do_not),
		TEST(a_runtimes_values_are_let_in_where_they_are_known),
		TEST(a_name_is_conditioned_on_all_architectures_or_none),
		TEST(the_budget_gives_up_what_is_worth_least),
		TEST(calls_with_equal_conditions_share_a_rule),
		TEST(conditions_and_reasons_are_explained),
		TEST(equal_recordings_give_identical_profiles),
		cmocka_unit_test(everything_that_was_observed_passes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
