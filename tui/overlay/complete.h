/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_COMPLETE_H
#define TUI_COMPLETE_H

#include "tui/canvas.h"
#include "tui/overlay/input.h"
#include "tui/pass.h"

/*
 * Completes the word being typed in a prompt: keys, columns, fields and events of a filter, and the
 * values of a field in the recording.
 */

struct app;

#define COMPLETE_VALUES	2000	/* maximum values kept per field: those with most samples */

struct candidate {
	const char *name, *what;	/* borrowed */
};

struct complete {
	size_t from;			/* byte offset of the word in the input */
	struct candidate *item;		/* best first */
	size_t nr;
	size_t choice;
	/* Values of `field` in the recording, once counted; NR_FIELDS: none. */
	enum field field, wanted;	/* wanted: NR_FIELDS: none */
	char **value;
	size_t nr_values;
};

/* A prompt was opened: forget the candidates. */
void complete_reset(struct complete *c);
void complete_clear(struct complete *c);
/* The input of the prompt has changed. */
void complete_update(struct app *a);
/*
 * Take values that were counted, or request them, once the displayed result is ready.  false: none
 * are wanted; true: the displayed result must be requested again.
 */
bool complete_take(struct app *a);
/* Insert the chosen candidate into the input; false: there is none. */
bool complete_insert(struct app *a);
/* Choose another candidate: +1 the next, -1 the previous. */
void complete_move(struct complete *c, int by);
/* Draw the candidates on the lines above line y, from line `top` on. */
void complete_draw(const struct complete *c, struct canvas *canvas, unsigned int top,
		   unsigned int y);

/* The syntactic position at the end of a filter's text. */
struct filter_place {
	enum { FILTER_TERM, FILTER_VALUE, FILTER_OPERATOR, FILTER_NOWHERE } kind;
	size_t from;			/* byte offset of the word */
	enum field field;		/* for a value */
};
struct filter_place filter_place(const char *text);

#endif
