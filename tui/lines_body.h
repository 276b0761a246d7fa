/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_LINES_BODY_H
#define TUI_LINES_BODY_H

#include "tui/lines.h"
#include "tui/view.h"

/* What stands on the screen where a view's build() makes lines. */
extern const struct body_ops lines_body;

struct lines_body {
	struct lines lines;
	uint64_t of;			/* the result's serial; 0: they are to be made anew */
	enum view_id view;
	unsigned int width;
};

/* The cursor's line; NULL: there is none, or the view has rows. */
const struct text_line *lines_body_line(const struct app *a);

#endif
