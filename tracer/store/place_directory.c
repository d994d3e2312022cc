/* SPDX-License-Identifier: Apache-2.0 */
/* Directories by name, and those above them. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "store/place.h"

static int make_parents(const char *path, unsigned int flags, struct sg_error *err)
{
	_cleanup_free_ char *part = strdup(path);
	char *p = part;

	if (!part)
		return sg_error_oom(err);
	while (*p) {
		struct sg_place place = SG_PLACE_INIT;
		char saved;
		int r;

		p += strspn(p, "/");
		p += strcspn(p, "/");
		saved = *p;
		*p = '\0';
		r = sg_place_find(part, flags, &place, err);
		if (r == 0 && place.fd < 0 && place.own < 0 &&
		    mkdirat(place.dirfd, place.name, 0700) < 0 && errno != EEXIST)
			r = sg_error_set(err, -errno, "%s", strerror(errno));
		sg_place_done(&place);
		if (r < 0)
			return sg_error_prefix(err, "cannot make directory %s: ", part);
		*p = saved;
	}
	return 0;
}

int sg_place_open_directory(const char *path, unsigned int flags, bool create, bool *ret_made,
			    int *ret, struct sg_error *err)
{
	struct sg_place place = SG_PLACE_INIT;
	bool missing;
	int r = sg_place_find(path, flags, &place, err);

	missing = r == -ENOENT || (r == 0 && place.own < 0 && place.fd < 0);
	if (missing && create) {
		sg_place_done(&place);
		if (err)
			*err = (struct sg_error){ 0 };
		r = make_parents(path, flags, err);
		if (r == 0)
			r = sg_place_find(path, flags, &place, err);
	}
	if (r == 0) {
		*ret = openat(place.own >= 0 ? place.own : place.fd, ".",
			      O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (*ret < 0)
			r = sg_error_set(err, place.fd < 0 && place.own < 0 ? -ENOENT : -errno,
					 "%s", strerror(errno));
	}
	if (ret_made)
		*ret_made = r == 0 && missing && create;
	sg_place_done(&place);
	return r;
}
