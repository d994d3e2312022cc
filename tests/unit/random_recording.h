/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TESTS_RANDOM_RECORDING_H
#define SG_TESTS_RANDOM_RECORDING_H

#include <linux/audit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "recording/recording.h"
#include "recording/json/recording_json.h"
#include "syscall/arch.h"

/*
 * Recordings from a seed, for property tests: the same on every machine. Out of memory is abort().
 */

static inline uint64_t random_next(uint64_t *seed)
{
	uint64_t z = (*seed += UINT64_C(0x9e3779b97f4a7c15)); /* splitmix64 */

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static inline uint64_t random_below(uint64_t *seed, uint64_t n)
{
	return random_next(seed) % n;
}

/* Small, large, and at the limits. */
static inline uint64_t random_count(uint64_t *seed)
{
	switch (random_below(seed, 8)) {
	case 0:
		return 0;
	case 1:
		return random_next(seed);
	case 2:
		return UINT64_MAX - random_below(seed, 2);
	case 3:
		return (UINT64_C(1) << 53) + random_below(seed, 3);
	default:
		return random_below(seed, 1000);
	}
}

/* Any bytes but NUL; often letters, often what is special somewhere. NULL one time in four. */
static inline char *random_text(uint64_t *seed)
{
	static const char *const special[] = {
		"\xef\xbf\xbd", "\xff",		"\xc3\xa9",	    "\"",   "\\", "\x1b[2J", "\n",
		"\xe2\x80\xae", "\xed\xa0\x80", "\xf0\x9f\x98\x80", "\xc3", "/"
	};
	char text[128] = "";
	size_t n = random_below(seed, 8);
	char *copy;

	if (random_below(seed, 4) == 0)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(text);

		if (random_below(seed, 2))
			strcat(text, special[random_below(seed, SG_ARRAY_SIZE(special))]);
		else
			snprintf(text + len, sizeof(text) - len, "%c",
				 (int)(1 + random_below(seed, 255)));
	}
	copy = strdup(text);
	if (!copy)
		abort();
	return copy;
}

static inline struct sg_syscall_id random_id(uint64_t *seed)
{
	static const uint32_t arches[] = { AUDIT_ARCH_X86_64, AUDIT_ARCH_I386, SG_ARCH_X32,
					   AUDIT_ARCH_AARCH64, 0x12345678 };

	return (struct sg_syscall_id){ arches[random_below(seed, SG_ARRAY_SIZE(arches))],
				       (uint32_t)(random_below(seed, 20) ? random_below(seed, 40)
									 : random_next(seed)) };
}

/* A combination of few values, so that they meet again; sometimes one beyond 53 bits. */
static inline struct sg_arg_tuple random_tuple(const struct sg_arg_obs *obs, uint64_t *seed)
{
	struct sg_arg_tuple t = { .count = random_below(seed, 100),
				  .first_seen = random_count(seed) >> 1 };

	for (size_t i = 0; i < obs->n; i++) {
		t.value[i] = random_below(seed, 4);
		if (obs->wide >> i & 1)
			t.value[i] |= random_below(seed, 2) << 60;
		else
			t.high |= (uint8_t)(random_below(seed, 2) << i);
	}
	return t;
}

/* What was seen of an entry's arguments; of the calls without, none is left over as a rule. */
static inline void random_args(struct sg_entry *e, uint64_t *seed)
{
	static const uint8_t indices[][3] = { { 0, 1, 2 }, { 0, 2 }, { 1 }, { 0, 1 } };
	static const size_t lengths[] = { 3, 2, 1, 2 };
	size_t which = random_below(seed, 4);

	if (!e->count[SG_STAGE_APP] || random_below(seed, 3) == 0)
		return;
	if (!e->args &&
	    sg_arg_obs_new(indices[which], lengths[which], (uint8_t)(random_below(seed, 2) ? 0 : 1),
			   &e->args, NULL) < 0)
		abort();
	for (size_t i = 1 + random_below(seed, 5); i > 0; i--) {
		struct sg_arg_tuple t = random_tuple(e->args, seed);

		if (i == 1 && random_below(seed, 8))
			t.count = e->count[SG_STAGE_APP];
		if (sg_arg_obs_add(e->args, &t, NULL) < 0)
			abort();
	}
	if (random_below(seed, 4) == 0) {
		struct sg_arg_tuple t = random_tuple(e->args, seed);

		sg_arg_obs_add_unkept(e->args, 1 + random_below(seed, 9),
				      random_below(seed, 2) ? t.value : NULL, NULL);
		e->args->last_new_bits = random_below(seed, 1000);
	}
}

/* More evidence in @run, as the time passes. */
static inline void random_evidence(struct sg_run *run, uint64_t *seed)
{
	size_t n = random_below(seed, 12);

	for (size_t i = 0; i < n; i++) {
		struct sg_entry *e;

		if (sg_run_entry(run, random_id(seed), &e, NULL) < 0)
			abort();
		for (size_t j = 0; j < SG_STAGE_MAX_; j++)
			e->count[j] += random_below(seed, 3) ? 0 : random_count(seed) >> 8;
		for (size_t j = 0; j < SG_DENIAL_MAX_; j++)
			e->denied[j] += random_below(seed, 6) ? 0 : random_count(seed) >> 8;
		e->denied_stage[random_below(seed, SG_STAGE_APP)] +=
			random_below(seed, sg_entry_denied_in(e, SG_STAGE_APP) + 1);
		e->logged += random_below(seed, 4) ? 0 : random_count(seed) >> 8;
		if (!e->first_seen)
			e->first_seen = random_count(seed) >> 1;
		if (e->last_seen || random_below(seed, 2))
			e->last_seen =
				(e->last_seen > e->first_seen ? e->last_seen : e->first_seen) + 1;
		if (random_below(seed, 2)) {
			_cleanup_free_ char *by = random_text(seed);

			if (sg_entry_saw_first(e, random_below(seed, SG_FIRST_MAX_),
					       random_count(seed) >> 1, by, NULL) < 0)
				abort();
		}
		e->sources |= (uint32_t)random_below(seed, 4);
		run->sources |= e->sources;
		random_args(e, seed);
		for (size_t j = random_below(seed, 3); j > 0; j--) {
			_cleanup_free_ char *comm = random_text(seed);

			if (comm && sg_entry_add_program(e, comm, NULL) < 0)
				abort();
		}
	}
	run->loss[random_below(seed, SG_LOSS_MAX_)] += random_below(seed, 2);
}

static inline struct sg_run *random_run(const char *id, uint64_t *seed)
{
	struct sg_run *run;
	struct sg_target *t;

	if (sg_run_new(id, &run, NULL) < 0)
		abort();
	t = &run->target;
	run->ended = random_text(seed);
	run->host.kernel = random_text(seed);
	run->host.arch = random_below(seed, 4) ? AUDIT_ARCH_X86_64 : 0;
	run->host.boot_id = random_text(seed);
	t->kind = random_text(seed);
	t->cgroup = random_text(seed);
	t->cgroup_id = random_count(seed);
	t->descendants = random_below(seed, 2);
	t->command = calloc(3, sizeof(char *));
	if (!t->command)
		abort();
	while (t->n_command < random_below(seed, 4)) {
		char *arg = random_text(seed);

		if (arg)
			t->command[t->n_command++] = arg;
		if (t->n_command == 3)
			break;
	}
	t->runtime = random_text(seed);
	t->runtime_version = random_text(seed);
	t->engine = random_text(seed);
	t->engine_version = random_text(seed);
	t->container_id = random_text(seed);
	t->container_name = random_text(seed);
	t->image = random_text(seed);
	t->image_digest = random_text(seed);
	t->pod = random_text(seed);
	t->pod_namespace = random_text(seed);
	t->unit = random_text(seed);
	t->user = random_text(seed);
	t->owner = random_text(seed);
	t->no_new_privs = (enum sg_tristate)random_below(seed, 3);
	t->privileged = (enum sg_tristate)random_below(seed, 3);
	t->filtered = (enum sg_tristate)random_below(seed, 3);
	run->start = random_count(seed) >> 1;
	run->end = random_below(seed, 3) ? run->start + random_below(seed, 1000) : 0;
	run->complete = random_below(seed, 2);
	run->sources = (uint32_t)random_below(seed, 4);
	run->mechanism = random_text(seed);
	run->tool = random_text(seed);
	for (size_t i = 0; i < SG_LOSS_MAX_; i++)
		run->loss[i] = random_below(seed, 4) ? 0 : random_count(seed);
	random_evidence(run, seed);
	return run;
}

/* Up to five runs of eight ids, so that two recordings often share some. */
static inline struct sg_recording *random_recording(uint64_t *seed)
{
	struct sg_recording *rec;

	if (sg_recording_new(&rec, NULL) < 0)
		abort();
	for (size_t i = random_below(seed, 6); i > 0; i--) {
		char id[] = { (char)('a' + random_below(seed, 8)), '\0' };
		struct sg_run *run = random_run(id, seed);

		if (sg_recording_add(rec, run, NULL) < 0)
			sg_run_free(run);
	}
	return rec;
}

/* The print of @rec; the caller frees it. */
static inline char *print_recording(const struct sg_recording *rec)
{
	struct sg_strbuf b = SG_STRBUF_INIT;
	char *text;

	sg_recording_print(rec, &b);
	if (sg_strbuf_steal(&b, &text, NULL) < 0)
		abort();
	return text;
}

static inline struct sg_recording *parse_recording(const char *text)
{
	struct sg_recording *rec;
	struct sg_error err;

	if (sg_recording_parse("t.json", text, strlen(text), &rec, &err) < 0) {
		fprintf(stderr, "%s\n%s\n", err.message, text);
		abort();
	}
	return rec;
}

#endif
