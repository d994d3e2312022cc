/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cli/command.h"
#include "recorder/live.h"
#include "cli/log.h"
#include "session/session.h"

struct options {
	bool discard;
};

SG_HANDLE_TRUE(set_discard, struct options, discard)

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

/* Its recorder is alive: it ends and writes as it does at Ctrl-C. */
static int ask_recorder(const char *name, struct sg_error *err)
{
	_cleanup_(sg_session_summary_done) struct sg_session_summary summary = { 0 };
	_cleanup_free_ char *notes = NULL;
	struct sg_error gone = { 0 };
	_cleanup_close_ int pidfd = -1;
	struct stat ns = { 0 };
	bool busy = false;
	int r;

	r = sg_live_peek(name, &notes, &busy, err);
	if (r == 0)
		r = sg_session_summary_read(notes, &summary, err);
	if (r < 0)
		return r;
	if (stat("/proc/self/ns/pid", &ns) < 0 || ns.st_ino != summary.pid_namespace)
		return sg_error_set(err, -EXDEV,
				    "recording '%s': its recorder runs in another PID namespace: "
				    "end it there",
				    name);
	pidfd = (int)syscall(SYS_pidfd_open, (pid_t)summary.pid, 0);
	/* locked still, after we hold on to the process: it is the recorder and no other */
	sg_freep(&notes);
	notes = NULL;
	if (pidfd < 0 || sg_live_peek(name, &notes, &busy, &gone) < 0 || !busy)
		return sg_error_set(err, -EAGAIN, "recording '%s': its recorder is ending just now",
				    name);
	if (syscall(SYS_pidfd_send_signal, pidfd, SIGTERM, NULL, 0) < 0)
		return sg_error_set(err, -errno, "signal the recorder, process %d: %s",
				    (int)summary.pid, strerror(errno));
	while (poll(&(struct pollfd){ .fd = pidfd, .events = POLLIN }, 1, -1) < 0 && errno == EINTR)
		;
	sg_freep(&notes);
	notes = NULL;
	if (sg_live_peek(name, &notes, &busy, &gone) != -ENOENT)
		return sg_error_set(err, -EIO,
				    "recording '%s': its recorder, process %d, has ended without "
				    "writing it: try again",
				    name, (int)summary.pid);
	sg_notice("its recorder, process %d, has written recording '%s'", (int)summary.pid, name);
	return 0;
}

static int stop(const char *name, struct sg_error *err)
{
	int r = sg_session_resume(name, true, 0, err);

	if (r != -EBUSY)
		return r;
	*err = (struct sg_error){ 0 };
	return ask_recorder(name, err);
}

static int run(void *data, const struct sg_operands *operands, struct sg_error *err)
{
	const struct options *o = data;
	int r = 0;

	for (size_t i = 0; r >= 0 && i < operands->n; i++) {
		const char *name = operands->argv[i];

		r = o->discard ? discard(name, err) : stop(name, err);
		if (r == -ENODATA || r == -EPROTO)
			sg_error_prefix(err,
					"cannot be written (seccomp-gen stop --discard %s "
					"takes it away): ",
					name);
	}
	return r;
}

static const struct sg_option options[] = {
	{ .long_name = "discard",
	  .handle = set_discard,
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
		"recorder that is at work on it is asked to end (SIGTERM) and waited for; where "
		"it has died, this command does the rest.",
	.options = options,
	.examples = examples,
	.min_operands = 1,
	.max_operands = SG_OPERANDS_ANY,
	.complete_operands = SG_COMPLETE_PINNED,
	.data_size = sizeof(struct options),
	.run = run,
};
