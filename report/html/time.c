// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lanes over time: samples of everything, of each VM and of each CPU, by world; what each vCPU's
 * thread did; and losses.  All share one axis, and the script zooms them together.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "report/html/html_impl.h"
#include "report/html/svg.h"

#define SLICES_MAX	2000
#define LANE_HEIGHT	40	/* pixels */
#define LANE_LOW	22	/* if there are many */
#define LANES_MANY	16
#define VMS_SHOWN	16
#define VCPUS_SHOWN	32
#define CPUS_SHOWN	32
#define TICKS		5	/* maximum on the axis */

/* The order of HTML_TIME_KEYS. */
enum { KEY_SLICE, KEY_WORLD, KEY_VM, KEY_CPU };

struct lanes {
	struct html *h;
	uint64_t first, slice;	/* ns: start of the axis, and length of a slice */
	size_t nr;		/* number of slices; 0: no time */
	unsigned int height;	/* of a lane, pixels */
	uint64_t (*samples)[NR_WORLDS];		/* of the present lane, by slice */
};

/* Is it known over time what vCPUs' threads did? */
static bool has_times(const struct html *h)
{
	return html_has_exits(h) && time_span_known(exits_span(h->r->kvm->exits));
}

static size_t slice_of(const struct lanes *l, const struct row *r)
{
	if (!r->keys[KEY_SLICE].known)
		return SIZE_MAX;
	return (r->keys[KEY_SLICE].num - l->first) / l->slice;
}

/* Cover the first to the last slice with samples, or without samples those of exits. */
static void measure(struct lanes *l)
{
	const struct rows *r = l->h->r->slices;
	uint64_t last = 0;

	l->slice = l->h->r->slice;
	l->first = UINT64_MAX;
	for (size_t i = 0; r && i < r->nr; i++) {
		uint64_t start = r->row[i].keys[KEY_SLICE].num;

		if (!r->row[i].keys[KEY_SLICE].known)
			continue;
		l->first = start < l->first ? start : l->first;
		last = start > last ? start : last;
	}
	if (l->first != UINT64_MAX && l->slice) {
		l->nr = (last - l->first) / l->slice + 1;
	} else if (has_times(l->h)) {
		const struct time_span *span = exits_span(l->h->r->kvm->exits);

		l->first = span->begin;
		l->slice = (span->end - span->begin) / TIME_SLICES + 1;
		l->nr = TIME_SLICES;
	}
	l->nr = l->nr < SLICES_MAX ? l->nr : SLICES_MAX;
}

/*
 * key SIZE_MAX: all samples; else those whose key has that number.  Returns the maximum of a slice.
 */
static uint64_t fill(struct lanes *l, size_t key, uint64_t number)
{
	const struct rows *r = l->h->r->slices;
	uint64_t most = 0;

	memset(l->samples, 0, l->nr * sizeof(l->samples[0]));
	for (size_t i = 0; i < r->nr; i++) {
		const struct row *row = &r->row[i];
		size_t at = slice_of(l, row);
		bool is_its = key == SIZE_MAX ||
			      (row->keys[key].known && row->keys[key].num == number);

		if (at < l->nr && is_its)
			l->samples[at][row->keys[KEY_WORLD].num] += row->m.samples;
	}
	for (size_t i = 0; i < l->nr; i++) {
		uint64_t n = 0;

		for (unsigned int w = 0; w < NR_WORLDS; w++)
			n += l->samples[i][w];
		most = n > most ? n : most;
	}
	return most;
}

static void open_lane(struct lanes *l, const char *name, const char *note)
{
	html_put(l->h, "<div class=\"lane%s\"><span class=\"name\">",
		 l->height < LANE_HEIGHT ? " low" : "");
	html_name(l->h, name);
	html_put(l->h, " <small>");
	html_text(l->h, note, HTML_NAME);
	html_put(l->h, "</small></span>");
	svg_plot(l->h, "plot", l->height, (unsigned int)l->nr, name);
}

static void close_lane(struct lanes *l)
{
	svg_close(l->h);
	html_put(l->h, "</div>\n");
}

/* Draw the worlds from the bottom up to this one as one shape; call for upper ones first. */
static void put_world(struct lanes *l, unsigned int place, uint64_t most)
{
	struct svg_area a;
	uint64_t own = 0;

	for (size_t i = 0; i < l->nr; i++)
		own += l->samples[i][html_world(place)];
	if (!own)
		return;
	svg_area_begin(&a, l->h, html_world_class(html_world(place)));
	for (size_t i = 0; i < l->nr; i++) {
		uint64_t n = 0;

		for (unsigned int k = 0; k <= place; k++)
			n += l->samples[i][html_world(k)];
		svg_area_add(&a, (double)i, (double)i + 1,
			     (double)(unsigned int)(100.0 * (double)n / (double)most + 0.5));
	}
	svg_area_end(&a);
}

static void put_samples(struct lanes *l, const char *name, uint64_t most)
{
	double second = (double)l->slice / 1e9;
	char number[NUMBER_LEN], note[NUMBER_LEN + 16];

	snprintf(note, sizeof(note), "up to %s/s",
		 number_short(number, (uint64_t)((double)most / second)));
	open_lane(l, name, note);
	for (unsigned int i = NR_WORLDS; i--;)
		put_world(l, i, most);
	close_lane(l);
}

/*
 * vCPUs
 */

/* From the bottom; in the remaining time it was waiting. */
static const enum account shown[] = {
	ACCOUNT_GUEST, ACCOUNT_KERNEL, ACCOUNT_VMM, ACCOUNT_PREEMPTED, ACCOUNT_HALTED,
};
#define NR_SHOWN	(sizeof(shown) / sizeof(shown[0]))

/* The position of a time on the axis. */
static double place_of(const struct lanes *l, double ns)
{
	double at = (ns - (double)l->first) / (double)l->slice;

	return at < 0 ? 0 : at > (double)l->nr ? (double)l->nr : at;
}

static void put_account(struct lanes *l, const struct exit_vcpu *v, unsigned int k)
{
	const struct time_span *span = exits_span(l->h->r->kvm->exits);
	double length = (double)(span->end - span->begin) / TIME_SLICES;
	struct svg_area a;

	if (!v->ns[shown[k]])
		return;
	svg_area_begin(&a, l->h, html_account_class(shown[k]));
	for (unsigned int i = 0; i < TIME_SLICES; i++) {
		double from = (double)span->begin + i * length, ns = 0;

		for (unsigned int j = 0; j <= k; j++)
			ns += (double)v->slices[i][shown[j]];
		svg_area_add(&a, place_of(l, from), place_of(l, from + length),
			     (double)(unsigned int)(100 * ns / length + 0.5));
	}
	svg_area_end(&a);
}

static void put_vcpu(struct lanes *l, const struct exit_vcpu *v, const char *name)
{
	open_lane(l, name, "its thread");
	for (unsigned int k = NR_SHOWN; k--;)
		put_account(l, v, k);
	close_lane(l);
}

/* Is there anything to draw? */
static bool has_lane(const struct exit_vcpu *v)
{
	uint64_t ns = 0;

	for (unsigned int k = 0; k < NR_SHOWN; k++)
		ns += v->ns[shown[k]];
	return v->slices && ns;
}

/* Returns the number that were not drawn. */
static size_t put_vcpus(struct lanes *l, const struct kvm_vm *vm, size_t *drawn)
{
	size_t left = 0;

	for (uint32_t i = 0; i < vm->vm->nr_vcpus; i++) {
		const struct timeline_vcpu *at;
		const struct exit_vcpu *v = kvm_vcpu(l->h->r->kvm, vm, i, &at);
		char number[NUMBER_LEN], name[2 * NUMBER_LEN];

		if (!has_lane(v))
			continue;
		if (*drawn == VCPUS_SHOWN || html_full(l->h)) {
			left++;
			continue;
		}
		++*drawn;
		snprintf(name, sizeof(name), "vm %u vCPU %s", vm->number,
			 number_id(number, at->vcpu));
		put_vcpu(l, v, name);
	}
	return left;
}

static void put_vms(struct lanes *l)
{
	const struct timeline_vm *vms;
	size_t nr = timeline_vms(l->h->d->timeline, &vms), drawn = 0, left = 0, i;
	char name[16 + 4 * HTML_NAME];

	for (i = 0; i < nr && i < VMS_SHOWN && !html_full(l->h); i++) {
		uint64_t most = l->h->r->slices ? fill(l, KEY_VM, i) : 0;

		snprintf(name, sizeof(name), "vm %zu %s", i, vms[i].name);
		if (most)
			put_samples(l, name, most);
		if (has_times(l->h))
			left += put_vcpus(l, &l->h->kvm->vms[i], &drawn);
	}
	html_left_out(l->h, nr - i, "VM", "VMs");
	html_left_out(l->h, left, "vCPU", "vCPUs");
}

/*
 * CPUs
 */

struct cpu {
	uint64_t number, samples;
};

static int by_number(const void *a, const void *b)
{
	return array_order(((const struct cpu *)a)->number, ((const struct cpu *)b)->number);
}

static int by_samples(const void *a, const void *b)
{
	return array_order(((const struct cpu *)b)->samples, ((const struct cpu *)a)->samples) ?:
	       by_number(a, b);
}

/* Find each CPU, with its samples.  Returns the number. */
static size_t find_cpus(const struct rows *r, struct cpu *cpus)
{
	size_t nr = 0, out = 0;

	for (size_t i = 0; i < r->nr; i++)
		if (r->row[i].keys[KEY_CPU].known)
			cpus[nr++] = (struct cpu){ r->row[i].keys[KEY_CPU].num,
						   r->row[i].m.samples };
	qsort(cpus, nr, sizeof(*cpus), by_number);
	for (size_t i = 0; i < nr; i++) {
		if (out && cpus[out - 1].number == cpus[i].number)
			cpus[out - 1].samples += cpus[i].samples;
		else
			cpus[out++] = cpus[i];
	}
	return out;
}

static void put_cpus(struct lanes *l)
{
	const struct rows *r = l->h->r->slices;
	struct cpu *cpus = calloc(r->nr + 1, sizeof(*cpus));
	char name[32];
	size_t nr, few;

	if (!cpus) {
		l->h->failed = true;
		return;
	}
	nr = find_cpus(r, cpus);
	few = nr < CPUS_SHOWN ? nr : CPUS_SHOWN;
	qsort(cpus, nr, sizeof(*cpus), by_samples);
	qsort(cpus, few, sizeof(*cpus), by_number);
	for (size_t i = 0; i < few && !html_full(l->h); i++) {
		uint64_t most = fill(l, KEY_CPU, cpus[i].number);

		snprintf(name, sizeof(name), "CPU %" PRIu64, cpus[i].number);
		if (most)
			put_samples(l, name, most);
	}
	html_left_out(l->h, nr - few, "CPU with fewer samples", "CPUs with fewer samples");
	free(cpus);
}

static void put_losses(struct lanes *l)
{
	const struct input_info *info = l->h->d->info;
	size_t last = SIZE_MAX;

	if (!info->nr_loss_times)
		return;
	open_lane(l, "Losses", info->more_loss_times ? "the first 65,536" : "");
	html_put(l->h, "<path class=\"bad\" d=\"");
	for (size_t i = 0; i < info->nr_loss_times && !html_full(l->h); i++) {
		uint64_t time = info->loss_times[i].time;
		size_t at = time < l->first ? 0 : (time - l->first) / l->slice;

		if (at != last && at < l->nr)
			html_put(l->h, "M%zu 0h1v100h-1z", at);
		last = at;
	}
	html_put(l->h, "\"/>");
	close_lane(l);
}

/*
 * The axis
 */

/* 1, 2 or 5 times a power of ten, not below ns. */
static double step_above(double ns)
{
	double ten = 1;

	while (ten * 10 <= ns)
		ten *= 10;
	return ns <= ten ? ten : ns <= 2 * ten ? 2 * ten : ns <= 5 * ten ? 5 * ten : 10 * ten;
}

/* The script, if it runs, adapts the axis to the zoom. */
static void put_axis(struct lanes *l)
{
	double whole = (double)l->nr * (double)l->slice, step = step_above(whole / TICKS);
	char text[NUMBER_LEN];

	html_put(l->h, "<div class=\"lane top\"><span class=\"name\"></span>");
	svg_open(l->h, "axis", 20, "time since the first sample");
	for (double at = 0; at < whole * 0.95; at += step)
		svg_text(l->h, "tick", 100 * at / whole, 14, SVG_START,
			 at > 0 ? kvm_duration(text, at) : "0");
	svg_close(l->h);
	html_put(l->h, "</div>\n");
}

static void put_legends(struct html *h)
{
	struct html_part part[NR_WORLDS + NR_SHOWN];
	static const char *const accounts[NR_SHOWN] = {
		"in the guest", "exits, in the kernel", "VMM", "stolen", "halted",
	};
	size_t nr = 0;

	html_put(h, "<div class=\"legends\">");
	for (unsigned int i = 0; i < NR_WORLDS; i++)
		if (world_samples(h->d->summary, html_world(i)))
			part[nr++] = (struct html_part){ html_world_class(html_world(i)),
							 world_name(html_world(i)), 0 };
	if (h->r->slices) {
		html_put(h, "<span>Samples</span>");
		html_legend(h, part, nr);
	}
	if (html_has_exits(h)) {
		for (unsigned int i = 0; i < NR_SHOWN; i++)
			part[i] = (struct html_part){ html_account_class(shown[i]), accounts[i],
						      0 };
		html_put(h, "<span>vCPU threads</span>");
		html_legend(h, part, NR_SHOWN);
	}
	html_put(h, "</div>\n");
}

static void put_lanes(struct lanes *l)
{
	struct html *h = l->h;
	char text[NUMBER_LEN];
	uint64_t most;

	html_put(h, "<p class=\"sub\">Samples in each %s of the recording, by world; for a vCPU, "
		 "what its thread did. <span class=\"js\">Drag over a lane to zoom.</span></p>\n", kvm_duration(text, (double)l->slice));
	put_legends(h);
	html_put(h, "<p class=\"tools js\" id=\"zoom\"></p>\n");
	html_put(h, "<div class=\"lanes\" data-first=\"%" PRIu64 "\" data-slice=\"%" PRIu64 "\" "
		 "data-nr=\"%zu\">\n", l->first, l->slice, l->nr);
	put_axis(l);
	most = h->r->slices ? fill(l, SIZE_MAX, 0) : 0;
	if (most)
		put_samples(l, "All samples", most);
	put_losses(l);
	put_vms(l);
	if (h->r->slices)
		put_cpus(l);
	html_put(h, "</div>\n");
	html_rest(h, h->r->slices ? h->r->slices->rest : 0);
}

/* The approximate number of lanes: VMs, vCPUs and CPUs. */
static size_t nr_lanes(const struct html *h)
{
	const struct timeline_vm *vms;
	const struct timeline_vcpu *vcpus;

	return timeline_vms(h->d->timeline, &vms) + timeline_vcpus(h->d->timeline, &vcpus) +
	       h->d->info->nr_cpus;
}

void html_time(struct html *h)
{
	struct lanes l = { .h = h };

	measure(&l);
	l.height = nr_lanes(h) > LANES_MANY ? LANE_LOW : LANE_HEIGHT;
	if (!l.nr) {
		html_about(h, "The samples have no timestamps.");
		return;
	}
	l.samples = calloc(l.nr, sizeof(l.samples[0]));
	if (l.samples)
		put_lanes(&l);
	h->failed |= !l.samples;
	free(l.samples);
}
