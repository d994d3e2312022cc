/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_AUDIT_RUN_IMPORT_H
#define SG_AUDIT_RUN_IMPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/line/line.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "recording/recording.h"

/*
 * From audit records to a run of a recording: calls that SCMP_ACT_LOG let pass count as logged, all
 * others as denied by their class. Memory depends on how many different calls and programs there
 * are, not on the number of records, and has a bound.
 *
 * A record that arrives twice (journald has the netlink's and the kernel log's; syslog and kern.log
 * both) is taken once, as long as fewer than SG_AUDIT_TWINS other serials lie between.
 */
#define SG_AUDIT_TWINS 65536u

/*
 * Which records are taken: those that each given list has one entry for. Borrowed by the importer.
 */
struct sg_audit_filters {
	const uint32_t *pids;
	size_t n_pids;
	const char *const *comms;
	size_t n_comms;
	const char *const *exes;
	size_t n_exes;
	uint64_t since, until; /* nanoseconds, both included; 0: no bound. A record without time is
				  left out */
	bool unverified;       /* see sg_audit_stream_take_unverified() */
};

struct sg_audit_import_stats {
	uint64_t taken;
	uint64_t filtered;   /* left out by the filters */
	uint64_t duplicates; /* of a record that was taken */
};

struct sg_audit_importer;

/* @filters may be NULL. */
int sg_audit_importer_new(const struct sg_audit_filters *filters, struct sg_audit_importer **ret,
			  struct sg_error *err);
void sg_audit_importer_free(struct sg_audit_importer *importer);

/* What sg_audit_sink hands over. */
int sg_audit_importer_record(struct sg_audit_importer *importer, const struct sg_audit_record *rec,
			     struct sg_error *err);
void sg_audit_importer_other(struct sg_audit_importer *importer, uint64_t time, uint64_t serial);
void sg_audit_importer_notice(struct sg_audit_importer *importer,
			      const struct sg_audit_notice *notice);
void sg_audit_importer_problem(struct sg_audit_importer *importer, enum sg_audit_kind kind);

/* A loss that no line tells of, such as an overrun of the netlink socket. */
void sg_audit_importer_lose(struct sg_audit_importer *importer, enum sg_loss loss, uint64_t n);

const struct sg_audit_import_stats *sg_audit_importer_stats(
	const struct sg_audit_importer *importer);

/*
 * The run: target kind "log", source audit, complete. Its id is a digest of what is in it and of
 * the records it was made of, in any order, so that the same log imported again is the same run
 * under merge. host.arch is the native architecture when all records agree on one; start and end
 * are the times of the first and the last audit record of any type.
 */
int sg_audit_importer_finish(struct sg_audit_importer *importer, struct sg_run **ret,
			     struct sg_error *err);

SG_DEFINE_CLEANUP(struct sg_audit_importer, sg_audit_importer_free)

#endif
