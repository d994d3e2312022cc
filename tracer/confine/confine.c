/* SPDX-License-Identifier: Apache-2.0 */
#include "confine/confine.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cli/arch.h"
#include "dialect/read/read.h"
#include "filter/compile/compile.h"
#include "self_audit.h"
#include "self_docker.h"
#include "self_links.h"
#include "self_recorder.h"
#include "self_writer.h"

/*
 * Nobody's: 65534 is shared with whatever else runs as nobody, who could then send it signals. Ids
 * from 2^31 on are given to nobody by systemd, shadow and container engines.
 */
#define OWN_ID 4242424242u
#define NOBODY 65534u

struct needed {
	unsigned int cap;
	unsigned int parts;
	const char *why;
};

#define FOR(part) (1u << SG_PART_##part)
#define FOR_FILES (1u << SG_PART_MAX_) /* commands that read files and write one */

static const struct needed needed[] = {
	{ CAP_BPF, FOR(RECORDER) | FOR(LINKS),
	  "read maps; pin and attach the program on sys_exit when a filter comes" },
	{ CAP_PERFMON, FOR(LINKS), "attach to sys_exit" },
	{ CAP_SYS_PTRACE, FOR(RECORDER),
	  "follow /proc/PID/exe and cwd of container runtimes; see in which call a thread "
	  "sleeps; no ptrace" },
	{ CAP_DAC_READ_SEARCH, FOR(RECORDER) | FOR_FILES,
	  "read cgroups, /proc, and what others own" },
	{ CAP_AUDIT_CONTROL, FOR(AUDIT), "ask audit how many records it lost" },
	{ CAP_KILL, FOR(WRITER), "pass signals on to a command that has changed its user" },
	{ CAP_DAC_OVERRIDE, FOR(WRITER) | FOR_FILES, "write where sudo's user asked for it" },
	{ CAP_DAC_OVERRIDE, FOR(DOCKER), "ask an engine that is another user's" },
	{ CAP_SYSLOG, FOR_FILES, "import /dev/kmsg" },
};

static const struct part {
	const char *name;
	const char *profile; /* NULL: it executes programs */
	size_t profile_len;
	unsigned int
		id; /* the user that it becomes when it is root; 0: root, who owns what it opens */
} parts[SG_PART_MAX_] = {
#define PROFILE(name) sg_self_##name, sizeof(sg_self_##name)
	[SG_PART_RECORDER] = { "recorder", PROFILE(recorder), OWN_ID },
	[SG_PART_WRITER] = { "writer", PROFILE(writer), 0 },
	[SG_PART_LINKS] = { "links", PROFILE(links), 0 },
	[SG_PART_DOCKER] = { "docker", PROFILE(docker), 0 },
	[SG_PART_AUDIT] = { "audit", PROFILE(audit), OWN_ID },
	[SG_PART_VERSION] = { "version", NULL, 0, OWN_ID },
#undef PROFILE
};

const char *sg_part_name(enum sg_part part)
{
	return parts[part].name;
}

static int take_id(unsigned int id)
{
	if (setgroups(0, NULL) < 0 || setresgid(id, id, id) < 0 || setresuid(id, id, id) < 0)
		return -errno;
	return 0;
}

/* Capabilities stay permitted until drop_capabilities(). */
static int leave_root(unsigned int id, struct sg_error *err)
{
	int r;

	if (!id || geteuid() != 0)
		return 0;
	prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0);
	r = take_id(id);
	if (r == -EINVAL) /* a user namespace that has no such id */
		r = take_id(NOBODY);
	/* root that may not change its user stays, without its capabilities */
	if (r < 0 && r != -EPERM)
		return sg_error_set(err, r, "become user %u: %s", id, strerror(-r));
	return 0;
}

static int drop_capabilities(unsigned int who, struct sg_error *err)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 }, less[2] = { 0 };

	if (syscall(SYS_capget, &header, data) < 0)
		return sg_error_set(err, -errno, "capget: %s", strerror(errno));
	for (size_t i = 0; i < SG_ARRAY_SIZE(needed); i++) {
		size_t word = CAP_TO_INDEX(needed[i].cap);
		uint32_t bit = CAP_TO_MASK(needed[i].cap);

		if (!(needed[i].parts & who))
			continue;
		less[word].permitted |= data[word].permitted & bit;
		/* who has left uid 0 has no effective ones any more */
		less[word].effective |= data[word].permitted & bit;
	}
	if (syscall(SYS_capset, &header, less) < 0)
		return sg_error_set(err, -errno, "capset: %s", strerror(errno));
	return 0;
}

/* To lower it takes CAP_SETPCAP, which goes with the others. */
static void empty_bounding_set(void)
{
	for (unsigned long cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
		prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
}

static int give_away(unsigned int who, unsigned int id, struct sg_error *err)
{
	int r;

	empty_bounding_set();
	r = leave_root(id, err);
	if (r == 0)
		r = drop_capabilities(who, err);
	if (r == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		r = sg_error_set(err, -errno, "no_new_privs: %s", strerror(errno));
	return r;
}

static int load_filter(struct sock_filter *insns, size_t n, struct sg_error *err)
{
	struct sock_fprog prog = { .len = (unsigned short)n, .filter = insns };

	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog) == 0)
		return 0;
	return sg_error_set(err, -errno, "seccomp: %s", strerror(errno));
}

static int load_profile(const struct part *part, struct sg_error *err)
{
	_cleanup_(sg_compiled_done) struct sg_compiled compiled = { 0 };
	_cleanup_(sg_profile_freep) struct sg_profile *profile = NULL;
	struct sg_read_options opts = { 0 };
	int r;

	r = sg_native_arch(&opts.native_arch, err);
	if (r == 0)
		r = sg_profile_read(part->name, part->profile, part->profile_len, &opts, &profile,
				    err);
	if (r == 0)
		r = sg_profile_compile(profile, NULL, &compiled, err);
	return r < 0 ? r : load_filter(compiled.filter->insns, compiled.filter->len, err);
}

bool sg_confine_is_off(void)
{
#ifdef __SANITIZE_ADDRESS__
	return true; /* its search for leaks traces this process */
#else
	const char *how = getenv("SECCOMP_GEN_CONFINE");

	return how && !strcmp(how, "off");
#endif
}

int sg_confine(enum sg_part part, struct sg_error *err)
{
	const char *how;
	int r;

	if (sg_confine_is_off())
		return 0;
	r = give_away(1u << part, parts[part].id, err);
	if (r < 0)
		return sg_error_prefix(err, "give capabilities away: ");
	how = getenv("SECCOMP_GEN_CONFINE");
	if (how && !strcmp(how, "stop"))
		return raise(SIGSTOP) ? sg_error_set(err, -errno, "stop: %s", strerror(errno)) : 0;
	r = parts[part].profile ? load_profile(&parts[part], err) : 0;
	return r < 0 ? sg_error_prefix(err, "load the profile of its own: ") : 0;
}

void sg_drop_capabilities(void)
{
	struct sg_error ignored = { 0 };

	give_away(FOR_FILES, 0, &ignored);
}
