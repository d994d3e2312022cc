/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PATIENCE_H
#define PATIENCE_H

#include <stdlib.h>

/* How many times longer all takes than by itself: under valgrind, whoever starts it says so. */
static inline double patience(void)
{
	const char *factor = getenv("SG_PATIENCE");

	return factor ? atof(factor) : 1;
}

#endif
