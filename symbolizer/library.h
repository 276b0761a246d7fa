/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_LIBRARY_H
#define SYMBOLIZER_LIBRARY_H

/*
 * Libraries that are loaded on first use.  The statically linked program cannot load any:
 * static/library.c replaces symbolizer/library.c in it.
 */

/*
 * Load a library by its file name, "libcapstone.so.4"; NULL: not found.  It stays loaded: the
 * screens need it for each function, and libdebuginfod's dependencies have threads and exit
 * handlers.
 */
void *library_open(const char *file);

/* The address of its function; NULL: no such function. */
void *library_symbol(void *library, const char *name);

/* How the program was linked, and which libraries it can load. */
extern const char library_program[];

/* Message if LLVM is not loaded: how to disassemble more instructions. */
extern const char library_no_llvm[];

/* Message if libdebuginfod is missing: what is missing, and the packages that have it. */
extern const char library_no_debuginfod[];

/* Likewise of json-c. */
extern const char library_no_json[];

#endif
