/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_COMPLETE_H
#define TUI_COMPLETE_H

#include "tui/canvas.h"
#include "tui/overlay/input.h"
#include "tui/pass.h"

/*
 * What the word that is being typed in a prompt can become: keys, columns, the fields and
 * events of a filter, and the values that a field has in the recording.
 */

struct app;

#define COMPLETE_VALUES	2000	/* most values kept of a field: those with most samples */

struct candidate {
	const char *name, *what;	/* borrowed */
};

struct complete {
	size_t from;			/* byte of the input where the word begins */
	struct candidate *item;		/* the best first */
	size_t nr;
	size_t choice;
	/* Values of `field` in the recording, once they are counted; NR_FIELDS: of none. */
	enum field field, wanted;	/* wanted: NR_FIELDS: none */
	char **value;
	size_t nr_values;
};

/* None: a prompt was opened. */
void complete_reset(struct complete *c);
void complete_clear(struct complete *c);
/* The input of the prompt has changed. */
void complete_update(struct app *a);
/*
 * Take values that were counted for it, or ask for them, once there is a result of what is
 * looked at.  false: none are wanted; true: that result is to be wanted again.
 */
bool complete_take(struct app *a);
/* Put the chosen candidate into the input; false: there is none. */
bool complete_insert(struct app *a);
/* Choose another candidate: +1 the next, -1 the one before. */
void complete_move(struct complete *c, int by);
/* Draw the candidates on the lines above line y, from line `top` on. */
void complete_draw(const struct complete *c, struct canvas *canvas, unsigned int top,
		   unsigned int y);

/* Where in a filter one is at the end of a text. */
struct filter_place {
	enum { FILTER_TERM, FILTER_VALUE, FILTER_OPERATOR, FILTER_NOWHERE } kind;
	size_t from;			/* byte where the word begins */
	enum field field;		/* of a value */
};
struct filter_place filter_place(const char *text);

#endif
