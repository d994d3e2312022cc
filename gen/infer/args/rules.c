/* SPDX-License-Identifier: Apache-2.0 */
#include "infer/args/rules.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "recording/recording.h"

/* What one combination, or one value that is allowed in addition, says of each argument. */
struct item {
	enum sg_arg_origin origin;
	uint8_t said; /* bit k: it says something of argument k of the row */
	uint64_t exact[SG_ARG_TUPLE_MAX], apart[SG_ARG_TUPLE_MAX], rest[SG_ARG_TUPLE_MAX];
	uint64_t count;
	/* of origin FAMILY: which, and the observed values that it goes with */
	const struct sg_arg_family *family;
	uint64_t seen_exact[SG_ARG_TUPLE_MAX], seen_allowed[SG_ARG_TUPLE_MAX];
};

/* The inference on its way. */
struct work {
	const struct sg_arg_call *call;
	size_t n_args;		      /* of the row, in the set */
	int places[SG_ARG_TUPLE_MAX]; /* of each in the observation; -1: not watched */
	struct item *items;
	size_t n_items;
};

/* Whether two items ask for the same values. */
static int compare_exact(const struct item *a, const struct item *b)
{
	if (a->said != b->said)
		return a->said > b->said ? -1 : 1;
	for (size_t k = 0; k < SG_ARG_TUPLE_MAX; k++) {
		if (a->exact[k] != b->exact[k])
			return a->exact[k] < b->exact[k] ? -1 : 1;
	}
	return 0;
}

static int compare_items(const void *pa, const void *pb)
{
	const struct item *a = pa, *b = pb;
	int order = compare_exact(a, b);

	for (size_t k = 0; !order && k < SG_ARG_TUPLE_MAX; k++) {
		if (a->apart[k] != b->apart[k])
			order = a->apart[k] < b->apart[k] ? -1 : 1;
	}
	return order ? order : (int)a->origin - (int)b->origin;
}

/* Take @value of argument @k apart, as its row says. */
static void say(struct item *item, const struct sg_arg *arg, size_t k, uint64_t value)
{
	value &= sg_arg_width_mask(arg) & ~arg->free;
	item->said |= (uint8_t)(1u << k);
	item->exact[k] = value & arg->exact;
	item->apart[k] = value & arg->apart;
	item->rest[k] = value & ~(arg->exact | arg->apart);
}

static void add_observed(struct work *w, const struct sg_arg_tuple *tuple)
{
	struct item *item = &w->items[w->n_items++];

	*item = (struct item){ .origin = SG_ARG_OBSERVED, .count = tuple->count };
	for (size_t k = 0; k < w->n_args; k++) {
		if (w->places[k] >= 0)
			say(item, &w->call->args[k], k, tuple->value[w->places[k]]);
	}
}

/* Of calls whose combinations were too many the bits are known: masks can be said. */
static void add_bits(struct work *w, const struct sg_arg_obs *obs)
{
	struct item *item = &w->items[w->n_items++];

	*item = (struct item){ .origin = SG_ARG_OBSERVED, .count = obs->unkept };
	for (size_t k = 0; k < w->n_args; k++) {
		if (w->places[k] >= 0 && w->call->args[k].kind == SG_ARG_MASK)
			say(item, &w->call->args[k], k, obs->ever[w->places[k]]);
	}
}

static void add_values(struct work *w, size_t k, const uint64_t *values, size_t n,
		       enum sg_arg_origin origin)
{
	for (size_t i = 0; i < n; i++) {
		struct item *item = &w->items[w->n_items++];

		*item = (struct item){ .origin = origin };
		say(item, &w->call->args[k], k, values[i]);
	}
}

/* Whether what was observed is @member, as far as both say something. */
static bool is_member(const struct work *w, const struct item *item,
		      const struct sg_arg_member *member)
{
	for (size_t k = 0; k < w->n_args; k++) {
		struct item want = { 0 };

		if (!(member->said & item->said & 1u << k))
			continue;
		say(&want, &w->call->args[k], k, member->value[k]);
		if (want.exact[k] != item->exact[k] || want.apart[k] != item->apart[k])
			return false;
		if (w->call->args[k].kind == SG_ARG_MASK && want.rest[k] != item->rest[k])
			return false;
	}
	return true;
}

/* The member in place of the observed item; of a mixed argument's mask the bits stay. */
static void add_member(struct work *w, const struct item *seen, const struct sg_arg_family *family,
		       const struct sg_arg_member *member)
{
	struct item *item = &w->items[w->n_items++];

	*item = *seen;
	item->origin = SG_ARG_FAMILY;
	item->count = 0;
	item->family = family;
	for (size_t k = 0; k < w->n_args; k++) {
		item->seen_exact[k] = seen->exact[k];
		item->seen_allowed[k] = seen->apart[k] | seen->rest[k];
		if (!(member->said & seen->said & 1u << k))
			continue;
		say(item, &w->call->args[k], k, member->value[k]);
		if (w->call->args[k].kind == SG_ARG_MIXED)
			item->rest[k] |= seen->rest[k];
	}
}

/* What goes with the observed values; those are the first items. */
static void add_families(struct work *w)
{
	const size_t n_observed = w->n_items;

	for (size_t f = 0; f < w->call->n_families; f++) {
		const struct sg_arg_family *family = &w->call->families[f];

		for (size_t i = 0; i < n_observed * family->n; i++) {
			const struct item *seen = &w->items[i / family->n];

			if (!is_member(w, seen, &family->members[i % family->n]))
				continue;
			for (size_t m = 0; m < family->n; m++) {
				if (m != i % family->n)
					add_member(w, seen, family, &family->members[m]);
			}
		}
	}
}

static int gather(struct work *w, const struct sg_arg_obs *obs, bool floor, struct sg_error *err)
{
	size_t n = obs->n_tuples + 1;

	/* every value can be a member of every family, by one member each */
	for (size_t f = 0; f < w->call->n_families; f++)
		n += obs->n_tuples * w->call->families[f].n * w->call->families[f].n;
	for (size_t k = 0; k < w->n_args; k++)
		n += w->call->args[k].n_always + w->call->args[k].n_floor;
	w->items = calloc(n, sizeof(*w->items));
	if (!w->items)
		return sg_error_oom(err);
	if (sg_arg_obs_is_any(obs)) {
		add_bits(w, obs);
	} else {
		for (size_t i = 0; i < obs->n_tuples; i++)
			add_observed(w, &obs->tuples[i]);
		add_families(w);
	}
	for (size_t k = 0; k < w->n_args; k++) {
		const struct sg_arg *arg = &w->call->args[k];

		/* with an argument that may be anything these say nothing */
		if (w->places[k] < 0 || (sg_arg_obs_is_any(obs) && arg->kind != SG_ARG_MASK))
			continue;
		if (w->n_args == 1)
			add_values(w, k, arg->always, arg->n_always, SG_ARG_ALWAYS);
		if (floor)
			add_values(w, k, arg->floor, arg->n_floor, SG_ARG_FLOOR);
	}
	qsort(w->items, w->n_items, sizeof(*w->items), compare_items);
	return 0;
}

/* Whether @b's combination of bits that stand apart has all of @a's, and more. */
static bool is_part(const struct item *a, const struct item *b)
{
	bool more = false;

	for (size_t k = 0; k < SG_ARG_TUPLE_MAX; k++) {
		if (a->apart[k] & ~b->apart[k])
			return false;
		more = more || a->apart[k] != b->apart[k];
	}
	return more;
}

static void make_rule(const struct work *w, const struct item *item, const uint64_t *rest,
		      struct sg_arg_rule *rule)
{
	*rule = (struct sg_arg_rule){ .origin = item->origin, .family = item->family };
	memcpy(rule->seen_exact, item->seen_exact, sizeof(rule->seen_exact));
	memcpy(rule->seen_allowed, item->seen_allowed, sizeof(rule->seen_allowed));
	for (size_t k = 0; k < w->n_args; k++) {
		const struct sg_arg *arg = &w->call->args[k];
		uint64_t mask = sg_arg_width_mask(arg) & ~arg->free;
		struct sg_condition *c = &rule->conditions[rule->n_conditions];

		if (!(item->said >> k & 1))
			continue;
		rule->exact[k] = item->exact[k];
		rule->allowed[k] = rest[k] | item->apart[k];
		mask &= ~rule->allowed[k];
		if (!mask)
			continue;
		*c = mask == UINT64_MAX
			     ? (struct sg_condition){ arg->index, SG_OP_EQ, item->exact[k], 0 }
			     : (struct sg_condition){ arg->index, SG_OP_MASKED_EQ, mask,
						      item->exact[k] };
		rule->n_conditions++;
	}
}

static int compare_conditions(const struct sg_arg_rule *a, const struct sg_arg_rule *b)
{
	if (a->n_conditions != b->n_conditions)
		return a->n_conditions < b->n_conditions ? -1 : 1;
	for (size_t i = 0; i < a->n_conditions; i++) {
		const struct sg_condition *x = &a->conditions[i], *y = &b->conditions[i];

		if (x->index != y->index)
			return x->index < y->index ? -1 : 1;
		if (x->op != y->op)
			return x->op < y->op ? -1 : 1;
		if (x->value_two != y->value_two)
			return x->value_two < y->value_two ? -1 : 1;
		if (x->value != y->value)
			return x->value < y->value ? -1 : 1;
	}
	return 0;
}

static int compare_rules(const void *pa, const void *pb)
{
	const struct sg_arg_rule *a = pa, *b = pb;
	int order = compare_conditions(a, b);

	return order ? order : (int)a->origin - (int)b->origin;
}

/*
 * One rule for each combination of bits that stand apart that is not a part of another: a subset of
 * what was observed passes. @items ask for the same values.
 */
static void add_group(const struct work *w, const struct item *items, size_t n,
		      struct sg_arg_rules *out)
{
	uint64_t rest[SG_ARG_TUPLE_MAX] = { 0 };

	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < SG_ARG_TUPLE_MAX; k++)
			rest[k] |= items[i].rest[k];
	}
	for (size_t i = 0; i < n; i++) {
		struct sg_arg_rule *rule = &out->rules[out->n];
		bool is_maximal = i == 0 || memcmp(items[i].apart, items[i - 1].apart,
						   sizeof(items[i].apart)) != 0;

		for (size_t j = 0; is_maximal && j < n; j++)
			is_maximal = !is_part(&items[i], &items[j]);
		if (!is_maximal)
			continue;
		make_rule(w, &items[i], rest, rule);
		for (size_t j = 0; j < n; j++) {
			if (memcmp(items[i].apart, items[j].apart, sizeof(items[i].apart)) == 0 ||
			    is_part(&items[j], &items[i]))
				rule->n_calls = sg_add_capped(rule->n_calls, items[j].count);
		}
		out->n++;
	}
}

/* Rules that say the same become one; one that says nothing makes the others void. */
static void tidy(struct sg_arg_rules *rules)
{
	size_t left = 0;

	if (!rules->n)
		return;
	qsort(rules->rules, rules->n, sizeof(*rules->rules), compare_rules);
	for (size_t i = 1; i < rules->n; i++) {
		if (compare_conditions(&rules->rules[left], &rules->rules[i]) != 0)
			rules->rules[++left] = rules->rules[i];
	}
	rules->n = left + 1;
	if (!rules->rules[0].n_conditions)
		rules->n = 1;
}

int sg_arg_rules_infer(const struct sg_arg_call *call, enum sg_arg_set set,
		       const struct sg_arg_obs *obs, bool floor, struct sg_arg_rules *ret,
		       struct sg_error *err)
{
	struct work w = { .call = call, .n_args = sg_arg_call_n(call, set) };
	struct sg_arg_rules out = { 0 };
	int r;

	for (size_t k = 0; k < w.n_args; k++)
		w.places[k] = sg_arg_obs_place(obs, call->args[k].index);
	r = gather(&w, obs, floor, err);
	if (r == 0) {
		out.rules = calloc(w.n_items + 1, sizeof(*out.rules));
		r = out.rules ? 0 : sg_error_oom(err);
	}
	for (size_t i = 0, next; r == 0 && i < w.n_items; i = next) {
		for (next = i + 1; next < w.n_items; next++) {
			if (compare_exact(&w.items[i], &w.items[next]) != 0)
				break;
		}
		add_group(&w, &w.items[i], next - i, &out);
	}
	free(w.items);
	if (r < 0)
		return r;
	tidy(&out);
	*ret = out;
	return 0;
}

void sg_arg_rules_done(struct sg_arg_rules *rules)
{
	free(rules->rules);
	*rules = (struct sg_arg_rules){ 0 };
}

bool sg_arg_rules_equal(const struct sg_arg_rules *a, const struct sg_arg_rules *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++) {
		if (compare_conditions(&a->rules[i], &b->rules[i]) != 0)
			return false;
	}
	return true;
}

void sg_arg_rule_text(const struct sg_arg_rule *rule, const struct sg_arg_call *call, uint32_t arch,
		      struct sg_strbuf *out)
{
	uint64_t args[SG_ARGS_MAX] = { 0 };
	const char *separator = "";
	uint32_t known = 0;

	for (size_t k = 0; k < call->n_args; k++) {
		args[call->args[k].index] = rule->exact[k];
		known |= 1u << call->args[k].index;
	}
	for (size_t i = 0; i < rule->n_conditions; i++) {
		const struct sg_arg *arg = sg_arg_find(call, rule->conditions[i].index);
		size_t k = (size_t)(arg - call->args);

		sg_strbuf_add(out, separator);
		if (arg->exact)
			sg_arg_text(call, arg, arch, args, known, out);
		if (arg->kind != SG_ARG_ENUM) {
			uint64_t bits[SG_ARGS_MAX] = { 0 };

			bits[arg->index] = rule->allowed[k];
			if (rule->allowed[k]) {
				sg_strbuf_add(out,
					      arg->exact ? " with nothing but " : "nothing but ");
				sg_arg_text(call, arg, arch, bits, 0, out);
			} else if (!arg->exact) {
				sg_strbuf_add(out, "no bit that counts");
			}
		}
		separator = ", ";
	}
	if (!rule->n_conditions)
		sg_strbuf_add(out, "anything");
}

void sg_arg_rule_seen_text(const struct sg_arg_rule *rule, const struct sg_arg_call *call,
			   uint32_t arch, struct sg_strbuf *out)
{
	struct sg_arg_rule seen = *rule;

	memcpy(seen.exact, rule->seen_exact, sizeof(seen.exact));
	memcpy(seen.allowed, rule->seen_allowed, sizeof(seen.allowed));
	sg_arg_rule_text(&seen, call, arch, out);
}
