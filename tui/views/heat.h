/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_VIEWS_HEAT_H
#define TUI_VIEWS_HEAT_H

#include <stdbool.h>
#include <stddef.h>

struct app;
struct text;

/* The part of the view Memory that shows how long which data took. */
struct heat_state {
	unsigned int first, steps;	/* steps of latency that are shown */
	size_t line, lines;		/* where */
};

/* The keys of the rows it is made of. */
#define HEAT_KEYS	FIELD_WORLD, FIELD_VM, FIELD_OP, FIELD_SOURCE, FIELD_TOTAL_STEP

/* Its lines, from the result; none where no sample has a latency. */
void heat_lines(struct app *a, struct text *t);
/* What its shades mean. */
void heat_legend(struct text *t);
/* Choose the next step of latencies, or the one before; false: there is none. */
bool heat_move(struct app *a, bool right);

#endif
