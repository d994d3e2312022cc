/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_RECORDER_TRACEPOINT_H
#define SG_TRACER_RECORDER_TRACEPOINT_H

#include "base/error.h"

struct bpf_link;
struct bpf_program;
struct sg_landlock;

/*
 * Attach a program of a section "tp/CATEGORY/EVENT" to that classic tracepoint, on all CPUs. Unlike
 * libbpf's own this does without a mounted tracefs.
 *
 * Returns 0, or -errno; -ENOENT where the kernel has no such tracepoint.
 */
int sg_tracepoint_attach(struct bpf_program *prog, struct bpf_link **ret, struct sg_error *err);

/* The perf event that such a program is attached by; the caller's. */
int sg_tracepoint_open(const struct bpf_program *prog, int *ret, struct sg_error *err);

/* Whether tracepoints can be looked up here: tracefs is there, or can be mounted. */
int sg_tracepoint_check(struct sg_error *err);

/* Let a confined process read where they are looked up. */
int sg_tracepoint_allow(const struct sg_landlock *l, struct sg_error *err);

#endif
