/* SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json/json.h"
#include "fuzz_check.h"
#include "origin/learn.h"
#include "origin/match.h"

/*
 * Documents of runtimes and container managers: an OCI bundle's config.json, a runtime's state,
 * Docker's list and config.v2.json, the list of containers/storage. The first byte says which, and
 * what the cgroup's path tells already.
 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ID  "3f2a7b3f2a7b3f2a7b3f2a7b3f2a7b3f2a7b3f2a7b3f2a7b3f2a7b3f2a7b3f2a"
#define POD "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const struct kind {
	char letter;
	const char *path;
} kinds[] = {
	{ 'o', "/hand" },
	{ 'p', "/libpod_parent/" POD "/libpod-" ID },
	{ 's', "/hand" },
	{ 'd', "/docker/" ID },
	{ 'v', "/kubepods/pod01234567-89ab-cdef-0123-456789abcdef/" ID },
	{ 'l', "/libpod_parent/libpod-" ID },
};

static int learn(char letter, struct sg_workload *w, const cJSON *root, const char *path)
{
	const char *infra;

	switch (letter) {
	case 's':
		return sg_learn_state(w, root, "runc", "hand", path, NULL);
	case 'd':
		return sg_learn_docker_list(w, root, NULL);
	case 'v':
		return sg_learn_docker_config(w, root, NULL);
	case 'l':
		return sg_learn_storage(w, root, NULL);
	default:
		infra = sg_podman_infra(w, root);
		CHECK(!infra || (sg_path_is_long_id(infra) && letter == 'p'));
		return sg_learn_config(w, root, NULL);
	}
}

static void check(struct sg_workload *w, const char *path)
{
	_cleanup_free_ char *text = NULL, *id = w->id ? strdup(w->id) : NULL;
	struct sg_target target = { 0 };

	/* no document changes what the path says */
	CHECK(!w->path.id[0] || !strcmp(w->id, w->path.id));
	CHECK(sg_workload_describe(w, &text, NULL) == 0);
	sg_match_pod(text, w);
	sg_match_container(text, w);
	sg_workload_check_itself(w, path);
	CHECK(w->path.role != SG_ROLE_CONTAINER || (id && w->id && !strcmp(id, w->id)));
	CHECK(sg_workload_fill(w, &target, NULL) == 0);
	sg_target_done(&target);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(sg_json_doc_freep) struct sg_json_doc *doc = NULL;
	_cleanup_(sg_workload_freep) struct sg_workload *w = NULL;
	const struct kind *kind = NULL;

	for (size_t i = 0; size && i < SG_ARRAY_SIZE(kinds); i++) {
		if (kinds[i].letter == data[0])
			kind = &kinds[i];
	}
	if (!kind)
		return -1; /* not for the corpus */
	if (sg_json_parse("fuzz", (const char *)data + 1, size - 1, &doc, NULL) < 0)
		return 0;
	CHECK(sg_workload_new(kind->path, &w, NULL) == 0);
	CHECK(learn(kind->letter, w, sg_json_root(doc), kind->path) == 0);
	check(w, kind->path);
	return 0;
}
