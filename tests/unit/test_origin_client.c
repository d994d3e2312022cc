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
#include "origin/client.h"

#define WORDS_MAX 32

/* Words of @line, which '|' stands between. */
static char *hint_of(const char *line)
{
	_cleanup_free_ char *copy = strdup(line);
	char *argv[WORDS_MAX], *save = NULL, *hint;
	size_t n = 0;

	for (char *word = strtok_r(copy, "|", &save); word; word = strtok_r(NULL, "|", &save))
		argv[n++] = word;
	assert_int_equal(sg_client_hint(argv, n, &hint, NULL), 0);
	return hint;
}

static void a_client_s_target_is_named(void **state)
{
	static const struct {
		const char *line, *record;
	} rows[] = {
		{ "podman|run|--rm|--name|web|img|sh", "--container web" },
		{ "/usr/bin/docker|-H|unix:///x|run|--name=web|img", "--container web" },
		{ "podman|run|img", "--container NAME" },
		{ "podman|--root|/r|start|web", "--container web" },
		{ "podman|exec|-it|-e|A=b|web|sh", "--container web" },
		{ "docker|build|.", "--all" },
		{ "docker-compose|up", "--container NAME" },
		{ "lxc-start|-n|web", "--container web" },
		{ "systemd-run|--unit=web|sleep|1", "--unit web" },
		{ "systemd-run|-u|web|--scope|sleep|1", "--unit web.scope" },
		{ "systemd-run|sleep|1", "--unit NAME" },
		{ "systemd-run|--user|--unit|web|sleep", "--user UID --unit web" },
		{ "systemctl|--quiet|restart|nginx.service", "--unit nginx.service" },
		{ "service|nginx|start", "--unit nginx" },
		{ "kubectl|-n|shop|run|cart", "--pod cart" },
		{ "machinectl|start|m", "--unit systemd-nspawn@NAME" },
		{ "at|now", "--unit atd" },
		{ "batch", "--unit atd" },
		{ "sudo|-u|alice|podman|run|--name|web|img", "--user alice --container web" },
		{ "sudo|podman|run|-u|bob|--name|web|img", "--container web" },
		{ "sudo|env|A=b|nice|-n|5|timeout|-s|INT|10|docker|run|--name|web|img",
		  "--container web" },
		{ "sh|-c|cd /x && exec podman run --name web img; true", "--container web" },
		{ "bash|-lc|systemctl start a.service; sleep 1", "--unit a.service" },
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		_cleanup_free_ char *hint = hint_of(rows[i].line);
		const char *found = hint ? strstr(hint, "record it with ") : NULL;

		if (!found || strcmp(found + strlen("record it with "), rows[i].record))
			fail_msg("%s: %s", rows[i].line, hint ? hint : "no hint");
	}
}

static void others_are_what_they_run(void **state)
{
	static const char *const lines[] = { "sort|/etc/passwd",
					     "podman|ps",
					     "podman",
					     "docker|images|run",
					     "systemctl|status|nginx",
					     "sh|-c|echo podman run",
					     "sh|script",
					     "sudo",
					     "env|A=b",
					     "timeout|10",
					     "echo|podman|run",
					     "" };

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(lines); i++) {
		_cleanup_free_ char *hint = hint_of(lines[i]);

		if (hint)
			fail_msg("%s: %s", lines[i], hint);
	}
}

static void the_hint_says_what_is_made_where(void **state)
{
	_cleanup_free_ char *hint = hint_of("podman|run|--name|web|img");

	(void)state;
	assert_string_equal(hint,
			    "podman run has the container made in a cgroup of its own: record "
			    "it with --container web");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_client_s_target_is_named),
		cmocka_unit_test(others_are_what_they_run),
		cmocka_unit_test(the_hint_says_what_is_made_where),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
