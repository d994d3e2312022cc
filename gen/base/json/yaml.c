/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json/yaml.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "base/escape.h"
#include "base/json/doc.h"

struct builder {
	yaml_parser_t parser;
	const char *shown_name;
	const char *text;
	size_t len;
	/* libyaml counts characters; the text is addressed by bytes: a cursor knows both. */
	size_t cursor_byte, cursor_char;
	uint32_t *offsets; /* of every value, in document order */
	size_t n_values, cap;
};

static int fail_at(const struct builder *b, yaml_mark_t mark, int code, struct sg_error *err,
		   const char *reason)
{
	return sg_error_set(err, code, "%s:%zu:%zu: %s", b->shown_name, mark.line + 1,
			    mark.column + 1, reason);
}

static int parser_error(const struct builder *b, struct sg_error *err)
{
	const yaml_parser_t *p = &b->parser;
	const char *problem = p->problem ? p->problem : "not YAML";

	if (p->error == YAML_MEMORY_ERROR)
		return sg_error_oom(err);
	/* A decoding problem comes before there is a mark. */
	if (p->error == YAML_READER_ERROR)
		return sg_error_set(err, -EINVAL, "%s: byte %zu: %s", b->shown_name,
				    p->problem_offset + 1, problem);
	return fail_at(b, p->problem_mark, -EINVAL, err, problem);
}

static int next_event(struct builder *b, yaml_event_t *event, struct sg_error *err)
{
	if (!yaml_parser_parse(&b->parser, event))
		return parser_error(b, err);
	return 0;
}

/* The byte at which the character @mark.index starts. Marks come in ascending order. */
static size_t byte_of(struct builder *b, yaml_mark_t mark)
{
	while (b->cursor_char < mark.index && b->cursor_byte < b->len) {
		b->cursor_byte++;
		while (b->cursor_byte < b->len &&
		       ((unsigned char)b->text[b->cursor_byte] & 0xc0) == 0x80)
			b->cursor_byte++;
		b->cursor_char++;
	}
	return b->cursor_byte;
}

static int note_value(struct builder *b, yaml_mark_t mark, struct sg_error *err)
{
	if (b->n_values == SG_JSON_MAX_VALUES)
		return fail_at(b, mark, -E2BIG, err, "more values than a document may hold");
	if (SG_ARRAY_GROW_CAP(b->offsets, b->n_values, b->cap) < 0)
		return sg_error_oom(err);
	b->offsets[b->n_values++] = (uint32_t)byte_of(b, mark);
	return 0;
}

/* [-+]?[.]?[0-9]: what a YAML parser may take for a number. */
static bool looks_numeric(const char *s)
{
	if (*s == '-' || *s == '+')
		s++;
	if (*s == '.')
		s++;
	return *s >= '0' && *s <= '9';
}

/* A number that every parser reads alike: what JSON allows. */
static bool is_json_number(const char *s)
{
	size_t digits;

	if (*s == '-')
		s++;
	digits = strspn(s, "0123456789");
	if (digits == 0 || (digits > 1 && *s == '0'))
		return false;
	s += digits;
	if (*s == '.') {
		digits = strspn(++s, "0123456789");
		if (digits == 0)
			return false;
		s += digits;
	}
	return *s == '\0';
}

/* Words of YAML's core schema. */
static const struct {
	const char *word;
	cJSON *(*make)(void);
} words[] = {
	{ "", cJSON_CreateNull },	{ "~", cJSON_CreateNull },
	{ "null", cJSON_CreateNull },	{ "Null", cJSON_CreateNull },
	{ "NULL", cJSON_CreateNull },	{ "true", cJSON_CreateTrue },
	{ "True", cJSON_CreateTrue },	{ "TRUE", cJSON_CreateTrue },
	{ "false", cJSON_CreateFalse }, { "False", cJSON_CreateFalse },
	{ "FALSE", cJSON_CreateFalse },
};

static int make_scalar(const struct builder *b, const yaml_event_t *event, cJSON **ret,
		       struct sg_error *err)
{
	const char *s = (const char *)event->data.scalar.value;
	cJSON *node = NULL;

	if (strlen(s) != event->data.scalar.length)
		return fail_at(b, event->start_mark, -EINVAL, err, "a string with a NUL character");
	if (event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE) {
		if (looks_numeric(s)) {
			/* A version or a date stays a string; a number must be one for
			 * everybody. */
			if (is_json_number(s))
				node = cJSON_CreateNumber(strtod(s, NULL));
			else if (strspn(s, "+-0123456789abcdefABCDEFxXoO_") == strlen(s))
				return fail_at(b, event->start_mark, -EINVAL, err,
					       "a number that parsers read differently (write it "
					       "in decimal, or quote a string)");
		} else {
			for (size_t i = 0; i < SG_ARRAY_SIZE(words) && !node; i++) {
				if (strcmp(words[i].word, s) == 0)
					node = words[i].make();
			}
		}
	}
	if (!node)
		node = cJSON_CreateString(s);
	if (!node)
		return sg_error_oom(err);
	*ret = node;
	return 0;
}

static int refuse_graph(const struct builder *b, const yaml_event_t *event, struct sg_error *err)
{
	const yaml_char_t *anchor = NULL, *tag = NULL;

	switch (event->type) {
	case YAML_ALIAS_EVENT:
		return fail_at(b, event->start_mark, -EINVAL, err,
			       "an alias: write the value out instead");
	case YAML_SCALAR_EVENT:
		anchor = event->data.scalar.anchor;
		tag = event->data.scalar.tag;
		break;
	case YAML_SEQUENCE_START_EVENT:
		anchor = event->data.sequence_start.anchor;
		tag = event->data.sequence_start.tag;
		break;
	case YAML_MAPPING_START_EVENT:
		anchor = event->data.mapping_start.anchor;
		tag = event->data.mapping_start.tag;
		break;
	default:
		break;
	}
	if (anchor)
		return fail_at(b, event->start_mark, -EINVAL, err,
			       "an anchor: aliases are not read, so it can serve nothing");
	if (tag)
		return fail_at(b, event->start_mark, -EINVAL, err, "a tag: profiles have none");
	return 0;
}

static int build(struct builder *b, yaml_event_t *event, unsigned int depth, cJSON **ret,
		 struct sg_error *err);

/* The events of a mapping up to its end, as members of @object. */
static int build_members(struct builder *b, cJSON *object, unsigned int depth, struct sg_error *err)
{
	for (;;) {
		_cleanup_(yaml_event_delete) yaml_event_t key = { 0 }, value = { 0 };
		const char *name;
		cJSON *child = NULL;
		int r;

		r = next_event(b, &key, err);
		if (r < 0)
			return r;
		if (key.type == YAML_MAPPING_END_EVENT)
			return 0;
		r = refuse_graph(b, &key, err);
		if (r < 0)
			return r;
		if (key.type != YAML_SCALAR_EVENT)
			return fail_at(b, key.start_mark, -EINVAL, err, "a key that is no string");
		name = (const char *)key.data.scalar.value;
		if (strlen(name) != key.data.scalar.length)
			return fail_at(b, key.start_mark, -EINVAL, err, "a key with a NUL");
		r = next_event(b, &value, err);
		if (r < 0)
			return r;
		r = build(b, &value, depth, &child, err);
		if (r < 0)
			return r;
		if (!cJSON_AddItemToObject(object, name, child)) {
			cJSON_Delete(child);
			return sg_error_oom(err);
		}
	}
}

static int build_elements(struct builder *b, cJSON *array, unsigned int depth, struct sg_error *err)
{
	for (;;) {
		_cleanup_(yaml_event_delete) yaml_event_t event = { 0 };
		cJSON *child = NULL;
		int r;

		r = next_event(b, &event, err);
		if (r < 0)
			return r;
		if (event.type == YAML_SEQUENCE_END_EVENT)
			return 0;
		r = build(b, &event, depth, &child, err);
		if (r < 0)
			return r;
		cJSON_AddItemToArray(array, child);
	}
}

/* The value that @event starts. Recursion is bounded by SG_JSON_MAX_DEPTH. */
static int build(struct builder *b, yaml_event_t *event, unsigned int depth, cJSON **ret,
		 struct sg_error *err)
{
	cJSON *node = NULL;
	int r;

	r = refuse_graph(b, event, err);
	if (r < 0)
		return r;
	r = note_value(b, event->start_mark, err);
	if (r < 0)
		return r;
	if (event->type == YAML_SCALAR_EVENT)
		return make_scalar(b, event, ret, err);
	if (depth == SG_JSON_MAX_DEPTH)
		return fail_at(b, event->start_mark, -E2BIG, err, "nested too deep");
	if (event->type == YAML_MAPPING_START_EVENT) {
		node = cJSON_CreateObject();
		r = node ? build_members(b, node, depth + 1, err) : sg_error_oom(err);
	} else if (event->type == YAML_SEQUENCE_START_EVENT) {
		node = cJSON_CreateArray();
		r = node ? build_elements(b, node, depth + 1, err) : sg_error_oom(err);
	} else {
		r = fail_at(b, event->start_mark, -EINVAL, err, "expected a value");
	}
	if (r < 0) {
		cJSON_Delete(node);
		return r;
	}
	*ret = node;
	return 0;
}

/* One event of @type, whose content is of no interest. */
static int expect(struct builder *b, yaml_event_type_t type, const char *otherwise,
		  struct sg_error *err)
{
	_cleanup_(yaml_event_delete) yaml_event_t event = { 0 };
	int r;

	r = next_event(b, &event, err);
	if (r < 0)
		return r;
	if (event.type != type)
		return fail_at(b, event.start_mark, -EINVAL, err, otherwise);
	return 0;
}

static int build_document(struct builder *b, cJSON **ret, struct sg_error *err)
{
	_cleanup_(yaml_event_delete) yaml_event_t event = { 0 };
	cJSON *root = NULL;
	int r;

	r = expect(b, YAML_STREAM_START_EVENT, "expected a document", err);
	if (r < 0)
		return r;
	r = expect(b, YAML_DOCUMENT_START_EVENT, "the text is empty", err);
	if (r < 0)
		return r;
	r = next_event(b, &event, err);
	if (r < 0)
		return r;
	r = build(b, &event, 0, &root, err);
	if (r < 0)
		return r;
	r = expect(b, YAML_DOCUMENT_END_EVENT, "expected the end of the document", err);
	if (r == 0)
		r = expect(b, YAML_STREAM_END_EVENT,
			   "a second document: keep one profile in a file", err);
	if (r < 0) {
		cJSON_Delete(root);
		return r;
	}
	*ret = root;
	return 0;
}

int sg_yaml_parse(const char *name, const char *text, size_t len, size_t max_bytes,
		  struct sg_json_doc **ret, struct sg_error *err)
{
	struct sg_strbuf shown = SG_STRBUF_INIT;
	struct builder b = { .text = text, .len = len };
	cJSON *root = NULL;
	int r;

	sg_escape(&shown, name);
	b.shown_name = shown.failed ? "" : shown.data;
	if (len > max_bytes || len >= UINT32_MAX) {
		r = sg_error_set(err, -E2BIG, "%s: %zu bytes, more than the %zu that are read",
				 b.shown_name, len, max_bytes);
		goto out;
	}
	if (!yaml_parser_initialize(&b.parser)) {
		r = sg_error_oom(err);
		goto out;
	}
	yaml_parser_set_encoding(&b.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&b.parser, (const unsigned char *)text, len);
	r = build_document(&b, &root, err);
	yaml_parser_delete(&b.parser);
	if (r == 0)
		r = sg_json_doc_from_tree(name, text, len, root, b.offsets, b.n_values, ret, err);
	else
		free(b.offsets);
out:
	sg_strbuf_done(&shown);
	return r;
}
