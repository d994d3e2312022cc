/* SPDX-License-Identifier: Apache-2.0 */
#include "confine.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "dialect/read.h"
#include "filter/compile.h"
#include "commands/profile_input.h"
#include "self_profile.h"

struct kept {
	unsigned int cap;
	bool recorder, files; /* who needs it: files: commands that read files and write one */
	const char *why;
};

static const struct kept kept[] = {
	{ CAP_BPF, true, false,
	  "read maps; pin and attach the program on sys_exit when a filter comes" },
	{ CAP_PERFMON, true, false, "attach to sys_exit" },
	{ CAP_KILL, true, false, "pass signals on to a command that has changed its user" },
	{ CAP_SYS_PTRACE, true, false,
	  "follow /proc/PID/exe and cwd of container runtimes; see in which call a thread "
	  "sleeps; no ptrace" },
	{ CAP_AUDIT_CONTROL, true, false, "ask audit how many records it lost" },
	{ CAP_DAC_OVERRIDE, true, true, "write where sudo's user asked for it" },
	{ CAP_SYSLOG, false, true, "import /dev/kmsg" },
	{ CAP_DAC_READ_SEARCH, true, true, "read cgroups, /proc, and what others own" },
};

static int drop_capabilities(bool files_only, struct sg_error *err)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 }, less[2] = { 0 };

	if (syscall(SYS_capget, &header, data) < 0)
		return sg_error_set(err, -errno, "capget: %s", strerror(errno));
	for (size_t i = 0; i < SG_ARRAY_SIZE(kept); i++) {
		size_t word = CAP_TO_INDEX(kept[i].cap);
		uint32_t bit = CAP_TO_MASK(kept[i].cap);

		if (!(files_only ? kept[i].files : kept[i].recorder))
			continue;
		less[word].permitted |= data[word].permitted & bit;
		less[word].effective |= data[word].effective & bit;
	}
	/* the bounding set first: to lower it takes CAP_SETPCAP, which goes then */
	for (unsigned long cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
		prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
	if (syscall(SYS_capset, &header, less) < 0)
		return sg_error_set(err, -errno, "capset: %s", strerror(errno));
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return sg_error_set(err, -errno, "no_new_privs: %s", strerror(errno));
	return 0;
}

static int load_filter(struct sock_filter *insns, size_t n, struct sg_error *err)
{
	struct sock_fprog prog = { .len = (unsigned short)n, .filter = insns };

	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog) == 0)
		return 0;
	return sg_error_set(err, -errno, "seccomp: %s", strerror(errno));
}

static int load_own_profile(struct sg_error *err)
{
	_cleanup_(sg_compiled_done) struct sg_compiled compiled = { 0 };
	_cleanup_(sg_profile_freep) struct sg_profile *profile = NULL;
	struct sg_read_options opts = { 0 };
	int r;

	r = sg_native_arch(&opts.native_arch, err);
	if (r == 0)
		r = sg_profile_read("profiles/self.json", sg_self_profile, sg_self_profile_len,
				    &opts, &profile, err);
	if (r == 0)
		r = sg_profile_compile(profile, NULL, &compiled, err);
	return r < 0 ? r : load_filter(compiled.filter->insns, compiled.filter->len, err);
}

int sg_confine(struct sg_error *err)
{
	struct sock_filter log = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_LOG);
	const char *how = getenv("SECCOMP_GEN_CONFINE");
	int r;

	if (how && !strcmp(how, "off"))
		return 0;
#ifdef __SANITIZE_ADDRESS__
	return 0; /* its search for leaks traces this process */
#endif
	r = drop_capabilities(false, err);
	if (r < 0)
		return sg_error_prefix(err, "give capabilities away: ");
	r = how && !strcmp(how, "log") ? load_filter(&log, 1, err) : load_own_profile(err);
	return r < 0 ? sg_error_prefix(err, "load the recorder's own profile: ") : 0;
}

void sg_drop_capabilities(void)
{
	struct sg_error ignored = { 0 };

	drop_capabilities(true, &ignored);
}
