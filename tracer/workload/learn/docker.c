/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Docker's socket. Who can write to it is root: so the process that does takes nothing but a
 * container's id, and sends one request, which is a GET.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/strbuf.h"
#include "workload/learn/curl_api.h"
#include "workload/learn/docker.h"

#define ANSWER_MAX  (16u << 20)
#define CONNECT_MS  500L
#define ANSWER_MS   2000L
#define WAIT_MS	    (2 * ANSWER_MS)
#define LONG_ID_LEN 64

/* Unlike "inspect", a list is of a copy of its state, and does not wait for a container that is
 * starting. */
#define LIST_URL \
	"http://docker/containers/json?all=1&filters=%%7B%%22id%%22%%3A%%5B%%22%s%%22%%5D%%7D"

static size_t take(char *data, size_t size, size_t n, void *answer)
{
	struct sg_strbuf *b = answer;

	if (b->len + size * n > ANSWER_MAX)
		return 0;
	sg_strbuf_add_mem(b, data, size * n);
	return b->failed ? 0 : size * n;
}

static void prepare(CURL *curl, const char *socket, const char *url, struct sg_strbuf *answer)
{
	const struct sg_curl_api *api = sg_curl_api();

	api->reset(curl);
	api->setopt(curl, CURLOPT_UNIX_SOCKET_PATH, socket);
	api->setopt(curl, CURLOPT_URL, url);
	api->setopt(curl, CURLOPT_PROXY, "");
	api->setopt(curl, CURLOPT_NOSIGNAL, 1L);
	api->setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
	api->setopt(curl, CURLOPT_TIMEOUT_MS, ANSWER_MS);
	api->setopt(curl, CURLOPT_FAILONERROR, 1L);
	api->setopt(curl, CURLOPT_WRITEFUNCTION, take);
	api->setopt(curl, CURLOPT_WRITEDATA, answer);
}

static int get(CURL *curl, struct sg_strbuf *answer, struct sg_error *err)
{
	const struct sg_curl_api *api = sg_curl_api();
	CURLcode code = api->perform(curl);
	long os_errno = 0;

	if (code == CURLE_OK)
		return 0;
	sg_strbuf_done(answer);
	api->getinfo(curl, CURLINFO_OS_ERRNO, &os_errno);
	if (code == CURLE_COULDNT_CONNECT && os_errno == ENOENT)
		return 0; /* no Docker here */
	return sg_error_set(err, code == CURLE_HTTP_RETURNED_ERROR ? -EBADMSG : -ECONNREFUSED, "%s",
			    code == CURLE_COULDNT_CONNECT && os_errno ? strerror((int)os_errno)
								      : api->strerror(code));
}

static int ask(const char *socket, const char *id, struct sg_strbuf *answer, struct sg_error *err)
{
	const struct sg_curl_api *api = sg_curl_api();
	static CURL *curl;
	char url[256];

	if (!api)
		return 0; /* what Docker has on disk must do */
	if (!curl)
		curl = api->init();
	if (!curl)
		return sg_error_oom(err);
	snprintf(url, sizeof(url), LIST_URL, id);
	prepare(curl, socket, url, answer);
	return get(curl, answer, err);
}

static void serve(int fd, void *socket)
{
	struct sg_question q;

	for (; sg_helper_next(fd, LONG_ID_LEN, &q); free(q.text)) {
		_cleanup_(sg_strbuf_done) struct sg_strbuf answer = SG_STRBUF_INIT;
		struct sg_error err = { 0 };

		if (q.len != LONG_ID_LEN || strspn(q.text, "0123456789abcdefABCDEF") != LONG_ID_LEN)
			break;
		if (ask(socket, q.text, &answer, &err) < 0)
			sg_helper_answer_error(fd, &err);
		else
			sg_helper_answer(fd, 0, answer.data, answer.len);
	}
	free(q.text);
}

int sg_docker_start(const char *path, struct sg_helper *ret, struct sg_error *err)
{
	const struct sg_helper_work work = { .part = SG_PART_DOCKER,
					     .serve = serve,
					     .data = (char *)(uintptr_t)path,
					     .keep_fd = -1 };

	return sg_helper_start(&work, ret, err);
}

int sg_docker_ask(struct sg_helper *helper, const char *id, char **ret, size_t *ret_len,
		  struct sg_error *err)
{
	const struct sg_ask question = {
		.text = id, .len = strlen(id), .wait_ms = WAIT_MS, .max = ANSWER_MAX
	};

	return sg_helper_ask(helper, &question, ret, ret_len, err);
}
