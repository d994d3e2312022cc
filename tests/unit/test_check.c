/* SPDX-License-Identifier: Apache-2.0 */
#include "base/version.h"
#include "read_profile.h"

#include <errno.h>
#include <fnmatch.h>

#include "check/check.h"
#include "view/report.h"

#define DOCKER	   SG_SOURCE_DIR "/profiles/default/docker@26.1.json"
#define CONTAINERD SG_SOURCE_DIR "/profiles/default/containerd@1.7.json"
#define PODMAN	   SG_SOURCE_DIR "/profiles/default/podman@5.4.json"

/* A profile in which nothing is to be found, with room for one more entry and for fields at the
 * top. */
#define CLEAN_NAMES "\"read\",\"execve\",\"exit_group\",\"mmap\""
#define PROFILE(fields, entry)                                          \
	"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":38," \
	"\"architectures\":[\"SCMP_ARCH_X86_64\"]," fields              \
	"\n\"syscalls\":[{\"names\":[" CLEAN_NAMES "],\"action\":\"SCMP_ACT_ALLOW\"}\n" entry "]}"
#define ENTRY(names, action, more) \
	",{\"names\":[" names "],\"action\":\"SCMP_ACT_" action "\"" more "}"
#define ALLOW(names, args) ENTRY(names, "ALLOW", ",\"args\":[" args "]")
#define ARG(index, op, value) \
	"{\"index\":" #index ",\"value\":" #value ",\"op\":\"SCMP_CMP_" #op "\"}"
#define MASKED(index, mask, value)                                       \
	"{\"index\":" #index ",\"value\":" #mask ",\"valueTwo\":" #value \
	",\"op\":\"SCMP_CMP_MASKED_EQ\"}"
/* The same with another default, architectures, and without the entry that keeps it clean. */
#define BARE(action, fields, entries) \
	"{\"defaultAction\":\"SCMP_ACT_" action "\"" fields ",\n\"syscalls\":[" entries "]}"
#define X86 ",\"architectures\":[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\"]"

struct planted {
	const char *text;
	const char *id; /* the finding that it must have; NULL: none at all */
	unsigned int line;
	const char *message;
};

static const struct planted rows[] = {
	{ PROFILE("", ""), NULL, 0, NULL },
	/* names */
	{ PROFILE("", ENTRY("\"raed\"", "ALLOW", "")), "unknown-call", 3,
	  "\"raed\" is no system call; did you mean \"read\"?" },
	{ PROFILE("", ENTRY("\"frobnicate_the_kernel\"", "ALLOW", "")), "unknown-call", 3,
	  "\"frobnicate_the_kernel\" is no system call" },
	{ PROFILE("", ENTRY("\"evil\\u001b[2J\"", "ALLOW", "")), "unknown-call", 3,
	  "\"evil\\x1b[2J\" is no system call" },
	{ PROFILE("", ENTRY("\"write\",\"waitpid\",\"_llseek\"", "ALLOW", "")), "call-not-here", 3,
	  "\"waitpid\" and 1 more are calls of other architectures" },
	{ PROFILE("", ENTRY("\"kill\"", "WHAT", ",\"excludes\":{\"caps\":[\"CAP_CHOWN\"]}")),
	  "unknown-action", 3, "the entry's action is none, and it does not count here" },
	{ PROFILE("", ALLOW("\"read\",\"\"", "")), "empty-name", 3, "the name is empty" },
	{ PROFILE("", ENTRY("null", "ERRNO", "")), "empty-name", 3, "the name is empty" },
	{ PROFILE("", ENTRY("", "ALLOW", "")), "no-names", 3, "the entry names no call" },
	{ PROFILE("", ",{\"action\":\"SCMP_ACT_ALLOW\"}"), "no-names", 3,
	  "the entry names no call" },
	{ PROFILE("", ENTRY("\"write\",\"close\",\"write\"", "ALLOW", "")), "repeated-name", 3,
	  "\"write\" stands in this entry before" },
	{ PROFILE("", ENTRY("\"write\"", "ALLOW", ",\"includes\":{\"caps\":[\"SYS_ADMIN\"]}")),
	  "unknown-capability", 3,
	  "\"SYS_ADMIN\" is no capability; did you mean \"CAP_SYS_ADMIN\"?" },
	{ PROFILE("", ENTRY("\"write\"", "ALLOW", ",\"excludes\":{\"caps\":[\"CAP_ROOT\"]}")),
	  "unknown-capability", 3, "\"CAP_ROOT\" is no capability" },
	{ PROFILE("", ENTRY("\"write\"", "ALLOW", ",\"includes\":{\"arches\":[\"x86-64\"]}")),
	  "unknown-arch-word", 3, "\"x86-64\" is no architecture that Docker knows" },
	{ PROFILE("", ENTRY("\"write\"", "ALLOW",
			    ",\"includes\":{\"caps\":[\"CAP_BPF\"]},\"excludes\":{\"caps\":[\"CAP_"
			    "BPF\"]}")),
	  "never-included", 3, "the entry includes and excludes CAP_BPF" },
	{ PROFILE("", ENTRY("\"write\"", "ALLOW",
			    ",\"includes\":{\"minKernel\":\"5.4\"},\"excludes\":{\"minKernel\":\"4."
			    "8\"}")),
	  "never-included", 3, "the entry includes and excludes minKernel" },
	/* rules against each other */
	{ PROFILE("", ENTRY("\"write\"", "ALLOW", "") ENTRY("\"write\"", "LOG", "")),
	  "contradiction", 3, "write: the entry in line 3 gives it ALLOW, and stands first" },
	{ PROFILE("", ENTRY("\"read\"", "KILL", "")), "contradiction", 3,
	  "read: the entry in line 2 gives it ALLOW, and stands first" },
	{ PROFILE("", ALLOW("\"kill\"", MASKED(1, 4294967295, 9))
			      ENTRY("\"kill\"", "ERRNO",
				    ",\"errnoRet\":1,\"args\":[" MASKED(1, 1, 1) "]")),
	  "conflict", 3,
	  "kill: ERRNO EPERM here and ALLOW by the entry in line 3, for instance with arg1 = 0x9" },
	{ PROFILE("", ALLOW("\"read\"", ARG(0, EQ, 1))), "moot", 3,
	  "read: the entry in line 2 gives it ALLOW, whatever the arguments" },
	{ PROFILE("", ENTRY("\"mmap\"", "ALLOW", "")), "repeated-rule", 3,
	  "mmap: the entry in line 2 gives it ALLOW already" },
	{ PROFILE("", ENTRY("\"ptrace\"", "ERRNO", ",\"errnoRet\":38")), "says-default", 3,
	  "ptrace: the default says so already" },
	{ PROFILE("", ENTRY("\"read\"", "ERRNO", ",\"errnoRet\":38,\"args\":[" ARG(0, EQ, 3) "]")),
	  "exception-ignored", 3, "read: the entry in line 2 gives it ALLOW" },
	{ PROFILE("", ALLOW("\"lseek\"", MASKED(2, 15, 16))), "never-holds", 3,
	  "lseek: arg2 & 0xf == 0x10 cannot hold; libseccomp compares what is in the mask, 0x0" },
	{ PROFILE("", ALLOW("\"lseek\"", MASKED(2, 0, 0))), "always-holds", 3,
	  "lseek: all arguments satisfy the conditions" },
	{ PROFILE("", ALLOW("\"lseek\"", ARG(2, GE, 0))), "always-holds", 3,
	  "lseek: all arguments satisfy the conditions" },
	/* conditions */
	{ PROFILE("", ALLOW("\"lseek\"", ARG(2, GE, 1) "," ARG(2, LE, 2))), "index-twice", 3,
	  "lseek: argument 2 has a condition already; each of the 2 conditions will be enough by "
	  "itself" },
	{ PROFILE("", ALLOW("\"socket\"", ARG(0, NE, 40))), "high-half-bypass", 3,
	  "socket: arg0 != 0x28, and 0x100000000 more than any value gets past it" },
	{ PROFILE("", ALLOW("\"socket\"", ARG(0, GT, 40))), "high-half-bypass", 3,
	  "socket: arg0 > 0x28, and 0x100000000 more than any value gets past it" },
	{ BARE("ALLOW", "",
	       "{\"names\":[\"socket\"],\"action\":\"SCMP_ACT_ERRNO\",\"args\":[" ARG(0, EQ,
										      38) "]}"),
	  "high-half-bypass", 2,
	  "socket: arg0 == 0x26, and 0x100000000 more than any value gets past it" },
	{ PROFILE("", ALLOW("\"ioctl\"", ARG(1, EQ, 21505))), "high-half-denied", 3,
	  "ioctl: arg1 == 0x5401, and a value that is sign-extended is denied" },
	{ PROFILE("", ALLOW("\"lseek\"", ARG(2, LT, 3))), "order-operator", 3,
	  "lseek: arg2 < 0x3 needs a libseccomp of 2.6.1 or newer" },
	{ PROFILE("", ALLOW("\"socket\"", ARG(0, EQ, 4294967297))), "value-too-wide", 3,
	  "socket: arg0 == 0x100000001, and the argument has 32 bits" },
	{ BARE("ERRNO", ",\"defaultErrnoRet\":38" X86,
	       "{\"names\":[\"execve\",\"socketcall\"],\"action\":\"SCMP_ACT_ALLOW\"}\n" ALLOW(
		       "\"socket\"", MASKED(0, 4294967295, 1))),
	  "multiplexer-bypass", 3,
	  "socket: what this denies is allowed through socketcall on i386" },
	{ BARE("ALLOW", X86, "{\"names\":[\"shmat\"],\"action\":\"SCMP_ACT_ERRNO\"}"),
	  "multiplexer-bypass", 2, "shmat: what this denies is allowed through ipc on i386" },
	/* libseccomp lets socketcall(SYS_SOCKET) through for the rule, without its condition */
	{ BARE("ERRNO", ",\"defaultErrnoRet\":38" X86,
	       "{\"names\":[\"execve\"],\"action\":\"SCMP_ACT_ALLOW\"}\n" ALLOW(
		       "\"socket\"", MASKED(0, 4294967295, 1))),
	  "multiplexer-bypass", 3,
	  "socket: what this denies is allowed through socketcall on i386" },
	/* … also where an entry was to keep it from that and says what the default says */
	{ BARE("ERRNO", ",\"defaultErrnoRet\":1" X86,
	       "{\"names\":[\"socketcall\"],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":1}\n" ALLOW(
		       "\"socket\"", MASKED(0, 4294967295, 1))),
	  "multiplexer-ignored", 2,
	  "socketcall: the entry in line 3 gives it ALLOW through a call that it makes, where the "
	  "architecture has it" },
	/* libseccomp 2.5.4 and an NE alongside others */
	{ PROFILE("", ",{\"names\":[\"socket\"],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":22,"
		      "\"args\":[" ARG(1, EQ, 16) "]}\n" ALLOW(
			      "\"socket\"",
			      ARG(1, EQ, 40) "," ARG(0, EQ, 1)) "\n" ALLOW("\"socket\"",
									   ARG(1, NE, 40))),
	  "filter-differs", 3,
	  "socket (x86_64): ALLOW where the profile says ERRNO EINVAL, for instance with arg1 = "
	  "0x10" },
	/* fields */
	{ PROFILE("\"description\":\"web\",", ""), "unknown-field", 1,
	  "field \"description\" is not known" },
	{ PROFILE("\"Flags\":[],", ""), "field-case", 1, "field \"Flags\" is taken for \"flags\"" },
	{ PROFILE("\"defaultErrno\":\"ENOSYS\",",
		  ENTRY("\"kill\"", "ERRNO", ",\"errno\":\"EPERM\"")),
	  "engine-field", 1, "only podman reads: \"defaultErrno\", \"errno\"" },
	{ PROFILE("",
		  ENTRY("\"kill\"", "ALLOW",
			",\"comment\":\"\",\"includes\":{\"arches\":[\"amd64\"]},\"excludes\":{}")),
	  "engine-field", 3, "only Docker and podman read: \"includes\"" },
	{ "{\"ociVersion\":\"1.0.0\",\"linux\":{\"seccomp\":\n" PROFILE("", "") "}}",
	  "whole-config", 1, "Docker and podman do not look for a profile in linux.seccomp" },
	{ PROFILE("\"listenerPath\":\"/run/agent.sock\",", ENTRY("\"mount\"", "NOTIFY", "")),
	  "needs-runtime", 1,
	  "Docker 20.10 and older pass over listenerPath and cannot start containers that need "
	  "it" },
	/* verdicts */
	{ PROFILE("", ENTRY("\"ptrace\"", "ERRNO", ",\"errnoRet\":0")), "errno-zero", 3,
	  "errno 0: the call seems to work and does nothing" },
	{ PROFILE("", ENTRY("\"write\"", "ALLOW", ",\"errnoRet\":1")), "errno-unused", 3,
	  "errno 1 with SCMP_ACT_ALLOW" },
	{ BARE("KILL_PROCESS", ",\"defaultErrnoRet\":38",
	       "{\"names\":[\"execve\"],\"action\":\"SCMP_ACT_ALLOW\"}"),
	  "errno-unused", 1, "errno 38 with SCMP_ACT_KILL_PROCESS" },
	{ PROFILE("", ENTRY("\"ptrace\"", "ERRNO", ",\"errnoRet\":200")), "errno-unknown", 3,
	  "errno 200 has no name" },
	{ BARE("ERRNO", ",\"defaultErrnoRet\":38", ""), "denies-all", 1,
	  "every call gets SCMP_ACT_ERRNO, execve of the program first" },
	{ BARE("ALLOW", "", ""), "allows-all", 1, "every call is allowed" },
	{ BARE("LOG", "", ""), "logs-default", 1, "what is not named runs, and is logged" },
	{ BARE("NOTIFY", ",\"listenerPath\":\"/run/a\"", ""), "notify-default", 1,
	  "the default action is SCMP_ACT_NOTIFY" },
	{ PROFILE("\"listenerPath\":\"/run/a\",", ENTRY("\"write\"", "NOTIFY", "")), "notify-write",
	  3, "write is for the listener" },
	{ PROFILE("", ENTRY("\"mkdir\"", "NOTIFY", "")), "notify-no-listener", 3,
	  "SCMP_ACT_NOTIFY, and no listenerPath" },
	{ PROFILE("\"listenerPath\":\"/run/a\",", ""), "listener-unused", 1,
	  "no call has SCMP_ACT_NOTIFY" },
	{ PROFILE("\"flags\":[\"SECCOMP_FILTER_FLAG_SPEC_ALLOW\"],", ""), "spec-allow", 1,
	  "speculative store bypass is not mitigated under it" },
	/* architectures */
	{ BARE("ERRNO", ",\"defaultErrnoRet\":38,\"architectures\":[\"SCMP_ARCH_AARCH64\"]",
	       "{\"names\":[\"execve\"],\"action\":\"SCMP_ACT_ALLOW\"}"),
	  "foreign-arch", 1, "a kernel of x86_64 runs no calls of aarch64" },
	{ BARE("ERRNO",
	       ",\"defaultErrnoRet\":38,\"architectures\":[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86_"
	       "64\"]",
	       "{\"names\":[\"execve\"],\"action\":\"SCMP_ACT_ALLOW\"}"),
	  "repeated-arch", 1, "SCMP_ARCH_X86_64 is listed before" },
	{ BARE("ERRNO", ",\"defaultErrnoRet\":38" X86,
	       "{\"names\":[\"execve\"],\"action\":\"SCMP_ACT_ALLOW\"}"),
	  "compat-arch", 1, "calls of i386 programs are judged by name as well" },
	/* needs */
	{ BARE("ERRNO", ",\"defaultErrnoRet\":38",
	       "{\"names\":[\"read\"],\"action\":\"SCMP_ACT_ALLOW\"}"),
	  "no-execve", 1, "execve is denied: no program can be started" },
	{ PROFILE("",
		  ENTRY("\"clone\"", "ALLOW", "") ENTRY("\"clone3\"", "ERRNO", ",\"errnoRet\":1")),
	  "clone3-trap", 3, "clone3 gets ERRNO EPERM, and only ENOSYS makes glibc use clone" },
	{ BARE("ERRNO", "", "{\"names\":[\"execve\",\"clone\"],\"action\":\"SCMP_ACT_ALLOW\"}"),
	  "clone3-trap", 1, "clone3 gets ERRNO EPERM, and only ENOSYS makes glibc use clone" },
	{ BARE("KILL", "", "{\"names\":[\"execve\",\"clone\"],\"action\":\"SCMP_ACT_ALLOW\"}"),
	  "clone3-trap", 1, "clone3 gets KILL_THREAD, and only ENOSYS makes glibc use clone" },
	{ PROFILE("", ENTRY("\"openat2\"", "ERRNO", ",\"errnoRet\":1")), "enosys-trap", 1,
	  "denied with another errno than ENOSYS: openat2 (else openat; runc and libpathrs try it "
	  "first)" },
	{ "apiVersion: security-profiles-operator.x-k8s.io/v1\nkind: SeccompProfile\nspec:\n"
	  "  defaultAction: SCMP_ACT_ERRNO\n  baseProfileName: runc-v1.2\n",
	  "base-profile", 5, "what the base profile adds is not known here" },
	{ PROFILE("", ENTRY("\"kcmp\"", "ERRNO", ",\"errnoRet\":1,\"args\":[" ARG(2, EQ, 1) "]")
			      ENTRY("\"kcmp\"", "ERRNO",
				    ",\"errnoRet\":2,\"args\":[" ARG(2, EQ, 1) "]")),
	  "not-compiled", 2, NULL },
	{ "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":38,\"archMap\":[],\n"
	  "\"syscalls\":[{\"names\":[\"execve\"],\"action\":\"SCMP_ACT_ALLOW\"}]}",
	  "needs-runtime", 1, "Docker 20.10 and older pass over defaultErrnoRet and answer EPERM" },
	{ PROFILE("", ENTRY("\"mseal\",\"openat2\"", "ALLOW", "")), "needs-kernel", 3,
	  "mseal (Linux 6.10): the oldest kernel does not have them" },
	{ PROFILE("", ENTRY("\"mseal\",\"openat2\",\"fchmodat2\"", "ALLOW", "")),
	  "needs-libseccomp", 3,
	  "mseal (Linux 6.10), fchmodat2 (Linux 6.6): the oldest libseccomp has no name for them" },
	/* what it opens */
	{ PROFILE("", ENTRY("\"bpf\"", "ALLOW", "")), "dangerous-call", 3, NULL },
	{ PROFILE("", ALLOW("\"personality\"", MASKED(0, 4294967295, 0))), "dangerous-if", 3,
	  NULL },
	{ BARE("ERRNO", ",\"defaultErrnoRet\":38" X86,
	       "{\"names\":[\"execve\",\"vm86\"],\"action\":\"SCMP_ACT_ALLOW\"}"),
	  "dangerous-call", 2, NULL },
};

static struct sg_check_options all_checks(void)
{
	return (struct sg_check_options){
		.read = x86_64_options(),
		.min_kernel = 6 << 16 | 1,
		.min_libseccomp = 2 << 16 | 5 << 8 | 4,
		.dangerous = true,
		.compile = true,
	};
}

static struct sg_findings check(const char *name, const char *text,
				const struct sg_check_options *opts)
{
	struct sg_findings findings = { 0 };
	struct sg_error err = { 0 };

	if (sg_check(name, text, strlen(text), opts, &findings, &err) < 0)
		fail_msg("%s", err.message);
	return findings;
}

/* One by one, because cmocka cuts long messages. */
static void print_all(const struct sg_findings *findings)
{
	for (size_t i = 0; i < findings->n; i++)
		print_error("line %u: %s [%s]\n", findings->items[i].at.line,
			    findings->items[i].message,
			    sg_finding_rows[findings->items[i].kind].id);
}

static const struct sg_finding *find(const struct sg_findings *findings, const char *id)
{
	for (size_t i = 0; i < findings->n; i++) {
		if (strcmp(sg_finding_rows[findings->items[i].kind].id, id) == 0)
			return &findings->items[i];
	}
	return NULL;
}

static void each_planted_fault_is_found(void **state)
{
	struct sg_check_options opts = all_checks();

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		_cleanup_(sg_findings_done) struct sg_findings findings =
			check("p", rows[i].text, &opts);
		const struct sg_finding *found;

		if (!rows[i].id) {
			assert_int_equal(findings.n, 0);
			continue;
		}
		found = find(&findings, rows[i].id);
		if (!found || found->at.line != rows[i].line ||
		    (rows[i].message && strcmp(found->message, rows[i].message) != 0)) {
			print_all(&findings);
			fail_msg("row %zu, %s: not found in line %u: %s", i, rows[i].id,
				 rows[i].line, rows[i].message ? rows[i].message : "");
		}
	}
}

static void every_kind_of_finding_is_planted(void **state)
{
	/* these need profiles of their own, in the tests below */
	static const char *const elsewhere[] = { "floor-missing",    "floor-unknown",
						 "not-finished",     "large-filter",
						 "many-entries",     "too-much-work",
						 "floor-conditions", "unreadable",
						 "floor-sometimes" };

	(void)state;
	for (size_t i = 0; i < SG_FINDING_MAX_; i++) {
		bool planted = false;

		for (size_t k = 0; k < SG_ARRAY_SIZE(rows); k++)
			planted |= rows[k].id && strcmp(rows[k].id, sg_finding_rows[i].id) == 0;
		for (size_t k = 0; k < SG_ARRAY_SIZE(elsewhere); k++)
			planted |= strcmp(elsewhere[k], sg_finding_rows[i].id) == 0;
		if (!planted)
			fail_msg("%s", sg_finding_rows[i].id);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(sg_finding_rows[i].id, sg_finding_rows[k].id);
	}
}

static void the_runtime_s_own_calls_are_asked_for(void **state)
{
	char *names[] = { "execve", "openat", "write" };
	struct sg_floor floor = { .runtime = "runc 1.1.5, with no_new_privs",
				  .names = names,
				  .n_names = 3 };
	const struct sg_floor *floors[] = { &floor };
	struct sg_check_options opts = all_checks();
	_cleanup_(sg_findings_done) struct sg_findings findings = { 0 };

	(void)state;
	opts.floors = floors;
	opts.n_floors = 1;
	findings = check("p", PROFILE("", ALLOW("\"openat\"", MASKED(2, 3, 0))), &opts);
	assert_int_equal(findings.counts[SG_SEVERITY_ERROR], 1);
	assert_string_equal(
		find(&findings, "floor-missing")->message,
		"runc 1.1.5, with no_new_privs does not start a container without write");
}

/*
 * runc refuses NOTIFY without a listener; crun starts the container, and the kernel answers ENOSYS.
 */
static void without_a_listener_crun_s_calls_get_enosys(void **state)
{
	static const struct {
		const char *profile, *runc, *crun; /* findings; NULL: no error */
	} of[] = {
		{ PROFILE("", ENTRY("\"mkdir\"", "NOTIFY", "")), "notify-no-listener", NULL },
		{ PROFILE("", ENTRY("\"clone3\"", "NOTIFY", "")), "notify-no-listener", NULL },
		{ PROFILE("\"listenerPath\":\"/run/a\",", ENTRY("\"write\"", "NOTIFY", "")),
		  "notify-write", NULL },
		{ BARE("NOTIFY", "", "{\"names\":[" CLEAN_NAMES "],\"action\":\"SCMP_ACT_ALLOW\"}"),
		  "notify-default", NULL },
		{ BARE("NOTIFY", "", ""), "notify-default", "denies-all" },
		{ BARE("NOTIFY", "", "{\"names\":[\"read\"],\"action\":\"SCMP_ACT_ALLOW\"}"),
		  "notify-default", "no-execve" },
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(of); i++) {
		for (int crun = 0; crun < 2; crun++) {
			struct sg_compile_options runtime = { .flavor = crun ? SG_COMPILE_CRUN
									     : SG_COMPILE_RUNC };
			struct sg_check_options opts = all_checks();
			_cleanup_(sg_findings_done) struct sg_findings findings = { 0 };
			const char *id = crun ? of[i].crun : of[i].runc;

			opts.runtimes = &runtime;
			opts.n_runtimes = 1;
			findings = check("p", of[i].profile, &opts);
			if (id ? !find(&findings, id) : findings.counts[SG_SEVERITY_ERROR] > 0)
				fail_msg("row %zu, %s: %s", i, crun ? "crun" : "runc",
					 id ? id : "an error");
		}
	}
}

static void of_runtimes_that_nobody_named_one_is_enough(void **state)
{
	char *of_a[] = { "execve", "openat" }, *of_b[] = { "execve", "setuid" };
	struct sg_floor a = { .runtime = "a", .names = of_a, .n_names = 2 };
	struct sg_floor b = { .runtime = "b", .names = of_b, .n_names = 2 };
	const struct sg_floor *floors[] = { &a, &b };
	struct sg_check_options opts = all_checks();

	(void)state;
	opts.floors = floors;
	opts.n_floors = 2;
	opts.any_floor = true;
	for (int openat = 0; openat < 2; openat++) {
		_cleanup_(sg_findings_done) struct sg_findings findings =
			check("p",
			      openat ? PROFILE("", ALLOW("\"openat\"", MASKED(2, 3, 0)))
				     : PROFILE("", ALLOW("\"lseek\"", MASKED(2, 3, 0))),
			      &opts);
		const struct sg_finding *found = find(&findings, "floor-unknown");

		assert_int_equal(findings.counts[SG_SEVERITY_ERROR], 0);
		assert_int_equal(found != NULL, !openat);
		if (found)
			assert_string_equal(found->message, "a lacks openat; b lacks setuid");
	}
}

static char *many(size_t n, const char *more, bool mixed)
{
	struct sg_strbuf b = SG_STRBUF_INIT;
	char *text;

	sg_strbuf_add(&b,
		      "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":38,\"syscalls\":["
		      "{\"names\":[\"execve\"],\"action\":\"SCMP_ACT_ALLOW\"}");
	for (size_t i = 0; i < n; i++)
		sg_strbuf_printf(&b,
				 ",{\"names\":[\"lseek\"%s],\"action\":\"SCMP_ACT_%s\",\"args\":["
				 "{\"index\":0,\"value\":%zu,\"op\":\"SCMP_CMP_EQ\"}]}",
				 more, mixed && i % 2 ? "LOG" : "ALLOW", i);
	sg_strbuf_add(&b, "]}");
	assert_int_equal(sg_strbuf_steal(&b, &text, NULL), 0);
	return text;
}

static void sizes_are_held_against_their_limits(void **state)
{
	struct sg_check_options opts = all_checks();
	_cleanup_free_ char *entries = many(130, "", false), *large = many(3700, "", false),
			    *huge = many(4090, "", false);
	_cleanup_(sg_findings_done) struct sg_findings a = { 0 }, b = { 0 }, c = { 0 };

	(void)state;
	a = check("p", entries, &opts);
	assert_string_equal(find(&a, "many-entries")->message, "131 entries");
	assert_null(find(&a, "large-filter"));
	b = check("p", large, &opts);
	assert_non_null(find(&b, "large-filter"));
	assert_null(find(&b, "not-compiled"));
	c = check("p", huge, &opts);
	assert_non_null(find(&c, "not-compiled"));
}

/* 320 KiB that libseccomp would take minutes for, on three architectures. */
static void too_much_work_is_not_begun(void **state)
{
	static const char *const arches =
		"\"defaultAction\":\"SCMP_ACT_ERRNO\",\"architectures\":["
		"\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\",\"SCMP_ARCH_X32\"],"
		"\"syscalls\":[{\"names\":[\"execve\"],\"action\":"
		"\"SCMP_ACT_ALLOW\"}";
	struct sg_check_options opts = all_checks();

	(void)state;
	for (size_t n = 100; n <= 2400; n += 2300) {
		_cleanup_(sg_findings_done) struct sg_findings findings = { 0 };
		struct sg_strbuf b = SG_STRBUF_INIT;
		_cleanup_free_ char *text = NULL;

		sg_strbuf_printf(&b, "{%s", arches);
		for (size_t i = 0; i < n; i++)
			sg_strbuf_printf(
				&b,
				",{\"names\":[\"lseek\"],\"action\":\"SCMP_ACT_ALLOW\","
				"\"args\":[{\"index\":0,\"value\":%zu,\"op\":\"SCMP_CMP_EQ\"},"
				"{\"index\":1,\"value\":%zu,\"op\":\"SCMP_CMP_EQ\"}]}",
				i, i * 7919 % 10007);
		sg_strbuf_add(&b, "]}");
		assert_int_equal(sg_strbuf_steal(&b, &text, NULL), 0);
		findings = check("p", text, &opts);
		assert_int_equal(find(&findings, "too-much-work") != NULL, n > 100);
		assert_null(find(&findings, "not-compiled"));
	}
}

static void a_check_that_was_not_finished_says_so(void **state)
{
	struct sg_check_options opts = all_checks();
	_cleanup_free_ char *text = many(900, ",\"dup2\"", true);
	_cleanup_(sg_findings_done) struct sg_findings findings = { 0 };

	(void)state;
	opts.compile = false;
	findings = check("p", text, &opts);
	assert_non_null(find(&findings, "not-finished"));
}

static void what_was_not_asked_for_is_not_reported(void **state)
{
	struct sg_check_options opts = { .read = x86_64_options() };
	_cleanup_(sg_findings_done) struct sg_findings findings = { 0 };

	(void)state;
	findings = check("p", PROFILE("", ENTRY("\"bpf\",\"mseal\"", "ALLOW", "")), &opts);
	assert_int_equal(findings.n, 0);
}

static void what_cannot_be_read_is_an_error_and_no_finding(void **state)
{
	struct sg_check_options opts = all_checks();
	struct sg_findings findings = { 0 };
	struct sg_error err = { 0 };

	(void)state;
	assert_int_equal(sg_check("p", "{", 1, &opts, &findings, &err), -EINVAL);
	assert_int_equal(findings.n, 0);
}

/* What is truly there: each of these is explained in seccomp-gen-check(1). */
static void the_default_profiles_have_these_errors_and_no_others(void **state)
{
	static const struct {
		const char *path;
		const char *errors[12];
	} profiles[] = {
		/* Blocking AF_VSOCK by SCMP_CMP_NE blocks neither socket(AF_VSOCK | 1ull << 32, …)
		 * nor socketcall on i386, which stands in the profile. */
		{ DOCKER,
		  { "428: socket: what this denies is allowed through socketcall on i386 "
		    "[multiplexer-bypass]",
		    "432: socket: arg0 != 0x28, and 0x100000000 more than any value gets past it "
		    "[high-half-bypass]" } },
		{ CONTAINERD,
		  { "419: socket: what this denies is allowed through socketcall on i386 "
		    "[multiplexer-bypass]",
		    "423: socket: arg0 != 0x28, and 0x100000000 more than any value gets past it "
		    "[high-half-bypass]" } },
		/* The same for the audit netlink socket; and setns is allowed without capabilities
		 * by an earlier entry than the one that denies it. */
		{ PODMAN,
		  { "721: setns: the entry in line 101 gives it ALLOW, and stands first "
		    "[contradiction]",
		    "963: socket: what this denies is allowed through socketcall on i386 "
		    "[multiplexer-bypass]",
		    "967: socket: arg0 == 0x10, and 0x100000000 more than any value gets past it "
		    "[high-half-bypass]",
		    "973: socket: arg2 == 0x9, and 0x100000000 more than any value gets past it "
		    "[high-half-bypass]",
		    "992: socket: what this denies is allowed through socketcall on i386 "
		    "[multiplexer-bypass]",
		    "996: socket: arg2 != 0x9, and 0x100000000 more than any value gets past it "
		    "[high-half-bypass]",
		    "1013: socket: what this denies is allowed through socketcall on i386 "
		    "[multiplexer-bypass]",
		    "1017: socket: arg0 != 0x10, and 0x100000000 more than any value gets past it "
		    "[high-half-bypass]",
		    "1034: socket: what this denies is allowed through socketcall on i386 "
		    "[multiplexer-bypass]",
		    "1038: socket: arg2 != 0x9, and 0x100000000 more than any value gets past it "
		    "[high-half-bypass]" } },
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(profiles); i++) {
		struct sg_check_options opts = { .read = x86_64_options(),
						 .dangerous = true,
						 .compile = true };
		_cleanup_(sg_findings_done) struct sg_findings findings = { 0 };
		_cleanup_free_ char *text = NULL;
		size_t len, n = 0;
		struct sg_error err = { 0 };

		if (strcmp(profiles[i].path, PODMAN) == 0) {
			opts.read.caps = sg_podman_caps;
			opts.read.n_caps = sg_n_podman_caps;
		}
		text = read_file(profiles[i].path, &len);
		assert_int_equal(sg_check("p", text, len, &opts, &findings, &err), 0);
		for (size_t k = 0; k < findings.n; k++) {
			const struct sg_finding *f = &findings.items[k];
			char line[512];

			if (sg_finding_rows[f->kind].severity != SG_SEVERITY_ERROR)
				continue;
			snprintf(line, sizeof(line), "%u: %s [%s]", f->at.line, f->message,
				 sg_finding_rows[f->kind].id);
			if (n >= 12 || !profiles[i].errors[n] ||
			    strcmp(line, profiles[i].errors[n]) != 0) {
				print_all(&findings);
				fail_msg("error %zu: %s", n, line);
			}
			n++;
		}
		assert_true(n == 12 || !profiles[i].errors[n]);
	}
}

static void sarif_and_json_hold_every_finding(void **state)
{
	struct sg_check_options opts = all_checks();
	_cleanup_(sg_findings_done) struct sg_findings findings =
		check("a b.json", PROFILE("", ENTRY("\"raed\"", "ALLOW", "")), &opts);
	struct sg_report report = { "a b.json", findings };
	_cleanup_(sg_strbuf_done) struct sg_strbuf sarif = SG_STRBUF_INIT, json = SG_STRBUF_INIT;
	_cleanup_(sg_json_doc_freep) struct sg_json_doc *doc = NULL;
	const cJSON *run, *result, *region;
	struct sg_error err = { 0 };

	(void)state;
	sg_report_print_sarif(&report, 1, SG_SEVERITY_NOTE, "1.2", &sarif);
	if (sg_json_parse("sarif", sarif.data, sarif.len, &doc, &err) < 0)
		fail_msg("%s", err.message);
	run = cJSON_GetArrayItem(cJSON_GetObjectItem(sg_json_root(doc), "runs"), 0);
	result = cJSON_GetArrayItem(cJSON_GetObjectItem(run, "results"), 0);
	assert_string_equal(cJSON_GetObjectItem(result, "ruleId")->valuestring, "unknown-call");
	assert_non_null(strstr(sarif.data, "\"uri\": \"a%20b.json\""));
	region = cJSON_GetObjectItem(
		cJSON_GetObjectItem(cJSON_GetArrayItem(cJSON_GetObjectItem(result, "locations"), 0),
				    "physicalLocation"),
		"region");
	assert_int_equal(cJSON_GetObjectItem(region, "startLine")->valueint, 3);
	assert_int_equal(
		cJSON_GetArraySize(cJSON_GetObjectItem(
			cJSON_GetObjectItem(cJSON_GetObjectItem(run, "tool"), "driver"), "rules")),
		SG_FINDING_MAX_);
	sg_report_print_json(&report, 1, SG_SEVERITY_NOTE, &json);
	assert_non_null(
		strstr(json.data, "\"counts\": {\"error\": 1, \"warning\": 0, \"note\": 0}"));
	assert_non_null(strstr(json.data, "\"id\": \"unknown-call\""));
}

static void lighter_findings_can_be_left_out(void **state)
{
	struct sg_check_options opts = all_checks();
	_cleanup_(sg_findings_done) struct sg_findings findings =
		check("p", PROFILE("", ENTRY("\"raed\",\"bpf\",\"waitpid\"", "ALLOW", "")), &opts);
	struct sg_report report = { "p", findings };
	size_t lengths[SG_SEVERITY_MAX_];

	(void)state;
	for (int s = 0; s < SG_SEVERITY_MAX_; s++) {
		_cleanup_(sg_strbuf_done) struct sg_strbuf out = SG_STRBUF_INIT;

		sg_report_print(&report, 1, (enum sg_severity)s, &out);
		lengths[s] = out.len;
	}
	assert_true(lengths[0] > lengths[1] && lengths[1] > lengths[2] && lengths[2] > 0);
}

static void versions_of_libseccomp_are_read(void **state)
{
	static const char *const bad[] = { "", "2", "2.5", "2.5.4.1", "2.5.x", "2.256.0" };
	uint32_t v = 0;

	(void)state;
	assert_int_equal(sg_libseccomp_parse("2.5.4", &v), 0);
	assert_int_equal(v, 2 << 16 | 5 << 8 | 4);
	for (size_t i = 0; i < SG_ARRAY_SIZE(bad); i++)
		assert_int_equal(sg_libseccomp_parse(bad[i], &v), -EINVAL);
}

static bool is_dangerous(const char *name)
{
	for (const struct sg_dangerous *d = sg_dangerous_calls; d->name; d++) {
		if (strcmp(d->name, name) == 0)
			return true;
	}
	return false;
}

static void dangerous_calls_exist(void **state)
{
	(void)state;
	for (const struct sg_dangerous *d = sg_dangerous_calls; d->name; d++) {
		assert_true(sg_syscall_name_is_known(d->name));
		assert_true(!d->capability || sg_cap_by_name(d->capability));
	}
}

static const char *const families[] = {
#define FAMILY(pattern) pattern,
#define HARMLESS(name, why)
#include "dangerous_families.def"
#undef FAMILY
#undef HARMLESS
};

static const char *const harmless[] = {
#define FAMILY(pattern)
#define HARMLESS(name, why) #name,
#include "dangerous_families.def"
#undef FAMILY
#undef HARMLESS
};

static const char *family_of(const char *name)
{
	for (size_t i = 0; i < SG_ARRAY_SIZE(families); i++) {
		if (fnmatch(families[i], name, 0) == 0)
			return families[i];
	}
	return NULL;
}

static bool is_harmless(const char *name)
{
	for (size_t i = 0; i < SG_ARRAY_SIZE(harmless); i++) {
		if (strcmp(harmless[i], name) == 0)
			return true;
	}
	return false;
}

/* What a kernel gains of the power of an old call is not to be forgotten. */
static void calls_of_dangerous_families_are_dangerous(void **state)
{
	(void)state;
	for (const struct sg_arch *arch = sg_arches; arch->name; arch++) {
		const char *name;
		size_t pos = 0;
		uint32_t nr;

		while ((name = sg_syscall_next(arch->token, &pos, &nr))) {
			if (family_of(name) && is_dangerous(name) == is_harmless(name))
				fail_msg("%s, of the family %s, belongs in dangerous.def or else "
					 "in HARMLESS of dangerous_families.def",
					 name, family_of(name));
		}
	}
	for (size_t i = 0; i < SG_ARRAY_SIZE(harmless); i++)
		assert_true(sg_syscall_name_is_known(harmless[i]) && family_of(harmless[i]));
	for (const struct sg_dangerous *d = sg_dangerous_calls; d->name; d++) {
		if (!family_of(d->name))
			fail_msg("%s has no family in dangerous_families.def", d->name);
	}
}

#define SOCKET(args) PROFILE("", ALLOW("\"socket\"", args))

/* What check says of socket under these conditions: its kind, and the families in it. */
static void dangerous_families_of_sockets_are_named(void **state)
{
	static const struct {
		const char *text;
		enum sg_finding_kind kind; /* SG_FINDING_MAX_: nothing */
		bool alg, vsock;
	} cases[] = {
		{ SOCKET(""), SG_FINDING_DANGEROUS_CALL, true, true },
		{ SOCKET(ARG(0, NE, 40)), SG_FINDING_DANGEROUS_IF, true, false },
		{ SOCKET(ARG(0, EQ, 38)), SG_FINDING_DANGEROUS_IF, true, false },
		{ SOCKET(ARG(0, GE, 40)), SG_FINDING_DANGEROUS_IF, false, true },
		{ SOCKET(ARG(1, EQ, 5)), SG_FINDING_DANGEROUS_IF, true, true },
		{ SOCKET(ARG(0, LT, 38)), SG_FINDING_MAX_, false, false },
		{ SOCKET(MASKED(0, 4294967295, 2)), SG_FINDING_MAX_, false, false },
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(cases); i++) {
		struct sg_check_options opts = all_checks();
		_cleanup_(sg_findings_done) struct sg_findings findings =
			check("p", cases[i].text, &opts);
		const struct sg_finding *found = NULL;

		for (size_t k = 0; k < findings.n; k++) {
			if (strncmp(findings.items[k].message, "socket makes", 12) == 0)
				found = &findings.items[k];
		}
		if (cases[i].kind == SG_FINDING_MAX_) {
			assert_null(found);
			continue;
		}
		assert_non_null(found);
		assert_int_equal(found->kind, cases[i].kind);
		assert_true(cases[i].alg == (strstr(found->message, "AF_ALG") != NULL));
		assert_true(cases[i].vsock == (strstr(found->message, "AF_VSOCK") != NULL));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_planted_fault_is_found),
		cmocka_unit_test(every_kind_of_finding_is_planted),
		cmocka_unit_test(the_runtime_s_own_calls_are_asked_for),
		cmocka_unit_test(without_a_listener_crun_s_calls_get_enosys),
		cmocka_unit_test(of_runtimes_that_nobody_named_one_is_enough),
		cmocka_unit_test(sizes_are_held_against_their_limits),
		cmocka_unit_test(too_much_work_is_not_begun),
		cmocka_unit_test(a_check_that_was_not_finished_says_so),
		cmocka_unit_test(what_was_not_asked_for_is_not_reported),
		cmocka_unit_test(what_cannot_be_read_is_an_error_and_no_finding),
		cmocka_unit_test(the_default_profiles_have_these_errors_and_no_others),
		cmocka_unit_test(sarif_and_json_hold_every_finding),
		cmocka_unit_test(lighter_findings_can_be_left_out),
		cmocka_unit_test(versions_of_libseccomp_are_read),
		cmocka_unit_test(dangerous_calls_exist),
		cmocka_unit_test(calls_of_dangerous_families_are_dangerous),
		cmocka_unit_test(dangerous_families_of_sockets_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
