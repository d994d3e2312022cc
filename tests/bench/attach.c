/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loads and attaches an object's programs, says so, and waits for a signal: what it costs that
 * there is any program at all.
 *
 * usage: attach FILE.bpf.o   (root)
 */
#include <bpf/libbpf.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct bpf_object *obj = argc == 2 ? bpf_object__open_file(argv[1], NULL) : NULL;
	struct bpf_program *prog;

	if (!obj || bpf_object__load(obj)) {
		fprintf(stderr, "usage: attach FILE.bpf.o   (root)\n");
		return 2;
	}
	bpf_object__for_each_program(prog, obj)
	{
		if (!bpf_program__attach(prog)) {
			perror("attach");
			return 1;
		}
	}
	printf("attached\n");
	fflush(stdout);
	pause();
	return 0;
}
