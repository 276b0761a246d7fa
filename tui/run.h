/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_RUN_H
#define TUI_RUN_H

#include "tui/app.h"

/*
 * Show the app on the terminal until it quits.  0; a signal's number: it asked to
 * end, and is to be raised again; or -errno with a sentence in err.
 */
int tui_run(struct app *a, char *err, size_t errlen);

#endif
