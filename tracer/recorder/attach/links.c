/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Programs are attached and detached while a recorder is at work: that on sys_exit when a filter
 * comes, all at the end; and in bpffs are their pins. A helper process does that. It has the
 * programs and nothing else, and takes commands without arguments: the recorder itself can neither
 * load nor attach nor pin anything any more.
 */
#include <errno.h>
#include <stdlib.h>
#include <stdio.h>

#include "confine/landlock.h"
#include "recorder/attach/private.h"
#include "recorder/live.h"
#include "recorder/recorder.h"

enum { ATTACH_EXITS = 1, DETACH_EXITS, DETACH_ALL, REMOVE_PINS };

struct links {
	struct sg_recorder *rec;
	const struct sg_live *live; /* NULL: nothing is pinned */
};

static int detach_all(struct sg_recorder *rec)
{
	sg_recorder_unpin_links(rec);
	/* exits first: an exit that is examined must have had its enter examined */
	sg_recorder_detach_links(rec, SG_BPF_ON_SYS_EXIT);
	for (enum sg_bpf_program which = 0; which < SG_BPF_PROGRAM_MAX_; which++)
		sg_recorder_detach_links(rec, which);
	recorder_bpf__detach(rec->skel);
	return 0;
}

static int obey(const struct links *l, uint32_t what, struct sg_error *err)
{
	switch (what) {
	case ATTACH_EXITS:
		return l->rec->pinned->denials_by_fexit
			       ? sg_recorder_attach_fexit(l->rec, err)
			       : sg_recorder_attach_links(l->rec, SG_BPF_ON_SYS_EXIT, err);
	case DETACH_EXITS:
		sg_recorder_detach_links(l->rec, SG_BPF_ON_SYS_EXIT);
		return 0;
	case DETACH_ALL:
		return detach_all(l->rec);
	case REMOVE_PINS:
		return l->live ? sg_live_remove(l->live, err) : 0;
	default:
		return sg_error_set(err, -EINVAL, "no such command: %u", what);
	}
}

/* A directory that is open, by a path that leads to nothing else. */
static int allow_open(const struct sg_landlock *l, int fd, unsigned int rights,
		      struct sg_error *err)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return sg_landlock_allow(l, path, rights, err);
}

static int lock_files(void *data, struct sg_error *err)
{
	const struct links *links = data;
	struct sg_landlock l = SG_LANDLOCK_INIT;
	int r;

	if (sg_confine_is_off())
		return 0;
	r = sg_landlock_begin(&l, err);
	if (r == 0)
		r = sg_tracepoint_allow(&l, err);
	if (r == 0 && links->live)
		r = allow_open(&l, links->live->fd, SG_LANDLOCK_FILES, err);
	if (r == 0 && links->live)
		r = allow_open(&l, links->live->base, SG_LANDLOCK_REMOVE_DIR, err);
	return r < 0 ? r : sg_landlock_end(&l, err);
}

static void serve(int fd, void *data)
{
	struct sg_question q;

	for (; sg_helper_next(fd, 0, &q); free(q.text)) {
		struct sg_error err = { 0 };

		if (obey(data, q.what, &err) < 0)
			sg_helper_answer_error(fd, &err);
		else
			sg_helper_answer(fd, 0, "", 0);
	}
}

int sg_recorder_hand_over(struct sg_recorder *rec, const struct sg_live *live, struct sg_error *err)
{
	struct links links = { .rec = rec, .live = live };
	const struct sg_helper_work work = { .part = SG_PART_LINKS,
					     .prepare = lock_files,
					     .serve = serve,
					     .data = &links,
					     .descriptors = SG_HELPER_KEEPS_ALL,
					     .keep_fd = -1 };
	struct sg_helper helper;
	int r = sg_helper_start(&work, &helper, err);

	if (r == 0)
		rec->links = helper;
	return r;
}

int sg_recorder_hand_over_wait(struct sg_recorder *rec, struct sg_error *err)
{
	return sg_helper_wait(&rec->links, err);
}

static int ask(struct sg_recorder *rec, uint32_t what, struct sg_error *err)
{
	const struct sg_ask question = { .what = what, .wait_ms = -1 };

	return sg_helper_ask(&rec->links, &question, NULL, NULL, err);
}

int sg_recorder_ask_attach_exits(struct sg_recorder *rec, struct sg_error *err)
{
	return ask(rec, ATTACH_EXITS, err);
}

int sg_recorder_ask_detach_exits(struct sg_recorder *rec, struct sg_error *err)
{
	return ask(rec, DETACH_EXITS, err);
}

int sg_recorder_ask_detach_all(struct sg_recorder *rec, struct sg_error *err)
{
	return ask(rec, DETACH_ALL, err);
}

int sg_recorder_remove_pins(struct sg_recorder *rec, const struct sg_live *live,
			    struct sg_error *err)
{
	return sg_recorder_is_handed_over(rec) ? ask(rec, REMOVE_PINS, err)
					       : sg_live_remove(live, err);
}
