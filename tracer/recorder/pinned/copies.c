/* SPDX-License-Identifier: Apache-2.0 */
#include "recorder/copies.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

/* An element, with its key and the kernel's own part, stays below a page. */
#define CHUNK	   3968
#define CHUNKS_MAX 16384

struct key {
	uint32_t id, generation, chunk;
};

int sg_copies_create(int *ret, struct sg_error *err)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_NO_PREALLOC);

	*ret = bpf_map_create(BPF_MAP_TYPE_HASH, "copies", sizeof(struct key), CHUNK, CHUNKS_MAX,
			      &opts);
	return *ret < 0 ? sg_error_set(err, -errno, "make the map of copies: %s", strerror(errno))
			: 0;
}

static void drop_from(int map, struct key key)
{
	while (bpf_map_delete_elem(map, &key) == 0)
		key.chunk++;
}

void sg_copies_drop(int map, uint32_t id, uint32_t generation)
{
	drop_from(map, (struct key){ id, generation, 0 });
}

int sg_copies_put(int map, uint32_t id, uint32_t generation, const char *text, size_t len,
		  struct sg_error *err)
{
	struct key key = { id, generation, 0 };
	char chunk[CHUNK];

	for (size_t at = 0; at < len; at += CHUNK, key.chunk++) {
		size_t n = len - at < CHUNK ? len - at : CHUNK;

		memcpy(chunk, text + at, n);
		memset(chunk + n, 0, CHUNK - n);
		if (bpf_map_update_elem(map, &key, chunk, BPF_ANY)) {
			sg_error_set(err, -errno, "pin %zu bytes: %s", len, strerror(errno));
			sg_copies_drop(map, id, generation);
			return err ? err->code : -EIO;
		}
	}
	drop_from(map, key); /* what a recorder that was killed had begun */
	return 0;
}

int sg_copies_get(int map, uint32_t id, uint32_t generation, size_t len, char **ret,
		  struct sg_error *err)
{
	struct key key = { id, generation, 0 };
	_cleanup_free_ char *text = NULL;
	char chunk[CHUNK];

	if (len > (size_t)CHUNK * CHUNKS_MAX)
		return sg_error_set(err, -ENODATA, "no copy has %zu bytes", len);
	text = malloc(len + 1);
	if (!text)
		return sg_error_oom(err);
	for (size_t at = 0; at < len; at += CHUNK, key.chunk++) {
		if (bpf_map_lookup_elem(map, &key, chunk))
			return sg_error_set(err, errno == ENOENT ? -ENODATA : -errno,
					    "read what is pinned: %s", strerror(errno));
		memcpy(text + at, chunk, len - at < CHUNK ? len - at : CHUNK);
	}
	text[len] = '\0';
	*ret = TAKE_PTR(text);
	return 0;
}
