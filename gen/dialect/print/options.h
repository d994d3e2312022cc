/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_DIALECT_PRINT_OPTIONS_H
#define SG_DIALECT_PRINT_OPTIONS_H

struct sg_print_options {
	const char *name; /* of the resource, for dialects that have one; NULL: "seccomp-gen" */
};

#endif
