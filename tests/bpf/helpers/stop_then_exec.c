/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stops itself, and executes its arguments once it is continued: time for a tracer to attach, and
 * for the next call to be the execve.
 */
#include <signal.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	if (argc < 2)
		return 2;
	raise(SIGSTOP);
	execvp(argv[1], argv + 1);
	return 127;
}
