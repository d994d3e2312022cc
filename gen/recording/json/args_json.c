/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/json/json.h"
#include "recording/entry.h"

static void print_words(struct sg_json_writer *w, const char *key, const uint64_t *words, size_t n)
{
	sg_json_open_inline_array(w, key);
	for (size_t i = 0; i < n; i++)
		sg_json_add_u64(w, NULL, words[i]);
	sg_json_close_array(w);
}

/* The indices whose bit is set in @bits; nothing for none. */
static void print_places(struct sg_json_writer *w, const char *key, const struct sg_arg_obs *obs,
			 uint8_t bits)
{
	if (!bits)
		return;
	sg_json_open_inline_array(w, key);
	for (size_t i = 0; i < obs->n; i++) {
		if (bits >> i & 1)
			sg_json_add_u64(w, NULL, obs->index[i]);
	}
	sg_json_close_array(w);
}

static void print_tuple(struct sg_json_writer *w, const struct sg_arg_obs *obs,
			const struct sg_arg_tuple *tuple)
{
	sg_json_open_inline_object(w, NULL);
	print_words(w, "value", tuple->value, obs->n);
	print_places(w, "high", obs, tuple->high);
	sg_json_add_u64(w, "count", tuple->count);
	if (tuple->first_seen)
		sg_json_add_u64(w, "first_seen", tuple->first_seen);
	sg_json_close_object(w);
}

void sg_args_print(struct sg_json_writer *w, const char *key, const struct sg_arg_obs *obs)
{
	sg_json_open_inline_object(w, key);
	print_places(w, "index", obs, (uint8_t)((1u << obs->n) - 1));
	print_places(w, "wide", obs, obs->wide);
	sg_json_open_inline_array(w, "tuples");
	for (size_t i = 0; i < obs->n_tuples; i++)
		print_tuple(w, obs, &obs->tuples[i]);
	sg_json_close_array(w);
	if (obs->last_new)
		sg_json_add_u64(w, "last_new", obs->last_new);
	if (obs->unkept) {
		sg_json_add_u64(w, "unkept", obs->unkept);
		print_words(w, "ever", obs->ever, obs->n);
		print_words(w, "always", obs->always, obs->n);
		if (obs->last_new_bits)
			sg_json_add_u64(w, "last_new_bits", obs->last_new_bits);
	}
	sg_json_close_object(w);
}

/* A list of numbers on its way. */
struct words {
	uint64_t list[SG_ARG_OBS_MAX];
	size_t n;
};

static int read_word(const struct sg_json_doc *doc, const cJSON *node, void *data,
		     struct sg_error *err)
{
	struct words *words = data;

	if (words->n == SG_ARG_OBS_MAX)
		return sg_json_error(doc, node, err, "more than %d numbers", SG_ARG_OBS_MAX);
	return sg_json_u64(doc, node, &words->list[words->n++], err);
}

static int read_words(const struct sg_json_doc *doc, const cJSON *node, struct words *ret,
		      struct sg_error *err)
{
	ret->n = 0;
	return sg_json_array(doc, node, read_word, ret, err);
}

/* One number an argument, that fits it. */
static int read_values(const struct sg_json_doc *doc, const cJSON *node,
		       const struct sg_arg_obs *obs, uint64_t *ret, struct sg_error *err)
{
	struct words words;
	int r = read_words(doc, node, &words, err);

	if (r < 0)
		return r;
	if (words.n != obs->n)
		return sg_json_error(doc, node, err, "expected one number an index: %u", obs->n);
	for (size_t i = 0; i < obs->n; i++) {
		if (words.list[i] > UINT32_MAX && !(obs->wide >> i & 1))
			return sg_json_error(doc, node, err,
					     "the value of argument %u is above 32 bits, and it is "
					     "not among \"wide\"",
					     obs->index[i]);
		ret[i] = words.list[i];
	}
	return 0;
}

/* Indices of the observation, as bits by place. */
static int read_places(const struct sg_json_doc *doc, const cJSON *node,
		       const struct sg_arg_obs *obs, uint8_t *ret, struct sg_error *err)
{
	struct words words;
	int r = read_words(doc, node, &words, err);

	for (size_t i = 0; r == 0 && i < words.n; i++) {
		int place = words.list[i] < UINT8_MAX
				    ? sg_arg_obs_place(obs, (unsigned int)words.list[i])
				    : -1;

		if (place < 0 || *ret >> place & 1)
			return sg_json_error(doc, node, err,
					     "expected indices out of \"index\", each once");
		*ret |= (uint8_t)(1u << place);
	}
	return r;
}

/* One tuple while it is read. */
struct read_tuple {
	struct sg_arg_obs *obs;
	struct sg_arg_tuple tuple;
};

static int read_value(const struct sg_json_doc *doc, const cJSON *node, void *data,
		      struct sg_error *err)
{
	struct read_tuple *t = data;

	return read_values(doc, node, t->obs, t->tuple.value, err);
}

static int read_high(const struct sg_json_doc *doc, const cJSON *node, void *data,
		     struct sg_error *err)
{
	struct read_tuple *t = data;

	return read_places(doc, node, t->obs, &t->tuple.high, err);
}

static int read_count(const struct sg_json_doc *doc, const cJSON *node, void *data,
		      struct sg_error *err)
{
	return sg_json_u64(doc, node, &((struct read_tuple *)data)->tuple.count, err);
}

static int read_first_seen(const struct sg_json_doc *doc, const cJSON *node, void *data,
			   struct sg_error *err)
{
	return sg_json_u64(doc, node, &((struct read_tuple *)data)->tuple.first_seen, err);
}

static const struct sg_json_field tuple_fields[] = {
	{ "value", read_value, true },
	{ "high", read_high, false },
	{ "count", read_count, true },
	{ "first_seen", read_first_seen, false },
	{ 0 },
};

static int read_tuple(const struct sg_json_doc *doc, const cJSON *node, void *data,
		      struct sg_error *err)
{
	struct read_tuple t = { .obs = data };
	int r;

	r = sg_json_object(doc, node, tuple_fields, SG_JSON_UNKNOWN_SKIP, &t, err);
	if (r == 0)
		t.obs->tuples[t.obs->n_tuples++] = t.tuple;
	return r;
}

/* Room for all at once, and one sort: a file made to be in the worst order costs no more. */
static int read_tuples(const struct sg_json_doc *doc, const cJSON *node, void *data,
		       struct sg_error *err)
{
	struct sg_arg_obs *obs = data;
	size_t n;
	int r;

	if (cJSON_IsArray(node) && node->child) {
		obs->tuples = calloc((size_t)cJSON_GetArraySize(node), sizeof(*obs->tuples));
		if (!obs->tuples)
			return sg_error_oom(err);
	}
	r = sg_json_array(doc, node, read_tuple, obs, err);
	if (r < 0)
		return r;
	n = obs->n_tuples;
	sg_arg_obs_normalize(obs);
	if (obs->n_tuples < n)
		return sg_json_error(doc, node, err, "two tuples with the same values");
	return 0;
}

static int read_last_new(const struct sg_json_doc *doc, const cJSON *node, void *data,
			 struct sg_error *err)
{
	uint64_t time;
	int r = sg_json_u64(doc, node, &time, err);

	if (r == 0 && time > ((struct sg_arg_obs *)data)->last_new)
		((struct sg_arg_obs *)data)->last_new = time;
	return r;
}

static int read_last_new_bits(const struct sg_json_doc *doc, const cJSON *node, void *data,
			      struct sg_error *err)
{
	return sg_json_u64(doc, node, &((struct sg_arg_obs *)data)->last_new_bits, err);
}

/* What is read once all the others are: the tuples' bits are added to by these. */
static int read_nothing(const struct sg_json_doc *doc, const cJSON *node, void *data,
			struct sg_error *err)
{
	(void)doc, (void)node, (void)data, (void)err;
	return 0;
}

static const struct sg_json_field args_fields[] = {
	{ "index", read_nothing, true }, /* this and "wide" are read before the others */
	{ "wide", read_nothing, false },
	{ "tuples", read_tuples, true },
	{ "last_new", read_last_new, false },
	{ "unkept", read_nothing, false }, /* these three are read after the others */
	{ "ever", read_nothing, false },
	{ "always", read_nothing, false },
	{ "last_new_bits", read_last_new_bits, false },
	{ 0 },
};

static int read_index(const struct sg_json_doc *doc, const cJSON *node, struct sg_arg_obs **ret,
		      struct sg_error *err)
{
	const cJSON *index = cJSON_GetObjectItemCaseSensitive(node, "index");
	const cJSON *wide = cJSON_GetObjectItemCaseSensitive(node, "wide");
	_cleanup_(sg_arg_obs_freep) struct sg_arg_obs *obs = NULL;
	uint8_t places[SG_ARG_OBS_MAX] = { 0 };
	struct words words;
	int r;

	if (!index)
		return sg_json_error(doc, node, err, "the field \"index\" is missing");
	r = read_words(doc, index, &words, err);
	if (r < 0)
		return r;
	for (size_t i = 0; i < words.n; i++)
		places[i] = words.list[i] < UINT8_MAX ? (uint8_t)words.list[i] : UINT8_MAX;
	r = sg_arg_obs_new(places, words.n, 0, &obs, NULL);
	if (r == -EINVAL)
		return sg_json_error(doc, index, err,
				     "expected 1 to %d indices from 0 to 5, ascending",
				     SG_ARG_OBS_MAX);
	if (r < 0)
		return sg_error_oom(err);
	if (wide)
		r = read_places(doc, wide, obs, &obs->wide, err);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(obs);
	return 0;
}

static int read_unkept(const struct sg_json_doc *doc, const cJSON *node, struct sg_arg_obs *obs,
		       struct sg_error *err)
{
	const cJSON *unkept = cJSON_GetObjectItemCaseSensitive(node, "unkept");
	const cJSON *ever = cJSON_GetObjectItemCaseSensitive(node, "ever");
	const cJSON *always = cJSON_GetObjectItemCaseSensitive(node, "always");
	uint64_t ever_bits[SG_ARG_OBS_MAX], always_bits[SG_ARG_OBS_MAX], count = 0;
	int r = 0;

	if (unkept)
		r = sg_json_u64(doc, unkept, &count, err);
	if (r == 0 && ever)
		r = read_values(doc, ever, obs, ever_bits, err);
	if (r == 0 && always)
		r = read_values(doc, always, obs, always_bits, err);
	if (r == 0)
		sg_arg_obs_add_unkept(obs, count, ever ? ever_bits : NULL,
				      always ? always_bits : NULL);
	return r;
}

int sg_args_read(const struct sg_json_doc *doc, const cJSON *node, struct sg_arg_obs **ret,
		 struct sg_error *err)
{
	static const struct sg_json_field none[] = { { 0 } };
	_cleanup_(sg_arg_obs_freep) struct sg_arg_obs *obs = NULL;
	int r;

	r = sg_json_object(doc, node, none, SG_JSON_UNKNOWN_SKIP, NULL, err);
	if (r == 0)
		r = read_index(doc, node, &obs, err);
	if (r == 0)
		r = sg_json_object(doc, node, args_fields, SG_JSON_UNKNOWN_SKIP, obs, err);
	if (r == 0)
		r = read_unkept(doc, node, obs, err);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(obs);
	return 0;
}
