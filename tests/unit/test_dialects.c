/* SPDX-License-Identifier: Apache-2.0 */
#include "read_profile.h"

#include <errno.h>

#include "dialect/dialect.h"
#include "diff/diff.h"
#include "filter/compile/compile.h"
#include "sim_profile.h"
#include "sim_random.h"
#include "syscall/seccomp_data.h"

#define DOCKER SG_SOURCE_DIR "/profiles/default/docker@26.1.json"
#define PODMAN SG_SOURCE_DIR "/profiles/default/podman@5.4.json"

struct printed {
	struct sg_strbuf text;
	struct sg_conversion_loss loss;
	struct sg_error err;
	int r;
};

static void printed_done(struct printed *p)
{
	sg_strbuf_done(&p->text);
	sg_conversion_loss_done(&p->loss);
}

static struct printed print(const char *dialect, const struct sg_profile *profile)
{
	struct printed p = { .text = SG_STRBUF_INIT };
	const struct sg_dialect *d = sg_dialect_by_name(dialect);

	assert_non_null(d);
	p.r = sg_dialect_print(d, profile, NULL, &p.text, &p.loss, &p.err);
	return p;
}

static struct printed print_spec(const char *dialect, const char *spec)
{
	_cleanup_(sg_profile_freep) struct sg_profile *profile = spec_profile(spec);

	return print(dialect, profile);
}

static void every_row_has_its_facts(void **state)
{
	static const char *const names[] = { "oci",	"docker",   "podman", "crd",
					     "systemd", "minijail", "bpf",    "json-artifact" };
	size_t n = 0;

	(void)state;
	for (const struct sg_dialect *d = sg_dialects; d->name; d++, n++) {
		assert_string_equal(d->name, names[n]);
		assert_non_null(d->summary);
		assert_non_null(d->cannot);
		assert_non_null(d->print);
		assert_ptr_equal(sg_dialect_by_name(d->name), d);
	}
	assert_int_equal(n, SG_ARRAY_SIZE(names));
	assert_null(sg_dialect_by_name("json"));
}

/* The lost items that are about verdicts, as the differences of the two profiles that they are. */
static size_t n_verdict_items(const struct sg_conversion_loss *loss)
{
	size_t n = 0;

	for (size_t i = 0; i < loss->n; i++)
		n += loss->items[i].effect < SG_CONVERSION_DETAIL;
	return n;
}

/* The same of the differences themselves, where what fares alike is one item. */
static size_t n_kinds(const struct sg_diff *diff)
{
	size_t n = 0;

	for (size_t i = 0; i < diff->n; i++) {
		const struct sg_diff_item *x = &diff->items[i];
		bool is_new = !sg_diff_is_repeated(diff, i);

		for (size_t k = 0; k < i && !x->is_partial && x->scope == SG_DIFF_CALL; k++) {
			const struct sg_diff_item *y = &diff->items[k];

			is_new &= y->is_partial || y->scope != SG_DIFF_CALL ||
				  y->a.action != x->a.action || y->a.data != x->a.data ||
				  y->b.action != x->b.action || y->b.data != x->b.data;
		}
		n += is_new &&
		     !(x->kind == SG_DIFF_CHANGED && sg_action_is_permissive(x->a.action));
	}
	return n;
}

/* What is printed reads back as the profile, but for what was said to be lost. */
static void check_round_trip(const char *dialect, const struct sg_profile *profile)
{
	struct printed p = print(dialect, profile);
	struct sg_read_options opts = { .native_arch = AUDIT_ARCH_X86_64 };
	struct sg_profile *back = NULL;
	struct sg_diff_side a = { .profile = profile }, b;
	struct sg_diff diff;
	struct sg_error err = { 0 };

	if (p.r == -EOPNOTSUPP) {
		printed_done(&p);
		return;
	}
	if (p.r < 0)
		fail_msg("%s: %s", dialect, p.err.message);
	if (sg_profile_read(dialect, p.text.data, p.text.len, &opts, &back, &err) < 0)
		fail_msg("%s\n%s", err.message, p.text.data);
	b = (struct sg_diff_side){ .profile = back };
	assert_int_equal(sg_diff(&a, &b, NULL, &diff, NULL), 0);
	if (n_kinds(&diff) != n_verdict_items(&p.loss)) {
		struct sg_strbuf text = SG_STRBUF_INIT;

		sg_diff_print(&diff, "profile", dialect, &text);
		for (size_t i = 0; i < p.loss.n; i++)
			print_error("lost: %s\n", p.loss.items[i].text);
		fail_msg("%s: %zu differences, %zu items\n%s\n%s", dialect, diff.n, p.loss.n,
			 text.data ? text.data : "", p.text.data);
	}
	sg_diff_done(&diff);
	sg_profile_free(back);
	printed_done(&p);
}

static struct sg_profile *random_profile(struct sg_random *r)
{
	static const char *const names[] = {
		"read", "socket", "clone3", "waitpid", "bpf", "ioctl"
	};
	static const struct sg_verdict verdicts[] = {
		{ SG_ACTION_ALLOW, 0 }, { SG_ACTION_ERRNO, 38 }, { SG_ACTION_LOG, 0 },
		{ SG_ACTION_ERRNO, 1 }, { SG_ACTION_TRAP, 0 },	 { SG_ACTION_NOTIFY, 0 },
		{ SG_ACTION_TRACE, 7 }, { SG_ACTION_ERRNO, 0 },	 { SG_ACTION_KILL_THREAD, 0 },
	};
	struct sg_profile *p = NULL;
	struct sg_rule *rule;

	assert_int_equal(sg_profile_new(&p, NULL), 0);
	p->default_verdict = verdicts[random_below(r, 4)];
	p->has_default_errno = true;
	sg_profile_add_arch(p, AUDIT_ARCH_X86_64, NULL);
	if (random_below(r, 2))
		sg_profile_add_arch(p, AUDIT_ARCH_I386, NULL);
	for (uint32_t i = 0, n = random_below(r, 8); i < n; i++) {
		struct sg_condition conditions[3];
		uint32_t k = random_below(r, 4);

		for (uint32_t j = 0; j < k; j++) {
			conditions[j] = (struct sg_condition){
				(uint8_t)random_below(r, j + 2), /* at times one that was there */
				(enum sg_op)random_below(r, SG_OP_MAX_),
				random_below(r, 4) ? random_word(r) : random_u64(r), random_word(r)
			};
			/* no condition to libseccomp, or none where arguments have 32 bits */
			if (random_below(r, 4) == 0)
				conditions[j].value &= UINT64_MAX << 32;
			if (random_below(r, 4) == 0)
				conditions[j].value = 0;
		}
		assert_int_equal(sg_profile_add_rule(p, verdicts[random_below(r, 9)], conditions, k,
						     &rule, NULL),
				 0);
		for (size_t a = 0; a < p->n_arches; a++) {
			struct sg_syscall_id id = { .arch = p->arches[a] };

			/* not every rule is for every architecture */
			if (random_below(r, 4) &&
			    sg_syscall_nr(id.arch, names[random_below(r, 6)], &id.nr) == 0)
				sg_rule_add_call(rule, id, NULL, NULL);
		}
	}
	return p;
}

static const char *const readable[] = { "oci", "docker", "podman", "crd", "json-artifact" };

static void what_is_printed_reads_back_but_for_what_is_reported(void **state)
{
	struct sg_random r = { 3 };

	(void)state;
	for (int round = 0; round < 500; round++) {
		_cleanup_(sg_profile_freep) struct sg_profile *p = random_profile(&r);

		for (size_t i = 0; i < SG_ARRAY_SIZE(readable); i++)
			check_round_trip(readable[i], p);
	}
}

/* Which of two rules decides is a matter of what libseccomp takes as a condition. */
static void what_has_no_conditions_to_libseccomp_keeps_its_place(void **state)
{
	static const char *const specs[] = {
		"default=errno:1 arch=x86_64 errno:2:kill[0&0==0] allow:kill",
		"default=errno:1 arch=x86_64 allow:kill[0&0==1;1&0==0] errno:2:kill",
		"default=errno:1 arch=x86_64 arch=i386 arch=x32 errno:2:kill[0&0xff00000000==0] "
		"allow:kill",
		"default=errno:1 arch=x86_64 arch=i386 allow:kill[0&0xff00000000==0] errno:2:kill",
		"default=errno:1 arch=x86_64 arch=x32 errno:2:kill[0&0xff00000000==0] "
		"allow:kill[1==3] errno:3:kill[1&0xff00000000==0x100000000]",
		"default=errno:1 arch=x86_64 arch=i386 errno:2:recv[1&0xff00000000==0] allow:recv",
		/* an index twice, of which a SeccompProfile can say one half */
		"default=errno:1 arch=x86_64 allow:kill[0==3;0==0xffffffffffffffff]",
		"default=errno:1 arch=x86_64 errno:2:kill[0==3;0==0xffffffffffffffff;1==2]",
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(specs); i++) {
		_cleanup_(sg_profile_freep) struct sg_profile *p = spec_profile(specs[i]);

		for (size_t k = 0; k < SG_ARRAY_SIZE(readable); k++) {
			struct printed printed = print(readable[k], p);

			if (k < 3 && printed.loss.n)
				fail_msg("%s: %s: %s", readable[k], specs[i],
					 printed.loss.items[0].text);
			printed_done(&printed);
			check_round_trip(readable[k], p);
		}
	}
}

/* The filters of the two give the same answers to calls at random: numbers and arguments that
 * matter. */
static void check_simulation(struct sg_random *r, const struct sg_profile *profile,
			     const struct sg_profile *back, size_t n)
{
	_cleanup_(sg_compiled_done) struct sg_compiled a = { 0 }, b = { 0 };
	static const uint32_t arches[] = { AUDIT_ARCH_X86_64, AUDIT_ARCH_I386, SG_ARCH_X32 };

	assert_int_equal(sg_profile_compile(profile, NULL, &a, NULL), 0);
	assert_int_equal(sg_profile_compile(back, NULL, &b, NULL), 0);
	for (size_t i = 0; i < n; i++) {
		struct sg_syscall_id id = { arches[random_below(r, 3)], random_below(r, 480) };
		struct sg_seccomp_data data = { 0 };

		sg_seccomp_data_set_id(&data, id);
		for (int k = 0; k < 6; k++)
			data.args[k] = random_below(r, 4)
					       ? random_below(r, 64)
					       : random_word(r) | (uint64_t)random_word(r) << 32;
		if (sg_filter_run(a.filter, &data, NULL) != sg_filter_run(b.filter, &data, NULL))
			fail_msg("%s of 0x%x: not the same", sg_syscall_name(id), id.arch);
	}
}

/* Four capability sets each: none, the engine's, one more, all. */
static void the_default_profiles_round_trip(void **state)
{
	static const char *const more[] = { "CAP_SYS_ADMIN", "CAP_SYS_PTRACE" };
	static const char *const paths[] = { DOCKER, PODMAN };
	struct sg_random r = { 23 };

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(paths); i++) {
		const struct {
			const char *const *caps;
			size_t n;
		} sets[] = { { NULL, 0 },
			     { sg_docker_caps, sg_n_docker_caps },
			     { more, 2 },
			     { sg_all_caps, sg_n_all_caps } };

		for (size_t k = 0; k < SG_ARRAY_SIZE(sets); k++) {
			struct sg_read_options opts = { .native_arch = AUDIT_ARCH_X86_64,
							.caps = sets[k].caps,
							.n_caps = sets[k].n,
							.kernel = 6 << 16 | 1 };
			_cleanup_(sg_profile_freep) struct sg_profile *p =
				read_path_with(paths[i], &opts);
			static const char *const lossless[] = { "oci", "docker", "podman",
								"json-artifact" };

			for (size_t d = 0; d < SG_ARRAY_SIZE(lossless); d++) {
				struct printed out = print(lossless[d], p);

				assert_int_equal(out.r, 0);
				assert_int_equal(n_verdict_items(&out.loss), 0);
				printed_done(&out);
				check_round_trip(lossless[d], p);
			}
			for (size_t d = 0; d < 2; d++) {
				struct printed out = print(lossless[d * 2], p);
				struct sg_read_options native = { .native_arch =
									  AUDIT_ARCH_X86_64 };
				_cleanup_(sg_profile_freep) struct sg_profile *back =
					read_text_with(out.text.data, &native);

				check_simulation(&r, p, back, 50000);
				printed_done(&out);
			}
			check_round_trip("crd", p);
		}
	}
}

static void docker_keeps_families_apart(void **state)
{
	struct printed p = print_spec(
		"docker",
		"default=errno:38 arch=x86_64 arch=i386 arch=aarch64 allow:read allow:open@x86_64");

	(void)state;
	assert_int_equal(p.r, 0);
	assert_string_equal(
		p.text.data,
		"{\n  \"defaultAction\": \"SCMP_ACT_ERRNO\",\n  \"archMap\": [\n    {\n"
		"      \"architecture\": \"SCMP_ARCH_X86_64\",\n"
		"      \"subArchitectures\": [\"SCMP_ARCH_X86\"]\n    },\n    {\n"
		"      \"architecture\": \"SCMP_ARCH_AARCH64\",\n"
		"      \"subArchitectures\": []\n    }\n  ],\n  \"syscalls\": [\n    {\n"
		"      \"names\": [\n        \"read\"\n      ],\n"
		"      \"action\": \"SCMP_ACT_ALLOW\"\n    },\n    {\n      \"names\": [\n"
		"        \"open\"\n      ],\n      \"action\": \"SCMP_ACT_ALLOW\",\n"
		"      \"includes\": {\n        \"arches\": [\"amd64\"]\n      }\n    }\n  ]\n}\n");
	/* open on i386 is widened, and said to be; the note is Docker 20.10's */
	assert_int_equal(p.loss.n, 2);
	assert_int_equal(p.loss.items[1].effect, SG_CONVERSION_WIDER);
	assert_string_equal(p.loss.items[1].text, "open (i386): ERRNO ENOSYS becomes ALLOW");
	printed_done(&p);
}

static void podman_spells_errnos(void **state)
{
	_cleanup_(sg_profile_freep) struct sg_profile *profile =
		spec_profile("default=errno:38 arch=x86_64 errno:1:bpf errno:200:kcmp");
	struct printed p;

	(void)state;
	profile->has_default_errno = true;
	p = print("podman", profile);
	assert_int_equal(p.r, 0);
	assert_non_null(strstr(p.text.data, "\"defaultErrno\": \"ENOSYS\""));
	assert_non_null(strstr(p.text.data, "\"errno\": \"EPERM\""));
	assert_non_null(strstr(p.text.data, "\"errnoRet\": 200"));
	assert_int_equal(p.loss.n, 0);
	printed_done(&p);
}

static void the_resource_says_what_it_drops(void **state)
{
	struct printed p =
		print_spec("crd", "default=errno:38 arch=x86_64 allow:read,write errno:0:bpf "
				  "allow:ioctl[1&0xffffffff==21505;2==18446744073709551615]");

	(void)state;
	assert_int_equal(p.r, 0);
	assert_string_equal(
		p.text.data,
		"apiVersion: security-profiles-operator.x-k8s.io/v1beta1\nkind: SeccompProfile\n"
		"metadata:\n  name: seccomp-gen\nspec:\n  defaultAction: SCMP_ACT_ERRNO\n"
		"  architectures:\n  - SCMP_ARCH_X86_64\n  syscalls:\n  - action: SCMP_ACT_ALLOW\n"
		"    names:\n    - read\n    - write\n  - action: SCMP_ACT_ALLOW\n    names:\n"
		"    - ioctl\n    args:\n    - index: 1\n      value: 4294967295\n"
		"      valueTwo: 21505\n      op: SCMP_CMP_MASKED_EQ\n"
		"  - action: SCMP_ACT_ERRNO\n    names:\n    - bpf\n    errnoRet: 1\n");
	assert_int_equal(p.loss.n, 4);
	assert_string_equal(p.loss.items[0].text,
			    "ioctl (x86_64): ERRNO ENOSYS becomes ALLOW, for instance with "
			    "arg1 = 0x5401, arg2 = 0xffffffff00000000");
	assert_int_equal(p.loss.items[0].effect, SG_CONVERSION_WIDER);
	assert_non_null(
		strstr(p.loss.items[1].text, "ioctl (x86_64): ERRNO ENOSYS becomes ERRNO "));
	assert_string_equal(p.loss.items[2].text, "bpf (x86_64): ERRNO 0 becomes ERRNO EPERM");
	assert_string_equal(
		p.loss.items[3].text,
		"every call that neither names (x86_64): ERRNO ENOSYS becomes ERRNO EPERM");
	assert_int_equal(p.loss.items[3].effect, SG_CONVERSION_DIFFERENT);
	printed_done(&p);
	/* where one condition was enough, one that cannot be said leaves none */
	p = print_spec("crd", "default=errno:1 arch=x86_64 allow:kill[0==3;0==0xffffffffffffffff]");
	assert_int_equal(p.loss.n, 1);
	assert_int_equal(p.loss.items[0].effect, SG_CONVERSION_WIDER);
	printed_done(&p);
}

static void a_resource_needs_a_name_that_kubernetes_takes(void **state)
{
	static const char *const bad[] = { "", "A", "a_b", "-a", "a.", "a..b", "a/b" };
	_cleanup_(sg_profile_freep) struct sg_profile *profile =
		spec_profile("default=errno:1 arch=x86_64");

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(bad); i++) {
		struct sg_print_options opts = { .name = bad[i] };
		struct sg_strbuf out = SG_STRBUF_INIT;
		struct sg_conversion_loss loss = { 0 };

		assert_int_equal(sg_dialect_print(sg_dialect_by_name("crd"), profile, &opts, &out,
						  &loss, NULL),
				 -EINVAL);
		assert_int_equal(out.len, 0);
		assert_int_equal(loss.n, 0);
	}
}

static const struct {
	const char *dialect, *spec, *text;
	const char *loss[4];
} texts[] = {
	/* every call of @default is asked for, so that nothing else is reported */
	{ "systemd",
	  "default=allow arch=x86_64 arch=i386 errno:1:bpf,kcmp kill_process:reboot",
	  "[Service]\nSystemCallArchitectures=\nSystemCallArchitectures=x86-64 x86\n"
	  "SystemCallFilter=\nSystemCallFilter=~bpf:EPERM kcmp:EPERM reboot:kill\nSystemCallLog=\n",
	  { NULL } },
	{ "systemd",
	  "default=log arch=x86_64 allow:read,write errno:38:clone3",
	  "[Service]\nSystemCallArchitectures=\nSystemCallArchitectures=x86-64\n"
	  "SystemCallFilter=\nSystemCallFilter=~clone3:ENOSYS\nSystemCallLog=\n"
	  "SystemCallLog=~read write\n",
	  { NULL } },
	{ "systemd",
	  "default=allow arch=x86_64 errno:1:socket[0==38] log:bpf trap:kcmp",
	  "[Service]\nSystemCallArchitectures=\nSystemCallArchitectures=x86-64\n"
	  "SystemCallFilter=\nSystemCallFilter=~kcmp:kill\nSystemCallLog=\nSystemCallLog=bpf\n",
	  { "socket (x86_64): ERRNO EPERM becomes ALLOW, for instance with arg0 = 0x26",
	    "kcmp (x86_64): TRAP becomes KILL_PROCESS" } },
	{ "minijail",
	  "default=kill_process arch=x86_64 allow:read,write errno:38:clone3 "
	  "allow:socket[0==1;1==2] allow:socket[0==2] allow:mprotect[2&0xfffffffffffffffc==0] "
	  "allow:fcntl[1!=3]",
	  "# for x86_64; everything else is killed\nread: 1\nwrite: 1\n"
	  "mprotect: arg2 in 0x3\n"
	  "socket: arg0 == 0x2 || arg0 == 0x1 && arg1 == 0x2\nfcntl: arg1 != 0x3\n"
	  "clone3: return ENOSYS\n",
	  { NULL } },
	{ "minijail",
	  "default=errno:1 arch=x86_64 arch=i386 allow:ioctl[1&0xffff==0x5401] log:read",
	  "# for x86_64; everything else is killed\nread: 1\n"
	  "ioctl: arg1 in 0xffffffffffff5401 && arg1 & 0x1 && arg1 & 0x400 && arg1 & 0x1000 && "
	  "arg1 & 0x4000; return EPERM\n",
	  { "every call that is not named: ERRNO EPERM becomes KILL_PROCESS",
	    "read (x86_64): LOG becomes ALLOW",
	    "calls of i386: this architecture is listed here or in the profile only",
	    "calls of i386: this architecture is listed here or in the profile only" } },
};

static void texts_are_those_of_the_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(texts); i++) {
		struct printed p = print_spec(texts[i].dialect, texts[i].spec);

		if (p.r < 0)
			fail_msg("row %zu: %s", i, p.err.message);
		if (strcmp(p.text.data, texts[i].text) != 0)
			fail_msg("row %zu:\nwant %s\ngot %s", i, texts[i].text, p.text.data);
		for (size_t k = 0; k < p.loss.n || (k < 4 && texts[i].loss[k]); k++) {
			const char *want = k < 4 ? texts[i].loss[k] : NULL;
			const char *got = k < p.loss.n ? p.loss.items[k].text : NULL;

			if (!want || !got || strcmp(want, got) != 0)
				fail_msg("row %zu: want %s, got %s", i, want, got);
		}
		printed_done(&p);
	}
}

static void systemd_allows_its_own_set_and_says_so(void **state)
{
	struct printed p =
		print_spec("systemd", "default=errno:38 arch=x86_64 allow:read errno:1:bpf");

	(void)state;
	assert_int_equal(p.r, 0);
	assert_non_null(strstr(p.text.data, "SystemCallErrorNumber=ENOSYS\n"));
	assert_non_null(strstr(p.text.data, " execve "));
	/* an allow list has one errno for all that it denies */
	assert_null(strstr(p.text.data, "bpf"));
	assert_int_equal(p.loss.n, 2);
	assert_int_equal(p.loss.items[0].effect, SG_CONVERSION_WIDER);
	assert_non_null(strstr(p.loss.items[0].text, " execve (x86_64), "));
	assert_non_null(strstr(p.loss.items[0].text, ": ERRNO ENOSYS becomes ALLOW"));
	assert_string_equal(p.loss.items[1].text, "bpf (x86_64): ERRNO EPERM becomes ERRNO ENOSYS");
	assert_int_equal(p.loss.items[1].effect, SG_CONVERSION_DIFFERENT);
	for (const char *line = p.text.data; *line; line = strchr(line, '\n') + 1)
		assert_true(strcspn(line, "\n") <= 100);
	printed_done(&p);
}

static void what_cannot_be_said_at_all_is_refused(void **state)
{
	static const struct {
		const char *dialect, *spec;
		int code;
	} refused[] = {
		{ "minijail", "default=allow arch=x86_64", -EOPNOTSUPP },
		{ "minijail", "default=log arch=x86_64", -EOPNOTSUPP },
		{ "json-artifact", "default=notify arch=x86_64", -EOPNOTSUPP },
		{ "crd", "default=errno:1 arch=loongarch64", -EOPNOTSUPP },
		{ "systemd", "default=errno:1 arch=m68k", -EOPNOTSUPP },
		{ "oci", "default=errno:1 arch=x86_64 allow:#9999", -ENOENT },
		{ "docker", "default=errno:1 arch=x86_64 allow:#9999", -ENOENT },
		{ "crd", "default=errno:1 arch=x86_64 allow:#9999", -ENOENT },
		{ "systemd", "default=errno:1 arch=x86_64 allow:#9999", -ENOENT },
		{ "minijail", "default=errno:1 arch=x86_64 allow:#9999", -ENOENT },
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(refused); i++) {
		struct printed p = print_spec(refused[i].dialect, refused[i].spec);

		if (p.r != refused[i].code)
			fail_msg("row %zu: %d: %s", i, p.r, p.err.message);
		assert_int_equal(p.text.len, 0);
		assert_int_equal(p.loss.n, 0);
		printed_done(&p);
	}
}

static void an_artifact_stays_within_its_limits(void **state)
{
	_cleanup_(sg_profile_freep) struct sg_profile *profile =
		spec_profile("default=errno:1 arch=x86_64 notify:bpf");
	struct printed p = print("json-artifact", profile);
	struct sg_rule *rule;

	(void)state;
	assert_int_equal(p.r, 0);
	assert_int_equal(p.loss.n, 1);
	assert_string_equal(p.loss.items[0].text, "bpf (x86_64): NOTIFY becomes ERRNO EPERM");
	printed_done(&p);
	for (uint64_t i = 0; i < 129; i++) {
		struct sg_condition c = { 0, SG_OP_EQ, i, 0 };

		sg_profile_add_rule(profile, (struct sg_verdict){ SG_ACTION_ALLOW, 0 }, &c, 1,
				    &rule, NULL);
		spec_call(profile, rule, (char[]){ "ioctl" });
	}
	p = print("json-artifact", profile);
	assert_int_equal(p.r, -E2BIG);
	printed_done(&p);
}

static void the_program_does_what_the_profile_says(void **state)
{
	_cleanup_(sg_profile_freep) struct sg_profile *profile = spec_profile(
		"default=errno:38 arch=x86_64 arch=i386 allow:read,write@x86_64 errno:1:bpf "
		"allow:ioctl[1&0xffffffff==21505]");
	_cleanup_(sg_filter_freep) struct sg_filter *filter = NULL;
	struct printed p = print("bpf", profile);
	struct sg_seccomp_data data = { .arch = AUDIT_ARCH_X86_64, .nr = 16 };

	(void)state;
	assert_int_equal(p.r, 0);
	assert_int_equal(p.text.len % 8, 0);
	assert_int_equal(sg_filter_parse("p", p.text.data, p.text.len, &filter, NULL), 0);
	assert_int_equal(p.loss.n, 0);
	data.args[1] = UINT64_C(0xffffffff00005401);
	assert_int_equal(sg_filter_run(filter, &data, NULL), 0x7fff0000);
	data.args[1] = 0;
	assert_int_equal(sg_filter_run(filter, &data, NULL), 0x50026);
	printed_done(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_has_its_facts),
		cmocka_unit_test(what_is_printed_reads_back_but_for_what_is_reported),
		cmocka_unit_test(what_has_no_conditions_to_libseccomp_keeps_its_place),
		cmocka_unit_test(the_default_profiles_round_trip),
		cmocka_unit_test(docker_keeps_families_apart),
		cmocka_unit_test(podman_spells_errnos),
		cmocka_unit_test(the_resource_says_what_it_drops),
		cmocka_unit_test(a_resource_needs_a_name_that_kubernetes_takes),
		cmocka_unit_test(texts_are_those_of_the_table),
		cmocka_unit_test(systemd_allows_its_own_set_and_says_so),
		cmocka_unit_test(what_cannot_be_said_at_all_is_refused),
		cmocka_unit_test(an_artifact_stays_within_its_limits),
		cmocka_unit_test(the_program_does_what_the_profile_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
