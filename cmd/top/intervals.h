/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_TOP_INTERVALS_H
#define CMD_TOP_INTERVALS_H

#include "cmd/screens.h"
#include "cmd/top/past.h"

/*
 * Intervals on the screens: shows the newest one, or one that the user goes back to.  Does not
 * record.
 */

struct intervals;

struct intervals_config {
	const struct report_args *args;	/* borrowed; for each interval */
	bool keep;			/* do not remove files */
	const struct app_live *live;	/* .resize and .arg are the caller's; NULL: none */
	/* Called before each is opened; NULL: none. */
	void (*prepare)(void *arg);
	void *arg;
};

int intervals_new(struct intervals **out, const struct intervals_config *c);
void intervals_free(struct intervals *n);	/* after the app; NULL is fine */

/* A file was closed: add it as an interval. */
void intervals_add(struct intervals *n, const char *path, uint64_t ms);
/*
 * The first interval, opened, for app_new(); NULL: failed, with a sentence in err.  Borrowed until
 * intervals_tick().
 */
const struct app_config *intervals_first(struct intervals *n, char *err, size_t errlen);
/* All intervals, as of the last intervals_tick(). */
const struct live_history *intervals_seen(const struct intervals *n);
/* Call between drawings: offers the app the interval to show. */
void intervals_tick(struct intervals *n, struct app *app);

#endif
