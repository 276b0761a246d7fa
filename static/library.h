/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef STATIC_LIBRARY_H
#define STATIC_LIBRARY_H

#include <stdbool.h>

/* A function of a statically linked library. */
struct library_function {
	const char *name;
	void *address;
};

/*
 * The functions of libdebuginfod that the program calls, implemented with the system's program
 * debuginfod-find.  The last row has no name.
 */
extern const struct library_function debuginfod_functions[];

/* Is debuginfod-find in PATH, and does it run here? */
bool debuginfod_runs(void);

#endif
