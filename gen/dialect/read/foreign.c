/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/read/foreign.h"

#include <stdbool.h>
#include <string.h>

#include "base/cleanup.h"

/* A line without the white space around it. */
struct line {
	const char *text;
	size_t len;
};

static bool next_line(const char **text, size_t *len, struct line *ret)
{
	const char *end;
	size_t n;

	if (!*len)
		return false;
	end = memchr(*text, '\n', *len);
	n = end ? (size_t)(end - *text) : *len;
	*ret = (struct line){ *text, n };
	*text += n + (end ? 1 : 0);
	*len -= n + (end ? 1 : 0);
	while (ret->len && memchr(" \t\r", *ret->text, 3)) {
		ret->text++;
		ret->len--;
	}
	while (ret->len && memchr(" \t\r", ret->text[ret->len - 1], 3))
		ret->len--;
	return true;
}

static bool starts(const struct line *line, const char *word)
{
	size_t n = strlen(word);

	return line->len >= n && memcmp(line->text, word, n) == 0;
}

static bool is(const struct line *line, const char *word)
{
	return line->len == strlen(word) && starts(line, word);
}

/* minijail's "read: 1", "open: arg1 & 64; return 1", "@include path". */
static bool is_minijail(const struct line *line)
{
	static const char *const verdicts[] = { "1",	"allow", "return", "kill",
						"trap", "trace", "log",	   "arg" };
	struct line rest = *line;
	size_t n = 0;

	if (starts(line, "@include ") || starts(line, "@default ") || starts(line, "@frequency "))
		return true;
	while (n < line->len && memchr("abcdefghijklmnopqrstuvwxyz0123456789_", line->text[n], 37))
		n++;
	if (n == 0 || n == line->len || line->text[n] != ':')
		return false;
	rest.text += n + 1;
	rest.len -= n + 1;
	while (rest.len && *rest.text == ' ') {
		rest.text++;
		rest.len--;
	}
	for (size_t i = 0; i < SG_ARRAY_SIZE(verdicts); i++) {
		if (starts(&rest, verdicts[i]))
			return true;
	}
	return false;
}

static bool is_lxc(const struct line *first, const char *text, size_t len)
{
	struct line second;

	return (is(first, "1") || is(first, "2")) && next_line(&text, &len, &second) &&
	       (starts(&second, "allowlist") || starts(&second, "whitelist") ||
		starts(&second, "denylist") || starts(&second, "blacklist"));
}

const char *sg_foreign_text(const char *text, size_t len)
{
	struct line line;

	if (memchr(text, '\0', len))
		return "a binary: a raw BPF program is bpf:FILE to diff, and --bpf to simulate";
	while (next_line(&text, &len, &line)) {
		if (!line.len || *line.text == '#' || *line.text == ';')
			continue;
		if (is_lxc(&line, text, len))
			return "a seccomp policy of LXC";
		if (is(&line, "[Service]") || is(&line, "[Unit]") || is(&line, "[Socket]") ||
		    starts(&line, "SystemCallFilter="))
			return "a unit of systemd; convert writes these, and reads none";
		if (starts(&line, "POLICY ") || starts(&line, "USE ") || is(&line, "ALLOW {") ||
		    starts(&line, "ALLOW {"))
			return "a policy for kafel, as nsjail takes it";
		if (is_minijail(&line))
			return "a policy for minijail; convert writes these, and reads none";
		return NULL;
	}
	return NULL;
}

/* Firecracker's and Cloud Hypervisor's: an object a thread, each with a list of rules. */
static bool is_firecracker(const cJSON *root)
{
	const cJSON *child;

	cJSON_ArrayForEach (child, root) {
		if (cJSON_IsObject(child) &&
		    cJSON_GetObjectItemCaseSensitive(child, "default_action") &&
		    cJSON_GetObjectItemCaseSensitive(child, "filter"))
			return true;
	}
	return false;
}

const char *sg_foreign_object(const cJSON *root)
{
	if (cJSON_GetObjectItem(root, "defaultAction"))
		return NULL;
	if (cJSON_GetObjectItemCaseSensitive(root, "runs") &&
	    cJSON_GetObjectItemCaseSensitive(root, "format"))
		return "a recording: emit makes a profile of it";
	if (is_firecracker(root))
		return "a filter for Firecracker's seccompiler";
	return NULL;
}
