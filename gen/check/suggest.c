/* SPDX-License-Identifier: Apache-2.0 */
#include "check/suggest.h"

#include <string.h>

#include "syscall/table.h"

#define NAME_MAX_ 32 /* longer ones are not compared; the longest call has 22 letters */

static unsigned int min(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/* The optimal string alignment distance. */
static unsigned int distance(const char *a, size_t na, const char *b, size_t nb)
{
	unsigned int rows[3][NAME_MAX_ + 1];
	unsigned int *two = rows[0], *one = rows[1], *now = rows[2];

	for (unsigned int k = 0; k <= nb; k++)
		one[k] = k;
	for (unsigned int i = 1; i <= na; i++) {
		unsigned int *spare = two;

		now[0] = i;
		for (unsigned int k = 1; k <= nb; k++) {
			unsigned int differs = a[i - 1] != b[k - 1];

			now[k] = min(min(now[k - 1], one[k]) + 1, one[k - 1] + differs);
			if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1])
				now[k] = min(now[k], two[k - 2] + 1);
		}
		two = one;
		one = now;
		now = spare;
	}
	return one[nb];
}

const char *sg_suggest_call(const struct sg_profile *profile, const char *name)
{
	size_t n = strlen(name);
	unsigned int best = (unsigned int)(n / 3) + 1; /* to be beaten */
	const char *found = NULL;

	if (n > NAME_MAX_)
		return NULL;
	for (size_t i = 0; i < profile->n_arches; i++) {
		const char *known;
		size_t pos = 0;
		uint32_t nr;

		while ((known = sg_syscall_next(profile->arches[i], &pos, &nr))) {
			size_t nk = strlen(known);
			unsigned int d;

			if (nk > NAME_MAX_ || (nk > n ? nk - n : n - nk) >= best)
				continue;
			d = distance(name, n, known, nk);
			if (d < best) {
				best = d;
				found = known;
			}
		}
	}
	return found;
}
