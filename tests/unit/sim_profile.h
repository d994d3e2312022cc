/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For the tests of filters: profiles as one line of text.
 *   default=errno:38 arch=x86_64 arch=i386 allow:read,write allow:socket[0==2;1&0xff==1]
 * errno:1:ptrace allow:#500 A call of a rule is a name, under every architecture of the profile
 * that has it, name@arch, or #number of the first architecture. Conditions stand in brackets:
 * index, operator, value; or index & mask == value.
 */
#ifndef SG_TESTS_SIM_PROFILE_H
#define SG_TESTS_SIM_PROFILE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile/profile.h"
#include "syscall/arch.h"
#include "syscall/multiplexed.h"
#include "syscall/table.h"

static const struct {
	const char *name;
	enum sg_action action;
} spec_actions[] = {
	{ "allow", SG_ACTION_ALLOW },
	{ "log", SG_ACTION_LOG },
	{ "errno:", SG_ACTION_ERRNO },
	{ "trace:", SG_ACTION_TRACE },
	{ "notify", SG_ACTION_NOTIFY },
	{ "trap", SG_ACTION_TRAP },
	{ "kill_thread", SG_ACTION_KILL_THREAD },
	{ "kill_process", SG_ACTION_KILL_PROCESS },
};

/* Reads a verdict and moves after it. */
static inline struct sg_verdict spec_verdict(char **s)
{
	struct sg_verdict verdict = { 0 };

	for (size_t i = 0; i < sizeof(spec_actions) / sizeof(spec_actions[0]); i++) {
		size_t n = strlen(spec_actions[i].name);

		if (strncmp(*s, spec_actions[i].name, n) != 0)
			continue;
		*s += n;
		verdict.action = spec_actions[i].action;
		if (spec_actions[i].name[n - 1] == ':')
			verdict.data = (uint16_t)strtoul(*s, s, 0);
		return verdict;
	}
	fprintf(stderr, "no such verdict: %s\n", *s);
	abort();
}

static inline uint32_t spec_arch(const char *name)
{
	const struct sg_arch *arch = sg_arch_by_name(name);

	if (!arch) {
		fprintf(stderr, "no such architecture: %s\n", name);
		abort();
	}
	return arch->token;
}

static inline struct sg_condition spec_condition(char *s)
{
	static const struct {
		const char *text;
		enum sg_op op;
	} ops[] = { { "==", SG_OP_EQ }, { "!=", SG_OP_NE }, { "<=", SG_OP_LE },
		    { "<", SG_OP_LT },	{ ">=", SG_OP_GE }, { ">", SG_OP_GT } };
	struct sg_condition c = { .index = (uint8_t)strtoul(s, &s, 0) };

	if (*s == '&') {
		c.op = SG_OP_MASKED_EQ;
		c.value = strtoull(s + 1, &s, 0);
		c.value_two = strtoull(s + 2, &s, 0);
		return c;
	}
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		if (strncmp(s, ops[i].text, strlen(ops[i].text)) != 0)
			continue;
		c.op = ops[i].op;
		c.value = strtoull(s + strlen(ops[i].text), &s, 0);
		return c;
	}
	fprintf(stderr, "no such condition: %s\n", s);
	abort();
}

static inline void spec_call(struct sg_profile *p, struct sg_rule *rule, char *name)
{
	char *at = strchr(name, '@');
	uint32_t nr;

	if (*name == '#') {
		struct sg_syscall_id id = { p->arches[0], (uint32_t)strtoul(name + 1, NULL, 0) };

		sg_rule_add_call(rule, id, NULL, NULL);
		return;
	}
	if (at)
		*at = '\0';
	for (size_t i = 0; i < p->n_arches; i++) {
		if (at && p->arches[i] != spec_arch(at + 1))
			continue;
		if (sg_syscall_nr_or_multiplexed(p->arches[i], name, &nr) == 0)
			sg_rule_add_call(rule, (struct sg_syscall_id){ p->arches[i], nr }, NULL,
					 NULL);
	}
}

static inline void spec_rule(struct sg_profile *p, char *word)
{
	struct sg_condition conditions[16];
	size_t n_conditions = 0;
	struct sg_verdict verdict = spec_verdict(&word);
	char *bracket = strchr(word, '['), *save = NULL;
	struct sg_rule *rule;

	if (bracket) {
		*bracket = '\0';
		for (char *s = strtok_r(bracket + 1, ";]", &save); s;
		     s = strtok_r(NULL, ";]", &save))
			conditions[n_conditions++] = spec_condition(s);
	}
	sg_profile_add_rule(p, verdict, conditions, n_conditions, &rule, NULL);
	save = NULL;
	for (char *s = strtok_r(word + 1, ",", &save); s; s = strtok_r(NULL, ",", &save))
		spec_call(p, rule, s);
}

static inline struct sg_profile *spec_profile(const char *spec)
{
	struct sg_profile *p = NULL;
	char *text = strdup(spec), *save = NULL;

	sg_profile_new(&p, NULL);
	for (char *word = strtok_r(text, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		if (strncmp(word, "default=", 8) == 0) {
			word += 8;
			p->default_verdict = spec_verdict(&word);
		} else if (strncmp(word, "arch=", 5) == 0) {
			sg_profile_add_arch(p, spec_arch(word + 5), NULL);
		} else {
			spec_rule(p, word);
		}
	}
	free(text);
	return p;
}

/* "x86_64 openat 1 2 3", "x32 #7": a call and its arguments. */
static inline void spec_data(char *s, struct sg_syscall_id *ret_id, uint64_t *args)
{
	char arch[32], name[64];
	int n = 0;

	if (sscanf(s, "%31s %63s%n", arch, name, &n) != 2)
		abort();
	ret_id->arch = spec_arch(arch);
	if (*name == '#') {
		ret_id->nr = (uint32_t)strtoul(name + 1, NULL, 0);
	} else if (sg_syscall_nr(ret_id->arch, name, &ret_id->nr) < 0) {
		fprintf(stderr, "%s has no %s\n", arch, name);
		abort();
	}
	s += n;
	for (size_t i = 0; i < 6; i++)
		args[i] = strtoull(s, &s, 0);
}

#endif
