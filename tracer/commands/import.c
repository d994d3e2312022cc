/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "audit/files.h"
#include "base/cleanup.h"
#include "commands/commands.h"
#include "cli/log.h"
#include "store/store.h"

struct options {
	const char *output;
	struct sg_option_pids pids;
	struct sg_option_texts comms, exes;
	struct sg_audit_filters filters; /* borrows the three lists */
};

static void done(void *data)
{
	struct options *o = data;

	sg_option_pids_done(&o->pids);
	sg_option_texts_done(&o->comms);
	sg_option_texts_done(&o->exes);
}

static int read_inputs(struct sg_audit_files *files, const struct sg_operands *operands,
		       struct sg_error *err)
{
	int r = 0;

	if (operands->n == 0)
		return sg_audit_files_read_default(files, err);
	for (size_t i = 0; r == 0 && i < operands->n; i++)
		r = sg_audit_files_read(files, operands->argv[i], err);
	return r;
}

/* What was found, before it is written: an empty recording must surprise nobody. */
static void report(const struct sg_audit_files *files, const struct sg_run *run)
{
	const struct sg_audit_stats *stats = sg_audit_files_stats(files);
	const struct sg_audit_import_stats *import = sg_audit_files_import_stats(files);

	sg_audit_files_warn_unverified(files, "import");
	sg_audit_files_warn_empty(files, "import");
	if (stats->records > 0 && import->taken == 0)
		sg_warn("import: all %" PRIu64 " seccomp records are left out by the filters",
			stats->records);
	sg_notice("import: %" PRIu64 " lines, %" PRIu64 " seccomp records: %" PRIu64
		  " taken, %" PRIu64 " left out by filters, %" PRIu64
		  " met before; %zu distinct calls",
		  stats->lines, stats->records, import->taken, import->filtered, import->duplicates,
		  run->n_entries);
	if (run->loss[SG_LOSS_AUDIT_SERIAL_GAPS] && stats->others == 0)
		sg_notice(
			"import: the input holds seccomp records only; where those of other types "
			"were taken out, that explains the missing serials: import the whole log "
			"to be sure");
	for (size_t i = 0; i < SG_LOSS_MAX_; i++) {
		if (run->loss[i])
			sg_warn("import: %s: %" PRIu64 " (%s)", sg_loss_kinds[i].name, run->loss[i],
				sg_loss_kinds[i].meaning);
	}
}

static int run_import(void *data, const struct sg_operands *operands, struct sg_error *err)
{
	_cleanup_(sg_audit_files_freep) struct sg_audit_files *files = NULL;
	_cleanup_(sg_recording_freep) struct sg_recording *rec = NULL;
	_cleanup_(sg_run_freep) struct sg_run *run = NULL;
	_cleanup_free_ char *where = NULL;
	struct options *o = data;
	int r;

	o->filters.pids = o->pids.list;
	o->filters.n_pids = o->pids.n;
	o->filters.comms = o->comms.list;
	o->filters.n_comms = o->comms.n;
	o->filters.exes = o->exes.list;
	o->filters.n_exes = o->exes.n;
	if (o->filters.until && o->filters.since > o->filters.until)
		return sg_command_usage(err, "--since is later than --until");

	r = sg_audit_files_new(&o->filters, o->output, &files, err);
	if (r == 0)
		r = read_inputs(files, operands, err);
	if (r == 0)
		r = sg_audit_files_finish(files, &run, err);
	if (r == 0)
		r = sg_recording_new(&rec, err);
	if (r < 0)
		return r;
	report(files, run);
	r = sg_recording_add(rec, run, err);
	if (r < 0)
		return r;
	run = NULL; /* the recording's now */
	r = sg_store_save(rec, o->output, &where, err);
	if (r < 0)
		return r;
	if (where && strcmp(where, "-") != 0)
		sg_notice("import: wrote %s", where);
	if (sg_audit_files_is_damaged(files))
		return sg_error_set(err, -EBADMSG,
				    "import: not all of the input could be read; what could is in "
				    "the recording, and its ledger says so");
	return SG_EXIT_OK;
}

static const struct sg_option options[] = {
	{ .short_name = 'p',
	  .long_name = "pid",
	  .metavar = "PID",
	  SG_PIDS(struct options, pids),
	  .doc = "take only records of this process (tgid); may be given again" },
	{ .long_name = "comm",
	  .metavar = "NAME",
	  SG_TEXTS(struct options, comms),
	  .doc = "take only records of programs of this name, as the kernel cuts it (15 bytes); "
		 "may be given again" },
	{ .long_name = "exe",
	  .metavar = "PATH",
	  .complete = SG_COMPLETE_FILE,
	  SG_TEXTS(struct options, exes),
	  .doc = "take only records of this executable; may be given again" },
	{ .long_name = "since",
	  .metavar = "TIME",
	  SG_TIME(struct options, filters.since),
	  .doc = "take only records from then on: '2026-11-21 20:15', '2026-11-21T20:15:00Z', "
		 "'@1795292157', or '2h' for two hours ago" },
	{ .long_name = "until",
	  .metavar = "TIME",
	  SG_TIME(struct options, filters.until),
	  .doc = "take only records up to then" },
	{ .long_name = "unverified",
	  SG_SWITCH(struct options, filters.unverified),
	  .doc = "also take records from lines that any program could have had logged, as in a "
		 "file of syslog's: only if nothing but the kernel can write to that log" },
	{ .short_name = 'o',
	  .long_name = "output",
	  .metavar = "FILE",
	  .complete = SG_COMPLETE_FILE,
	  SG_TEXT(struct options, output),
	  .doc = "write the recording to FILE instead of the store ('-': stdout)" },
	{ 0 },
};

static const struct sg_example examples[] = {
	{ "seccomp-gen import /var/log/audit",
	  "reads audit.log and what was rotated away from it, oldest first" },
	{ "seccomp-gen import --comm nginx --since 2h -o nginx.json",
	  "makes a recording of what nginx did lately" },
	{ "ssh node1 journalctl -k -o export | seccomp-gen import -",
	  "reads the kernel log of another host" },
	{ 0 },
};

const struct sg_command sg_cmd_import = {
	.name = "import",
	.summary = "make a recording of audit records",
	.operands = "[FILE|DIRECTORY|-...]",
	.description =
		"Reads the kernel's seccomp audit records (type 1326) and makes a recording of "
		"them: calls that SCMP_ACT_LOG let pass count as logged, all others as denied. "
		"It reads audit.log, ausearch (raw and -i), /dev/kmsg, dmesg, journalctl -o export "
		"and -o json, plain or gzip; with --unverified also syslog's files and "
		"journalctl's "
		"text formats, in which any program's line can look like the kernel's. A directory "
		"means its audit.log and the rotated ones.\n"
		"Without an operand: /var/log/audit/audit.log, else the journal, else /dev/kmsg.\n"
		"What the log itself says it lost, serial numbers that never arrived and lines "
		"that cannot be read go to the recording's loss ledger. Importing the same log "
		"again gives the same run, which merge counts once.",
	.options = options,
	.examples = examples,
	.max_operands = SG_OPERANDS_ANY,
	.complete_operands = SG_COMPLETE_FILE,
	.files_only = true,
	.data_size = sizeof(struct options),
	.run = run_import,
	.done = done,
};
