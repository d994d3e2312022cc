/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#ifdef SG_HAVE_CURL
#include "workload/curl_api.h"
#endif

#include "base/cleanup.h"
#include "base/strbuf.h"
#include "workload/private.h"

#define DOCKER_SOCKET "/var/run/docker.sock"
#define ANSWER_MAX    (16u << 20)
#define CONNECT_MS    500L
#define ANSWER_MS     2000L
#define SULK_S	      5 /* a daemon that does not answer is not asked again for so long */
#define PROGRAMS_MAX  32

struct program {
	char *path, *version;
};

struct sg_managers {
	char *trouble;
	struct sg_asker *asker;
	char *docker_socket; /* NULL: it is not on a unix socket */
	time_t docker_sulks_until;
	struct program programs[PROGRAMS_MAX];
	size_t n_programs;
#ifdef SG_HAVE_CURL
	CURL *curl;
#endif
};

static const char *docker_socket(void)
{
	const char *host = getenv("DOCKER_HOST");

	if (!host || !*host)
		return DOCKER_SOCKET;
	return strncmp(host, "unix://", 7) ? NULL : host + 7;
}

int sg_managers_new(struct sg_managers **ret, struct sg_error *err)
{
	_cleanup_(sg_managers_freep) struct sg_managers *m = calloc(1, sizeof(*m));
	const char *socket = docker_socket();
	int r;

	if (!m)
		return sg_error_oom(err);
	m->docker_socket = socket ? strdup(socket) : NULL;
	if (socket && !m->docker_socket)
		return sg_error_oom(err);
	r = sg_asker_new(&m->asker, err);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(m);
	return 0;
}

void sg_managers_free(struct sg_managers *m)
{
	if (!m)
		return;
#ifdef SG_HAVE_CURL
	if (m->curl)
		sg_curl_api()->cleanup(m->curl);
#endif
	for (size_t i = 0; i < m->n_programs; i++) {
		free(m->programs[i].path);
		free(m->programs[i].version);
	}
	sg_asker_free(m->asker);
	free(m->trouble);
	free(m->docker_socket);
	free(m);
}

bool sg_docker_is_of(const struct sg_managers *m, uint32_t uid)
{
	struct stat st;

	return m->docker_socket && (stat(m->docker_socket, &st) < 0 ? uid == 0 : st.st_uid == uid);
}

const char *sg_managers_trouble(const struct sg_managers *m)
{
	return m->trouble;
}

void sg_managers_note_trouble(struct sg_managers *m, const char *fmt, ...)
{
	va_list ap;

	free(m->trouble);
	va_start(ap, fmt);
	if (vasprintf(&m->trouble, fmt, ap) < 0)
		m->trouble = NULL;
	va_end(ap);
}

int sg_managers_version(struct sg_managers *m, const char *path, const char **ret,
			struct sg_error *err)
{
	struct program *p;

	*ret = NULL;
	for (size_t i = 0; i < m->n_programs; i++) {
		if (!strcmp(m->programs[i].path, path)) {
			*ret = m->programs[i].version;
			return 0;
		}
	}
	if (m->n_programs == PROGRAMS_MAX)
		return 0;
	p = &m->programs[m->n_programs];
	p->path = strdup(path);
	if (!p->path)
		return sg_error_oom(err);
	sg_asker_version(m->asker, path, &p->version);
	m->n_programs++;
	*ret = p->version;
	return 0;
}

#ifdef SG_HAVE_CURL
static size_t take(char *data, size_t size, size_t n, void *answer)
{
	struct sg_strbuf *b = answer;

	if (b->len + size * n > ANSWER_MAX)
		return 0;
	sg_strbuf_add_mem(b, data, size * n);
	return b->failed ? 0 : size * n;
}

static CURL *prepare(struct sg_managers *m, const struct sg_curl_api *api, const char *url,
		     struct sg_strbuf *answer)
{
	if (!m->curl)
		m->curl = api->init();
	if (!m->curl)
		return NULL;
	api->reset(m->curl);
	api->setopt(m->curl, CURLOPT_UNIX_SOCKET_PATH, m->docker_socket);
	api->setopt(m->curl, CURLOPT_URL, url);
	api->setopt(m->curl, CURLOPT_PROXY, "");
	api->setopt(m->curl, CURLOPT_NOSIGNAL, 1L);
	api->setopt(m->curl, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
	api->setopt(m->curl, CURLOPT_TIMEOUT_MS, ANSWER_MS);
	api->setopt(m->curl, CURLOPT_FAILONERROR, 1L);
	api->setopt(m->curl, CURLOPT_WRITEFUNCTION, take);
	api->setopt(m->curl, CURLOPT_WRITEDATA, answer);
	return m->curl;
}

static time_t now_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

int sg_docker_get(struct sg_managers *m, const char *path, struct sg_json_doc **ret,
		  struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf answer = SG_STRBUF_INIT;
	_cleanup_free_ char *url = NULL;
	const struct sg_curl_api *api;
	struct sg_error ignored;
	CURLcode code;
	long os_errno = 0;
	CURL *curl;

	*ret = NULL;
	if (!m->docker_socket || now_s() < m->docker_sulks_until)
		return 0;
	api = sg_curl_api();
	if (!api)
		return 0; /* what Docker has on disk must do */
	if (asprintf(&url, "http://docker%s", path) < 0) {
		url = NULL;
		return sg_error_oom(err);
	}
	curl = prepare(m, api, url, &answer);
	if (!curl)
		return sg_error_oom(err);
	code = api->perform(curl);
	if (code == CURLE_OK && answer.len) {
		if (sg_json_parse("the answer of Docker", answer.data, answer.len, ret, &ignored) ==
		    -ENOMEM)
			return sg_error_oom(err);
		return 0;
	}
	api->getinfo(curl, CURLINFO_OS_ERRNO, &os_errno);
	if (code == CURLE_COULDNT_CONNECT && os_errno == ENOENT)
		return 0; /* no Docker here */
	sg_managers_note_trouble(m, "Docker (%s): %s", m->docker_socket,
				 code == CURLE_COULDNT_CONNECT && os_errno ? strerror((int)os_errno)
									   : api->strerror(code));
	if (code != CURLE_HTTP_RETURNED_ERROR)
		m->docker_sulks_until = now_s() + SULK_S;
	return 0;
}
#else
int sg_docker_get(struct sg_managers *m, const char *path, struct sg_json_doc **ret,
		  struct sg_error *err)
{
	(void)m;
	(void)path;
	(void)err;
	*ret = NULL; /* what Docker has on disk must do */
	return 0;
}
#endif
