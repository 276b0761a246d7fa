/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_TERMINAL_RUN_H
#define TUI_TERMINAL_RUN_H

#include "tui/app.h"

/* A periodic task, called ten times per second. */
struct tui_tick {
	void (*tick)(void *arg, struct app *a);
	void *arg;
};

/*
 * Show the app on the terminal until it quits.  0; the number of a signal that ended it, to be
 * re-raised; or -errno with a sentence in err.  tick NULL: none.
 */
int tui_run(struct app *a, const struct tui_tick *tick, char *err, size_t errlen);

#endif
