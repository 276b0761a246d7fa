/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_TERMINAL_RUN_H
#define TUI_TERMINAL_RUN_H

#include "tui/app.h"

/* What else is to be done meanwhile, ten times a second. */
struct tui_tick {
	void (*tick)(void *arg, struct app *a);
	void *arg;
};

/*
 * Show the app on the terminal until it quits.  0; a signal's number: it asked to
 * end, and is to be raised again; or -errno with a sentence in err.  tick NULL: nothing.
 */
int tui_run(struct app *a, const struct tui_tick *tick, char *err, size_t errlen);

#endif
