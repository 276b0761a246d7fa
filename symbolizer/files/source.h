/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_FILES_SOURCE_H
#define SYMBOLIZER_FILES_SOURCE_H

#include <stddef.h>

/* The lines of one text file. */
struct source_text;

/* Read what fd holds; fd is the callee's in any case.  NULL: it is no file, too large, or
 * there is no memory. */
struct source_text *source_text_open(int fd);
void source_text_close(struct source_text *t);	/* NULL is fine */

/* Line nr, from 1; cut where it is very long, and not escaped.  NULL: there is none. */
const char *source_text_line(const struct source_text *t, unsigned int nr);

#endif
