/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_FILES_SOURCE_H
#define SYMBOLIZER_FILES_SOURCE_H

#include <stddef.h>

/* The lines of one text file. */
struct source_text;

/*
 * Read fd; takes ownership of it even on failure.  NULL: not a regular file, too large, or out of
 * memory.
 */
struct source_text *source_text_open(int fd);
void source_text_close(struct source_text *t);	/* NULL is fine */

/* Line nr, from 1; truncated if very long, and not escaped.  NULL: no such line. */
const char *source_text_line(const struct source_text *t, unsigned int nr);

#endif
