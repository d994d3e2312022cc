/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/parts/list_live.h"

#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cli/command.h"
#include "recorder/live.h"
#include "recording/pinned/pinned_summary.h"
#include "cli/log.h"
#include "view/list.h"

#define ENDING_MS 500

/* A recorder that has died can have helpers that have not seen it yet: a moment, and they have. */
static int peek(const char *name, char **ret, struct sg_pinned_summary *summary, bool *ret_busy,
		struct sg_error *err)
{
	for (int ms = 0;; ms += 10) {
		struct stat ns = { 0 };
		int r = sg_live_peek(name, ret, ret_busy, err);

		if (r == 0)
			r = sg_pinned_summary_read(*ret, summary, err);
		if (r < 0 || !*ret_busy || ms > ENDING_MS || stat("/proc/self/ns/pid", &ns) < 0 ||
		    ns.st_ino != summary->pid_namespace || kill((pid_t)summary->pid, 0) == 0 ||
		    errno != ESRCH)
			return r;
		sg_pinned_summary_done(summary);
		sg_freep(ret);
		*ret = NULL;
		usleep(10000);
	}
}

static int add_row(struct sg_columns *table, const char *name, struct sg_error *err)
{
	_cleanup_(sg_pinned_summary_done) struct sg_pinned_summary summary = { 0 };
	_cleanup_free_ char *state = NULL;
	struct sg_view_live live = { .name = name };
	int r;

	r = peek(name, &state, &summary, &live.has_recorder, err);
	if (r == -ENOENT) { /* gone since it was listed */
		*err = (struct sg_error){ 0 };
		return 0;
	}
	if (r == -ENODATA) {
		*err = (struct sg_error){ 0 };
		sg_view_live_add(table, &live);
		return 0;
	}
	if (r < 0)
		return r;
	live.targets = summary.targets;
	live.start = summary.start;
	live.pid = summary.pid;
	sg_view_live_add(table, &live);
	return 0;
}

int sg_list_live(bool names_only, struct sg_strbuf *out, struct sg_error *err)
{
	_cleanup_(sg_live_names_done) struct sg_live_names names = { 0 };
	_cleanup_(sg_columns_done) struct sg_columns table = { 0 };
	int r = sg_live_list(&names, err), code = SG_EXIT_OK;

	if (r < 0)
		return r;
	if (names.n == 0) {
		sg_notice("no recording is pinned ('seccomp-gen record --name NAME' pins one)");
		return SG_EXIT_OK;
	}
	sg_view_live_init(&table);
	for (size_t i = 0; i < names.n; i++) {
		struct sg_error one = { 0 };

		if (names_only) {
			sg_strbuf_printf(out, "%s\n", names.names[i]);
		} else if (add_row(&table, names.names[i], &one) < 0) {
			sg_print_error(&one);
			code = SG_EXIT_FAILURE;
		}
	}
	if (!names_only)
		sg_columns_print(&table, out);
	return code;
}
