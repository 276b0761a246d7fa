// SPDX-License-Identifier: GPL-2.0-only
/*
 * The lines of the view Time: lanes of samples for everything, each VM and each CPU, and of what
 * vCPU threads did, which is not from samples.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tui/app_impl.h"
#include "tui/nothing.h"
#include "tui/views/text.h"

#define SLICES_MAX	10000	/* maximum of a screen; later ones are not drawn */

/* The order of TRACK_KEYS. */
enum { KEY_SLICE, KEY_WORLD, KEY_VM, KEY_CPU };

#define LANE_MAX	5	/* maximum height of a lane */
#define LEGEND_LINES	8	/* below the lanes */
#define LANE_ROOM	4096	/* maximum number of CPUs with lanes */

/* One track at a time is filled and written. */
struct track {
	struct text *t;
	const struct rows *rows;
	const struct slices *slices;
	unsigned int height;			/* height of a lane in cells */
	float (*by_world)[NR_WORLDS];		/* samples per column, in the order of world_at() */
	float most;				/* maximum of a column */
};

size_t slices_at(const struct slices *s, unsigned int column)
{
	return column * s->nr / s->columns;
}

unsigned int slices_first(const struct slices *s, size_t slice)
{
	size_t round = s->columns < s->nr ? 0 : s->nr - 1;

	return (unsigned int)((slice * s->columns + round) / s->nr);
}

unsigned int slices_end(const struct slices *s, size_t slice)
{
	return s->columns < s->nr ? slices_first(s, slice) + 1 : slices_first(s, slice + 1);
}

void slices_clear(struct slices *s)
{
	free(s->samples);
	*s = (struct slices){ 0 };
}

static bool has_time(const struct row *r)
{
	return r->keys[KEY_SLICE].known;
}

/* Find the first and the last slice. */
static void measure(struct slices *s, const struct rows *r, uint64_t length)
{
	uint64_t last = 0;

	slices_clear(s);
	s->length = length;
	s->first = UINT64_MAX;
	for (size_t i = 0; i < r->nr; i++) {
		uint64_t start = r->row[i].keys[KEY_SLICE].num;

		if (!has_time(&r->row[i]))
			continue;
		s->first = start < s->first ? start : s->first;
		last = start > last ? start : last;
	}
	if (!s->length || s->first == UINT64_MAX)
		return;
	s->nr = (last - s->first) / s->length + 1;
	s->nr = s->nr < SLICES_MAX ? s->nr : SLICES_MAX;
	s->samples = calloc(s->nr, sizeof(*s->samples));
}

/* The slice of a row; false: not displayed. */
static bool slice_of(const struct slices *s, const struct row *r, size_t *out)
{
	if (!has_time(r))
		return false;
	*out = (r->keys[KEY_SLICE].num - s->first) / s->length;
	return *out < s->nr;
}

/* If there are fewer columns than slices, a column sums up its slices. */
static void spread(struct track *track, size_t slice, unsigned int place, uint64_t samples)
{
	const struct slices *s = track->slices;

	for (unsigned int c = slices_first(s, slice); c < slices_end(s, slice); c++)
		track->by_world[c][place] += (float)samples;
}

/* key SIZE_MAX: all samples; else those whose key has that number.  false: none. */
static bool fill(struct track *track, size_t key, uint64_t number)
{
	const struct slices *slices = track->slices;
	const struct rows *r = track->rows;
	size_t s;

	track->most = 0;
	memset(track->by_world, 0, slices->columns * sizeof(track->by_world[0]));
	for (size_t i = 0; i < r->nr; i++) {
		const struct row *row = &r->row[i];

		if (key != SIZE_MAX && (!row->keys[key].known || row->keys[key].num != number))
			continue;
		if (slice_of(slices, row, &s))
			spread(track, s, world_place((enum world)row->keys[KEY_WORLD].num), row->m.samples);
	}
	for (unsigned int c = 0; c < slices->columns; c++) {
		float n = 0;

		for (unsigned int w = 0; w < NR_WORLDS; w++)
			n += track->by_world[c][w];
		track->most = n > track->most ? n : track->most;
	}
	return track->most > 0;
}

/* A lane's name, padded to a common width. */
static const char *label(struct text *t, const char *name)
{
	cell_write(t->page.out, name, TRACK_LABEL - 1, true, false);
	return text_written(t);
}

static void add_track(const struct track *track, const char *name, const char *filter)
{
	struct picture p = { .part = world_parts, .nr = NR_WORLDS, .whole = track->most };
	struct text *t = track->t;
	struct lane *lane;

	lane = lines_lane(t->lines, &p, TRACK_LABEL, track->slices->columns, track->height);
	if (!lane)
		return;
	memcpy(lane->size, track->by_world, track->slices->columns * sizeof(track->by_world[0]));
	lines_zoom(t->lines, lines_add_lane(t->lines, lane, label(t, name)), filter,
		   *filter ? name : "");
}

/* A line with '!' at losses, of all CPUs or of one.  No losses: no line. */
static void add_losses(struct text *t, const struct slices *s, bool all, int32_t cpu)
{
	const struct input_info *info = t->data.info;
	char *text = calloc(1, TRACK_LABEL + s->columns + 1), filter[32] = "";
	bool some = false;

	if (!text) {
		t->lines->failed = true;
		return;
	}
	snprintf(text, TRACK_LABEL + 1, "%-*s", TRACK_LABEL, all ? "losses" : "  lost");
	memset(text + TRACK_LABEL, ' ', s->columns);
	for (size_t i = 0; i < info->nr_loss_times; i++) {
		const struct input_loss_time *lost = &info->loss_times[i];
		size_t slice = lost->time < s->first ? s->nr :
			       (lost->time - s->first) / s->length;

		if ((!all && lost->cpu != cpu) || slice >= s->nr)
			continue;
		for (unsigned int c = slices_first(s, slice); c < slices_end(s, slice); c++)
			text[TRACK_LABEL + c] = '!';
		some = true;
	}
	if (!all)
		snprintf(filter, sizeof(filter), "cpu=%d", cpu);
	if (some)
		lines_zoom(t->lines, lines_add(t->lines, ROLE_BAD, text), filter, filter);
	free(text);
}

static void add_vms(struct track *track, const struct exits *exits)
{
	const struct timeline_vm *vms;
	size_t nr = timeline_vms(track->t->data.timeline, &vms);
	char name[CRUMB_LEN], filter[32];

	for (size_t i = 0; i < nr; i++) {
		snprintf(name, sizeof(name), "vm %zu %.64s", i, vms[i].name);
		snprintf(filter, sizeof(filter), "vm=%zu", i);
		if (fill(track, KEY_VM, i))
			add_track(track, name, filter);
		ledger_lanes(track->t, track->slices, exits, (int32_t)i, track->height);
	}
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void add_cpus(struct track *track)
{
	const struct rows *r = track->rows;
	uint64_t *cpu = calloc(r->nr + 1, sizeof(*cpu));
	char name[32], filter[32];
	size_t nr = 0;

	if (!cpu) {
		track->t->lines->failed = true;
		return;
	}
	for (size_t i = 0; i < r->nr; i++)
		if (r->row[i].keys[KEY_CPU].known)
			cpu[nr++] = r->row[i].keys[KEY_CPU].num;
	qsort(cpu, nr, sizeof(*cpu), by_number);
	for (size_t i = 0; i < nr; i++) {
		if ((i && cpu[i] == cpu[i - 1]) || !fill(track, KEY_CPU, cpu[i]))
			continue;
		snprintf(name, sizeof(name), "cpu %" PRIu64, cpu[i]);
		snprintf(filter, sizeof(filter), "cpu=%" PRIu64, cpu[i]);
		add_track(track, name, filter);
		add_losses(track->t, track->slices, false, (int32_t)cpu[i]);
	}
	free(cpu);
}

static void count_slices(struct slices *s, const struct rows *r)
{
	size_t at;

	for (size_t i = 0; i < r->nr; i++)
		if (slice_of(s, &r->row[i], &at))
			s->samples[at] += r->row[i].m.samples;
}

static void say_legend(struct text *t, const struct exits *exits)
{
	const char *names[NR_WORLDS];

	for (unsigned int i = 0; i < NR_WORLDS; i++)
		names[i] = world_name(world_at(i));
	lines_add(t->lines, ROLE_TEXT, "");
	picture_legend(t, world_parts, names, NR_WORLDS);
	if (ledger_nr(t, exits))
		ledger_legend(t);
	ledger_say_exits(t, exits);
	page_say(&t->page, "height", "samples per time slice, relative to the lane's largest; of a "
		 "vCPU: how its thread spent each slice");
	if (t->data.info->nr_loss_times)
		page_say(&t->page, "losses", t->data.info->more_loss_times ?
			 "! where a buffer was full, records were lost or sampling was throttled; "
			 "after 65,536 of these no more are shown" :
			 "! where a buffer was full, records were lost or sampling was throttled");
	page_say(&t->page, "keys", "Left and Right move in time; b sets marker A, and the cursor is marker B; "
		 "Enter shows the lane's functions between them; dragging the mouse sets both");
	text_lines(t);
}

/* The height that lets all lanes fit on the screen, but at least one cell. */
static unsigned int height_of_lanes(const struct text *t, const struct rows *r,
				    const struct exits *exits)
{
	const struct timeline_vm *vms;
	size_t lanes = 2 + timeline_vms(t->data.timeline, &vms) + ledger_nr(t, exits);
	unsigned int used = SCREEN_HEAD + TIME_HEADS + SCREEN_FOOT + LEGEND_LINES;
	uint64_t cpus[LANE_ROOM / 64 + 1] = { 0 };
	size_t fit;

	for (size_t i = 0; i < r->nr; i++) {
		const struct value *cpu = &r->row[i].keys[KEY_CPU];

		if (!cpu->known || cpu->num >= LANE_ROOM || cpus[cpu->num / 64] >> cpu->num % 64 & 1)
			continue;
		cpus[cpu->num / 64] |= 1ull << cpu->num % 64;
		lanes++;
	}
	fit = t->height > used ? (t->height - used) / lanes : 0;
	return fit < 1 ? 1 : fit < LANE_MAX ? (unsigned int)fit : LANE_MAX;
}

void tracks_build(struct app *a, struct text *t)
{
	const struct pass_result *r = a->result;
	const struct exits *exits = a->cfg->exits;
	struct slices *s = &a->time.slices;
	struct track track = { .t = t, .rows = r->rows, .slices = s };

	measure(s, r->rows, r->query.slice ? r->query.slice : a->cfg->slice);
	if (!s->nr) {
		if (r->rows->nr)
			lines_title(t->lines, "The samples have no timestamps");
		else
			nothing_lines(a, t->lines);
		return;
	}
	s->columns = t->width > TRACK_LABEL + 2 ? t->width - TRACK_LABEL - 2 : 1;
	track.height = height_of_lanes(t, r->rows, exits);
	track.by_world = calloc(s->columns, sizeof(track.by_world[0]));
	if (!s->samples || !track.by_world) {
		free(track.by_world);
		slices_clear(s);
		t->lines->failed = true;
		return;
	}
	count_slices(s, r->rows);
	fill(&track, SIZE_MAX, 0);
	add_track(&track, "all", "");
	add_losses(t, s, true, -1);
	ledger_exits(t, s, exits);
	add_vms(&track, exits);
	add_cpus(&track);
	say_legend(t, exits);
	free(track.by_world);
}
