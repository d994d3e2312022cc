/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TESTS_RUN_ENTRY_H
#define SG_TESTS_RUN_ENTRY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "recording/recording.h"
#include "syscall/table.h"

static inline struct sg_syscall_id id_of(uint32_t arch, const char *name)
{
	struct sg_syscall_id id = { .arch = arch };

	if (sg_syscall_nr(arch, name, &id.nr) < 0)
		fail_msg("%s is not in the table", name);
	return id;
}

/* The entry of the call @name in @run, made if need be; it is of all of the run's sources. */
static inline struct sg_entry *entry_of(struct sg_run *run, uint32_t arch, const char *name)
{
	struct sg_entry *entry = NULL;

	assert_int_equal(sg_run_entry(run, id_of(arch, name), &entry, NULL), 0);
	entry->sources = run->sources;
	return entry;
}

#endif
