/* SPDX-License-Identifier: Apache-2.0 */
/* Reading of profiles for tests: from text or from a file of the repository. */
#ifndef SG_TESTS_READ_PROFILE_H
#define SG_TESTS_READ_PROFILE_H

/* clang-format off */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
/* clang-format on */

#include <linux/audit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dialect/read/read.h"
#include "syscall/arch.h"
#include "syscall/table.h"

/* The whole file; the caller frees it. */
static inline char *read_file(const char *path, size_t *ret_len)
{
	FILE *f = fopen(path, "rb");
	char *text = NULL;
	size_t n = 0, cap = 0, got;

	if (!f)
		fail_msg("%s: cannot be opened", path);
	do {
		if (n + 65536 > cap) {
			cap = n + 131072;
			text = realloc(text, cap);
			assert_non_null(text);
		}
		got = fread(text + n, 1, 65536, f);
		n += got;
	} while (got);
	fclose(f);
	*ret_len = n;
	return text;
}

static inline struct sg_read_options x86_64_options(void)
{
	return (struct sg_read_options){ .native_arch = AUDIT_ARCH_X86_64,
					 .caps = sg_docker_caps,
					 .n_caps = sg_n_docker_caps };
}

static inline struct sg_profile *read_text_with(const char *text,
						const struct sg_read_options *opts)
{
	struct sg_profile *profile = NULL;
	struct sg_error err = { 0 };

	if (sg_profile_read("p.json", text, strlen(text), opts, &profile, &err) < 0)
		fail_msg("%s", err.message);
	return profile;
}

static inline struct sg_profile *read_text(const char *text)
{
	struct sg_read_options opts = x86_64_options();

	return read_text_with(text, &opts);
}

static inline struct sg_profile *read_path_with(const char *path,
						const struct sg_read_options *opts)
{
	struct sg_profile *profile = NULL;
	struct sg_error err = { 0 };
	size_t len;
	char *text = read_file(path, &len);

	if (sg_profile_read(path, text, len, opts, &profile, &err) < 0)
		fail_msg("%s", err.message);
	free(text);
	return profile;
}

/* The first rule that has the call; NULL when none has. */
static inline const struct sg_rule *rule_of(const struct sg_profile *profile, uint32_t arch,
					    const char *name)
{
	struct sg_syscall_id id = { .arch = arch };

	assert_int_equal(sg_syscall_nr(arch, name, &id.nr), 0);
	for (size_t i = 0; i < profile->n_rules; i++) {
		if (sg_rule_find(&profile->rules[i], id))
			return &profile->rules[i];
	}
	return NULL;
}

#endif
