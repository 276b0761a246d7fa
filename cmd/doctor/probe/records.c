// SPDX-License-Identifier: GPL-2.0-only
/* Reads a recording of the probe: owners and times of records, and losses. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/doctor/probe/probe.h"
#include "collector/input.h"
#include "decoder/record.h"

#define BATCH		256

struct reader {
	struct probe_records *out;
	const struct probe_code *code;
	unsigned int kernel_el;		/* the host's */
	struct input *input;
	const struct input_clock *clock;	/* NULL: none */
	struct spe_decoder decoder;
	uint64_t last;			/* ticks of the previous record; 0: none */
};

static bool within(uint64_t at, uint64_t from, uint64_t to)
{
	return at >= from && at < to;
}

/*
 * Nothing else in this thread has the guest's addresses: the process reserves them, and the host's
 * kernel is in the high half.  If the host runs at EL2, EL1 is always a guest.
 */
static void take_owner(const struct reader *r, const struct spe_record *rec)
{
	struct probe_records *out = r->out;
	bool has_pc = rec->has & SPE_HAS_PC;

	if (has_pc && rec->pc_el == 1 && within(rec->pc, r->code->kernel, r->code->kernel_end)) {
		out->kernel++;
	} else if (has_pc && !rec->pc_el && within(rec->pc, r->code->user, r->code->user_end)) {
		out->user++;
	} else if ((has_pc && rec->pc_el == 1 && r->kernel_el == 2) ||
		   (has_pc && within(rec->pc, r->code->kernel, r->code->user_end))) {
		if (!out->elsewhere++)
			out->elsewhere_pc = rec->pc;
	} else {
		out->host++;
		out->loop += has_pc && within(rec->pc, r->code->loop, r->code->loop_end);
	}
}

static void take_time(struct reader *r, const struct spe_record *rec)
{
	struct probe_records *out = r->out;
	uint64_t ns;

	if (!(rec->has & SPE_HAS_TICKS)) {
		out->untimed++;
		return;
	}
	if (rec->ticks < r->last) {
		out->back++;
		if (r->last - rec->ticks > out->back_most)
			out->back_most = r->last - rec->ticks;
	}
	r->last = rec->ticks;
	if (!r->clock)
		return;
	ns = input_clock_ns(r->clock, rec->ticks);
	out->early += out->begin && ns < out->begin;
	out->late += out->end && ns > out->end;
}

static void take_records(struct reader *r)
{
	struct spe_record recs[BATCH];
	size_t n;

	while ((n = spe_decoder_next(&r->decoder, recs, BATCH)) != 0) {
		for (size_t i = 0; i < n; i++) {
			take_owner(r, &recs[i]);
			take_time(r, &recs[i]);
		}
		r->out->records += n;
	}
}

static int take_region(struct reader *r, const struct event *ev)
{
	uint8_t *bytes = malloc(ev->aux.len ?: 1);
	long got = bytes ? input_read(r->input, ev->aux.file_offset, bytes, ev->aux.len) : -ENOMEM;

	r->out->regions++;
	r->out->truncated += !!(ev->aux.flags & AUX_TRUNCATED);
	r->out->partial += !!(ev->aux.flags & AUX_PARTIAL);
	r->out->collided += !!(ev->aux.flags & AUX_COLLISION);
	if (got > 0) {
		spe_decoder_feed(&r->decoder, bytes, (size_t)got, ev->aux.offset);
		take_records(r);
	}
	if (ev->aux.flags & (AUX_TRUNCATED | AUX_PARTIAL)) {
		spe_decoder_gap(&r->decoder);
		take_records(r);
	}
	free(bytes);
	return got < 0 ? (int)got : 0;
}

/* All sideband comes before the first region. */
static int take_event(struct reader *r, const struct event *ev)
{
	if (ev->type == EVENT_COMM && !strcmp(ev->comm.name, PROBE_BEGIN))
		r->out->begin = ev->time;
	else if (ev->type == EVENT_COMM && !strcmp(ev->comm.name, PROBE_END))
		r->out->end = ev->time;
	else if (ev->type == EVENT_AUX)
		return take_region(r, ev);
	return 0;
}

int probe_read(struct probe_records *out, const char *path, const struct probe_code *code,
	       const struct host *h, char *err, size_t errlen)
{
	struct reader *r = calloc(1, sizeof(*r));
	const struct input_info *info;
	struct event ev;
	int ret = r ? input_open_sideband(&r->input, path, err, errlen) : -ENOMEM;

	if (ret) {
		free(r);
		return ret;
	}
	r->out = out;
	r->code = code;
	r->kernel_el = h->kernel_el;
	spe_decoder_init(&r->decoder);
	while (!ret && (ret = input_next(r->input, &ev)) == 1) {
		r->clock = input_get_clock(r->input);
		ret = take_event(r, &ev);
	}
	spe_decoder_gap(&r->decoder);
	take_records(r);
	out->clock = r->clock;
	out->skipped += r->decoder.stats.skipped;
	info = input_get_info(r->input);
	for (size_t i = 0; i < info->nr_losses; i++)
		out->lost_samples += info->losses[i].lost_samples;
	if (ret && ret != -ENODATA)
		snprintf(err, errlen, "the probe's own recording cannot be read: %s",
			 strerror(-ret));
	input_close(r->input);
	free(r);
	return ret == -ENODATA ? 0 : ret;
}
