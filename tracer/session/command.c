/* SPDX-License-Identifier: Apache-2.0 */
/* The command that is recorded, and the signals that end the recording or are passed on to it. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cli/log.h"
#include "origin/client.h"
#include "session/private.h"

#define KILL_AFTER_NS 10000000000u /* a command that does not end at its SIGTERM */

int sg_session_catch_signals(struct sg_session *s, struct sg_error *err)
{
	static const int caught[] = { SIGINT,  SIGTERM, SIGHUP,	  SIGQUIT,
				      SIGUSR1, SIGUSR2, SIGWINCH, SIGCHLD };
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < SG_ARRAY_SIZE(caught); i++)
		sigaddset(&set, caught[i]);
	sigprocmask(SIG_BLOCK, &set, &s->signals_before);
	s->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (s->signal_fd < 0)
		return sg_error_set(err, -errno, "signalfd: %s", strerror(errno));
	return 0;
}

void sg_session_release_signals(struct sg_session *s)
{
	if (s->signal_fd < 0)
		return;
	close(s->signal_fd);
	s->signal_fd = -1;
	sigprocmask(SIG_SETMASK, &s->signals_before, NULL);
}

/* One that has ended just now needs no signal. */
static void send_signal(struct sg_session *s, int signal)
{
	struct sg_error err = { 0 };

	if (sg_writer_signal(&s->writer, signal, &err) < 0 && err.code != -ESRCH)
		sg_warn("%s", err.message);
}

static void forward(struct sg_session *s, const struct signalfd_siginfo *info)
{
	/* the terminal sends its signals to the whole foreground group, the command among them */
	if (info->ssi_code == SI_KERNEL && info->ssi_signo != SIGHUP)
		return;
	send_signal(s, (int)info->ssi_signo);
}

int sg_session_take_signals(void *session, struct sg_error *err)
{
	struct sg_session *s = session;
	struct signalfd_siginfo info;
	int status;

	(void)err;
	while (read(s->signal_fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo == SIGCHLD)
			continue;
		if (s->spawn.pid > 0)
			forward(s, &info);
		else if (info.ssi_signo == SIGINT || info.ssi_signo == SIGTERM ||
			 info.ssi_signo == SIGHUP)
			s->is_over = true;
	}
	if (s->spawn.pid > 0 && waitpid(s->spawn.pid, &status, WNOHANG) == s->spawn.pid) {
		s->exit_code = sg_spawn_exit_code(status);
		s->spawn.pid = -1;
		s->command_ended = s->is_over = true;
	}
	return s->is_over;
}

/* At the end of --duration a command is asked to end, and recorded until it has. */
bool sg_session_time_is_up(struct sg_session *s, uint64_t now)
{
	if (!s->opts->duration_ns || now - s->start < s->opts->duration_ns)
		return false;
	if (s->spawn.pid <= 0)
		return true;
	if (!s->term_sent) {
		sg_notice("%s: the time is up; asking it to end (SIGTERM)", s->opts->command[0]);
		send_signal(s, SIGTERM);
		s->term_sent = now;
	} else if (now - s->term_sent > KILL_AFTER_NS) {
		sg_warn("%s does not end; killing it", s->opts->command[0]);
		send_signal(s, SIGKILL);
		s->term_sent = now;
	}
	return false;
}

int sg_session_make_cgroup(struct sg_session *s, struct sg_error *err)
{
	_cleanup_(sg_cgroup_done) struct sg_cgroup copy = { 0 };
	struct sg_session_target *t;
	int r;

	r = sg_cgroup_create(&s->own_cgroup, err);
	if (r < 0)
		return r;
	copy.id = s->own_cgroup.id;
	copy.dir = strdup(s->own_cgroup.dir);
	copy.path = strdup(s->own_cgroup.path);
	if (!copy.dir || !copy.path)
		return sg_error_oom(err);
	r = sg_session_target_add(s, NULL, "command", &t, err);
	return r < 0 ? r : sg_session_begin(s, t, &copy, NULL, err);
}

int sg_session_start_command(struct sg_session *s, struct sg_error *err)
{
	_cleanup_free_ char *hint = NULL;
	int r;

	r = sg_client_hint(s->opts->command, s->opts->n_command, &hint, err);
	if (r < 0)
		return r;
	if (hint)
		sg_warn("%s; it is not in this recording", hint);
	r = sg_spawn_prepare(s->opts->command, &s->spawn, err);
	if (r == 0)
		r = sg_recorder_expect_process(s->recorder, (uint32_t)s->spawn.pid,
					       s->targets[0]->instances[0]->slots[0], err);
	if (r == 0)
		r = sg_cgroup_move(&s->own_cgroup, s->spawn.pid, err);
	return r < 0 ? r : sg_spawn_release(&s->spawn, s->opts->command, err);
}

void sg_session_remove_cgroup(struct sg_session *s)
{
	struct sg_error err = { 0 };
	unsigned int left = 0;

	if (!s->own_cgroup.dir)
		return;
	if (sg_writer_remove_cgroup(&s->writer, &left, &err) < 0)
		sg_warn("%s", err.message);
	else if (left)
		sg_warn("%u processes of the command go on running, unrecorded, in %s's parent",
			left, s->own_cgroup.path);
	sg_cgroup_done(&s->own_cgroup);
}
