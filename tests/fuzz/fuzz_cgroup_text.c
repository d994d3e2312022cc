/* SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "fuzz_check.h"
#include "origin/client.h"
#include "origin/command.h"
#include "origin/learn.h"
#include "origin/match.h"
#include "origin/mountinfo.h"
#include "origin/proc.h"

/*
 * Texts that the recorder reads as root and others write: paths of cgroups, lines of mountinfo and
 * /proc/PID/cgroup, /proc/PID/{syscall,status,stat,cmdline,comm}, what runtimes print as their
 * version, names of log directories. The first byte says which.
 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_part(const char *path, const char *part)
{
	return strstr(path, part) != NULL;
}

/* What is found in a path stands in it, in the part that is said to be its own. */
static void classify(const char *path)
{
	_cleanup_(sg_workload_freep) struct sg_workload *w = NULL;
	_cleanup_free_ char *text = NULL;
	struct sg_path_facts facts;
	size_t len = strlen(path);

	sg_path_classify(path, &facts);
	CHECK(facts.own_len <= len && facts.unit_len <= len);
	CHECK(!strchr(facts.id, '/') && is_part(path, facts.id));
	CHECK(!strchr(facts.unit, '/') && is_part(path, facts.unit));
	CHECK(is_part(path, facts.pod_id) && strlen(facts.pod_uid) <= SG_PATH_UID_LEN);
	CHECK(facts.role != SG_ROLE_CONTAINER || (facts.own_len && facts.id[0]));
	CHECK(!facts.unit[0] == !facts.unit_len);
	if (sg_workload_new(path, &w, NULL) < 0)
		return;
	if (w->path.role == SG_ROLE_CONTAINER && w->is_itself)
		CHECK(sg_match_container(w->id, w) == SG_RANK_NAME);
	sg_workload_check_itself(w, path[0] == '/' ? path : "/");
	CHECK(sg_workload_describe(w, &text, NULL) == 0);
}

static void mounts(char *text)
{
	char *save = NULL;

	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		struct sg_mountinfo m;
		size_t len = strlen(line);

		if (!sg_mountinfo_parse(line, &m))
			continue;
		CHECK(strlen(m.dir) <= len && strlen(m.root) <= len && m.type[0]);
		sg_list_has_word(m.super, "pids");
	}
}

static void places(char *text)
{
	char *save = NULL;

	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		struct sg_cgroup_line c;

		if (sg_cgroup_line_parse(line, &c))
			CHECK(!strchr(c.controllers, ':') && !strchr(c.path, '\n'));
	}
}

static void proc(const char *text)
{
	static const char *const fields[] = { "PPid", "NoNewPrivs", "Seccomp", "Uid" };
	uint32_t nr, value, uids[4];
	uint64_t pc;

	if (sg_proc_syscall_parse(text, &nr, &pc))
		CHECK(text[0] >= '0' && text[0] <= '9');
	for (size_t i = 0; i < SG_ARRAY_SIZE(fields); i++) {
		if (sg_proc_status_u32(text, fields[i], &value))
			CHECK(strstr(text, fields[i]) && sg_proc_status_count(text, fields[i]));
	}
	if (sg_proc_status_uids(text, uids))
		CHECK(strstr(text, "Uid:"));
	CHECK(sg_proc_status_state(text) != '\n');
	if (sg_proc_stat_flags(text, &value))
		CHECK(sg_proc_stat_state(text));
	sg_runtime_of_comm(text);
}

static void command(const char *text, size_t len)
{
	_cleanup_(sg_args_done) struct sg_args args = { 0 };
	_cleanup_free_ char *hint = NULL;
	struct sg_command c;

	if (sg_args_parse(text, len, &args) < 0)
		return;
	CHECK(args.n && !args.argv[args.n]);
	sg_command_parse(&args, &c);
	if (c.kind == SG_COMMAND_OTHER)
		CHECK(!c.id && !c.name && !c.bundle && !c.runtime);
	CHECK(!c.runtime || !strchr(c.runtime, '/'));
	CHECK(sg_client_hint(args.argv, args.n, &hint, NULL) == 0);
}

static void version(const char *text)
{
	_cleanup_free_ char *found = sg_version_parse(text);

	if (found)
		CHECK(is_part(text, found) && !strpbrk(found, " \n\033/"));
}

/* UID\nID\nNAME */
static void kubelet(char *text)
{
	_cleanup_(sg_workload_freep) struct sg_workload *w = NULL;
	char *id = strchr(text, '\n'), *name = id ? strchr(id + 1, '\n') : NULL;

	if (!name || sg_workload_new("/x", &w, NULL) < 0)
		return;
	*id++ = *name++ = '\0';
	strncpy(w->path.pod_uid, text, SG_PATH_UID_LEN);
	w->id = strdup(id);
	CHECK(sg_learn_pod_dir(w, name, NULL) == 0 && sg_learn_log_name(w, name, NULL) == 0);
	if (w->pod)
		CHECK(is_part(name, w->pod) && !strchr(w->pod, '_'));
	if (w->pod_container)
		CHECK(is_part(name, w->pod_container));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = NULL;

	if (!size)
		return 0;
	text = malloc(size); /* the first byte is not part of it, a NUL is */
	CHECK(text);
	memcpy(text, data + 1, size - 1);
	text[size - 1] = '\0';
	switch (data[0]) {
	case 'p':
		classify(text);
		break;
	case 'm':
		mounts(text);
		break;
	case 'c':
		places(text);
		break;
	case 's':
		proc(text);
		break;
	case 'a':
		command(text, size - 1);
		break;
	case 'v':
		version(text);
		break;
	case 'k':
		kubelet(text);
		break;
	default:
		return -1; /* not for the corpus */
	}
	return 0;
}
