/* SPDX-License-Identifier: Apache-2.0 */
#include "syscall/table.h"

#include <errno.h>
#include <string.h>

#include "base/version.h"
#include "syscall/arch.h"
#include "syscall/multiplexed_calls.h"
#include "syscall/tables.h"

static const struct sg_syscall_table *table_of(uint32_t token)
{
	const struct sg_arch *arch = sg_arch_by_token(token);

	return arch ? arch->table : NULL;
}

/* The first row whose number is not below @nr; table->n when there is none. */
static size_t lower_bound(const struct sg_syscall_table *table, uint32_t nr)
{
	size_t low = 0, high = table->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (table->rows[middle].nr < nr)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The index of @name in sg_syscall_names[]; sg_syscall_n_names when it is not there. */
static size_t name_index(const char *name)
{
	size_t low = 0, high = sg_syscall_n_names;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(sg_syscall_names[middle], name);

		if (order == 0)
			return middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return sg_syscall_n_names;
}

const char *sg_syscall_name(struct sg_syscall_id id)
{
	const struct sg_syscall_table *table = table_of(id.arch);
	size_t at;

	if (!table)
		return NULL;
	if (id.nr & SG_NR_MULTIPLEXED)
		return sg_multiplexed_name(id.nr);
	at = lower_bound(table, id.nr);
	if (at == table->n || table->rows[at].nr != id.nr)
		return NULL;
	return sg_syscall_names[table->rows[at].name];
}

int sg_syscall_nr(uint32_t arch, const char *name, uint32_t *ret_nr)
{
	const struct sg_syscall_table *table = table_of(arch);
	size_t index = name_index(name);
	size_t low = 0, high;

	if (!table || index == sg_syscall_n_names)
		return -ENOENT;
	/* The names are in order, so their indices are: compare numbers, not strings. */
	for (high = table->n; low < high;) {
		size_t middle = low + (high - low) / 2;
		const struct sg_syscall_row *row = &table->rows[table->by_name[middle]];

		if (row->name == index) {
			*ret_nr = row->nr;
			return 0;
		}
		if (row->name < index)
			low = middle + 1;
		else
			high = middle;
	}
	return -ENOENT;
}

bool sg_syscall_name_is_known(const char *name)
{
	return name_index(name) != sg_syscall_n_names;
}

const char *sg_syscall_since(const char *name)
{
	size_t index = name_index(name);

	return index == sg_syscall_n_names ? NULL : sg_syscall_versions[index];
}

const char *sg_syscall_newest(void)
{
	return sg_syscall_newest_version;
}

bool sg_syscall_table_covers(const char *release)
{
	uint32_t version, newest;

	return sg_kernel_parse(release, &version) == 0 && version >= SG_KERNEL_VERSION(3, 0) &&
	       sg_kernel_parse(sg_syscall_newest_version, &newest) == 0 && version <= newest;
}

const char *sg_syscall_next(uint32_t arch, size_t *pos, uint32_t *ret_nr)
{
	const struct sg_syscall_table *table = table_of(arch);
	const struct sg_syscall_row *row;

	if (!table || *pos >= table->n)
		return NULL;
	row = &table->rows[(*pos)++];
	*ret_nr = row->nr;
	return sg_syscall_names[row->name];
}

uint32_t sg_syscall_max(uint32_t arch)
{
	const struct sg_syscall_table *table = table_of(arch);

	return table ? table->rows[table->n - 1].nr : 0;
}

int sg_syscall_name_or_error(struct sg_syscall_id id, const char **ret, struct sg_error *err)
{
	const struct sg_arch *arch = sg_arch_by_token(id.arch);
	const char *name = sg_syscall_name(id);

	if (!arch)
		return sg_error_set(
			err, -ENOENT,
			"system call %u: unknown architecture 0x%08x (the table knows no "
			"AUDIT_ARCH of that value)",
			id.nr, id.arch);
	if (!name)
		return sg_error_set(
			err, -ENOENT,
			"system call %u of %s: no name (the table ends with Linux %s: a newer "
			"release of seccomp-gen may know it)",
			id.nr, arch->name, sg_syscall_newest());
	*ret = name;
	return 0;
}
