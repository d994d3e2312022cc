/* SPDX-License-Identifier: Apache-2.0 */
#include "workload/clients.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/strbuf.h"
#include "origin/client.h"
#include "workload/proc.h"

#define PROCESSES_MAX 16

struct search {
	const struct sg_workload *w;
	const struct sg_cgroup *cg;
	const char *id; /* of the container that is looked for below */
	unsigned int n;
	char *hint;
};

static int is_of_container(const struct sg_cgroup *cg, void *data, struct sg_error *err)
{
	const struct search *s = data;

	(void)err;
	return strstr(strrchr(cg->path, '/') + 1, s->id) != NULL;
}

/* conmon -c ID -n NAME …, unless its container is below, as --cgroups=split has it. */
static int hint_of_monitor(struct search *s, const struct sg_command *c, struct sg_error *err)
{
	struct sg_strbuf b = SG_STRBUF_INIT;
	struct sg_error ignored;

	s->id = c->id;
	if (!c->id || sg_cgroup_walk(s->cg, is_of_container, s, &ignored) == 1)
		return 0;
	sg_strbuf_add(&b, "conmon keeps a container that is in another cgroup: record it with ");
	if (s->w->owner.kind == SG_OWNER_USER)
		sg_strbuf_printf(&b, "--user %u ", s->w->owner.uid);
	sg_strbuf_printf(&b, "--container %s", c->name ? c->name : c->id);
	if (sg_strbuf_steal(&b, &s->hint, NULL) == 0)
		return 1;
	sg_strbuf_done(&b);
	return sg_error_oom(err);
}

static int look_at(uint32_t tgid, void *data, struct sg_error *err)
{
	_cleanup_(sg_args_done) struct sg_args args = { 0 };
	struct search *s = data;
	struct sg_command c;
	int r = sg_proc_args(tgid, &args);

	if (r == -ENOMEM)
		return sg_error_oom(err);
	if (s->n++ >= PROCESSES_MAX)
		return 1;
	if (r < 0)
		return 0;
	sg_command_parse(&args, &c);
	if (c.kind == SG_COMMAND_MONITOR)
		return hint_of_monitor(s, &c, err);
	r = sg_client_hint(args.argv, args.n, &s->hint, err);
	return r < 0 ? r : s->hint != NULL;
}

int sg_clients_hint(const struct sg_workload *w, const struct sg_cgroup *cg, char **ret,
		    struct sg_error *err)
{
	struct search s = { .w = w, .cg = cg };
	struct sg_error ignored;

	if (sg_cgroup_processes(cg, true, look_at, &s, &ignored) == -ENOMEM)
		return sg_error_oom(err);
	*ret = s.hint;
	return 0;
}
