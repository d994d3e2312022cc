/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json/json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/json/doc.h"
#include "base/json/scan.h"

#define QUOTED_MAX 64 /* bytes of a foreign text that a message shows */

/*
 * cJSON forgets where a value stood. A scan of the text lists the offsets of all values in document
 * order, and a walk of the tree in the same order lists the nodes: the k-th node starts at the k-th
 * offset. A hash of the nodes' addresses finds k, so that a position costs the same for the last
 * node as for the first.
 */
struct sg_json_doc {
	char *name, *shown_name; /* as given; safe for a terminal */
	char *text;
	size_t len;
	cJSON *root;
	uint32_t *offsets;   /* by k */
	const cJSON **nodes; /* by k */
	size_t n_values;
	uint32_t *slots; /* by hash of the address: k + 1, or 0 where the slot is free */
	size_t n_slots;	 /* a power of two, at least twice n_values */
	uint32_t *lines; /* offset at which each line starts */
	size_t n_lines;
};

void sg_json_doc_free(struct sg_json_doc *doc)
{
	if (!doc)
		return;
	cJSON_Delete(doc->root);
	free(doc->name);
	free(doc->shown_name);
	free(doc->text);
	free(doc->offsets);
	free(doc->nodes);
	free(doc->slots);
	free(doc->lines);
	free(doc);
}

static size_t slot_of(const struct sg_json_doc *doc, const cJSON *node)
{
	/* Fibonacci hashing; malloc aligns to 16, so the low bits say nothing. */
	uint64_t h = ((uint64_t)(uintptr_t)node >> 4) * UINT64_C(0x9e3779b97f4a7c15);

	return (size_t)(h >> 32) & (doc->n_slots - 1);
}

/* The place of @node in document order; false when it is none of ours. */
static bool find_node(const struct sg_json_doc *doc, const cJSON *node, size_t *ret)
{
	for (size_t i = slot_of(doc, node); doc->slots[i]; i = (i + 1) & (doc->n_slots - 1)) {
		if (doc->nodes[doc->slots[i] - 1] == node) {
			*ret = doc->slots[i] - 1;
			return true;
		}
	}
	return false;
}

static void locate(const struct sg_json_doc *doc, size_t offset, unsigned int *ret_line,
		   unsigned int *ret_column)
{
	size_t lo = 0, hi = doc->n_lines;

	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2;

		if (doc->lines[mid] <= offset)
			lo = mid;
		else
			hi = mid;
	}
	*ret_line = (unsigned int)lo + 1;
	*ret_column = (unsigned int)(offset - doc->lines[lo]) + 1;
}

static int index_lines(struct sg_json_doc *doc, struct sg_error *err)
{
	const char *p = doc->text, *end = doc->text + doc->len;
	size_t n = 1;

	for (; (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
		n++;
	doc->lines = calloc(n, sizeof(*doc->lines));
	if (!doc->lines)
		return sg_error_oom(err);
	doc->n_lines = 1;
	for (p = doc->text; (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
		doc->lines[doc->n_lines++] = (uint32_t)(p - doc->text) + 1;
	return 0;
}

/* List @node, its later siblings and all below them; the scan has bounded the depth. */
static void list_nodes(struct sg_json_doc *doc, const cJSON *node, size_t *k)
{
	for (; node && *k < doc->n_values; node = node->next) {
		size_t i = slot_of(doc, node);

		while (doc->slots[i])
			i = (i + 1) & (doc->n_slots - 1);
		doc->nodes[(*k)++] = node;
		doc->slots[i] = (uint32_t)*k;
		list_nodes(doc, node->child, k);
	}
}

static int index_nodes(struct sg_json_doc *doc, struct sg_error *err)
{
	size_t k = 0;

	doc->n_slots = 2;
	while (doc->n_slots < doc->n_values * 2)
		doc->n_slots *= 2;
	doc->slots = calloc(doc->n_slots, sizeof(*doc->slots));
	doc->nodes = calloc(doc->n_values, sizeof(*doc->nodes));
	if (!doc->slots || !doc->nodes)
		return sg_error_oom(err);
	list_nodes(doc, doc->root, &k);
	return 0;
}

struct named {
	const char *name;
	const cJSON *node;
	size_t order;
};

static int compare_named(const void *pa, const void *pb)
{
	const struct named *a = pa, *b = pb;
	int r = strcmp(a->name, b->name);

	if (r)
		return r;
	return a->order < b->order ? -1 : 1;
}

static int refuse_duplicates_of(const struct sg_json_doc *doc, const cJSON *object,
				struct sg_error *err)
{
	_cleanup_free_ struct named *members = NULL;
	const cJSON *child;
	size_t n = 0, i = 0;

	cJSON_ArrayForEach (child, object)
		n++;
	if (n < 2)
		return 0;
	members = calloc(n, sizeof(*members));
	if (!members)
		return sg_error_oom(err);
	cJSON_ArrayForEach (child, object) {
		members[i] = (struct named){ child->string, child, i };
		i++;
	}
	qsort(members, n, sizeof(*members), compare_named);
	for (i = 1; i < n; i++) {
		if (strcmp(members[i - 1].name, members[i].name) == 0)
			return sg_json_error_quoting(doc, members[i].node, err,
						     "%s occurs a second time in its object",
						     members[i].name);
	}
	return 0;
}

static int refuse_duplicates(const struct sg_json_doc *doc, struct sg_error *err)
{
	for (size_t k = 0; k < doc->n_values; k++) {
		int r;

		if (!cJSON_IsObject(doc->nodes[k]))
			continue;
		r = refuse_duplicates_of(doc, doc->nodes[k], err);
		if (r < 0)
			return r;
	}
	return 0;
}

static int doc_new(const char *name, const char *text, size_t len, struct sg_json_doc **ret,
		   struct sg_error *err)
{
	_cleanup_(sg_json_doc_freep) struct sg_json_doc *doc = NULL;
	struct sg_strbuf shown = SG_STRBUF_INIT;

	doc = calloc(1, sizeof(*doc));
	if (!doc)
		return sg_error_oom(err);
	doc->name = strdup(name);
	doc->text = malloc(len + 1);
	sg_escape(&shown, name);
	if (sg_strbuf_steal(&shown, &doc->shown_name, NULL) < 0)
		sg_strbuf_done(&shown);
	if (!doc->name || !doc->text || !doc->shown_name)
		return sg_error_oom(err);
	if (len)
		memcpy(doc->text, text, len);
	doc->text[len] = '\0';
	doc->len = len;
	*ret = TAKE_PTR(doc);
	return 0;
}

static int scan(struct sg_json_doc *doc, struct sg_error *err)
{
	_cleanup_free_ uint32_t *offsets = NULL;
	struct sg_json_scan found;
	unsigned int line, column;
	int r;

	r = sg_json_scan(&found, doc->text, doc->len);
	offsets = found.offsets;
	if (r == -ENOMEM)
		return sg_error_oom(err);
	if (r < 0) {
		locate(doc, found.where, &line, &column);
		return sg_error_set(err, r, "%s:%u:%u: %s", doc->shown_name, line, column,
				    found.reason);
	}
	doc->offsets = TAKE_PTR(offsets);
	doc->n_values = found.n_values;
	return 0;
}

int sg_json_parse_limit(const char *name, const char *text, size_t len, size_t max_bytes,
			struct sg_json_doc **ret, struct sg_error *err)
{
	_cleanup_(sg_json_doc_freep) struct sg_json_doc *doc = NULL;
	bool too_large = len > max_bytes;
	int r;

	r = doc_new(name, text, too_large ? 0 : len, &doc, err);
	if (r < 0)
		return r;
	if (too_large)
		return sg_error_set(err, -E2BIG, "%s: %zu bytes, more than the %zu that are read",
				    doc->shown_name, len, max_bytes);
	r = index_lines(doc, err);
	if (r < 0)
		return r;
	r = scan(doc, err);
	if (r < 0)
		return r;
	/* The scan has left nothing that cJSON could refuse, unless memory runs out. */
	doc->root = cJSON_ParseWithLength(doc->text, doc->len);
	if (!doc->root)
		return sg_error_oom(err);
	r = index_nodes(doc, err);
	if (r < 0)
		return r;
	r = refuse_duplicates(doc, err);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(doc);
	return 0;
}

int sg_json_doc_from_tree(const char *name, const char *text, size_t len, cJSON *root,
			  uint32_t *offsets, size_t n_values, struct sg_json_doc **ret,
			  struct sg_error *err)
{
	_cleanup_(sg_json_doc_freep) struct sg_json_doc *doc = NULL;
	int r;

	r = doc_new(name, text, len, &doc, err);
	if (r < 0) {
		cJSON_Delete(root);
		free(offsets);
		return r;
	}
	doc->root = root;
	doc->offsets = offsets;
	doc->n_values = n_values;
	r = index_lines(doc, err);
	if (r < 0)
		return r;
	r = index_nodes(doc, err);
	if (r < 0)
		return r;
	r = refuse_duplicates(doc, err);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(doc);
	return 0;
}

int sg_json_parse(const char *name, const char *text, size_t len, struct sg_json_doc **ret,
		  struct sg_error *err)
{
	return sg_json_parse_limit(name, text, len, SG_JSON_MAX_BYTES, ret, err);
}

const cJSON *sg_json_root(const struct sg_json_doc *doc)
{
	return doc->root;
}

void sg_json_position(const struct sg_json_doc *doc, const cJSON *node, unsigned int *ret_line,
		      unsigned int *ret_column)
{
	size_t k;

	*ret_line = *ret_column = 0;
	if (find_node(doc, node, &k))
		locate(doc, doc->offsets[k], ret_line, ret_column);
}

const char *sg_json_raw(const struct sg_json_doc *doc, const cJSON *node)
{
	size_t k;

	return find_node(doc, node, &k) ? doc->text + doc->offsets[k] : NULL;
}

int sg_json_error(const struct sg_json_doc *doc, const cJSON *node, struct sg_error *err,
		  const char *fmt, ...)
{
	unsigned int line, column;
	va_list ap;

	va_start(ap, fmt);
	sg_error_vset(err, -EINVAL, fmt, ap);
	va_end(ap);
	sg_json_position(doc, node, &line, &column);
	sg_error_prefix(err, "%s:%u:%u: ", doc->shown_name, line, column);
	return -EINVAL;
}

int sg_json_error_quoting(const struct sg_json_doc *doc, const cJSON *node, struct sg_error *err,
			  const char *fmt, const char *text)
{
	struct sg_strbuf quoted = SG_STRBUF_INIT;
	size_t n = strlen(text), shown = n > QUOTED_MAX ? QUOTED_MAX : n;
	int r;

	/* Not through the middle of a character. */
	while (shown > 0 && shown < n && ((unsigned char)text[shown] & 0xc0) == 0x80)
		shown--;
	sg_strbuf_add_char(&quoted, '"');
	sg_escape_mem(&quoted, text, shown);
	sg_strbuf_add(&quoted, shown < n ? "…\"" : "\"");
	r = sg_json_error(doc, node, err, fmt, quoted.failed ? "\"\"" : quoted.data);
	sg_strbuf_done(&quoted);
	return r;
}
