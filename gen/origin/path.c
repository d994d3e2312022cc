/* SPDX-License-Identifier: Apache-2.0 */
#include "origin/path.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

#define LONG_ID_LEN 64

/*
 * One row a name that somebody gives cgroups. In a name {id} is a container's id of 64 hexadecimal
 * digits, {pod} a podman pod's, {uid} a pod's UID (systemd's '_' for '-'), {name} a container's
 * name or id of any kind, {any} is anything. The first row that fits counts.
 *
 * Sources: Docker daemon/oci_linux.go; containerd pkg/cri; CRI-O internal/config/cgmgr; podman
 * libpod/container_internal_linux.go; kubelet pkg/kubelet/cm; runc and crun by experiment;
 * systemd.unit(5); lxc cgfsng.c.
 */
static const struct pattern {
	const char *parent; /* the part of the path above it; NULL: any */
	const char *name;
	enum sg_role role;
	const char *manager, *runtime;
} patterns[] = {
	{ NULL, "docker-{id}.scope", SG_ROLE_CONTAINER, "docker", NULL },
	{ NULL, "cri-containerd-{id}.scope", SG_ROLE_CONTAINER, "containerd", NULL },
	{ NULL, "nerdctl-{id}.scope", SG_ROLE_CONTAINER, "containerd", NULL },
	{ NULL, "crio-conmon-{id}.scope", SG_ROLE_HELPER, "cri-o", NULL },
	{ NULL, "crio-conmon-{id}", SG_ROLE_HELPER, "cri-o", NULL },
	{ NULL, "crio-{id}.scope", SG_ROLE_CONTAINER, "cri-o", NULL },
	{ NULL, "crio-{id}", SG_ROLE_CONTAINER, "cri-o", NULL },
	{ NULL, "libpod-conmon-{id}.scope", SG_ROLE_HELPER, "podman", NULL },
	{ NULL, "libpod-conmon-{id}", SG_ROLE_HELPER, "podman", NULL },
	{ NULL, "libpod-payload-{id}", SG_ROLE_CONTAINER, "podman", NULL }, /* --cgroups=split */
	{ NULL, "libpod-{id}.scope", SG_ROLE_CONTAINER, "podman", NULL },
	{ NULL, "libpod-{id}", SG_ROLE_CONTAINER, "podman", NULL },
	{ NULL, "machine-libpod_pod_{pod}.slice", SG_ROLE_POD, "podman", NULL },
	{ NULL, "user-libpod_pod_{pod}.slice", SG_ROLE_POD, "podman", NULL },
	{ "libpod_parent", "{pod}", SG_ROLE_POD, "podman", NULL },
	{ "libpod_parent", "conmon", SG_ROLE_HELPER, "podman", NULL },
	{ "docker", "{id}", SG_ROLE_CONTAINER, "docker", NULL },
	{ "buildkit", "{name}", SG_ROLE_CONTAINER, "docker", NULL },
	{ "pod{uid}", "{id}", SG_ROLE_CONTAINER, NULL, NULL }, /* whichever CRI runtime */
	{ "{any}pod{uid}.slice", "{id}", SG_ROLE_CONTAINER, NULL, NULL },
	{ NULL, "kubepods{any}pod{uid}.slice", SG_ROLE_POD, NULL, NULL },
	{ NULL, "pod{uid}", SG_ROLE_POD, NULL, NULL },
	{ NULL, "lxc.payload.{name}", SG_ROLE_CONTAINER, "lxc", NULL },
	{ NULL, "lxc.monitor.{name}", SG_ROLE_HELPER, "lxc", NULL },
	{ "lxc", "{name}", SG_ROLE_CONTAINER, "lxc", NULL },
	{ NULL, "runc-{name}.scope", SG_ROLE_CONTAINER, NULL, "runc" },
	{ NULL, "crun-{name}.scope", SG_ROLE_CONTAINER, NULL, "crun" },
	{ NULL, "youki-{name}.scope", SG_ROLE_CONTAINER, NULL, "youki" },
	{ NULL, "{any}.service", SG_ROLE_UNIT, NULL, NULL },
	{ NULL, "{any}.scope", SG_ROLE_UNIT, NULL, NULL },
	{ NULL, "{any}.socket", SG_ROLE_UNIT, NULL, NULL },
	{ NULL, "{any}.mount", SG_ROLE_UNIT, NULL, NULL },
	{ NULL, "{any}.swap", SG_ROLE_UNIT, NULL, NULL },
	{ NULL, "{any}.slice", SG_ROLE_SLICE, NULL, NULL },
};

struct span {
	const char *at;
	size_t len;
};

struct captures {
	struct span id, pod, uid;
};

static bool is_hex(char c)
{
	return isdigit((unsigned char)c) || (c >= 'a' && c <= 'f');
}

static bool is_long_id(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (!is_hex(s.at[i]))
			return false;
	}
	return s.len == LONG_ID_LEN;
}

bool sg_path_is_long_id(const char *id)
{
	return is_long_id((struct span){ id, strlen(id) });
}

/* A UUID, or the 32 digits that the kubelet gives static pods. */
static bool is_uid(struct span s)
{
	size_t digits = 0;

	for (size_t i = 0; i < s.len; i++) {
		if (is_hex(s.at[i]))
			digits++;
		else if (s.at[i] != '-' && s.at[i] != '_')
			return false;
	}
	return digits == 32 && s.len <= SG_PATH_UID_LEN;
}

/* What the placeholders mean; @fits NULL: anything that is not empty. */
static const struct placeholder {
	const char *text;
	bool (*fits)(struct span s);
	size_t capture; /* offset in struct captures; SIZE_MAX: none */
} placeholders[] = {
	{ "{id}", is_long_id, offsetof(struct captures, id) },
	{ "{pod}", is_long_id, offsetof(struct captures, pod) },
	{ "{uid}", is_uid, offsetof(struct captures, uid) },
	{ "{name}", NULL, offsetof(struct captures, id) },
	{ "{any}", NULL, (size_t)-1 },
};

static bool fits(const char *pattern, struct span s, struct captures *ret);

/* A placeholder takes as much as leaves the rest of the pattern fitting; the shortest does. */
static bool placeholder_fits(const struct placeholder *p, const char *rest, struct span s,
			     struct captures *ret)
{
	size_t from = p->fits ? 0 : 1;

	for (size_t n = from; n <= s.len; n++) {
		const struct span taken = { s.at, n }, left = { s.at + n, s.len - n };

		if ((p->fits && !p->fits(taken)) || !fits(rest, left, ret))
			continue;
		if (p->capture != (size_t)-1)
			*(struct span *)((char *)ret + p->capture) = taken;
		return true;
	}
	return false;
}

static bool fits(const char *pattern, struct span s, struct captures *ret)
{
	for (; *pattern; pattern++, s.at++, s.len--) {
		for (size_t i = 0; *pattern == '{' && i < SG_ARRAY_SIZE(placeholders); i++) {
			size_t n = strlen(placeholders[i].text);

			if (!strncmp(pattern, placeholders[i].text, n))
				return placeholder_fits(&placeholders[i], pattern + n, s, ret);
		}
		if (s.len == 0 || *pattern != *s.at)
			return false;
	}
	return s.len == 0;
}

static void copy(struct span s, char *ret, size_t size)
{
	size_t n = s.len < size - 1 ? s.len : size - 1;

	if (n) /* of nothing @at may be NULL */
		memcpy(ret, s.at, n);
	ret[n] = '\0';
}

/* systemd puts '_' before a name that the kernel could take for a file of its own. */
static struct span unescape_unit(struct span s)
{
	if (s.len > 1 && s.at[0] == '_')
		return (struct span){ s.at + 1, s.len - 1 };
	return s;
}

/* user@UID.service, systemd's manager of that user; *ret is untouched for anything else. */
static bool is_user_manager(const char *unit, uint32_t *ret)
{
	unsigned long uid;
	char *end;

	if (strncmp(unit, "user@", 5) || !isdigit((unsigned char)unit[5]))
		return false;
	errno = 0;
	uid = strtoul(unit + 5, &end, 10);
	if (errno || uid >= UINT32_MAX || strcmp(end, ".service"))
		return false;
	*ret = (uint32_t)uid;
	return true;
}

/* What is above a part that has a meaning: @ret has what was found so far. */
static void look_above(enum sg_role role, struct sg_path_facts *ret)
{
	ret->in_container |= ret->has_container;
	ret->has_container |= role == SG_ROLE_CONTAINER;
	if (!ret->unit[0])
		return;
	if (is_user_manager(ret->unit, &ret->user) && !ret->of_user && !ret->in_unit)
		ret->of_user = true;
	else if (role == SG_ROLE_UNIT)
		ret->in_unit = true;
}

static void take(const struct pattern *p, const struct captures *c, struct span part,
		 size_t path_len, struct sg_path_facts *ret)
{
	if (p->role != SG_ROLE_SLICE)
		look_above(p->role, ret);
	if (p->role == SG_ROLE_UNIT) {
		copy(unescape_unit(part), ret->unit, sizeof(ret->unit));
		ret->unit_len = path_len;
		if (ret->role != SG_ROLE_CONTAINER) /* a unit in a container is the container's */
			ret->role = SG_ROLE_UNIT;
		return;
	}
	if (p->role == SG_ROLE_SLICE) {
		if (ret->role != SG_ROLE_CONTAINER)
			ret->role = SG_ROLE_SLICE;
		return;
	}
	ret->role = p->role;
	ret->own_len = path_len;
	ret->manager = p->manager;
	ret->runtime = p->runtime;
	if (p->role != SG_ROLE_POD)
		copy(c->id, ret->id, sizeof(ret->id));
	if (c->pod.len)
		copy(c->pod, ret->pod_id, sizeof(ret->pod_id));
	if (c->uid.len) {
		copy(c->uid, ret->pod_uid, sizeof(ret->pod_uid));
		for (char *s = ret->pod_uid; *s; s++)
			*s = *s == '_' ? '-' : *s;
	}
}

/* What is below a container, pod or unit and has no name that we know is its own. */
static void take_plain(struct sg_path_facts *ret)
{
	if (ret->role == SG_ROLE_SLICE)
		ret->role = SG_ROLE_PLAIN;
}

void sg_path_classify(const char *path, struct sg_path_facts *ret)
{
	struct span parent = { "", 0 }, part;
	const char *p = path;

	*ret = (struct sg_path_facts){ 0 };
	for (;;) {
		size_t i;

		p += strspn(p, "/");
		if (!*p)
			return;
		part = (struct span){ p, strcspn(p, "/") };
		p += part.len;
		for (i = 0; i < SG_ARRAY_SIZE(patterns); i++) {
			struct captures c = { 0 };

			if (patterns[i].parent && !fits(patterns[i].parent, parent, &c))
				continue;
			if (!fits(patterns[i].name, part, &c))
				continue;
			take(&patterns[i], &c, part, (size_t)(p - path), ret);
			break;
		}
		if (i == SG_ARRAY_SIZE(patterns))
			take_plain(ret);
		parent = part;
	}
}
