/* SPDX-License-Identifier: Apache-2.0 */
#include "session/facts.h"

#include <errno.h>
#include <limits.h>
#include <linux/audit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/utsname.h>

#include "base/cleanup.h"

int sg_random_uuid(char ret[37], struct sg_error *err)
{
	unsigned char b[16];

	if (getrandom(b, sizeof(b), 0) != sizeof(b))
		return sg_error_set(err, -errno, "getrandom: %s", strerror(errno));
	b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
	b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
	snprintf(ret, 37, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
		 b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12],
		 b[13], b[14], b[15]);
	return 0;
}

int sg_facts_host(struct sg_host *ret, struct sg_error *err)
{
	_cleanup_fclose_ FILE *f = fopen("/proc/sys/kernel/random/boot_id", "re");
	char boot_id[64] = "";
	struct utsname uts;

	if (uname(&uts) < 0)
		return sg_error_set(err, -errno, "uname: %s", strerror(errno));
	if (f && fscanf(f, "%63s", boot_id) == 1)
		ret->boot_id = strdup(boot_id);
	ret->kernel = strdup(uts.release);
#if defined(__x86_64__)
	ret->arch = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
	ret->arch = AUDIT_ARCH_AARCH64;
#endif
	if (!ret->kernel)
		return sg_error_oom(err);
	return 0;
}

#define FILTER_PROBES 16

enum sg_tristate sg_facts_filtered(const struct sg_cgroup *cg)
{
	_cleanup_fclose_ FILE *procs = NULL;
	enum sg_tristate answer = SG_UNKNOWN;
	char path[PATH_MAX + 64], line[256];
	int pid;

	snprintf(path, sizeof(path), "%s/cgroup.procs", cg->dir);
	procs = fopen(path, "re");
	for (int i = 0; procs && i < FILTER_PROBES && fscanf(procs, "%d", &pid) == 1; i++) {
		_cleanup_fclose_ FILE *status = NULL;
		unsigned int mode;

		snprintf(path, sizeof(path), "/proc/%d/status", pid);
		status = fopen(path, "re");
		while (status && fgets(line, sizeof(line), status)) {
			if (sscanf(line, "Seccomp: %u", &mode) != 1)
				continue;
			if (mode >= 2)
				return SG_YES;
			answer = SG_NO;
		}
	}
	return answer;
}

void sg_facts_process(const struct sg_cgroup *cg, struct sg_target *target)
{
	_cleanup_fclose_ FILE *procs = NULL, *status = NULL;
	char path[PATH_MAX + 64], line[256];
	int pid;

	snprintf(path, sizeof(path), "%s/cgroup.procs", cg->dir);
	procs = fopen(path, "re");
	if (!procs || fscanf(procs, "%d", &pid) != 1)
		return;
	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	status = fopen(path, "re");
	while (status && fgets(line, sizeof(line), status)) {
		unsigned int value;
		char uid[32];

		if (sscanf(line, "NoNewPrivs: %u", &value) == 1) {
			target->no_new_privs = value ? SG_YES : SG_NO;
		} else if (sscanf(line, "Seccomp: %u", &value) == 1) {
			target->filtered = value >= 2 ? SG_YES : SG_NO;
		} else if (sscanf(line, "Uid: %*u %31s", uid) == 1) {
			free(target->user);
			target->user = strdup(uid); /* NULL is "not known" */
		}
	}
}
