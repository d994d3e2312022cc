/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/digest.h"

#include <stdio.h>
#include <string.h>

static const uint32_t round_constants[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
	0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
	0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
	0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
	0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
	0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
	0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
	0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
	0xc67178f2,
};

static uint32_t rotate(uint32_t v, unsigned int n)
{
	return v >> n | v << (32 - n);
}

static void compress(uint32_t state[8], const unsigned char block[64])
{
	uint32_t w[64], v[8];

	for (int i = 0; i < 16; i++)
		w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
		       (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
	for (int i = 16; i < 64; i++) {
		uint32_t a = w[i - 15], b = w[i - 2];

		w[i] = w[i - 16] + (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) + w[i - 7] +
		       (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
	}
	memcpy(v, state, sizeof(v));
	for (int i = 0; i < 64; i++) {
		uint32_t t1 = v[7] + (rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25)) +
			      ((v[4] & v[5]) ^ (~v[4] & v[6])) + round_constants[i] + w[i];
		uint32_t t2 = (rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22)) +
			      ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));

		memmove(v + 1, v, 7 * sizeof(v[0]));
		v[4] += t1;
		v[0] = t1 + t2;
	}
	for (int i = 0; i < 8; i++)
		state[i] += v[i];
}

void sg_digest_init(struct sg_digest *digest)
{
	*digest = (struct sg_digest){
		.state = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c,
			   0x1f83d9ab, 0x5be0cd19 },
	};
}

void sg_digest_add(struct sg_digest *digest, const void *bytes, size_t len)
{
	const unsigned char *p = bytes;

	while (len > 0) {
		size_t used = digest->len % sizeof(digest->block);
		size_t n = sizeof(digest->block) - used;

		if (n > len)
			n = len;
		memcpy(digest->block + used, p, n);
		digest->len += n;
		p += n;
		len -= n;
		if (used + n == sizeof(digest->block))
			compress(digest->state, digest->block);
	}
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
	uint64_t bits = digest->len * 8;

	sg_digest_add(digest, "\x80", 1);
	while (digest->len % 64 != 56)
		sg_digest_add(digest, "", 1);
	sg_digest_add_u64(digest, bits);
	for (int i = 0; i < 32; i++)
		ret[i] = (unsigned char)(digest->state[i / 4] >> (24 - 8 * (i % 4)));
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
