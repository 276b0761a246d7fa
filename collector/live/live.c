// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "collector/live/jits.h"
#include "collector/live/live_impl.h"
#include "collector/live/places.h"
#include "collector/live/running.h"

int live_open(struct live **out, const struct live_config *cfg, char *err, size_t errlen)
{
	struct live *l = calloc(1, sizeof(*l));
	int32_t *tids = NULL;
	int ret = 0;

	*out = NULL;
	if (errlen)
		err[0] = '\0';
	if (!l)
		return -ENOMEM;
	pthread_rwlock_init(&l->swap, NULL);
	pthread_mutex_init(&l->lock, NULL);
	pthread_cond_init(&l->quiet, NULL);
	l->host = cfg->host;
	l->started = time(NULL) - 1;	/* times of files are a little coarse */
	l->on_exec = cfg->on_exec;
	l->cgroups = cfg->cgroups;
	l->level = cfg->level;
	l->sampling = cfg->on_exec;
	l->keep = cfg->keep;
	l->with_symbols = cfg->symbols;
	l->with_kernel = cfg->symbols && !cfg->wish.exclude_kernel;
	tasklog_init(&l->log, cfg->keep);
	if (cfg->tids) {
		tids = calloc(cfg->nr_tids + 1, sizeof(*tids));
		if (tids)
			memcpy(tids, cfg->tids, cfg->nr_tids * sizeof(*tids));
		ret = tids ? 0 : -ENOMEM;
		l->tids = tids;
		l->nr_tids = cfg->nr_tids;
	}
	if (!ret && !cfg->cpus.nr) {
		snprintf(err, errlen, "cannot list this machine's CPUs: is /sys mounted?");
		ret = -ENODEV;
	}
	ret = ret ?: live_make_events(l, cfg, err, errlen);
	ret = ret ?: live_open_all(l, cfg, err, errlen);
	if (ret) {
		live_free(l);
		if (errlen && !err[0])
			snprintf(err, errlen, "%s", strerror(-ret));
		return ret;
	}
	*out = l;
	return 0;
}

bool live_has_tracepoints(const struct live *l)
{
	for (size_t i = 0; i < l->nr_events; i++)
		if (l->events[i].kind == LIVE_TRACEPOINT)
			return true;
	return false;
}

void live_facts(const struct live *l, struct live_facts *out)
{
	*out = (struct live_facts){
		.data_size = l->data_size, .aux_size = l->nr_spe_rings ? l->aux_size : 0,
		.nr_cpus = l->nr_rings, .nr_spe_cpus = l->nr_spe_rings,
	};
	out->kvm = live_has_tracepoints(l);
	out->cycles_freq = l->cycles_freq;
	out->clock = l->clock;
	out->no_time = l->no_time;
	for (size_t i = 0; i < l->nr_events; i++)
		out->counters |= 1u << l->events[i].what;
	for (size_t i = 0; i < l->nr_counters; i++)
		out->counters |= 1u << l->counters[i].what;
	out->counters &= ~1u;	/* COUNTER_NONE is not one */
	if (l->events[0].kind == LIVE_SPE)
		out->period = l->events[0].attr.attr.sample_period;
}

static int note_in_file(void *to, const struct iovec *iov, int nr)
{
	return perfdata_writer_records(to, iov, nr);
}

static int note_in_log(void *to, const struct iovec *iov, int nr)
{
	return tasklog_note(to, iov, nr);
}

struct place_target {
	const struct live *l;
	struct perfdata_writer *w;	/* NULL: kept goes on */
	struct buffer *kept;
};

static int put_places(void *to, const void *p, size_t len)
{
	const struct place_target *t = to;

	if (t->w)
		return perfdata_writer_own(t->w, OWN_TASKS, p, len);
	buffer_u32(t->kept, (uint32_t)len);
	buffer_add(t->kept, p, len);
	return t->kept->bad ? -ENOMEM : 0;
}

static uint64_t places_now(void *to)
{
	return live_now(((const struct place_target *)to)->l);
}

int live_note_places(struct live *l, struct perfdata_writer *w)
{
	struct place_target t = { l, w, &l->places[1] };
	const struct places_sink out = { put_places, places_now, &t };

	if (!w) {
		/* what was kept before the last time is older than what is kept of all else */
		buffer_free(&l->places[0]);
		l->places[0] = l->places[1];
		l->places[1] = (struct buffer){ 0 };
	}
	return places_read(&out, "", l->tids, l->nr_tids);
}

int live_note_jits(struct live *l, struct perfdata_writer *w)
{
	const struct jits_wish wish = { l->roots, "", l->tids, l->nr_tids, l->started };

	return l->with_symbols ? jits_put(w, &wish) : 0;
}

int live_note_running(struct live *l, struct perfdata_writer *w, bool *hidden)
{
	const struct running_sink out = w ? (struct running_sink){ note_in_file, w }
					  : (struct running_sink){ note_in_log, &l->log };
	int ret = running_kernel(&out, hidden);

	if (l->with_kernel)
		ret = ret ?: symbols_refresh(&l->symbols, "");
	if (l->with_symbols && w)
		ret = ret ?: symbols_put(&l->symbols, w);
	if (l->cgroups)
		ret = ret ?: running_cgroups(&out);
	ret = ret ?: live_note_places(l, w);
	if (l->with_symbols && !l->roots)
		l->roots = jits_look("");
	/* The file before knows the tasks that these have started since; this one must list all. */
	if (ret || l->nr_drainers)
		return ret ?: running_tasks(&out, NULL, 0);
	/* A program that has not been executed yet has no maps. */
	return l->on_exec ? 0 : running_tasks(&out, l->tids, l->nr_tids);
}

int live_start(struct live *l, struct perfdata_writer *w)
{
	l->writer = w;
	return live_count(l) ?: live_start_drainers(l);
}

/* An event with a leader is controlled through it. */
static int control(const struct live_event *ev, unsigned long request)
{
	int ret = 0;

	for (size_t i = 0; !ev->leader && i < ev->nr; i++)
		if (ioctl(ev->opened[i].fd, request, 0) && !ret)
			ret = -errno;
	return ret;
}

int live_control(struct live *l, bool on, unsigned int kinds)
{
	unsigned long request = on ? PERF_EVENT_IOC_ENABLE : PERF_EVENT_IOC_DISABLE;
	int ret = 0;

	pthread_mutex_lock(&l->lock);
	if (kinds & SPE)
		l->sampling = on;
	for (size_t e = 0; e < l->nr_events; e++)
		if (kinds >> l->events[e].kind & 1)
			ret = ret ?: control(&l->events[e], request);
	for (size_t e = 0; e < l->nr_counters; e++)
		if (kinds >> LIVE_COUNTER & 1)
			ret = ret ?: control(&l->counters[e], request);
	pthread_mutex_unlock(&l->lock);
	return ret;
}

void live_resume(struct live *l, int32_t cpu)
{
	pthread_mutex_lock(&l->lock);
	for (size_t e = 0; e < l->nr_events && l->sampling; e++) {
		const struct live_event *ev = &l->events[e];

		for (size_t i = 0; ev->kind == LIVE_SPE && i < ev->nr; i++)
			if (((const int32_t *)ev->cpus.p)[i] == cpu) {
				/* the kernel considers a stopped event enabled: disable it first */
				ioctl(ev->opened[i].fd, PERF_EVENT_IOC_DISABLE, 0);
				ioctl(ev->opened[i].fd, PERF_EVENT_IOC_ENABLE, 0);
			}
	}
	pthread_mutex_unlock(&l->lock);
}

int live_enable_sideband(struct live *l)
{
	return live_control(l, true, SIDEBAND | SWITCHES);
}

int live_enable_samples(struct live *l)
{
	/* enable these before SPE, so that they count from its first operation to its last */
	return live_control(l, true, CYCLES) ?: live_control(l, true, SPE | TRACEPOINTS);
}

int live_disable_samples(struct live *l)
{
	int ret = live_control(l, false, SPE | TRACEPOINTS);

	return live_control(l, false, CYCLES) ?: ret;
}

void live_disable(struct live *l)
{
	l->disabled = true;
	live_disable_samples(l);
	live_count(l);		/* a writer's failure is reported again later */
	live_control(l, false, SIDEBAND | SWITCHES);
}

int live_round(struct live *l)
{
	return live_drain_all(l) ?: live_count(l) ?: perfdata_writer_round(l->writer);
}

int live_switch(struct live *l, struct perfdata_writer *next)
{
	int ret;

	/*
	 * The driver announces its buffer's contents only when it is half full, or when it stops.
	 */
	live_control(l, false, SPE);
	ret = live_drain_all(l) ?: live_count_both(l, l->writer, next);
	pthread_rwlock_wrlock(&l->swap);
	l->writer = next;
	pthread_rwlock_unlock(&l->swap);
	live_control(l, true, SPE);
	return ret;
}

size_t live_losses(struct live *l, const struct input_loss **losses)
{
	free(l->losses);
	l->losses = calloc(l->nr_rings, sizeof(*l->losses));
	for (size_t i = 0; l->losses && i < l->nr_rings; i++)
		l->losses[i] = l->rings[i].loss;
	*losses = l->losses;
	return l->losses ? l->nr_rings : 0;
}

uint64_t live_record_bytes(const struct live *l)
{
	uint64_t n = 0;

	for (size_t i = 0; i < l->nr_rings; i++)
		n += l->rings[i].data_bytes;
	return n;
}

void live_free(struct live *l)
{
	if (!l)
		return;
	for (size_t i = 0; i < l->nr_rings; i++) {
		ring_unmap(&l->rings[i]);
		if (l->snapshot)
			snapshot_unmap(&l->snapshot[i]);
	}
	free(l->rings);
	free(l->snapshot);
	symbols_free(&l->symbols);
	jits_roots_free(l->roots);
	tasklog_free(&l->log);
	for (size_t e = 0; e < l->nr_counters; e++)
		live_close_event(&l->counters[e]);
	for (size_t e = 0; e < l->nr_events; e++)
		live_close_event(&l->events[e]);
	buffer_free(&l->counts.records);
	buffer_free(&l->places[0]);
	buffer_free(&l->places[1]);
	free((void *)l->tids);
	free(l->losses);
	pthread_cond_destroy(&l->quiet);
	pthread_mutex_destroy(&l->lock);
	pthread_rwlock_destroy(&l->swap);
	free(l);
}
