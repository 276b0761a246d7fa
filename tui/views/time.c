// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who ran when: a lane for all samples, each VM and each CPU, a letter for each slice of
 * time; and a brush, which zooms into a part of it.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tui/views/text.h"

#define LABEL		16	/* columns of a lane's name */
#define SECONDS_LEN	24
#define TIME_LEN	(2 * SECONDS_LEN + 8)
#define SLICES_MAX	10000	/* a screen's; what is later is not drawn */

/* The keys of the view, in their order. */
enum { KEY_SLICE, KEY_WORLD, KEY_VM, KEY_CPU };

struct lane {
	uint64_t (*by_world)[NR_WORLDS];	/* of each slice */
	uint64_t most;				/* samples of one slice */
};

void lanes_clear(struct lanes *l)
{
	free(l->samples);
	*l = (struct lanes){ 0 };
}

static bool has_time(const struct row *r)
{
	return r->keys[KEY_SLICE].known;
}

/* From the first slice to the last. */
static void measure(struct app *a)
{
	const struct rows *r = a->result->rows;
	struct lanes *l = &a->lanes;
	uint64_t last = 0;

	lanes_clear(l);
	l->length = a->result->query.slice ? a->result->query.slice : a->cfg->slice;
	l->first = UINT64_MAX;
	for (size_t i = 0; i < r->nr; i++) {
		uint64_t start = r->row[i].keys[KEY_SLICE].num;

		if (!has_time(&r->row[i]))
			continue;
		l->first = start < l->first ? start : l->first;
		last = start > last ? start : last;
	}
	if (!l->length || l->first == UINT64_MAX)
		return;
	l->nr = (last - l->first) / l->length + 1;
	l->nr = l->nr < SLICES_MAX ? l->nr : SLICES_MAX;
	l->samples = calloc(l->nr, sizeof(*l->samples));
}

/* Which slice a row is in; false: in none that is drawn. */
static bool slice_of(const struct lanes *l, const struct row *r, size_t *out)
{
	if (!has_time(r))
		return false;
	*out = (r->keys[KEY_SLICE].num - l->first) / l->length;
	return *out < l->nr;
}

/* key SIZE_MAX: all samples; else those whose key has that number. */
static bool fill(const struct app *a, size_t key, uint64_t number, struct lane *lane)
{
	const struct rows *r = a->result->rows;
	size_t s;

	lane->most = 0;
	memset(lane->by_world, 0, a->lanes.nr * sizeof(lane->by_world[0]));
	for (size_t i = 0; i < r->nr; i++) {
		const struct row *row = &r->row[i];

		if (key != SIZE_MAX && (!row->keys[key].known || row->keys[key].num != number))
			continue;
		if (slice_of(&a->lanes, row, &s))
			lane->by_world[s][row->keys[KEY_WORLD].num] += row->m.samples;
	}
	for (s = 0; s < a->lanes.nr; s++) {
		uint64_t n = 0;

		for (unsigned int w = 0; w < NR_WORLDS; w++)
			n += lane->by_world[s][w];
		lane->most = n > lane->most ? n : lane->most;
	}
	return lane->most;
}

/* The world that has most samples, and how many all have. */
static enum world busiest(const struct lane *lane, size_t s, uint64_t *samples)
{
	enum world best = WORLD_UNKNOWN;

	*samples = 0;
	for (unsigned int i = 0; i < NR_WORLDS; i++) {
		enum world w = world_at(i);

		*samples += lane->by_world[s][w];
		if (lane->by_world[s][w] > lane->by_world[s][best])
			best = w;
	}
	return best;
}

static char letter(enum world w, bool busy)
{
	switch (w) {
	case WORLD_UNKNOWN:		return '?';
	case WORLD_HOST_USER:		return busy ? 'H' : 'h';
	case WORLD_HOST_KERNEL:		return busy ? 'K' : 'k';
	case WORLD_SWITCH:		return busy ? 'S' : 's';
	case WORLD_GUEST_USER:		return busy ? 'U' : 'u';
	case WORLD_GUEST_KERNEL:	return busy ? 'G' : 'g';
	case NR_WORLDS:			break;
	}
	return ' ';
}

static void add_lane(struct app *a, struct lines *l, const struct lane *lane, const char *name,
		     const char *filter)
{
	unsigned int wide = a->lanes.width;
	size_t columns = a->lanes.nr * wide;
	struct text_line *line;
	struct text t;
	uint64_t n;

	if (!text_begin(&t, a, 80)) {
		l->failed = true;
		return;
	}
	cell_write(t.page.out, name, LABEL - 1, true, false);
	fputc(' ', t.page.out);
	for (size_t c = 0; c < columns; c++) {
		enum world w = busiest(lane, c / wide, &n);

		fputc(!n ? '.' : letter(w, n * 2 >= lane->most), t.page.out);
	}
	line = text_line(&t, l, ROLE_TEXT);
	text_end(&t);
	lines_zoom(l, line, filter, *filter ? name : "");
	if (line)
		line->paint = malloc(columns);
	if (!line || !line->paint)
		return;
	line->paint_at = LABEL;
	line->nr_paint = (unsigned int)columns;
	for (size_t c = 0; c < columns; c++) {
		enum world w = busiest(lane, c / wide, &n);

		line->paint[c] = n ? world_role(w) : ROLE_DIM;
	}
}

/* Of all CPUs, or of one: '!' where something was lost.  None: no lane. */
static void add_losses(struct app *a, struct lines *l, bool all, int32_t cpu)
{
	const struct input_info *info = a->cfg->data.info;
	unsigned int wide = a->lanes.width;
	size_t columns = a->lanes.nr * wide;
	char *text = calloc(1, LABEL + columns + 1), filter[32] = "";
	bool some = false;

	if (!text) {
		l->failed = true;
		return;
	}
	snprintf(text, LABEL + 1, "%-*s", LABEL, all ? "losses" : "  lost");
	memset(text + LABEL, '.', columns);
	for (size_t i = 0; i < info->nr_loss_times; i++) {
		const struct input_loss_time *t = &info->loss_times[i];
		size_t slice = t->time < a->lanes.first ? a->lanes.nr :
			       (t->time - a->lanes.first) / a->lanes.length;

		if ((!all && t->cpu != cpu) || slice >= a->lanes.nr)
			continue;
		memset(text + LABEL + slice * wide, '!', wide);
		some = true;
	}
	if (!all)
		snprintf(filter, sizeof(filter), "cpu=%d", cpu);
	if (some)
		lines_zoom(l, lines_add(l, ROLE_BAD, text), filter, filter);
	free(text);
}

static void add_vms(struct app *a, struct lines *l, struct lane *lane)
{
	const struct timeline_vm *vms;
	size_t nr = timeline_vms(a->cfg->data.timeline, &vms);
	char name[CRUMB_LEN], filter[32];

	for (size_t i = 0; i < nr; i++) {
		if (!fill(a, KEY_VM, i, lane))
			continue;
		snprintf(name, sizeof(name), "vm %zu %.64s", i, vms[i].name);
		snprintf(filter, sizeof(filter), "vm=%zu", i);
		add_lane(a, l, lane, name, filter);
	}
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void add_cpus(struct app *a, struct lines *l, struct lane *lane)
{
	const struct rows *r = a->result->rows;
	uint64_t *cpu = calloc(r->nr + 1, sizeof(*cpu));
	char name[32], filter[32];
	size_t nr = 0;

	if (!cpu) {
		l->failed = true;
		return;
	}
	for (size_t i = 0; i < r->nr; i++)
		if (r->row[i].keys[KEY_CPU].known)
			cpu[nr++] = r->row[i].keys[KEY_CPU].num;
	qsort(cpu, nr, sizeof(*cpu), by_number);
	for (size_t i = 0; i < nr; i++) {
		if ((i && cpu[i] == cpu[i - 1]) || !fill(a, KEY_CPU, cpu[i], lane))
			continue;
		snprintf(name, sizeof(name), "cpu %" PRIu64, cpu[i]);
		snprintf(filter, sizeof(filter), "cpu=%" PRIu64, cpu[i]);
		add_lane(a, l, lane, name, filter);
		add_losses(a, l, false, (int32_t)cpu[i]);
	}
	free(cpu);
}

static void count_slices(struct app *a)
{
	const struct rows *r = a->result->rows;
	size_t s;

	for (size_t i = 0; i < r->nr; i++)
		if (slice_of(&a->lanes, &r->row[i], &s))
			a->lanes.samples[s] += r->row[i].m.samples;
}

static void say_letters(struct app *a, struct lines *l, unsigned int width)
{
	struct text t;

	if (!text_begin(&t, a, width))
		return;
	fputc('\n', t.page.out);
	page_say(&t.page, "letters", "the world of most samples in a slice: H host-user, K host-kernel, "
		 "S switch, U guest-user, G guest-kernel, ? unknown; small where the slice has less than "
		 "half of the lane's fullest; . none");
	if (a->cfg->data.info->nr_loss_times)
		page_say(&t.page, "losses", a->cfg->data.info->more_loss_times ?
			 "! where a buffer was full, records were lost or sampling was throttled; "
			 "after 65,536 of these no more are shown" :
			 "! where a buffer was full, records were lost or sampling was throttled");
	page_say(&t.page, "keys", "Left and Right move through time, b begins a brush, Enter zooms into "
		 "the brushed time of the lane; the mouse does, too");
	text_lines(&t, l);
	text_end(&t);
}

void view_time(struct app *a, struct lines *l, unsigned int width)
{
	struct lane lane;

	measure(a);
	if (!a->lanes.nr) {
		lines_title(l, a->result->rows->nr ? "The samples have no time" :
			    *a->result->query.filter ? "No sample matches the filter" :
			    "No sample was decoded");
		return;
	}
	a->lanes.width = width > LABEL + 2 ? (unsigned int)((width - LABEL - 2) / a->lanes.nr) : 1;
	a->lanes.width += !a->lanes.width;
	lane.by_world = calloc(a->lanes.nr, sizeof(lane.by_world[0]));
	if (!a->lanes.samples || !lane.by_world) {
		free(lane.by_world);
		lanes_clear(&a->lanes);
		l->failed = true;
		return;
	}
	count_slices(a);
	fill(a, SIZE_MAX, 0, &lane);
	add_lane(a, l, &lane, "all", "");
	add_losses(a, l, true, -1);
	add_vms(a, l, &lane);
	add_cpus(a, l, &lane);
	say_letters(a, l, width);
	free(lane.by_world);
}

/*
 * The cursor and the brush
 */

/* A time as one of the lanes' slices. */
static size_t slice_at(const struct lanes *l, uint64_t time)
{
	size_t s = time > l->first ? (time - l->first) / l->length : 0;

	return s < l->nr ? s : l->nr - 1;
}

/* Slices from..to, the last included. */
static void brush(const struct app *a, size_t *from, size_t *to)
{
	const struct level *top = &a->stack[a->depth - 1];
	size_t at = slice_at(&a->lanes, top->at), mark = top->mark ? slice_at(&a->lanes, top->mark) : at;

	*from = at < mark ? at : mark;
	*to = at < mark ? mark : at;
}

static uint64_t start_of(const struct lanes *l, size_t slice)
{
	return l->first + slice * l->length;
}

void time_move(struct app *a, long by)
{
	const struct lanes *l = &a->lanes;
	long s;

	if (!a->result || !l->nr)
		return;
	s = (long)slice_at(l, app_top(a)->at) + by;
	s = s < 0 ? 0 : s < (long)l->nr ? s : (long)l->nr - 1;
	app_top(a)->at = start_of(l, (size_t)s);
}

void time_mark(struct app *a)
{
	struct level *top = app_top(a);

	if (a->result && a->lanes.nr)
		top->mark = top->mark ? 0 : start_of(&a->lanes, slice_at(&a->lanes, top->at));
}

/* A column's slice; false: it is beside all. */
static bool slice_below(const struct app *a, unsigned int x, uint64_t *start)
{
	const struct lanes *l = &a->lanes;

	if (!a->result || !l->nr || x < 1 + LABEL || x >= 1 + LABEL + l->nr * l->width)
		return false;
	*start = start_of(l, (x - 1 - LABEL) / l->width);
	return true;
}

void time_press(struct app *a, unsigned int x)
{
	struct level *top = app_top(a);

	a->pressed = 0;
	if (!slice_below(a, x, &a->pressed))
		return;
	top->at = a->pressed;
	top->mark = 0;
}

void time_release(struct app *a, unsigned int x)
{
	struct level *top = app_top(a);

	if (!a->pressed || !slice_below(a, x, &top->at) || top->at == a->pressed)
		return;
	top->mark = a->pressed;
}

uint64_t time_brushed(const struct app *a)
{
	size_t from, to;

	if (!a->result || !a->lanes.nr)
		return 0;
	brush(a, &from, &to);
	return (to - from + 1) * a->lanes.length;
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
	const struct lanes *l = &a->lanes;
	uint64_t zero = a->cfg->begin < l->first ? a->cfg->begin / l->length * l->length : l->first;
	char begin[SECONDS_LEN], end[SECONDS_LEN];

	put_seconds(begin, start_of(l, from) - zero, l->length);
	put_seconds(end, start_of(l, to + 1) - zero, l->length);
	snprintf(out, TIME_LEN, "%s to %s s", begin, end);
}

bool time_zoom(struct app *a, char filter[FILTER_LEN], char crumb[CRUMB_LEN])
{
	char time[TIME_LEN], text[128], lane[CRUMB_LEN];
	size_t from, to;

	brush(a, &from, &to);
	say_time(a, from, to, time);
	snprintf(lane, sizeof(lane), "%s", crumb);
	snprintf(crumb, CRUMB_LEN, "%.30s%s%s", lane, *lane ? " " : "", time);
	snprintf(text, sizeof(text), "time>=%" PRIu64 " && time<%" PRIu64,
		 start_of(&a->lanes, from), start_of(&a->lanes, to + 1));
	if (filter_join(filter, text))
		return true;
	app_say(a, true, "the filters together are too long: zoom out with Backspace, or F");
	return false;
}

/* The brush as =, its ends and the cursor as ^, below what they are. */
void time_draw(struct app *a, struct canvas *c, unsigned int y)
{
	char time[TIME_LEN], number[NUMBER_LEN], text[160];
	size_t from, to;
	uint64_t n = 0;

	if (!a->lanes.nr)
		return;
	brush(a, &from, &to);
	for (size_t s = from; s <= to; s++)
		n += a->lanes.samples[s];
	say_time(a, from, to, time);
	snprintf(text, sizeof(text), "%s: %s samples", time, number_grouped(number, n));
	canvas_put(c, y, 1, canvas_width(c), ROLE_TITLE, text);
	for (size_t s = from; s <= to; s++)
		for (unsigned int i = 0; i < a->lanes.width; i++)
			canvas_put(c, y + 1, (unsigned int)(1 + LABEL + s * a->lanes.width + i), 1,
				   ROLE_MATCH, s == slice_at(&a->lanes, app_top(a)->at) ? "^" : "=");
}
