/* SPDX-License-Identifier: Apache-2.0 */
#include "base/suggest.h"

#include <string.h>

static unsigned int min(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/* The optimal string alignment distance. */
static unsigned int distance(const char *a, size_t na, const char *b, size_t nb)
{
	unsigned int rows[3][SG_NEAREST_MAX + 1];
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

struct sg_nearest sg_nearest_to(const char *word, size_t len)
{
	return (struct sg_nearest){
		.word = word,
		.len = len,
		.best = len > SG_NEAREST_MAX ? 0 : (unsigned int)(len / 3) + 1,
	};
}

void sg_nearest_try(struct sg_nearest *nearest, const char *candidate)
{
	size_t n = nearest->len, nc = strlen(candidate);
	unsigned int d;

	if (nc > SG_NEAREST_MAX || (nc > n ? nc - n : n - nc) >= nearest->best)
		return;
	d = distance(nearest->word, n, candidate, nc);
	if (d < nearest->best) {
		nearest->best = d;
		nearest->found = candidate;
	}
}
