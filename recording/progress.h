/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDING_PROGRESS_H
#define RECORDING_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/* A line on standard error while something takes long; gone when it ends. */
struct progress {
	const char *what;
	uint64_t next;		/* ns, CLOCK_MONOTONIC, of the next line */
	uint32_t calls;
	bool on, shown;
};

/* on: only if it is wanted and standard error is a terminal. */
void progress_start(struct progress *p, bool on, const char *what);
/* Is it time for another line?  Cheap: look at the clock now and then only. */
bool progress_due(struct progress *p);
void progress_show(struct progress *p, uint64_t done, uint64_t total);
void progress_end(struct progress *p);

#endif
