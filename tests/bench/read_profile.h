/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_BENCH_READ_PROFILE_H
#define SG_BENCH_READ_PROFILE_H

#include <linux/audit.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "dialect/read/read.h"

/* For x86_64 and Docker's capabilities; what cannot be read ends the program. */
static inline struct sg_profile *read_profile(const char *path)
{
	const size_t max = 1u << 20;
	struct sg_read_options opts = { .native_arch = AUDIT_ARCH_X86_64,
					.caps = sg_docker_caps,
					.n_caps = sg_n_docker_caps };
	_cleanup_free_ char *text = malloc(max);
	_cleanup_fclose_ FILE *f = fopen(path, "re");
	struct sg_profile *profile = NULL;
	struct sg_error err = { 0 };

	if (!f || !text) {
		perror(path);
		exit(1);
	}
	if (sg_profile_read(path, text, fread(text, 1, max, f), &opts, &profile, &err) < 0) {
		fprintf(stderr, "%s\n", err.message);
		exit(1);
	}
	return profile;
}

#endif
