/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_VIEWS_TIME_H
#define TUI_VIEWS_TIME_H

#include <stddef.h>
#include <stdint.h>

struct app;
struct text;

/* The view Time: tracks of letters, each a slice of time, and a brush. */

/* The samples of each slice, from the first that has any to the last. */
struct slices {
	uint64_t first, length;		/* ns; length 0: there are none */
	size_t nr;
	uint64_t *samples;		/* in each slice, of all worlds */
	unsigned int width;		/* columns of a slice */
};

struct time_state {
	struct slices slices;		/* behind its lines */
	uint64_t pressed;		/* the slice where the mouse went down */
};

void slices_clear(struct slices *s);

#define TRACK_LABEL	16	/* columns of a track's name */
/* The keys of rows that tracks are made of. */
#define TRACK_KEYS	FIELD_SLICE, FIELD_WORLD, FIELD_VM, FIELD_CPU

/* Tracks of the result, and the slices behind them. */
void tracks_build(struct app *a, struct text *t);

#endif
