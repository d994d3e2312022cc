/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/fields.h"

#include <linux/seccomp.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "audit/names.h"
#include "audit/scan.h"
#include "base/cleanup.h"

/*
 * Names with a space are in hexadecimal, so every space parts two fields. They are found first, 64
 * bytes at a time; then where each field stands is known before any is read, and reading one need
 * not wait for the one before it.
 */
#define BLOCK	   64u
#define FIELDS	   13u /* and the subject, which only a labelling security module adds */
#define SUBJECT_AT 4u  /* its place */

/* Bit i: byte i of the block is a space; and is where the kernel's own fields end. */
static inline void find_ends(const char *block, uint64_t *ret_spaces, uint64_t *ret_enriched)
{
	uint64_t found = 0, enriched = 0;

#ifdef __SSE2__
	const __m128i space = _mm_set1_epi8(' '), end = _mm_set1_epi8(SG_AUDIT_ENRICHED);

#pragma GCC unroll 4
	for (unsigned int i = 0; i < BLOCK; i += 16) {
		__m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(block + i));

		found |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, space)) << i;
		enriched |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, end)) << i;
	}
#else
	for (unsigned int i = 0; i < BLOCK; i++) {
		found |= (uint64_t)(block[i] == ' ') << i;
		enriched |= (uint64_t)(block[i] == SG_AUDIT_ENRICHED) << i;
	}
#endif
	*ret_spaces = found;
	*ret_enriched = enriched;
}

/*
 * The spaces before the fields up to the end of the kernel's own, which *end becomes. Returns their
 * number; one above FIELDS + 1 when there are more.
 */
static size_t find_spaces(const char *text, const char **end, const char *at[FIELDS + 1])
{
	char tail[BLOCK];
	size_t n = 0;

	for (const char *p = text; p < *end; p += BLOCK) {
		const char *block = p;
		uint64_t mask, enriched;

		if (*end - p < (ptrdiff_t)BLOCK) {
			memset(tail, 0, sizeof(tail));
			memcpy(tail, p, (size_t)(*end - p));
			block = tail;
		}
		find_ends(block, &mask, &enriched);
		if (enriched) {
			*end = p + __builtin_ctzll(enriched);
			mask &= (enriched & -enriched) - 1;
		}
		for (; mask; mask &= mask - 1) {
			if (n > FIELDS)
				return n + 1;
			at[n++] = p + __builtin_ctzll(mask);
		}
	}
	return n;
}

/* What is in the way when @key, behind the space at @at, is to be the literal; 0 when it is it. */
#define MISMATCH(at, key)                                              \
	((sg_scan_load((at) + 1) ^ sg_scan_load(key "\0\0\0\0\0\0\0")) \
	 << 8 * (8 - (sizeof(key) - 1)))

/* The value between the key behind one space and the next space. */
#define VALUE(at, key, next) (at) + sizeof(key), (next)

/* Whether a value that nobody reads is quoted: the kernel quotes none of those, and a quote has no
 * end in sight. */
#define IS_QUOTED(at, key) ((at)[sizeof(key)] == '"')

/* A number that fills the whole value. */
static inline bool read_number(const char *s, const char *end, uint64_t max, uint32_t *ret)
{
	uint64_t v = 0;

	if (end - s < 1 || end - s > 10)
		return false;
	for (; s < end; s++) {
		if (!sg_scan_is_digit(*s))
			return false;
		v = v * 10 + (uint64_t)(*s - '0');
	}
	*ret = (uint32_t)v;
	return v <= max;
}

/* Whether a name holds a quote. At least eight bytes of other fields stand behind it. */
static inline bool has_quote(const char *s, size_t len)
{
	uint64_t found = 0;

	for (; len >= 8; s += 8, len -= 8)
		found |= sg_scan_zeroes(sg_scan_load(s) ^ SG_SCAN_ALL('"'));
	if (len > 0)
		found |= sg_scan_zeroes((sg_scan_load(s) ^ SG_SCAN_ALL('"')) | ~UINT64_C(0)
										       << 8 * len);
	return found != 0;
}

static inline bool read_name(const char *s, const char *end, struct sg_audit_text *ret)
{
	if (end - s < 2 || *s != '"') {
		sg_audit_text_read(s, end, ret);
		return s < end && *s != '"';
	}
	*ret = (struct sg_audit_text){ s + 1, (size_t)(end - s) - 2, SG_AUDIT_TEXT_PLAIN };
	/* a quote within could be the end of the value, and more behind it */
	return end[-1] == '"' && !has_quote(ret->data, ret->len);
}

/* A token or an action. Nearly all are the ones that are looked for first. */
static inline bool read_hex(const char *s, const char *end, const char *usual, uint32_t usual_value,
			    uint32_t *ret)
{
	if (end - s == 8 && memcmp(s, usual, 8) == 0) {
		*ret = usual_value;
		return true;
	}
	return sg_scan_hex32(&s, end, ret) && s == end;
}

bool sg_audit_fields_read_kernel(const char *text, size_t len, struct sg_audit_record *ret)
{
	const char *end = text + len, *at[FIELDS + 1];
	size_t n = find_spaces(text, &end, at);
	const char *const *f = at;
	uint64_t mismatch;
	uint32_t sig, compat, nr;

	if (n < FIELDS || n > FIELDS + 1 || at[0] != text || end - at[n - 1] < 9)
		return false;
	mismatch = MISMATCH(f[0], "auid=") | MISMATCH(f[1], "uid=") | MISMATCH(f[2], "gid=") |
		   MISMATCH(f[3], "ses=");
	mismatch |= IS_QUOTED(f[0], "auid=") | IS_QUOTED(f[1], "uid=") | IS_QUOTED(f[2], "gid=") |
		    IS_QUOTED(f[3], "ses=");
	if (n > FIELDS) {
		mismatch |= MISMATCH(f[SUBJECT_AT], "subj=") | IS_QUOTED(f[SUBJECT_AT], "subj=");
		f++;
	}
	mismatch |= MISMATCH(f[4], "pid=") | MISMATCH(f[5], "comm=") | MISMATCH(f[6], "exe=") |
		    MISMATCH(f[7], "sig=") | MISMATCH(f[8], "arch=") | MISMATCH(f[9], "syscall=") |
		    MISMATCH(f[10], "compat=") | MISMATCH(f[11], "ip=") | IS_QUOTED(f[11], "ip=") |
		    MISMATCH(f[12], "code=0x");
	if (mismatch != 0)
		return false;

	if (!read_number(VALUE(f[4], "pid=", f[5]), INT32_MAX, &ret->pid) ||
	    !read_name(VALUE(f[5], "comm=", f[6]), &ret->comm) ||
	    !read_name(VALUE(f[6], "exe=", f[7]), &ret->exe) ||
	    !read_number(VALUE(f[7], "sig=", f[8]), 64, &sig) ||
	    !read_hex(VALUE(f[8], "arch=", f[9]), "c000003e", AUDIT_ARCH_X86_64, &ret->id.arch) ||
	    !read_number(VALUE(f[9], "syscall=", f[10]), INT32_MAX, &nr) ||
	    !read_number(VALUE(f[10], "compat=", f[11]), 1, &compat) ||
	    !read_hex(VALUE(f[12], "code=0x", end), "7ffc0000", SECCOMP_RET_LOG, &ret->code) ||
	    !sg_audit_code_is_valid(ret->code))
		return false;
	ret->id = sg_audit_call(ret->id.arch, nr);
	ret->sig = (int32_t)sig;
	ret->is_compat = compat;
	ret->has_names = ret->is_any_kill = false;
	return true;
}
