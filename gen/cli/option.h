/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_CLI_OPTION_H
#define SG_CLI_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"

/*
 * Options as data. One row says what an option is called, what its value is, where the value goes
 * in the command's structure, and with what else it can be given. From the rows come parsing, the
 * refusal of contradictions, --help, the completions and the test that every option is documented.
 */

/* What the field at .offset is, and what a value becomes. */
enum sg_option_type {
	SG_OPTION_SWITCH,   /* bool: true. Takes no value */
	SG_OPTION_SET,	    /* an enum: .number. Takes no value */
	SG_OPTION_ACTION,   /* no field: parsing ends with it, as with --help. Takes no value */
	SG_OPTION_TEXT,	    /* const char *: borrowed; of .choices, where there are any */
	SG_OPTION_TEXTS,    /* struct sg_option_texts: one more each time */
	SG_OPTION_CHOICE,   /* an enum: .number of one of .choices */
	SG_OPTION_NUMBER,   /* uint32_t, decimal, from .min to .max */
	SG_OPTION_PID,	    /* pid_t */
	SG_OPTION_PIDS,	    /* struct sg_option_pids: one more each time */
	SG_OPTION_DURATION, /* uint64_t: nanoseconds, at least .min */
	SG_OPTION_TIME,	    /* uint64_t: nanoseconds since the epoch */
	SG_OPTION_PARSED,   /* what .parse makes of it */
};

/* What a shell offers for a value or an operand, besides .choices. */
enum sg_complete {
	SG_COMPLETE_NOTHING,
	SG_COMPLETE_FILE,
	SG_COMPLETE_DIRECTORY,
	SG_COMPLETE_RECORDING, /* names in the store, or files */
	SG_COMPLETE_PINNED,    /* recordings that were given a name and have not ended */
	SG_COMPLETE_COMMAND,   /* the command line of another program */
};

/* Ends with name NULL. */
struct sg_choice {
	const char *name;
	int number; /* for SG_OPTION_CHOICE */
};

/* The lists are the caller's; the texts are borrowed. Release with _done. */
struct sg_option_texts {
	const char **list;
	size_t n;
};

struct sg_option_pids {
	uint32_t *list;
	size_t n;
};

void sg_option_texts_done(struct sg_option_texts *texts);
void sg_option_pids_done(struct sg_option_pids *pids);

/* What follows "--", in .excludes and .only_with, where it stands for an option's name. */
#define SG_OPTION_COMMAND "--"

/*
 * One row an option. An option with one field that is given twice keeps its last value.
 *
 * @parse gets the value (borrowed from the words, as good as they are) and the field. On failure
 * it returns a negative errno with the reason; the option's name is put before it.
 */
struct sg_option {
	char short_name;       /* 0: none */
	bool once;	       /* given twice it is refused */
	bool open;	       /* .choices are offered, and others are taken as well */
	bool is_operand;       /* it stands for the first operand: one fewer is needed and taken */
	const char *long_name; /* without dashes; NULL ends a table */
	const char *metavar;   /* what its value is called; NULL: takes none */
	const char *doc;       /* one sentence without full stop; wrapped when printed */
	enum sg_option_type type;
	enum sg_complete complete;
	size_t offset;
	const struct sg_choice *choices; /* NULL: none */
	int number;			 /* of SG_OPTION_SET */
	uint64_t min, max;		 /* max 0: what the field holds */
	int (*parse)(const char *value, void *field, struct sg_error *err);
	/* Long names with spaces between, SG_OPTION_COMMAND for "-- CMD". */
	const char *excludes;	/* it cannot be given with these; one row of a pair says it */
	const char *conflict;	/* the verb of that message; NULL: "excludes" */
	const char *only_with;	/* it needs one of these */
	const char *alone_with; /* it can be given with these only; "": with nothing else */
};

/* clang-format off */
/* The offset of a field, which must be of @c_type. */
#define SG_OPTION_FIELD(type, field, is_right)                                                \
	(offsetof(type, field) +                                                              \
	 0 * sizeof(struct { _Static_assert(is_right, "the field is of another type"); char c; }))
#define SG_OPTION_HAS(type, field, c_type) \
	SG_OPTION_FIELD(type, field,       \
			__builtin_types_compatible_p(__typeof__(((type *)0)->field), c_type))
#define SG_OPTION_ENUM(type, field) \
	SG_OPTION_FIELD(type, field, sizeof(((type *)0)->field) == sizeof(int))

/* For the rows of a table: .type, .offset and what belongs to them. */
#define SG_SWITCH(t, field)   .type = SG_OPTION_SWITCH, .offset = SG_OPTION_HAS(t, field, bool)
#define SG_SET(t, field, n)   .type = SG_OPTION_SET, .offset = SG_OPTION_ENUM(t, field), .number = (n)
#define SG_ACTION             .type = SG_OPTION_ACTION
#define SG_TEXT(t, field)     .type = SG_OPTION_TEXT, .offset = SG_OPTION_HAS(t, field, const char *)
#define SG_TEXTS(t, field)    .type = SG_OPTION_TEXTS, .offset = SG_OPTION_HAS(t, field, struct sg_option_texts)
#define SG_CHOICE(t, field)   .type = SG_OPTION_CHOICE, .offset = SG_OPTION_ENUM(t, field)
#define SG_NUMBER(t, field)   .type = SG_OPTION_NUMBER, .offset = SG_OPTION_HAS(t, field, uint32_t)
#define SG_PID(t, field)      .type = SG_OPTION_PID, .offset = SG_OPTION_HAS(t, field, pid_t)
#define SG_PIDS(t, field)     .type = SG_OPTION_PIDS, .offset = SG_OPTION_HAS(t, field, struct sg_option_pids)
#define SG_DURATION(t, field) .type = SG_OPTION_DURATION, .offset = SG_OPTION_HAS(t, field, uint64_t)
#define SG_TIME(t, field)     .type = SG_OPTION_TIME, .offset = SG_OPTION_HAS(t, field, uint64_t)
#define SG_PARSED(t, field, c_type, function) \
	.type = SG_OPTION_PARSED, .offset = SG_OPTION_HAS(t, field, c_type), .parse = (function)
/* clang-format on */

/* Whether an option of this row is followed by a value. */
static inline bool sg_option_takes_value(const struct sg_option *option)
{
	return option->metavar != NULL;
}

/*
 * Put @value, NULL where the option takes none, into the field of @data. @now: nanoseconds since
 * the epoch, for times that are counted from it.
 *
 * Returns 0, -EINVAL (with the option's name), -ENOMEM.
 */
int sg_option_store(const struct sg_option *option, const char *value, void *data, uint64_t now,
		    struct sg_error *err);

#endif
