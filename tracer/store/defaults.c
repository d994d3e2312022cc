/* SPDX-License-Identifier: Apache-2.0 */
#include "store/defaults.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/cleanup.h"
#include "base/strbuf.h"
#include "default_profiles.h"

static const struct {
	const char *alias, *product;
} aliases[] = {
	{ "runtime-default", "containerd" },
	{ "crio", "cri-o" },
};

/* The product that the first @len characters of @what name; NULL when they name none. */
static const char *find_product(const char *what, size_t len)
{
	for (size_t i = 0; i < SG_ARRAY_SIZE(aliases); i++) {
		if (strlen(aliases[i].alias) == len && memcmp(aliases[i].alias, what, len) == 0)
			return aliases[i].product;
	}
	for (size_t i = 0; i < SG_ARRAY_SIZE(default_rows); i++) {
		const char *product = default_rows[i].product;

		if (strlen(product) == len && memcmp(product, what, len) == 0)
			return product;
	}
	return NULL;
}

/* "26.1" or "26.1.5+dfsg1": the first two numbers. */
static bool parse_version(const char *s, unsigned int *ret_major, unsigned int *ret_minor)
{
	int end = 0;

	if (sscanf(s, "%4u.%4u%n", ret_major, ret_minor, &end) != 2 || *s < '0' || *s > '9')
		return false;
	return s[end] == '\0' || strchr(".-+~", s[end]);
}

static int no_such_version(const char *product, const char *version, struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf known = SG_STRBUF_INIT;

	for (size_t i = 0; i < SG_ARRAY_SIZE(default_rows); i++) {
		const struct sg_default *d = &default_rows[i];

		if (strcmp(d->product, product) == 0)
			sg_strbuf_printf(&known, "%s%u.%u", known.len ? ", " : "", d->major,
					 d->minor);
	}
	if (known.failed)
		return sg_error_oom(err);
	return sg_error_set(err, -ENOENT, "the default profile of %s %s is not known (known: %s)",
			    product, version, known.data);
}

int sg_default_find(const char *what, const struct sg_default **ret, struct sg_error *err)
{
	const char *at = strchr(what, '@');
	const char *product = find_product(what, at ? (size_t)(at - what) : strlen(what));
	unsigned int major, minor;

	*ret = NULL;
	if (!product)
		return 0;
	if (at && !parse_version(at + 1, &major, &minor))
		return sg_error_set(
			err, -EINVAL, "%s: expected a version after '@', as in %s@%u.%u", what,
			default_rows[0].product, default_rows[0].major, default_rows[0].minor);
	/* the rows are in ascending order */
	for (size_t i = 0; i < SG_ARRAY_SIZE(default_rows); i++) {
		const struct sg_default *d = &default_rows[i];

		if (strcmp(d->product, product) == 0 &&
		    (!at || (d->major == major && d->minor == minor)))
			*ret = d;
	}
	return *ret ? 0 : no_such_version(product, at + 1, err);
}

int sg_default_text(const struct sg_default *d, char **ret, size_t *ret_len, struct sg_error *err)
{
	_cleanup_free_ char *all = malloc(DEFAULT_TEXT_LEN);
	unsigned long len = DEFAULT_TEXT_LEN;
	char *text = malloc(d->len + 1);

	if (!all || !text ||
	    uncompress((unsigned char *)all, &len, default_data, sizeof(default_data)) != Z_OK) {
		free(text);
		return sg_error_oom(err); /* nothing else can fail of what is our own */
	}
	memcpy(text, all + d->at, d->len);
	text[d->len] = '\0';
	*ret = text;
	*ret_len = d->len;
	return 0;
}
