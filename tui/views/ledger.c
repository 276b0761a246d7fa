// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lanes of the view Time that are not from samples: what each vCPU's thread did, and the rate of
 * exits.
 */
#include "kvm/exits.h"
#include "tui/app_impl.h"
#include "tui/views/text.h"

static const char *const names[LEDGER_PARTS] = {
	"in guest", "exits (kernel)", "VMM", "stolen", "halted",
};
static const struct picture_part exit_part = { ROLE_EXITS, 'e' };

/* ns, here and below. */
struct stretch {
	double from, to;
};

static struct stretch column_time(const struct slices *s, unsigned int column)
{
	double whole = (double)s->nr * (double)s->length;

	return (struct stretch){
		(double)s->first + whole * column / s->columns,
		(double)s->first + whole * (column + 1) / s->columns,
	};
}

static double overlap(const struct stretch *a, const struct stretch *b)
{
	double from = a->from > b->from ? a->from : b->from, to = a->to < b->to ? a->to : b->to;

	return to > from ? to - from : 0;
}

/* The time of slice i in the ledger. */
static struct stretch ledger_time(const struct time_span *span, unsigned int i)
{
	double length = (double)(span->end - span->begin) / TIME_SLICES;

	return (struct stretch){ (double)span->begin + i * length, (double)span->begin + (i + 1) * length };
}

static bool has_times(const struct exits *exits)
{
	return exits && exits_evidence(exits)->exits && time_span_known(exits_span(exits));
}

static void fill_column(float *size, const struct time_span *span, const struct exit_vcpu *v,
			const struct stretch *column)
{
	for (unsigned int i = 0; i < TIME_SLICES; i++) {
		struct stretch slice = ledger_time(span, i);
		float part = (float)(overlap(&slice, column) / (slice.to - slice.from));
		float all[LEDGER_PARTS];

		ledger_sizes(all, v->slices[i]);
		for (unsigned int k = 0; k < LEDGER_PARTS; k++)
			size[k] += part * all[k];
	}
}

static void add_lane(struct text *t, const struct slices *s, const struct exits *exits,
		     const struct exit_vcpu *v, const struct timeline_vcpu *at, unsigned int height)
{
	struct stretch first = column_time(s, 0);
	struct picture p = { .part = ledger_part, .nr = LEDGER_PARTS, .whole = first.to - first.from };
	struct lane *lane = lines_lane(t->lines, &p, TRACK_LABEL, s->columns, height);
	char name[CRUMB_LEN], filter[64];

	for (unsigned int c = 0; lane && c < s->columns; c++) {
		struct stretch column = column_time(s, c);

		fill_column(&lane->size[c * LEDGER_PARTS], exits_span(exits), v, &column);
	}
	snprintf(name, sizeof(name), " vcpu %d time", at->vcpu);
	snprintf(filter, sizeof(filter), "vm=%d && vcpu=%d", at->vm, at->vcpu);
	lines_zoom(t->lines, lines_add_lane(t->lines, lane, name), filter, name + 1);
}

static bool is_shown(const struct exit_vcpu *v, const struct timeline_vcpu *at)
{
	return v->slices && at->vm >= 0 && at->vcpu >= 0;
}

void ledger_lanes(struct text *t, const struct slices *s, const struct exits *exits, int32_t vm,
		  unsigned int height)
{
	const struct timeline_vcpu *at;
	const struct exit_vcpu *v;
	size_t nr;

	if (!has_times(exits))
		return;
	timeline_vcpus(t->data.timeline, &at);
	v = exits_vcpus(exits, &nr);
	for (size_t i = 0; i < nr; i++)
		if (at[i].vm == vm && is_shown(&v[i], &at[i])) {
			add_lane(t, s, exits, &v[i], &at[i], height);
			guest_tasks_line(t, s, vm, at[i].vcpu);
		}
}

size_t ledger_nr(const struct text *t, const struct exits *exits)
{
	const struct timeline_vcpu *at;
	const struct exit_vcpu *v;
	size_t nr, shown_ones = 0;

	if (!has_times(exits))
		return 0;
	timeline_vcpus(t->data.timeline, &at);
	v = exits_vcpus(exits, &nr);
	for (size_t i = 0; i < nr; i++)
		shown_ones += is_shown(&v[i], &at[i]);
	return shown_ones;
}

/* Exits of all vCPUs in slice i of the ledger. */
static double exits_in(const struct exits *exits, unsigned int i)
{
	const struct exit_vcpu *v;
	double sum = 0;
	size_t nr;

	v = exits_vcpus(exits, &nr);
	for (size_t k = 0; k < nr; k++)
		for (unsigned int r = 0; r < NR_REASONS; r++)
			sum += v[k].times[r] ? (double)v[k].times[r]->exits[i] : 0;
	return sum;
}

uint64_t ledger_exits_between(const struct exits *exits, uint64_t from, uint64_t to)
{
	const struct stretch part = { (double)from, (double)to };
	double sum = 0;

	for (unsigned int i = 0; has_times(exits) && i < TIME_SLICES; i++) {
		struct stretch slice = ledger_time(exits_span(exits), i);

		sum += exits_in(exits, i) * overlap(&slice, &part) / (slice.to - slice.from);
	}
	return (uint64_t)(sum + 0.5);
}

void ledger_exits(struct text *t, const struct slices *s, const struct exits *exits)
{
	struct picture p = { .part = &exit_part, .nr = 1 };
	double by_slice[TIME_SLICES], second;
	char label[TRACK_LABEL], number[NUMBER_LEN];
	struct text_line *line;
	struct lane *lane;

	if (!has_times(exits))
		return;
	for (unsigned int i = 0; i < TIME_SLICES; i++) {
		by_slice[i] = exits_in(exits, i);
		p.whole = by_slice[i] > p.whole ? by_slice[i] : p.whole;
	}
	lane = p.whole > 0 ? lines_lane(t->lines, &p, TRACK_LABEL, s->columns, 1) : NULL;
	if (!lane)
		return;
	for (unsigned int c = 0; c < s->columns; c++) {
		struct stretch column = column_time(s, c);

		for (unsigned int i = 0; i < TIME_SLICES; i++) {
			struct stretch slice = ledger_time(exits_span(exits), i);

			lane->size[c] += (float)(by_slice[i] * overlap(&slice, &column) /
						 (column.to - column.from));
		}
	}
	second = p.whole * 1e9 * TIME_SLICES / (double)(exits_span(exits)->end - exits_span(exits)->begin);
	snprintf(label, sizeof(label), "exits %s/s", number_short(number, (uint64_t)(second + 0.5)));
	line = lines_add_lane(t->lines, lane, label);
	if (line)
		line->still = true;
}

void ledger_legend(struct text *t)
{
	picture_legend(t, ledger_part, names, LEDGER_PARTS);
}

void ledger_say_exits(struct text *t, const struct exits *exits)
{
	if (has_times(exits))
		page_say(&t->page, "exits", "of all guests; the number is the highest rate, per second");
}
