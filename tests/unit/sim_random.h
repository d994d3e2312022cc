/* SPDX-License-Identifier: Apache-2.0 */
/* Repeatable random programs and calls for the tests of filters. */
#ifndef SG_TESTS_SIM_RANDOM_H
#define SG_TESTS_SIM_RANDOM_H

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>

#include "filter/filter.h"

struct sg_random {
	uint64_t state;
};

/* splitmix64 */
static inline uint64_t random_u64(struct sg_random *r)
{
	uint64_t z = (r->state += 0x9e3779b97f4a7c15u);

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

static inline uint32_t random_below(struct sg_random *r, uint32_t n)
{
	return (uint32_t)(random_u64(r) >> 33) % n;
}

/* Few values, so that comparisons come out both ways. */
static inline uint32_t random_word(struct sg_random *r)
{
	static const uint32_t words[] = { 0, 1,	 2,	     3,		 5,	     8,
					  9, 16, 0x7fffffff, 0x80000000, 0xffffffff, 0x40000000 };

	return words[random_below(r, sizeof(words) / sizeof(words[0]))];
}

/* The same for arguments: at the limits of 32 and 64 bits. */
static inline uint64_t random_wide(struct sg_random *r)
{
	static const uint64_t args[] = { 0,	      1,	  2,	       3,
					 0x7fffffff,  0xffffffff, 0x100000000, 0x100000001,
					 0x100000002, UINT64_MAX };

	return args[random_below(r, sizeof(args) / sizeof(args[0]))];
}

static inline struct sg_seccomp_data random_data(struct sg_random *r)
{
	static const uint32_t arches[] = { AUDIT_ARCH_X86_64, AUDIT_ARCH_I386, AUDIT_ARCH_AARCH64 };
	struct sg_seccomp_data data = { .nr = random_word(r), .arch = arches[random_below(r, 3)] };

	data.instruction_pointer = random_word(r);
	for (size_t i = 0; i < 6; i++)
		data.args[i] = (uint64_t)random_word(r) << 32 | random_word(r);
	return data;
}

/*
 * @len instructions, most of which the kernel takes by themselves; whether it takes the program is
 * for sg_filter_check() to say. Returns @len.
 */
static inline size_t random_program(struct sg_random *r, struct sock_filter *insns, size_t max)
{
	static const uint16_t codes[] = {
		0x20, 0x20, 0x20, 0x20, 0x00, 0x60, 0x80, 0x01, 0x61, 0x81, 0x02, 0x02, 0x03, 0x04,
		0x0c, 0x14, 0x1c, 0x24, 0x2c, 0x34, 0x3c, 0x44, 0x4c, 0x54, 0x54, 0x54, 0x5c, 0x64,
		0x6c, 0x74, 0x7c, 0x84, 0xa4, 0xac, 0x07, 0x87, 0x05, 0x15, 0x15, 0x15, 0x15, 0x1d,
		0x25, 0x25, 0x2d, 0x35, 0x35, 0x3d, 0x45, 0x45, 0x4d, 0x06, 0x16,
	};
	static const uint32_t rets[] = { SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO | 1,
					 SECCOMP_RET_LOG };
	size_t len = 1 + random_below(r, (uint32_t)max);

	for (size_t i = 0; i < len; i++) {
		uint16_t code = codes[random_below(r, sizeof(codes) / sizeof(codes[0]))];
		uint32_t left = (uint32_t)(len - i - 1);
		struct sock_filter insn = { .code = code, .k = random_word(r) };

		if (left == 0)
			insn.code = code = random_below(r, 4) ? 0x06 : 0x16;
		switch (BPF_CLASS(code)) {
		case BPF_JMP:
			insn.jt = (uint8_t)random_below(r, left);
			insn.jf = (uint8_t)random_below(r, left);
			if (code == 0x05)
				insn.k = random_below(r, left);
			break;
		case BPF_RET:
			insn.k = rets[random_below(r, 3)];
			break;
		case BPF_LD:
			if (code == 0x20)
				insn.k = random_below(r, 16) * 4;
			/* fall through */
		case BPF_LDX:
			if (BPF_MODE(code) != BPF_MEM)
				break;
			/* fall through */
		case BPF_ST:
		case BPF_STX:
			insn.k = random_below(r, 3);
			break;
		case BPF_ALU:
			if (code == 0x64 || code == 0x74)
				insn.k %= 32;
			break;
		default:
			break;
		}
		insns[i] = insn;
	}
	return len;
}

#endif
