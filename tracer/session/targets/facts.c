/* SPDX-License-Identifier: Apache-2.0 */
#include "session/targets/facts.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/audit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/utsname.h>

#include "base/cleanup.h"
#include "origin/proc.h"
#include "workload/proc.h"

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

static int probe_filter(uint32_t tgid, void *data, struct sg_error *err)
{
	_cleanup_free_ char *status = tgid ? sg_proc_status(tgid) : NULL;
	struct probes *probes = data;
	uint32_t mode;

	(void)err;
	if (status && sg_proc_status_u32(status, "Seccomp", &mode))
		probes->answer = mode ? SG_YES : SG_NO;
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
	_cleanup_free_ char *status = NULL;
	uint32_t tgid = 0, value, uids[4];
	struct sg_error gone;

	sg_cgroup_processes(cg, false, take_first, &tgid, &gone);
	status = tgid ? sg_proc_status(tgid) : NULL;
	if (!status)
		return;
	if (sg_proc_status_u32(status, "NoNewPrivs", &value))
		target->no_new_privs = value ? SG_YES : SG_NO;
	if (sg_proc_status_u32(status, "Seccomp", &value))
		target->filtered = value >= 2 ? SG_YES : SG_NO;
	if (!sg_proc_status_uids(status, uids))
		return;
	free(target->user);
	if (asprintf(&target->user, "%" PRIu32, uids[1]) < 0)
		target->user = NULL; /* "not known" */
}
