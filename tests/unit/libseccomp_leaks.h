/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TESTS_LIBSECCOMP_LEAKS_H
#define SG_TESTS_LIBSECCOMP_LEAKS_H

/* libseccomp 2.5.4 loses nodes of rules that contradict each other. LeakSanitizer asks this. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libseccomp.so";
}

#endif
