/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a system call costs under oci-seccomp-bpf-hook and under the recorder; and how long each
 * takes from its start until it is attached. For a test machine (scripts/vm/bench-hook): it makes a
 * cgroup and leaves it.
 *
 * The hook compiles its program each time it starts, for a minute and more there. So it is started,
 * calls under it are timed, and it is killed; but its program, with its tables as they are, is
 * saved, and then attached and detached as libbcc does it, in turn with the others, now in this
 * order, now in the other. What that is worth is seen from the times under the hook itself.
 *
 * The hook records a mount namespace, the recorder a cgroup: the container here has one of each. At
 * each call of the container's first process the hook notes the namespace again, at those of others
 * it does not.
 *
 * Prints "vm: attach WHO MS" and "vm: call VARIANT NS" for somebody to make ratios of. At the end
 * the recorder's counter must be what was called, or it fails.
 *
 * usage: bench_hook RECORDER.bpf.o EMPTY.bpf.o ROOT HOOK STARTS ROUNDS CALLS   (root)
 *
 * HOOK is a path below ROOT, where its libraries and the kernel's headers are.
 */
#include <fcntl.h>
#include <linux/perf_event.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>

#include "recorder_object.h"
#include "timing.h"

#define TARGET	     "/sys/fs/cgroup/bench-target"
#define TRACEPOINT   "/sys/kernel/tracing/events/raw_syscalls/sys_enter/id"
#define HOOK_PROGRAM "enter_trace"
#define BLOCKS	     40
#define SLOT	     1

enum who { OUTSIDE, FIRST, ANOTHER, WHO };
enum what { NOTHING, EMPTY, RECORDER, HOOK, WHAT };

static const struct {
	const char *name;
	enum who who;
	enum what what;
} variants[] = {
	{ "nothing", FIRST, NOTHING },		{ "empty", FIRST, EMPTY },
	{ "recorder-target", FIRST, RECORDER }, { "recorder-bystander", OUTSIDE, RECORDER },
	{ "hook-first", FIRST, HOOK },		{ "hook-another", ANOTHER, HOOK },
	{ "hook-bystander", OUTSIDE, HOOK },
};
#define VARIANTS (sizeof(variants) / sizeof(variants[0]))

static struct worker {
	pid_t pid;
	int to, from;
} workers[WHO];
static unsigned long calls, recorded_calls;

static double wall_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

/* Short blocks, and the middle one: what interrupts an emulated processor does not show inside. */
static double time_blocks(void)
{
	double block[BLOCKS];

	time_calls(calls / BLOCKS); /* caches, translated code */
	for (int i = 0; i < BLOCKS; i++)
		block[i] = time_calls(calls / BLOCKS);
	qsort(block, BLOCKS, sizeof(double), by_value);
	return block[BLOCKS / 2];
}

static void put(int fd, const void *data, size_t n)
{
	if (write(fd, data, n) != (ssize_t)n)
		die("write");
}

static void get(int fd, void *data, size_t n)
{
	if (read(fd, data, n) != (ssize_t)n)
		die("read");
}

/* Into the target's cgroup and, of @pid, its mount namespace; 0: into a new one. */
static void enter_container(pid_t pid)
{
	FILE *f = fopen(TARGET "/cgroup.procs", "we");
	char path[64];
	int ns;

	if (!f || fprintf(f, "0\n") < 0 || fclose(f))
		die(TARGET);
	if (!pid) {
		if (unshare(CLONE_NEWNS))
			die("unshare");
		return;
	}
	snprintf(path, sizeof(path), "/proc/%d/ns/mnt", pid);
	ns = open(path, O_RDONLY | O_CLOEXEC);
	if (ns < 0 || setns(ns, CLONE_NEWNS))
		die(path);
	close(ns);
}

/* A process of the container that calls when it is asked to. */
static void start_worker(struct worker *self, pid_t container)
{
	int there[2], back[2];
	double ns = 0;
	char go;

	if (pipe(there) || pipe(back))
		die("pipe");
	fflush(stdout);
	*self = (struct worker){ .to = there[1], .from = back[0], .pid = fork() };
	if (self->pid) {
		close(there[0]);
		close(back[1]);
		get(self->from, &ns, sizeof(ns)); /* it is in the container now */
		return;
	}
	close(there[1]);
	enter_container(container);
	do {
		put(back[1], &ns, sizeof(ns));
		if (read(there[0], &go, 1) != 1)
			_exit(0);
		ns = time_blocks();
	} while (1);
}

static double time_of(enum who who)
{
	double ns;

	if (who == OUTSIDE)
		return time_blocks();
	put(workers[who].to, "", 1);
	get(workers[who].from, &ns, sizeof(ns));
	return ns;
}

static pid_t start(const char *root, char *const argv[], int log)
{
	sigset_t none;
	cpu_set_t all;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid)
		return pid;
	memset(&all, 0xff, sizeof(all));
	sched_setaffinity(0, sizeof(all), &all);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (dup2(log, 1) != 1 || dup2(log, 2) != 2 || (root && chroot(root)) || chdir("/"))
		die(argv[0]);
	execv(argv[0], argv);
	die(argv[0]);
	return 0;
}

static void end(pid_t pid, int signal)
{
	kill(pid, signal);
	while (waitpid(pid, NULL, 0) < 0)
		if (errno != EINTR)
			die("waitpid");
}

/* The whole recorder, from its start until it says that it is attached. */
static void time_recorder(void)
{
	char *argv[] = {
		"/bin/seccomp-gen", "record", "--cgroup", TARGET, "--denials", "never", "-o",
		"/tmp/bench.rec",   NULL
	};
	double began = wall_ms();
	char said[4096];
	size_t n = 0;
	int log[2];
	ssize_t got;
	pid_t pid;

	if (pipe(log))
		die("pipe");
	pid = start(NULL, argv, log[1]);
	close(log[1]);
	do {
		got = read(log[0], said + n, sizeof(said) - 1 - n);
		if (got <= 0) {
			fprintf(stderr, "bench_hook: the recorder did not start: %.*s\n", (int)n,
				said);
			exit(1);
		}
		n += (size_t)got;
		said[n] = '\0';
	} while (!strstr(said, "recording cgroup"));
	printf("vm: attach recorder %.1f\n", wall_ms() - began);
	end(pid, SIGINT);
	close(log[0]);
}

/* A descriptor, which keeps it. */
static int program_named(const char *name)
{
	uint32_t id = 0, len;

	while (!bpf_prog_get_next_id(id, &id)) {
		struct bpf_prog_info info = { 0 };
		int fd = bpf_prog_get_fd_by_id(id);

		len = sizeof(info);
		if (fd >= 0 && !bpf_obj_get_info_by_fd(fd, &info, &len) && !strcmp(info.name, name))
			return fd;
		if (fd >= 0)
			close(fd);
	}
	die(name);
	return 0;
}

/* The whole hook, from its start until it tells its parent that it is attached. */
static pid_t time_hook(const char *root, char *hook)
{
	char target[16];
	char *argv[] = { hook, "-r", target, "-o", "/tmp/hook.json", NULL };
	const struct timespec patience = { .tv_sec = 2 };
	double began = wall_ms();
	sigset_t set;
	int got;
	pid_t pid;

	snprintf(target, sizeof(target), "%d", workers[FIRST].pid);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGCHLD);
	while (sigtimedwait(&set, NULL, &(struct timespec){ 0 }) > 0)
		; /* of those that ended before */
	pid = start(root, argv, 2);
	while ((got = sigtimedwait(&set, NULL, &patience)) < 0) {
		printf("vm: waiting for the hook\n"); /* this machine is alive */
		fflush(stdout);
	}
	if (got != SIGUSR1) {
		fprintf(stderr, "bench_hook: the hook ended before it was attached\n");
		exit(1);
	}
	printf("vm: attach hook %.1f\n", wall_ms() - began);
	return pid;
}

/* As libbcc does it: an event of one CPU, but a program on it runs on all. */
static int attach_to_tracepoint(int prog)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_TRACEPOINT,
					.size = sizeof(attr),
					.sample_type = PERF_SAMPLE_RAW,
					.sample_period = 1,
					.wakeup_events = 1 };
	FILE *f = fopen(TRACEPOINT, "re");
	unsigned long long id;
	int fd;

	if (!f || fscanf(f, "%llu", &id) != 1)
		die(TRACEPOINT);
	fclose(f);
	attr.config = id;
	fd = (int)syscall(SYS_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
	if (fd < 0 || ioctl(fd, PERF_EVENT_IOC_SET_BPF, prog) ||
	    ioctl(fd, PERF_EVENT_IOC_ENABLE, 0))
		die("perf_event_open");
	return fd;
}

static double time_variant(size_t v, struct bpf_object *const objects[], int hook_prog)
{
	enum what what = variants[v].what;
	struct bpf_link *link = objects[what] ? attach(objects[what]) : NULL;
	int event = what == HOOK ? attach_to_tracepoint(hook_prog) : -1;
	double ns = time_of(variants[v].who);

	bpf_link__destroy(link);
	if (event >= 0)
		close(event);
	if (what == RECORDER && variants[v].who == FIRST)
		recorded_calls += calls / BLOCKS * (BLOCKS + 1);
	return ns;
}

/* One start of each, and @rounds in turn under the programs. */
static void measure(const char *root, char *path, unsigned long rounds,
		    struct bpf_object *const objects[])
{
	double ns[VARIANTS];
	pid_t hook;
	int prog;

	time_recorder();
	hook = time_hook(root, path);
	for (unsigned long r = 0; r < rounds; r++)
		printf("vm: call hook-itself %.2f\n", time_of(FIRST));
	prog = program_named(HOOK_PROGRAM);
	end(hook, SIGKILL);
	for (unsigned long r = 0; r < rounds; r++) {
		for (size_t i = 0; i < VARIANTS; i++) {
			size_t v = r % 2 ? VARIANTS - 1 - i : i;

			ns[v] = time_variant(v, objects, prog);
		}
		for (size_t v = 0; v < VARIANTS; v++)
			printf("vm: call %s %.2f\n", variants[v].name, ns[v]);
	}
	close(prog);
}

int main(int argc, char **argv)
{
	struct bpf_object *objects[WHAT] = { NULL };
	unsigned long starts, rounds;
	sigset_t set;

	if (argc != 8) {
		fprintf(stderr,
			"usage: bench_hook RECORDER.bpf.o EMPTY.bpf.o ROOT HOOK STARTS ROUNDS "
			"CALLS\n");
		return 2;
	}
	starts = strtoul(argv[5], NULL, 10);
	rounds = strtoul(argv[6], NULL, 10);
	calls = strtoul(argv[7], NULL, 10);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	stay_on_this_cpu();
	if (mkdir(TARGET, 0755))
		die(TARGET);
	start_worker(&workers[FIRST], 0);
	start_worker(&workers[ANOTHER], workers[FIRST].pid);
	objects[EMPTY] = open_object(argv[2], 1);
	objects[RECORDER] = open_object(argv[1], 1);
	track(objects[RECORDER], cgroup_id(TARGET), SLOT);

	while (starts--)
		measure(argv[3], argv[4], rounds, objects);
	check_count(objects[RECORDER], SLOT, recorded_calls);
	return 0;
}
