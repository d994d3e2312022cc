/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_FUZZ_CHECK_H
#define SG_FUZZ_CHECK_H

#include <stdio.h>
#include <stdlib.h>

#define CHECK(what)                                            \
	do {                                                   \
		if (!(what)) {                                 \
			fprintf(stderr, "fails: %s\n", #what); \
			abort();                               \
		}                                              \
	} while (0)

#endif
