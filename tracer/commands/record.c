/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "base/number.h"
#include "commands/parts/arg_set.h"
#include "commands/commands.h"
#include "recorder/live.h"
#include "recorder/recorder.h"
#include "session/session.h"
#include "origin/selector.h"

struct targets {
	struct sg_selector *list;
	size_t n;
};

struct user {
	const char *text; /* NULL: none was named */
	uint32_t uid;
};

struct record_data {
	struct targets targets;
	struct user user;
	const char *output, *name, *resume;
	bool no_descendants, no_audit, all, once;
	enum sg_when denials, wait;
	uint64_t duration_ns;
	uint32_t slots;
	enum sg_arg_set args;
};

static const struct record_data defaults = { .args = SG_ARG_SET_SECURITY };

static int add_selector(enum sg_selector_kind kind, const char *value, struct targets *targets,
			struct sg_error *err)
{
	if (!*value)
		return sg_error_set(err, -EINVAL, "is empty");
	if (SG_ARRAY_GROW(targets->list, targets->n) < 0)
		return sg_error_oom(err);
	targets->list[targets->n++] = (struct sg_selector){ .kind = kind, .text = value };
	return 0;
}

static int add_cgroup(const char *value, void *field, struct sg_error *err)
{
	return add_selector(SG_SELECT_CGROUP, value, field, err);
}

static int add_pid(const char *value, void *field, struct sg_error *err)
{
	pid_t pid;
	int r = sg_pid_parse(value, &pid, err);

	return r < 0 ? r : add_selector(SG_SELECT_PID, value, field, err);
}

/* After --pod it is that pod's container. */
static int add_container(const char *value, void *field, struct sg_error *err)
{
	struct targets *targets = field;
	struct sg_selector *last = targets->n ? &targets->list[targets->n - 1] : NULL;

	if (last && last->kind == SG_SELECT_POD && !last->container) {
		last->container = value;
		return 0;
	}
	return add_selector(SG_SELECT_CONTAINER, value, field, err);
}

static int add_pod(const char *value, void *field, struct sg_error *err)
{
	const char *slash = strchr(value, '/');

	if (slash && (slash == value || !slash[1] || strchr(slash + 1, '/')))
		return sg_error_set(err, -EINVAL, "'%s' is not NAME or NAMESPACE/NAME", value);
	return add_selector(SG_SELECT_POD, value, field, err);
}

static int add_unit(const char *value, void *field, struct sg_error *err)
{
	if (strchr(value, '/'))
		return sg_error_set(err, -EINVAL, "'%s' is a path: give it to --cgroup", value);
	return add_selector(SG_SELECT_UNIT, value, field, err);
}

static int parse_user(const char *value, void *field, struct sg_error *err)
{
	const struct passwd *pw;
	struct user *user = field;
	uint64_t uid;

	user->text = value;
	if (sg_number_parse(value, UINT32_MAX - 1, &uid) == 0) {
		user->uid = (uint32_t)uid;
		return 0;
	}
	pw = getpwnam(value); /* cppcheck-suppress getpwnamCalled ; there is one thread */
	if (!pw)
		return sg_error_set(err, -EINVAL, "'%s' is no user here, nor a uid", value);
	user->uid = pw->pw_uid;
	return 0;
}

static int parse_slots(const char *value, void *field, struct sg_error *err)
{
	uint64_t n;

	if (sg_number_parse(value, sg_recorder_slots_max(), &n) < 0 || n < 1)
		return sg_error_set(err, -EINVAL, "'%s' is not a number from 1 to %u", value,
				    sg_recorder_slots_max());
	*(uint32_t *)field = (uint32_t)n;
	return 0;
}

static int parse_name(const char *value, void *field, struct sg_error *err)
{
	*(const char **)field = value;
	return sg_live_check_name(value, err);
}

static const struct sg_choice whens[] = {
	{ "auto", SG_WHEN_AUTO },
	{ "always", SG_WHEN_ALWAYS },
	{ "never", SG_WHEN_NEVER },
	{ 0 },
};

#define TARGET(function) SG_PARSED(struct record_data, targets, struct targets, function)

static const struct sg_option options[] = {
	{ .short_name = 'c',
	  .long_name = "cgroup",
	  .metavar = "ID|PATH",
	  .complete = SG_COMPLETE_DIRECTORY,
	  .excludes = SG_OPTION_COMMAND,
	  TARGET(add_cgroup),
	  .doc = "record this cgroup: its id, the absolute path of its directory, or its path as "
		 "in /proc/PID/cgroup" },
	{ .short_name = 'p',
	  .long_name = "pid",
	  .metavar = "PID",
	  .excludes = SG_OPTION_COMMAND,
	  TARGET(add_pid),
	  .doc = "record the cgroup that this process is in" },
	{ .short_name = 'n',
	  .long_name = "container",
	  .metavar = "NAME|ID",
	  .excludes = SG_OPTION_COMMAND,
	  TARGET(add_container),
	  .doc = "record this container of Docker, podman, containerd, CRI-O, Kubernetes or a "
		 "runtime: its name, or its id or the beginning of it; after --pod, the pod's "
		 "container of that name" },
	{ .long_name = "pod",
	  .metavar = "[NAMESPACE/]NAME",
	  .excludes = SG_OPTION_COMMAND,
	  TARGET(add_pod),
	  .doc = "record this pod, each of its containers as a run" },
	{ .short_name = 'u',
	  .long_name = "unit",
	  .metavar = "NAME",
	  .excludes = SG_OPTION_COMMAND,
	  TARGET(add_unit),
	  .doc = "record this systemd unit, of the system, or with --user of a user" },
	{ .long_name = "user",
	  .metavar = "UID|NAME",
	  .once = true,
	  .only_with = "unit container pod",
	  SG_PARSED(struct record_data, user, struct user, parse_user),
	  .doc = "the units, containers and pods that are named are this user's: of his own "
		 "manager and his own container engine; without it they are the system's" },
	{ .short_name = 'a',
	  .long_name = "all",
	  .excludes = "cgroup pid container pod unit " SG_OPTION_COMMAND,
	  SG_SWITCH(struct record_data, all),
	  .doc = "record each cgroup that appears from now on: one recording a container, unit or "
		 "other cgroup" },
	{ .short_name = 'w',
	  .long_name = "wait",
	  .excludes = "all " SG_OPTION_COMMAND,
	  .conflict = "has nothing to wait for with",
	  SG_SET(struct record_data, wait, SG_WHEN_ALWAYS),
	  .doc = "wait for targets that are not there; without it containers, pods and units are "
		 "waited for, and a cgroup's path is an error" },
	{ .long_name = "no-wait",
	  SG_SET(struct record_data, wait, SG_WHEN_NEVER),
	  .doc = "a target that is not there is an error" },
	{ .long_name = "once",
	  .excludes = "all " SG_OPTION_COMMAND,
	  .conflict = "has no effect with",
	  SG_SWITCH(struct record_data, once),
	  .doc = "end when the targets have come and gone, instead of following their restarts" },
	{ .long_name = "slots",
	  .metavar = "N",
	  SG_PARSED(struct record_data, slots, uint32_t, parse_slots),
	  .doc = "how many cgroups can be recorded at a time; the default suits the machine" },
	{ .long_name = "no-descendants",
	  SG_SWITCH(struct record_data, no_descendants),
	  .doc = "leave out the cgroups below the target" },
	{ .short_name = 'd',
	  .long_name = "duration",
	  .metavar = "TIME",
	  SG_DURATION(struct record_data, duration_ns),
	  .min = 1,
	  .doc = "end after this time (90s, 5m, 1.5h); a command is then asked to end with "
		 "SIGTERM" },
	{ .long_name = "denials",
	  .metavar = "WHEN",
	  .choices = whens,
	  SG_CHOICE(struct record_data, denials),
	  .doc = "watch the calls that a seccomp filter denies: auto (while a filter is there or "
		 "may still come), always or never" },
	{ .long_name = "no-audit",
	  SG_SWITCH(struct record_data, no_audit),
	  .doc = "do not read the kernel's live audit records in addition to BPF" },
	{ .long_name = "args",
	  .metavar = "SET",
	  .choices = sg_arg_set_choices,
	  SG_CHOICE(struct record_data, args),
	  .doc = "watch the arguments of calls: of those where an attacker gains by them "
		 "(security, the default), of all that the table has, or none" },
	{ .long_name = "name",
	  .metavar = "NAME",
	  .excludes = "all " SG_OPTION_COMMAND,
	  .conflict = "pins targets that can be resumed, and excludes",
	  SG_PARSED(struct record_data, name, const char *, parse_name),
	  .doc = "pin the recording in bpffs under this name: should the recorder die, counting "
		 "continues in the kernel, and --resume, or 'seccomp-gen stop NAME', carries on "
		 "with nothing lost" },
	{ .long_name = "resume",
	  .metavar = "NAME",
	  .complete = SG_COMPLETE_PINNED,
	  .alone_with = "duration",
	  SG_PARSED(struct record_data, resume, const char *, parse_name),
	  .doc = "continue a recording whose recorder has died; it stands alone, or with "
		 "--duration, from now on" },
	{ .short_name = 'o',
	  .long_name = "output",
	  .metavar = "FILE|DIR",
	  .complete = SG_COMPLETE_FILE,
	  SG_TEXT(struct record_data, output),
	  .doc = "write to FILE instead of the store ('-': stdout); with several targets it is a "
		 "directory" },
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
	  "watch a container for days; if the recorder is killed, 'record --resume web' "
	  "continues" },
	{ "seccomp-gen record -o sort.json -- sort /etc/passwd",
	  "run a command in a cgroup of its own and record all of it" },
	{ 0 },
};

/* What the rows cannot say. */
static int check(const struct record_data *d, bool has_command, struct sg_error *err)
{
	if (!d->targets.n && !d->all && !has_command)
		return sg_command_usage(err, "no target given: use --cgroup, --pid, --container, "
					     "--pod, --unit, --all or -- CMD");
	if (d->name && d->output && strcmp(d->output, "-") == 0)
		return sg_command_usage(err, "--name pins what can be resumed, which cannot be "
					     "written to standard output: name a file");
	return 0;
}

/* --user is of all targets that have names. */
static void apply_user(struct record_data *d)
{
	for (size_t i = 0; d->user.text && i < d->targets.n; i++) {
		struct sg_selector *s = &d->targets.list[i];

		if (s->kind != SG_SELECT_CGROUP && s->kind != SG_SELECT_PID)
			s->whose = (struct sg_whose){ .is_user = true, .uid = d->user.uid };
	}
}

static int run(void *data, const struct sg_operands *operands, struct sg_error *err)
{
	struct record_data *d = data;
	struct sg_session_options opts = {
		.selectors = d->targets.list,
		.n_selectors = d->targets.n,
		.all = d->all,
		.command = operands->command,
		.n_command = operands->n_command,
		.descendants = !d->no_descendants,
		.denials = d->denials,
		.wait = d->wait,
		.once = d->once,
		.no_audit = d->no_audit,
		.args = d->args,
		.duration_ns = d->duration_ns,
		.slots = d->slots,
		.output = d->output,
		.name = d->name,
	};
	int r;

	if (d->resume)
		return sg_session_resume(d->resume, false, NULL, d->duration_ns, err);
	r = check(d, operands->command != NULL, err);
	if (r)
		return r;
	apply_user(d);
	return sg_session_run(&opts, err);
}

static void done(void *data)
{
	struct record_data *d = data;

	for (size_t i = 0; i < d->targets.n; i++)
		sg_selector_done(&d->targets.list[i]);
	free(d->targets.list);
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
		"exec is counted apart (stages setup and floor).\n"
		"Needs root, or CAP_BPF, CAP_PERFMON and CAP_DAC_READ_SEARCH.",
	.options = options,
	.examples = examples,
	.max_operands = 0,
	.takes_command = SG_COMMAND_MAY,
	.data_size = sizeof(struct record_data),
	.defaults = &defaults,
	.run = run,
	.done = done,
};
