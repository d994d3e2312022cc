/* SPDX-License-Identifier: Apache-2.0 */
#include "session/targets/sources.h"

#include <errno.h>
#include <string.h>

#include "cli/log.h"

void sg_sources_done(struct sg_sources *src)
{
	sg_audit_watch_free(src->audit);
	sg_recorder_free(src->recorder);
	src->audit = NULL;
	src->recorder = NULL;
}

int sg_sources_open_audit(struct sg_sources *src, uint32_t slots, struct sg_error *err)
{
	const char *doubt = NULL;
	int r = sg_audit_watch_new(src->recorder, slots, &src->audit, &doubt, err);

	if (r == -ENOMEM)
		return r;
	if (r < 0) {
		sg_warn("%s; recording without the audit trail (--no-audit says so beforehand)",
			err->message);
		*err = (struct sg_error){ 0 };
	} else if (doubt) {
		sg_warn("audit: %s", doubt);
	}
	return 0;
}

void sg_sources_losses(const struct sg_sources *src, uint64_t loss[SG_LOSS_MAX_])
{
	sg_recorder_losses(src->recorder, loss);
	if (src->audit)
		sg_audit_watch_losses(src->audit, loss);
}

void sg_sources_poll_losses(struct sg_sources *src)
{
	memcpy(src->losses_before, src->losses, sizeof(src->losses_before));
	memset(src->losses, 0, sizeof(src->losses));
	sg_sources_losses(src, src->losses);
}

void sg_sources_forget_audit(uint64_t loss[SG_LOSS_MAX_])
{
	for (size_t i = 0; i < SG_LOSS_MAX_; i++) {
		if (sg_loss_kinds[i].class == SG_LOSS_CLASS_AUDIT)
			loss[i] = 0;
	}
}

int sg_sources_read_audit(struct sg_sources *src, struct sg_error *err)
{
	int r = src->audit ? sg_audit_watch_sync(src->audit, err) : 0;

	src->audit_is_read = src->audit && r == 0;
	return r;
}
