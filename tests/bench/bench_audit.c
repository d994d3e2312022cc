/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Figures for the audit reader: bench_audit make KIND BYTES > LOG writes a log of which KIND says
 * what is in it, bench_audit read < LOG reads one as `seccomp-gen import` does and prints what that
 * cost.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "audit/run/import.h"
#include "audit/stream/stream.h"

#define PIECE (64u * 1024)

static double seconds(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* Reproducible, so that two runs read the same bytes. */
static uint32_t next_random(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (uint32_t)(*state >> 33);
}

static int put_seccomp(char *out, size_t size, uint64_t ms, uint64_t serial, uint64_t *random)
{
	unsigned int program = next_random(random) % 16;

	return snprintf(out, size,
			"type=SECCOMP msg=audit(%" PRIu64 ".%03" PRIu64 ":%" PRIu64
			"): auid=4294967295 uid=0 gid=0 ses=4294967295 pid=%u comm=\"prog%u\" "
			"exe=\"/usr/sbin/prog%u\" sig=0 arch=c000003e syscall=%u compat=0 "
			"ip=0x7ff07062e829 code=0x7ffc0000\n",
			ms / 1000, ms % 1000, serial, 100 + next_random(random) % 30000, program,
			program, next_random(random) % 335);
}

/* The records of one openat() under a file watch, in auditd's ENRICHED format. */
static int put_other(char *out, size_t size, uint64_t ms, uint64_t serial)
{
	char stamp[64];

	snprintf(stamp, sizeof(stamp), "audit(%" PRIu64 ".%03" PRIu64 ":%" PRIu64 ")", ms / 1000,
		 ms % 1000, serial);
	return snprintf(
		out, size,
		"type=SYSCALL msg=%s: arch=c000003e syscall=257 success=yes exit=3 "
		"a0=ffffff9c a1=7ffe9a7b2f1e a2=0 a3=0 items=1 ppid=1201 pid=4242 auid=1000 "
		"uid=1000 gid=1000 euid=1000 suid=1000 fsuid=1000 egid=1000 sgid=1000 "
		"fsgid=1000 tty=pts0 ses=3 comm=\"cat\" exe=\"/usr/bin/cat\" key=\"etc\"\x1d"
		"ARCH=x86_64 SYSCALL=openat AUID=\"user\" UID=\"user\" GID=\"user\"\n"
		"type=CWD msg=%s: cwd=\"/home/user\"\n"
		"type=PATH msg=%s: item=0 name=\"/etc/passwd\" inode=131 dev=fe:00 "
		"mode=0100644 ouid=0 ogid=0 rdev=00:00 nametype=NORMAL cap_fp=0 cap_fi=0 "
		"cap_fe=0 cap_fver=0 cap_frootid=0\x1dOUID=\"root\" OGID=\"root\"\n"
		"type=PROCTITLE msg=%s: proctitle=636174002F6574632F706173737764\n",
		stamp, stamp, stamp, stamp);
}

/* @percent of the events are records 1326, the others file accesses. */
static int make(unsigned int percent, uint64_t bytes)
{
	static char buf[1 << 20];
	uint64_t random = 1, ms = UINT64_C(1795292157000), serial = 0, done = 0;
	size_t n = 0;

	while (done < bytes) {
		int len;

		ms += next_random(&random) % 3;
		serial++;
		if (next_random(&random) % 100 < percent)
			len = put_seccomp(buf + n, sizeof(buf) - n, ms, serial, &random);
		else
			len = put_other(buf + n, sizeof(buf) - n, ms, serial);
		n += (size_t)len;
		done += (uint64_t)len;
		if (n > sizeof(buf) - 4096 || done >= bytes) {
			if (fwrite(buf, 1, n, stdout) != n)
				return 1;
			n = 0;
		}
	}
	return fflush(stdout) == 0 ? 0 : 1;
}

static int on_record(void *data, const struct sg_audit_record *rec, uint64_t line,
		     struct sg_error *err)
{
	(void)line;
	return sg_audit_importer_record(data, rec, err);
}

static void on_other(void *data, uint64_t time, uint64_t serial)
{
	sg_audit_importer_other(data, time, serial);
}

static const struct sg_audit_sink sink = { .record = on_record, .other = on_other };

static int read_log(struct sg_error *err)
{
	_cleanup_(sg_audit_importer_freep) struct sg_audit_importer *importer = NULL;
	_cleanup_(sg_audit_stream_freep) struct sg_audit_stream *stream = NULL;
	_cleanup_(sg_run_freep) struct sg_run *run = NULL;
	_cleanup_free_ char *buf = malloc(PIECE);
	const struct sg_audit_stats *stats;
	double wall = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
	struct rusage usage;
	ssize_t n;
	int r;

	r = sg_audit_importer_new(NULL, &importer, err);
	if (r == 0)
		r = sg_audit_stream_new(&sink, importer, NULL, &stream, err);
	if (r < 0 || !buf)
		return r;
	while ((n = read(STDIN_FILENO, buf, PIECE)) > 0) {
		r = sg_audit_stream_feed(stream, buf, (size_t)n, err);
		if (r < 0)
			return r;
	}
	if (n < 0)
		return sg_error_set(err, -errno, "read: %s", strerror(errno));
	r = sg_audit_stream_finish(stream, err);
	if (r == 0)
		r = sg_audit_importer_finish(importer, &run, err);
	if (r < 0)
		return r;
	wall = seconds(CLOCK_MONOTONIC) - wall;
	cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	getrusage(RUSAGE_SELF, &usage);
	stats = sg_audit_stream_stats(stream);
	printf("bytes %" PRIu64 " records %" PRIu64 " others %" PRIu64 " calls %zu gaps %" PRIu64
	       " wall_s %.3f cpu_s %.3f mb_per_s %.0f rss_kib %ld\n",
	       stats->bytes, stats->records, stats->others, run->n_entries,
	       run->loss[SG_LOSS_AUDIT_SERIAL_GAPS], wall, cpu, (double)stats->bytes / 1e6 / cpu,
	       usage.ru_maxrss);
	return 0;
}

int main(int argc, char **argv)
{
	struct sg_error err = { 0 };

	if (argc == 4 && strcmp(argv[1], "make") == 0)
		return make((unsigned int)strtoul(argv[2], NULL, 10), strtoull(argv[3], NULL, 10));
	if (argc == 2 && strcmp(argv[1], "read") == 0) {
		if (read_log(&err) == 0)
			return 0;
		fprintf(stderr, "bench_audit: %s\n", err.message);
		return 1;
	}
	fprintf(stderr,
		"usage: bench_audit make PERCENT BYTES > LOG\n       bench_audit read < LOG\n");
	return 2;
}
