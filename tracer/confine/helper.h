/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_CONFINE_HELPER_H
#define SG_TRACER_CONFINE_HELPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "confine/confine.h"

/*
 * A process of ours that answers questions, one at a time, and can do nothing else. It is forked
 * while this process still may, and confines itself (sg_confine()) before it reads the first
 * question. It believes this process nothing: a question that it does not know, or that is longer
 * than it takes, is its end. It ends when this process does.
 */
struct sg_helper {
	enum sg_part part;
	pid_t pid;
	int fd; /* -1: it does not answer any more */
	bool is_up;
};

/* clang-format off */
#define SG_HELPER_INIT { .pid = -1, .fd = -1 }
/* clang-format on */

struct sg_question {
	uint32_t what;
	char *text; /* @len bytes and a NUL */
	size_t len;
};

/* What the helper does: sg_helper_next() until that is false. */
typedef void sg_helper_serve(int fd, void *data);

struct sg_helper_work {
	enum sg_part part;
	/* before it confines itself; may be NULL */
	int (*prepare)(void *data, struct sg_error *err);
	sg_helper_serve *serve;
	void *data; /* as this process has it now */
	enum {
		SG_HELPER_CLOSES_ALL,  /* descriptors above 2, but for @keep_fd */
		SG_HELPER_CLOSES_OURS, /* those that the caller left us stay */
		SG_HELPER_KEEPS_ALL,
	} descriptors;
	int keep_fd; /* -1: none */
};

int sg_helper_start(const struct sg_helper_work *work, struct sg_helper *ret, struct sg_error *err);

/* Wait until it is confined. -EPIPE, or what prevented it. */
int sg_helper_wait(struct sg_helper *helper, struct sg_error *err);

/*
 * Ask @what with @len bytes of @text, and wait for the answer, @wait_ms at the longest (-1: as long
 * as it takes). An answer that is late, or longer than @max, is not waited for: the helper is not
 * asked again, and each later question is -EPIPE at once.
 *
 * *ret (may be NULL) is the answer with a NUL after it, the caller's. Returns what the helper
 * says: 0, or -errno, then with its message.
 */
struct sg_ask {
	uint32_t what;
	const void *text;
	size_t len;
	int wait_ms;
	bool hurries; /* when SIGINT or SIGTERM is pending here it is made so there */
	size_t max;
};

int sg_helper_ask(struct sg_helper *helper, const struct sg_ask *ask, char **ret, size_t *ret_len,
		  struct sg_error *err);

/* It ends, and is waited for a moment. Harmless afterwards. */
void sg_helper_stop(struct sg_helper *helper);

/* --- in the helper */

/* The next question, of @max bytes at most; the text is the caller's. False: there is none any
 * more. */
bool sg_helper_next(int fd, size_t max, struct sg_question *ret);

/* For one whose work can take long: who asks in a hurry makes SIGTERM, which is to be blocked,
 * pending. */
void sg_helper_hear_hurry(int fd);

/* @code: 0 and @text, or -errno and a message. */
void sg_helper_answer(int fd, int code, const void *text, size_t len);
void sg_helper_answer_error(int fd, const struct sg_error *err);

#endif
