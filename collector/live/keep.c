// SPDX-License-Identifier: GPL-2.0-only
#include "collector/clock.h"
#include "collector/live/live_impl.h"

int live_keep(struct live *l)
{
	int ret = live_drain_all(l) ?: live_count(l);
	bool hidden;

	if (ret || !tasklog_due(&l->log, clock_now_ms()))
		return ret;
	tasklog_begin(&l->log, clock_now_ms());
	return live_note_running(l, NULL, &hidden);
}

static int save_tasks(struct live *l, struct perfdata_writer *w)
{
	struct iovec iov[TASKLOG_PIECES];
	int nr = tasklog_hold(&l->log, iov), ret;

	ret = perfdata_writer_records(w, iov, nr);
	tasklog_release(&l->log);
	return ret;
}

/* Where tasks were the last two times, and are. */
static int save_places(struct live *l, struct perfdata_writer *w)
{
	uint32_t len;
	int ret = 0;

	for (size_t i = 0; i < sizeof(l->places) / sizeof(l->places[0]); i++)
		for (size_t at = 0; !ret && at < l->places[i].len; at += len) {
			memcpy(&len, l->places[i].p + at, sizeof(len));
			at += sizeof(len);
			ret = perfdata_writer_own(w, OWN_TASKS, l->places[i].p + at, len);
		}
	return ret ?: live_note_places(l, w);
}

static int save_all(struct live *l, struct perfdata_writer *w, struct live_reach *reach)
{
	uint64_t newest = 0, span = l->keep * 1000000, since;
	int ret = save_tasks(l, w) ?: save_places(l, w);

	for (size_t i = 0; i < l->nr_rings; i++) {
		uint64_t t = snapshot_newest(&l->snapshot[i]);

		newest = t > newest ? t : newest;
	}
	since = newest > span ? newest - span : 0;
	*reach = (struct live_reach){ .whole = UINT64_MAX };
	for (size_t i = 0; i < l->nr_rings && !ret; i++) {
		struct snapshot_reach r;
		uint64_t whole;

		ret = snapshot_save(&l->snapshot[i], &l->rings[i], w, since, &r);
		if (r.oldest && newest - r.oldest > reach->most)
			reach->most = newest - r.oldest;
		whole = r.whole < newest ? newest - r.whole : 0;
		if (r.whole && whole < reach->whole)
			reach->whole = whole;
	}
	if (reach->whole > reach->most)
		reach->whole = reach->most;
	return ret;
}

int live_save(struct live *l, struct perfdata_writer *w, struct live_reach *reach)
{
	const unsigned int kinds = SPE | TRACEPOINTS | SWITCHES;
	int ret = l->with_symbols ? symbols_put(&l->symbols, w) : 0;

	live_control(l, false, kinds);
	live_control(l, false, CYCLES);
	ret = ret ?: live_drain_all(l) ?: save_all(l, w, reach) ?: live_save_counts(l, w);
	if (!l->disabled) {
		live_control(l, true, CYCLES);
		live_control(l, true, kinds);
	}
	return ret;
}

unsigned int live_cut(const struct live *l)
{
	return l->log.cut;
}
