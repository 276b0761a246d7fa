// SPDX-License-Identifier: GPL-2.0-only
/* Who ran when, and a brush, which zooms into a part of it. */
#include "tui/views/time.h"

#include <inttypes.h>
#include <string.h>

#include "report/text/text.h"
#include "tui/app_impl.h"
#include "tui/command.h"
#include "tui/filter_text.h"
#include "tui/views/tracks.h"

#define SECONDS_LEN	24
#define TIME_LEN	(2 * SECONDS_LEN + 8)

/* A time as one of the slices. */
static size_t slice_at(const struct slices *l, uint64_t time)
{
	size_t s = time > l->first ? (time - l->first) / l->length : 0;

	return s < l->nr ? s : l->nr - 1;
}

/* Slices from..to, the last included. */
static void brush(const struct app *a, size_t *from, size_t *to)
{
	const struct level *top = app_level(a);
	size_t at = slice_at(&a->time.slices, top->at), mark = top->mark ? slice_at(&a->time.slices, top->mark) : at;

	*from = at < mark ? at : mark;
	*to = at < mark ? mark : at;
}

static uint64_t start_of(const struct slices *l, size_t slice)
{
	return l->first + slice * l->length;
}

static void move(struct app *a, long by)
{
	const struct slices *l = &a->time.slices;
	long s;

	if (!a->result || !l->nr)
		return;
	s = (long)slice_at(l, app_top(a)->at) + by;
	s = s < 0 ? 0 : s < (long)l->nr ? s : (long)l->nr - 1;
	app_top(a)->at = start_of(l, (size_t)s);
}

/* Where the brush begins, or no brush any more. */
static void mark(struct app *a)
{
	struct level *top = app_top(a);

	if (a->result && a->time.slices.nr)
		top->mark = top->mark ? 0 : start_of(&a->time.slices, slice_at(&a->time.slices, top->at));
}

/* A column's slice; false: it is beside all. */
static bool slice_below(const struct app *a, unsigned int x, uint64_t *start)
{
	const struct slices *l = &a->time.slices;

	if (!a->result || !l->nr || x < 1 + TRACK_LABEL || x >= 1 + TRACK_LABEL + l->nr * l->width)
		return false;
	*start = start_of(l, (x - 1 - TRACK_LABEL) / l->width);
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

/* Slices of the brushed time, or of the cursor's slice. */
static void zoom_from(const struct app *a, struct level *next)
{
	size_t from, to;

	if (!a->result || !a->time.slices.nr)
		return;
	brush(a, &from, &to);
	next->slice = slice_length((to - from + 1) * a->time.slices.length);
}

/* Seconds since the first slice of the recording, as short as they are exact enough. */
static void put_seconds(char out[SECONDS_LEN], uint64_t ns, uint64_t length)
{
	int digits = 0;

	for (uint64_t ten = 1000000000; ten > length && digits < 9; ten /= 10)
		digits++;
	snprintf(out, SECONDS_LEN, "%.*f", digits, (double)ns / 1e9);
}

/* "0.10 to 0.15 s". */
static void say_time(const struct app *a, size_t from, size_t to, char out[TIME_LEN])
{
	const struct slices *l = &a->time.slices;
	uint64_t zero = a->cfg->begin < l->first ? a->cfg->begin / l->length * l->length : l->first;
	char begin[SECONDS_LEN], end[SECONDS_LEN];

	put_seconds(begin, start_of(l, from) - zero, l->length);
	put_seconds(end, start_of(l, to + 1) - zero, l->length);
	snprintf(out, TIME_LEN, "%s to %s s", begin, end);
}

/* Only the brushed time. */
static bool narrow(struct app *a, char filter[FILTER_LEN], char crumb[CRUMB_LEN])
{
	char time[TIME_LEN], text[128], track[CRUMB_LEN];
	size_t from, to;

	brush(a, &from, &to);
	say_time(a, from, to, time);
	snprintf(track, sizeof(track), "%s", crumb);
	snprintf(crumb, CRUMB_LEN, "%.30s%s%s", track, *track ? " " : "", time);
	snprintf(text, sizeof(text), "time>=%" PRIu64 " && time<%" PRIu64,
		 start_of(&a->time.slices, from), start_of(&a->time.slices, to + 1));
	if (filter_join(filter, text))
		return true;
	zoom_say_long(a);
	return false;
}

/* The brush as =, its ends and the cursor as ^, below what they are. */
static void draw_heads(struct app *a, struct canvas *c, unsigned int y)
{
	char time[TIME_LEN], number[NUMBER_LEN], text[160];
	size_t from, to;
	uint64_t n = 0;

	if (!a->time.slices.nr)
		return;
	brush(a, &from, &to);
	for (size_t s = from; s <= to; s++)
		n += a->time.slices.samples[s];
	say_time(a, from, to, time);
	snprintf(text, sizeof(text), "%s: %s samples", time, number_grouped(number, n));
	canvas_put(c, y, 1, canvas_width(c), ROLE_TITLE, text);
	for (size_t s = from; s <= to; s++)
		for (unsigned int i = 0; i < a->time.slices.width; i++)
			canvas_put(c, y + 1, (unsigned int)(1 + TRACK_LABEL + s * a->time.slices.width + i), 1,
				   ROLE_MATCH, s == slice_at(&a->time.slices, app_top(a)->at) ? "^" : "=");
}

/*
 * The view
 */

static void query(const struct app *a, const struct level *l, struct pass_query *q)
{
	/* Where the filter means the recording's slices, those are shown. */
	if (l->slice && !filter_asks(q->filter, 1ull << FIELD_SLICE))
		q->slice = l->slice;
}

static bool act(struct app *a, enum action action)
{
	switch ((int)action) {
	case ACTION_LEFT:	move(a, -1); break;
	case ACTION_RIGHT:	move(a, 1); break;
	case ACTION_BRUSH:	mark(a); break;
	default:		return false;
	}
	return true;
}

static void command(const struct app *a, FILE *out, const struct pass_query *q)
{
	fputs("spelunk report --by slice,world,vm,cpu --limit 0", out);
	command_end(a, out, q);
}

static const enum field keys[] = { TRACK_KEYS };
static const enum action line_menu[] = { ACTION_BRUSH, ACTION_NONE };

const struct view_ops view_time = {
	.body = &lines_body, .build = tracks_build, .keys = keys, .nr_keys = sizeof(keys) / sizeof(keys[0]),
	.query = query, .zoom_from = zoom_from, .narrow = narrow, .heads = 2,
	.draw_heads = draw_heads, .act = act, .press = press, .release = release,
	.line_menu = line_menu, .command = command,
};
