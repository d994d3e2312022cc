/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_COMMANDS_PARTS_EMIT_FLOOR_H
#define SG_TRACER_COMMANDS_PARTS_EMIT_FLOOR_H

#include "base/error.h"
#include "infer/floor/floor.h"
#include "recording/recording.h"

#define SG_RUNTIME_NONE "none"

/*
 * The floor that a profile of @rec needs.
 *
 * @runtime: the runtime under which the profile will be used; "none"; "any", for all that are
 * known, joined; or NULL: those that @rec names, joined, and joined with what @rec measured itself.
 * @version: of @runtime; NULL: what @rec says when it names the same runtime, else all versions.
 * *ret is the caller's, and NULL when no floor is to be added.
 */
int sg_emit_floor(const struct sg_recording *rec, const char *runtime, const char *version,
		  struct sg_floor **ret, struct sg_error *err);

/* Say on stderr where that floor starts containers with no_new_privs alone. */
void sg_emit_floor_note_privs(const struct sg_recording *rec, const char *runtime,
			      const char *version);

/* Say on stderr when that floor is less than a container would need. */
void sg_emit_floor_note(const struct sg_recording *rec, const char *runtime,
			const struct sg_floor *floor);

#endif
