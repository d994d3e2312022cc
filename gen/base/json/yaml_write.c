/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json/yaml_write.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <yaml.h>

#include "base/cleanup.h"

static int write_bytes(void *data, unsigned char *bytes, size_t n)
{
	struct sg_strbuf *out = data;

	sg_strbuf_add_mem(out, bytes, n);
	return !out->failed;
}

/* yaml_emitter_emit() takes the event whether it works or not. */
static void emit(struct sg_yaml_writer *w, int made, yaml_event_t *event)
{
	if (!made)
		w->failed = true;
	else if (w->failed)
		yaml_event_delete(event);
	else if (!yaml_emitter_emit(w->emitter, event))
		w->failed = true;
}

int sg_yaml_writer_init(struct sg_yaml_writer *w, struct sg_strbuf *out, struct sg_error *err)
{
	yaml_emitter_t *emitter = calloc(1, sizeof(*emitter));
	yaml_event_t event;

	*w = (struct sg_yaml_writer){ 0 };
	if (!emitter || !yaml_emitter_initialize(emitter)) {
		free(emitter);
		return sg_error_oom(err);
	}
	w->emitter = emitter;
	yaml_emitter_set_output(emitter, write_bytes, out);
	yaml_emitter_set_unicode(emitter, 1);
	yaml_emitter_set_width(emitter, -1);
	emit(w, yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING), &event);
	emit(w, yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1), &event);
	return 0;
}

int sg_yaml_writer_finish(struct sg_yaml_writer *w, struct sg_error *err)
{
	yaml_emitter_t *emitter = w->emitter;
	yaml_event_t event;
	int r = 0;

	emit(w, yaml_document_end_event_initialize(&event, 1), &event);
	emit(w, yaml_stream_end_event_initialize(&event), &event);
	if (w->failed && emitter->error == YAML_EMITTER_ERROR)
		r = sg_error_set(err, -EINVAL, "YAML: %s", emitter->problem);
	else if (w->failed)
		r = sg_error_oom(err);
	yaml_emitter_delete(emitter);
	free(emitter);
	w->emitter = NULL;
	return r;
}

void sg_yaml_open_mapping(struct sg_yaml_writer *w)
{
	yaml_event_t event;

	emit(w,
	     yaml_mapping_start_event_initialize(&event, NULL, NULL, 1, YAML_BLOCK_MAPPING_STYLE),
	     &event);
}

void sg_yaml_close_mapping(struct sg_yaml_writer *w)
{
	yaml_event_t event;

	emit(w, yaml_mapping_end_event_initialize(&event), &event);
}

void sg_yaml_open_sequence(struct sg_yaml_writer *w)
{
	yaml_event_t event;

	emit(w,
	     yaml_sequence_start_event_initialize(&event, NULL, NULL, 1, YAML_BLOCK_SEQUENCE_STYLE),
	     &event);
}

void sg_yaml_close_sequence(struct sg_yaml_writer *w)
{
	yaml_event_t event;

	emit(w, yaml_sequence_end_event_initialize(&event), &event);
}

static void add_scalar(struct sg_yaml_writer *w, const char *text, bool is_plain)
{
	yaml_event_t event;

	emit(w,
	     yaml_scalar_event_initialize(
		     &event, NULL, NULL, (const yaml_char_t *)text, (int)strlen(text), is_plain, 1,
		     is_plain ? YAML_PLAIN_SCALAR_STYLE : YAML_DOUBLE_QUOTED_SCALAR_STYLE),
	     &event);
}

/* Words that YAML 1.1 or 1.2 reads as something else than a string, and what starts like a
 * number. */
static bool needs_quotes(const char *s)
{
	static const char *const words[] = { "",   "~",	 "null", "true", "false", "yes",
					     "no", "on", "off",	 "y",	 "n" };

	for (size_t i = 0; i < SG_ARRAY_SIZE(words); i++) {
		if (strcasecmp(words[i], s) == 0)
			return true;
	}
	return strchr("0123456789+-.", *s) != NULL || s[strspn(s, "abcdefghijklmnopqrstuvwxyz"
								  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
								  "0123456789_-./")] != '\0';
}

void sg_yaml_string(struct sg_yaml_writer *w, const char *value)
{
	add_scalar(w, value, !needs_quotes(value));
}

void sg_yaml_u64(struct sg_yaml_writer *w, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	add_scalar(w, text, true);
}

void sg_yaml_pair(struct sg_yaml_writer *w, const char *key, const char *value)
{
	sg_yaml_string(w, key);
	sg_yaml_string(w, value);
}
