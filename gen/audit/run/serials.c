/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/run/serials.h"

#include <string.h>

#define WINDOW	     SG_AUDIT_SERIALS_WINDOW
#define WORDS	     (WINDOW / 64)
#define NSEC_PER_SEC UINT64_C(1000000000)
/* Events that only passed each other on their way are closer in time than this. */
#define REORDER_NSEC (5 * NSEC_PER_SEC)
/*
 * More events than this a second no kernel numbers: to make one takes microseconds, of every CPU.
 */
#define PER_SECOND_MAX 1000000u

static bool is_seen(const struct sg_audit_serials *s, uint64_t serial)
{
	return s->seen[serial % WINDOW / 64] >> serial % 64 & 1;
}

static void set_seen(struct sg_audit_serials *s, uint64_t serial, bool seen)
{
	uint64_t bit = UINT64_C(1) << serial % 64;

	if (seen)
		s->seen[serial % WINDOW / 64] |= bit;
	else
		s->seen[serial % WINDOW / 64] &= ~bit;
}

static uint64_t add_capped(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

/* The holes between .first and .last. */
static uint64_t holes(const struct sg_audit_serials *s)
{
	uint64_t n = 0;

	for (uint64_t i = s->first; i < s->last; i++)
		n += !is_seen(s, i);
	return n;
}

/* Another boot, or another place of the same: what was open is missing now. */
static void start(struct sg_audit_serials *s, uint64_t time, uint64_t serial)
{
	s->missing = add_capped(s->missing, s->last ? holes(s) : 0);
	memset(s->seen, 0, sizeof(s->seen));
	s->first = s->last = serial;
	s->last_time = time;
	set_seen(s, serial, true);
}

/* Make room for @serial above the window. */
static void slide(struct sg_audit_serials *s, uint64_t serial)
{
	uint64_t first = serial - WINDOW + 1;

	if (first > s->last) { /* nothing of the window stays */
		s->missing = add_capped(s->missing, holes(s));
		s->missing = add_capped(s->missing, first - s->last - 1);
		memset(s->seen, 0, sizeof(s->seen));
		s->first = first;
		return;
	}
	for (; s->first < first; s->first++) {
		s->missing = add_capped(s->missing, !is_seen(s, s->first));
		set_seen(s, s->first, false);
	}
}

/* Whether a sequence at @from can have come to @serial at @time. */
static bool is_possible(uint64_t from, uint64_t from_time, uint64_t time, uint64_t serial)
{
	uint64_t between = time > from_time ? time - from_time : from_time - time;

	if (serial <= from || from_time == 0) /* since when is not known */
		return true;
	return time != 0 &&
	       serial - from <= ((between + REORDER_NSEC) / NSEC_PER_SEC + 1) * PER_SECOND_MAX;
}

static void place(struct sg_audit_serials *s, uint64_t time, uint64_t serial)
{
	bool is_later = time && s->last_time && time > s->last_time + REORDER_NSEC;
	bool is_earlier = time && s->last_time && time + REORDER_NSEC < s->last_time;

	/* a lower serial at a later time is another boot; anything at an earlier time is another
	 * file */
	if (s->last == 0 || (serial <= s->last && is_later) || is_earlier ||
	    !is_possible(s->last, s->last_time, time, serial)) {
		start(s, time, serial);
		return;
	}
	if (serial > s->last) {
		if (serial - s->first >= WINDOW)
			slide(s, serial);
		s->last = serial;
		s->last_time = time ? time : s->last_time;
	} else if (serial < s->first) {
		return; /* it came too late and has been counted */
	}
	set_seen(s, serial, true);
}

void sg_audit_serials_add(struct sg_audit_serials *s, uint64_t time, uint64_t serial)
{
	if (serial == 0)
		return;
	if (s->far) {
		if (serial + WINDOW > s->far && is_possible(s->far, s->far_time, time, serial))
			place(s, s->far_time, s->far);
		s->far = 0;
	}
	if (s->last && serial > s->last && serial - s->last > WINDOW) {
		s->far = serial;
		s->far_time = time;
		return;
	}
	place(s, time, serial);
}

uint64_t sg_audit_serials_missing(const struct sg_audit_serials *s)
{
	uint64_t missing = add_capped(s->missing, s->last ? holes(s) : 0);

	/* the last of all: nothing says that it is an outlier but its distance */
	if (s->far && is_possible(s->last, s->last_time, s->far_time, s->far))
		missing = add_capped(missing, s->far - s->last - 1);
	return missing;
}
