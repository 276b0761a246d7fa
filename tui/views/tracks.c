// SPDX-License-Identifier: GPL-2.0-only
/* The lines of the view Time: a track for all samples, each VM and each CPU. */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tui/app_impl.h"
#include "tui/views/text.h"

#define SLICES_MAX	10000	/* a screen's; what is later is not drawn */

/* TRACK_KEYS, in their order. */
enum { KEY_SLICE, KEY_WORLD, KEY_VM, KEY_CPU };

/* One at a time is filled, and written. */
struct track {
	struct text *t;
	const struct rows *rows;
	const struct slices *slices;
	uint64_t (*by_world)[NR_WORLDS];	/* samples of each slice */
	uint64_t most;				/* of one slice */
};

void slices_clear(struct slices *s)
{
	free(s->samples);
	*s = (struct slices){ 0 };
}

static bool has_time(const struct row *r)
{
	return r->keys[KEY_SLICE].known;
}

/* From the first slice to the last. */
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

/* Which slice a row is in; false: in none that is drawn. */
static bool slice_of(const struct slices *s, const struct row *r, size_t *out)
{
	if (!has_time(r))
		return false;
	*out = (r->keys[KEY_SLICE].num - s->first) / s->length;
	return *out < s->nr;
}

/* key SIZE_MAX: all samples; else those whose key has that number. */
static bool fill(struct track *track, size_t key, uint64_t number)
{
	const struct slices *slices = track->slices;
	const struct rows *r = track->rows;
	size_t s;

	track->most = 0;
	memset(track->by_world, 0, slices->nr * sizeof(track->by_world[0]));
	for (size_t i = 0; i < r->nr; i++) {
		const struct row *row = &r->row[i];

		if (key != SIZE_MAX && (!row->keys[key].known || row->keys[key].num != number))
			continue;
		if (slice_of(slices, row, &s))
			track->by_world[s][row->keys[KEY_WORLD].num] += row->m.samples;
	}
	for (s = 0; s < slices->nr; s++) {
		uint64_t n = 0;

		for (unsigned int w = 0; w < NR_WORLDS; w++)
			n += track->by_world[s][w];
		track->most = n > track->most ? n : track->most;
	}
	return track->most;
}

/* The world that has most samples, and how many all have. */
static enum world busiest(const struct track *track, size_t s, uint64_t *samples)
{
	enum world best = WORLD_UNKNOWN;

	*samples = 0;
	for (unsigned int i = 0; i < NR_WORLDS; i++) {
		enum world w = world_at(i);

		*samples += track->by_world[s][w];
		if (track->by_world[s][w] > track->by_world[s][best])
			best = w;
	}
	return best;
}

/* Large ones are for slices with half as many samples as the fullest, or more. */
static const char letters[NR_WORLDS] = {
	[WORLD_UNKNOWN] = '?', [WORLD_HOST_USER] = 'h', [WORLD_HOST_KERNEL] = 'k',
	[WORLD_SWITCH] = 's', [WORLD_GUEST_USER] = 'u', [WORLD_GUEST_KERNEL] = 'g',
};

static void add_track(const struct track *track, const char *name, const char *filter)
{
	unsigned int wide = track->slices->width;
	size_t columns = track->slices->nr * wide;
	struct text *t = track->t;
	struct text_line *line;
	uint64_t n;

	cell_write(t->page.out, name, TRACK_LABEL - 1, true, false);
	fputc(' ', t->page.out);
	for (size_t c = 0; c < columns; c++) {
		enum world w = busiest(track, c / wide, &n);

		fputc(!n ? '.' : n * 2 >= track->most ? toupper(letters[w]) : letters[w], t->page.out);
	}
	line = text_line(t, ROLE_TEXT);
	lines_zoom(t->lines, line, filter, *filter ? name : "");
	if (line)
		line->paint = malloc(columns);
	if (!line || !line->paint)
		return;
	line->paint_at = TRACK_LABEL;
	line->nr_paint = (unsigned int)columns;
	for (size_t c = 0; c < columns; c++) {
		enum world w = busiest(track, c / wide, &n);

		line->paint[c] = n ? world_role[w] : ROLE_DIM;
	}
}

/* Of all CPUs, or of one: '!' where something was lost.  None: no track. */
static void add_losses(struct text *t, const struct slices *s, bool all, int32_t cpu)
{
	const struct input_info *info = t->data.info;
	size_t columns = s->nr * s->width;
	char *text = calloc(1, TRACK_LABEL + columns + 1), filter[32] = "";
	bool some = false;

	if (!text) {
		t->lines->failed = true;
		return;
	}
	snprintf(text, TRACK_LABEL + 1, "%-*s", TRACK_LABEL, all ? "losses" : "  lost");
	memset(text + TRACK_LABEL, '.', columns);
	for (size_t i = 0; i < info->nr_loss_times; i++) {
		const struct input_loss_time *lost = &info->loss_times[i];
		size_t slice = lost->time < s->first ? s->nr :
			       (lost->time - s->first) / s->length;

		if ((!all && lost->cpu != cpu) || slice >= s->nr)
			continue;
		memset(text + TRACK_LABEL + slice * s->width, '!', s->width);
		some = true;
	}
	if (!all)
		snprintf(filter, sizeof(filter), "cpu=%d", cpu);
	if (some)
		lines_zoom(t->lines, lines_add(t->lines, ROLE_BAD, text), filter, filter);
	free(text);
}

static void add_vms(struct track *track)
{
	const struct timeline_vm *vms;
	size_t nr = timeline_vms(track->t->data.timeline, &vms);
	char name[CRUMB_LEN], filter[32];

	for (size_t i = 0; i < nr; i++) {
		if (!fill(track, KEY_VM, i))
			continue;
		snprintf(name, sizeof(name), "vm %zu %.64s", i, vms[i].name);
		snprintf(filter, sizeof(filter), "vm=%zu", i);
		add_track(track, name, filter);
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

static void say_letters(struct text *t)
{
	fputc('\n', t->page.out);
	page_say(&t->page, "letters", "the world of most samples in a slice: H host-user, K host-kernel, "
		 "S switch, U guest-user, G guest-kernel, ? unknown; small where the slice has less than "
		 "half of the lane's fullest; . none");
	if (t->data.info->nr_loss_times)
		page_say(&t->page, "losses", t->data.info->more_loss_times ?
			 "! where a buffer was full, records were lost or sampling was throttled; "
			 "after 65,536 of these no more are shown" :
			 "! where a buffer was full, records were lost or sampling was throttled");
	page_say(&t->page, "keys", "Left and Right move through time, b begins a brush, Enter zooms into "
		 "the brushed time of the lane; the mouse does, too");
	text_lines(t);
}

void tracks_build(struct app *a, struct text *t)
{
	const struct pass_result *r = a->result;
	struct slices *s = &a->time.slices;
	struct track track = { .t = t, .rows = r->rows, .slices = s };

	measure(s, r->rows, r->query.slice ? r->query.slice : a->cfg->slice);
	if (!s->nr) {
		lines_title(t->lines, r->rows->nr ? "The samples have no time" :
			    *r->query.filter ? "No sample matches the filter" :
			    "No sample was decoded");
		return;
	}
	if (t->width > TRACK_LABEL + 2)
		s->width = (unsigned int)((t->width - TRACK_LABEL - 2) / s->nr);
	s->width += !s->width;
	track.by_world = calloc(s->nr, sizeof(track.by_world[0]));
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
	add_vms(&track);
	add_cpus(&track);
	say_letters(t);
	free(track.by_world);
}
