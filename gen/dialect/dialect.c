/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/dialect.h"

#include <errno.h>
#include <string.h>

#include "dialect/conversion_loss.h"
#include "dialect/print/oci.h"
#include "dialect/plan.h"
#include "dialect/print/printers.h"
#include "dialect/project.h"

static int oci_reduce(const struct sg_profile *profile, const struct sg_print_options *opts,
		      struct sg_profile **ret, struct sg_conversion_loss *loss,
		      struct sg_error *err)
{
	const struct sg_project_options project = { .across_families = true };

	(void)opts;
	(void)loss;
	return sg_project(profile, &project, ret, err);
}

static int oci_print(const struct sg_profile *reduced, const struct sg_print_options *opts,
		     struct sg_strbuf *out, struct sg_error *err)
{
	(void)opts;
	return sg_oci_print(reduced, out, err);
}

const struct sg_dialect sg_dialects[] = {
	{ .name = "oci",
	  .summary = "linux.seccomp of the OCI runtime-spec, for Docker, podman, containerd, CRI-O "
		     "and Kubernetes",
	  .cannot = "a call on some of the listed architectures only",
	  .reduce = oci_reduce,
	  .print = oci_print },
	{ .name = "docker",
	  .summary = "Docker's own dialect, whose archMap leaves out what is not the host's",
	  .cannot = "a call on some of a host's architectures only",
	  .reduce = sg_docker_reduce,
	  .print = sg_docker_print },
	{ .name = "podman",
	  .summary = "podman's dialect, Docker's with errnos by name",
	  .cannot = "a call on some of a host's architectures only",
	  .reduce = sg_podman_reduce,
	  .print = sg_podman_print },
	{ .name = "crd",
	  .summary = "a SeccompProfile resource of the Kubernetes security-profiles-operator",
	  .cannot = "an errno of the default action, errno 0, values above 2^63 - 1",
	  .unnamed = "fails with EPERM",
	  .reduce = sg_crd_reduce,
	  .print = sg_crd_print },
	{ .name = "systemd",
	  .summary = "a drop-in for a unit: SystemCallFilter= and what belongs to it",
	  .cannot =
		  "conditions, more than one errno in an allow list, TRAP, TRACE, NOTIFY, flags, a "
		  "call on some architectures only; systemd always allows @default",
	  .reduce = sg_systemd_reduce,
	  .print = sg_systemd_print },
	{ .name = "minijail",
	  .summary = "a policy for minijail0 -S",
	  .cannot = "a default other than killing, LOG, TRAP, TRACE, NOTIFY, several "
		    "architectures, conditions on denials",
	  .unnamed = "kills the process",
	  .reduce = sg_minijail_reduce,
	  .print = sg_minijail_print },
	{ .name = "bpf",
	  .summary = "the program itself, 8 bytes an instruction, for bwrap --seccomp and nsjail",
	  .cannot = "flags and listener; it is for one family of architectures",
	  .is_binary = true,
	  .print = sg_bpf_print },
	{ .name = "json-artifact",
	  .summary = "OCI JSON within what runtimes take from a registry (KEP-6061)",
	  .cannot = "NOTIFY, a listener, more than 128 entries, more than 1 MiB",
	  .reduce = sg_artifact_reduce,
	  .print = sg_artifact_print },
	{ .name = NULL },
};

const struct sg_dialect *sg_dialect_by_name(const char *name)
{
	for (const struct sg_dialect *d = sg_dialects; d->name; d++) {
		if (strcmp(d->name, name) == 0)
			return d;
	}
	return NULL;
}

/* What @profile and the output decide differently. */
static int compare(const struct sg_profile *profile, const struct sg_diff_side *output,
		   struct sg_conversion_loss *loss, struct sg_error *err)
{
	const struct sg_diff_side a = { .profile = profile };
	const struct sg_diff_options opts = { .small_arguments = true };
	_cleanup_(sg_diff_done) struct sg_diff diff = { 0 };
	int r;

	r = sg_diff(&a, output, &opts, &diff, err);
	return r < 0 ? r : sg_conversion_loss_by_diff(loss, &diff, err);
}

/* The dialects that are a profile again: reduce, compare, print. */
static int print_reduced(const struct sg_dialect *dialect, const struct sg_profile *profile,
			 const struct sg_print_options *opts, struct sg_strbuf *out,
			 struct sg_conversion_loss *loss, struct sg_error *err)
{
	_cleanup_(sg_profile_freep) struct sg_profile *reduced = NULL;
	struct sg_diff_side output = { 0 };
	int r;

	r = dialect->reduce(profile, opts, &reduced, loss, err);
	if (r < 0)
		return r;
	r = sg_plan_order(reduced, err);
	output.profile = reduced;
	if (r == 0)
		r = compare(profile, &output, loss, err);
	return r < 0 ? r : dialect->print(reduced, opts, out, err);
}

/* A program is compared itself. */
static int print_program(const struct sg_dialect *dialect, const struct sg_profile *profile,
			 const struct sg_print_options *opts, struct sg_strbuf *out,
			 struct sg_conversion_loss *loss, struct sg_error *err)
{
	_cleanup_(sg_filter_freep) struct sg_filter *filter = NULL;
	const struct sg_filter *one;
	struct sg_diff_side output = { 0 };
	int r;

	r = dialect->print(profile, opts, out, err);
	if (r < 0)
		return r;
	if (out->failed)
		return sg_error_oom(err);
	r = sg_filter_parse(dialect->name, out->data, out->len, &filter, err);
	if (r < 0)
		return r;
	one = filter;
	output.filters = &one;
	output.n_filters = 1;
	r = compare(profile, &output, loss, err);
	if (r == 0 && (profile->n_flags || profile->listener_path))
		r = sg_conversion_loss_add(loss, err, SG_CONVERSION_DETAIL, "flags and listener");
	return r;
}

int sg_dialect_print(const struct sg_dialect *dialect, const struct sg_profile *profile,
		     const struct sg_print_options *opts, struct sg_strbuf *out,
		     struct sg_conversion_loss *ret_loss, struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf text = SG_STRBUF_INIT;
	_cleanup_(sg_conversion_loss_done) struct sg_conversion_loss loss = { 0 };
	const struct sg_print_options none = { 0 };
	int r;

	if (!opts)
		opts = &none;
	if (dialect->reduce)
		r = print_reduced(dialect, profile, opts, &text, &loss, err);
	else
		r = print_program(dialect, profile, opts, &text, &loss, err);
	if (r < 0)
		return r;
	if (text.failed)
		return sg_error_oom(err);
	sg_strbuf_add_mem(out, text.data, text.len);
	*ret_loss = loss;
	loss = (struct sg_conversion_loss){ 0 };
	return 0;
}
