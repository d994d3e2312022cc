/* SPDX-License-Identifier: Apache-2.0 */
#include "workload/workload.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/texts.h"
#include "origin/command.h"
#include "workload/learn/learn.h"
#include "workload/learn/version.h"

/* The version of a runtime whose program nobody has named: the one that its name finds. */
static int learn_version(struct sg_workload *w, struct sg_managers *m, struct sg_error *err)
{
	_cleanup_free_ char *path = NULL;
	const char *version;
	int r;

	if (!w->runtime || w->runtime_version || w->has_program || strchr(w->runtime, '/'))
		return 0;
	r = sg_program_find(w->runtime, &path, err);
	if (r < 0 || !path)
		return r;
	r = sg_managers_version(m, path, &version, err);
	return r < 0 ? r : sg_text_fill(&w->runtime_version, version, err);
}

/* The version of the engine, of which the default profile is: its program's, by its usual name. */
static int learn_engine(struct sg_workload *w, struct sg_managers *m, struct sg_error *err)
{
	static const struct {
		const char *manager, *program;
	} programs[] = { { "docker", "dockerd" },
			 { "podman", "podman" },
			 { "containerd", "containerd" },
			 { "cri-o", "crio" } };
	_cleanup_free_ char *path = NULL;
	const char *version;
	int r = 0;

	if (!w->manager || w->manager_version)
		return 0;
	for (size_t i = 0; r == 0 && i < SG_ARRAY_SIZE(programs); i++) {
		if (strcmp(w->manager, programs[i].manager) == 0)
			r = sg_program_find(programs[i].program, &path, err);
	}
	if (r < 0 || !path)
		return r;
	r = sg_managers_version(m, path, &version, err);
	return r < 0 ? r : sg_text_fill(&w->manager_version, version, err);
}

bool sg_workload_has_names(const struct sg_workload *w)
{
	if (w->path.pod_uid[0])
		return w->pod && (w->pod_container || w->is_sandbox || !w->is_itself);
	if (w->manager && (!strcmp(w->manager, "docker") || !strcmp(w->manager, "podman")))
		return w->name != NULL;
	return true;
}

int sg_workload_find_owner(struct sg_workload *w, const struct sg_cgroup *cg, struct sg_error *err)
{
	struct sg_error ignored;

	if (w->owner.kind != SG_OWNER_UNKNOWN)
		return 0;
	return sg_cgroup_find_owner(cg, &w->owner, &ignored) == -ENOMEM ? sg_error_oom(err) : 0;
}

int sg_workload_learn(struct sg_workload *w, struct sg_managers *managers,
		      const struct sg_cgroup *cg, const struct sg_creator *creator, bool last,
		      struct sg_error *err)
{
	uint32_t speaker;
	int r;

	if (w->is_settled)
		return 0;
	if (w->path.role == SG_ROLE_HELPER || w->path.role == SG_ROLE_SLICE) {
		w->is_settled = true;
		return 0;
	}
	r = sg_workload_find_owner(w, cg, err);
	if (r < 0)
		return r;
	if (!sg_workload_speaker(w, &speaker)) {
		w->is_settled = true;
		return 0;
	}
	r = sg_learn_from_creator(w, managers, creator->tgid, err);
	if (r == 0 && !w->runtime)
		r = sg_text_fill(&w->runtime, sg_runtime_of_comm(creator->comm), err);
	if (r == 0 && !w->bundle)
		r = sg_learn_from_processes(w, managers, cg, err);
	if (r == 0 && !w->id && !creator->tgid)
		r = sg_learn_from_state(w, cg, err);
	if (r == 0 && !w->id && w->runtime) /* by hand: its cgroup has its name by default */
		r = sg_text_fill(&w->id, strrchr(cg->path, '/') + 1, err);
	if (r == 0)
		r = sg_learn_from_bundle(w, err);
	sg_workload_check_itself(w, cg->path);
	if (r == 0)
		r = sg_learn_from_docker(w, managers, err);
	if (r == 0)
		r = sg_learn_from_podman(w, err);
	if (r == 0)
		r = sg_learn_from_kubelet(w, err);
	if (r < 0)
		return r;
	w->is_settled = last || (w->id && sg_workload_has_names(w) && w->confined != SG_UNKNOWN);
	if (!w->is_settled)
		return 0;
	r = learn_version(w, managers, err);
	return r < 0 ? r : learn_engine(w, managers, err);
}
