/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef STATIC_LIBRARY_H
#define STATIC_LIBRARY_H

#include <stdbool.h>

/* A function of a library that is linked in. */
struct library_function {
	const char *name;
	void *address;
};

/*
 * libdebuginfod's functions, as far as the program calls them: debuginfod-find, a program of
 * the system, does the work.  Ends with a row without a name.
 */
extern const struct library_function debuginfod_functions[];

/* debuginfod-find is in PATH and runs here. */
bool debuginfod_runs(void);

#endif
