/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "commands/commands.h"
#include "recorder/live.h"
#include "recording/pinned/pinned_summary.h"
#include "cli/log.h"
#include "session/session.h"
#include "store/input.h"

#define TELL_AFTER_S 2
#define STOPPED_S    5	/* a process that is stopped does nothing before somebody continues it */
#define GIVE_UP_S    30 /* the recorder may have hundreds of files to write */
#define MS_A_S	     1000

struct options {
	const char *output;
	bool discard;
};

static int discard(const char *name, struct sg_error *err)
{
	_cleanup_(sg_live_freep) struct sg_live *live = NULL;
	int r = sg_live_open(name, &live, err);

	if (r == 0)
		r = sg_live_remove(live, err);
	if (r == 0)
		sg_notice("recording '%s' is gone, unwritten", name);
	return r;
}

/* The state of proc_pid_stat(5); '?' when it is gone. */
static char state_of(pid_t pid)
{
	_cleanup_free_ char *text = NULL;
	_cleanup_close_ int fd = -1;
	const char *end;
	char path[64];
	size_t len;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || sg_input_read_fd(fd, path, 65536, &text, &len, NULL) < 0)
		return '?';
	end = strrchr(text, ')');
	return end && end[1] ? end[2] : '?';
}

static int wait_for_end(const char *name, int pidfd, pid_t pid, struct sg_error *err)
{
	struct pollfd ended = { .fd = pidfd, .events = POLLIN };
	char state = '?';

	for (int s = 0; s < GIVE_UP_S; s++) {
		int n = poll(&ended, 1, MS_A_S);

		if (n > 0)
			return 0;
		state = state_of(pid);
		if (s + 1 == TELL_AFTER_S)
			sg_notice("waiting for the recorder of '%s', process %d", name, (int)pid);
		if ((state == 'T' || state == 't') && s + 1 >= STOPPED_S)
			break;
	}
	if (state == 'T' || state == 't')
		return sg_error_set(
			err, -ETIMEDOUT,
			"recording '%s': its recorder, process %d, is stopped: it ends when "
			"it is continued (kill -CONT %d)",
			name, (int)pid, (int)pid);
	return sg_error_set(
		err, -ETIMEDOUT,
		"recording '%s': its recorder, process %d, was asked to end and has not for "
		"%d s (state %c): try again, or end it and stop the recording then",
		name, (int)pid, GIVE_UP_S, state);
}

static int end_recorder(const char *name, pid_t pid, struct sg_error *err)
{
	_cleanup_free_ char *state = NULL;
	struct sg_error gone = { 0 };
	_cleanup_close_ int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	bool busy = false;
	int r;

	/* locked still, after we hold on to the process: it is the recorder and no other */
	if (pidfd < 0 || sg_live_peek(name, &state, &busy, &gone) < 0 || !busy)
		return sg_error_set(err, -EAGAIN, "recording '%s': its recorder is ending just now",
				    name);
	if (syscall(SYS_pidfd_send_signal, pidfd, SIGTERM, NULL, 0) < 0)
		return sg_error_set(err, -errno, "signal the recorder, process %d: %s", (int)pid,
				    strerror(errno));
	r = wait_for_end(name, pidfd, pid, err);
	if (r < 0)
		return r;
	sg_freep(&state);
	state = NULL;
	if (sg_live_peek(name, &state, &busy, &gone) != -ENOENT)
		return sg_error_set(err, -EIO,
				    "recording '%s': its recorder, process %d, has ended without "
				    "writing it: try again",
				    name, (int)pid);
	return 0;
}

/* Its recorder is alive: it ends and writes as it does at Ctrl-C. */
static int ask_recorder(const char *name, const char *output, struct sg_error *err)
{
	_cleanup_(sg_pinned_summary_done) struct sg_pinned_summary summary = { 0 };
	_cleanup_free_ char *state = NULL;
	struct stat ns = { 0 };
	bool busy = false;
	int r;

	r = sg_live_peek(name, &state, &busy, err);
	if (r == 0)
		r = sg_pinned_summary_read(state, &summary, err);
	if (r < 0)
		return r;
	if (output)
		return sg_error_set(
			err, -EBUSY,
			"recording '%s': its recorder, process %d, is at work and writes "
			"to where it was asked for: stop it without --output",
			name, (int)summary.pid);
	if (stat("/proc/self/ns/pid", &ns) < 0 || ns.st_ino != summary.pid_namespace)
		return sg_error_set(err, -EXDEV,
				    "recording '%s': its recorder runs in another PID namespace: "
				    "end it there",
				    name);
	r = end_recorder(name, (pid_t)summary.pid, err);
	if (r < 0)
		return r;
	if (!summary.has_lived)
		return sg_error_set(err, -ENOENT,
				    "recording '%s' has ended: no target of it had come (%s), and "
				    "nothing is recorded",
				    name, summary.targets);
	sg_notice("its recorder, process %d, has written recording '%s'", (int)summary.pid, name);
	return 0;
}

static int stop(const char *name, const char *output, struct sg_error *err)
{
	int r = sg_session_resume(name, true, output, 0, err);

	if (r != -EBUSY)
		return r;
	*err = (struct sg_error){ 0 };
	return ask_recorder(name, output, err);
}

static int run(void *data, const struct sg_operands *operands, struct sg_error *err)
{
	const struct options *o = data;
	int r = 0;

	if (o->output && operands->n > 1)
		return sg_command_usage(err, "--output is for one recording: stop the others "
					     "separately");
	for (size_t i = 0; r >= 0 && i < operands->n; i++) {
		const char *name = operands->argv[i];

		r = o->discard ? discard(name, err) : stop(name, o->output, err);
		if (r == -ENODATA || r == -EPROTO)
			sg_error_prefix(err,
					"cannot be written (seccomp-gen stop --discard %s "
					"takes it away): ",
					name);
	}
	return r;
}

static const struct sg_option options[] = {
	{ .short_name = 'o',
	  .long_name = "output",
	  .metavar = "FILE | DIR",
	  .complete = SG_COMPLETE_FILE,
	  SG_TEXT(struct options, output),
	  .doc = "write it to FILE instead of where it was asked for at first; of several targets, "
		 "to a directory; only where its recorder has died" },
	{ .long_name = "discard",
	  .excludes = "output",
	  .conflict = "writes nothing, and excludes",
	  SG_SWITCH(struct options, discard),
	  .doc = "do not write it, only take it away; for one that another version began, or "
		 "whose recorder died before it had begun" },
	{ 0 },
};

static const struct sg_example examples[] = {
	{ "seccomp-gen stop web", "ends the recording 'web', and writes it" },
	{ "seccomp-gen list --live", "names the recordings that are pinned" },
	{ 0 },
};

const struct sg_command sg_cmd_stop = {
	.name = "stop",
	.summary = "end a recording that was given a name, and write it",
	.operands = "NAME...",
	.description =
		"Ends recordings that 'record --name' has pinned: what was counted up to now is "
		"written to where it was asked for at first, and nothing of it stays in bpffs. A "
		"recorder that is at work on it is asked to end (SIGTERM) and waited for, half a "
		"minute at most; where "
		"it has died, this command does the rest.",
	.options = options,
	.examples = examples,
	.min_operands = 1,
	.max_operands = SG_OPERANDS_ANY,
	.complete_operands = SG_COMPLETE_PINNED,
	.data_size = sizeof(struct options),
	.run = run,
};
