/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pi_locks THREADS TIMES: each thread adds one to a number, that many times, under a lock that
 * inherits priority. "exact", or how many of the sum are missing and status 1.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define MAX_THREADS 64

static pthread_mutex_t lock;
static volatile long sum;
static long times;

static void *add(void *arg)
{
	for (long i = 0; i < times; i++) {
		long old;

		if (pthread_mutex_lock(&lock) != 0)
			abort();
		old = sum;
		for (volatile int k = 0; k < 50; k++)
			;
		sum = old + 1;
		pthread_mutex_unlock(&lock);
	}
	return arg;
}

int main(int argc, char **argv)
{
	const long n = argc == 3 ? strtol(argv[1], NULL, 10) : 0;
	pthread_t threads[MAX_THREADS];
	pthread_mutexattr_t attr;

	if (n < 1 || n > MAX_THREADS)
		return 2;
	times = strtol(argv[2], NULL, 10);
	if (pthread_mutexattr_init(&attr) ||
	    pthread_mutexattr_setprotocol(&attr, PTHREAD_PRIO_INHERIT) ||
	    pthread_mutex_init(&lock, &attr))
		return 2;
	for (long i = 0; i < n; i++) {
		if (pthread_create(&threads[i], NULL, add, NULL))
			return 2;
	}
	for (long i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
	if (sum == n * times) {
		puts("exact");
		return 0;
	}
	printf("%ld of %ld are missing\n", n * times - sum, n * times);
	return 1;
}
