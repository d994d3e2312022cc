/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/strbuf.h"
#include "cli/line.h"

/* Which options of one command can be given together, by what its rows say. */

struct rows {
	const struct sg_option *rows;
	const bool *given;
	bool has_command;
};

/* The next word of a list of names; NULL at its end. */
static const char *next_name(const char **list, size_t *ret_len)
{
	const char *name = *list + strspn(*list, " ");

	*ret_len = strcspn(name, " ");
	*list = name + *ret_len;
	return *ret_len ? name : NULL;
}

static bool is_named(const char *list, const char *name)
{
	size_t len, wanted = strlen(name);

	for (const char *n; (n = next_name(&list, &len));) {
		if (len == wanted && strncmp(n, name, len) == 0)
			return true;
	}
	return false;
}

static bool is_given(const struct rows *all, const char *name, size_t len)
{
	if (len == strlen(SG_OPTION_COMMAND) && strncmp(name, SG_OPTION_COMMAND, len) == 0)
		return all->has_command;
	for (size_t i = 0; all->rows[i].long_name; i++) {
		if (strlen(all->rows[i].long_name) == len &&
		    strncmp(all->rows[i].long_name, name, len) == 0)
			return all->given[i];
	}
	return false;
}

static void add_name(struct sg_strbuf *b, const char *name, size_t len)
{
	if (len == strlen(SG_OPTION_COMMAND) && strncmp(name, SG_OPTION_COMMAND, len) == 0)
		sg_strbuf_add(b, "'-- CMD'");
	else
		sg_strbuf_printf(b, "--%.*s", (int)len, name);
}

/* "--a, --b or --c" */
static void add_names(struct sg_strbuf *b, const char *list)
{
	const char *name, *next;
	size_t len, next_len;

	name = next_name(&list, &len);
	for (bool first = true; name; name = next, len = next_len, first = false) {
		next = next_name(&list, &next_len);
		if (!first)
			sg_strbuf_add(b, next ? ", " : " or ");
		add_name(b, name, len);
	}
}

static int refuse(struct sg_strbuf *message, struct sg_error *err)
{
	int r = message->failed ? sg_error_oom(err)
				: sg_error_set(err, -EINVAL, "%s", message->data);

	sg_strbuf_done(message);
	return r;
}

static int check_excludes(const struct rows *all, const struct sg_option *row, struct sg_error *err)
{
	struct sg_strbuf message = SG_STRBUF_INIT;
	const char *list = row->excludes, *name;
	size_t len;

	while (list && (name = next_name(&list, &len))) {
		if (!is_given(all, name, len))
			continue;
		sg_strbuf_printf(&message, "--%s %s ", row->long_name,
				 row->conflict ? row->conflict : "excludes");
		add_name(&message, name, len);
		sg_strbuf_add(&message, ": leave one of them out");
		return refuse(&message, err);
	}
	return 0;
}

static int check_only_with(const struct rows *all, const struct sg_option *row,
			   struct sg_error *err)
{
	struct sg_strbuf message = SG_STRBUF_INIT;
	const char *list = row->only_with, *name;
	size_t len;

	if (!list)
		return 0;
	while ((name = next_name(&list, &len))) {
		if (is_given(all, name, len))
			return 0;
	}
	sg_strbuf_printf(&message, "--%s needs ", row->long_name);
	add_names(&message, row->only_with);
	sg_strbuf_printf(&message, ": add it, or leave --%s out", row->long_name);
	return refuse(&message, err);
}

static int check_alone(const struct rows *all, const struct sg_option *row, struct sg_error *err)
{
	struct sg_strbuf message = SG_STRBUF_INIT;
	const char *other =
		all->has_command && row->alone_with && !is_named(row->alone_with, SG_OPTION_COMMAND)
			? SG_OPTION_COMMAND
			: NULL;

	if (!row->alone_with)
		return 0;
	for (size_t i = 0; !other && all->rows[i].long_name; i++) {
		if (all->given[i] && &all->rows[i] != row &&
		    !is_named(row->alone_with, all->rows[i].long_name))
			other = all->rows[i].long_name;
	}
	if (!other)
		return 0;
	sg_strbuf_printf(&message, "--%s accepts ", row->long_name);
	if (*row->alone_with) {
		sg_strbuf_add(&message, "only ");
		add_names(&message, row->alone_with);
	} else {
		sg_strbuf_add(&message, "no other option");
	}
	sg_strbuf_add(&message, ": leave ");
	add_name(&message, other, strlen(other));
	sg_strbuf_add(&message, " out");
	return refuse(&message, err);
}

/* In this order, so that what says most of what is wrong is what is said. */
static int (*const checks[])(const struct rows *all, const struct sg_option *row,
			     struct sg_error *err) = {
	check_alone,
	check_excludes,
	check_only_with,
};

int sg_line_check_together(const struct sg_option *rows, const bool *given, bool has_command,
			   struct sg_error *err)
{
	const struct rows all = { rows, given, has_command };
	int r = 0;

	for (size_t c = 0; c < SG_ARRAY_SIZE(checks); c++) {
		for (size_t i = 0; r == 0 && rows && rows[i].long_name; i++) {
			if (given[i])
				r = checks[c](&all, &rows[i], err);
		}
	}
	return r;
}
