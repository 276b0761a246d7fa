/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_HEAT_H
#define TUI_HEAT_H

#include "tui/views/text.h"

/* The part of the view Memory that shows how long which data took. */

/* Its lines, from rows of the view's keys; none where no sample has a latency. */
void heat_lines(struct app *a, struct text *t, struct lines *l, unsigned int width);
/* What its shades mean. */
void heat_legend(struct text *t);
/* Choose the next step of latencies, or the one before. */
void heat_move(struct app *a, bool right);

#endif
