/* SPDX-License-Identifier: Apache-2.0 */
#include "store/data.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/json/json.h"
#include "base/strbuf.h"
#include "store/input.h"
#include "cli/log.h"

#define FLOOR_DIR    "floor"
#define FLOOR_SUFFIX ".json"

/* The directory that the program's file is in, "" when the kernel does not say. */
static void program_directory(char ret[PATH_MAX])
{
	ssize_t n = readlink("/proc/self/exe", ret, PATH_MAX - 1);
	char *slash;

	ret[n > 0 ? n : 0] = '\0';
	slash = strrchr(ret, '/');
	if (slash)
		*slash = '\0';
}

static bool is_below(const char *path, const char *directory)
{
	size_t n = strlen(directory);

	return strncmp(path, directory, n) == 0 && (path[n] == '/' || path[n] == '\0');
}

/* The directory of the data: "<prefix><directory>" where it is first found. */
static int data_directory(char **ret, struct sg_error *err)
{
	static const char source[] = SG_SOURCE_DATA_DIR;
	const char *env = getenv("SECCOMP_GEN_DATA");
	char program[PATH_MAX], tree[PATH_MAX];
	char *slash;
	int r;

	if (env && *env) {
		r = asprintf(ret, "%s", env);
		return r < 0 ? sg_error_oom(err) : 0;
	}
	program_directory(program);
	slash = strrchr(program, '/');
	if (slash && strcmp(slash, "/bin") == 0) {
		if (asprintf(ret, "%.*s/share/seccomp-gen", (int)(slash - program), program) < 0)
			return sg_error_oom(err);
		if (access(*ret, F_OK) == 0)
			return 0;
		free(*ret);
	}
	snprintf(tree, sizeof(tree), "%.*s", (int)(strrchr(source, '/') - source), source);
	r = asprintf(ret, "%s", is_below(program, tree) ? source : SG_DATA_DIR);
	return r < 0 ? sg_error_oom(err) : 0;
}

int sg_data_path(const char *file, char **ret, struct sg_error *err)
{
	_cleanup_free_ char *directory = NULL;
	char *path;
	int r;

	r = data_directory(&directory, err);
	if (r < 0)
		return r;
	if (asprintf(&path, "%s/%s", directory, file) < 0)
		return sg_error_oom(err);
	*ret = path;
	return 0;
}

static int is_floor(const struct dirent *entry)
{
	const char *suffix = strrchr(entry->d_name, '.');

	return entry->d_name[0] != '.' && suffix && strcmp(suffix, FLOOR_SUFFIX) == 0;
}

/* The runtimes that have a file in the floor directory, by name; the list and the names are the
 * caller's. */
static ssize_t list_runtimes(const char *directory, char ***ret, struct sg_error *err)
{
	struct dirent **entries = NULL;
	int n = scandir(directory, &entries, is_floor, alphasort);
	char **names = calloc(n > 0 ? (size_t)n : 1, sizeof(*names));
	bool failed = !names;

	for (int i = 0; i < n; i++) {
		if (names) {
			names[i] = strdup(entries[i]->d_name);
			failed = failed || !names[i];
			if (names[i])
				*strrchr(names[i], '.') = '\0';
		}
		free(entries[i]);
	}
	free(entries);
	if (failed) {
		for (int i = 0; names && i < n; i++)
			free(names[i]);
		free(names);
		return sg_error_oom(err);
	}
	*ret = names;
	return n < 0 ? 0 : n;
}

static int no_such_floor(const char *runtime, const char *directory, struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf known = SG_STRBUF_INIT;
	char **names = NULL;
	ssize_t n = list_runtimes(directory, &names, err);

	if (n < 0)
		return (int)n;
	for (ssize_t i = 0; i < n; i++) {
		sg_strbuf_printf(&known, "%s%s", i ? ", " : "", names[i]);
		free(names[i]);
	}
	free(names);
	if (known.failed)
		return sg_error_oom(err);
	if (!known.len)
		return sg_error_set(err, -ENOENT, "no floor data in %s; " SG_DATA_HINT, directory);
	return sg_error_set(err, -ENOENT, "the floor of runtime '%s' is not known (known: %s)",
			    runtime, known.data);
}

/* A runtime's name becomes part of a path, and may come from anybody's recording. */
static bool is_plain_name(const char *s)
{
	if (!*s)
		return false;
	for (; *s; s++) {
		if (!isalnum((unsigned char)*s) && *s != '-' && *s != '_')
			return false;
	}
	return true;
}

static int load_floor(const char *runtime, const char *version, enum sg_tristate no_new_privs,
		      bool least, struct sg_floor **ret, struct sg_error *err)
{
	_cleanup_free_ char *directory = NULL, *path = NULL, *text = NULL;
	size_t len;
	int r;

	r = sg_data_path(FLOOR_DIR, &directory, err);
	if (r < 0)
		return r;
	if (!is_plain_name(runtime))
		return no_such_floor(runtime, directory, err);
	if (asprintf(&path, "%s/%s" FLOOR_SUFFIX, directory, runtime) < 0) {
		path = NULL;
		return sg_error_oom(err);
	}
	if (access(path, F_OK) < 0 && errno == ENOENT)
		return no_such_floor(runtime, directory, err);
	r = sg_input_read(path, SG_JSON_MAX_BYTES, &text, &len, err);
	if (r < 0)
		return r;
	sg_debug("runtime floor: reading %s", path);
	return least ? sg_floor_parse_least(path, text, len, no_new_privs, ret, err)
		     : sg_floor_parse(path, text, len, version, no_new_privs, ret, err);
}

int sg_data_floor(const char *runtime, const char *version, enum sg_tristate no_new_privs,
		  struct sg_floor **ret, struct sg_error *err)
{
	return load_floor(runtime, version, no_new_privs, false, ret, err);
}

int sg_data_floor_least(const char *runtime, enum sg_tristate no_new_privs, struct sg_floor **ret,
			struct sg_error *err)
{
	return load_floor(runtime, NULL, no_new_privs, true, ret, err);
}

void sg_floors_done(struct sg_floors *floors)
{
	for (size_t i = 0; i < floors->n; i++)
		sg_floor_free(floors->list[i]);
	free(floors->list);
	*floors = (struct sg_floors){ 0 };
}

int sg_data_floors(enum sg_tristate no_new_privs, bool least, struct sg_floors *ret,
		   struct sg_error *err)
{
	_cleanup_free_ char *directory = NULL;
	char **names = NULL;
	ssize_t n;
	int r = sg_data_path(FLOOR_DIR, &directory, err);

	if (r < 0)
		return r;
	n = list_runtimes(directory, &names, err);
	if (n < 0)
		return (int)n;
	if (n == 0)
		r = no_such_floor(SG_RUNTIME_ANY, directory, err);
	ret->list = calloc((size_t)n + 1, sizeof(struct sg_floor *));
	if (!ret->list)
		r = sg_error_oom(err);
	for (ssize_t i = 0; i < n; i++) {
		if (r == 0)
			r = load_floor(names[i], NULL, no_new_privs, least, &ret->list[ret->n],
				       err);
		ret->n += r == 0;
		free(names[i]);
	}
	free(names);
	return r;
}
