/* SPDX-License-Identifier: Apache-2.0 */
#include "filter/compile/compile.h"

#include <assert.h>
#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const sg_compile_flavor_names[SG_COMPILE_MAX_] = {
	[SG_COMPILE_PLAIN] = "plain",
#define RUNTIME(name, id) [SG_COMPILE_##name] = id,
#include "filter/compile/runtimes.def"
#undef RUNTIME
};

const char *const sg_drop_reasons[SG_DROP_MAX_] = {
	[SG_DROP_NO_NAME] = "the number has no name, and profiles go by name",
	[SG_DROP_UNKNOWN_NAME] = "libseccomp does not know the name",
	[SG_DROP_NOT_ON_ARCH] = "libseccomp does not know it on this architecture",
	[SG_DROP_NO_ARCH] = "its architecture is not one of the profile's",
	[SG_DROP_IS_DEFAULT] = "the rule's action is the default action",
};
static_assert(SG_ARRAY_SIZE(sg_drop_reasons) == 5, "a reason has no text");

int sg_compile_flavor_parse(const char *s, enum sg_compile_flavor *ret)
{
	for (int i = 0; i < SG_COMPILE_MAX_; i++) {
		if (strcmp(s, sg_compile_flavor_names[i]) == 0) {
			*ret = (enum sg_compile_flavor)i;
			return 0;
		}
	}
	return -EINVAL;
}

const char *sg_libseccomp_version(void)
{
	static char text[3 * 12];
	const struct scmp_version *v = seccomp_version();

	snprintf(text, sizeof(text), "%u.%u.%u", v->major, v->minor, v->micro);
	return text;
}

void sg_compiled_done(struct sg_compiled *compiled)
{
	sg_filter_free(compiled->filter);
	free(compiled->drops);
	*compiled = (struct sg_compiled){ 0 };
}
