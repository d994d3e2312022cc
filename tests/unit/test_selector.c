/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "origin/selector.h"

#define ID    "3f2a7b3f2a7b3f2a7b3f2a7b3f2a7b3f2a7b3f2a7b3f2a7b3f2a7b3f2a7b3f2a"
#define OTHER "4f2a7b3f2a7b3f2a7b3f2a7b3f2a7b3f2a7b3f2a7b3f2a7b3f2a7b3f2a7b3f2a"
#define UNIT  "/system.slice/nginx.service"

/* Root's, in the cgroup @path. */
static struct sg_workload *at(const char *path)
{
	struct sg_workload *w = NULL;
	struct sg_error err;

	assert_int_equal(sg_workload_new(path, &w, &err), 0);
	w->owner.kind = SG_OWNER_ROOT;
	return w;
}

/* A container of Docker's, as far as its name is known. */
static struct sg_workload *container(const char *id, const char *name)
{
	char path[128];
	struct sg_workload *w;

	snprintf(path, sizeof(path), "/docker/%s", id);
	w = at(path);
	w->is_itself = true;
	w->name = name ? strdup(name) : NULL;
	w->is_settled = name != NULL;
	return w;
}

static void a_name_means_its_container_and_waits_for_what_has_none_yet(void **state)
{
	const struct sg_selector s = { .kind = SG_SELECT_CONTAINER, .text = "web" };
	_cleanup_(sg_workload_freep) struct sg_workload *web = container(ID, "web");
	_cleanup_(sg_workload_freep) struct sg_workload *db = container(ID, "db");
	_cleanup_(sg_workload_freep) struct sg_workload *nameless = container(ID, NULL);

	(void)state;
	assert_int_equal(sg_selector_match(&s, web, "/docker/" ID), SG_MATCH_YES);
	assert_int_equal(sg_selector_match(&s, db, "/docker/" ID), SG_MATCH_NO);
	assert_int_equal(sg_selector_match(&s, nameless, "/docker/" ID), SG_MATCH_NOT_YET);
}

static void who_is_found_once_is_meant_from_then_on(void **state)
{
	struct sg_selector s = { .kind = SG_SELECT_CONTAINER, .text = "web" };
	_cleanup_(sg_workload_freep) struct sg_workload *web = container(ID, "web");
	_cleanup_(sg_workload_freep) struct sg_workload *again = container(OTHER, "web");
	_cleanup_(sg_workload_freep) struct sg_workload *renamed = container(ID, "new");
	_cleanup_(sg_workload_freep) struct sg_workload *podmans = container(OTHER, "web");
	struct sg_error err;

	(void)state;
	assert_int_equal(sg_selector_pin(&s, web, "/docker/" ID, &err), 0);
	assert_string_equal(s.id, ID);
	assert_string_equal(s.name, "web");
	/* under its name with a new id, and under its id with a new name */
	assert_int_equal(sg_selector_match(&s, again, "/docker/" OTHER), SG_MATCH_YES);
	assert_int_equal(sg_selector_match(&s, renamed, "/docker/" ID), SG_MATCH_YES);
	/* of another manager: it is called so, and is another */
	podmans->manager = "podman";
	assert_int_equal(sg_selector_match(&s, podmans, "/x"), SG_MATCH_SECOND);
	sg_selector_done(&s);
	assert_null(s.id);
}

static void a_user_s_container_is_not_the_system_s(void **state)
{
	struct sg_selector s = { .kind = SG_SELECT_CONTAINER, .text = "web" };
	_cleanup_(sg_workload_freep) struct sg_workload *w = container(ID, "web");
	_cleanup_free_ char *text = NULL;
	struct sg_error err;

	(void)state;
	w->owner = (struct sg_owner){ .kind = SG_OWNER_USER, .uid = 1000 };
	assert_int_equal(sg_selector_match(&s, w, "/docker/" ID), SG_MATCH_OTHERS);
	assert_int_equal(sg_selector_describe_other(&s, w, "/docker/" ID, &text, &err), 0);
	assert_string_equal(text, "cgroup /docker/" ID " is called so too, but is uid 1000's: not "
				  "recorded (--user 1000 names it)");
	s.whose = (struct sg_whose){ .is_user = true, .uid = 1000 };
	assert_int_equal(sg_selector_match(&s, w, "/docker/" ID), SG_MATCH_YES);
	s.whose.uid = 1001;
	assert_int_equal(sg_selector_match(&s, w, "/docker/" ID), SG_MATCH_OTHERS);
}

static void a_unit_is_where_it_was(void **state)
{
	struct sg_selector s = { .kind = SG_SELECT_UNIT, .text = "nginx" };
	_cleanup_(sg_workload_freep) struct sg_workload *w = at(UNIT);
	_cleanup_(sg_workload_freep) struct sg_workload *moved = at("/other.slice/nginx.service");
	_cleanup_(sg_workload_freep) struct sg_workload *other = at("/system.slice/redis.service");
	struct sg_error err;

	(void)state;
	assert_int_equal(sg_selector_match(&s, w, UNIT), SG_MATCH_YES);
	assert_int_equal(sg_selector_match(&s, other, "/system.slice/redis.service"), SG_MATCH_NO);
	assert_int_equal(sg_selector_pin(&s, w, UNIT, &err), 0);
	assert_int_equal(sg_selector_match(&s, w, UNIT), SG_MATCH_YES);
	assert_int_equal(sg_selector_match(&s, moved, "/other.slice/nginx.service"),
			 SG_MATCH_SECOND);
	/* started again in another slice of the same manager, or of another's */
	assert_true(sg_selector_is_unit_again(&s, "/other.slice/nginx.service"));
	assert_false(sg_selector_is_unit_again(&s, "/docker/" ID "/system.slice/nginx.service"));
	s.kind = SG_SELECT_CONTAINER;
	assert_false(sg_selector_is_unit_again(&s, "/other.slice/nginx.service"));
	sg_selector_done(&s);
	assert_false(sg_selector_is_unit_again(&s, UNIT));
}

static void a_pod_means_its_containers(void **state)
{
	struct sg_selector s = { .kind = SG_SELECT_POD, .text = "shop/cart", .container = "app" };
	_cleanup_(sg_workload_freep) struct sg_workload *w = container(ID, "k8s_app");
	_cleanup_(sg_workload_freep) struct sg_workload *side = container(OTHER, "k8s_side");
	struct sg_error err;

	(void)state;
	w->pod = strdup("cart");
	w->pod_namespace = strdup("shop");
	w->pod_container = strdup("app");
	side->pod = strdup("cart");
	side->pod_namespace = strdup("shop");
	side->pod_container = strdup("side");
	assert_int_equal(sg_selector_match(&s, w, "/x"), SG_MATCH_YES);
	assert_int_equal(sg_selector_match(&s, side, "/x"), SG_MATCH_NO);
	assert_int_equal(sg_selector_pin(&s, w, "/x", &err), 0);
	assert_string_equal(s.pod, "cart");
	assert_string_equal(s.pod_namespace, "shop");
	assert_int_equal(sg_selector_match(&s, w, "/x"), SG_MATCH_YES);
	assert_int_equal(sg_selector_match(&s, side, "/x"), SG_MATCH_NO);
	sg_selector_done(&s);
}

static void a_path_means_itself_alone(void **state)
{
	struct sg_selector s = { .kind = SG_SELECT_CGROUP, .text = "/a", .path = strdup("/a") };
	_cleanup_(sg_workload_freep) struct sg_workload *w = at("/a");
	const struct sg_selector pid = { .kind = SG_SELECT_PID, .text = "1" };

	(void)state;
	assert_int_equal(sg_selector_match(&s, w, "/a"), SG_MATCH_YES);
	assert_int_equal(sg_selector_match(&s, w, "/a/b"), SG_MATCH_NO);
	assert_int_equal(sg_selector_match(&pid, w, "/a"), SG_MATCH_NO);
	sg_selector_done(&s);
}

static void what_is_meant_is_described(void **state)
{
	static const struct {
		struct sg_selector s;
		const char *text, *kind;
	} rows[] = {
		{ { .kind = SG_SELECT_PID, .text = "7" }, "process 7", "cgroup" },
		{ { .kind = SG_SELECT_UNIT, .text = "a", .whose = { true, 1000 } },
		  "unit a of uid 1000",
		  "unit" },
		{ { .kind = SG_SELECT_POD, .text = "n/p", .container = "c" },
		  "pod n/p, container c",
		  "pod" },
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		_cleanup_free_ char *text = NULL;
		struct sg_error err;

		assert_int_equal(sg_selector_describe(&rows[i].s, &text, &err), 0);
		assert_string_equal(text, rows[i].text);
		assert_string_equal(sg_selector_kind_name(rows[i].s.kind), rows[i].kind);
	}
}

static char *key_of(const struct sg_workload *w, const char *path)
{
	struct sg_error err;
	char *key = NULL;

	assert_int_equal(sg_workload_key(w, path, 77, &key, &err), 0);
	return key;
}

/* A container by its name, for it comes again under a new id; each owner's apart. */
static void a_key_is_of_the_name_and_of_who_made_it(void **state)
{
	_cleanup_(sg_workload_freep) struct sg_workload *web = container(ID, "web");
	_cleanup_(sg_workload_freep) struct sg_workload *again = container(OTHER, "web");
	_cleanup_(sg_workload_freep) struct sg_workload *unit = at(UNIT);
	_cleanup_free_ char *a = key_of(web, "/docker/" ID), *b = key_of(again, "/docker/" OTHER);
	_cleanup_free_ char *u = key_of(unit, UNIT), *none = key_of(NULL, "/x"), *users = NULL,
			    *anybodys = NULL;

	(void)state;
	assert_string_equal(a, b);
	assert_non_null(strstr(u, "cgroup " UNIT));
	assert_string_equal(none, "cgroup /x");
	again->owner = (struct sg_owner){ .kind = SG_OWNER_USER, .uid = 1000 };
	users = key_of(again, "/docker/" OTHER);
	assert_string_not_equal(a, users);
	/* what several can have made is never found again */
	again->owner = (struct sg_owner){ .kind = SG_OWNER_UNKNOWN };
	anybodys = key_of(again, "/docker/" OTHER);
	assert_non_null(strstr(anybodys, "id 77 "));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_means_its_container_and_waits_for_what_has_none_yet),
		cmocka_unit_test(who_is_found_once_is_meant_from_then_on),
		cmocka_unit_test(a_user_s_container_is_not_the_system_s),
		cmocka_unit_test(a_unit_is_where_it_was),
		cmocka_unit_test(a_pod_means_its_containers),
		cmocka_unit_test(a_path_means_itself_alone),
		cmocka_unit_test(what_is_meant_is_described),
		cmocka_unit_test(a_key_is_of_the_name_and_of_who_made_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
