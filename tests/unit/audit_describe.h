/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TEST_AUDIT_DESCRIBE_H
#define SG_TEST_AUDIT_DESCRIBE_H

#include <inttypes.h>
#include <stdio.h>

#include "audit/line/line.h"
#include "base/escape.h"
#include "base/strbuf.h"

/* What the reader made of a line, as one line of text: every field that callers can see. */
static inline void describe_text(struct sg_strbuf *out, const char *key,
				 const struct sg_audit_text *text)
{
	char buf[256];
	size_t n = sg_audit_text_copy(text, buf, sizeof(buf));

	if (text->form == SG_AUDIT_TEXT_NONE) {
		sg_strbuf_printf(out, " %s: none", key);
		return;
	}
	sg_strbuf_printf(out, " %s=[", key);
	sg_escape_mem(out, buf, n);
	sg_strbuf_add_char(out, ']');
}

static inline void describe_time(struct sg_strbuf *out, const struct sg_audit_record *rec)
{
	sg_strbuf_printf(out, " %" PRIu64 ".%03u:%" PRIu64, rec->time / 1000000000,
			 (unsigned int)(rec->time % 1000000000 / 1000000), rec->serial);
}

static inline void describe_record(struct sg_strbuf *out, const struct sg_audit_record *rec)
{
	describe_time(out, rec);
	sg_strbuf_printf(out, " pid=%" PRIu32, rec->pid);
	describe_text(out, "comm", &rec->comm);
	describe_text(out, "exe", &rec->exe);
	sg_strbuf_printf(out, " sig=%" PRId32 " %08" PRIx32 "/%" PRIu32 " code=%08" PRIx32,
			 rec->sig, rec->id.arch, rec->id.nr, rec->code);
	sg_strbuf_add(out, rec->is_any_kill ? " any-kill" : "");
	sg_strbuf_add(out, rec->is_compat ? " compat" : "");
	sg_strbuf_add(out, rec->has_names ? " names" : "");
}

static inline void describe_kind(struct sg_strbuf *out, const struct sg_audit_line *line)
{
	static const char *const meanings[] = {
		[SG_AUDIT_COUNT_NEW] = "new",
		[SG_AUDIT_COUNT_TOTAL] = "total",
		[SG_AUDIT_COUNT_REASON] = "reason",
	};

	switch (line->kind) {
	case SG_AUDIT_NONE:
		sg_strbuf_add(out, "none");
		return;
	case SG_AUDIT_OTHER:
		sg_strbuf_add(out, "other");
		describe_time(out, &line->record);
		return;
	case SG_AUDIT_SECCOMP:
		sg_strbuf_add(out, "seccomp");
		describe_record(out, &line->record);
		return;
	case SG_AUDIT_NOTICE:
		sg_strbuf_printf(out, "notice %s %s %" PRIu64,
				 sg_loss_kinds[line->notice.loss].name,
				 meanings[line->notice.meaning], line->notice.count);
		return;
	case SG_AUDIT_UNREADABLE:
		sg_strbuf_printf(out, "unreadable: %s", line->reason);
		return;
	case SG_AUDIT_FOREIGN:
		sg_strbuf_printf(out, "foreign: %s", line->reason);
		return;
	}
}

static inline void describe_line(struct sg_strbuf *out, const struct sg_audit_line *line)
{
	describe_kind(out, line);
	if (line->kind == SG_AUDIT_NONE || line->kind == SG_AUDIT_FOREIGN)
		return;
	sg_strbuf_add(out, line->is_unverified ? " (unverified)" : "");
	sg_strbuf_add(out, line->is_users ? " (a program's own)" : "");
}

#endif
