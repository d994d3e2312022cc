/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <math.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "cli/command.h"
#include "recorder/live.h"
#include "commands/parts/pid_filter.h"
#include "recorder/recorder.h"
#include "session/session.h"
#include "origin/selector.h"

struct record_data {
	struct sg_selector *selectors;
	size_t n_selectors;
	const char *output, *name, *resume, *user;
	uint32_t uid; /* of `user` */
	bool no_descendants, no_audit, all, once;
	enum sg_when denials, wait;
	uint64_t duration_ns;
	uint32_t slots;
	enum sg_arg_set args;
	bool args_given;
};

static int add_selector(enum sg_selector_kind kind, const char *value, void *data,
			struct sg_error *err)
{
	struct record_data *d = data;
	struct sg_selector *grown = reallocarray(d->selectors, d->n_selectors + 1, sizeof(*grown));

	if (!grown)
		return sg_error_oom(err);
	d->selectors = grown;
	if (!*value)
		return sg_error_set(err, -EINVAL, "is empty");
	grown[d->n_selectors++] = (struct sg_selector){ .kind = kind, .text = value };
	return 0;
}

static int handle_cgroup(const char *value, void *data, struct sg_error *err)
{
	return add_selector(SG_SELECT_CGROUP, value, data, err);
}

static int handle_pid(const char *value, void *data, struct sg_error *err)
{
	pid_t pid;
	int r = sg_pid_parse(value, &pid, err);

	return r < 0 ? r : add_selector(SG_SELECT_PID, value, data, err);
}

/* Behind --pod it is that pod's container. */
static int handle_container(const char *value, void *data, struct sg_error *err)
{
	struct record_data *d = data;
	struct sg_selector *last = d->n_selectors ? &d->selectors[d->n_selectors - 1] : NULL;

	if (last && last->kind == SG_SELECT_POD && !last->container) {
		last->container = value;
		return 0;
	}
	return add_selector(SG_SELECT_CONTAINER, value, data, err);
}

static int handle_pod(const char *value, void *data, struct sg_error *err)
{
	const char *slash = strchr(value, '/');

	if (slash && (slash == value || !slash[1] || strchr(slash + 1, '/')))
		return sg_error_set(err, -EINVAL, "'%s' is not NAME or NAMESPACE/NAME", value);
	return add_selector(SG_SELECT_POD, value, data, err);
}

static int handle_unit(const char *value, void *data, struct sg_error *err)
{
	if (strchr(value, '/'))
		return sg_error_set(err, -EINVAL, "'%s' is a path: give it to --cgroup", value);
	return add_selector(SG_SELECT_UNIT, value, data, err);
}

static int handle_user(const char *value, void *data, struct sg_error *err)
{
	struct record_data *d = data;
	const struct passwd *pw;
	unsigned long uid;
	char *end;

	if (d->user)
		return sg_error_set(err, -EINVAL, "'%s' is a second user: one recorder has one",
				    value);
	d->user = value;
	errno = 0;
	uid = strtoul(value, &end, 10);
	if (*value >= '0' && *value <= '9' && !*end && !errno && uid < UINT32_MAX) {
		d->uid = (uint32_t)uid;
		return 0;
	}
	pw = getpwnam(value); /* cppcheck-suppress getpwnamCalled ; there is one thread */
	if (!pw)
		return sg_error_set(err, -EINVAL, "'%s' is no user here, nor a uid", value);
	d->uid = pw->pw_uid;
	return 0;
}

static int handle_wait(const char *value, void *data, struct sg_error *err)
{
	(void)value;
	(void)err;
	((struct record_data *)data)->wait = SG_WHEN_ALWAYS;
	return 0;
}

static int handle_no_wait(const char *value, void *data, struct sg_error *err)
{
	(void)value;
	(void)err;
	((struct record_data *)data)->wait = SG_WHEN_NEVER;
	return 0;
}

static int handle_slots(const char *value, void *data, struct sg_error *err)
{
	char *end;
	unsigned long n;

	errno = 0;
	n = strtoul(value, &end, 10);
	if (errno || *end || end == value || n < 1 || n > sg_recorder_slots_max())
		return sg_error_set(err, -EINVAL, "'%s' is not a number from 1 to %u", value,
				    sg_recorder_slots_max());
	((struct record_data *)data)->slots = (uint32_t)n;
	return 0;
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
	d->denials = !strcmp(value, "always")  ? SG_WHEN_ALWAYS
		     : !strcmp(value, "never") ? SG_WHEN_NEVER
					       : SG_WHEN_AUTO;
	return 0;
}

static int handle_name(const char *value, void *data, struct sg_error *err)
{
	((struct record_data *)data)->name = value;
	return sg_live_check_name(value, err);
}

static int handle_resume(const char *value, void *data, struct sg_error *err)
{
	((struct record_data *)data)->resume = value;
	return sg_live_check_name(value, err);
}

SG_HANDLE_TRUE(handle_all, struct record_data, all)
SG_HANDLE_TRUE(handle_once, struct record_data, once)
SG_HANDLE_TRUE(handle_no_audit, struct record_data, no_audit)
static int handle_args(const char *value, void *data, struct sg_error *err)
{
	struct record_data *d = data;

	(void)err;
	d->args_given = true;
	return sg_arg_set_parse(value, &d->args);
}

SG_HANDLE_TRUE(handle_no_descendants, struct record_data, no_descendants)
SG_HANDLE_VALUE(handle_output, struct record_data, output)

static const struct sg_option options[] = {
	{ 'c', "cgroup", "ID|PATH",
	  "record this cgroup: its id, the absolute path of its directory, or its path as in "
	  "/proc/PID/cgroup",
	  SG_COMPLETE_DIRECTORY, NULL, handle_cgroup },
	{ 'p', "pid", "PID", "record the cgroup that this process is in", SG_COMPLETE_NOTHING, NULL,
	  handle_pid },
	{ 'n', "container", "NAME|ID",
	  "record this container of Docker, podman, containerd, CRI-O, Kubernetes or a runtime: "
	  "its name, or its id or the beginning of it; behind --pod, the pod's container of that "
	  "name",
	  SG_COMPLETE_NOTHING, NULL, handle_container },
	{ 0, "pod", "[NAMESPACE/]NAME", "record this pod, each of its containers as a run",
	  SG_COMPLETE_NOTHING, NULL, handle_pod },
	{ 'u', "unit", "NAME", "record this systemd unit, of the system, or with --user of a user",
	  SG_COMPLETE_NOTHING, NULL, handle_unit },
	{ 0, "user", "UID|NAME",
	  "the units, containers and pods that are named are this user's: of his own manager and "
	  "his own container engine; without it they are the system's",
	  SG_COMPLETE_NOTHING, NULL, handle_user },
	{ 'a', "all", NULL,
	  "record each cgroup that appears from now on: one recording a container, unit or other "
	  "cgroup",
	  SG_COMPLETE_NOTHING, NULL, handle_all },
	{ 'w', "wait", NULL,
	  "wait for targets that are not there; without it containers, pods and units are waited "
	  "for, and a cgroup's path is an error",
	  SG_COMPLETE_NOTHING, NULL, handle_wait },
	{ 0, "no-wait", NULL, "a target that is not there is an error", SG_COMPLETE_NOTHING, NULL,
	  handle_no_wait },
	{ 0, "once", NULL,
	  "end when the targets have come and gone, instead of following their restarts",
	  SG_COMPLETE_NOTHING, NULL, handle_once },
	{ 0, "slots", "N",
	  "how many cgroups can be recorded at a time; the default suits the machine",
	  SG_COMPLETE_NOTHING, NULL, handle_slots },
	{ 0, "no-descendants", NULL, "leave out the cgroups below the target", SG_COMPLETE_NOTHING,
	  NULL, handle_no_descendants },
	{ 'd', "duration", "TIME",
	  "end after this time (90s, 5m, 1.5h); a command is then asked to end with SIGTERM",
	  SG_COMPLETE_NOTHING, NULL, handle_duration },
	{ 0, "denials", "WHEN",
	  "watch the calls that a seccomp filter denies: auto (while a filter is there or may "
	  "still come), always or never",
	  SG_COMPLETE_CHOICE, "auto always never", handle_denials },
	{ 0, "no-audit", NULL, "do not read the kernel's live audit records beside BPF",
	  SG_COMPLETE_NOTHING, NULL, handle_no_audit },
	{ 0, "args", "SET",
	  "watch the arguments of calls: of those where an attacker gains by them (security, the "
	  "default), of all that the table has, or none",
	  SG_COMPLETE_CHOICE, "none security all", handle_args },
	{ 0, "name", "NAME",
	  "pin the recording in bpffs under this name: should the recorder die, counting goes on "
	  "in the kernel, and --resume, or 'seccomp-gen stop NAME', carries on with nothing lost",
	  SG_COMPLETE_NOTHING, NULL, handle_name },
	{ 0, "resume", "NAME",
	  "go on with a recording whose recorder has died; it stands alone, or with --duration, "
	  "from now on",
	  SG_COMPLETE_PINNED, NULL, handle_resume },
	{ 'o', "output", "FILE|DIR",
	  "write to FILE instead of the store ('-': stdout); with several targets it is a "
	  "directory",
	  SG_COMPLETE_FILE, NULL, handle_output },
	{ 0 },
};

static const struct sg_example examples[] = {
	{ "seccomp-gen record --cgroup /system.slice/nginx.service --duration 10m",
	  "watch a service for ten minutes" },
	{ "seccomp-gen record --pid \"$(pidof redis-server)\"",
	  "watch the cgroup of a running process until Ctrl-C" },
	{ "seccomp-gen record --container web",
	  "watch a container from before its first instruction; it may be started afterwards" },
	{ "seccomp-gen record --pod shop/cart --unit nginx -o recordings/",
	  "watch a pod and a systemd unit, a recording each" },
	{ "seccomp-gen record --user alice --container web",
	  "watch a container of alice's own podman" },
	{ "seccomp-gen record --all -o recordings/",
	  "watch every container that is started from now on" },
	{ "seccomp-gen record --name web --container web",
	  "watch a container for days; if the recorder is killed, 'record --resume web' goes on" },
	{ "seccomp-gen record -o sort.json -- sort /etc/passwd",
	  "run a command in a cgroup of its own and record all of it" },
	{ 0 },
};

/* What was asked for at first still holds. */
static int check_resume(const struct record_data *d, const struct sg_operands *operands,
			struct sg_error *err)
{
	const bool alone = !operands->command && !d->n_selectors && !d->output && !d->name &&
			   !d->user && !d->no_descendants && !d->no_audit && !d->all && !d->once &&
			   !d->denials && !d->wait && !d->slots && !d->args && !d->args_given;

	if (!alone)
		return sg_command_usage(err, "--resume: only --duration can stand beside it: the "
					     "rest is as it was asked for at first");
	return 0;
}

static int check_name(const struct record_data *d, bool command, struct sg_error *err)
{
	if (!d->name)
		return 0;
	if (d->all || command)
		return sg_command_usage(err,
					"--name: %s cannot be gone on with: name its targets "
					"(--cgroup, --container, …)",
					d->all ? "--all"
					       : "a command, which ends with its recorder,");
	if (d->output && !strcmp(d->output, "-"))
		return sg_command_usage(err, "--name: what is gone on with cannot be written to "
					     "standard output");
	return 0;
}

static int check_targets(const struct record_data *d, const struct sg_operands *operands,
			 struct sg_error *err)
{
	bool command = operands->command != NULL;

	if (!d->n_selectors && !d->all && !command)
		return sg_command_usage(err, "what? Give --cgroup, --pid, --container, --pod, "
					     "--unit, --all or -- CMD");
	if (command && !operands->n_command)
		return sg_command_usage(err, "no command behind '--'");
	if ((d->n_selectors != 0) + d->all + command > 1)
		return sg_command_usage(err, "two targets at once; %s stands alone",
					d->all ? "--all" : "'-- CMD'");
	if (d->wait == SG_WHEN_ALWAYS && (d->all || command))
		return sg_command_usage(err, "--wait: %s is not to be waited for",
					d->all ? "--all" : "a command");
	if (d->once && (d->all || command))
		return sg_command_usage(err, "--once: says nothing of %s",
					d->all ? "--all" : "a command");
	return check_name(d, command, err);
}

/* --user is of all targets that have names. */
static int take_user(struct record_data *d, struct sg_error *err)
{
	size_t named = 0;

	for (size_t i = 0; d->user && i < d->n_selectors; i++) {
		struct sg_selector *s = &d->selectors[i];

		if (s->kind == SG_SELECT_CGROUP || s->kind == SG_SELECT_PID)
			continue;
		s->whose = (struct sg_whose){ .is_user = true, .uid = d->uid };
		named++;
	}
	if (d->user && !named)
		return sg_command_usage(err, "--user: says whose a --unit, --container or --pod "
					     "is, and none is given");
	return 0;
}

static int run(void *data, const struct sg_operands *operands, struct sg_error *err)
{
	struct record_data *d = data;
	struct sg_session_options opts = {
		.selectors = d->selectors,
		.n_selectors = d->n_selectors,
		.all = d->all,
		.command = operands->command,
		.n_command = operands->n_command,
		.descendants = !d->no_descendants,
		.denials = d->denials,
		.wait = d->wait,
		.once = d->once,
		.no_audit = d->no_audit,
		.args = d->args_given ? d->args : SG_ARG_SET_SECURITY,
		.duration_ns = d->duration_ns,
		.slots = d->slots,
		.output = d->output,
		.name = d->name,
	};
	int r = d->resume ? check_resume(d, operands, err) : check_targets(d, operands, err);

	if (r == 0)
		r = take_user(d, err);
	if (r)
		return r;
	return d->resume ? sg_session_resume(d->resume, false, NULL, d->duration_ns, err)
			 : sg_session_run(&opts, err);
}

static void done(void *data)
{
	struct record_data *d = data;

	for (size_t i = 0; i < d->n_selectors; i++)
		sg_selector_done(&d->selectors[i]);
	free(d->selectors);
}

const struct sg_command sg_cmd_record = {
	.name = "record",
	.summary = "count the system calls of containers, pods, units, cgroups or a command",
	.operands = NULL,
	.description =
		"Watches targets with an eBPF program on raw_syscalls:sys_enter, which counts in "
		"the kernel, and writes a recording of each: every call with its count, its first "
		"sight and its program, and a ledger of what can have been missed. A container, "
		"pod or unit need not be there yet: it is recorded from its first instruction, and "
		"when it comes again it is another run of the same recording. Cgroups made below a "
		"target belong to it. The recording ends at SIGINT or SIGTERM, at the end of "
		"--duration or of the command, or when a cgroup that was named by path, id or "
		"process goes away, and is written in each case; every 10 s a checkpoint is.\n"
		"What a container runtime does in the container's cgroup before the workload's "
		"exec is kept apart (stages setup and floor).\n"
		"Needs root, or CAP_BPF, CAP_PERFMON and CAP_DAC_READ_SEARCH.",
	.options = options,
	.examples = examples,
	.max_operands = 0,
	.takes_command = true,
	.data_size = sizeof(struct record_data),
	.run = run,
	.done = done,
};
