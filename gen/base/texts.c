/* SPDX-License-Identifier: Apache-2.0 */
#include "base/texts.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"

int sg_text_copy(const char *text, char **ret, struct sg_error *err)
{
	char *copy = NULL;

	if (text) {
		copy = strdup(text);
		if (!copy)
			return sg_error_oom(err);
	}
	*ret = copy;
	return 0;
}

int sg_text_fill(char **field, const char *value, struct sg_error *err)
{
	if (*field || !value || !*value)
		return 0;
	*field = strdup(value);
	return *field ? 0 : sg_error_oom(err);
}

const char *sg_text_base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

int sg_text_compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void sg_texts_free(char **texts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(texts[i]);
	free(texts);
}

bool sg_texts_equal(char *const *a, size_t n_a, char *const *b, size_t n_b)
{
	if (n_a != n_b)
		return false;
	for (size_t i = 0; i < n_a; i++) {
		if (strcmp(a[i], b[i]) != 0)
			return false;
	}
	return true;
}

int sg_texts_copy(char *const *texts, size_t n, char ***ret, size_t *ret_n, struct sg_error *err)
{
	char **copy;

	if (n == 0) {
		*ret = NULL;
		*ret_n = 0;
		return 0;
	}
	copy = calloc(n, sizeof(*copy));
	if (!copy)
		return sg_error_oom(err);
	for (size_t i = 0; i < n; i++) {
		copy[i] = strdup(texts[i]);
		if (!copy[i]) {
			sg_texts_free(copy, i);
			return sg_error_oom(err);
		}
	}
	*ret = copy;
	*ret_n = n;
	return 0;
}

int sg_texts_add(char ***set, size_t *n, const char *text, struct sg_error *err)
{
	_cleanup_free_ char *copy = NULL;
	size_t lo = 0, hi = *n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int order = strcmp((*set)[mid], text);

		if (order == 0)
			return 0;
		if (order < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	copy = strdup(text);
	if (!copy || SG_ARRAY_GROW(*set, *n) < 0)
		return sg_error_oom(err);
	memmove(*set + lo + 1, *set + lo, (*n - lo) * sizeof(**set));
	(*set)[lo] = TAKE_PTR(copy);
	(*n)++;
	return 0;
}

int sg_texts_unite(const char **texts, size_t n, char ***ret, size_t *ret_n, struct sg_error *err)
{
	size_t distinct = 0;

	if (n > 1)
		qsort(texts, n, sizeof(*texts), sg_text_compare);
	for (size_t i = 0; i < n; i++) {
		if (distinct == 0 || strcmp(texts[distinct - 1], texts[i]) != 0)
			texts[distinct++] = texts[i];
	}
	return sg_texts_copy((char *const *)(uintptr_t)texts, distinct, ret, ret_n, err);
}
