// SPDX-License-Identifier: GPL-2.0-only
/* The first records of a file. */
#include <errno.h>
#include <string.h>

#include "collector/live/live_impl.h"
#include "collector/live/tracefs.h"
#include "collector/perfdata/format.h"

/* The size of an ID_INDEX record is a u16, which limits its entries. */
#define ID_ENTRY	32	/* bytes */
#define IDS_PER_RECORD	2000

static int put_record(struct perfdata_writer *w, unsigned int type, struct buffer *body)
{
	struct perf_event_header h = { .type = type, .size = (uint16_t)(sizeof(h) + body->len) };
	struct iovec iov[2] = { { &h, sizeof(h) }, { body->p, body->len } };
	int ret = body->bad ? -ENOMEM : perfdata_writer_records(w, iov, 2);

	body->len = 0;
	return ret;
}

/* Write the collected entries after their number. */
static int flush_ids(struct perfdata_writer *w, struct buffer *b)
{
	uint64_t nr = b->len / ID_ENTRY;
	int ret = 0;

	if (nr) {
		memcpy(b->p, &nr, sizeof(nr));
		ret = put_record(w, PERF_REC_ID_INDEX, b);
		buffer_u64(b, 0);
	}
	return b->bad ? -ENOMEM : ret;
}

/* The ring, CPU and task of each id: struct id_index_entry. */
static int put_ids(const struct live *l, struct perfdata_writer *w)
{
	struct buffer b = { 0 };
	int ret = 0;

	buffer_u64(&b, 0);
	for (size_t e = 0; e < l->nr_events; e++) {
		const struct live_event *ev = &l->events[e];

		for (size_t i = 0; i < ev->nr && !ret; i++) {
			int32_t cpu = ((const int32_t *)ev->cpus.p)[i];
			uint64_t idx = 0;

			while (idx < l->nr_rings && l->rings[idx].cpu != cpu)
				idx++;
			buffer_u64(&b, ((const uint64_t *)ev->ids.p)[i]);
			buffer_u64(&b, idx);
			buffer_u64(&b, (uint64_t)(int64_t)cpu);
			buffer_u64(&b, (uint64_t)(int64_t)((const int32_t *)ev->tids.p)[i]);
			if (b.len > ID_ENTRY * IDS_PER_RECORD)
				ret = flush_ids(w, &b);
		}
	}
	ret = ret ?: flush_ids(w, &b);
	buffer_free(&b);
	return ret;
}

/* struct perf_record_time_conv; perf reads it before AUXTRACE_INFO. */
static int put_clock(const struct live *l, struct perfdata_writer *w)
{
	struct buffer b = { 0 };
	struct input_clock c;
	uint8_t flags[8] = { 1 };
	int ret;

	if (!ring_clock(&l->rings[0], &c))
		return 0;
	flags[1] = c.short_counter;
	buffer_u64(&b, c.shift);
	buffer_u64(&b, c.mult);
	buffer_u64(&b, c.zero);
	buffer_u64(&b, c.cycles);
	buffer_u64(&b, c.mask);
	buffer_add(&b, flags, sizeof(flags));
	ret = put_record(w, PERF_REC_TIME_CONV, &b);
	buffer_free(&b);
	return ret;
}

/* Version 1 (perf before 6.14): the PMU, and that each CPU has a ring. */
static int put_aux_info(const struct live *l, struct perfdata_writer *w)
{
	struct buffer b = { 0 };
	int ret;

	if (!l->nr_spe_rings)
		return 0;
	buffer_u32(&b, PERF_AUXTRACE_ARM_SPE);
	buffer_u32(&b, 0);
	buffer_u64(&b, l->events[0].attr.attr.type);
	buffer_u64(&b, 1);
	ret = put_record(w, PERF_REC_AUXTRACE_INFO, &b);
	buffer_free(&b);
	return ret;
}

static void add_tracing(const struct live *l, struct perfdata_facts *f)
{
	const char *names[LIVE_EVENTS_MAX];
	struct buffer b = { 0 };
	size_t nr = 0;

	for (size_t i = 0; i < l->nr_events; i++)
		if (l->events[i].tracepoint)
			names[nr++] = l->events[i].tracepoint;
	if (nr && !tracefs_data(&b, l->host->tracefs_path, "kvm", names, nr))
		perfdata_facts_add(f, PERF_FEAT_TRACING_DATA, &b);
	buffer_free(&b);
}

static void add_compressed(const struct live *l, struct perfdata_facts *f)
{
	struct buffer b = { 0 };

	if (!l->level)
		return;
	perfdata_compressed(&b, l->level);
	perfdata_facts_add(f, PERF_FEAT_COMPRESSED, &b);
}

int live_writer(const struct live *l, struct perfdata_writer **out, const char *path, int argc,
		char *const *argv)
{
	struct perfdata_event events[LIVE_EVENTS_MAX];
	struct perfdata_facts facts = { 0 };
	struct perfdata_head head = { .events = events, .nr_events = l->nr_events,
				      .level = l->level };
	int ret;

	live_events_head(l, events);
	perfdata_facts_machine(&facts, argc, argv);
	perfdata_facts_events(&facts, events, l->nr_events);
	perfdata_facts_pmus(&facts, "");
	perfdata_facts_nodes(&facts, "");
	perfdata_facts_host(&facts, l->host, live_has_tracepoints(l));
	add_tracing(l, &facts);
	add_compressed(l, &facts);
	ret = perfdata_facts_seal(&facts);
	head.sections = facts.list;
	head.nr_sections = facts.nr;
	ret = ret ?: perfdata_writer_open(out, path, &head);
	perfdata_facts_free(&facts);
	if (ret)
		return ret;
	ret = put_clock(l, *out) ?: put_aux_info(l, *out) ?: put_ids(l, *out);
	if (ret) {
		perfdata_writer_close(*out);
		*out = NULL;
	}
	return ret;
}
