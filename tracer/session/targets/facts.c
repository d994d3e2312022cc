/* SPDX-License-Identifier: Apache-2.0 */
#include "session/targets/facts.h"

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

struct probes {
	enum sg_tristate answer;
	int left;
};

static FILE *open_status(uint32_t tgid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%u/status", tgid);
	return tgid ? fopen(path, "re") : NULL;
}

static int probe_filter(uint32_t tgid, void *data, struct sg_error *err)
{
	_cleanup_fclose_ FILE *status = open_status(tgid);
	struct probes *probes = data;
	unsigned int mode;
	char line[256];

	(void)err;
	while (status && fgets(line, sizeof(line), status)) {
		if (sscanf(line, "Seccomp: %u", &mode) == 1)
			probes->answer = mode ? SG_YES : SG_NO;
	}
	return probes->answer == SG_YES || --probes->left == 0;
}

enum sg_tristate sg_facts_filtered(const struct sg_cgroup *cg)
{
	struct probes probes = { SG_UNKNOWN, FILTER_PROBES };
	struct sg_error gone;

	sg_cgroup_processes(cg, false, probe_filter, &probes, &gone);
	return probes.answer;
}

static int take_first(uint32_t tgid, void *data, struct sg_error *err)
{
	(void)err;
	*(uint32_t *)data = tgid;
	return 1;
}

void sg_facts_process(const struct sg_cgroup *cg, struct sg_target *target)
{
	_cleanup_fclose_ FILE *status = NULL;
	struct sg_error gone;
	uint32_t tgid = 0;
	char line[256];

	sg_cgroup_processes(cg, false, take_first, &tgid, &gone);
	status = open_status(tgid);
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
