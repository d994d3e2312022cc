/* SPDX-License-Identifier: Apache-2.0 */
#include "syscall/libseccomp.h"

#include "base/cleanup.h"
#include "base/version.h"
#include "syscall/table.h"

static const struct {
	uint32_t version, kernel;
} releases[] = {
#define LIBSECCOMP(major, minor, patch, kernel_major, kernel_minor) \
	{ SG_LIBSECCOMP(major, minor, patch), SG_KERNEL_VERSION(kernel_major, kernel_minor) },
#include "syscall/libseccomp.def"
#undef LIBSECCOMP
};

bool sg_libseccomp_names(uint32_t version, const char *call)
{
	const char *since = sg_syscall_since(call);
	uint32_t kernel = 0, brought;

	if (!since || sg_kernel_parse(since, &brought) < 0)
		return true;
	for (size_t i = 0; i < SG_ARRAY_SIZE(releases); i++) {
		if (releases[i].version <= version && releases[i].kernel > kernel)
			kernel = releases[i].kernel;
	}
	return brought <= kernel;
}
