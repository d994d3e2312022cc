/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_WORKLOAD_IN_PROGRESS_H
#define SG_TRACER_WORKLOAD_IN_PROGRESS_H

#include <stdint.h>

#include "recording/recording.h"

/*
 * Calls that began before there was a recorder: who sleeps in accept(2) from before the recording
 * to after it needs accept, and never enters it meanwhile.
 */

/*
 * Add to @run the calls that the threads of process @tgid are in the middle of, as of stage APP and
 * source PROC (proc_pid_syscall(5)). Takes CAP_SYS_PTRACE. A thread that is gone or stopped adds
 * nothing; one whose call is not known is in the ledger, and so, as one, is a process that cannot
 * be seen from here (0). -ENOMEM.
 */
int sg_in_progress_add(uint32_t tgid, struct sg_run *run, struct sg_error *err);

/* The same of one thread. */
int sg_in_progress_add_thread(uint32_t tid, struct sg_run *run, struct sg_error *err);

#endif
