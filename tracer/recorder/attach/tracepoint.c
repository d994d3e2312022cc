/* SPDX-License-Identifier: Apache-2.0 */
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "confine/landlock.h"
#include "recorder/attach/private.h"

/* A tracefs that nobody sees but us, for hosts where none is mounted. */
static int mount_unseen(void)
{
	_cleanup_close_ int fs = (int)syscall(SYS_fsopen, "tracefs", FSOPEN_CLOEXEC);

	if (fs < 0 || syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return -errno;
	return (int)syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC, 0);
}

static const char *const places[] = { "/sys/kernel/tracing", "/sys/kernel/debug/tracing" };

int sg_tracepoint_allow(const struct sg_landlock *l, struct sg_error *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < SG_ARRAY_SIZE(places); i++)
		r = sg_landlock_allow(l, places[i], SG_LANDLOCK_READ, err);
	return r;
}

static int open_tracefs(struct sg_error *err)
{
	int fd;

	for (size_t i = 0; i < SG_ARRAY_SIZE(places); i++) {
		fd = open(places[i], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		/* the directory is there without anything mounted on it */
		if (fd >= 0 && faccessat(fd, "events", F_OK, 0) == 0)
			return fd;
		sg_closep(&fd);
	}
	fd = mount_unseen();
	if (fd >= 0)
		return fd;
	return sg_error_set(err, -errno,
			    "open tracefs: %s (mount -t tracefs none /sys/kernel/tracing)",
			    strerror(errno));
}

int sg_tracepoint_check(struct sg_error *err)
{
	_cleanup_close_ int fd = open_tracefs(err);

	return fd < 0 ? fd : 0;
}

/* @event is "CATEGORY/NAME". */
static int tracepoint_id(const char *event, uint64_t *ret, struct sg_error *err)
{
	_cleanup_close_ int tracefs = open_tracefs(err), fd = -1;
	char path[128], text[32] = "";
	char *end;

	if (tracefs < 0)
		return tracefs;
	snprintf(path, sizeof(path), "events/%s/id", event);
	fd = openat(tracefs, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0)
		return sg_error_set(err, -errno, "read tracefs %s: %s", path, strerror(errno));
	*ret = strtoull(text, &end, 10);
	if (end == text)
		return sg_error_set(err, -EINVAL, "read tracefs %s: not a number", path);
	return 0;
}

int sg_tracepoint_open(const struct bpf_program *prog, int *ret, struct sg_error *err)
{
	const char *event = strchr(bpf_program__section_name(prog), '/') + 1;
	struct perf_event_attr attr = { .type = PERF_TYPE_TRACEPOINT, .size = sizeof(attr) };
	uint64_t id = 0;
	int r;

	r = tracepoint_id(event, &id, err);
	if (r < 0)
		return r;
	attr.config = id;
	/* one CPU is named, but a program is run on all of them: it belongs to the tracepoint */
	*ret = (int)syscall(SYS_perf_event_open, &attr, -1, sched_getcpu(), -1,
			    PERF_FLAG_FD_CLOEXEC);
	if (*ret < 0)
		return sg_error_set(err, -errno, "open a perf event on %s: %s", event,
				    strerror(errno));
	return 0;
}

int sg_tracepoint_attach(struct bpf_program *prog, struct bpf_link **ret, struct sg_error *err)
{
	_cleanup_close_ int fd = -1;
	int r = sg_tracepoint_open(prog, &fd, err);

	if (r < 0)
		return r;
	*ret = bpf_program__attach_perf_event(prog, fd);
	if (!*ret)
		return sg_error_set(err, -errno, "attach %s: %s", bpf_program__name(prog),
				    strerror(errno));
	TAKE_FD(fd); /* the link's now */
	return 0;
}
