/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "diff/decide.h"

/* A node of one of the two, and how many of its branches have been followed. */
struct frame {
	uint32_t a, b;
	size_t n_outcomes; /* of the region, before this frame's test */
	unsigned int branch;
};

struct compare {
	const struct sg_decision *a, *b;
	struct sg_region *region;
	struct frame *frames;
	size_t n, cap;
};

static bool is_end(uint32_t node)
{
	return (node & SG_DECISION_END) != 0;
}

static int push_frame(struct compare *c, uint32_t a, uint32_t b, struct sg_error *err)
{
	if (SG_ARRAY_GROW_CAP(c->frames, c->n, c->cap) < 0)
		return sg_error_oom(err);
	c->frames[c->n++] = (struct frame){ .a = a, .b = b, .n_outcomes = c->region->n };
	return 0;
}

static const struct sg_verdict *verdict_at(const struct sg_decision *d, uint32_t end,
					   unsigned int *ret_line)
{
	*ret_line = 0;
	if (end == SG_DECISION_UNKNOWN)
		return NULL;
	*ret_line = d->lines[end & ~SG_DECISION_END];
	return &d->verdicts[end & ~SG_DECISION_END];
}

static bool differ(const struct sg_difference *d)
{
	return !d->a || !d->b || d->a->action != d->b->action || d->a->data != d->b->data;
}

int sg_decisions_compare(const struct sg_decision *a, const struct sg_decision *b,
			 struct sg_region *region,
			 int (*found)(void *data, struct sg_region *region,
				      const struct sg_difference *difference, struct sg_error *err),
			 void *data, struct sg_error *err)
{
	struct compare c = { .a = a, .b = b, .region = region };
	const struct sg_difference gave_up = { 0 };
	size_t n_outcomes = region->n;
	int r;

	r = push_frame(&c, a->start, b->start, err);
	while (r == 0 && c.n) {
		struct frame *f = &c.frames[c.n - 1];
		bool in_a = !is_end(f->a), yes = f->branch == 0;
		const struct sg_decision_node *node;
		struct sg_difference difference;
		enum sg_sat sat;

		sg_region_cut(region, f->n_outcomes);
		if (!in_a && is_end(f->b)) {
			difference.a = verdict_at(a, f->a, &difference.line_a);
			difference.b = verdict_at(b, f->b, &difference.line_b);
			c.n--;
			r = differ(&difference) ? found(data, region, &difference, err) : 0;
			continue;
		}
		if (f->branch == 2) {
			c.n--;
			continue;
		}
		f->branch++;
		node = in_a ? &a->nodes[f->a] : &b->nodes[f->b];
		r = sg_region_push(region, &node->test, yes, &sat, err);
		if (r < 0 || sat == SG_SAT_NO)
			continue;
		if (sat == SG_SAT_GAVE_UP) {
			r = found(data, region, &gave_up, err);
			break;
		}
		if (in_a)
			r = push_frame(&c, yes ? node->yes : node->no, f->b, err);
		else
			r = push_frame(&c, f->a, yes ? node->yes : node->no, err);
	}
	sg_region_cut(region, n_outcomes);
	free(c.frames);
	return r;
}
