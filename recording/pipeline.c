// SPDX-License-Identifier: GPL-2.0-only
#include "recording/pipeline.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "collector/spool.h"
#include "kvm/exits_stays.h"
#include "recording/recording_impl.h"

#define BATCH		64
/* Recordings of at least this many bytes use files instead of memory. */
#define SPOOL_FROM	(64 << 20)

static int new_stream(struct pipeline *p, const struct event *ev)
{
	const struct input_pmu *pmu = NULL;
	struct stream *s;

	s = array_add(p->streams, p->nr_streams);
	if (!s)
		return -ENOMEM;
	if (ev->aux.pmu >= 0 && (size_t)ev->aux.pmu < p->info->nr_pmus)
		pmu = &p->info->pmus[ev->aux.pmu];
	*s = (struct stream){
		.cpu = ev->cpu, .tid = ev->cpu < 0 ? ev->tid : -1, .pmu = ev->aux.pmu,
		.period = pmu && pmu->period ? pmu->period : 1,
		.midr = input_midr(p->input, ev->cpu), .first = p->regions.nr,
	};
	if (pmu && pmu->count_size > p->count_size)
		p->count_size = pmu->count_size;
	return 0;
}

static int add_region(struct pipeline *p, const struct event *ev)
{
	struct region region = {
		.offset = ev->aux.offset, .len = ev->aux.len,
		.file_offset = ev->aux.file_offset, .flags = ev->aux.flags,
	};
	int err = 0;

	/* streams arrive one after the other, each from its first byte on */
	while (!err && p->nr_streams <= ev->aux.stream)
		err = new_stream(p, ev);
	if (!err)
		err = spooled_add(&p->regions, &region);
	if (err)
		return err;
	p->streams[p->nr_streams - 1].nr++;
	p->streams[p->nr_streams - 1].bytes += ev->aux.len;
	p->aux_bytes += ev->aux.len;
	return 0;
}

static int read_sideband(struct pipeline *p, bool show, const atomic_bool *cancel)
{
	struct progress progress;
	struct event ev;
	uint64_t done, total;
	int ret, err = 0;

	progress_start(&progress, show, "reading");
	while (!err && (ret = input_next(p->input, &ev)) > 0) {
		if (cancel && atomic_load_explicit(cancel, memory_order_relaxed)) {
			err = -ECANCELED;
			break;
		}
		if (ev.type == EVENT_AUX) {
			err = add_region(p, &ev);
			continue;
		}
		err = timeline_apply(p->timeline, &ev) ?: spaces_apply(p->spaces, &ev) ?:
		      (p->exits ? exits_apply(p->exits, &ev) : 0) ?:
		      cycles_apply(&p->cycles, &ev);
		if (progress_due(&progress)) {
			input_progress(p->input, &done, &total);
			progress_show(&progress, done, total);
		}
	}
	progress_end(&progress);
	return err ? err : ret == -ENODATA ? cycles_end(&p->cycles) : ret;
}

static int take_build_ids(struct pipeline *p)
{
	int err = 0;

	for (size_t i = 0; !err && i < p->info->nr_build_ids; i++) {
		const struct input_build_id *b = &p->info->build_ids[i];

		if (!b->guest && b->path)
			err = spaces_build_id(p->spaces, b->path, b->id, b->len);
	}
	return err;
}

static bool is_physical_time(const struct input_info *info)
{
	for (size_t i = 0; i < info->nr_pmus; i++) {
		if (!info->pmus[i].physical_time)
			return false;
	}
	return true;
}

/* Store data that grow with a long recording's length in files. */
static void open_spool(struct pipeline *p)
{
	if (p->info->file_size >= SPOOL_FROM) {
		p->spool[0] = spool_file();
		p->spool[1] = spool_file();
		p->spool[2] = p->exits ? spool_file() : -1;
		p->spool[3] = spool_file();
	}
	if (p->spool[2] >= 0)
		exits_keep_in(p->exits, p->spool[2]);
	if (p->spool[0] >= 0)
		timeline_keep_in(p->timeline, p->spool[0]);
	spooled_init(&p->regions, p->spool[1], sizeof(struct region));
	cycles_init(&p->cycles, p->spool[3]);
	for (size_t i = 0; i < p->info->nr_attrs; i++)
		if (p->info->attrs[i].is_cycles || p->info->attrs[i].is_clock)
			cycles_want(&p->cycles);
}

/* Is it "kvm:kvm_entry", possibly followed by perf's modifiers? */
static bool is_event(const struct input_attr *a, const char *name)
{
	size_t len = strlen(name);

	return a->name && !strncmp(a->name, name, len) && (!a->name[len] || a->name[len] == ':');
}

static void set_events(struct pipeline *p)
{
	struct timeline_events e = { .unnamed = p->info->unnamed_tracepoints, .no_kernel = true };
	bool entry = false, exit = false;
	size_t spe = 0;

	for (size_t i = 0; i < p->info->nr_attrs; i++) {
		const struct input_attr *a = &p->info->attrs[i];

		entry |= is_event(a, "kvm:kvm_entry");
		exit |= is_event(a, "kvm:kvm_exit");
		spe += a->is_spe;
		e.no_kernel &= !a->is_spe || a->exclude_kernel;
	}
	e.entries = entry && exit;
	e.no_kernel &= spe > 0;
	timeline_set_events(p->timeline, &e);
}

static int read_all(struct pipeline *p, const struct pipeline_options *opt)
{
	int ret;

	p->info = input_get_info(p->input);
	p->jobs = opt->jobs;
	p->cancel = opt->cancel;
	p->timeline = timeline_new();
	p->spaces = spaces_new();
	p->exits = opt->exits ? exits_new() : NULL;
	if (!p->timeline || !p->spaces || (opt->exits && !p->exits))
		return -ENOMEM;
	timeline_use_threads(p->timeline, opt->jobs);
	if (p->exits && opt->jobs > 1)
		exits_use_threads(p->exits);
	if (p->exits && opt->site_fn)
		exits_want_sites(p->exits, opt->site_fn, opt->site_arg);
	ret = opt->cgroups ? timeline_want_cgroups(p->timeline) : 0;
	if (ret)
		return ret;
	if (p->exits && opt->stays)
		exits_want_stays(p->exits);
	open_spool(p);
	ret = read_sideband(p, opt->progress, opt->cancel);
	if (ret)
		return ret;
	p->clock = input_get_clock(p->input);
	/* the recorder knew the mode */
	if (opt->host_mode != HOST_UNKNOWN || p->info->kernel_el)
		timeline_set_mode(p->timeline, opt->host_mode != HOST_UNKNOWN ? opt->host_mode :
				  p->info->kernel_el == 2 ? HOST_VHE : HOST_NVHE);
	for (size_t i = 0; !ret && i < p->info->nr_guests; i++)
		ret = timeline_name_vm(p->timeline, p->info->guests[i].pid,
				       p->info->guests[i].name);
	return ret ?: take_build_ids(p);
}

int pipeline_open(struct pipeline *p, const char *path, const struct pipeline_options *opt,
		  char *err, size_t errlen)
{
	int ret;

	memset(p, 0, sizeof(*p));
	p->spool[0] = p->spool[1] = p->spool[2] = p->spool[3] = -1;
	ret = opt->samples_optional ? input_open_sideband(&p->input, path, err, errlen) :
				      input_open_file(&p->input, path, err, errlen);
	if (ret)
		return ret;
	ret = read_all(p, opt);
	if (ret) {
		snprintf(err, errlen, "reading it: %s", strerror(-ret));
		return ret;
	}
	set_events(p);
	if (!p->regions.nr && !opt->samples_optional) {
		snprintf(err, errlen, "it names an SPE event but holds no AUX data: nothing was sampled, "
			 "or the recording was cut before its first buffer was written");
		return -ENODATA;
	}
	return 0;
}

int pipeline_seal_spaces(struct pipeline *p)
{
	const struct timeline_vm *vms;

	return spaces_guests(p->spaces, timeline_vms(p->timeline, &vms)) ?:
	       spaces_seal(p->spaces);
}

int pipeline_seal_exits(struct pipeline *p)
{
	if (!p->exits)
		return 0;
	/* without records, places of exits are not needed */
	return exits_seal(p->exits, p->timeline, p->nr_streams ? p->clock : NULL);
}

int pipeline_seal(struct pipeline *p)
{
	return pipeline_seal_timeline(p) ?: pipeline_seal_spaces(p) ?: pipeline_seal_exits(p);
}

void pipeline_close(struct pipeline *p)
{
	for (size_t i = 0; i < p->nr_kinds; i++) {
		free(p->kinds[i].layouts);
		free(p->kinds[i].decoder);
	}
	free(p->kinds);
	spooled_clear(&p->regions);
	cycles_clear(&p->cycles);
	free(p->streams);
	free(p->pieces);
	timeline_free(p->timeline);
	exits_free(p->exits);
	spaces_free(p->spaces);
	/* if it was never opened, the zeros are not descriptors */
	for (size_t i = 0; p->input && i < sizeof(p->spool) / sizeof(p->spool[0]); i++) {
		if (p->spool[i] >= 0)
			close(p->spool[i]);
	}
	input_close(p->input);
}

/* Deliver the decoder's records. */
static int drain(struct spe_decoder *d, const struct sink *sink)
{
	struct spe_record recs[BATCH];
	size_t n;
	int err = 0;

	while (!err && (n = spe_decoder_next(d, recs, BATCH)))
		err = sink->records(sink->arg, recs, n);
	return err;
}

static int end_run(struct spe_decoder *d, const struct sink *sink)
{
	spe_decoder_gap(d);
	return drain(d, sink);
}

/* A new region: does it continue where the last one ended?  first: the stream starts with it. */
static int begin_region(struct spe_decoder *d, const struct window *w, bool first,
			uint64_t next, const struct sink *sink)
{
	int err = 0;

	if (!first && w->offset != next)
		err = end_run(d, sink);
	if (w->region.flags & AUX_OVERWRITE && (first || w->offset != next))
		spe_decoder_unaligned(d);
	return err;
}

static int decode_windows(struct windows *from, struct spe_decoder *d,
			  const struct sink *sink)
{
	bool first = !from->number && !from->at;
	size_t region = from->number;
	uint64_t next = 0, done = 0;
	struct window w;
	int ret, err = 0;

	while (!err && (ret = windows_next(from, &w)) > 0) {
		/* a piece that is not the first begins with a record */
		if (first || w.number != region)
			err = begin_region(d, &w, first, next, sink);
		first = false;
		region = w.number;
		next = w.offset + w.len;
		if (!err) {
			spe_decoder_feed(d, w.data, w.len, w.offset);
			err = drain(d, sink);
		}
		if (sink->progress)
			sink->progress(sink->arg, w.len);
		if (!err && w.last && w.region.flags & (AUX_TRUNCATED | AUX_PARTIAL))
			err = end_run(d, sink);
		/* Stopping here is not a loss. */
		done += w.len;
		if (!err && sink->limit && done >= sink->limit)
			return 0;
	}
	return err ? err : ret ? ret : end_run(d, sink);
}

int pipeline_decode_piece(const struct pipeline *p, const struct stream_piece *piece,
			  const struct sink *sink, struct spe_stats *stats)
{
	struct spe_decoder *d = malloc(sizeof(*d));
	struct windows from;
	int err = windows_init(&from, p, piece) ?: d ? 0 : -ENOMEM;

	if (!err) {
		*d = *p->kinds[from.s->kind].decoder;
		d->detail = sink->detail;
		err = decode_windows(&from, d, sink);
		*stats = d->stats;
	}
	windows_free(&from);
	free(d);
	return err;
}

int pipeline_decode(const struct pipeline *p, const struct stream *s,
		    const struct sink *sink, struct spe_stats *stats)
{
	struct sink part = *sink;
	struct spe_stats of_piece;
	int err = 0;

	*stats = (struct spe_stats){ 0 };
	for (size_t i = 0; !err && i < s->nr_pieces; i++) {
		const struct stream_piece *piece = &p->pieces[s->first_piece + i];

		if (sink->limit && sink->limit <= piece->before)
			break;
		if (sink->limit)
			part.limit = sink->limit - piece->before;
		err = pipeline_decode_piece(p, piece, &part, &of_piece);
		if (!err)
			spe_stats_add(stats, &of_piece);
	}
	return err;
}

int pipeline_seal_timeline(struct pipeline *p)
{
	int err = 0;

	for (size_t i = 0; i < p->nr_streams && !err; i++) {
		if (p->streams[i].cpu < 0)
			err = timeline_want_thread(p->timeline, p->streams[i].tid);
	}
	return err ?: timeline_seal_sideband(p->timeline, p->clock, is_physical_time(p->info)) ?:
	       look_at_records(p);
}
