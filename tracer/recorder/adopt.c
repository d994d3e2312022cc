/* SPDX-License-Identifier: Apache-2.0 */
/* A kernel half that is pinned, and whose process has died, is taken over. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "recorder/attach/private.h"
#include "recorder/private.h"
#include "recorder/recorder.h"
#include "recorder/slots/private.h"

static const char *program_name(const struct sg_recorder *rec, size_t i)
{
	return bpf_program__name(*rec->skel->skeleton->progs[i].prog);
}

/* Maps of another version would be read as what they are not. */
static int reuse_map(struct sg_recorder *rec, struct bpf_map *map, struct sg_error *err)
{
	struct bpf_map_info info = { 0 };
	_cleanup_close_ int fd = -1;
	uint32_t len = sizeof(info);
	int r = sg_recorder_get_pinned(rec, "map", bpf_map__name(map), &fd, err);

	if (r == -ENOENT && bpf_map__type(map) == BPF_MAP_TYPE_TASK_STORAGE) {
		bpf_map__set_autocreate(map, false); /* the kernel lacked it, or had no need */
		return 0;
	}
	if (r == -ENOENT)
		return sg_error_set(err, -EPROTO, "the pinned map %s is missing",
				    bpf_map__name(map));
	if (r < 0)
		return r;
	if (bpf_obj_get_info_by_fd(fd, &info, &len))
		return sg_error_set(err, -errno, "examine the pinned map %s: %s",
				    bpf_map__name(map), strerror(errno));
	if (info.type != bpf_map__type(map) || info.key_size != bpf_map__key_size(map) ||
	    info.value_size != bpf_map__value_size(map))
		return sg_error_set(err, -EPROTO, "the pinned map %s has another shape",
				    bpf_map__name(map));
	r = bpf_map__reuse_fd(map, fd);
	return r == 0 ? 0
		      : sg_error_set(err, r, "take over the map %s: %s", bpf_map__name(map),
				     strerror(-r));
}

static int adopt_maps(struct sg_recorder *rec, struct sg_error *err)
{
	struct bpf_program *prog;
	struct bpf_map *map;
	int r = 0;

	bpf_object__for_each_map(map, rec->skel->obj)
	{
		if (r == 0)
			r = reuse_map(rec, map, err);
	}
	/* the programs run already: those of ours would be others */
	bpf_object__for_each_program(prog, rec->skel->obj) bpf_program__set_autoload(prog, false);
	if (r == 0) {
		r = recorder_bpf__load(rec->skel);
		if (r < 0)
			sg_error_set(err, r, "take over the kernel half: %s", strerror(-r));
	}
	return r;
}

/* A link of another program than ours is none. */
static bool is_link_of(const struct bpf_link *link, int program)
{
	struct bpf_link_info link_info = { 0 };
	struct bpf_prog_info info = { 0 };
	uint32_t link_len = sizeof(link_info), len = sizeof(info);

	return !bpf_obj_get_info_by_fd(bpf_link__fd(link), &link_info, &link_len) &&
	       !bpf_obj_get_info_by_fd(program, &info, &len) && link_info.prog_id == info.id;
}

static int adopt_link(struct sg_recorder *rec, size_t i, struct sg_error *err)
{
	bool expected = rec->pinned->links & UINT64_C(1) << i;
	_cleanup_free_ char *path = NULL;
	struct bpf_link *link = NULL;
	int r = sg_recorder_pin_path(rec->pinned_in, "link", program_name(rec, i), &path, err);

	if (r < 0)
		return r;
	if (access(path, F_OK) == 0) {
		link = bpf_link__open(path);
		if (!link)
			return sg_recorder_pin_failed(rec, "open", path, -errno, err);
	}
	if (link && !is_link_of(link, rec->program_fds[i])) {
		bpf_link__destroy(link);
		link = NULL;
		expected = true;
	}
	*sg_recorder_link_of(rec, i) = link;
	rec->attached |= link != NULL;
	rec->links_missing += expected && !link;
	return 0;
}

static int adopt_programs(struct sg_recorder *rec, struct sg_error *err)
{
	rec->program_fds = calloc(sg_recorder_n_programs(rec), sizeof(*rec->program_fds));
	if (!rec->program_fds)
		return sg_error_oom(err);
	for (size_t i = 0; i < sg_recorder_n_programs(rec); i++)
		rec->program_fds[i] = -1;
	for (size_t i = 0; i < sg_recorder_n_programs(rec); i++) {
		int r = sg_recorder_get_pinned(rec, "prog", program_name(rec, i),
					       &rec->program_fds[i], err);

		if (r == -ENOENT) { /* another form of it is in use */
			*err = (struct sg_error){ 0 };
			rec->links_missing += (rec->pinned->links >> i) & 1;
			continue;
		}
		if (r == 0)
			r = adopt_link(rec, i, err);
		if (r < 0)
			return r;
	}
	return 0;
}

static int adopt_state(struct sg_recorder *rec, struct sg_error *err)
{
	struct sg_bpf_pinned_state *state = &rec->skel->bss->pinned_state;

	state->tool[sizeof(state->tool) - 1] = '\0';
	if (strcmp(state->tool, SG_VERSION))
		return sg_error_set(err, -EPROTO, "it was begun by seccomp-gen %s, and this is %s",
				    state->tool, SG_VERSION);
	if (state->object != sg_recorder_object_hash())
		return sg_error_set(err, -EPROTO,
				    "it was begun by another build of seccomp-gen %s, with another "
				    "kernel half",
				    SG_VERSION);
	state->mechanism[sizeof(state->mechanism) - 1] = '\0';
	rec->pinned = state;
	rec->members_exited_seen = rec->skel->bss->members_exited;
	return 0;
}

int sg_recorder_adopt(const char *dir, const char *shown, struct sg_recorder **ret,
		      struct sg_error *err)
{
	_cleanup_(sg_recorder_freep) struct sg_recorder *rec = NULL;
	int r;

	r = sg_recorder_alloc(&rec, err);
	if (r < 0)
		return r;
	rec->skel = recorder_bpf__open();
	if (!rec->skel)
		return sg_error_oom(err);
	r = sg_recorder_name_pins(rec, dir, shown, err);
	if (r == 0)
		r = adopt_maps(rec, err);
	if (r == 0)
		r = adopt_state(rec, err);
	if (r == 0)
		r = adopt_programs(rec, err);
	if (r == 0)
		r = sg_recorder_slots_open(rec, err);
	if (r < 0)
		return r;
	sg_recorder_adopt_forms(rec);
	rec->watches_exits = sg_recorder_is_attached(rec, SG_BPF_ON_SYS_EXIT);
	*ret = TAKE_PTR(rec);
	return 0;
}
