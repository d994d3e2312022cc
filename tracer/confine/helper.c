/* SPDX-License-Identifier: Apache-2.0 */
#include "confine/helper.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cli/clock.h"

#define MESSAGE_MAX SG_ERROR_MAX
#define END_TRIES   2000 /* of a millisecond */
#define PATIENCE_MS 60000

#define SLICE_MS 100
#define HURRY	 ~0u

/* Before each question and each answer. */
struct head {
	uint32_t what, len;
	int32_t code;
};

/* Of this process: a helper that had another's would keep it from seeing our end. */
static int fds_of_helpers[SG_PART_MAX_];
static bool in_use[SG_PART_MAX_];

static void forget(struct sg_helper *helper)
{
	if (helper->fd < 0)
		return;
	in_use[helper->part] = false;
	sg_closep(&helper->fd);
	helper->fd = -1;
}

static int write_whole(int fd, const void *data, size_t len)
{
	for (const char *p = data; len;) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

/* @until: CLOCK_MONOTONIC; 0: as long as it takes. */
static int read_whole(int fd, void *data, size_t len, uint64_t until)
{
	for (char *p = data; len;) {
		struct pollfd pollfd = { .fd = fd, .events = POLLIN };
		uint64_t now = until ? sg_now_monotonic() : 0;
		int left = until ? now < until ? (int)((until - now) / 1000000u) + 1 : 0 : -1;
		int ready = poll(&pollfd, 1, left);
		ssize_t n;

		if (ready == 0)
			return -ETIMEDOUT;
		n = ready < 0 ? -1 : read(fd, p, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EPIPE;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

/* Until there is something to read. */
static void wait_in_hurry(int fd)
{
	const struct head hurry = { .what = HURRY };
	struct pollfd pollfd = { .fd = fd, .events = POLLIN };
	bool is_sent = false;
	sigset_t pending;

	while (poll(&pollfd, 1, SLICE_MS) <= 0) {
		if (is_sent || sigpending(&pending) < 0 ||
		    (!sigismember(&pending, SIGINT) && !sigismember(&pending, SIGTERM)))
			continue;
		is_sent = true;
		if (write_whole(fd, &hurry, sizeof(hurry)) < 0)
			return;
	}
}

static int read_text(int fd, size_t len, uint64_t until, char **ret)
{
	_cleanup_free_ char *text = malloc(len + 1);
	int r;

	if (!text)
		return -ENOMEM;
	r = read_whole(fd, text, len, until);
	if (r < 0)
		return r;
	text[len] = '\0';
	*ret = TAKE_PTR(text);
	return 0;
}

/* --- in the helper */

static void close_between(unsigned int first, unsigned int last)
{
	if (first <= last)
		syscall(SYS_close_range, first, last, 0);
}

static void close_all_but(int a, int b)
{
	unsigned int low = (unsigned int)(a < b ? a : b), high = (unsigned int)(a < b ? b : a);

	if (b < 0)
		low = high;
	close_between(3, low - 1);
	close_between(low + 1, high - 1);
	close_between(high + 1, ~0u);
}

/* What this program opens is closed at an exec; what the caller left it is not. */
static void close_ours_but(int a, int b)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		int fd = atoi(entry->d_name);

		if (fd > 2 && fd != a && fd != b && fd != dirfd(dir) &&
		    fcntl(fd, F_GETFD) & FD_CLOEXEC)
			close(fd);
	}
	if (dir)
		closedir(dir);
}

static void close_others(const struct sg_helper_work *work, int fd)
{
	if (work->descriptors == SG_HELPER_CLOSES_ALL)
		close_all_but(fd, work->keep_fd);
	if (work->descriptors == SG_HELPER_CLOSES_OURS)
		close_ours_but(fd, work->keep_fd);
	for (size_t i = 0; work->descriptors == SG_HELPER_KEEPS_ALL && i < SG_PART_MAX_; i++) {
		if (in_use[i])
			close(fds_of_helpers[i]);
	}
}

static _Noreturn void be_helper(const struct sg_helper_work *work, int fd)
{
	struct sg_error err = { 0 };
	char name[16] = "sg-";
	int r;

	close_others(work, fd);
	strncat(name, sg_part_name(work->part), sizeof(name) - 4);
	prctl(PR_SET_NAME, name, 0, 0, 0);
	r = work->prepare ? work->prepare(work->data, &err) : 0;
	if (r == 0)
		r = sg_confine(work->part, &err);
	if (r < 0) {
		sg_helper_answer_error(fd, &err);
		_exit(1);
	}
	sg_helper_answer(fd, 0, "", 0);
	work->serve(fd, work->data);
	_exit(0);
}

static bool hears_hurry;

/* Whatever is sent is a signal, and a hurry is what is sent while nothing is expected. */
void sg_helper_hear_hurry(int fd)
{
	hears_hurry = fcntl(fd, F_SETOWN, getpid()) == 0 && fcntl(fd, F_SETSIG, SIGTERM) == 0 &&
		      fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_ASYNC) == 0;
}

static void forget_hurry(void)
{
	const struct timespec now = { 0 };
	sigset_t term;

	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	while (hears_hurry && sigtimedwait(&term, NULL, &now) > 0)
		;
}

bool sg_helper_next(int fd, size_t max, struct sg_question *ret)
{
	struct head head;

	*ret = (struct sg_question){ 0 };
	do { /* a hurry that comes when it is over */
		if (read_whole(fd, &head, sizeof(head), 0) < 0)
			return false;
	} while (head.what == HURRY && head.len == 0);
	if (head.len > max || read_text(fd, head.len, 0, &ret->text) < 0)
		return false;
	forget_hurry();
	ret->what = head.what;
	ret->len = head.len;
	return true;
}

void sg_helper_answer(int fd, int code, const void *text, size_t len)
{
	struct head head = { .len = (uint32_t)len, .code = code };

	if (write_whole(fd, &head, sizeof(head)) == 0)
		write_whole(fd, text, len);
}

void sg_helper_answer_error(int fd, const struct sg_error *err)
{
	size_t len = strlen(err->message);

	sg_helper_answer(fd, err->code ? err->code : -EIO, err->message, len);
}

/* --- in the process that asks */

int sg_helper_start(const struct sg_helper_work *work, struct sg_helper *ret, struct sg_error *err)
{
	const char *name = sg_part_name(work->part);
	int fds[2];

	*ret = (struct sg_helper)SG_HELPER_INIT;
	ret->part = work->part;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
		return sg_error_set(err, -errno, "start the %s: socketpair: %s", name,
				    strerror(errno));
	ret->pid = fork();
	if (ret->pid == 0) {
		close(fds[0]);
		be_helper(work, fds[1]);
	}
	close(fds[1]);
	if (ret->pid < 0) {
		close(fds[0]);
		return sg_error_set(err, -errno, "start the %s: fork: %s", name, strerror(errno));
	}
	ret->fd = fds_of_helpers[work->part] = fds[0];
	in_use[work->part] = true;
	return 0;
}

static int give_up(struct sg_helper *helper, int r, struct sg_error *err)
{
	forget(helper);
	return sg_error_set(err, r == -ETIMEDOUT || r == -ENOMEM ? r : -EPIPE,
			    "the %s, a process of this recorder, %s", sg_part_name(helper->part),
			    r == -ETIMEDOUT ? "does not answer" : "has ended");
}

static int take_answer(struct sg_helper *helper, uint64_t until, size_t max, char **ret,
		       size_t *ret_len, struct sg_error *err)
{
	_cleanup_free_ char *text = NULL;
	struct head head;
	int r = read_whole(helper->fd, &head, sizeof(head), until);

	if (r == 0 && head.len > (head.code < 0 && max < MESSAGE_MAX ? MESSAGE_MAX : max))
		r = -EMSGSIZE;
	if (r == 0)
		r = read_text(helper->fd, head.len, until, &text);
	if (r < 0)
		return give_up(helper, r, err);
	if (head.code < 0)
		return sg_error_set(err, head.code, "%s", text);
	if (ret)
		*ret = TAKE_PTR(text);
	if (ret_len)
		*ret_len = head.len;
	return 0;
}

int sg_helper_wait(struct sg_helper *helper, struct sg_error *err)
{
	uint64_t until = sg_now_monotonic() + PATIENCE_MS * 1000000u;
	int r;

	if (helper->is_up)
		return 0;
	if (helper->fd < 0)
		return give_up(helper, -EPIPE, err);
	r = take_answer(helper, until, 0, NULL, NULL, err);
	if (r < 0) {
		forget(helper);
		return sg_error_prefix(err, "%s: ", sg_part_name(helper->part));
	}
	helper->is_up = true;
	return 0;
}

int sg_helper_ask(struct sg_helper *helper, const struct sg_ask *ask, char **ret, size_t *ret_len,
		  struct sg_error *err)
{
	struct head head = { .what = ask->what, .len = (uint32_t)ask->len };
	uint64_t until = 0;
	int r = sg_helper_wait(helper, err);

	if (r < 0)
		return r;
	if (ask->wait_ms >= 0)
		until = sg_now_monotonic() + (uint64_t)ask->wait_ms * 1000000u;
	r = write_whole(helper->fd, &head, sizeof(head));
	if (r == 0)
		r = write_whole(helper->fd, ask->text, ask->len);
	if (r == 0 && ask->hurries)
		wait_in_hurry(helper->fd);
	return r < 0 ? give_up(helper, r, err)
		     : take_answer(helper, until, ask->max, ret, ret_len, err);
}

void sg_helper_stop(struct sg_helper *helper)
{
	const struct timespec a_moment = { .tv_nsec = 1000000 };

	forget(helper);
	if (helper->pid <= 0)
		return;
	/* it sees that nobody asks any more; one that is stuck is left to itself */
	for (int i = 0; i < END_TRIES && waitpid(helper->pid, NULL, WNOHANG) == 0; i++)
		nanosleep(&a_moment, NULL);
	helper->pid = -1;
}
