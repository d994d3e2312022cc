/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A load of bpf(2) calls, as agents make that keep their state in maps: each thread writes and
 * reads a row of a hash map, until it is killed.
 *
 * usage: bpf_load THREADS
 */
#include <linux/bpf.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

static int map;

static int bpf(int cmd, union bpf_attr *attr)
{
	return (int)syscall(SYS_bpf, cmd, attr, sizeof(*attr));
}

static void *work(void *arg)
{
	uint32_t key = (uint32_t)(uintptr_t)arg;
	uint64_t value[64] = { 0 };
	union bpf_attr attr = { .map_fd = (uint32_t)map,
				.key = (uintptr_t)&key,
				.value = (uintptr_t)value };

	for (;;) {
		bpf(BPF_MAP_UPDATE_ELEM, &attr);
		bpf(BPF_MAP_LOOKUP_ELEM, &attr);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_HASH, .key_size = 4, .value_size = 512, .max_entries = 1024
	};
	pthread_t thread;

	/* maps are locked memory before 5.11 */
	setrlimit(RLIMIT_MEMLOCK, &(struct rlimit){ RLIM_INFINITY, RLIM_INFINITY });
	map = bpf(BPF_MAP_CREATE, &attr);
	if (argc != 2 || map < 0) {
		perror("bpf_load: create a map");
		return 2;
	}
	for (long i = 0; i < atol(argv[1]); i++)
		pthread_create(&thread, NULL, work, (void *)i);
	pause();
	return 0;
}
