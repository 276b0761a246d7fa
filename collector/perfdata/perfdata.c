// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/zstd.h"
#include "collector/perfdata/perfdata_impl.h"

#define SCRATCH_SIZE 65536

static void perfdata_close(struct input *s)
{
	struct perfdata *pd = perfdata_of(s);

	pool_free(&pd->pool);
	notes_free(&pd->notes);
	losses_free(&pd->losses);
	window_free(&pd->window);
	attrs_free(&pd->attrs);
	auxindex_free(&pd->aux);
	zstd_free(pd->unpacked.zstd);
	free(pd->unpacked.buf);
	free(pd->cpus);
	free(pd->guests);
	free(pd->stretches);
	free(pd->kallsyms);
	free(pd->symbols);
	free(pd->vdso);
	free(pd->jits);
	perfdata_merged_free(pd);
	free(pd->aux_offsets);
	free(pd->scratch);
	free(pd->chain);
	free(pd->out_attrs);
	free(pd->out_pmus);
	free(pd->build_ids);
	nodes_clear(&pd->nodes);
	if (pd->fd >= 0)
		close(pd->fd);
	free(pd);
}

/* Count AUX bytes, present and missing, per CPU. */
static void count_aux(struct perfdata *pd)
{
	struct auxindex *x = &pd->aux;

	for (size_t i = 0; i < x->nr_streams; i++) {
		struct input_loss *loss = losses_row(&pd->losses, x->streams[i].cpu);

		loss->aux_bytes += x->streams[i].bytes;
		loss->missing_bytes += x->streams[i].missing;
	}
	for (size_t i = 0; i < x->nr_regions; i++)
		if (!(x->regions[i].flags & AUX_OVERWRITE))
			losses_row(&pd->losses, x->regions[i].cpu)->missing_bytes +=
				x->regions[i].size;
	if (x->repeated)
		notes_add(&pd->notes, "%" PRIu64 " bytes of trace data are in the file "
			  "twice; they were read once.", x->repeated);
	if (!x->nr_pieces)
		notes_add(&pd->notes, "The recording has no trace data: there is nothing "
			  "to report samples from.");
}

static void check_clock(struct perfdata *pd)
{
	for (size_t i = 0; i < pd->attrs.nr; i++) {
		if (!(pd->attrs.list[i].flags & PERF_ATTR_USE_CLOCKID))
			continue;
		pd->input.has_clock = false;
		notes_add(&pd->notes, "It was recorded with --clockid: events and trace "
			  "data are on different clocks, so samples cannot be placed among "
			  "events.  Record without -k.");
		return;
	}
	if (!pd->input.has_clock)
		notes_add(&pd->notes, "The recording has no clock conversion: timestamps "
			  "of samples cannot be placed among other events.");
}

/* Fill input_info with what is known so far. */
static int publish(struct perfdata *pd)
{
	struct input_info *info = &pd->input.info;

	info->build_ids = pd->build_ids;
	info->nr_build_ids = pd->nr_build_ids;
	info->losses = pd->losses.rows;
	info->nr_losses = pd->losses.nr;
	info->loss_times = pd->losses.times;
	info->nr_loss_times = pd->losses.nr_times;
	info->more_loss_times = pd->losses.more_times;
	info->notes = notes_show(&pd->notes, &info->nr_notes);
	return perfdata_publish_pmus(pd);
}

/* All records have been read: index the trace data by stream. */
static int finish_pass(struct perfdata *pd)
{
	struct input_info *info = &pd->input.info;
	int err;

	pd->pass_done = true;
	if (pd->error)
		return pd->error;
	err = auxindex_build(&pd->aux);
	if (err)
		return err;
	info->nr_streams = (uint32_t)pd->aux.nr_streams;
	if (!info->last_time) {
		info->first_time = pd->sample_time[0];
		info->last_time = pd->sample_time[1];
	}
	count_aux(pd);
	check_clock(pd);
	err = publish(pd);
	if (!err)
		perfdata_hint_pmus(pd);
	window_free(&pd->window);
	return err;
}

static void aux_event(const struct perfdata *pd, const struct aux_piece *p,
		      struct event *ev)
{
	const struct aux_stream *s = &pd->aux.streams[p->stream];

	*ev = (struct event){
		.type = EVENT_AUX,
		.cpu = s->cpu,
		.pid = -1,
		.tid = s->tid,
		.time = p->time,
	};
	ev->aux.stream = p->stream;
	ev->aux.pmu = perfdata_stream_pmu(pd, s);
	ev->aux.offset = p->offset;
	ev->aux.len = p->len;
	ev->aux.flags = p->flags;
	ev->aux.file_offset = p->file_offset;
}

static int perfdata_next(struct input *s, struct event *ev)
{
	struct perfdata *pd = perfdata_of(s);
	int err;

	if (!pd->pass_done) {
		if (perfdata_walk(pd, ev))
			return 1;
		err = finish_pass(pd);
		if (err)
			return err;
	}
	if (pd->next_piece == pd->aux.nr_pieces) {
		auxindex_drop_pieces(&pd->aux);
		pd->next_piece = 0;
		return -ENODATA;
	}
	aux_event(pd, &pd->aux.pieces[pd->next_piece++], ev);
	return 1;
}

static long perfdata_read(const struct input *s, uint64_t file_offset, void *buf,
			  size_t len)
{
	const struct perfdata *pd = (const struct perfdata *)s;

	return read_at(pd->fd, file_offset, buf, len);
}

static void perfdata_progress(const struct input *s, uint64_t *done, uint64_t *total)
{
	const struct perfdata *pd = (const struct perfdata *)s;

	*done = pd->pos - pd->data_start;
	*total = pd->data_end - pd->data_start;
}

static const struct input_ops perfdata_ops = {
	.next = perfdata_next,
	.read = perfdata_read,
	.progress = perfdata_progress,
	.midr = perfdata_midr,
	.close = perfdata_close,
};

/* tools/perf/util/auxtrace.h, enum auxtrace_type */
static const char *const tracers[] = {
	NULL, "Intel PT", "Intel BTS", "CoreSight ETM", "Arm SPE", "s390 CPU measurement",
	"HiSilicon PTT", "Powerpc VPA DTL",
};

#define RECORD_SPE "record with: perf record -e arm_spe_0// on an Arm machine with SPE"

/* Can this file hold SPE data at all?  0, or -ENODATA with the reason. */
static int check_spe(struct perfdata *pd, const struct input_error *err)
{
	uint32_t tracer;
	bool has_aux;

	for (size_t i = 0; i < pd->attrs.nr; i++)
		if (perfdata_is_spe(pd, &pd->attrs.list[i]))
			return 0;
	if (pd->has_features && !(pd->features[0] >> PERF_FEAT_AUXTRACE & 1))
		return input_fail(err, -ENODATA, "it has no Arm SPE data, only other "
				   "events; " RECORD_SPE);
	perfdata_peek(pd, &has_aux);
	tracer = pd->aux_info_type;
	if (pd->has_aux_info && tracer != PERF_AUXTRACE_ARM_SPE) {
		if (tracer < sizeof(tracers) / sizeof(tracers[0]) && tracers[tracer])
			return input_fail(err, -ENODATA, "its trace data is %s, not Arm "
					   "SPE; " RECORD_SPE, tracers[tracer]);
		return input_fail(err, -ENODATA, "its trace data is of an unknown kind "
				   "(%u), not Arm SPE; " RECORD_SPE, tracer);
	}
	if (pd->has_aux_info || has_aux)
		return 0;
	if (pd->has_features)
		return input_fail(err, -ENODATA, "no Arm SPE data was found in it; "
				   RECORD_SPE);
	return input_fail(err, -ENODATA, "no Arm SPE data was found in it; if it was cut, "
			   "copy it again, else " RECORD_SPE);
}

int perfdata_open(struct input **out, int fd, const char *path, uint64_t size, bool any,
		  const struct input_error *err)
{
	struct perfdata *pd = calloc(1, sizeof(*pd));
	int ret;

	if (!pd) {
		close(fd);
		return input_fail(err, -ENOMEM, "out of memory");
	}
	pd->fd = fd;
	pd->size = size;
	pd->aux_info_pmu = -1;
	pd->input.ops = &perfdata_ops;
	pd->scratch = malloc(SCRATCH_SIZE);
	pd->input.info.path = pool_string(&pd->pool, path, strlen(path));
	pd->input.info.file_size = size;
	if (window_init(&pd->window, fd) || !pd->scratch || !pd->input.info.path) {
		ret = input_fail(err, -ENOMEM, "out of memory");
		goto fail;
	}
	ret = perfdata_read_header(pd, err);
	if (ret)
		goto fail;
	pd->input.info.format = pd->pipe ? "perf pipe" : "perf.data";
	if (pd->features[0] >> PERF_FEAT_DIR_FORMAT & 1) {
		ret = input_fail(err, -EISDIR, "it is part of a recording that is a directory "
				 "(perf record --threads), which is not supported: record without "
				 "--threads");
		goto fail;
	}
	ret = any ? 0 : check_spe(pd, err);
	if (ret)
		goto fail;
	pd->pos = pd->data_start;
	ret = publish(pd);
	if (ret) {
		input_fail(err, ret, "out of memory");
		goto fail;
	}
	*out = &pd->input;
	return 0;
fail:
	perfdata_close(&pd->input);
	return ret;
}
