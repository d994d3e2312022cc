/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "base/json/json.h"
#include "base/texts.h"
#include "origin/learn.h"

#define ID	"3f2a7b3f2a7b3f2a7b3f2a7b3f2a7b3f2a7b3f2a7b3f2a7b3f2a7b3f2a7b3f2a"
#define POD_ID	"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define POD_UID "01234567-89ab-cdef-0123-456789abcdef"

/* A workload of that path, and a document; both freed by the test. */
struct given {
	struct sg_workload *w;
	struct sg_json_doc *doc;
	const cJSON *root;
};

static void given_done(struct given *g)
{
	sg_workload_free(g->w);
	sg_json_doc_free(g->doc);
}

static struct given give(const char *path, const char *json)
{
	struct given g = { 0 };

	assert_int_equal(sg_workload_new(path, &g.w, NULL), 0);
	if (json) {
		assert_int_equal(sg_json_parse("given", json, strlen(json), &g.doc, NULL), 0);
		g.root = sg_json_root(g.doc);
	}
	return g;
}

static void a_configuration_says_how_the_process_is_run(void **state)
{
	_cleanup_(given_done) struct given g = give(
		"/hand",
		"{ \"process\": { \"noNewPrivileges\": true, \"user\": { \"uid\": 4294967295 },"
		"  \"capabilities\": { \"bounding\": [ \"CAP_CHOWN\" ] } },"
		"  \"linux\": { \"cgroupsPath\": \"/hand\", \"seccomp\": {} } }");

	(void)state;
	assert_int_equal(sg_learn_config(g.w, g.root, NULL), 0);
	assert_int_equal(g.w->no_new_privs, SG_YES);
	assert_int_equal(g.w->privileged, SG_NO);
	assert_int_equal(g.w->confined, SG_YES);
	assert_string_equal(g.w->user, "4294967295");
	assert_string_equal(g.w->cgroups_path, "/hand");
}

static void an_empty_configuration_says_no(void **state)
{
	static const char *const texts[] = { "{}", "[]", "7", "{\"process\": 7, \"linux\": [1]}",
					     "{\"process\": {\"user\": {\"uid\": -1}}}" };

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(texts); i++) {
		_cleanup_(given_done) struct given g = give("/hand", texts[i]);

		assert_int_equal(sg_learn_config(g.w, g.root, NULL), 0);
		assert_int_equal(g.w->confined, SG_NO);
		assert_int_equal(g.w->no_new_privs, SG_NO);
		assert_null(g.w->user);
		assert_null(g.w->id);
	}
}

static void labels_name_the_pod(void **state)
{
	_cleanup_(given_done) struct given g =
		give("/kubepods/pod" POD_UID "/" ID,
		     "{ \"io.kubernetes.cri.sandbox-name\": \"web-1\","
		     "  \"io.kubernetes.cri.sandbox-namespace\": \"default\","
		     "  \"io.kubernetes.cri.container-name\": \"nginx\","
		     "  \"io.kubernetes.cri.sandbox-uid\": \"" POD_UID "\","
		     "  \"io.kubernetes.pod.name\": \"second\", \"io.kubernetes.pod.uid\": 7 }");
	_cleanup_free_ char *text = NULL;

	(void)state;
	assert_int_equal(sg_learn_labels(g.w, g.root, NULL), 0);
	assert_string_equal(g.w->pod, "web-1");
	assert_string_equal(g.w->pod_namespace, "default");
	assert_string_equal(g.w->pod_container, "nginx");
	assert_false(g.w->is_sandbox);
	assert_int_equal(sg_workload_describe(g.w, &text, NULL), 0);
	assert_string_equal(text, "default/web-1/nginx (container 3f2a7b3f2a7b)");
}

static void an_image_s_labels_name_no_pod(void **state)
{
	static const char labels[] =
		"{ \"io.kubernetes.pod.name\": \"cart\", \"io.kubernetes.pod.namespace\": \"shop\","
		"  \"io.kubernetes.pod.uid\": \"11111111-89ab-cdef-0123-456789abcdef\","
		"  \"io.kubernetes.cri.sandbox-name\": \"cart\", \"nerdctl/name\": \"web\","
		"  \"io.kubernetes.docker.type\": \"podsandbox\","
		"  \"io.container.manager\": \"cri-o\" }";
	static const char *const paths[] = { "/docker/" ID, "/libpod_parent/libpod-" ID,
					     "/system.slice/docker-" ID ".scope",
					     "/kubepods/pod" POD_UID "/docker-" ID ".scope" };

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(paths); i++) {
		_cleanup_(given_done) struct given g = give(paths[i], labels);

		assert_int_equal(sg_learn_labels(g.w, g.root, NULL), 0);
		assert_null(g.w->pod);
		assert_null(g.w->pod_namespace);
		assert_null(g.w->name);
		assert_false(g.w->is_sandbox);
		assert_string_not_equal(g.w->manager, "cri-o");
	}
}

static void a_sandbox_is_known_by_its_label(void **state)
{
	_cleanup_(given_done) struct given g =
		give("/x", "{ \"io.kubernetes.cri.container-type\": \"sandbox\","
			   "  \"io.container.manager\": \"cri-o\" }");

	(void)state;
	assert_int_equal(sg_learn_labels(g.w, g.root, NULL), 0);
	assert_true(g.w->is_sandbox);
	assert_string_equal(g.w->manager, "cri-o");
}

static void podman_s_pod_has_its_name_from_its_infra_container(void **state)
{
	const char *path = "/libpod_parent/" POD_ID "/libpod-" ID;
	_cleanup_(given_done) struct given infra = give(path, "{ \"hostname\": \"pod\" }");
	_cleanup_(given_done) struct given other =
		give(path, "{ \"hostname\": \"no\", \"annotations\": {"
			   "  \"io.kubernetes.cri-o.SandboxID\": \"" POD_ID "\" } }");
	_cleanup_(given_done) struct given bad = give(
		path, "{ \"annotations\": { \"io.kubernetes.cri-o.SandboxID\": \"../../x\" } }");

	(void)state;
	assert_int_equal(sg_learn_config(infra.w, infra.root, NULL), 0);
	assert_true(infra.w->is_sandbox);
	assert_string_equal(infra.w->pod, "pod");
	assert_string_equal(infra.w->pod_uid, POD_ID);
	assert_int_equal(sg_learn_config(other.w, other.root, NULL), 0);
	assert_null(other.w->pod);
	assert_false(other.w->is_sandbox);
	assert_string_equal(sg_podman_infra(other.w, other.root), POD_ID);
	assert_null(sg_podman_infra(bad.w, bad.root));
}

static void a_state_counts_only_for_its_cgroup(void **state)
{
	static const char *const texts[] = {
		"{ \"cgroup_paths\": { \"\": \"/sys/fs/cgroup/unified/a/hand\" },"
		"  \"config\": { \"labels\": [ \"x=1\", \"bundle=/b\" ] } }",
		"{ \"cgroup-path\": \"/a/hand\", \"bundle\": \"/b\" }",
		"{ \"cgroup_path\": \"/a/hand\", \"bundle\": \"/b\" }",
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(texts); i++) {
		_cleanup_(given_done) struct given g = give("/a/hand", texts[i]);
		_cleanup_(given_done) struct given other = give("/a/hand2", texts[i]);

		assert_int_equal(sg_learn_state(g.w, g.root, "runc", "id", "/a/hand", NULL), 0);
		assert_string_equal(g.w->id, "id");
		assert_string_equal(g.w->runtime, "runc");
		assert_string_equal(g.w->bundle, "/b");
		assert_int_equal(
			sg_learn_state(other.w, other.root, "runc", "id", "/a/hand2", NULL), 0);
		assert_null(other.w->id);
	}
}

static void docker_names_the_container_that_was_asked_for(void **state)
{
	_cleanup_(given_done) struct given g =
		give("/docker/" ID, "[ 7, { \"Id\": \"x\", \"Names\": [ \"/no\" ] },"
				    "  { \"Id\": \"" ID
				    "\", \"Names\": [ \"/web\", \"/b\" ], \"Image\": \"nginx\","
				    "    \"ImageID\": \"sha256:" POD_ID "\","
				    "    \"Labels\": { \"io.kubernetes.pod.name\": \"pod\" } } ]");
	_cleanup_(given_done) struct given disk =
		give("/docker/" ID, "{ \"Name\": \"/web\", \"Image\": \"sha256:" POD_ID
				    "\", \"Config\": { \"Image\": \"nginx\","
				    "  \"Labels\": {} } }");
	_cleanup_(given_done) struct given none = give("/docker/" ID, "{ \"message\": \"x\" }");

	(void)state;
	assert_int_equal(sg_learn_docker_list(g.w, g.root, NULL), 0);
	assert_string_equal(g.w->name, "web");
	assert_string_equal(g.w->image, "nginx");
	assert_string_equal(g.w->image_digest, "sha256:" POD_ID);
	assert_null(g.w->pod); /* its image can have said that */
	assert_int_equal(sg_learn_docker_config(disk.w, disk.root, NULL), 0);
	assert_string_equal(disk.w->name, "web");
	assert_string_equal(disk.w->image, "nginx");
	assert_string_equal(disk.w->image_digest, "sha256:" POD_ID);
	assert_int_equal(sg_learn_docker_list(none.w, none.root, NULL), 0);
	assert_null(none.w->name);
}

static void storage_has_names_and_images(void **state)
{
	_cleanup_(given_done) struct given g =
		give("/libpod_parent/libpod-" ID,
		     "[ { \"id\": \"" ID "\", \"names\": [ \"web\" ], \"image\": \"" POD_ID "\","
		     "    \"metadata\": \"{\\\"image-name\\\": \\\"bb:1\\\"}\" } ]");
	_cleanup_(given_done) struct given bad =
		give("/libpod_parent/libpod-" ID,
		     "[ { \"id\": \"" ID "\", \"names\": 7, \"metadata\": \"{\" } ]");

	(void)state;
	assert_int_equal(sg_learn_storage(g.w, g.root, NULL), 0);
	assert_string_equal(g.w->name, "web");
	assert_string_equal(g.w->image, "bb:1");
	assert_string_equal(g.w->image_digest, "sha256:" POD_ID);
	assert_int_equal(sg_learn_storage(bad.w, bad.root, NULL), 0);
	assert_null(bad.w->name);
	assert_null(bad.w->image);
}

static void the_kubelet_s_file_names_are_taken_apart(void **state)
{
	_cleanup_(given_done) struct given g = give("/kubepods/pod" POD_UID "/" ID, NULL);

	(void)state;
	assert_int_equal(sg_learn_pod_dir(g.w, "default_web_another-uid", NULL), 0);
	assert_int_equal(sg_learn_pod_dir(g.w, "x_" POD_UID, NULL), 0);
	assert_null(g.w->pod);
	assert_int_equal(sg_learn_pod_dir(g.w, "default_web-1_" POD_UID, NULL), 0);
	assert_string_equal(g.w->pod_namespace, "default");
	assert_string_equal(g.w->pod, "web-1");
	assert_int_equal(sg_learn_log_name(g.w, "web-1_default_-" ID "x.log", NULL), 0);
	assert_int_equal(sg_learn_log_name(g.w, ID ".log", NULL), 0);
	assert_null(g.w->pod_container);
	assert_int_equal(sg_learn_log_name(g.w, "web-1_default_nginx-" ID ".log", NULL), 0);
	assert_string_equal(g.w->pod_container, "nginx");
}

static void an_image_s_id_is_a_digest_or_nothing(void **state)
{
	static const struct {
		const char *id, *image, *digest;
	} rows[] = {
		{ ID, "nginx", "sha256:" ID },
		{ "sha256:" ID, "nginx", "sha256:" ID },
		{ "sha256:" ID, "nginx@sha256:" POD_ID, "sha256:" ID },
		{ NULL, "nginx@sha256:" POD_ID, "sha256:" POD_ID },
		{ "nginx", "nginx@sha256:" POD_ID "0", NULL },
		{ "sha256:" ID "\n", "nginx@sha512:" POD_ID, NULL },
		{ "sha256:sha256:" ID, "nginx", NULL },
		{ "", "sha256:" POD_ID, NULL },
		{ NULL, NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		_cleanup_(given_done) struct given g = give("/docker/" ID, NULL);
		struct sg_target target = { 0 };

		assert_int_equal(sg_learn_image_id(g.w, rows[i].id, NULL), 0);
		assert_int_equal(sg_text_fill(&g.w->image, rows[i].image, NULL), 0);
		assert_int_equal(sg_workload_fill(g.w, &target, NULL), 0);
		if (rows[i].digest)
			assert_string_equal(target.image_digest, rows[i].digest);
		else
			assert_null(target.image_digest);
		sg_target_done(&target);
	}
}

static void what_is_known_goes_into_the_target(void **state)
{
	_cleanup_(given_done) struct given g = give("/system.slice/nginx.service", NULL);
	struct sg_target target = { .no_new_privs = SG_YES };

	(void)state;
	assert_int_equal(sg_workload_fill(g.w, &target, NULL), 0);
	assert_string_equal(target.unit, "nginx.service");
	assert_null(target.container_id);
	assert_int_equal(target.no_new_privs, SG_YES);
	sg_target_done(&target);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_configuration_says_how_the_process_is_run),
		cmocka_unit_test(an_empty_configuration_says_no),
		cmocka_unit_test(labels_name_the_pod),
		cmocka_unit_test(an_image_s_labels_name_no_pod),
		cmocka_unit_test(a_sandbox_is_known_by_its_label),
		cmocka_unit_test(podman_s_pod_has_its_name_from_its_infra_container),
		cmocka_unit_test(a_state_counts_only_for_its_cgroup),
		cmocka_unit_test(docker_names_the_container_that_was_asked_for),
		cmocka_unit_test(storage_has_names_and_images),
		cmocka_unit_test(an_image_s_id_is_a_digest_or_nothing),
		cmocka_unit_test(the_kubelet_s_file_names_are_taken_apart),
		cmocka_unit_test(what_is_known_goes_into_the_target),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
