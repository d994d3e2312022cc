/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/option.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/number.h"
#include "base/strbuf.h"
#include "cli/time.h"

void sg_option_texts_done(struct sg_option_texts *texts)
{
	free(texts->list);
	*texts = (struct sg_option_texts){ 0 };
}

void sg_option_pids_done(struct sg_option_pids *pids)
{
	free(pids->list);
	*pids = (struct sg_option_pids){ 0 };
}

static const struct sg_choice *find_choice(const struct sg_choice *choice, const char *value)
{
	for (; choice->name; choice++) {
		if (strcmp(choice->name, value) == 0)
			return choice;
	}
	return NULL;
}

static int refuse_choice(const struct sg_option *option, const char *value, struct sg_error *err)
{
	struct sg_strbuf names = SG_STRBUF_INIT;
	int r;

	for (const struct sg_choice *c = option->choices; c->name; c++)
		sg_strbuf_printf(&names, "%s%s", names.len ? ", " : "", c->name);
	r = names.failed ? sg_error_oom(err)
			 : sg_error_set(err, -EINVAL, "'%s' is none of: %s", value, names.data);
	sg_strbuf_done(&names);
	return r;
}

static int store_number(const struct sg_option *option, const char *value, uint32_t *field,
			struct sg_error *err)
{
	uint64_t max = option->max ? option->max : UINT32_MAX, n;

	if (sg_number_parse(value, max, &n) < 0 || n < option->min)
		return sg_error_set(err, -EINVAL,
				    "'%s' is not a number from %" PRIu64 " to %" PRIu64, value,
				    option->min, max);
	*field = (uint32_t)n;
	return 0;
}

static int store_duration(const struct sg_option *option, const char *value, uint64_t *field,
			  struct sg_error *err)
{
	uint64_t ns;
	int r = sg_duration_parse(value, &ns, err);

	if (r < 0)
		return r;
	if (ns < option->min)
		return sg_error_set(err, -EINVAL, "'%s' is too short a duration", value);
	*field = ns;
	return 0;
}

static int add_text(struct sg_option_texts *texts, const char *value, struct sg_error *err)
{
	if (SG_ARRAY_GROW(texts->list, texts->n) < 0)
		return sg_error_oom(err);
	texts->list[texts->n++] = value;
	return 0;
}

static int add_pid(struct sg_option_pids *pids, const char *value, struct sg_error *err)
{
	pid_t pid;
	int r = sg_pid_parse(value, &pid, err);

	if (r < 0)
		return r;
	if (SG_ARRAY_GROW(pids->list, pids->n) < 0)
		return sg_error_oom(err);
	pids->list[pids->n++] = (uint32_t)pid;
	return 0;
}

static void store_enum(void *field, int number)
{
	memcpy(field, &number, sizeof(number)); /* an enum's sign is the compiler's choice */
}

static int store(const struct sg_option *option, const char *value, void *field, uint64_t now,
		 struct sg_error *err)
{
	const struct sg_choice *choice = NULL;

	if (option->choices) {
		choice = find_choice(option->choices, value);
		if (!choice && !option->open)
			return refuse_choice(option, value, err);
	}
	switch (option->type) {
	case SG_OPTION_SWITCH:
		*(bool *)field = true;
		return 0;
	case SG_OPTION_SET:
		store_enum(field, option->number);
		return 0;
	case SG_OPTION_ACTION:
		return 0;
	case SG_OPTION_TEXT:
		*(const char **)field = value;
		return 0;
	case SG_OPTION_TEXTS:
		return add_text(field, value, err);
	case SG_OPTION_CHOICE:
		if (choice)
			store_enum(field, choice->number);
		return 0;
	case SG_OPTION_NUMBER:
		return store_number(option, value, field, err);
	case SG_OPTION_PID:
		return sg_pid_parse(value, field, err);
	case SG_OPTION_PIDS:
		return add_pid(field, value, err);
	case SG_OPTION_DURATION:
		return store_duration(option, value, field, err);
	case SG_OPTION_TIME:
		return sg_time_parse(value, now, field, err);
	case SG_OPTION_PARSED:
		return option->parse(value, field, err);
	}
	return 0;
}

int sg_option_store(const struct sg_option *option, const char *value, void *data, uint64_t now,
		    struct sg_error *err)
{
	int r = store(option, value, data ? (char *)data + option->offset : NULL, now, err);

	if (r < 0 && r != -ENOMEM) {
		sg_error_prefix(err, "--%s: ", option->long_name);
		r = -EINVAL;
	}
	return r;
}
