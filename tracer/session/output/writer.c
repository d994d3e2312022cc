/* SPDX-License-Identifier: Apache-2.0 */
#include "session/output/writer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/strbuf.h"

#define WHERE_MAX 8192

int sg_writer_start(const struct sg_writer_work *work, struct sg_helper *ret, struct sg_error *err)
{
	struct sg_writer_work copy = *work;
	const struct sg_helper_work helper = { .part = SG_PART_WRITER,
					       .prepare = sg_writer_prepare,
					       .serve = sg_writer_serve,
					       .data = &copy,
					       .descriptors = SG_HELPER_CLOSES_OURS,
					       .keep_fd = work->lock_fd };

	return sg_helper_start(&helper, ret, err);
}

static int send_recording(struct sg_helper *writer, enum sg_writer_word word,
			  struct sg_strbuf *head, const char *text, size_t len, char **ret_where,
			  struct sg_file_id *ret_id, struct sg_error *err)
{
	struct sg_ask ask = { .what = word, .wait_ms = -1, .hurries = true, .max = WHERE_MAX };
	_cleanup_free_ char *answer = NULL;
	size_t n = 0;
	int r;

	sg_strbuf_add_mem(head, text, len);
	if (head->failed)
		return sg_error_oom(err);
	ask.text = head->data;
	ask.len = head->len;
	r = sg_helper_ask(writer, &ask, &answer, &n, err);
	if (r < 0 || n < sizeof(*ret_id))
		return r < 0 ? r : sg_error_set(err, -EIO, "the writer's answer is too short");
	*ret_where = strndup(answer + sizeof(*ret_id), n - sizeof(*ret_id));
	if (ret_id)
		memcpy(ret_id, answer, sizeof(*ret_id));
	return *ret_where ? 0 : sg_error_oom(err);
}

static void add_word(struct sg_strbuf *b, const char *word)
{
	sg_strbuf_add_mem(b, word ? word : "", (word ? strlen(word) : 0) + 1);
}

int sg_writer_save(struct sg_helper *writer, const char *name, const char *old, const char *text,
		   size_t len, char **ret_where, struct sg_file_id *ret_id, struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf b = SG_STRBUF_INIT;

	add_word(&b, name);
	add_word(&b, old);
	return send_recording(writer, SG_WRITER_SAVE, &b, text, len, ret_where, ret_id, err);
}

int sg_writer_rescue(struct sg_helper *writer, const char *run, const char *text, size_t len,
		     char **ret_where, struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf b = SG_STRBUF_INIT;

	add_word(&b, run);
	return send_recording(writer, SG_WRITER_RESCUE, &b, text, len, ret_where, NULL, err);
}

int sg_writer_signal(struct sg_helper *writer, int signal, struct sg_error *err)
{
	const struct sg_ask ask = {
		.what = SG_WRITER_SIGNAL, .text = &signal, .len = sizeof(signal), .wait_ms = -1
	};

	return sg_helper_ask(writer, &ask, NULL, NULL, err);
}

int sg_writer_remove_cgroup(struct sg_helper *writer, unsigned int *ret_left, struct sg_error *err)
{
	const struct sg_ask ask = { .what = SG_WRITER_REMOVE_CGROUP,
				    .wait_ms = -1,
				    .max = sizeof(*ret_left) };
	_cleanup_free_ char *left = NULL;
	size_t len = 0;
	int r = sg_helper_ask(writer, &ask, &left, &len, err);

	*ret_left = 0;
	if (r == 0 && len == sizeof(*ret_left))
		memcpy(ret_left, left, len);
	return r;
}

int sg_writer_remove_directory(struct sg_helper *writer, struct sg_error *err)
{
	const struct sg_ask ask = { .what = SG_WRITER_REMOVE_DIRECTORY, .wait_ms = -1 };

	return sg_helper_ask(writer, &ask, NULL, NULL, err);
}
