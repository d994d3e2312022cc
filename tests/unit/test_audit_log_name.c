/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "audit/stream/log_name.h"
#include "base/cleanup.h"

static void rotated_logs_are_logs_whatever_packed_them(void **state)
{
	static const struct {
		const char *name;
		bool is_log;
	} rows[] = {
		{ "audit.log", true },
		{ "audit.log.1", true },
		{ "audit.log.12.gz", true },
		{ "audit.log.3.xz", true },
		{ "audit.log-20261121", true },
		{ "audit.log-20261121.gz", true },
		{ "audit.log-20261121-1795292157", true },
		{ "", false },
		{ "audit.lo", false },
		{ "audit.logs", false },
		{ "audit.log.", false },
		{ "audit.log.old", false },
		{ "audit.log-", false },
		{ "audit.log.1x", false },
		{ "audit.log.+1", false },
		{ "audit.log.99999999999999999999", false },
		{ "xaudit.log.1", false },
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		if (sg_audit_is_log_name(rows[i].name) != rows[i].is_log)
			fail_msg("'%s'", rows[i].name);
	}
}

static void the_oldest_comes_first(void **state)
{
	static const char *const order[] = {
		"audit.log-20261119",	 "audit.log-20261121", "audit.log-20261121-1795292157",
		"audit.log-20261122.gz", "audit.log.12",       "audit.log.2",
		"audit.log.2.gz",	 "audit.log.1",	       "audit.log",
	};
	const char *names[SG_ARRAY_SIZE(order)];

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(order); i++)
		names[i] = order[(i * 4 + 2) % SG_ARRAY_SIZE(order)];
	qsort(names, SG_ARRAY_SIZE(names), sizeof(*names), sg_audit_log_names_compare);
	for (size_t i = 0; i < SG_ARRAY_SIZE(order); i++)
		assert_string_equal(names[i], order[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rotated_logs_are_logs_whatever_packed_them),
		cmocka_unit_test(the_oldest_comes_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
