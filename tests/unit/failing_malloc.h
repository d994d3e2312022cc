/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TEST_FAILING_MALLOC_H
#define SG_TEST_FAILING_MALLOC_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/error.h"

/*
 * Every allocation on a road fails once. The allocator of the C library is
 * replaced by one that counts down (the glibc manual, "Replacing malloc"), which also shows what is
 * not freed. Sanitizers replace it themselves, so they see these tests do nothing.
 */
#if defined(__SANITIZE_ADDRESS__)
#define CAN_FAIL 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CAN_FAIL 0
#endif
#endif
#ifndef CAN_FAIL
#define CAN_FAIL 1
#endif

static long left = -1; /* allocations until one fails; -1: none does */
static long live;      /* blocks */

#if CAN_FAIL
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t size);
void __libc_free(void *p);

static bool fails(void)
{
	if (left < 0)
		return false;
	if (left == 0) {
		errno = ENOMEM;
		return true;
	}
	left--;
	return false;
}

void *malloc(size_t size)
{
	void *p = fails() ? NULL : __libc_malloc(size);

	live += p != NULL;
	return p;
}

void *calloc(size_t n, size_t size)
{
	void *p = fails() ? NULL : __libc_calloc(n, size);

	live += p != NULL;
	return p;
}

void *realloc(void *old, size_t size)
{
	void *p = fails() ? NULL : __libc_realloc(old, size);

	live += p && !old;
	return p;
}

void *reallocarray(void *old, size_t n, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes)) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(old, bytes);
}

void free(void *p)
{
	live -= p != NULL;
	__libc_free(p);
}
#endif

/*
 * @road, which makes a text, with each of its allocations failing in turn: every time it says
 * -ENOMEM, makes nothing and leaves nothing; there are more than @least. Returns the text, the
 * caller's.
 */
static inline char *each_fails_once(int (*road)(char **ret, struct sg_error *err), long least)
{
	struct sg_error err = { 0 };
	char *expected = NULL;
	long n = 0;

	if (!CAN_FAIL)
		skip();
	assert_int_equal(road(&expected, &err), 0);
	for (;; n++) {
		char *text = NULL;
		long before = live;
		int r;

		left = n;
		r = road(&text, &err);
		left = -1;
		if (r == 0) {
			assert_string_equal(text, expected);
			free(text);
			break;
		}
		assert_int_equal(r, -ENOMEM);
		assert_null(text);
		assert_int_equal(live, before);
	}
	assert_true(n > least);
	return expected;
}

#endif
