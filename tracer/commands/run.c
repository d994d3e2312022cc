/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <limits.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cli/arch.h"
#include "commands/commands.h"
#include "filter/simulate/simulate.h"
#include "store/input.h"
#include "cli/log.h"
#include "cli/output.h"
#include "commands/parts/profile_input.h"
#include "syscall/table.h"

#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)
#endif

/* As shells say it: found and not executable, not found. */
#define EXIT_CANNOT_EXECUTE 126
#define EXIT_NOT_FOUND	    127

#define DEFAULT_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

struct options {
	struct sg_profile_input input;
	const char *runtime;
	bool log, new_privs, nnp;
};

/* Flags that mean something to a filter without a listener; NEW_LISTENER has nobody to listen. */
static const struct {
	const char *name;
	unsigned long flag;
} flags[] = {
	{ "SECCOMP_FILTER_FLAG_TSYNC", SECCOMP_FILTER_FLAG_TSYNC },
	{ "SECCOMP_FILTER_FLAG_LOG", SECCOMP_FILTER_FLAG_LOG },
	{ "SECCOMP_FILTER_FLAG_SPEC_ALLOW", SECCOMP_FILTER_FLAG_SPEC_ALLOW },
	{ "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV",
	  0 }, /* the kernel takes it with a listener only */
};

static int choose_flags(const struct sg_profile *profile, unsigned long *ret, struct sg_error *err)
{
	*ret = 0;
	for (size_t i = 0; i < profile->n_flags; i++) {
		size_t k = 0;

		while (k < SG_ARRAY_SIZE(flags) && strcmp(flags[k].name, profile->flags[i]) != 0)
			k++;
		if (k == SG_ARRAY_SIZE(flags))
			return sg_error_set(err, -EINVAL, "run: flag '%s' is not known",
					    profile->flags[i]);
		*ret |= flags[k].flag;
	}
	return 0;
}

static bool has_action(const struct sg_profile *profile, enum sg_action action)
{
	if (profile->default_verdict.action == action)
		return true;
	for (size_t i = 0; i < profile->n_rules; i++) {
		if (profile->rules[i].verdict.action == action)
			return true;
	}
	return false;
}

/*
 * Find @command as execvp would, but before the filter is loaded, so that one execve is all that
 * stands between. Returns 0 with the path in @ret, or the errno to fail with.
 */
static int find_command(const char *command, char ret[PATH_MAX])
{
	const char *dir = getenv("PATH");
	struct stat st;
	int code = ENOENT;
	size_t n;

	if (strchr(command, '/')) {
		if (snprintf(ret, PATH_MAX, "%s", command) >= PATH_MAX)
			return ENAMETOOLONG;
		return access(ret, X_OK) < 0 ? errno : 0;
	}
	for (dir = dir ? dir : DEFAULT_PATH;; dir += n + 1) {
		int len;

		n = strcspn(dir, ":");
		/* an empty word is the current directory */
		len = snprintf(ret, PATH_MAX, "%.*s/%s", n ? (int)n : 1, n ? dir : ".", command);
		if (len < PATH_MAX && stat(ret, &st) == 0 && S_ISREG(st.st_mode)) {
			if (access(ret, X_OK) == 0)
				return 0;
			code = EACCES;
		}
		if (!dir[n])
			return code;
	}
}

/* Refuse what cannot even start, while there still is somebody to say so. */
static int check_execve(const struct sg_filter *filter, struct sg_error *err)
{
	struct sg_syscall_id id;
	struct sg_sim_call call;
	int r;

	r = sg_native_arch(&id.arch, err);
	if (r < 0)
		return r;
	if (sg_syscall_nr(id.arch, "execve", &id.nr) < 0)
		return 0;
	r = sg_simulate_call(&filter, 1, id, NULL, 0, &call, err);
	if (r < 0 || call.answer != SG_SIM_DENIED)
		return r;
	return sg_error_set(err, -EPERM,
			    "run: the profile denies execve, so no command can start under it: "
			    "allow execve, or look at it with --log");
}

static int load(const struct sg_filter *filter, unsigned long load_flags, bool new_privs,
		struct sg_error *err)
{
	struct sock_fprog prog = { .len = (unsigned short)filter->len, .filter = filter->insns };

	if (!new_privs && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return sg_error_set(err, -errno, "run: cannot set no_new_privs: %s",
				    strerror(errno));
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, load_flags, &prog) == 0)
		return 0;
	if (errno == EACCES)
		return sg_error_set(err, -EACCES,
				    "run: cannot load the filter: CAP_SYS_ADMIN is missing, which "
				    "--new-privs needs");
	return sg_error_set(err, -errno, "run: cannot load the filter: %s", strerror(errno));
}

static int compile(const struct options *o, const char *path, struct sg_compiled *ret,
		   unsigned long *ret_flags, struct sg_error *err)
{
	_cleanup_(sg_profile_freep) struct sg_profile *profile = NULL;
	struct sg_compile_options opts = { .flavor = SG_COMPILE_PLAIN,
					   .runtime_version = sg_profile_input_version(&o->input),
					   .log_denials = o->log };
	int r;

	if (o->runtime)
		sg_compile_flavor_parse(o->runtime, &opts.flavor); /* the parser checked it */
	r = sg_profile_input_read(path, &o->input, &profile, err);
	if (r == 0)
		r = choose_flags(profile, ret_flags, err);
	if (r == 0)
		r = sg_profile_compile(profile, &opts, ret, err);
	if (r < 0)
		return r;
	sg_warn_drops("run", profile, ret);
	if (has_action(profile, SG_ACTION_NOTIFY) && !o->log)
		sg_warn("run: nobody listens for SCMP_ACT_NOTIFY: those calls fail with ENOSYS");
	sg_debug("run: %zu instructions", ret->filter->len);
	return 0;
}

static int run(void *data, const struct sg_operands *operands, struct sg_error *err)
{
	_cleanup_(sg_compiled_done) struct sg_compiled compiled = { 0 };
	const struct options *o = data;
	unsigned long load_flags = 0;
	char path[PATH_MAX];
	int r, code;

	r = compile(o, operands->argv[0], &compiled, &load_flags, err);
	if (r == 0)
		r = check_execve(compiled.filter, err);
	if (r < 0)
		return r;
	code = find_command(operands->command[0], path);
	if (code) {
		sg_error_set(err, -code, "run: %s: %s", operands->command[0],
			     code == ENOENT ? "command not found" : strerror(code));
		return code == ENOENT ? EXIT_NOT_FOUND : EXIT_CANNOT_EXECUTE;
	}
	sg_output_restore_signals();
	r = load(compiled.filter, load_flags, o->new_privs, err);
	if (r < 0)
		return r;
	execv(path, operands->command);
	code = errno;
	sg_error_set(err, -code, "run: %s: %s", operands->command[0], strerror(code));
	return code == ENOENT ? EXIT_NOT_FOUND : EXIT_CANNOT_EXECUTE;
}

static void done(void *data)
{
	sg_profile_input_done(&((struct options *)data)->input);
}

static const struct sg_option options[] = {
	{ .long_name = "log",
	  SG_SWITCH(struct options, log),
	  .doc = "deny nothing: what would be denied runs, and is logged to the audit trail" },
	{ .long_name = "no-new-privs",
	  SG_SWITCH(struct options, nnp),
	  .doc = "set no_new_privs before the filter is loaded, which then needs no privilege; "
		 "this is the default" },
	{ .long_name = "new-privs",
	  .excludes = "no-new-privs",
	  SG_SWITCH(struct options, new_privs),
	  .doc = "leave no_new_privs as it is, so that set-user-ID programs work; needs "
		 "CAP_SYS_ADMIN" },
	{ .long_name = "runtime",
	  .metavar = "NAME",
	  .choices = sg_filter_runtimes,
	  SG_TEXT(struct options, runtime),
	  .doc = "load the filter that this runtime would make of the profile; 'plain', the "
		 "default, is libseccomp alone" },
	SG_PROFILE_RUNTIME_VERSION_OPTION(struct options, input, .only_with = "runtime"),
	SG_PROFILE_INPUT_OPTIONS(struct options, input),
	{ 0 },
};

static const struct sg_example examples[] = {
	{ "seccomp-gen run ls.json -- ls -l", "runs ls under a profile" },
	{ "seccomp-gen run --log ls.json -- ls -l",
	  "lets everything pass and logs what the profile would deny" },
	{ 0 },
};

const struct sg_command sg_cmd_run = {
	.name = "run",
	.summary = "run a command under a profile, without a container",
	.operands = "PROFILE",
	.description =
		"Makes a filter of the profile, loads it with seccomp(2) and executes the command "
		"in place of itself: signals, terminal and exit status are the "
		"command's own. The profile has to allow execve.\n\n"
		"PROFILE is a file in any dialect, '-' for standard input.",
	.options = options,
	.examples = examples,
	.min_operands = 1,
	.max_operands = 1,
	.takes_command = SG_COMMAND_MUST,
	.complete_operands = SG_COMPLETE_FILE,
	.data_size = sizeof(struct options),
	.run = run,
	.done = done,
};
