/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_BASE_CLEANUP_H
#define SG_BASE_CLEANUP_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Run @func on the address of the variable when it leaves scope. */
#define _cleanup_(func) __attribute__((cleanup(func)))

/* Hand a pointer over: the cleanup local is left NULL. */
#define TAKE_PTR(p)                         \
	({                                  \
		__typeof__(p) taken_ = (p); \
		(p) = NULL;                 \
		taken_;                     \
	})

/* Hand a descriptor over: the cleanup local is left -1. */
#define TAKE_FD(fd)                \
	({                         \
		int taken_ = (fd); \
		(fd) = -1;         \
		taken_;            \
	})

/* Defines <func>p(), which frees *p; for use with _cleanup_. */
#define SG_DEFINE_CLEANUP(type, func)        \
	static inline void func##p(type **p) \
	{                                    \
		if (*p)                      \
			func(*p);            \
	}

static inline void sg_freep(void *p)
{
	free(*(void **)p);
}

static inline void sg_closep(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static inline void sg_fclosep(FILE **f)
{
	if (*f)
		fclose(*f);
}

static inline void sg_closedirp(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

#define _cleanup_free_	   _cleanup_(sg_freep)
#define _cleanup_close_	   _cleanup_(sg_closep)
#define _cleanup_fclose_   _cleanup_(sg_fclosep)
#define _cleanup_closedir_ _cleanup_(sg_closedirp)

#define SG_ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#endif
