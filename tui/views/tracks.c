// SPDX-License-Identifier: GPL-2.0-only
/* The lines of the view Time: a track for all samples, each VM and each CPU. */
#include "tui/views/tracks.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tui/app_impl.h"
#include "tui/views/text.h"

#define SLICES_MAX	10000	/* a screen's; what is later is not drawn */

/* TRACK_KEYS, in their order. */
enum { KEY_SLICE, KEY_WORLD, KEY_VM, KEY_CPU };

struct track {
	uint64_t (*by_world)[NR_WORLDS];	/* of each slice */
	uint64_t most;				/* samples of one slice */
};

void slices_clear(struct slices *l)
{
	free(l->samples);
	*l = (struct slices){ 0 };
}

static bool has_time(const struct row *r)
{
	return r->keys[KEY_SLICE].known;
}

/* From the first slice to the last. */
static void measure(struct app *a)
{
	const struct rows *r = a->result->rows;
	struct slices *l = &a->time.slices;
	uint64_t last = 0;

	slices_clear(l);
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
static bool slice_of(const struct slices *l, const struct row *r, size_t *out)
{
	if (!has_time(r))
		return false;
	*out = (r->keys[KEY_SLICE].num - l->first) / l->length;
	return *out < l->nr;
}

/* key SIZE_MAX: all samples; else those whose key has that number. */
static bool fill(const struct app *a, size_t key, uint64_t number, struct track *track)
{
	const struct rows *r = a->result->rows;
	size_t s;

	track->most = 0;
	memset(track->by_world, 0, a->time.slices.nr * sizeof(track->by_world[0]));
	for (size_t i = 0; i < r->nr; i++) {
		const struct row *row = &r->row[i];

		if (key != SIZE_MAX && (!row->keys[key].known || row->keys[key].num != number))
			continue;
		if (slice_of(&a->time.slices, row, &s))
			track->by_world[s][row->keys[KEY_WORLD].num] += row->m.samples;
	}
	for (s = 0; s < a->time.slices.nr; s++) {
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

static void add_track(struct app *a, struct lines *l, const struct track *track, const char *name,
		     const char *filter)
{
	unsigned int wide = a->time.slices.width;
	size_t columns = a->time.slices.nr * wide;
	struct text_line *line;
	struct text t;
	uint64_t n;

	if (!text_begin(&t, a, 80)) {
		l->failed = true;
		return;
	}
	cell_write(t.page.out, name, TRACK_LABEL - 1, true, false);
	fputc(' ', t.page.out);
	for (size_t c = 0; c < columns; c++) {
		enum world w = busiest(track, c / wide, &n);

		fputc(!n ? '.' : letter(w, n * 2 >= track->most), t.page.out);
	}
	line = text_line(&t, l, ROLE_TEXT);
	text_end(&t);
	lines_zoom(l, line, filter, *filter ? name : "");
	if (line)
		line->paint = malloc(columns);
	if (!line || !line->paint)
		return;
	line->paint_at = TRACK_LABEL;
	line->nr_paint = (unsigned int)columns;
	for (size_t c = 0; c < columns; c++) {
		enum world w = busiest(track, c / wide, &n);

		line->paint[c] = n ? world_role(w) : ROLE_DIM;
	}
}

/* Of all CPUs, or of one: '!' where something was lost.  None: no track. */
static void add_losses(struct app *a, struct lines *l, bool all, int32_t cpu)
{
	const struct input_info *info = a->cfg->data.info;
	unsigned int wide = a->time.slices.width;
	size_t columns = a->time.slices.nr * wide;
	char *text = calloc(1, TRACK_LABEL + columns + 1), filter[32] = "";
	bool some = false;

	if (!text) {
		l->failed = true;
		return;
	}
	snprintf(text, TRACK_LABEL + 1, "%-*s", TRACK_LABEL, all ? "losses" : "  lost");
	memset(text + TRACK_LABEL, '.', columns);
	for (size_t i = 0; i < info->nr_loss_times; i++) {
		const struct input_loss_time *t = &info->loss_times[i];
		size_t slice = t->time < a->time.slices.first ? a->time.slices.nr :
			       (t->time - a->time.slices.first) / a->time.slices.length;

		if ((!all && t->cpu != cpu) || slice >= a->time.slices.nr)
			continue;
		memset(text + TRACK_LABEL + slice * wide, '!', wide);
		some = true;
	}
	if (!all)
		snprintf(filter, sizeof(filter), "cpu=%d", cpu);
	if (some)
		lines_zoom(l, lines_add(l, ROLE_BAD, text), filter, filter);
	free(text);
}

static void add_vms(struct app *a, struct lines *l, struct track *track)
{
	const struct timeline_vm *vms;
	size_t nr = timeline_vms(a->cfg->data.timeline, &vms);
	char name[CRUMB_LEN], filter[32];

	for (size_t i = 0; i < nr; i++) {
		if (!fill(a, KEY_VM, i, track))
			continue;
		snprintf(name, sizeof(name), "vm %zu %.64s", i, vms[i].name);
		snprintf(filter, sizeof(filter), "vm=%zu", i);
		add_track(a, l, track, name, filter);
	}
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void add_cpus(struct app *a, struct lines *l, struct track *track)
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
		if ((i && cpu[i] == cpu[i - 1]) || !fill(a, KEY_CPU, cpu[i], track))
			continue;
		snprintf(name, sizeof(name), "cpu %" PRIu64, cpu[i]);
		snprintf(filter, sizeof(filter), "cpu=%" PRIu64, cpu[i]);
		add_track(a, l, track, name, filter);
		add_losses(a, l, false, (int32_t)cpu[i]);
	}
	free(cpu);
}

static void count_slices(struct app *a)
{
	const struct rows *r = a->result->rows;
	size_t s;

	for (size_t i = 0; i < r->nr; i++)
		if (slice_of(&a->time.slices, &r->row[i], &s))
			a->time.slices.samples[s] += r->row[i].m.samples;
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

void tracks_build(struct app *a, struct lines *l, unsigned int width)
{
	struct track track;

	measure(a);
	if (!a->time.slices.nr) {
		lines_title(l, a->result->rows->nr ? "The samples have no time" :
			    *a->result->query.filter ? "No sample matches the filter" :
			    "No sample was decoded");
		return;
	}
	a->time.slices.width = width > TRACK_LABEL + 2 ? (unsigned int)((width - TRACK_LABEL - 2) / a->time.slices.nr) : 1;
	a->time.slices.width += !a->time.slices.width;
	track.by_world = calloc(a->time.slices.nr, sizeof(track.by_world[0]));
	if (!a->time.slices.samples || !track.by_world) {
		free(track.by_world);
		slices_clear(&a->time.slices);
		l->failed = true;
		return;
	}
	count_slices(a);
	fill(a, SIZE_MAX, 0, &track);
	add_track(a, l, &track, "all", "");
	add_losses(a, l, true, -1);
	add_vms(a, l, &track);
	add_cpus(a, l, &track);
	say_letters(a, l, width);
	free(track.by_world);
}
