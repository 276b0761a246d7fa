/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_MEMORY_H
#define TUI_MEMORY_H

#include <stddef.h>

/* The view Memory: where its latencies stand. */
struct memory_state {
	unsigned int first, steps;	/* steps of latency that are shown */
	size_t line, lines;		/* where */
};

#endif
