/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_TRACKS_H
#define TUI_TRACKS_H

#include "tui/lines.h"

struct app;

#define TRACK_LABEL	16	/* columns of a track's name */

/* The keys of the view Time, which the tracks are made of. */
#define TRACK_KEYS	FIELD_SLICE, FIELD_WORLD, FIELD_VM, FIELD_CPU

/*
 * Tracks of the result, a letter for each slice of time, and the slices behind them; for a
 * screen of that width.
 */
void tracks_build(struct app *a, struct lines *l, unsigned int width);

#endif
