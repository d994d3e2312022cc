/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_ARGS_TABLES_H
#define SG_ARGS_TABLES_H

#include <stddef.h>
#include <stdint.h>

/* What scripts/gen-arg-table makes of gen/args/data/; for gen/args/ only. Static and read-only. */

struct sg_arg_value {
	const char *name;
	uint64_t value, mask; /* what is left of an argument under the mask */
	uint32_t arches;      /* bit per sg_arg_arches[] */
};

struct sg_arg_values {
	const char *name;
	const struct sg_arg_value *values;
	size_t n;
};

/* The architectures that the table speaks of, by the names of syscall/arch.h. */
extern const char *const sg_arg_arches[];
extern const size_t sg_arg_n_arches;

extern const struct sg_arg_values sg_arg_sets[];
extern const size_t sg_arg_n_sets;

#endif
