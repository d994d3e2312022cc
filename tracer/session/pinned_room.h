/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_SESSION_NOTES_H
#define SG_TRACER_SESSION_NOTES_H

/*
 * The notes of a pinned recording (recording/pinned/pinned_state.h) are written by keep.c and read
 * by resume.c: room for them, and for those of each cgroup that can be recorded at a time.
 */
#define SG_PINNED_STATE_BYTES	     32768
#define SG_PINNED_STATE_BYTES_A_SLOT 1024

#endif
