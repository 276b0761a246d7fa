/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_TOP_INTERVALS_H
#define CMD_TOP_INTERVALS_H

#include "cmd/screens.h"
#include "cmd/top/past.h"

/*
 * Intervals on the screens: the newest takes the place of the one that is shown, or one that
 * the user goes back to.  Nothing here records.
 */

struct intervals;

struct intervals_config {
	const struct report_args *args;	/* borrowed, of each interval */
	bool keep;			/* files stay */
	const struct app_live *live;	/* .resize and .arg are the caller's; NULL: none */
	/* Called before each is opened; NULL: nothing. */
	void (*prepare)(void *arg);
	void *arg;
};

int intervals_new(struct intervals **out, const struct intervals_config *c);
void intervals_free(struct intervals *n);	/* after the app; NULL is fine */

/* A file was closed: it is an interval, and a name for it. */
void intervals_add(struct intervals *n, const char *path, uint64_t ms);
/*
 * The first one, opened, for app_new(); NULL: it cannot be, and err says why.  Borrowed until
 * intervals_tick().
 */
const struct app_config *intervals_first(struct intervals *n, char *err, size_t errlen);
/* What is known of all, as of the last intervals_tick(). */
const struct live_history *intervals_seen(const struct intervals *n);
/* Between two drawings: offer the app what it is to show. */
void intervals_tick(struct intervals *n, struct app *app);

#endif
