/* SPDX-License-Identifier: Apache-2.0 */
#include "recording/json/texts.h"

#include <stdlib.h>
#include <string.h>

#include "base/texts.h"
#include "recording/json/text.h"

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
		qsort(texts, n, sizeof(*texts), sg_text_compare);
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
