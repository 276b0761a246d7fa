/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_GZIP_H
#define BASE_GZIP_H

#include <stddef.h>
#include <stdio.h>

/* Reads and writes gzip files. */

/*
 * Returns the first max bytes of a file, decompressed if it is a gzip file, and a NUL; the caller
 * frees them.  NULL: no such file, it is empty, or out of memory.
 */
char *gzip_read(const char *path, size_t max);

/*
 * Returns a stream that compresses into out, which is borrowed.  Its fclose() writes the end, and
 * fails if a write to out failed.  NULL: out of memory.
 */
FILE *gzip_writer(FILE *out);

#endif
