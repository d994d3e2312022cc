/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/verdict_text.h"

#include <inttypes.h>
#include <string.h>

#include "profile/errno_name.h"

void sg_verdict_text(struct sg_verdict verdict, struct sg_strbuf *out)
{
	const char *name = sg_errno_name(verdict.data);

	sg_strbuf_add(out, sg_action_names[verdict.action] + strlen("SCMP_ACT_"));
	if (verdict.action == SG_ACTION_ERRNO && name)
		sg_strbuf_printf(out, " %s", name);
	else if (sg_action_has_data(verdict.action))
		sg_strbuf_printf(out, " %u", verdict.data);
}

void sg_condition_text(const struct sg_condition *condition, struct sg_strbuf *out)
{
	static const char *const signs[SG_OP_MAX_] = {
		[SG_OP_NE] = "!=", [SG_OP_LT] = "<", [SG_OP_LE] = "<=",	      [SG_OP_EQ] = "==",
		[SG_OP_GE] = ">=", [SG_OP_GT] = ">", [SG_OP_MASKED_EQ] = "&",
	};

	sg_strbuf_printf(out, "arg%u %s 0x%" PRIx64, condition->index, signs[condition->op],
			 condition->value);
	if (condition->op == SG_OP_MASKED_EQ)
		sg_strbuf_printf(out, " == 0x%" PRIx64, condition->value_two);
}
