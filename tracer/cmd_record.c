/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "cgroup.h"
#include "command.h"
#include "session.h"

struct record_data {
	const char *cgroup, *pid, *output;
	bool no_descendants, no_audit;
	enum sg_watch denials;
	uint64_t duration_ns;
};

static int set_once(const char **field, const char *value, struct sg_error *err)
{
	if (*field)
		return sg_error_set(err, -EINVAL, "given twice: one recording has one target");
	*field = value;
	return 0;
}

static int handle_cgroup(const char *value, void *data, struct sg_error *err)
{
	return set_once(&((struct record_data *)data)->cgroup, value, err);
}

static int handle_pid(const char *value, void *data, struct sg_error *err)
{
	return set_once(&((struct record_data *)data)->pid, value, err);
}

/* "90s", "1.5h", "250ms"; a bare number is seconds. */
static int handle_duration(const char *value, void *data, struct sg_error *err)
{
	static const struct {
		const char *unit;
		double ns;
	} units[] = { { "", 1e9 },   { "ms", 1e6 },   { "s", 1e9 },
		      { "m", 60e9 }, { "h", 3600e9 }, { "d", 86400e9 } };
	char *end;
	double n = strtod(value, &end);

	if (end == value || !isfinite(n) || n <= 0)
		goto bad;
	for (size_t i = 0; i < SG_ARRAY_SIZE(units); i++) {
		if (strcmp(end, units[i].unit))
			continue;
		if (n * units[i].ns > 1e18)
			goto bad;
		((struct record_data *)data)->duration_ns = (uint64_t)(n * units[i].ns);
		return 0;
	}
bad:
	return sg_error_set(err, -EINVAL, "'%s' is not a time (write 90s, 5m, 1.5h or 250ms)",
			    value);
}

static int handle_denials(const char *value, void *data, struct sg_error *err)
{
	struct record_data *d = data;

	(void)err;
	d->denials = !strcmp(value, "always")  ? SG_WATCH_ALWAYS
		     : !strcmp(value, "never") ? SG_WATCH_NEVER
					       : SG_WATCH_AUTO;
	return 0;
}

SG_HANDLE_TRUE(handle_no_audit, struct record_data, no_audit)
SG_HANDLE_TRUE(handle_no_descendants, struct record_data, no_descendants)
SG_HANDLE_VALUE(handle_output, struct record_data, output)

static const struct sg_option options[] = {
	{ 'c', "cgroup", "ID|PATH",
	  "record this cgroup: its id, the absolute path of its directory, or its path as in "
	  "/proc/PID/cgroup",
	  SG_COMPLETE_DIRECTORY, NULL, handle_cgroup },
	{ 'p', "pid", "PID", "record the cgroup that this process is in", SG_COMPLETE_NOTHING, NULL,
	  handle_pid },
	{ 0, "no-descendants", NULL, "leave out the cgroups below the target", SG_COMPLETE_NOTHING,
	  NULL, handle_no_descendants },
	{ 'd', "duration", "TIME",
	  "end after this time (90s, 5m, 1.5h); a command is then asked to end with SIGTERM",
	  SG_COMPLETE_NOTHING, NULL, handle_duration },
	{ 0, "denials", "WHEN",
	  "watch the calls that a seccomp filter denies: auto (while a filter is there or may "
	  "still come), "
	  "always or never",
	  SG_COMPLETE_CHOICE, "auto always never", handle_denials },
	{ 0, "no-audit", NULL, "do not read the kernel's live audit records beside BPF",
	  SG_COMPLETE_NOTHING, NULL, handle_no_audit },
	{ 'o', "output", "FILE", "write the recording to FILE instead of the store ('-': stdout)",
	  SG_COMPLETE_FILE, NULL, handle_output },
	{ 0 },
};

static const struct sg_example examples[] = {
	{ "seccomp-gen record --cgroup /system.slice/nginx.service --duration 10m",
	  "watch a service for ten minutes" },
	{ "seccomp-gen record --pid \"$(pidof redis-server)\"",
	  "watch the cgroup of a running process until Ctrl-C" },
	{ "seccomp-gen record -o sort.json -- sort /etc/passwd",
	  "run a command in a cgroup of its own and record all of it" },
	{ 0 },
};

static int pid_of(const char *text, pid_t *ret, struct sg_error *err)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(text, &end, 10);
	if (errno || *end || end == text || n <= 0 || n > INT32_MAX)
		return sg_error_set(err, -EINVAL, "'%s' is not a process id", text);
	*ret = (pid_t)n;
	return 0;
}

static int run(void *data, const struct sg_operands *operands, struct sg_error *err)
{
	struct record_data *d = data;
	_cleanup_(sg_cgroup_done) struct sg_cgroup cg = { 0 };
	int targets = (d->cgroup != NULL) + (d->pid != NULL) + (operands->command != NULL);
	struct sg_session_options opts = {
		.kind = operands->command ? "command" : "cgroup",
		.command = operands->command,
		.n_command = operands->n_command,
		.descendants = !d->no_descendants,
		.denials = d->denials,
		.no_audit = d->no_audit,
		.duration_ns = d->duration_ns,
		.output = d->output,
	};
	pid_t pid = 0;
	int r = 0;

	if (targets != 1)
		return sg_command_usage(err, targets ? "two targets at once; give one of "
						       "--cgroup, --pid, -- CMD"
						     : "what? Give --cgroup, --pid or -- CMD");
	if (operands->command && !operands->n_command)
		return sg_command_usage(err, "no command behind '--'");
	if (d->cgroup) {
		r = sg_cgroup_resolve(d->cgroup, &cg, err);
	} else if (d->pid) {
		r = pid_of(d->pid, &pid, err);
		if (r < 0)
			return SG_EXIT_USAGE;
		r = sg_cgroup_of_pid(pid, &cg, err);
	}
	if (r >= 0) {
		opts.cgroup = operands->command ? NULL : &cg;
		r = sg_session_run(&opts, err);
	}
	return r;
}

const struct sg_command sg_cmd_record = {
	.name = "record",
	.summary = "count the system calls of a cgroup or a command",
	.operands = NULL,
	.description = "Watches one target with an eBPF program on raw_syscalls:sys_enter, which "
		       "counts in "
		       "the kernel, and writes a recording: every call with its count, its first "
		       "sight and its "
		       "program, and a ledger of what can have been missed. Cgroups created below "
		       "the target "
		       "while it is watched belong to it. The recording ends at SIGINT or SIGTERM, "
		       "at the end of "
		       "--duration or of the command, or when the cgroup goes away, and is written "
		       "in each "
		       "case; every 10 s a checkpoint is.\n"
		       "What a container runtime does in the container's cgroup before the "
		       "workload's exec is kept "
		       "apart (stages setup and floor).\n"
		       "Needs root, or CAP_BPF, CAP_PERFMON and CAP_DAC_READ_SEARCH.",
	.options = options,
	.examples = examples,
	.max_operands = 0,
	.takes_command = true,
	.data_size = sizeof(struct record_data),
	.run = run,
};
