/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/log.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/escape.h"
#include "base/strbuf.h"
#include "cli/clock.h"

#define LINE_MAX_LEN	2048
#define STATUS_INTERVAL 200000000u /* ns; a person reads no faster */
#define COLUMNS_UNKNOWN 80

static enum sg_log_level threshold = SG_LOG_NOTICE;
static bool status_shown;
static uint64_t status_at;

void sg_log_set_level(enum sg_log_level level)
{
	threshold = level;
}

bool sg_log_is_on(enum sg_log_level level)
{
	return level <= threshold;
}

/* Nothing can be done about a stderr that takes no text: its failures are not reported. */
static void print_line(const char *fmt, va_list ap)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf escaped = SG_STRBUF_INIT;
	char line[LINE_MAX_LEN];

	sg_status_clear();
	if (vsnprintf(line, sizeof(line), fmt, ap) < 0)
		return;
	sg_escape(&escaped, line);
	fprintf(stderr, "seccomp-gen: %s\n", escaped.failed ? "out of memory" : escaped.data);
}

void sg_warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print_line(fmt, ap);
	va_end(ap);
}

void sg_notice(const char *fmt, ...)
{
	va_list ap;

	if (!sg_log_is_on(SG_LOG_NOTICE))
		return;
	va_start(ap, fmt);
	print_line(fmt, ap);
	va_end(ap);
}

void sg_debug(const char *fmt, ...)
{
	va_list ap;

	if (!sg_log_is_on(SG_LOG_DEBUG))
		return;
	va_start(ap, fmt);
	print_line(fmt, ap);
	va_end(ap);
}

void sg_print_error(const struct sg_error *err)
{
	sg_warn("%s", err->message);
}

static bool has_live_terminal(void)
{
	static int known = -1;
	const char *term;

	if (known < 0) {
		term = getenv("TERM");
		known = isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0;
	}
	return known;
}

bool sg_status_is_due(void)
{
	return sg_log_is_on(SG_LOG_NOTICE) && has_live_terminal() &&
	       sg_now_monotonic() - status_at >= STATUS_INTERVAL;
}

static size_t terminal_columns(void)
{
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col == 0)
		return COLUMNS_UNKNOWN;
	return size.ws_col;
}

void sg_status(const char *fmt, ...)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf escaped = SG_STRBUF_INIT;
	char line[LINE_MAX_LEN];
	size_t columns;
	va_list ap;
	int n;

	if (!sg_status_is_due())
		return;
	va_start(ap, fmt);
	n = vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	sg_escape(&escaped, line);
	if (escaped.failed || escaped.len == 0)
		return;
	columns = terminal_columns();
	if (columns <= escaped.len) /* the last column stays free: writing there wraps the line */
		escaped.data[columns - 1] = '\0';
	fprintf(stderr, "\r%s\033[K", escaped.data);
	fflush(stderr);
	status_shown = true;
	status_at = sg_now_monotonic();
}

void sg_status_clear(void)
{
	if (!status_shown)
		return;
	fputs("\r\033[K", stderr);
	fflush(stderr);
	status_shown = false;
}
