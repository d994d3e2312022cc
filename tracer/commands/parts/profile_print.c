/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/parts/profile_print.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "dialect/dialect.h"
#include "cli/log.h"
#include "cli/output.h"
#include "store/sink.h"

const struct sg_choice sg_profile_formats[] = {
#define DIALECT(function, name_, summary, cannot, unnamed, reduce, binary) { .name = (name_) },
#include "dialect/dialects.def"
#undef DIALECT
	{ 0 },
};

/* What changes which calls run is to be known, --quiet or not, by whoever chose the dialect. */
static void say_all(const struct sg_profile_print *how, const char *format,
		    const struct sg_conversion_loss *loss)
{
	for (size_t i = 0; i < loss->n; i++) {
		const struct sg_conversion_loss_item *item = &loss->items[i];

		if (item->effect == SG_CONVERSION_NOTE)
			sg_notice("%s: %s: %s", how->command, format, item->text);
		else if (how->unasked && !how->strict)
			sg_notice("%s: %s %s: %s", how->command, format,
				  sg_conversion_effect_names[item->effect], item->text);
		else
			sg_warn("%s: %s %s: %s", how->command, format,
				sg_conversion_effect_names[item->effect], item->text);
	}
}

static bool goes_to_terminal(const char *path)
{
	bool is_stdout = !path || strcmp(path, "-") == 0 || strcmp(path, "/dev/stdout") == 0;

	return is_stdout && isatty(STDOUT_FILENO);
}

int sg_profile_print(const struct sg_profile *profile, const struct sg_profile_print *how,
		     struct sg_error *err)
{
	const struct sg_dialect *dialect =
		how->format ? sg_dialect_by_name(how->format) : &sg_dialects[0];
	const struct sg_print_options opts = { .name = how->name };
	_cleanup_(sg_strbuf_done) struct sg_strbuf out = SG_STRBUF_INIT;
	_cleanup_(sg_conversion_loss_done) struct sg_conversion_loss loss = { 0 };
	size_t n_losses = 0;
	int r;

	if (!dialect)
		return sg_error_set(err, -EINVAL, "no such format: %s", how->format);
	if (dialect->is_binary && goes_to_terminal(how->output))
		return sg_error_set(err, -ENOTTY,
				    "%s is binary: name a file with -o, or redirect the output",
				    dialect->name);
	r = sg_dialect_print(dialect, profile, &opts, &out, &loss, err);
	if (r < 0)
		return r;
	for (size_t i = 0; i < loss.n; i++)
		n_losses += loss.items[i].effect != SG_CONVERSION_NOTE;
	if (how->strict && n_losses) {
		say_all(how, dialect->name, &loss);
		return sg_error_set(err, -EOPNOTSUPP,
				    "%s cannot express %zu %s of this profile, named above, and "
				    "--strict asks for all of it",
				    dialect->name, n_losses, n_losses == 1 ? "fact" : "facts");
	}
	r = sg_sink_print(how->output, &out, SG_MODE_PUBLIC, err);
	/* where nothing was written, nothing was lost either */
	if (r == 0)
		say_all(how, dialect->name, &loss);
	return r;
}
