/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_RECORDING_JSON_RECORDING_JSON_H
#define SG_RECORDING_JSON_RECORDING_JSON_H

#include <stddef.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "recording/recording.h"

#define SG_RECORDING_FORMAT "seccomp-gen-recording"
#define SG_RECORDING_MAX_BYTES \
	(64u << 20) /* about 2,000 runs of 150 calls; a larger file is refused */

/*
 * The file format of recordings (docs/recording-format.md). Unknown versions are refused; unknown
 * fields are passed over, but not an unknown counter above zero; everything else that is not as
 * documented is an error that names @name, line and column. @name is what messages call the text.
 *
 * Returns 0, -EINVAL (malformed), -EPROTONOSUPPORT (another version), -E2BIG, -ENOMEM.
 */
int sg_recording_parse(const char *name, const char *text, size_t len, struct sg_recording **ret,
		       struct sg_error *err);

/*
 * Byte-identical for equal recordings. Failure to grow is sticky in @out. Where the clock was set
 * back under way an end is written as its start, so that the text can be read again.
 */
void sg_recording_print(const struct sg_recording *rec, struct sg_strbuf *out);

#endif
