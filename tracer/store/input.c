/* SPDX-License-Identifier: Apache-2.0 */
#include "store/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"

#define FIRST_CHUNK 65536u

int sg_input_read_fd(int fd, const char *shown, size_t max, char **ret, size_t *ret_len,
		     struct sg_error *err)
{
	_cleanup_free_ char *text = NULL;
	size_t len = 0, cap = 0;

	for (;;) {
		ssize_t n;

		if (len + 1 >= cap) { /* room for one byte more, and the NUL */
			char *more;

			cap = cap ? 2 * cap : FIRST_CHUNK;
			more = realloc(text, cap);
			if (!more)
				return sg_error_oom(err);
			text = more;
		}
		n = read(fd, text + len, cap - 1 - len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return sg_error_set(err, -errno, "cannot read %s: %s", shown,
					    strerror(errno));
		if (n == 0)
			break;
		len += (size_t)n;
		if (len > max)
			return sg_error_set(err, -EFBIG, "cannot read %s: larger than %zu bytes",
					    shown, max);
	}
	text[len] = '\0';
	*ret_len = len;
	*ret = TAKE_PTR(text);
	return 0;
}

int sg_input_take_stdin(struct sg_error *err)
{
	static bool taken;

	if (taken)
		return sg_error_set(err, -EINVAL,
				    "standard input can be read once, and '-' stands for it twice: "
				    "put one into a file");
	taken = true;
	return 0;
}

int sg_input_read(const char *path, size_t max, char **ret, size_t *ret_len, struct sg_error *err)
{
	_cleanup_close_ int fd = -1;
	int r;

	if (strcmp(path, "-") == 0) {
		r = sg_input_take_stdin(err);
		return r < 0 ? r
			     : sg_input_read_fd(STDIN_FILENO, SG_INPUT_STDIN_NAME, max, ret,
						ret_len, err);
	}
	fd = open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return sg_error_set(err, -errno, "cannot open %s: %s", *path ? path : "''",
				    strerror(errno));
	return sg_input_read_fd(fd, path, max, ret, ret_len, err);
}
