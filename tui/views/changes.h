/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_VIEWS_CHANGES_H
#define TUI_VIEWS_CHANGES_H

#include "tui/pass.h"

struct app;

/* The view Changes. */
struct changes_state {
	char other[FILTER_LEN];		/* the file that was compared with last; "": none yet */
};

/* Show what changed from that file to this one; false: a message says why not. */
bool changes_from(struct app *a, const char *path);

#endif
