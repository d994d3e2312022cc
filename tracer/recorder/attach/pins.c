/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A recorder whose maps, programs and links are pinned counts on when its process has died, and
 * another process can continue it. Files of the directory: map_NAME, prog_NAME, link_NAME.
 *
 * The directory is named by a descriptor (/proc/self/fd/N): what is pinned, opened and unlinked is
 * in that one, whatever its name leads to by then.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "recorder/private.h"
#include "recorder/attach/tracepoint.h"

#define LINKS_MAX 64 /* bits of sg_bpf_pinned_state.links */

static int path_of(const char *dir, const char *kind, const char *name, char **ret,
		   struct sg_error *err)
{
	if (asprintf(ret, "%s/%s_%s", dir, kind, name) < 0) {
		*ret = NULL;
		return sg_error_oom(err);
	}
	/* bpffs keeps names with dots for itself: "recorder.bss" */
	for (char *c = strrchr(*ret, '/'); *c; c++)
		*c = *c == '.' ? '_' : *c;
	return 0;
}

static int failed(const struct sg_recorder *rec, const char *verb, const char *path, int code,
		  struct sg_error *err)
{
	return sg_error_set(err, code, "%s %s%s: %s", verb, rec->pinned_name, strrchr(path, '/'),
			    strerror(-code));
}

static int pin_fd(const struct sg_recorder *rec, const char *kind, const char *name, int fd,
		  struct sg_error *err)
{
	_cleanup_free_ char *path = NULL;
	int r = path_of(rec->pinned_in, kind, name, &path, err);

	if (r < 0 || bpf_obj_pin(fd, path) == 0)
		return r;
	return failed(rec, "pin", path, -errno, err);
}

static int get_pinned(const struct sg_recorder *rec, const char *kind, const char *name, int *ret,
		      struct sg_error *err)
{
	_cleanup_free_ char *path = NULL;
	int r = path_of(rec->pinned_in, kind, name, &path, err);

	if (r < 0)
		return r;
	*ret = bpf_obj_get(path);
	return *ret >= 0 ? 0 : failed(rec, "open", path, -errno, err);
}

static const char *program_name(const struct sg_recorder *rec, size_t i)
{
	return bpf_program__name(*rec->skel->skeleton->progs[i].prog);
}

static struct bpf_link **link_of(const struct sg_recorder *rec, size_t i)
{
	return rec->skel->skeleton->progs[i].link;
}

static size_t n_programs(const struct sg_recorder *rec)
{
	return (size_t)rec->skel->skeleton->prog_cnt;
}

int sg_recorder_program_fd(const struct sg_recorder *rec, const struct bpf_program *prog)
{
	int fd = bpf_program__fd(prog);

	for (size_t i = 0; fd < 0 && rec->program_fds && i < n_programs(rec); i++) {
		if (*rec->skel->skeleton->progs[i].prog == prog)
			fd = rec->program_fds[i];
	}
	return fd;
}

/* --- pinning */

/*
 * Which links have to be there, for who takes over: set after a link is pinned and cleared before
 * it is removed, so that a recorder that is killed in between leaves none that is missed in vain.
 */
static void expect_link(struct sg_recorder *rec, const struct bpf_link *link, bool on)
{
	for (size_t i = 0; i < n_programs(rec) && i < LINKS_MAX; i++) {
		if (*link_of(rec, i) != link)
			continue;
		if (on)
			rec->pinned->links |= UINT64_C(1) << i;
		else
			rec->pinned->links &= ~(UINT64_C(1) << i);
	}
}

void sg_recorder_unpin_link(struct sg_recorder *rec, struct bpf_link *link)
{
	expect_link(rec, link, false);
	bpf_link__unpin(link);
}

int sg_recorder_pin_link(struct sg_recorder *rec, const struct bpf_program *prog,
			 struct bpf_link *link, struct sg_error *err)
{
	_cleanup_free_ char *path = NULL;
	int r;

	if (!rec->pinned_in || bpf_link__pin_path(link))
		return 0;
	r = path_of(rec->pinned_in, "link", bpf_program__name(prog), &path, err);
	if (r < 0)
		return r;
	r = bpf_link__pin(link, path);
	if (r < 0)
		return failed(rec, "pin", path, r, err);
	expect_link(rec, link, true);
	return 0;
}

/* FNV-1a, 64 bits: no secret, it tells one build from another. */
static uint64_t hash_object(void)
{
	uint64_t hash = 0xcbf29ce484222325;
	size_t size = 0;
	const unsigned char *bytes = recorder_bpf__elf_bytes(&size);

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ bytes[i]) * 0x100000001b3;
	return hash;
}

static int name_directory(struct sg_recorder *rec, const char *dir, const char *shown,
			  struct sg_error *err)
{
	rec->pinned_in = strdup(dir);
	rec->pinned_name = strdup(shown);
	if (!rec->pinned_in || !rec->pinned_name)
		return sg_error_oom(err);
	if (n_programs(rec) > LINKS_MAX)
		return sg_error_set(err, -E2BIG, "pin: %zu programs are too many", n_programs(rec));
	return 0;
}

int sg_recorder_pin(struct sg_recorder *rec, const char *dir, const char *shown,
		    struct sg_error *err)
{
	struct bpf_map *map;
	int r = name_directory(rec, dir, shown, err);

	if (r < 0)
		return r;
	rec->pinned->object = hash_object();
	bpf_object__for_each_map(map, rec->skel->obj)
	{
		if (r == 0 && bpf_map__fd(map) >= 0)
			r = pin_fd(rec, "map", bpf_map__name(map), bpf_map__fd(map), err);
	}
	for (size_t i = 0; r == 0 && i < n_programs(rec); i++) {
		const struct bpf_program *prog = *rec->skel->skeleton->progs[i].prog;

		if (bpf_program__fd(prog) >= 0)
			r = pin_fd(rec, "prog", bpf_program__name(prog), bpf_program__fd(prog),
				   err);
		if (r == 0 && *link_of(rec, i))
			r = sg_recorder_pin_link(rec, prog, *link_of(rec, i), err);
	}
	return r;
}

void sg_recorder_unpin_links(struct sg_recorder *rec)
{
	for (size_t i = 0; rec->pinned_in && i < n_programs(rec); i++) {
		if (*link_of(rec, i) && !sg_recorder_is_handed_over(rec))
			sg_recorder_unpin_link(rec, *link_of(rec, i));
	}
}

/* --- taking over */

/* Maps of another version would be read as what they are not. */
static int reuse_map(struct sg_recorder *rec, struct bpf_map *map, struct sg_error *err)
{
	struct bpf_map_info info = { 0 };
	_cleanup_close_ int fd = -1;
	uint32_t len = sizeof(info);
	int r = get_pinned(rec, "map", bpf_map__name(map), &fd, err);

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
	int r = path_of(rec->pinned_in, "link", program_name(rec, i), &path, err);

	if (r < 0)
		return r;
	if (access(path, F_OK) == 0) {
		link = bpf_link__open(path);
		if (!link)
			return failed(rec, "open", path, -errno, err);
	}
	if (link && !is_link_of(link, rec->program_fds[i])) {
		bpf_link__destroy(link);
		link = NULL;
		expected = true;
	}
	*link_of(rec, i) = link;
	rec->attached |= link != NULL;
	rec->links_missing += expected && !link;
	return 0;
}

static int adopt_programs(struct sg_recorder *rec, struct sg_error *err)
{
	rec->program_fds = calloc(n_programs(rec), sizeof(*rec->program_fds));
	if (!rec->program_fds)
		return sg_error_oom(err);
	for (size_t i = 0; i < n_programs(rec); i++)
		rec->program_fds[i] = -1;
	for (size_t i = 0; i < n_programs(rec); i++) {
		int r = get_pinned(rec, "prog", program_name(rec, i), &rec->program_fds[i], err);

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

uint64_t sg_recorder_links_missing(const struct sg_recorder *rec)
{
	return rec->links_missing;
}

static int adopt_state(struct sg_recorder *rec, struct sg_error *err)
{
	struct sg_bpf_pinned_state *state = &rec->skel->bss->pinned_state;

	state->tool[sizeof(state->tool) - 1] = '\0';
	if (strcmp(state->tool, SG_VERSION))
		return sg_error_set(err, -EPROTO, "it was begun by seccomp-gen %s, and this is %s",
				    state->tool, SG_VERSION);
	if (state->object != hash_object())
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
	r = name_directory(rec, dir, shown, err);
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

/* libbpf makes links of programs that it loaded, or of files. */
int sg_recorder_attach_adopted(struct sg_recorder *rec, const struct bpf_program *prog,
			       struct bpf_link **link, struct sg_error *err)
{
	int fd = sg_recorder_program_fd(rec, prog), r = 0;
	_cleanup_close_ int link_fd = -1, event = -1;
	_cleanup_free_ char *path = NULL;

	if (bpf_program__type(prog) != BPF_PROG_TYPE_TRACEPOINT) {
		link_fd = bpf_raw_tracepoint_open(NULL, fd);
	} else {
		r = sg_tracepoint_open(prog, &event, err);
		if (r < 0)
			return r;
		link_fd = bpf_link_create(fd, event, BPF_PERF_EVENT, NULL);
	}
	if (link_fd < 0)
		return sg_error_set(err, -errno, "attach %s: %s", bpf_program__name(prog),
				    strerror(errno));
	r = pin_fd(rec, "link", bpf_program__name(prog), link_fd, err);
	if (r == 0)
		r = path_of(rec->pinned_in, "link", bpf_program__name(prog), &path, err);
	if (r < 0)
		return r;
	*link = bpf_link__open(path);
	if (!*link)
		return failed(rec, "open", path, -errno, err);
	expect_link(rec, *link, true);
	return 0;
}

bool sg_recorder_counts(const struct sg_recorder *rec)
{
	return rec->attached;
}

uint32_t sg_recorder_slots(const struct sg_recorder *rec)
{
	return rec->pinned->slots;
}

void sg_recorder_pin_done(struct sg_recorder *rec)
{
	for (size_t i = 0; rec->program_fds && i < n_programs(rec); i++)
		sg_closep(&rec->program_fds[i]);
	free(rec->program_fds);
	free(rec->pinned_in);
	free(rec->pinned_name);
}
