/* SPDX-License-Identifier: Apache-2.0 */
#include <linux/seccomp.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "filter/filter_outcomes.h"
#include "infer/floor/floor.h"
#include "syscall/table.h"

static bool lets_through(uint32_t word)
{
	switch (word & SECCOMP_RET_ACTION_FULL) {
	case SECCOMP_RET_ALLOW:
	case SECCOMP_RET_LOG:
	case SECCOMP_RET_USER_NOTIF: /* what others say is not known */
	case SECCOMP_RET_TRACE:
		return true;
	default:
		return false;
	}
}

/* Whether @filter lets the call through with any arguments at all. */
static int is_allowed(const struct sg_filter *filter, struct sg_syscall_id id, bool *ret,
		      struct sg_error *err)
{
	struct sg_filter_outcomes outcomes;
	struct sg_seccomp_data data = { 0 };
	int r;

	sg_seccomp_data_set_id(&data, id);
	r = sg_filter_outcomes(filter, &data, SG_KNOWN_NR | SG_KNOWN_ARCH, &outcomes, err);
	if (r < 0)
		return r;
	*ret = outcomes.any;
	for (size_t i = 0; i < outcomes.n_words; i++)
		*ret = *ret || lets_through(outcomes.words[i]);
	return 0;
}

int sg_floor_missing(const struct sg_floor *floor, const struct sg_filter *const *filters,
		     size_t n_filters, uint32_t arch, struct sg_syscall_id **ret, size_t *ret_n,
		     struct sg_error *err)
{
	_cleanup_free_ struct sg_syscall_id *missing = calloc(floor->n_names + 1, sizeof(*missing));
	size_t n = 0;

	if (!missing)
		return sg_error_oom(err);
	for (size_t i = 0; i < floor->n_names; i++) {
		struct sg_syscall_id id = { .arch = arch };
		bool allowed = true;

		if (sg_syscall_nr(arch, floor->names[i], &id.nr) < 0)
			continue;
		for (size_t k = 0; k < n_filters && allowed; k++) {
			int r = is_allowed(filters[k], id, &allowed, err);

			if (r < 0)
				return r;
		}
		if (!allowed)
			missing[n++] = id;
	}
	*ret = TAKE_PTR(missing);
	*ret_n = n;
	return 0;
}
