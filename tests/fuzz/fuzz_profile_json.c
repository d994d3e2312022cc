/* SPDX-License-Identifier: Apache-2.0 */
#include "profile_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_profile((const char *)data, size);
	return 0;
}
