/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_CLI_LEXER_H
#define SG_CLI_LEXER_H

#include "cli/option.h"

/*
 * The words of a command line, one thing at a time, as getopt_long(3) takes them apart: long
 * options in full or by an unambiguous beginning, "--name=value" and "--name value", short ones
 * alone, together, and with their value attached.
 */

/* A table of options and the structure that its fields are in. */
struct sg_option_set {
	const struct sg_option *rows; /* NULL: none */
	void *data;
};

enum sg_token_kind {
	SG_TOKEN_END,
	SG_TOKEN_OPTION,
	SG_TOKEN_OPERAND, /* .value */
	SG_TOKEN_DASHES,  /* "--": the words from .at on are no options */
	/* no option */
	SG_TOKEN_UNKNOWN,
	SG_TOKEN_AMBIGUOUS,
	SG_TOKEN_NO_VALUE,	 /* of .row: the words end before it */
	SG_TOKEN_UNWANTED_VALUE, /* .row takes none */
};

struct sg_token {
	enum sg_token_kind kind;
	const struct sg_option *row;
	size_t set;	   /* which of the sets the row is of */
	const char *value; /* of the option, or the operand; borrowed from the words */
	const char *word;  /* the word of an option */
	/* of a long option: what stands before its '='; of a short one: the letter alone */
	const char *name;
	size_t name_len;
};

struct sg_lexer {
	const struct sg_option_set *sets;
	size_t n_sets;
	char *const *words; /* none is NULL */
	size_t n, at;
	const char *cluster; /* what is left of "-abc" */
};

struct sg_token sg_lexer_next(struct sg_lexer *lexer);

/*
 * What is wrong with a token that is no option: -EINVAL, with what may have been meant. @token is
 * one of the kinds from SG_TOKEN_UNKNOWN on.
 */
int sg_lexer_refuse(const struct sg_lexer *lexer, const struct sg_token *token,
		    struct sg_error *err);

#endif
