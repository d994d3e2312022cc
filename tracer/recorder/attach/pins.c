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

#include "base/cleanup.h"
#include "recorder/attach/private.h"
#include "recorder/recorder.h"

#define LINKS_MAX 64 /* bits of sg_bpf_pinned_state.links */

int sg_recorder_pin_path(const char *dir, const char *kind, const char *name, char **ret,
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

int sg_recorder_pin_failed(const struct sg_recorder *rec, const char *verb, const char *path,
			   int code, struct sg_error *err)
{
	return sg_error_set(err, code, "%s %s%s: %s", verb, rec->pinned_name, strrchr(path, '/'),
			    strerror(-code));
}

static int pin_fd(const struct sg_recorder *rec, const char *kind, const char *name, int fd,
		  struct sg_error *err)
{
	_cleanup_free_ char *path = NULL;
	int r = sg_recorder_pin_path(rec->pinned_in, kind, name, &path, err);

	if (r < 0 || bpf_obj_pin(fd, path) == 0)
		return r;
	return sg_recorder_pin_failed(rec, "pin", path, -errno, err);
}

int sg_recorder_get_pinned(const struct sg_recorder *rec, const char *kind, const char *name,
			   int *ret, struct sg_error *err)
{
	_cleanup_free_ char *path = NULL;
	int r = sg_recorder_pin_path(rec->pinned_in, kind, name, &path, err);

	if (r < 0)
		return r;
	*ret = bpf_obj_get(path);
	return *ret >= 0 ? 0 : sg_recorder_pin_failed(rec, "open", path, -errno, err);
}

struct bpf_link **sg_recorder_link_of(const struct sg_recorder *rec, size_t i)
{
	return rec->skel->skeleton->progs[i].link;
}

size_t sg_recorder_n_programs(const struct sg_recorder *rec)
{
	return (size_t)rec->skel->skeleton->prog_cnt;
}

int sg_recorder_program_fd(const struct sg_recorder *rec, const struct bpf_program *prog)
{
	int fd = bpf_program__fd(prog);

	for (size_t i = 0; fd < 0 && rec->program_fds && i < sg_recorder_n_programs(rec); i++) {
		if (*rec->skel->skeleton->progs[i].prog == prog)
			fd = rec->program_fds[i];
	}
	return fd;
}

/*
 * Which links have to be there, for who takes over: set after a link is pinned and cleared before
 * it is removed, so that a recorder that is killed in between leaves none that is missed in vain.
 */
static void expect_link(struct sg_recorder *rec, const struct bpf_link *link, bool on)
{
	for (size_t i = 0; i < sg_recorder_n_programs(rec) && i < LINKS_MAX; i++) {
		if (*sg_recorder_link_of(rec, i) != link)
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
	r = sg_recorder_pin_path(rec->pinned_in, "link", bpf_program__name(prog), &path, err);
	if (r < 0)
		return r;
	r = bpf_link__pin(link, path);
	if (r < 0)
		return sg_recorder_pin_failed(rec, "pin", path, r, err);
	expect_link(rec, link, true);
	return 0;
}

/* FNV-1a, 64 bits: no secret, it tells one build from another. */
uint64_t sg_recorder_object_hash(void)
{
	uint64_t hash = 0xcbf29ce484222325;
	size_t size = 0;
	const unsigned char *bytes = recorder_bpf__elf_bytes(&size);

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ bytes[i]) * 0x100000001b3;
	return hash;
}

int sg_recorder_name_pins(struct sg_recorder *rec, const char *dir, const char *shown,
			  struct sg_error *err)
{
	rec->pinned_in = strdup(dir);
	rec->pinned_name = strdup(shown);
	if (!rec->pinned_in || !rec->pinned_name)
		return sg_error_oom(err);
	if (sg_recorder_n_programs(rec) > LINKS_MAX)
		return sg_error_set(err, -E2BIG, "pin: %zu programs are too many",
				    sg_recorder_n_programs(rec));
	return 0;
}

int sg_recorder_pin(struct sg_recorder *rec, const char *dir, const char *shown,
		    struct sg_error *err)
{
	struct bpf_map *map;
	int r = sg_recorder_name_pins(rec, dir, shown, err);

	if (r < 0)
		return r;
	rec->pinned->object = sg_recorder_object_hash();
	bpf_object__for_each_map(map, rec->skel->obj)
	{
		if (r == 0 && bpf_map__fd(map) >= 0)
			r = pin_fd(rec, "map", bpf_map__name(map), bpf_map__fd(map), err);
	}
	for (size_t i = 0; r == 0 && i < sg_recorder_n_programs(rec); i++) {
		const struct bpf_program *prog = *rec->skel->skeleton->progs[i].prog;

		if (bpf_program__fd(prog) >= 0)
			r = pin_fd(rec, "prog", bpf_program__name(prog), bpf_program__fd(prog),
				   err);
		if (r == 0 && *sg_recorder_link_of(rec, i))
			r = sg_recorder_pin_link(rec, prog, *sg_recorder_link_of(rec, i), err);
	}
	return r;
}

void sg_recorder_unpin_links(struct sg_recorder *rec)
{
	for (size_t i = 0; rec->pinned_in && i < sg_recorder_n_programs(rec); i++) {
		if (*sg_recorder_link_of(rec, i) && !sg_recorder_is_handed_over(rec))
			sg_recorder_unpin_link(rec, *sg_recorder_link_of(rec, i));
	}
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
		r = sg_recorder_pin_path(rec->pinned_in, "link", bpf_program__name(prog), &path,
					 err);
	if (r < 0)
		return r;
	*link = bpf_link__open(path);
	if (!*link)
		return sg_recorder_pin_failed(rec, "open", path, -errno, err);
	expect_link(rec, *link, true);
	return 0;
}

void sg_recorder_pins_done(struct sg_recorder *rec)
{
	for (size_t i = 0; rec->program_fds && i < sg_recorder_n_programs(rec); i++)
		sg_closep(&rec->program_fds[i]);
	free(rec->program_fds);
	free(rec->pinned_in);
	free(rec->pinned_name);
}
