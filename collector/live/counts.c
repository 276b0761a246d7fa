// SPDX-License-Identifier: GPL-2.0-only
/* Readings of counters, as OWN_COUNTS records. */
#include <errno.h>

#include "collector/clock.h"
#include "collector/event.h"
#include "collector/live/live_impl.h"

/* Limits of kept readings: their number, and at most one per second. */
#define KEPT_READINGS	32
#define KEPT_LEAST_MS	1000

uint64_t live_now(const struct live *l)
{
	struct input_clock c;
	uint64_t ticks = clock_counter();

	return ticks && ring_clock(&l->rings[0], &c) ? input_clock_ns(&c, ticks) : 0;
}

/*
 * For tasks this adds up all their instances on that CPU.  Instances without a CPU are skipped.
 * False: there is none.
 */
static bool read_event(const struct live_event *ev, int32_t cpu, struct perf_count *out)
{
	bool any = false;

	for (size_t i = 0; i < ev->nr; i++) {
		struct perf_count one;

		if (((const int32_t *)ev->cpus.p)[i] != cpu || perf_read(&ev->opened[i], &one))
			continue;
		out->value += one.value;
		out->enabled += one.enabled;
		out->running += one.running;
		any = true;
	}
	return any;
}

/* {u32 what, flags; u64 value, enabled, running} of collector/perfdata/write.h */
static void add_count(struct buffer *b, uint32_t what, const struct perf_count *n)
{
	buffer_u32(b, what);
	buffer_u32(b, 0);
	buffer_u64(b, n->value);
	buffer_u64(b, n->enabled);
	buffer_u64(b, n->running);
}

/*
 * Add up a task's counts on several PMUs: each counts while the task is on its CPUs, and is enabled
 * all the time.
 */
static void join(struct perf_count *sum, const struct perf_count *one)
{
	sum->value += one->value;
	sum->running += one->running;
	if (one->enabled > sum->enabled)
		sum->enabled = one->enabled;
}

static void take(const struct live_event *list, size_t nr, int32_t cpu,
		 struct perf_count sums[32], uint32_t *there)
{
	for (size_t i = 0; i < nr; i++) {
		struct perf_count one = { 0 };

		if (!list[i].what || !read_event(&list[i], cpu, &one))
			continue;
		join(&sums[list[i].what], &one);
		*there |= 1u << list[i].what;
	}
}

/*
 * Add a record of one CPU (-1: of tasks on any), preceded by its length as u32; nothing if there
 * are no counters.
 */
static void read_cpu(const struct live *l, int32_t cpu, struct buffer *out)
{
	struct perf_count sums[32] = { 0 };
	uint32_t there = 0, nr;

	take(l->events, l->nr_events, cpu, sums, &there);
	take(l->counters, l->nr_counters, cpu, sums, &there);
	nr = (uint32_t)__builtin_popcount(there);
	if (!nr)
		return;
	buffer_u32(out, COUNTS_HEAD + nr * COUNTS_EACH);
	buffer_u64(out, live_now(l));
	buffer_u32(out, (uint32_t)cpu);
	buffer_u32(out, nr);
	for (uint32_t what = 0; what < 32; what++)
		if (there >> what & 1)
			add_count(out, what, &sums[what]);
}

static void read_all(const struct live *l, struct buffer *out)
{
	if (l->tids)
		read_cpu(l, -1, out);
	for (size_t i = 0; !l->tids && i < l->nr_rings; i++)
		read_cpu(l, l->rings[i].cpu, out);
}

static int put(struct perfdata_writer *w, const struct buffer *b)
{
	int ret = b->bad ? -ENOMEM : 0;
	uint32_t len;

	for (size_t at = 0; !ret && at < b->len; at += len) {
		memcpy(&len, b->p + at, sizeof(len));
		at += sizeof(len);
		ret = perfdata_writer_own(w, OWN_COUNTS, b->p + at, len);
	}
	return ret;
}

/* Keep only one reading from before the span. */
static void forget_old(struct live *l)
{
	struct buffer *b = &l->counts.records;
	uint64_t span = l->keep * 1000000, newest = live_now(l), time;
	size_t at = 0, old = 0;
	uint32_t len;

	for (; at < b->len; at += sizeof(len) + len) {
		memcpy(&len, b->p + at, sizeof(len));
		memcpy(&time, b->p + at + sizeof(len), sizeof(time));
		if (time + span + span / KEPT_READINGS + KEPT_LEAST_MS * 1000000ULL >= newest)
			break;
		old = at + sizeof(len) + len;
	}
	if (!old)
		return;
	b->len -= old;
	memmove(b->p, b->p + old, b->len);
}

static int keep(struct live *l)
{
	uint64_t now = clock_now_ms(), often = l->keep / KEPT_READINGS;

	if (now - l->counts.last < (often > KEPT_LEAST_MS ? often : KEPT_LEAST_MS))
		return 0;
	l->counts.last = now;
	forget_old(l);
	read_all(l, &l->counts.records);
	return l->counts.records.bad ? -ENOMEM : 0;
}

int live_count(struct live *l)
{
	return l->keep ? keep(l) : live_count_both(l, l->writer, NULL);
}

int live_count_both(struct live *l, struct perfdata_writer *before, struct perfdata_writer *after)
{
	struct buffer b = { 0 };
	int ret;

	read_all(l, &b);
	ret = put(before, &b);
	if (after)
		ret = put(after, &b) ?: ret;
	buffer_free(&b);
	return ret;
}

int live_save_counts(struct live *l, struct perfdata_writer *w)
{
	struct buffer *kept = &l->counts.records;
	size_t before = kept->len;
	int ret;

	read_all(l, kept);
	ret = put(w, kept);
	if (before && !kept->bad) {
		kept->len -= before;
		memmove(kept->p, kept->p + before, kept->len);
	}
	return ret;
}
