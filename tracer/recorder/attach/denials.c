/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Denied calls are watched in the slots that ask for it, by programs that are attached meanwhile.
 */
#include <errno.h>

#include "recorder/attach/private.h"
#include "recorder/recorder.h"

/* Once, and for good: see bpf/calls/fexit.bpf.h. */
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
