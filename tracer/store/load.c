/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/strbuf.h"
#include "store/input.h"
#include "recording/derive/file_name.h"
#include "recording/merge/merge.h"
#include "recording/json/recording_json.h"
#include "store/dir.h"

#define CANDIDATES_SHOWN 5

static int ambiguous(const struct sg_store_names *names, size_t first, size_t n, const char *what,
		     struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf list = SG_STRBUF_INIT;

	for (size_t i = 0; i < n && i < CANDIDATES_SHOWN; i++)
		sg_strbuf_printf(&list, "%s%s", i ? ", " : "", names->names[first + i]);
	if (n > CANDIDATES_SHOWN)
		sg_strbuf_printf(&list, " and %zu more", n - CANDIDATES_SHOWN);
	if (list.failed)
		return sg_error_oom(err);
	return sg_error_set(err, -ENOTUNIQ, "recording '%s' is ambiguous: %s", what, list.data);
}

/* The name that @what is, or begins; names are sorted, so those with a common beginning are
 * neighbours. */
static int find_name(const struct sg_store *store, const struct sg_store_names *names,
		     const char *what, const char **ret, struct sg_error *err)
{
	size_t len = sg_recording_name_len(what), first = 0, n = 0;

	if (!len)
		len = strlen(what);
	for (size_t i = 0; i < names->n; i++) {
		if (strncmp(names->names[i], what, len) != 0)
			continue;
		if (names->names[i][len] == '\0') {
			*ret = names->names[i];
			return 0;
		}
		if (n++ == 0)
			first = i;
	}
	if (n == 0)
		return sg_error_set(err, -ENOENT,
				    "no recording '%s': no such file, and none of that name in the "
				    "store %s (list them with 'seccomp-gen list')",
				    what, store->path);
	if (n > 1)
		return ambiguous(names, first, n, what, err);
	*ret = names->names[first];
	return 0;
}

/* No store, or nothing in it. */
static int no_recordings(const char *what, struct sg_error *err)
{
	_cleanup_free_ char *path = NULL;
	const char *others = geteuid() != 0 ? "; root's are in " SG_STORE_ROOT_DIR : "";
	int r = sg_store_dir_path(&path, err);

	if (r < 0)
		return r;
	if (what)
		return sg_error_set(err, -ENOENT,
				    "no recording '%s': no such file, and the store %s is empty%s",
				    what, path, others);
	return sg_error_set(err, -ENOENT,
			    "the store %s is empty; make a recording with 'seccomp-gen record'%s",
			    path, others);
}

static int load_from_store(const char *what, struct sg_recording **ret, char **ret_name,
			   struct sg_error *err)
{
	_cleanup_(sg_store_names_done) struct sg_store_names names = { 0 };
	_cleanup_(sg_store_freep) struct sg_store *store = NULL;
	_cleanup_free_ char *called = NULL;
	const char *name = NULL;
	int r;

	r = sg_store_open(false, &store, err);
	if (r == -ENOENT)
		return no_recordings(what, err);
	if (r < 0)
		return r;
	r = sg_store_list(store, &names, err);
	if (r < 0)
		return r;
	if (names.n == 0)
		return no_recordings(what, err);
	if (what) {
		r = find_name(store, &names, what, &name, err);
		if (r < 0)
			return r;
	} else {
		name = sg_store_latest(&names);
	}
	called = strdup(name);
	if (!called)
		return sg_error_oom(err);
	r = sg_store_read(store, name, ret, err);
	if (r < 0)
		return r;
	if (ret_name)
		*ret_name = TAKE_PTR(called);
	return 0;
}

int sg_store_load(const char *what, struct sg_recording **ret, char **ret_name,
		  struct sg_error *err)
{
	_cleanup_free_ char *text = NULL, *called = NULL;
	const char *shown;
	size_t len;
	int r;

	/* it would be the beginning of every name */
	if (what && !*what)
		return sg_error_set(err, -EINVAL,
				    "a recording's name is empty: is a variable not set?");
	if (!what || (strcmp(what, "-") != 0 && !strchr(what, '/') && access(what, F_OK) < 0))
		return load_from_store(what, ret, ret_name, err);
	shown = strcmp(what, "-") == 0 ? SG_INPUT_STDIN_NAME : what;
	called = strdup(shown);
	if (!called)
		return sg_error_oom(err);
	r = sg_input_read(what, SG_RECORDING_MAX_BYTES, &text, &len, err);
	if (r < 0)
		return r;
	r = sg_recording_parse(shown, text, len, ret, err);
	if (r < 0)
		return r;
	if (ret_name)
		*ret_name = TAKE_PTR(called);
	return 0;
}

int sg_store_load_all(char *const *what, size_t n, struct sg_recording **ret, char **ret_name,
		      struct sg_error *err)
{
	_cleanup_(sg_recording_freep) struct sg_recording *joined = NULL;
	_cleanup_free_ char *name = NULL;
	int r;

	r = sg_store_load(n ? what[0] : NULL, &joined, &name, err);
	for (size_t i = 1; r >= 0 && i < n; i++) {
		_cleanup_(sg_recording_freep) struct sg_recording *rec = NULL;

		r = sg_store_load(what[i], &rec, NULL, err);
		if (r >= 0)
			r = sg_recording_merge(joined, rec, err);
	}
	if (r < 0)
		return r;
	if (ret_name)
		*ret_name = TAKE_PTR(name);
	*ret = TAKE_PTR(joined);
	return 0;
}
