/* SPDX-License-Identifier: Apache-2.0 */
#include "infer/floor/build.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/texts.h"

int sg_floor_add_use(struct sg_floor *floor, const char *call, unsigned int when,
		     enum sg_tristate no_new_privs, struct sg_error *err)
{
	struct sg_floor_use *use = (struct sg_floor_use *)sg_floor_find_use(floor, call);

	if (!use) {
		if (SG_ARRAY_GROW(floor->uses, floor->n_uses) < 0)
			return sg_error_oom(err);
		use = &floor->uses[floor->n_uses];
		*use = (struct sg_floor_use){ .call = strdup(call) };
		if (!use->call)
			return sg_error_oom(err);
		floor->n_uses++;
	}
	use->when |= when;
	use->with_privs |= no_new_privs != SG_YES;
	use->with_no_privs |= no_new_privs != SG_NO;
	return 0;
}

int sg_floor_add_name(struct sg_floor *floor, const char *name, struct sg_error *err)
{
	return sg_texts_add(&floor->names, &floor->n_names, name, err);
}

int sg_floor_set_runtime(struct sg_floor *floor, struct sg_strbuf *b, struct sg_error *err)
{
	char *text;

	if (sg_strbuf_steal(b, &text, NULL) < 0) {
		sg_strbuf_done(b);
		return sg_error_oom(err);
	}
	free(floor->runtime);
	floor->runtime = text;
	return 0;
}
