/* SPDX-License-Identifier: Apache-2.0 */
/* A profile that anybody wrote, for the two fuzzers of its readers. */
#ifndef SG_FUZZ_PROFILE_FUZZ_H
#define SG_FUZZ_PROFILE_FUZZ_H

#include <linux/audit.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check/check.h"
#include "dialect/dialect.h"
#include "dialect/read/read.h"
#include "diff/diff.h"
#include "fuzz_check.h"
#include "view/report.h"

/* Every place is one in the text. */
static inline void check_place(struct sg_position at, size_t size)
{
	CHECK(at.line >= 1 && at.column >= 1 && at.line <= size + 1 && at.column <= size + 1);
}

static inline void check_parsed(const struct sg_parsed_profile *parsed, size_t size)
{
	CHECK(parsed->n_entries <= SG_PARSED_MAX_ENTRIES && parsed->n_names <= SG_PARSED_MAX_NAMES);
	check_place(parsed->default_action_at, size);
	for (size_t i = 0; i < parsed->n_entries; i++) {
		const struct sg_parsed_entry *entry = &parsed->entries[i];

		check_place(entry->at, size);
		CHECK(entry->n_conditions <= SG_PARSED_MAX_CONDITIONS);
		for (size_t k = 0; k < entry->names.n; k++) {
			check_place(entry->names.items[k].at, size);
			CHECK(entry->names.items[k].text);
		}
		for (size_t k = 0; k < entry->n_conditions; k++)
			CHECK(entry->conditions[k].condition.index < SG_ARGS_MAX);
	}
}

/* An entry's action is read whatever it is, and judged where the entry counts. */
static inline bool has_unknown_action(const struct sg_parsed_profile *parsed)
{
	for (size_t i = 0; i < parsed->n_entries; i++) {
		if (parsed->entries[i].unknown_action)
			return true;
	}
	return false;
}

/*
 * What podman's dialect prints reads back as what was printed, and says so by losing nothing more.
 */
static inline void check_round_trip(const struct sg_profile *profile)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf first = SG_STRBUF_INIT, second = SG_STRBUF_INIT;
	_cleanup_(sg_conversion_loss_done) struct sg_conversion_loss loss = { 0 }, again = { 0 };
	_cleanup_(sg_profile_freep) struct sg_profile *back = NULL;
	const struct sg_dialect *podman = sg_dialect_by_name("podman");
	struct sg_read_options opts = { .native_arch = AUDIT_ARCH_X86_64 };

	CHECK(sg_dialect_print(podman, profile, NULL, &first, &loss, NULL) == 0);
	CHECK(sg_profile_read("back", first.data, first.len, &opts, &back, NULL) == 0);
	CHECK(sg_dialect_print(podman, back, NULL, &second, &again, NULL) == 0);
	for (size_t i = 0; i < again.n; i++)
		CHECK(again.items[i].effect == SG_CONVERSION_NOTE);
	/* architectures of other families go with the machine that reads */
	if (back->n_arches == profile->n_arches)
		CHECK(first.len == second.len && memcmp(first.data, second.data, first.len) == 0);
}

static inline void check_findings(const char *text, size_t size)
{
	_cleanup_(sg_findings_done) struct sg_findings findings = { 0 };
	_cleanup_(sg_strbuf_done) struct sg_strbuf out = SG_STRBUF_INIT;
	struct sg_check_options opts = {
		.read = { .native_arch = AUDIT_ARCH_X86_64,
			  .caps = sg_docker_caps,
			  .n_caps = sg_n_docker_caps,
			  .kernel = 6 << 16 | 1 },
		.min_kernel = 5 << 16,
		.min_libseccomp = 2 << 16 | 5 << 8,
		.dangerous = true,
	};
	struct sg_report report = { .name = "fuzz" };

	CHECK(sg_check("fuzz", text, size, &opts, &findings, NULL) == 0);
	report.findings = findings;
	sg_report_print(&report, 1, SG_SEVERITY_NOTE, &out);
	sg_report_print_sarif(&report, 1, SG_SEVERITY_NOTE, "1", &out);
	CHECK(!out.failed && !memchr(out.data, '\033', out.len));
}

static inline void fuzz_profile(const char *text, size_t size)
{
	_cleanup_(sg_parsed_profile_freep) struct sg_parsed_profile *parsed = NULL;
	_cleanup_(sg_profile_freep) struct sg_profile *profile = NULL;
	_cleanup_(sg_diff_done) struct sg_diff diff = { 0 };
	_cleanup_(sg_read_notices_done) struct sg_read_notices notices = { 0 };
	struct sg_read_options opts = {
		.native_arch = AUDIT_ARCH_X86_64,
		.caps = sg_docker_caps,
		.n_caps = sg_n_docker_caps,
		.kernel = 6 << 16 | 1,
		.notices = &notices,
	};
	struct sg_diff_side side;
	struct sg_error err = { 0 };
	int r;

	r = sg_profile_parse("fuzz", text, size, &parsed, &err);
	CHECK(r == 0 || r == -22 || r == -7); /* EINVAL, E2BIG */
	CHECK((r == 0) == (err.message[0] == '\0'));
	CHECK(r == 0 || (!parsed && !strchr(err.message, '\033')));
	if (r < 0)
		return;
	check_parsed(parsed, size);
	r = sg_profile_resolve(parsed, &opts, &profile, &err);
	CHECK(r == 0 || (r == -22 && has_unknown_action(parsed)));
	if (r < 0)
		return;
	side = (struct sg_diff_side){ .profile = profile };
	CHECK(sg_diff(&side, &side, NULL, &diff, NULL) == 0);
	for (size_t i = 0; i < diff.n; i++)
		CHECK(diff.items[i].kind == SG_DIFF_UNDECIDED);
	check_round_trip(profile);
	check_findings(text, size);
}

#endif
