/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_RECORDER_ATTACH_PRIVATE_H
#define SG_TRACER_RECORDER_ATTACH_PRIVATE_H

#include "recorder/private.h"

/* How programs of the kernel half are attached and pinned. For tracer/recorder/ only. */

struct sg_landlock;

/*
 * tracepoint.c: attach a program of a section "tp/CATEGORY/EVENT" to that classic tracepoint, on
 * all CPUs. Unlike libbpf's own this does without a mounted tracefs.
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

/* pins.c: links that come while the recorder is pinned are pinned too. */
int sg_recorder_pin_link(struct sg_recorder *rec, const struct bpf_program *prog,
			 struct bpf_link *link, struct sg_error *err);
void sg_recorder_unpin_links(struct sg_recorder *rec);
void sg_recorder_unpin_link(struct sg_recorder *rec, struct bpf_link *link);
/* -1: it is not loaded. Borrowed. */
int sg_recorder_program_fd(const struct sg_recorder *rec, const struct bpf_program *prog);
/* Attach a program that another process has loaded. */
int sg_recorder_attach_adopted(struct sg_recorder *rec, const struct bpf_program *prog,
			       struct bpf_link **link, struct sg_error *err);
void sg_recorder_pins_done(struct sg_recorder *rec);

/* Names in the directory of pins. *ret is the caller's; -ENOENT: there is no such file. */
int sg_recorder_name_pins(struct sg_recorder *rec, const char *dir, const char *shown,
			  struct sg_error *err);
int sg_recorder_pin_path(const char *dir, const char *kind, const char *name, char **ret,
			 struct sg_error *err);
int sg_recorder_get_pinned(const struct sg_recorder *rec, const char *kind, const char *name,
			   int *ret, struct sg_error *err);
/* Returns @code, with the message "@verb PINS/FILE: reason". */
int sg_recorder_pin_failed(const struct sg_recorder *rec, const char *verb, const char *path,
			   int code, struct sg_error *err);
/* Tells one build of the kernel half from another. */
uint64_t sg_recorder_object_hash(void);

/* Programs and their links, by number in the skeleton. */
size_t sg_recorder_n_programs(const struct sg_recorder *rec);
struct bpf_link **sg_recorder_link_of(const struct sg_recorder *rec, size_t i);

/* forms.c: the forms of a program that has several. */
struct sg_form {
	struct bpf_program *prog;
	struct bpf_link **link;
};

struct sg_forms {
	struct sg_form btf;		  /* alone, or */
	struct sg_form classic, fallback; /* these two, or the first of them */
};

struct sg_forms sg_recorder_forms(struct recorder_bpf *skel, enum sg_bpf_program which);

/* Before load, which form of each is used. */
void sg_recorder_choose_forms(struct recorder_bpf *skel, bool classic, bool fallbacks,
			      bool denials);
bool sg_recorder_is_attached(const struct sg_recorder *rec, enum sg_bpf_program which);
int sg_recorder_attach_program(struct sg_recorder *rec, struct bpf_program *prog,
			       struct bpf_link **link, struct sg_error *err);
/* The links of the form in use, without the count of what was skipped. */
int sg_recorder_attach_links(struct sg_recorder *rec, enum sg_bpf_program which,
			     struct sg_error *err);
void sg_recorder_detach_links(struct sg_recorder *rec, enum sg_bpf_program which);
/* What denied calls are watched with in place of sys_exit. */
int sg_recorder_attach_fexit(struct sg_recorder *rec, struct sg_error *err);
/* Runs that the kernel skipped, since the load; 0 of a program that is not loaded. */
uint64_t sg_recorder_program_misses(const struct sg_recorder *rec, const struct bpf_program *prog);

/* links.c: once the links are handed over. */
int sg_recorder_ask_attach_exits(struct sg_recorder *rec, struct sg_error *err);
int sg_recorder_ask_detach_exits(struct sg_recorder *rec, struct sg_error *err);
int sg_recorder_ask_detach_all(struct sg_recorder *rec, struct sg_error *err);

/* skips.c: attach and detach, and count what the kernel skips meanwhile. */
int sg_recorder_attach_form(struct sg_recorder *rec, enum sg_bpf_program which,
			    struct sg_error *err);
void sg_recorder_detach_form(struct sg_recorder *rec, enum sg_bpf_program which);
/* The programs run already, and are counted on. */
void sg_recorder_adopt_forms(struct sg_recorder *rec);
/* Runs of programs that the kernel skipped and nobody made up for. */
uint64_t sg_recorder_misses(struct sg_recorder *rec);

#endif
