// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/top/intervals.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <unistd.h>

/* A recording and its screens' data. */
struct interval {
	struct screens screens;
	struct past_entry entry;
	char title[96];
};

struct intervals {
	struct intervals_config c;
	struct past *past;
	struct live_history seen;	/* for the app */
	struct interval *shown, *next;	/* next: offered to the app */
	uint64_t wanted;		/* the user goes to it; 0: follow the newest */
	uint64_t failed;		/* the last one that could not be opened */
	char err[1024];
};

static void close_interval(struct interval *i)
{
	if (!i)
		return;
	screens_close(&i->screens);
	free(i);
}

/* Actions of keys */

static uint64_t shown_id(const struct intervals *n)
{
	return n->shown ? n->shown->entry.id : 0;
}

static bool step(void *arg, int by)
{
	struct intervals *n = arg;
	uint64_t from = n->wanted ? n->wanted : shown_id(n);
	struct past_entry e;

	n->wanted = 0;
	if (!by)
		return true;
	/* Skip those that were removed. */
	for (uint64_t id = from + (by > 0 ? 1 : -1); id && id <= past_newest(n->past);
	     id += by > 0 ? 1 : -1)
		if (past_find(n->past, id, &e)) {
			n->wanted = id;
			return true;
		}
	n->wanted = from == shown_id(n) ? 0 : from;
	return false;
}

/* 0 or -errno. */
static int copy_file(const char *from, const char *to)
{
	int in = open(from, O_RDONLY | O_CLOEXEC), out, err = 0;
	ssize_t done = 1;

	if (in < 0)
		return -errno;
	out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (out < 0)
		err = -errno;
	while (!err && done > 0) {
		done = sendfile(out, in, NULL, 1 << 30);
		if (done < 0)
			err = -errno;
	}
	if (out >= 0 && close(out) && !err)
		err = -errno;
	close(in);
	return err;
}

/* Never overwrite an existing file. */
static bool keep(void *arg, char *text, size_t len)
{
	struct intervals *n = arg;
	const struct past_entry *e = &n->shown->entry;
	struct tm tm = { 0 };
	char name[64] = "";
	int err;

	localtime_r(&e->end, &tm);
	strftime(name, sizeof(name), "spelunk-%Y%m%d-%H%M%S.data", &tm);
	err = link(e->path, name) ? copy_file(e->path, name) : 0;
	if (err)
		snprintf(text, len, "cannot write %s: %s", name, strerror(-err));
	else
		snprintf(text, len, "written to %s: `spelunk FILE` opens it", name);
	return !err;
}

/*
 * Intervals
 */

static void name_interval(struct intervals *n, struct interval *i)
{
	struct app_live *live = &i->screens.cfg.live;
	struct tm tm = { 0 };
	char clock[32] = "";

	if (localtime_r(&i->entry.end, &tm))
		strftime(clock, sizeof(clock), "%H:%M:%S", &tm);
	snprintf(i->title, sizeof(i->title), "live: %s, the last %.3g s", clock,
		 (double)i->entry.ms / 1000);
	i->screens.cfg.title = i->title;
	if (n->c.live)
		*live = *n->c.live;
	live->history = &n->seen;
	live->step = step;
	live->keep = keep;
	live->history_arg = n;
}

/* NULL: it cannot be opened, and n->err says why. */
static struct interval *open_interval(struct intervals *n, uint64_t id)
{
	struct interval *i = calloc(1, sizeof(*i));

	if (!i || !past_find(n->past, id, &i->entry)) {
		snprintf(n->err, sizeof(n->err), "%s", i ? "its file is gone" : strerror(ENOMEM));
		free(i);
		return NULL;
	}
	if (n->c.prepare)
		n->c.prepare(n->c.arg);
	if (screens_open(&i->screens, n->c.args, i->entry.path, n->err, sizeof(n->err))) {
		close_interval(i);
		return NULL;
	}
	name_interval(n, i);
	return i;
}

int intervals_new(struct intervals **out, const struct intervals_config *c)
{
	struct intervals *n = calloc(1, sizeof(*n));
	int err;

	*out = NULL;
	if (!n)
		return -ENOMEM;
	n->c = *c;
	err = past_new(&n->past, c->args, c->keep);
	if (err) {
		free(n);
		return err;
	}
	*out = n;
	return 0;
}

void intervals_free(struct intervals *n)
{
	if (!n)
		return;
	close_interval(n->next);
	close_interval(n->shown);
	past_free(n->past);
	free(n);
}

void intervals_add(struct intervals *n, const char *path, uint64_t ms)
{
	past_add(n->past, path, ms);
}

static void show(struct intervals *n, struct interval *i)
{
	close_interval(n->shown);
	n->shown = i;
	past_pin(n->past, i->entry.id);
}

const struct app_config *intervals_first(struct intervals *n, char *err, size_t errlen)
{
	struct interval *i = open_interval(n, past_newest(n->past));

	if (!i) {
		snprintf(err, errlen, "%s", n->err);
		return NULL;
	}
	show(n, i);
	past_show(n->past, shown_id(n), &n->seen);
	return &i->screens.cfg;
}

const struct live_history *intervals_seen(const struct intervals *n)
{
	return &n->seen;
}

/* The offer was accepted, or another interval is wanted. */
static void settle(struct intervals *n, struct app *app, uint64_t id)
{
	if (n->next && !app_has_offer(app)) {
		show(n, n->next);
		n->next = NULL;
	} else if (n->next && id && n->next->entry.id != id) {
		app_withdraw(app);
		close_interval(n->next);
		n->next = NULL;
	}
}

static void offer(struct intervals *n, struct app *app, uint64_t id)
{
	n->next = open_interval(n, id);
	if (n->next && app_offer(app, &n->next->screens.cfg)) {
		close_interval(n->next);
		n->next = NULL;
		snprintf(n->err, sizeof(n->err), "%s", strerror(ENOMEM));
	}
	if (n->next)
		return;
	n->failed = id;
	app_say(app, true, "cannot show the interval: %s", n->err);
}

/* The interval to show; 0: keep the present one. */
static uint64_t to_show(const struct intervals *n, const struct app *app)
{
	return n->wanted ? n->wanted : app_is_held(app) ? 0 : past_newest(n->past);
}

void intervals_tick(struct intervals *n, struct app *app)
{
	uint64_t id = to_show(n, app);

	settle(n, app, id);
	past_show(n->past, shown_id(n), &n->seen);
	if (id && !n->next && id != shown_id(n) && id != n->failed)
		offer(n, app, id);
}
