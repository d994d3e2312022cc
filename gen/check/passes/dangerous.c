/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cleanup.h"
#include "base/strbuf.h"
#include "check/checker.h"
#include "profile/eval.h"
#include "syscall/table.h"

/* What a profile opens and containers are better denied. */

const struct sg_dangerous sg_dangerous_calls[] = {
#define DANGEROUS(name, capability, why) { #name, capability, why },
#include "check/passes/dangerous.def"
#undef DANGEROUS
	{ NULL, NULL, NULL },
};

static int check_dangerous_call(struct sg_checker *c, const struct sg_dangerous *d,
				struct sg_error *err)
{
	struct sg_syscall_id id = { 0 };
	enum sg_reach reach = SG_REACH_NEVER;

	/* the first architecture on which it can be had */
	for (size_t i = 0; i < c->profile->n_arches && reach == SG_REACH_NEVER; i++) {
		id.arch = c->profile->arches[i];
		if (sg_syscall_nr(id.arch, d->name, &id.nr) == 0)
			reach = sg_reach_of(c->profile, id);
	}
	if (reach == SG_REACH_NEVER)
		return 0;
	return sg_findings_add(c->findings,
			       reach == SG_REACH_ALWAYS ? SG_FINDING_DANGEROUS_CALL
							: SG_FINDING_DANGEROUS_IF,
			       sg_checker_position_of(c, id), err, "%s %s%s%s%s", d->name, d->why,
			       d->capability ? " (needs " : "", d->capability ? d->capability : "",
			       d->capability ? ")" : "");
}

/* Families of sockets that containers are better denied: include/linux/socket.h. */
static const struct {
	uint64_t family;
	const char *name, *why;
} socket_families[] = {
	{ 38, "AF_ALG",
	  "opens the kernel's cryptography, a source of holes (Docker, podman and "
	  "containerd deny it since April 2026)" },
	{ 40, "AF_VSOCK", "reaches the machine's hypervisor past its network namespace" },
};

/* SOCK_STREAM to SOCK_SEQPACKET; flags in addition make no other socket */
#define SOCK_TYPE_MAX 5
#define SOCK_FLAGS    02004000u /* SOCK_CLOEXEC | SOCK_NONBLOCK */

/* Whether @family can be had: with any type, protocol 0, which is the only one of these. */
static bool is_let_through(const struct sg_profile *profile, struct sg_syscall_id id,
			   uint64_t family)
{
	struct sg_seccomp_data data = { .args = { family } };

	sg_seccomp_data_set_id(&data, id);
	for (uint64_t type = 1; type <= SOCK_TYPE_MAX; type++) {
		for (unsigned int flags = 0; flags <= 1; flags++) {
			data.args[1] = type | (flags ? SOCK_FLAGS : 0);
			if (sg_action_is_permissive(sg_profile_eval(profile, &data, NULL).action))
				return true;
		}
	}
	return false;
}

/* socket() itself is harmless and needed by most; what matters is for which families. */
static int check_sockets(struct sg_checker *c, struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf text = SG_STRBUF_INIT;
	struct sg_syscall_id id = { .arch = c->opts->read.native_arch };
	enum sg_reach reach;

	if (sg_syscall_nr(id.arch, "socket", &id.nr) < 0)
		return 0;
	reach = sg_reach_of(c->profile, id);
	for (size_t i = 0; reach != SG_REACH_NEVER && i < SG_ARRAY_SIZE(socket_families); i++) {
		if (is_let_through(c->profile, id, socket_families[i].family))
			sg_strbuf_printf(&text, "%s%s, which %s", text.len ? "; " : "",
					 socket_families[i].name, socket_families[i].why);
	}
	if (text.failed)
		return sg_error_oom(err);
	if (!text.len)
		return 0;
	return sg_findings_add(c->findings,
			       reach == SG_REACH_ALWAYS ? SG_FINDING_DANGEROUS_CALL
							: SG_FINDING_DANGEROUS_IF,
			       sg_checker_position_of(c, id), err,
			       "socket makes sockets of %s: name the families that are needed in a "
			       "condition (emit --args security does)",
			       text.data);
}

int sg_check_dangerous(struct sg_checker *c, struct sg_error *err)
{
	int r = 0;

	/* where everything is allowed, that has been said */
	if (!c->opts->dangerous || sg_action_is_permissive(c->profile->default_verdict.action))
		return 0;
	for (const struct sg_dangerous *d = sg_dangerous_calls; r == 0 && d->name; d++)
		r = check_dangerous_call(c, d, err);
	return r < 0 ? r : check_sockets(c, err);
}
