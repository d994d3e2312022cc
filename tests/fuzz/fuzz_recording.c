/* SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json/json.h"
#include "fuzz_check.h"
#include "recording/derive/file_name.h"
#include "recording/merge/merge.h"
#include "recording/json/recording_json.h"
#include "view/show/show.h"

/*
 * A recording that anybody wrote. Whatever is read must be printed so that it reads back the same,
 * must not change when it is merged with itself, must have a summary that is JSON, and a name that
 * is no path.
 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void print(const struct sg_recording *rec, struct sg_strbuf *out)
{
	sg_recording_print(rec, out);
	CHECK(!out->failed);
}

static bool is_equal(const struct sg_strbuf *a, const struct sg_strbuf *b)
{
	return a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(sg_recording_freep) struct sg_recording *rec = NULL, *again = NULL;
	_cleanup_free_ char *name = NULL;
	_cleanup_(sg_strbuf_done) struct sg_strbuf first = SG_STRBUF_INIT, second = SG_STRBUF_INIT,
						   third = SG_STRBUF_INIT, summary = SG_STRBUF_INIT;
	struct sg_json_doc *doc;
	struct sg_error err;

	if (sg_recording_parse("fuzz", (const char *)data, size, &rec, &err) < 0) {
		CHECK(strncmp(err.message, "fuzz:", 5) == 0);
		return 0;
	}
	print(rec, &first);
	CHECK(sg_recording_parse("again", first.data, first.len, &again, &err) == 0);
	print(again, &second);
	CHECK(is_equal(&first, &second));

	CHECK(sg_recording_merge(again, rec, &err) == 0);
	print(again, &third);
	CHECK(is_equal(&first, &third));

	CHECK(sg_view_show_json(rec, &summary, &err) == 0);
	CHECK(sg_json_parse_limit("summary", summary.data, summary.len, UINT32_MAX, &doc, &err) ==
	      0);
	sg_json_doc_free(doc);

	if (sg_recording_file_name(rec, &name, &err) == 0)
		CHECK(sg_recording_is_file_name(name));
	return 0;
}
