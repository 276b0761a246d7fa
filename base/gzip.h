/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_GZIP_H
#define BASE_GZIP_H

#include <stddef.h>
#include <stdio.h>

/* Files as gzip packs them. */

/*
 * A whole file, at most max bytes of it, unpacked if it is gzip's, and a NUL: the caller's.  NULL:
 * there is none, it is empty, or out of memory.
 */
char *gzip_read(const char *path, size_t max);

/*
 * What is written to the result is packed into out, which stays open.  fclose() writes the end, and
 * fails if a write to out did.  NULL: out of memory.
 */
FILE *gzip_writer(FILE *out);

#endif
