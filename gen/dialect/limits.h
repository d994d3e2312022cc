/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_DIALECT_LIMITS_H
#define SG_DIALECT_LIMITS_H

/* What runtimes take from a registry by default (KEP-6061). */
#define SG_KEP_MAX_ENTRIES 128u
#define SG_KEP_MAX_BYTES   (1u << 20)

#endif
