/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_LIVE_H
#define TUI_LIVE_H

#include <stdbool.h>

struct app;
struct app_config;
struct passes;

/* Screens of what runs now: another recording, to take the place of the one that is shown. */
struct offer {
	const struct app_config *cfg;	/* NULL: none is offered */
	struct passes *passes;
	bool held;			/* it is not wanted */
};

/* Take what is offered, if it is ready and wanted; true: all is another recording's. */
bool live_follow(struct app *a);
/* Stay with what is shown, or no more. */
void live_hold(struct app *a);
/* Make the next intervals longer, or shorter. */
void live_resize(struct app *a, bool longer);

#endif
