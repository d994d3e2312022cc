/* SPDX-License-Identifier: Apache-2.0 */
#include "workload/learn/curl_api.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/cleanup.h"

#define LIBRARY "libcurl.so.4"

static struct sg_curl_api api;

static const struct {
	const char *name;
	size_t offset; /* of the function pointer */
} symbols[] = {
	{ "curl_easy_init", offsetof(struct sg_curl_api, init) },
	{ "curl_easy_cleanup", offsetof(struct sg_curl_api, cleanup) },
	{ "curl_easy_reset", offsetof(struct sg_curl_api, reset) },
	{ "curl_easy_setopt", offsetof(struct sg_curl_api, setopt) },
	{ "curl_easy_perform", offsetof(struct sg_curl_api, perform) },
	{ "curl_easy_getinfo", offsetof(struct sg_curl_api, getinfo) },
	{ "curl_easy_strerror", offsetof(struct sg_curl_api, strerror) },
};

static bool load(void)
{
	static void *library; /* stays open, and reachable */

	library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
	if (!library)
		return false;
	for (size_t i = 0; i < SG_ARRAY_SIZE(symbols); i++) {
		void *symbol = dlsym(library, symbols[i].name);

		if (!symbol)
			return false;
		/* C has no conversion from a pointer to a function's */
		memcpy((char *)&api + symbols[i].offset, &symbol, sizeof(symbol));
	}
	return true;
}

const struct sg_curl_api *sg_curl_api(void)
{
	static enum { UNKNOWN, THERE, ABSENT } state;

	if (state == UNKNOWN)
		state = load() ? THERE : ABSENT;
	return state == THERE ? &api : NULL;
}
