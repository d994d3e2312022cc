/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cli/log.h"
#include "cli/output.h"

#define AUDIT_LOG "/var/log/audit/audit.log"
#define KMSG	  "/dev/kmsg"

#define WORDS_SHOWN	10
#define EXIT_NO_PROGRAM 127 /* as a shell has it */

/* journald keeps nothing where neither directory has a machine's journal. */
static bool has_journal(void)
{
	static const char *const places[] = { "/run/log/journal", "/var/log/journal" };
	bool found = false;

	for (size_t i = 0; i < SG_ARRAY_SIZE(places) && !found; i++) {
		DIR *dir = opendir(places[i]);
		struct dirent *entry;

		while (dir && (entry = readdir(dir)))
			found |= entry->d_name[0] != '.';
		if (dir)
			closedir(dir);
	}
	return found;
}

/*
 * The journal has both what journald took from audit's netlink group and the kernel's log, which is
 * held back by printk's rate limit; a record that is in both counts once.
 */
static int start_journalctl(int said, pid_t *ret_pid, int *ret_fd, struct sg_error *err)
{
	char *const argv[] = {
		(char[]){ "journalctl" },
		(char[]){ "--no-pager" },
		(char[]){ "--output=export" },
		(char[]){ "--output-fields=MESSAGE,_TRANSPORT,_AUDIT_TYPE,_AUDIT_ID,"
			  "_SOURCE_REALTIME_TIMESTAMP,SYSLOG_FACILITY" },
		(char[]){ "_TRANSPORT=audit" },
		(char[]){ "+" },
		(char[]){ "_TRANSPORT=kernel" },
		(char[]){ "+" },
		(char[]){ "_TRANSPORT=driver" }, /* what journald says that it missed */
		NULL,
	};
	_cleanup_close_ int out = -1, in = -1;
	int fds[2];
	pid_t pid = -1;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return sg_error_set(err, -errno, "cannot make a pipe: %s", strerror(errno));
	in = fds[0];
	out = fds[1];
	pid = fork();
	if (pid < 0)
		return sg_error_set(err, -errno, "cannot run journalctl: %s", strerror(errno));
	if (pid == 0) {
		sg_output_restore_signals();
		if (dup2(out, STDOUT_FILENO) >= 0 && dup2(said, STDERR_FILENO) >= 0)
			execvp(argv[0], argv);
		_exit(EXIT_NO_PROGRAM);
	}
	*ret_pid = pid;
	*ret_fd = TAKE_FD(in);
	return 0;
}

/*
 * journalctl passes over a journal that is damaged, or that may not be read, says so in words and
 * exits with 0: each line of it is a journal of which something is missing.
 */
static int take_words(struct sg_audit_files *files, int said, struct sg_error *err)
{
	_cleanup_free_ char *line = NULL;
	_cleanup_fclose_ FILE *f = NULL;
	uint64_t n = 0;
	size_t cap = 0;
	ssize_t len;

	if (lseek(said, 0, SEEK_SET) < 0)
		return sg_error_set(err, -errno, "cannot read what journalctl says: %s",
				    strerror(errno));
	f = fdopen(said, "r");
	if (!f) {
		close(said);
		return sg_error_oom(err);
	}
	while ((len = getline(&line, &cap, f)) > 0) {
		if (line[len - 1] == '\n')
			line[--len] = '\0';
		if (len == 0)
			continue;
		if (++n <= WORDS_SHOWN)
			sg_warn("journalctl: %s", line);
	}
	if (n > WORDS_SHOWN)
		sg_warn("journalctl: %" PRIu64 " more lines like these", n - WORDS_SHOWN);
	if (n)
		sg_audit_files_lose(files, SG_LOSS_AUDIT_UNREADABLE, n);
	return 0;
}

static int read_journal(struct sg_audit_files *files, struct sg_error *err)
{
	_cleanup_close_ int fd = -1, said = -1;
	int r, status = 0, words;
	pid_t pid = -1;

	/* not a pipe: nobody would read it while the entries are read */
	said = memfd_create("journalctl", MFD_CLOEXEC);
	if (said < 0)
		return sg_error_set(err, -errno, "cannot make a file in memory: %s",
				    strerror(errno));
	r = start_journalctl(said, &pid, &fd, err);
	if (r < 0)
		return r;
	sg_notice("import: reading the journal (journalctl, transports audit and kernel)");
	r = sg_audit_files_read_fd(files, fd, "<journal>", err);
	close(TAKE_FD(fd)); /* or it would wait for us to read on */
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (r < 0)
		return r;
	if (sg_exit_code_of(status) == EXIT_NO_PROGRAM)
		return sg_error_set(err, -ENOENT,
				    "there is a journal, but no journalctl to read it");
	words = take_words(files, TAKE_FD(said), err);
	if (words < 0)
		return words;
	if (sg_exit_code_of(status) == 0)
		return 0;
	return sg_error_set(err, -EIO, "journalctl failed with exit code %d",
			    sg_exit_code_of(status));
}

int sg_audit_files_read_default(struct sg_audit_files *files, struct sg_error *err)
{
	struct sg_error journal_err = { 0 };
	int r;

	if (access(AUDIT_LOG, F_OK) == 0 || errno == EACCES) {
		sg_notice("import: reading %s; rotated logs are read when %s is named", AUDIT_LOG,
			  "/var/log/audit");
		return sg_audit_files_read(files, AUDIT_LOG, err);
	}
	if (has_journal()) {
		r = read_journal(files, &journal_err);
		if (r != -ENOENT)
			return r < 0 ? sg_error_set(err, r, "%s", journal_err.message) : 0;
		sg_notice("import: %s", journal_err.message);
	}
	sg_notice("import: reading " KMSG ", since there is neither " AUDIT_LOG
		  " nor a journal; printk's rate limit leaves little in it");
	return sg_audit_files_read(files, KMSG, err);
}
