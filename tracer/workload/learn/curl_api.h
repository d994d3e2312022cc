/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_WORKLOAD_LEARN_CURL_API_H
#define SG_TRACER_WORKLOAD_LEARN_CURL_API_H

#include <curl/curl.h>

/*
 * libcurl, opened when it is first asked for: it brings thirty libraries along, and loading these
 * takes longer than most commands do in all.
 */
struct sg_curl_api {
	CURL *(*init)(void);
	void (*cleanup)(CURL *curl);
	void (*reset)(CURL *curl);
	CURLcode (*setopt)(CURL *curl, CURLoption option, ...);
	CURLcode (*perform)(CURL *curl);
	CURLcode (*getinfo)(CURL *curl, CURLINFO info, ...);
	const char *(*strerror)(CURLcode code);
};

/* NULL where it is not installed. */
const struct sg_curl_api *sg_curl_api(void);

#endif
