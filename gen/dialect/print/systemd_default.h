/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_DIALECT_PRINT_SYSTEMD_DEFAULT_H
#define SG_DIALECT_PRINT_SYSTEMD_DEFAULT_H

/* The group @default of systemd 252, which every allow list includes; ends with NULL. */
extern const char *const sg_systemd_default[];

#endif
