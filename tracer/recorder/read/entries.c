/* SPDX-License-Identifier: Apache-2.0 */
/* How an entry of a recording names a call and dates it. */
#include <assert.h>
#include <linux/audit.h>

#include "recorder/read/private.h"
#include "syscall/arch.h"

static_assert((int)SG_BPF_SETUP == (int)SG_STAGE_SETUP &&
		      (int)SG_BPF_FLOOR == (int)SG_STAGE_FLOOR &&
		      (int)SG_BPF_APP == (int)SG_STAGE_APP &&
		      (int)SG_BPF_STAGE_MAX_ == (int)SG_STAGE_MAX_,
	      "both halves number the stages alike");

#if defined(__x86_64__)
const uint32_t sg_abi_arch[SG_ABI_MAX_] = {
	[SG_ABI_NATIVE] = AUDIT_ARCH_X86_64,
	[SG_ABI_COMPAT] = AUDIT_ARCH_I386,
	[SG_ABI_X32] = SG_ARCH_X32,
};
#elif defined(__aarch64__)
const uint32_t sg_abi_arch[SG_ABI_MAX_] = {
	[SG_ABI_NATIVE] = AUDIT_ARCH_AARCH64,
	[SG_ABI_COMPAT] = AUDIT_ARCH_ARM,
};
#else
#error "the kernel half knows x86_64 and aarch64"
#endif

uint32_t sg_recorder_public_nr(uint32_t arch, uint32_t nr)
{
	return arch == AUDIT_ARCH_ARM && nr >= SG_ARM_FOLDED ? nr - SG_ARM_FOLDED + SG_ARM_PRIVATE
							     : nr;
}

/*
 * When a call was made and by whom. That is the application's business where it made the call, or
 * was denied it, though others did so too: so its sights come first (sg_recorder_collect()).
 */
int sg_recorder_add_sight(struct sg_entry *entry, enum sg_first_of of, enum sg_stage stage,
			  uint64_t first, uint64_t last_seen, char comm[SG_COMM_LEN],
			  struct sg_error *err)
{
	int r;

	if (stage != SG_STAGE_APP && sg_entry_was_tried_by_application(entry))
		return 0;
	if (!entry->first_seen || first < entry->first_seen)
		entry->first_seen = first;
	if (last_seen < first)
		last_seen = first;
	if (entry->last_seen < last_seen)
		entry->last_seen = last_seen;
	comm[SG_COMM_LEN - 1] = '\0';
	r = stage == SG_STAGE_APP ? sg_entry_saw_first(entry, of, first, comm, err) : 0;
	return r < 0 ? r : sg_entry_add_program(entry, comm, err);
}
