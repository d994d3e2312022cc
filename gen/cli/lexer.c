/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/lexer.h"

#include <errno.h>
#include <string.h>

#include "base/strbuf.h"
#include "base/suggest.h"

/* The rows whose name begins with @name: the token gets the one that is meant. */
static void find_long(const struct sg_lexer *lexer, const char *name, size_t len,
		      struct sg_token *token)
{
	size_t n = 0;

	for (size_t s = 0; s < lexer->n_sets; s++) {
		const struct sg_option *row = lexer->sets[s].rows;

		for (; row && row->long_name; row++) {
			if (strncmp(row->long_name, name, len) != 0)
				continue;
			token->row = row;
			token->set = s;
			token->kind = SG_TOKEN_OPTION;
			if (!row->long_name[len])
				return;
			n++;
		}
	}
	if (n != 1) {
		token->row = NULL;
		token->kind = n && len ? SG_TOKEN_AMBIGUOUS : SG_TOKEN_UNKNOWN;
	}
}

static void find_short(const struct sg_lexer *lexer, char name, struct sg_token *token)
{
	for (size_t s = 0; s < lexer->n_sets; s++) {
		const struct sg_option *row = lexer->sets[s].rows;

		for (; row && row->long_name; row++) {
			if (row->short_name != name)
				continue;
			token->row = row;
			token->set = s;
			token->kind = SG_TOKEN_OPTION;
			return;
		}
	}
}

/* The value is the word that follows. */
static void take_next(struct sg_lexer *lexer, struct sg_token *token)
{
	if (lexer->at < lexer->n)
		token->value = lexer->words[lexer->at++];
	else
		token->kind = SG_TOKEN_NO_VALUE;
}

static struct sg_token next_long(struct sg_lexer *lexer, const char *word)
{
	struct sg_token token = {
		.kind = SG_TOKEN_UNKNOWN,
		.word = word,
		.name = word + 2,
		.name_len = strcspn(word + 2, "="),
	};
	const char *equals = token.name[token.name_len] ? token.name + token.name_len : NULL;

	find_long(lexer, token.name, token.name_len, &token);
	if (token.kind != SG_TOKEN_OPTION)
		return token;
	if (equals && sg_option_takes_value(token.row))
		token.value = equals + 1;
	else if (equals)
		token.kind = SG_TOKEN_UNWANTED_VALUE;
	else if (sg_option_takes_value(token.row))
		take_next(lexer, &token);
	return token;
}

static struct sg_token next_short(struct sg_lexer *lexer)
{
	struct sg_token token = {
		.kind = SG_TOKEN_UNKNOWN,
		.word = lexer->words[lexer->at],
		.name = lexer->cluster++,
		.name_len = 1,
	};

	find_short(lexer, *token.name, &token);
	if (token.kind == SG_TOKEN_OPTION && sg_option_takes_value(token.row)) {
		lexer->at++;
		if (*lexer->cluster)
			token.value = lexer->cluster;
		else
			take_next(lexer, &token);
		lexer->cluster = NULL;
	} else if (!*lexer->cluster) {
		lexer->at++;
		lexer->cluster = NULL;
	}
	return token;
}

struct sg_token sg_lexer_next(struct sg_lexer *lexer)
{
	const char *word;

	if (lexer->cluster)
		return next_short(lexer);
	if (lexer->at >= lexer->n)
		return (struct sg_token){ .kind = SG_TOKEN_END };
	word = lexer->words[lexer->at];
	if (word[0] == '-' && word[1] && word[1] != '-') {
		lexer->cluster = word + 1;
		return next_short(lexer);
	}
	lexer->at++;
	if (word[0] != '-' || word[1] != '-')
		return (struct sg_token){ .kind = SG_TOKEN_OPERAND, .value = word };
	if (!word[2])
		return (struct sg_token){ .kind = SG_TOKEN_DASHES };
	return next_long(lexer, word);
}

static const char *nearest(const struct sg_lexer *lexer, const char *name, size_t len)
{
	struct sg_nearest near = sg_nearest_to(name, len);

	for (size_t s = 0; s < lexer->n_sets; s++) {
		const struct sg_option *row = lexer->sets[s].rows;

		for (; row && row->long_name; row++)
			sg_nearest_try(&near, row->long_name);
	}
	return near.found;
}

static int refuse_unknown(const struct sg_lexer *lexer, const struct sg_token *token,
			  struct sg_error *err)
{
	bool is_long = token->word[1] == '-';
	const char *name = is_long ? token->name : token->word + 1; /* "-json" was meant as one */
	const char *near = nearest(lexer, name, is_long ? token->name_len : strlen(name));
	const char *dashes = is_long ? "--" : "-";
	int len = (int)token->name_len;

	if (near)
		return sg_error_set(err, -EINVAL, "unknown option %s%.*s: did you mean --%s?",
				    dashes, len, token->name, near);
	return sg_error_set(err, -EINVAL, "unknown option %s%.*s (see --help)", dashes, len,
			    token->name);
}

static int refuse_ambiguous(const struct sg_lexer *lexer, const struct sg_token *token,
			    struct sg_error *err)
{
	struct sg_strbuf candidates = SG_STRBUF_INIT;
	int r;

	for (size_t s = 0; s < lexer->n_sets; s++) {
		const struct sg_option *row = lexer->sets[s].rows;

		for (; row && row->long_name; row++) {
			if (strncmp(row->long_name, token->name, token->name_len) == 0)
				sg_strbuf_printf(&candidates, "%s--%s", candidates.len ? ", " : "",
						 row->long_name);
		}
	}
	r = candidates.failed
		    ? sg_error_oom(err)
		    : sg_error_set(err, -EINVAL, "option --%.*s is ambiguous: it can be %s",
				   (int)token->name_len, token->name, candidates.data);
	sg_strbuf_done(&candidates);
	return r;
}

int sg_lexer_refuse(const struct sg_lexer *lexer, const struct sg_token *token,
		    struct sg_error *err)
{
	if (token->kind == SG_TOKEN_AMBIGUOUS)
		return refuse_ambiguous(lexer, token, err);
	if (token->kind == SG_TOKEN_NO_VALUE)
		return sg_error_set(err, -EINVAL, "option --%s needs a value: %s",
				    token->row->long_name, token->row->metavar);
	if (token->kind == SG_TOKEN_UNWANTED_VALUE)
		return sg_error_set(err, -EINVAL, "option --%s takes no value",
				    token->row->long_name);
	return refuse_unknown(lexer, token, err);
}
