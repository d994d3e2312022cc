/* SPDX-License-Identifier: Apache-2.0 */
#include "session/start/command.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cli/log.h"
#include "cli/output.h"
#include "origin/client.h"
#include "session/output/writer.h"
#include "session/start/begin.h"

#define KILL_AFTER_NS 10000000000u /* a command that does not end at its SIGTERM */

int sg_signals_catch(struct sg_signals *signals, struct sg_error *err)
{
	static const int caught[] = { SIGINT,  SIGTERM, SIGHUP,	  SIGQUIT,
				      SIGUSR1, SIGUSR2, SIGWINCH, SIGCHLD };
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < SG_ARRAY_SIZE(caught); i++)
		sigaddset(&set, caught[i]);
	sigprocmask(SIG_BLOCK, &set, &signals->before);
	signals->fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (signals->fd < 0)
		return sg_error_set(err, -errno, "signalfd: %s", strerror(errno));
	return 0;
}

void sg_signals_release(struct sg_signals *signals)
{
	if (signals->fd < 0)
		return;
	close(signals->fd);
	signals->fd = -1;
	sigprocmask(SIG_SETMASK, &signals->before, NULL);
}

/* One that has ended just now needs no signal. */
static void send_signal(struct sg_helper *writer, int signal)
{
	struct sg_error err = { 0 };

	if (sg_writer_signal(writer, signal, &err) < 0 && err.code != -ESRCH)
		sg_warn("%s", err.message);
}

static void forward(struct sg_helper *writer, const struct signalfd_siginfo *info)
{
	/* the terminal sends its signals to the whole foreground group, the command among them */
	if (info->ssi_code == SI_KERNEL && info->ssi_signo != SIGHUP)
		return;
	send_signal(writer, (int)info->ssi_signo);
}

/* How it ended, for its recording. */
static int note_end(struct sg_session_command *command, struct sg_instance *instance, int status,
		    struct sg_error *err)
{
	command->exit_code = sg_exit_code_of(status);
	command->spawn.pid = -1;
	if (asprintf(&instance->ended, "exit code %d", command->exit_code) >= 0)
		return 0;
	instance->ended = NULL;
	return sg_error_oom(err);
}

int sg_signals_take(const struct sg_signals *signals, struct sg_session_command *command,
		    struct sg_helper *writer, struct sg_instance *instance, bool *ret_over,
		    struct sg_error *err)
{
	struct signalfd_siginfo info;
	int status;

	*ret_over = false;
	while (read(signals->fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo == SIGCHLD)
			continue;
		if (command->spawn.pid > 0)
			forward(writer, &info);
		else if (info.ssi_signo == SIGINT || info.ssi_signo == SIGTERM ||
			 info.ssi_signo == SIGHUP)
			*ret_over = true;
	}
	if (command->spawn.pid <= 0 ||
	    waitpid(command->spawn.pid, &status, WNOHANG) != command->spawn.pid)
		return 0;
	*ret_over = true;
	return note_end(command, instance, status, err);
}

/* At the end of --duration a command is asked to end, and recorded until it has. */
bool sg_command_time_is_up(struct sg_session_command *command,
			   const struct sg_session_options *opts, struct sg_helper *writer,
			   uint64_t start, uint64_t now)
{
	if (!opts->duration_ns || now - start < opts->duration_ns)
		return false;
	if (command->spawn.pid <= 0)
		return true;
	if (!command->term_sent) {
		sg_notice("%s: the time is up; asking it to end (SIGTERM)", opts->command[0]);
		send_signal(writer, SIGTERM);
		command->term_sent = now;
	} else if (now - command->term_sent > KILL_AFTER_NS) {
		sg_warn("%s does not end; killing it", opts->command[0]);
		send_signal(writer, SIGKILL);
		command->term_sent = now;
	}
	return false;
}

int sg_command_make_cgroup(struct sg_session_command *command, struct sg_targets *ts,
			   struct sg_sources *src, struct sg_error *err)
{
	_cleanup_(sg_cgroup_done) struct sg_cgroup copy = { 0 };
	struct sg_session_target *t;
	int r;

	r = sg_cgroup_create(&command->cgroup, err);
	if (r < 0)
		return r;
	copy.id = command->cgroup.id;
	copy.dir = strdup(command->cgroup.dir);
	copy.path = strdup(command->cgroup.path);
	if (!copy.dir || !copy.path)
		return sg_error_oom(err);
	r = sg_targets_add(ts, NULL, "command", &t, err);
	if (r < 0)
		return r;
	t->command = ts->opts->command[0];
	return sg_session_begin(ts, src, t, &copy, NULL, err);
}

int sg_command_start(struct sg_session_command *command, const struct sg_session_options *opts,
		     struct sg_recorder *recorder, const struct sg_instance *instance,
		     struct sg_error *err)
{
	_cleanup_free_ char *hint = NULL;
	int r;

	r = sg_client_hint(opts->command, opts->n_command, &hint, err);
	if (r < 0)
		return r;
	if (hint)
		sg_warn("%s; it is not in this recording", hint);
	r = sg_spawn_prepare(opts->command, &command->spawn, err);
	if (r == 0)
		r = sg_recorder_expect_process(recorder, (uint32_t)command->spawn.pid,
					       instance->slots[0], err);
	if (r == 0)
		r = sg_cgroup_move(&command->cgroup, command->spawn.pid, err);
	return r < 0 ? r : sg_spawn_release(&command->spawn, opts->command, err);
}

void sg_command_remove_cgroup(struct sg_session_command *command, struct sg_helper *writer)
{
	struct sg_error err = { 0 };
	unsigned int left = 0;

	if (!command->cgroup.dir)
		return;
	if (sg_writer_remove_cgroup(writer, &left, &err) < 0)
		sg_warn("%s", err.message);
	else if (left)
		sg_warn("%u processes of the command still run, unrecorded, in %s's parent", left,
			command->cgroup.path);
	sg_cgroup_done(&command->cgroup);
}
