/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/print/printers.h"
#include "filter/compile/compile.h"

/* struct sock_filter in host byte order, as seccomp(2) takes it. */
int sg_bpf_print(const struct sg_profile *profile, const struct sg_print_options *opts,
		 struct sg_strbuf *out, struct sg_error *err)
{
	_cleanup_(sg_compiled_done) struct sg_compiled compiled = { 0 };
	int r;

	(void)opts;
	r = sg_profile_compile(profile, NULL, &compiled, err);
	if (r < 0)
		return r;
	sg_strbuf_add_mem(out, compiled.filter->insns,
			  compiled.filter->len * sizeof(*compiled.filter->insns));
	return 0;
}
