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
#include "origin/match.h"
#include "origin/path.h"
#include "origin/workload.h"

#define ID  "3f2a7b3f2a7b3f2a7b3f2a7b3f2a7b3f2a7b3f2a7b3f2a7b3f2a7b3f2a7b3f2a"
#define POD "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define UID "01234567-89ab-cdef-0123-456789abcdef"

struct row {
	const char *path;
	enum sg_role role;
	const char *manager, *id, *unit;
};

static void check(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct sg_path_facts facts;

		sg_path_classify(rows[i].path, &facts);
		if (facts.role != rows[i].role || strcmp(facts.id, rows[i].id) ||
		    strcmp(facts.unit, rows[i].unit) || !facts.manager != !rows[i].manager ||
		    (facts.manager && strcmp(facts.manager, rows[i].manager)))
			fail_msg("%s: role %d, manager %s, id '%s', unit '%s'", rows[i].path,
				 facts.role, facts.manager ? facts.manager : "-", facts.id,
				 facts.unit);
	}
}

static void each_manager_s_names_are_known(void **state)
{
	static const struct row rows[] = {
		{ "/docker/" ID, SG_ROLE_CONTAINER, "docker", ID, "" },
		{ "/system.slice/docker-" ID ".scope", SG_ROLE_CONTAINER, "docker", ID, "" },
		{ "/libpod_parent/libpod-" ID, SG_ROLE_CONTAINER, "podman", ID, "" },
		{ "/machine.slice/libpod-" ID ".scope", SG_ROLE_CONTAINER, "podman", ID, "" },
		{ "/machine.slice/libpod-conmon-" ID ".scope", SG_ROLE_HELPER, "podman", ID, "" },
		{ "/libpod_parent/conmon", SG_ROLE_HELPER, "podman", "", "" },
		{ "/libpod_parent/" POD, SG_ROLE_POD, "podman", "", "" },
		{ "/kubepods/pod" UID "/" ID, SG_ROLE_CONTAINER, NULL, ID, "" },
		{ "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod"
		  "01234567_89ab_cdef_0123_456789abcdef.slice/cri-containerd-" ID ".scope",
		  SG_ROLE_CONTAINER, "containerd", ID, "" },
		{ "/crio-" ID, SG_ROLE_CONTAINER, "cri-o", ID, "" },
		{ "/lxc.payload.web", SG_ROLE_CONTAINER, "lxc", "web", "" },
		{ "/lxc.monitor.web", SG_ROLE_HELPER, "lxc", "web", "" },
		{ "/system.slice/runc-hand.scope", SG_ROLE_CONTAINER, NULL, "hand", "" },
	};

	(void)state;
	check(rows, SG_ARRAY_SIZE(rows));
}

static void units_are_the_innermost(void **state)
{
	static const struct row rows[] = {
		{ "/system.slice/nginx.service", SG_ROLE_UNIT, NULL, "", "nginx.service" },
		{ "/system.slice/nginx.service/worker", SG_ROLE_UNIT, NULL, "", "nginx.service" },
		{ "/user.slice/user-1000.slice/user@1000.service/app.slice/web.service",
		  SG_ROLE_UNIT, NULL, "", "web.service" },
		{ "/system.slice/_cgroup.service", SG_ROLE_UNIT, NULL, "", "cgroup.service" },
		{ "/system.slice", SG_ROLE_SLICE, NULL, "", "" },
		{ "/system.slice/plain", SG_ROLE_PLAIN, NULL, "", "" },
		{ "/", SG_ROLE_PLAIN, NULL, "", "" },
		{ "", SG_ROLE_PLAIN, NULL, "", "" },
	};

	(void)state;
	check(rows, SG_ARRAY_SIZE(rows));
}

static void what_looks_alike_is_not_taken(void **state)
{
	static const struct row rows[] = {
		{ "/docker/" ID "0", SG_ROLE_PLAIN, NULL, "", "" },
		{ "/docker-3F2A.scope", SG_ROLE_UNIT, NULL, "", "docker-3F2A.scope" },
		{ "/kubepods/podx/" ID, SG_ROLE_PLAIN, NULL, "", "" },
		{ "/.service", SG_ROLE_PLAIN, NULL, "", "" },
	};

	(void)state;
	check(rows, SG_ARRAY_SIZE(rows));
}

static void a_unit_in_a_container_is_the_container_s(void **state)
{
	const char *path = "/lxc.payload.web/system.slice/nginx.service";
	struct sg_path_facts facts;

	(void)state;
	sg_path_classify(path, &facts);
	assert_int_equal(facts.role, SG_ROLE_CONTAINER);
	assert_int_equal(facts.own_len, strlen("/lxc.payload.web"));
	assert_int_equal(facts.unit_len, strlen(path));
}

static void a_pod_s_uid_is_spelled_as_kubernetes_does(void **state)
{
	struct sg_path_facts facts;

	(void)state;
	sg_path_classify("/kubepods.slice/kubepods-pod01234567_89ab_cdef_0123_456789abcdef.slice",
			 &facts);
	assert_int_equal(facts.role, SG_ROLE_POD);
	assert_string_equal(facts.pod_uid, UID);
}

static void names_come_before_ids(void **state)
{
	_cleanup_(sg_workload_freep) struct sg_workload *w = NULL;
	char start[16];

	(void)state;
	assert_int_equal(sg_workload_new("/docker/" ID, &w, NULL), 0);
	w->name = strdup("web");
	assert_int_equal(sg_match_container("web", w), SG_RANK_NAME);
	assert_int_equal(sg_match_container(ID, w), SG_RANK_NAME);
	snprintf(start, sizeof(start), "%.12s", ID);
	assert_int_equal(sg_match_container(start, w), SG_RANK_ID);
	start[4] = '\0';
	assert_int_equal(sg_match_container(start, w), SG_RANK_ID_BEGINNING);
	assert_int_equal(sg_match_container("we", w), SG_RANK_NONE);
}

static void below_a_container_is_no_container(void **state)
{
	_cleanup_(sg_workload_freep) struct sg_workload *w = NULL;

	(void)state;
	assert_int_equal(sg_workload_new("/docker/" ID "/below", &w, NULL), 0);
	assert_false(w->is_itself);
	assert_int_equal(sg_match_container(ID, w), SG_RANK_NONE);
}

static void a_unit_s_suffix_may_be_left_out(void **state)
{
	static const char path[] = "/system.slice/nginx.service";
	_cleanup_(sg_workload_freep) struct sg_workload *w = NULL, *socket = NULL;

	(void)state;
	assert_int_equal(sg_workload_new(path, &w, NULL), 0);
	assert_true(sg_match_unit("nginx", w, path));
	assert_true(sg_match_unit("nginx.service", w, path));
	assert_false(sg_match_unit("ngin", w, path));
	assert_false(sg_match_unit("nginx.", w, path));
	assert_int_equal(sg_workload_new("/nginx.socket", &socket, NULL), 0);
	assert_false(sg_match_unit("nginx", socket, "/nginx.socket"));
}

static void a_pod_is_named_with_or_without_its_namespace(void **state)
{
	_cleanup_(sg_workload_freep) struct sg_workload *w = NULL;

	(void)state;
	assert_int_equal(sg_workload_new("/kubepods/pod" UID "/" ID, &w, NULL), 0);
	assert_false(sg_match_pod("web", w));
	w->pod = strdup("web");
	w->pod_namespace = strdup("default");
	w->pod_container = strdup("nginx");
	assert_true(sg_match_pod("web", w));
	assert_true(sg_match_pod("default/web", w));
	assert_false(sg_match_pod("defaul/web", w));
	assert_false(sg_match_pod("default/we", w));
	assert_true(sg_match_pod_container("nginx", w));
	assert_false(sg_match_pod_container("sidecar", w));
}

static void what_a_runtime_made_above_is_not_the_container(void **state)
{
	_cleanup_(sg_workload_freep) struct sg_workload *w = NULL, *own = NULL;

	(void)state;
	assert_int_equal(sg_workload_new("/made/above", &w, NULL), 0);
	w->id = strdup("hand");
	sg_workload_check_itself(w, "/made/above");
	assert_false(w->is_itself);
	assert_null(w->id);
	assert_int_equal(sg_workload_new("/made/above/hand", &own, NULL), 0);
	own->id = strdup("hand");
	sg_workload_check_itself(own, "/made/above/hand");
	assert_true(own->is_itself);
	assert_string_equal(own->id, "hand");
}

/* A workload of that path, each of whose ancestors was given to root and then to @uid. */
static struct sg_workload *owned(const char *path, uint32_t uid)
{
	struct sg_workload *w;

	assert_int_equal(sg_workload_new(path, &w, NULL), 0);
	sg_owner_add(&w->owner, 0, 0755);
	if (uid)
		sg_owner_add(&w->owner, uid, 0755);
	return w;
}

static void an_owner_is_who_can_write_above(void **state)
{
	struct sg_owner owner = { 0 };

	(void)state;
	assert_false(sg_owner_is(&owner, 0)); /* nothing is known */
	sg_owner_add(&owner, 0, 040755);
	assert_true(sg_owner_is(&owner, 0));
	sg_owner_add(&owner, 1000, 040755);
	sg_owner_add(&owner, 0, 040755);
	sg_owner_add(&owner, 1000, 040700);
	assert_false(sg_owner_is(&owner, 0));
	assert_true(sg_owner_is(&owner, 1000));
	sg_owner_add(&owner, 1001, 040755);
	assert_int_equal(owner.kind, SG_OWNER_SHARED);
	owner = (struct sg_owner){ 0 };
	sg_owner_add(&owner, 0, 040775);
	sg_owner_add(&owner, 0, 040755);
	assert_false(sg_owner_is(&owner, 0));
	owner = (struct sg_owner){ 0 };
	sg_owner_add(&owner, 0, 040757);
	assert_false(sg_owner_is(&owner, 0));
}

static void who_is_meant_by_a_name(void **state)
{
	static const struct {
		const char *path;
		uint32_t owner;
		bool is_unit, system, user; /* of uid 1000 */
	} rows[] = {
		{ "/system.slice/nginx.service", 0, true, true, false },
		{ "/machine/system.slice/nginx.service", 0, true, true, false },
		{ "/user.slice/user-1000.slice/user@1000.service", 0, true, true, false },
		{ "/user.slice/user-1000.slice/session-3.scope", 0, true, true, false },
		{ "/user.slice/user-1000.slice/user@1000.service/app.slice/nginx.service", 1000,
		  true, false, true },
		/* not delegated */
		{ "/user.slice/user-1000.slice/user@1000.service/app.slice/nginx.service", 0, true,
		  false, true },
		/* another's manager; one that is only called so */
		{ "/user.slice/user-1001.slice/user@1001.service/app.slice/nginx.service", 1001,
		  true, false, false },
		{ "/x/user@1000.service/nginx.service", 1001, true, false, false },
		{ "/system.slice/mine.service/user@1000.service/nginx.service", 1001, true, false,
		  false },
		/* nested in units and containers, whosever */
		{ "/system.slice/nginx.service", 1000, true, false, false },
		{ "/system.slice/delegated.service/nginx.service", 0, true, false, false },
		{ "/user@1000.service/app.service/nginx.service", 1000, true, false, false },
		{ "/lxc.payload.web/system.slice/nginx.service", 0, true, false, false },
		{ "/docker/" ID "/user@1000.service/nginx.service", 0, true, false, false },
		{ "/machine.slice/machine-a.scope/payload/system.slice/nginx.service", 0, true,
		  false, false },
		{ "/docker/" ID, 0, false, true, false },
		{ "/system.slice/web.service/libpod-payload-" ID, 0, false, true, false },
		{ "/user@1000.service/user.slice/libpod-" ID ".scope", 1000, false, false, true },
		{ "/user@1000.service/app.slice/web.service/libpod-payload-" ID, 1000, false, false,
		  true },
		{ "/docker/" ID, 1000, false, false, true },
		{ "/docker/" ID "/docker/" ID, 0, false, false, false },
		{ "/docker/" ID "/docker-" ID ".scope", 0, false, false, false },
		{ "/docker/" ID "/kubepods/pod" UID "/" ID, 0, false, false, false },
		{ "/lxc.payload.web/lxc.monitor.x/lxc.payload.web", 0, false, false, false },
	};
	const struct sg_whose system = { 0 }, user = { .is_user = true, .uid = 1000 };

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		_cleanup_(sg_workload_freep) struct sg_workload *w =
			owned(rows[i].path, rows[i].owner);

		if (sg_match_whose(&system, rows[i].is_unit, w) != rows[i].system ||
		    sg_match_whose(&user, rows[i].is_unit, w) != rows[i].user)
			fail_msg("row %zu, %s: system's %d, user's %d", i, rows[i].path,
				 sg_match_whose(&system, rows[i].is_unit, w),
				 sg_match_whose(&user, rows[i].is_unit, w));
	}
}

static void what_is_not_known_is_nobody_s(void **state)
{
	_cleanup_(sg_workload_freep) struct sg_workload *w = NULL;
	_cleanup_free_ char *text = NULL;
	const struct sg_whose system = { 0 }, root = { .is_user = true };

	(void)state;
	assert_int_equal(sg_workload_new("/docker/" ID, &w, NULL), 0);
	assert_false(sg_match_whose(&system, false, w));
	assert_false(sg_match_whose(&root, false, w));
	assert_int_equal(sg_whose_describe(w, &text, NULL), 0);
	assert_string_equal(text, "of an owner that is not known");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_manager_s_names_are_known),
		cmocka_unit_test(units_are_the_innermost),
		cmocka_unit_test(what_looks_alike_is_not_taken),
		cmocka_unit_test(a_unit_in_a_container_is_the_container_s),
		cmocka_unit_test(a_pod_s_uid_is_spelled_as_kubernetes_does),
		cmocka_unit_test(names_come_before_ids),
		cmocka_unit_test(below_a_container_is_no_container),
		cmocka_unit_test(a_unit_s_suffix_may_be_left_out),
		cmocka_unit_test(a_pod_is_named_with_or_without_its_namespace),
		cmocka_unit_test(what_a_runtime_made_above_is_not_the_container),
		cmocka_unit_test(an_owner_is_who_can_write_above),
		cmocka_unit_test(who_is_meant_by_a_name),
		cmocka_unit_test(what_is_not_known_is_nobody_s),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
