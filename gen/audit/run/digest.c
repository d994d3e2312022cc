/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/run/digest.h"

#include <stdio.h>
#include <string.h>

void sg_digest_init(struct sg_digest *digest)
{
	SHA256Init(&digest->sha);
}

void sg_digest_add(struct sg_digest *digest, const void *bytes, size_t len)
{
	SHA256Update(&digest->sha, bytes, len);
}

void sg_digest_add_u64(struct sg_digest *digest, uint64_t v)
{
	unsigned char bytes[8];

	for (int i = 0; i < 8; i++)
		bytes[i] = (unsigned char)(v >> (56 - 8 * i));
	sg_digest_add(digest, bytes, sizeof(bytes));
}

void sg_digest_add_string(struct sg_digest *digest, const char *s)
{
	size_t n = s ? strlen(s) : 0;

	sg_digest_add_u64(digest, s ? n : UINT64_MAX);
	if (n)
		sg_digest_add(digest, s, n);
}

void sg_digest_finish(struct sg_digest *digest, unsigned char ret[32])
{
	SHA256Final(ret, &digest->sha);
}

void sg_digest_uuid(struct sg_digest *digest, char ret[SG_DIGEST_UUID_MAX])
{
	unsigned char sum[32];

	sg_digest_finish(digest, sum);
	sum[6] = (unsigned char)((sum[6] & 0x0f) | 0x80); /* version 8 */
	sum[8] = (unsigned char)((sum[8] & 0x3f) | 0x80); /* the variant of RFC 9562 */
	for (int i = 0, n = 0; i < 16; i++)
		n += snprintf(ret + n, SG_DIGEST_UUID_MAX - (size_t)n, "%s%02x",
			      i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", sum[i]);
}
