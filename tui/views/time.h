/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_TIME_H
#define TUI_TIME_H

#include <stddef.h>
#include <stdint.h>

/* The samples of each slice of time, from the first that has any to the last. */
struct slices {
	uint64_t first, length;		/* ns; length 0: there are none */
	size_t nr;
	uint64_t *samples;		/* in each slice, of all worlds */
	unsigned int width;		/* columns of a slice */
};

/* The view Time. */
struct time_state {
	struct slices slices;		/* behind its lines */
	uint64_t pressed;		/* the slice where the mouse went down */
};

void slices_clear(struct slices *s);

#endif
