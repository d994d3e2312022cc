/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "cli/clock.h"
#include "confine/helper.h"
#include "workload/learn/managers.h"
#include "workload/learn/docker.h"
#include "workload/learn/version.h"

#define DOCKER_SOCKET "/var/run/docker.sock"
#define RETRY_NS      5000000000u /* a daemon that does not answer is not asked again for so long */
#define PROGRAMS_MAX  32

struct program {
	char *path, *version;
};

struct sg_managers {
	char *last_error;
	struct sg_helper versions, docker;
	char *docker_socket;	  /* NULL: it is not on a unix socket */
	uint64_t docker_retry_at; /* CLOCK_MONOTONIC, ns */
	struct program programs[PROGRAMS_MAX];
	size_t n_programs;
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
	m->versions = m->docker = (struct sg_helper)SG_HELPER_INIT;
	m->docker_socket = socket ? strdup(socket) : NULL;
	if (socket && !m->docker_socket)
		return sg_error_oom(err);
	r = sg_versions_start(&m->versions, err);
	if (r == 0 && socket)
		r = sg_docker_start(m->docker_socket, &m->docker, err);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(m);
	return 0;
}

void sg_managers_free(struct sg_managers *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->n_programs; i++) {
		free(m->programs[i].path);
		free(m->programs[i].version);
	}
	sg_helper_stop(&m->docker);
	sg_helper_stop(&m->versions);
	free(m->last_error);
	free(m->docker_socket);
	free(m);
}

bool sg_managers_docker_is_of(const struct sg_managers *m, uint32_t uid)
{
	struct stat st;

	return m->docker_socket && (stat(m->docker_socket, &st) < 0 ? uid == 0 : st.st_uid == uid);
}

const char *sg_managers_last_error(const struct sg_managers *m)
{
	return m->last_error;
}

static void set_last_error(struct sg_managers *m, const char *what)
{
	free(m->last_error);
	if (asprintf(&m->last_error, "Docker (%s): %s", m->docker_socket, what) < 0)
		m->last_error = NULL;
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
	sg_versions_ask(&m->versions, path, &p->version);
	m->n_programs++;
	*ret = p->version;
	return 0;
}

int sg_managers_docker(struct sg_managers *m, const char *id, struct sg_json_doc **ret,
		       struct sg_error *err)
{
	struct sg_error why = { 0 }, ignored = { 0 };
	_cleanup_free_ char *text = NULL;
	size_t len = 0;
	int r;

	*ret = NULL;
	if (m->docker.fd < 0 || sg_now_monotonic() < m->docker_retry_at)
		return 0;
	r = sg_docker_ask(&m->docker, id, &text, &len, &why);
	if (r == -ENOMEM)
		return sg_error_oom(err);
	if (r == 0 && len &&
	    sg_json_parse("the answer of Docker", text, len, ret, &ignored) == -ENOMEM)
		return sg_error_oom(err);
	if (r == 0)
		return 0;
	set_last_error(m, why.message);
	if (r != -EBADMSG)
		m->docker_retry_at = sg_now_monotonic() + RETRY_NS;
	return 0;
}
