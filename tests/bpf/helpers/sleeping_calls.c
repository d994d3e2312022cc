/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sleeps in calls that it makes once: a thread in rt_sigtimedwait and, on x86_64, one in the pause
 * of i386; the main thread in a read from standard input, at whose end it ends.
 */
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "native.h"

static void *wait_for_signal(void *arg)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	syscall(SYS_rt_sigtimedwait, &set, NULL, NULL, (size_t)8);
	return arg;
}

#ifdef __x86_64__
static void *pause_as_i386(void *arg)
{
	long r;

	__asm__ volatile("int $0x80" : "=a"(r) : "a"(29L) : "memory", "r8", "r9", "r10", "r11");
	return arg;
}
#endif

int main(void)
{
	pthread_t t;
	char line[16];

	pthread_create(&t, NULL, wait_for_signal, NULL);
#ifdef __x86_64__
	pthread_create(&t, NULL, pause_as_i386, NULL);
#endif
	while (read(STDIN_FILENO, line, sizeof(line)) > 0)
		;
	_exit(0);
}
