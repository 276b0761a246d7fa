/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_VIEWS_ANNOTATE_H
#define TUI_VIEWS_ANNOTATE_H

#include <stdbool.h>

struct app;

/* The view Code. */
struct annotate_state {
	bool no_source;			/* instructions alone */
};

/* With lines of the source between instructions, or without. */
void annotate_switch_source(struct app *a);

#endif
