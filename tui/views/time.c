// SPDX-License-Identifier: GPL-2.0-only
/* Activity over time, and a brush to zoom into a part of it. */
#include <inttypes.h>
#include <string.h>

#include "report/text/text.h"
#include "tui/app_impl.h"
#include "tui/command.h"
#include "tui/filter_text.h"

#define SECONDS_LEN	24
#define TIME_LEN	(2 * SECONDS_LEN + 8)
#define AXIS_COLUMNS	12	/* minimum columns between two times of the axis */

/* The slice that contains a time. */
static size_t slice_at(const struct slices *s, uint64_t time)
{
	size_t at = time > s->first ? (time - s->first) / s->length : 0;

	return at < s->nr ? at : s->nr - 1;
}

static uint64_t start_of(const struct slices *s, size_t slice)
{
	return s->first + slice * s->length;
}

/* Slices from..to, inclusive. */
struct brush {
	size_t from, to;
};

static struct brush brush_of(const struct app *a)
{
	const struct slices *s = &a->time.slices;
	const struct level *top = app_level(a);
	size_t at = slice_at(s, top->at), mark = top->mark ? slice_at(s, top->mark) : at;

	return at < mark ? (struct brush){ at, mark } : (struct brush){ mark, at };
}

static void move(struct app *a, long by)
{
	const struct slices *s = &a->time.slices;
	long at;

	if (!a->result || !s->nr)
		return;
	at = (long)slice_at(s, app_top(a)->at) + by;
	at = at < 0 ? 0 : at < (long)s->nr ? at : (long)s->nr - 1;
	app_top(a)->at = start_of(s, (size_t)at);
}

/* Set the start of the brush, or remove it. */
static void mark(struct app *a)
{
	const struct slices *s = &a->time.slices;
	struct level *top = app_top(a);

	if (a->result && s->nr)
		top->mark = top->mark ? 0 : start_of(s, slice_at(s, top->at));
}

/* A column's slice; false: outside of the slices. */
static bool slice_below(const struct app *a, unsigned int x, uint64_t *start)
{
	const struct slices *s = &a->time.slices;

	if (!a->result || !s->nr || x < 1 + TRACK_LABEL || x >= 1 + TRACK_LABEL + s->columns)
		return false;
	*start = start_of(s, slices_at(s, x - 1 - TRACK_LABEL));
	return true;
}

static void press(struct app *a, unsigned int x)
{
	struct level *top = app_top(a);

	a->time.pressed = 0;
	if (!slice_below(a, x, &a->time.pressed))
		return;
	top->at = a->time.pressed;
	top->mark = 0;
}

static void release(struct app *a, unsigned int x)
{
	struct level *top = app_top(a);

	if (!a->time.pressed || !slice_below(a, x, &top->at) || top->at == a->time.pressed)
		return;
	top->mark = a->time.pressed;
}

/* Slices for the brushed time, or for the cursor's slice. */
static void zoom_from(const struct app *a, struct level *next)
{
	const struct slices *s = &a->time.slices;
	struct brush b;

	if (!a->result || !s->nr)
		return;
	b = brush_of(a);
	next->slice = slice_length((b.to - b.from + 1) * s->length);
}

/* Seconds, to a tenth of a slice. */
static void put_seconds(char out[SECONDS_LEN], uint64_t ns, uint64_t length)
{
	int digits = 0;

	for (uint64_t ten = 10000000000; ten > length && digits < 9; ten /= 10)
		digits++;
	snprintf(out, SECONDS_LEN, "%.*f", digits, (double)ns / 1e9);
}

/*
 * Time since the start of the recording, as in Records, in every zoom; 0 for the part of the first
 * slice that precedes it.
 */
static uint64_t since_begin(const struct app *a, uint64_t time)
{
	uint64_t zero = a->cfg->begin ? a->cfg->begin : a->time.slices.first;

	return time > zero ? time - zero : 0;
}

/* "0.10 to 0.15 s". */
static void say_time(const struct app *a, struct brush b, char out[TIME_LEN])
{
	const struct slices *s = &a->time.slices;
	char begin[SECONDS_LEN], end[SECONDS_LEN];

	put_seconds(begin, since_begin(a, start_of(s, b.from)), s->length);
	put_seconds(end, since_begin(a, start_of(s, b.to + 1)), s->length);
	snprintf(out, TIME_LEN, "%s to %s s", begin, end);
}

/* Restrict to the brushed time. */
static bool narrow(struct app *a, char filter[FILTER_LEN], char crumb[CRUMB_LEN])
{
	char time[TIME_LEN], text[128], track[CRUMB_LEN];
	const struct slices *s = &a->time.slices;
	struct brush b = brush_of(a);

	say_time(a, b, time);
	snprintf(track, sizeof(track), "%s", crumb);
	snprintf(crumb, CRUMB_LEN, "%.30s%s%s", track, *track ? " " : "", time);
	snprintf(text, sizeof(text), "time>=%" PRIu64 " && time<%" PRIu64, start_of(s, b.from),
		 start_of(s, b.to + 1));
	if (filter_join(filter, text))
		return true;
	zoom_say_long(a);
	return false;
}

/* Units of the axis. */
static const struct unit {
	double ns;
	const char *name;
} units[] = { { 1e9, "s" }, { 1e6, "ms" }, { 1e3, "us" }, { 1, "ns" } };

/* The largest unit in which the step is an integer. */
static const struct unit *unit_of(double step)
{
	unsigned int i = 0;

	while (units[i].ns > step)
		i++;
	return &units[i];
}

/* 1, 2 or 5 times a power of ten, at least ns. */
static double round_step(double ns)
{
	double ten = 1;

	while (ten * 10 <= ns)
		ten *= 10;
	return ns <= ten ? ten : ns <= 2 * ten ? 2 * ten : ns <= 5 * ten ? 5 * ten : 10 * ten;
}

/* Times at regular columns, counted from the recording's start. */
static void draw_axis(const struct app *a, struct canvas *c, unsigned int y)
{
	const struct slices *s = &a->time.slices;
	double whole = (double)s->nr * (double)s->length, per_column = whole / s->columns;
	double step = round_step(per_column * AXIS_COLUMNS);
	/* negative if the first slice begins before the recording */
	double from = (double)since_begin(a, s->first + s->length) - (double)s->length;
	const struct unit *unit = unit_of(step);
	unsigned int end = 0;
	char text[48];

	for (double at = from > 0 ? (double)(uint64_t)(from / step) * step : 0; at < from + whole; at += step) {
		unsigned int x = at < from ? 0 : (unsigned int)((at - from) / per_column + 0.5);

		if (at < from || x < end || x >= s->columns)
			continue;
		snprintf(text, sizeof(text), "%.0f%s%s", at / unit->ns, end ? "" : " ",
			 end ? "" : unit->name);
		if (strlen(text) > s->columns - x)
			break;
		end = x + 1 + canvas_put(c, y, 1 + TRACK_LABEL + x, s->columns - x, ROLE_DIM, text);
	}
}

/* "12.5 ms", to a tenth of a slice. */
static void put_ms(char out[SECONDS_LEN], uint64_t ns, uint64_t length)
{
	int digits = 0;

	for (uint64_t ten = 10000000; ten > length && digits < 6; ten /= 10)
		digits++;
	snprintf(out, SECONDS_LEN, "%.*f ms", digits, (double)ns / 1e6);
}

/* Describe the brushed time, or the cursor's slice. */
static void say_between(const struct app *a, struct brush b, char *out, size_t len)
{
	const struct slices *s = &a->time.slices;
	uint64_t from = start_of(s, b.from), to = start_of(s, b.to + 1), n = 0, exits;
	char begin[SECONDS_LEN], end[SECONDS_LEN], length[SECONDS_LEN], number[NUMBER_LEN];
	int used;

	for (size_t i = b.from; i <= b.to; i++)
		n += s->samples[i];
	put_ms(begin, since_begin(a, from), s->length);
	put_ms(end, since_begin(a, to), s->length);
	put_ms(length, to - from, s->length);
	number_grouped(number, n);
	if (app_level(a)->mark)
		used = snprintf(out, len, "A %s  B %s  B-A %s: %s samples", begin, end, length, number);
	else
		used = snprintf(out, len, "%s to %s: %s samples", begin, end, number);
	exits = ledger_exits_between(a->cfg->exits, from, to);
	if (exits && used > 0 && (size_t)used < len)
		snprintf(out + used, len - (size_t)used, ", about %s exits",
			 number_grouped(number, exits));
}

/* The brush as = between its markers, or the cursor as ^, and its description above. */
static void draw_heads(struct app *a, struct canvas *c, unsigned int y)
{
	const struct slices *s = &a->time.slices;
	bool marked = app_level(a)->mark;
	unsigned int first, end;
	struct brush b;
	char text[192];

	if (!s->nr)
		return;
	b = brush_of(a);
	say_between(a, b, text, sizeof(text));
	canvas_put(c, y, 1, canvas_width(c), ROLE_TITLE, text);
	draw_axis(a, c, y + 1);
	first = slices_first(s, b.from);
	end = slices_end(s, b.to);
	for (unsigned int x = first; x < end; x++)
		canvas_put(c, y + 2, 1 + TRACK_LABEL + x, 1, ROLE_MATCH, marked ? "=" : "^");
	if (!marked)
		return;
	canvas_put(c, y + 2, 1 + TRACK_LABEL + first, 1, ROLE_MATCH, "A");
	if (end > first + 1)
		canvas_put(c, y + 2, TRACK_LABEL + end, 1, ROLE_MATCH, "B");
}

/*
 * The view
 */

static void query(const struct app *a, const struct level *l, struct pass_query *q)
{
	/* If the filter refers to the recording's slices, show those. */
	if (l->slice && !filter_asks(q->filter, 1ull << FIELD_SLICE))
		q->slice = l->slice;
}

static bool act(struct app *a, enum action action)
{
	switch (action) {
	case ACTION_LEFT:	move(a, -1); break;
	case ACTION_RIGHT:	move(a, 1); break;
	case ACTION_BRUSH:	mark(a); break;
	default:		return false;
	}
	return true;
}

static const char *enter(const struct app *a)
{
	return app_view(a)->body->has_samples(a, app_level(a)->cursor) ? "functions" : NULL;
}

static void command(const struct app *a, FILE *out, const struct pass_query *q)
{
	fputs("spelunk report --by slice,world,vm,cpu --limit 0", out);
	command_end(a, out, q);
}

const struct view_ops view_time = {
	.body = &lines_body, .build = tracks_build, VIEW_KEYS(TRACK_KEYS),
	.query = query, .zoom_from = zoom_from, .narrow = narrow, .heads = TIME_HEADS,
	.draw_heads = draw_heads, .act = act, .enter = enter, .press = press, .release = release,
	.line_menu = VIEW_ACTIONS(ACTION_BRUSH, ACTION_MARK), .command = command,
};
