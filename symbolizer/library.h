/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_LIBRARY_H
#define SYMBOLIZER_LIBRARY_H

/*
 * Libraries that are loaded when they are asked for.  The program that is linked statically
 * loads nothing: it has static/library.c in the place of symbolizer/library.c.
 */

/*
 * By the name of its file, "libcapstone.so.4"; NULL: it is not there.  It stays loaded: a screen
 * asks for it with each function, and libdebuginfod's libraries have threads and exit handlers
 * of their own.
 */
void *library_open(const char *file);

/* The address of a function of it; NULL: it has none of that name. */
void *library_symbol(void *library, const char *name);

/* How the program was linked, and what follows for libraries. */
extern const char library_program[];

/* What to say where libdebuginfod is not there: what is missing, and the packages that have it. */
extern const char library_no_debuginfod[];

#endif
