/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For the tests of filters: rows of tests/sim/ and a small assembler for classic BPF. Included once
 * by each test program.
 *
 * A program is instructions between semicolons, jumps relative to the next one:
 *   ld [4]  ld #1  ld M[2]  ld len  (and ldx)   st M[0]  stx M[0]   add #1  add x  … neg  tax  txa
 *   jeq #7,1,0   jset x,0,2   ja 3   ret #0x7fff0000   ret a   raw 0x6,0,0,0
 */
#ifndef SG_TESTS_SIM_ROWS_H
#define SG_TESTS_SIM_ROWS_H

#include <linux/filter.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "filter/filter.h"

#ifndef BPF_XOR
#define BPF_XOR 0xa0
#endif

static inline char *trim(char *s)
{
	size_t n;

	s += strspn(s, " \t\n");
	for (n = strlen(s); n && strchr(" \t\n", s[n - 1]); n--)
		s[n - 1] = '\0';
	return s;
}

/* Split at '|' into at most @max trimmed columns; returns how many there are. */
static inline size_t split_row(char *line, char **columns, size_t max)
{
	size_t n = 0;
	char *next;

	for (char *s = line; s && n < max; s = next) {
		next = strchr(s, '|');
		if (next)
			*next++ = '\0';
		columns[n++] = trim(s);
	}
	return n;
}

/* Call @test for each row of tests/sim/@name that is no comment; returns their number. */
static inline size_t each_row(const char *name, void (*test)(char *row, unsigned int line))
{
	char path[4096], line[8192];
	unsigned int number = 0;
	size_t n = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/tests/sim/%s", SG_SOURCE_DIR, name);
	f = fopen(path, "re");
	if (!f) {
		perror(path);
		abort();
	}
	while (fgets(line, sizeof(line), f)) {
		char *row = trim(line);

		number++;
		if (!*row || *row == '#')
			continue;
		test(row, number);
		n++;
	}
	fclose(f);
	return n;
}

static const struct {
	const char *name;
	unsigned short code;
} asm_names[] = {
	{ "ld", BPF_LD },
	{ "ldx", BPF_LDX },
	{ "st", BPF_ST },
	{ "stx", BPF_STX },
	{ "add", BPF_ALU | BPF_ADD },
	{ "sub", BPF_ALU | BPF_SUB },
	{ "mul", BPF_ALU | BPF_MUL },
	{ "div", BPF_ALU | BPF_DIV },
	{ "mod", BPF_ALU | 0x90 },
	{ "and", BPF_ALU | BPF_AND },
	{ "or", BPF_ALU | BPF_OR },
	{ "xor", BPF_ALU | BPF_XOR },
	{ "lsh", BPF_ALU | BPF_LSH },
	{ "rsh", BPF_ALU | BPF_RSH },
	{ "neg", BPF_ALU | BPF_NEG },
	{ "tax", BPF_MISC | BPF_TAX },
	{ "txa", BPF_MISC | BPF_TXA },
	{ "ja", BPF_JMP | BPF_JA },
	{ "jeq", BPF_JMP | BPF_JEQ },
	{ "jgt", BPF_JMP | BPF_JGT },
	{ "jge", BPF_JMP | BPF_JGE },
	{ "jset", BPF_JMP | BPF_JSET },
	{ "ret", BPF_RET },
};

static inline void asm_operand(char *s, unsigned short class, struct sock_filter *insn)
{
	char *end = s;

	if (*s == '#')
		insn->k = (unsigned int)strtoul(s + 1, &end, 0);
	else if (*s == '[' && (insn->code |= BPF_ABS))
		insn->k = (unsigned int)strtoul(s + 1, &end, 0);
	else if (*s == 'M' && (class == BPF_ST || class == BPF_STX || (insn->code |= BPF_MEM)))
		insn->k = (unsigned int)strtoul(s + 2, &end, 0);
	else if (strncmp(s, "len", 3) == 0)
		insn->code |= BPF_LEN;
	else if (*s == 'x')
		insn->code |= BPF_X, end = s + 1;
	else if (*s == 'a')
		insn->code |= BPF_A;
	else
		insn->k = (unsigned int)strtoul(s, &end, 0); /* ja */
	if (class == BPF_JMP && *end == ',') {
		insn->jt = (unsigned char)strtoul(end + 1, &end, 0);
		insn->jf = (unsigned char)strtoul(end + 1, &end, 0);
	}
}

static inline struct sock_filter asm_insn(char *s)
{
	struct sock_filter insn = { 0 };
	unsigned int code, jt, jf, k;
	char name[8] = "";
	int n = 0;

	if (sscanf(s, "raw %i,%i,%i,%i", (int *)&code, (int *)&jt, (int *)&jf, (int *)&k) == 4)
		return (struct sock_filter){ (unsigned short)code, (unsigned char)jt,
					     (unsigned char)jf, k };
	sscanf(s, "%7s%n", name, &n);
	for (size_t i = 0; i < sizeof(asm_names) / sizeof(asm_names[0]); i++) {
		if (strcmp(name, asm_names[i].name) != 0)
			continue;
		insn.code = asm_names[i].code;
		asm_operand(trim(s + n), BPF_CLASS(insn.code), &insn);
		/* `ld #k` is an immediate, whose code has no BPF_ABS */
		return insn;
	}
	fprintf(stderr, "no such instruction: %s\n", s);
	abort();
}

/* Returns the number of instructions; @insns has room for SG_FILTER_MAX_INSNS. */
static inline size_t assemble(char *text, struct sock_filter *insns)
{
	size_t n = 0;
	char *save = NULL;

	for (char *s = strtok_r(text, ";", &save); s; s = strtok_r(NULL, ";", &save))
		insns[n++] = asm_insn(trim(s));
	return n;
}

#endif
