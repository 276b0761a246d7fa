// SPDX-License-Identifier: GPL-2.0-only
/* Live screens: recordings replace each other, and the history of intervals. */
#include "report/text/text.h"
#include "tui/app_impl.h"
#include "tui/filter_text.h"
#include "tui/views/text.h"

#define HISTORY_AT	22	/* column */
#define LEAST_HEIGHT	20	/* minimum height of a screen with the history */
#define HIGH_HEIGHT	36	/* minimum height for two lines of samples in it */

int app_offer(struct app *a, const struct app_config *cfg)
{
	int err;

	app_withdraw(a);
	err = passes_new(&a->offer.passes, &cfg->maker);
	if (!err)
		a->offer.cfg = cfg;
	return err;
}

void app_withdraw(struct app *a)
{
	passes_free(a->offer.passes);
	a->offer.passes = NULL;
	a->offer.cfg = NULL;
}

/* A time range applies to this recording only. */
static bool has_time(const struct app *a)
{
	return filter_asks(app_level(a)->filter, 1ull << FIELD_TIME | 1ull << FIELD_SLICE);
}

bool app_has_offer(const struct app *a)
{
	return a->offer.cfg;
}

bool app_is_held(const struct app *a)
{
	return a->offer.held || app_view(a)->is_held || has_time(a);
}

void live_resize(struct app *a, bool longer)
{
	const struct app_live *live = &a->cfg->live;

	if (!live->resize)
		app_say(a, false, "only in spelunk top");
	else
		app_say(a, false, "intervals of %.3g s from now on",
			live->resize(live->arg, longer) / 1000.0);
}

void live_hold(struct app *a)
{
	const struct app_live *live = &a->cfg->live;

	if (!a->cfg->title) {
		app_say(a, false, "only in spelunk top");
		return;
	}
	a->offer.held = !a->offer.held;
	a->offer.asked = false;
	if (!a->offer.held && live->step)
		live->step(live->history_arg, 0);
	app_say(a, false, a->offer.held ? "paused: z follows the newest again, the keys , and . show others" :
		"the newest interval is shown again");
}

void live_step(struct app *a, int by)
{
	const struct app_live *live = &a->cfg->live;

	if (!live->step) {
		app_say(a, false, "only in spelunk top");
	} else if (has_time(a) || app_view(a)->is_held) {
		app_say(a, false, "this shows one interval only: go back with Backspace");
	} else if (!live->step(live->history_arg, by)) {
		app_say(a, false, by < 0 ? "no earlier interval is kept" :
			"this is the newest interval: z follows those to come");
	} else {
		a->offer.held = a->offer.asked = true;
	}
}

void live_write(struct app *a)
{
	const struct app_live *live = &a->cfg->live;
	char text[MESSAGE_LEN] = "only in spelunk top";
	bool done = !live->keep || live->keep(live->history_arg, text, sizeof(text));

	app_say(a, !done, "%s", text);
}

bool live_follow(struct app *a)
{
	struct pass_query q;
	uint64_t row;

	/* what is being typed or chosen refers to the displayed recording */
	if (!a->offer.cfg || a->stopped || a->mode != MODE_BROWSE ||
	    (app_is_held(a) && !a->offer.asked) || !level_query(a, app_top(a), &q) || !passes_want(a->offer.passes, &q))
		return false;
	row = table_cursor(a);
	passes_free(a->passes);
	a->passes = a->offer.passes;
	a->cfg = a->offer.cfg;
	a->offer.passes = NULL;
	a->offer.cfg = NULL;
	a->offer.asked = false;
	a->result = NULL;
	app_stale(a);
	app_update(a);
	table_follow(a, row);
	return true;
}

/* The history */

unsigned int live_rows(const struct app *a)
{
	unsigned int height = a->screen.height;

	if (!a->cfg->live.history || height < LEAST_HEIGHT)
		return 0;
	return height < HIGH_HEIGHT ? 3 : 4;
}

static double per_second(const struct live_interval *i, uint64_t count)
{
	return i->seconds > 0 ? (double)count / i->seconds : 0;
}

static uint64_t samples_of(const struct live_interval *i)
{
	uint64_t all = 0;

	for (unsigned int w = 0; w < NR_WORLDS; w++)
		all += i->samples[w];
	return all;
}

/* Columns of the history: the newest interval is at the right. */
struct strip {
	const struct live_history *h;
	unsigned int columns;
	size_t first;			/* interval in the first used column */
	unsigned int skip;		/* columns before that */
};

static struct strip make_strip(const struct app *a, unsigned int width)
{
	struct strip s = { .h = a->cfg->live.history };

	s.columns = width > HISTORY_AT + 1 ? width - HISTORY_AT - 1 : 0;
	if (s.h->nr > s.columns)
		s.first = s.h->nr - s.columns;
	else
		s.skip = s.columns - (unsigned int)s.h->nr;
	return s;
}

static const struct picture_part exit_part = { ROLE_EXITS, 'e' };

/* Parts of an interval, per second: samples by world, or exits. */
static void sizes_of(const struct live_interval *i, bool exits, float size[NR_WORLDS])
{
	if (exits)
		size[0] = (float)per_second(i, i->exits);
	else
		for (unsigned int w = 0; w < NR_WORLDS; w++)
			size[w] = (float)per_second(i, i->samples[world_at(w)]);
}

static void draw_strip(const struct strip *s, struct canvas *c, unsigned int y, unsigned int height,
		       bool exits)
{
	struct picture p = {
		.part = exits ? &exit_part : world_parts, .nr = exits ? 1 : NR_WORLDS,
	};
	const struct live_interval *now = s->h->shown < s->h->nr ? &s->h->at[s->h->shown] : NULL;
	char number[NUMBER_LEN] = "-", text[64];
	float size[NR_WORLDS];

	for (size_t i = s->first; i < s->h->nr; i++) {
		double all = per_second(&s->h->at[i], exits ? s->h->at[i].exits :
					samples_of(&s->h->at[i]));

		p.whole = all > p.whole ? all : p.whole;
	}
	if (now && now->counted)
		number_short(number, (uint64_t)per_second(now, exits ? now->exits : samples_of(now)));
	snprintf(text, sizeof(text), "%-10s %9s", exits ? "exits/s" : "samples/s", number);
	canvas_put(c, y + height - 1, 1, HISTORY_AT - 1, ROLE_DIM, text);
	for (size_t i = s->first; p.whole > 0 && i < s->h->nr; i++) {
		sizes_of(&s->h->at[i], exits, size);
		for (unsigned int row = 0; row < height; row++)
			picture_cell(c, y + height - 1 - row,
				     HISTORY_AT + s->skip + (unsigned int)(i - s->first), &p, size, row,
				     height);
	}
}

/* The age of the first interval, ! below losses, and ^ below the displayed one. */
static void draw_times(const struct strip *s, struct canvas *c, unsigned int y)
{
	double seconds = 0;
	char text[64];

	for (size_t i = s->first; i < s->h->nr; i++)
		seconds += s->h->at[i].seconds;
	snprintf(text, sizeof(text), seconds < 100 ? "last %.3g s" : "last %.0f min",
		 seconds < 100 ? seconds : seconds / 60);
	canvas_put(c, y, 1, HISTORY_AT - 1, ROLE_DIM, text);
	for (size_t i = s->first; i < s->h->nr; i++) {
		unsigned int x = HISTORY_AT + s->skip + (unsigned int)(i - s->first);

		if (i == s->h->shown)
			canvas_put(c, y, x, 1, ROLE_TITLE, "^");
		else if (s->h->at[i].lost)
			canvas_put(c, y, x, 1, ROLE_BAD, "!");
	}
}

void live_draw(const struct app *a, struct canvas *c, unsigned int y)
{
	unsigned int rows = live_rows(a), high = rows ? rows - 2 : 0;
	struct strip s;

	if (!rows)
		return;
	s = make_strip(a, canvas_width(c));
	draw_strip(&s, c, y, high, false);
	draw_strip(&s, c, y + high, 1, true);
	draw_times(&s, c, y + high + 1);
}
