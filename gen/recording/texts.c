/* SPDX-License-Identifier: Apache-2.0 */
#include "recording/texts.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "recording/json/text.h"

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
	char **p;

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
	p = reallocarray(*set, *n + 1, sizeof(*p));
	if (p)
		*set = p;
	if (!copy || !p)
		return sg_error_oom(err);
	memmove(p + lo + 1, p + lo, (*n - lo) * sizeof(*p));
	p[lo] = TAKE_PTR(copy);
	(*n)++;
	return 0;
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int sg_texts_unite(const char **texts, size_t n, char ***ret, size_t *ret_n, struct sg_error *err)
{
	size_t distinct = 0;

	if (n > 1)
		qsort(texts, n, sizeof(*texts), compare_texts);
	for (size_t i = 0; i < n; i++) {
		if (distinct == 0 || strcmp(texts[distinct - 1], texts[i]) != 0)
			texts[distinct++] = texts[i];
	}
	return sg_texts_copy((char *const *)(uintptr_t)texts, distinct, ret, ret_n, err);
}

struct reading {
	char **texts;
	size_t n;
};

static int read_text(const struct sg_json_doc *doc, const cJSON *node, void *data,
		     struct sg_error *err)
{
	struct reading *reading = data;
	int r;

	r = sg_text_read(doc, node, &reading->texts[reading->n], err);
	if (r == 0)
		reading->n++;
	return r;
}

int sg_texts_read(const struct sg_json_doc *doc, const cJSON *node, char ***ret, size_t *ret_n,
		  struct sg_error *err)
{
	struct reading reading = { 0 };
	int r;

	if (node->child) {
		reading.texts = calloc((size_t)cJSON_GetArraySize(node), sizeof(char *));
		if (!reading.texts)
			return sg_error_oom(err);
	}
	r = sg_json_array(doc, node, read_text, &reading, err);
	if (r < 0) {
		sg_texts_free(reading.texts, reading.n);
		return r;
	}
	*ret = reading.texts;
	*ret_n = reading.n;
	return 0;
}

int sg_texts_read_set(const struct sg_json_doc *doc, const cJSON *node, char ***ret, size_t *ret_n,
		      struct sg_error *err)
{
	char **texts;
	size_t n;
	int r;

	r = sg_texts_read(doc, node, &texts, &n, err);
	if (r < 0)
		return r;
	if (n > 1)
		qsort(texts, n, sizeof(*texts), compare_texts);
	for (size_t i = 1; i < n; i++) {
		if (strcmp(texts[i - 1], texts[i]) != 0)
			continue;
		r = sg_json_error_quoting(doc, node, err, "%s occurs a second time in its list",
					  texts[i]);
		sg_texts_free(texts, n);
		return r;
	}
	*ret = texts;
	*ret_n = n;
	return 0;
}
