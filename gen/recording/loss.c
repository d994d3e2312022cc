/* SPDX-License-Identifier: Apache-2.0 */
#include "recording/loss.h"

const struct sg_loss_kind sg_loss_kinds[SG_LOSS_MAX_] = {
#define LOSS(name, id, class, meaning) [SG_LOSS_##name] = { id, SG_LOSS_CLASS_##class, meaning },
#include "recording/losses.def"
#undef LOSS
};
