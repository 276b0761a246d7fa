// SPDX-License-Identifier: GPL-2.0-only
/* The spans in which exits were handled on each CPU, for samples. */
#include "kvm/exits_impl.h"

enum { PIECE_BEGINS, PIECE_ENDS };

int exits_take_piece(void *arg, enum exit_reason reason, const struct ledger_piece *piece)
{
	struct exits *x = arg;
	struct exit_lane *l = &x->lanes[exits_lane(x, piece->cpu)];
	struct trail_item item = {
		.at = input_clock_ticks(x->clock, piece->from), .id = 1 + reason,
		.kind = PIECE_BEGINS,
	};
	int err = trail_add(&l->pieces, &item);

	item.at = input_clock_ticks(x->clock, piece->to);
	item.kind = PIECE_ENDS;
	return err ?: trail_add(&l->pieces, &item);
}

/*
 * Pieces are added when their exits end, which is not in order of time.  If two are adjacent, the
 * end of the first may come after the start of the second.
 */
static int make_spans(struct exit_lane *l)
{
	struct trail_item span = { 0 };
	const struct trail_item *p;
	unsigned int open = 0;
	struct trail_walk w;
	int err = trail_sort(&l->pieces);

	trail_walk(&w, &l->pieces, true);
	while (!err && (p = trail_next(&w))) {
		if (p->kind == PIECE_BEGINS) {
			open++;
			span.id = p->id;
		} else if (!--open) {
			span.id = 0;
		}
		span.at = p->at;
		err = trail_add(&l->reasons, &span);
	}
	return err ?: w.err;
}

int exits_tell_timeline(struct exits *x)
{
	size_t i;
	int err = 0;

	for (i = 0; x->clock && i < x->nr_lanes && !err; i++) {
		struct exit_lane *l = &x->lanes[i];

		err = make_spans(l);
		if (!err && l->cpu >= 0)
			timeline_set_reasons(x->timeline, l->cpu, &l->reasons);
	}
	return err;
}
