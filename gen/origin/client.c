/* SPDX-License-Identifier: Apache-2.0 */
#include "origin/client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/strbuf.h"
#include "base/texts.h"

/* Where a client gets the name of what it asks for. */
enum named_by {
	BY_NAME_OPTION, /* --name web */
	BY_UNIT_OPTION, /* --unit web, -u web */
	BY_OPERAND,	/* the first word that is no option */
	BY_NOBODY,	/* the row has it */
};

static const struct client {
	const char *program, *verb; /* verb NULL: any */
	enum named_by by;
	const char *what;   /* that is made */
	const char *option; /* of record, which names it */
	const char *name;   /* BY_NOBODY */
} clients[] = {
	{ "podman", "run", BY_NAME_OPTION, "the container", "--container", NULL },
	{ "podman", "start", BY_OPERAND, "the container", "--container", NULL },
	{ "podman", "restart", BY_OPERAND, "the container", "--container", NULL },
	{ "podman", "exec", BY_OPERAND, "the process", "--container", NULL },
	{ "podman", "kube", BY_NOBODY, "the pod", "--pod", "NAME" },
	{ "podman", "play", BY_NOBODY, "the pod", "--pod", "NAME" },
	{ "docker", "run", BY_NAME_OPTION, "the container", "--container", NULL },
	{ "docker", "start", BY_OPERAND, "the container", "--container", NULL },
	{ "docker", "restart", BY_OPERAND, "the container", "--container", NULL },
	{ "docker", "exec", BY_OPERAND, "the process", "--container", NULL },
	{ "docker", "compose", BY_NOBODY, "the containers", "--container", "NAME" },
	{ "docker", "build", BY_NOBODY, "the containers of the build", "--all", "" },
	{ "docker-compose", NULL, BY_NOBODY, "the containers", "--container", "NAME" },
	{ "nerdctl", "run", BY_NAME_OPTION, "the container", "--container", NULL },
	{ "nerdctl", "start", BY_OPERAND, "the container", "--container", NULL },
	{ "nerdctl", "exec", BY_OPERAND, "the process", "--container", NULL },
	{ "ctr", "run", BY_NOBODY, "the container", "--container", "ID" },
	{ "crictl", "exec", BY_OPERAND, "the process", "--container", NULL },
	{ "kubectl", "run", BY_OPERAND, "the pod", "--pod", NULL },
	{ "kubectl", "exec", BY_OPERAND, "the process", "--pod", NULL },
	{ "kubectl", "apply", BY_NOBODY, "the pods", "--pod", "NAMESPACE/NAME" },
	{ "kubectl", "create", BY_NOBODY, "the pods", "--pod", "NAMESPACE/NAME" },
	{ "lxc-start", NULL, BY_NAME_OPTION, "the container", "--container", NULL },
	{ "lxc-attach", NULL, BY_NAME_OPTION, "the process", "--container", NULL },
	{ "lxc", "start", BY_OPERAND, "the container", "--container", NULL },
	{ "lxc", "exec", BY_OPERAND, "the process", "--container", NULL },
	{ "incus", "start", BY_OPERAND, "the container", "--container", NULL },
	{ "incus", "exec", BY_OPERAND, "the process", "--container", NULL },
	{ "systemd-run", NULL, BY_UNIT_OPTION, "the unit", "--unit", NULL },
	{ "systemctl", "start", BY_OPERAND, "the unit", "--unit", NULL },
	{ "systemctl", "restart", BY_OPERAND, "the unit", "--unit", NULL },
	{ "systemctl", "reload", BY_OPERAND, "the unit", "--unit", NULL },
	{ "service", NULL, BY_OPERAND, "the unit", "--unit", NULL },
	{ "machinectl", "start", BY_NOBODY, "the machine", "--unit", "systemd-nspawn@NAME" },
	{ "machinectl", "shell", BY_NOBODY, "the process", "--all", "" },
	{ "machinectl", "login", BY_NOBODY, "the process", "--all", "" },
	{ "at", NULL, BY_NOBODY, "the job", "--unit", "atd" },
	{ "batch", NULL, BY_NOBODY, "the job", "--unit", "atd" },
};

/* Options of these clients that take the next word, where one is looked for that takes none. */
static const char *const with_value[] = {
	"-e", "--env",	     "-u", "--user",	"-w",	     "--workdir", "-n", "-c",
	"-H", "--env-file",  "-M", "--machine", "-t",	     "-p",	  "-s", "--namespace",
	"-i", "--container", "-l", "--root",	"--runroot", "--context", "-r", "--address"
};

static bool is_among(const char *word, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!strcmp(word, list[i]))
			return true;
	}
	return false;
}

/* The next word that is no option nor an option's value, from @i on; @n: there is none. */
static size_t operand(char *const *argv, size_t n, size_t i)
{
	for (; i < n; i++) {
		if (argv[i][0] != '-')
			return i;
		if (!strcmp(argv[i], "--"))
			return i + 1;
		if (is_among(argv[i], with_value, SG_ARRAY_SIZE(with_value)))
			i++;
	}
	return n;
}

static const char *option(char *const *argv, size_t n, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 1; i < n; i++) {
		if (strncmp(argv[i], name, len))
			continue;
		if (argv[i][len] == '=')
			return argv[i] + len + 1;
		if (!argv[i][len] && i + 1 < n)
			return argv[i + 1];
	}
	return NULL;
}

static bool has_word(char *const *argv, size_t n, const char *word)
{
	for (size_t i = 1; i < n; i++) {
		if (!strcmp(argv[i], word))
			return true;
	}
	return false;
}

static const struct client *client_of(char *const *argv, size_t n)
{
	size_t verb = operand(argv, n, 1);

	for (size_t i = 0; i < SG_ARRAY_SIZE(clients); i++) {
		if (!strcmp(sg_text_base_name(argv[0]), clients[i].program) &&
		    (!clients[i].verb || (verb < n && !strcmp(argv[verb], clients[i].verb))))
			return &clients[i];
	}
	return NULL;
}

/* NULL: it was not said. */
static const char *name_of(const struct client *c, char *const *argv, size_t n)
{
	size_t verb = operand(argv, n, 1), at;
	const char *name;

	switch (c->by) {
	case BY_NAME_OPTION:
		name = option(argv, n, "--name");
		return name || strncmp(c->program, "lxc-", 4) ? name : option(argv, n, "-n");
	case BY_UNIT_OPTION:
		name = option(argv, n, "--unit");
		return name ? name : option(argv, n, "-u");
	case BY_OPERAND:
		at = c->verb ? operand(argv, n, verb + 1) : verb;
		return at < n ? argv[at] : NULL;
	case BY_NOBODY:
		break;
	}
	return c->name;
}

static void add_hint(const struct client *c, char *const *argv, size_t n, const char *user,
		     struct sg_strbuf *b)
{
	const char *name = name_of(c, argv, n);
	bool is_unit = !strcmp(c->option, "--unit");

	/* systemd's clients say which manager they ask; others ask their own user's */
	if (is_unit)
		user = has_word(argv, n, "--user") ? user ? user : "UID" : NULL;
	sg_strbuf_printf(b, "%s%s%s has %s made in a cgroup of its own", c->program,
			 c->verb ? " " : "", c->verb ? c->verb : "", c->what);
	sg_strbuf_add(b, name ? ": record it with " : ": give it a name and record it with ");
	if (user)
		sg_strbuf_printf(b, "--user %s ", user);
	sg_strbuf_add(b, c->option);
	if (!name || *name)
		sg_strbuf_printf(b, " %s", name ? name : "NAME");
	if (is_unit && name && !strchr(name, '.') && has_word(argv, n, "--scope"))
		sg_strbuf_add(b, ".scope");
}

/* Programs that run the command after their options: how many words they need themselves. */
static const struct wrapper {
	const char *program;
	size_t operands;
} wrappers[] = {
	{ "sudo", 0 },	  { "doas", 0 },   { "env", 0 },     { "nice", 0 },    { "ionice", 0 },
	{ "nohup", 0 },	  { "setsid", 0 }, { "setpriv", 0 }, { "stdbuf", 0 },  { "time", 0 },
	{ "timeout", 1 }, { "chrt", 1 },   { "taskset", 1 }, { "runuser", 0 },
};

static const struct wrapper *wrapper_of(const char *program)
{
	for (size_t i = 0; i < SG_ARRAY_SIZE(wrappers); i++) {
		if (!strcmp(sg_text_base_name(program), wrappers[i].program))
			return &wrappers[i];
	}
	return NULL;
}

static bool is_assignment(const char *word)
{
	const char *eq = strchr(word, '=');

	return eq && eq > word && !memchr(word, '/', (size_t)(eq - word));
}

/* The first of the words that is a command's, past programs that only start it. @ret_user is as
 * whom, where that is said. */
static size_t command_at(char *const *argv, size_t n, const char **ret_user)
{
	size_t at = 0;

	for (;;) {
		const struct wrapper *w;

		while (at < n && is_assignment(argv[at]))
			at++;
		w = at < n ? wrapper_of(argv[at]) : NULL;
		if (!w)
			return at;
		if (!strcmp(w->program, "sudo") || !strcmp(w->program, "runuser")) {
			size_t own = operand(argv, n, at + 1) - at;
			const char *user = option(argv + at, own, "-u");

			*ret_user = user ? user : *ret_user;
		}
		at = operand(argv, n, at + 1);
		for (size_t i = 0; at < n && i < w->operands; i++)
			at++;
	}
}

static bool is_shell(const char *program)
{
	static const char *const shells[] = { "sh", "bash", "dash", "ash", "zsh", "ksh" };

	return is_among(sg_text_base_name(program), shells, SG_ARRAY_SIZE(shells));
}

#define WORDS_MAX 256

static void add_hint_of(char *const *argv, size_t n, const char *user, unsigned int depth,
			struct sg_strbuf *b);

/* A script: its words, as far as blanks tell them, up to what ends a command. */
static void add_hint_of_script(const char *script, const char *user, struct sg_strbuf *b)
{
	_cleanup_free_ char *copy = strdup(script);
	char *words[WORDS_MAX], *save = NULL;
	size_t n = 0;

	if (!copy)
		b->failed = true;
	for (char *word = copy ? strtok_r(copy, " \t\n", &save) : NULL; word && !b->len;
	     word = strtok_r(NULL, " \t\n", &save)) {
		size_t len = strlen(word);
		bool ends = strchr(";&|", word[0]) || word[len - 1] == ';' || n == WORDS_MAX - 1;

		if (!strcmp(word, "exec"))
			continue;
		if (ends && !strchr(";&|", word[0])) {
			word[len - 1] = word[len - 1] == ';' ? '\0' : word[len - 1];
			words[n++] = word;
		} else if (!ends) {
			words[n++] = word;
		}
		if (!ends)
			continue;
		add_hint_of(words, n, user, 1, b);
		n = 0;
	}
	if (!b->len)
		add_hint_of(words, n, user, 1, b);
}

static void add_hint_of(char *const *argv, size_t n, const char *user, unsigned int depth,
			struct sg_strbuf *b)
{
	size_t at = command_at(argv, n, &user);
	const struct client *c;

	if (at >= n)
		return;
	if (is_shell(argv[at]) && depth == 0) {
		for (size_t i = at + 1; i + 1 < n; i++) {
			if (argv[i][0] == '-' && argv[i][1] != '-' && strchr(argv[i], 'c')) {
				add_hint_of_script(argv[i + 1], user, b);
				return;
			}
		}
		return;
	}
	c = client_of(argv + at, n - at);
	if (c)
		add_hint(c, argv + at, n - at, user, b);
}

int sg_client_hint(char *const *argv, size_t n, char **ret, struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf b = SG_STRBUF_INIT;

	*ret = NULL;
	add_hint_of(argv, n, NULL, 0, &b);
	if (b.failed)
		return sg_error_oom(err);
	if (!b.len)
		return 0;
	return sg_strbuf_steal(&b, ret, NULL) < 0 ? sg_error_oom(err) : 0;
}
