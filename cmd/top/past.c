// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/top/past.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/run.h"
#include "report/losses.h"

struct kept {
	struct past_entry entry;
	uint64_t bytes;			/* of its file */
	bool is_there;			/* its file exists */
	struct live_interval counts;
};

struct past {
	const struct report_args *args;
	bool keep;
	struct kept at[LIVE_INTERVALS];	/* oldest first */
	size_t nr;
	uint64_t newest, pinned;	/* ids */
	pthread_t counter;
	pthread_mutex_t lock;		/* protects all above except args and keep */
	pthread_cond_t more;
	atomic_bool end;
};

/* Called with the lock held. */
static void drop_file(struct past *p, struct kept *k)
{
	if (k->is_there && !p->keep)
		unlink(k->entry.path);
	k->is_there = false;
}

/* The counting thread */

static int count(const struct past *p, const char *path, struct live_interval *out)
{
	static const enum field keys[] = { FIELD_WORLD };
	const struct profile_query query = { .keys = keys, .nr_keys = 1, .brief = true };
	struct recording_config c = p->args->config;
	struct summary s = { 0 };
	struct profile *profile = NULL;
	struct recording r = { 0 };
	struct report_data d;
	struct loss all;
	char why[256];
	int err;

	/* Counting needs no names. */
	c.symfs = (struct word_list){ 0 };
	c.guests = c.guest_symfs = c.clock_offsets = (struct guest_words){ 0 };
	c.kallsyms = c.vmlinux = NULL;
	c.local_files = c.build_id_cache = c.debuginfod = c.sites = false;
	c.exits = c.samples_optional = true;
	c.progress = false;
	c.jobs = 1;
	c.cancel = &p->end;
	err = recording_open(&r, path, &c, why, sizeof(why));
	err = err ?: recording_count(&r, &query, &profile, &s);
	if (!err) {
		for (unsigned int w = 0; w < NR_WORLDS; w++)
			for (unsigned int b = 0; b < NR_BASES; b++)
				out->samples[w] += s.samples[w][b];
		out->exits = r.p.exits ? exits_evidence(r.p.exits)->exits : 0;
		d = recording_data(&r, &s, NULL, NULL);
		free(losses_collect(&d, &(size_t){ 0 }, &all));
		out->lost = loss_any(&all);
	}
	profile_free(profile);
	summary_clear(&s);
	recording_close(&r);
	return err;
}

/* Called with the lock held: the newest interval not yet counted; NULL: none. */
static struct kept *next_to_count(struct past *p)
{
	for (size_t i = p->nr; i--;)
		if (!p->at[i].counts.counted && p->at[i].is_there)
			return &p->at[i];
	return NULL;
}

/* Called with the lock held; entries may have moved or gone. */
static struct kept *find(struct past *p, uint64_t id)
{
	for (size_t i = 0; i < p->nr; i++)
		if (p->at[i].entry.id == id)
			return &p->at[i];
	return NULL;
}

static void *run_counter(void *arg)
{
	struct past *p = arg;

	pthread_mutex_lock(&p->lock);
	while (!p->end) {
		struct live_interval counts = { .counted = true };
		struct kept *k = next_to_count(p);
		struct past_entry e;

		if (!k) {
			pthread_cond_wait(&p->more, &p->lock);
			continue;
		}
		e = k->entry;
		counts.seconds = k->counts.seconds;
		pthread_mutex_unlock(&p->lock);
		count(p, e.path, &counts);
		pthread_mutex_lock(&p->lock);
		k = find(p, e.id);
		if (k)
			k->counts = counts;
	}
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

/* Signals belong to the terminal's thread. */
static int start_counter(struct past *p)
{
	sigset_t all, before;
	int err;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	err = -pthread_create(&p->counter, NULL, run_counter, p);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return err;
}

int past_new(struct past **out, const struct report_args *args, bool keep)
{
	struct past *p = calloc(1, sizeof(*p));
	int err;

	*out = NULL;
	if (!p)
		return -ENOMEM;
	p->args = args;
	p->keep = keep;
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->more, NULL);
	err = start_counter(p);
	if (err) {
		pthread_cond_destroy(&p->more);
		pthread_mutex_destroy(&p->lock);
		free(p);
		return err;
	}
	*out = p;
	return 0;
}

void past_free(struct past *p)
{
	if (!p)
		return;
	pthread_mutex_lock(&p->lock);
	p->end = true;
	pthread_cond_signal(&p->more);
	pthread_mutex_unlock(&p->lock);
	pthread_join(p->counter, NULL);
	for (size_t i = 0; i < p->nr; i++)
		drop_file(p, &p->at[i]);
	pthread_cond_destroy(&p->more);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

/* Files */

/*
 * Called with the lock held: remove the oldest files beyond the limit, except the newest and the
 * displayed one.
 */
static void bound(struct past *p)
{
	uint64_t bytes = 0;

	for (size_t i = p->nr; i--;) {
		struct kept *k = &p->at[i];

		bytes += k->is_there ? k->bytes : 0;
		if (bytes > PAST_BYTES && k->entry.id != p->newest && k->entry.id != p->pinned)
			drop_file(p, k);
	}
}

/* Called with the lock held: make room for another entry, keeping the displayed one. */
static struct kept *make_room(struct past *p)
{
	size_t oldest = p->at[0].entry.id == p->pinned;

	if (p->nr < LIVE_INTERVALS)
		return &p->at[p->nr++];
	drop_file(p, &p->at[oldest]);
	memmove(&p->at[oldest], &p->at[oldest + 1], (p->nr - oldest - 1) * sizeof(p->at[0]));
	return &p->at[p->nr - 1];
}

void past_add(struct past *p, const char *path, uint64_t ms)
{
	struct stat st = { 0 };
	struct kept *k;

	stat(path, &st);
	pthread_mutex_lock(&p->lock);
	k = make_room(p);
	*k = (struct kept){ .entry = { .id = ++p->newest, .ms = ms, .end = time(NULL) },
			    .bytes = (uint64_t)st.st_size, .is_there = true };
	k->counts.seconds = (double)ms / 1000;
	snprintf(k->entry.path, sizeof(k->entry.path), "%s", path);
	bound(p);
	pthread_cond_signal(&p->more);
	pthread_mutex_unlock(&p->lock);
}

void past_pin(struct past *p, uint64_t id)
{
	pthread_mutex_lock(&p->lock);
	p->pinned = id;
	pthread_mutex_unlock(&p->lock);
}

uint64_t past_newest(const struct past *p)
{
	return p->newest;
}

bool past_find(const struct past *p, uint64_t id, struct past_entry *out)
{
	struct past *shared = (struct past *)p;
	const struct kept *k;

	pthread_mutex_lock(&shared->lock);
	k = find(shared, id);
	k = k && k->is_there ? k : NULL;
	if (k)
		*out = k->entry;
	pthread_mutex_unlock(&shared->lock);
	return k;
}

void past_show(struct past *p, uint64_t shown, struct live_history *out)
{
	pthread_mutex_lock(&p->lock);
	out->nr = out->shown = p->nr;
	for (size_t i = 0; i < p->nr; i++) {
		out->at[i] = p->at[i].counts;
		out->at[i].is_there = p->at[i].is_there;
		if (p->at[i].entry.id == shown)
			out->shown = i;
	}
	pthread_mutex_unlock(&p->lock);
}
