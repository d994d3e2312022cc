/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NATIVE_H
#define NATIVE_H

#include <sys/syscall.h>

/* What recordings call the architecture that this is built for. */
#ifdef __aarch64__
#define NATIVE_ARCH "aarch64"
#else
#define NATIVE_ARCH "x86_64"
#endif

/* Of the calls that nothing else makes: aarch64 has no getpgrp, and libc makes it from this one. */
#ifndef SYS_getpgrp
#define SYS_getpgrp SYS_getpgid
#endif

#endif
