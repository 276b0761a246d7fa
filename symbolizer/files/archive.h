/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_FILES_ARCHIVE_H
#define SYMBOLIZER_FILES_ARCHIVE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/*
 * Symbol files of a recording in one file: a tar whose members are named as in perf's build-id
 * cache, so that `tar -xf FILE -C ~/.debug` makes them available to perf, too:
 *   .build-id/3f/1a..e0/elf		a program, library, module or kernel
 *   .build-id/3f/1a..e0/debug		its debug file
 *   .build-id/3f/1a..e0/kallsyms	a kernel's symbols
 *   .build-id/3f/1a..e0/vdso
 * Members are read in place; nothing is unpacked.  Other members are ignored.
 */
enum archive_part { ARCHIVE_ELF, ARCHIVE_DEBUG, ARCHIVE_KALLSYMS, ARCHIVE_VDSO, NR_ARCHIVE_PARTS };

struct archive;

/* 0; -EINVAL: not a tar, or truncated; -E2BIG: too many members; other -errno. */
int archive_open(struct archive **out, const char *path);
void archive_close(struct archive *a);	/* NULL is fine */

/*
 * Find a member: its range in archive_fd(), whose contents have not been checked.  False: no such
 * member.
 */
bool archive_find(const struct archive *a, const uint8_t *id, uint8_t len, enum archive_part part,
		  uint64_t *offset, uint64_t *size);
int archive_fd(const struct archive *a);
const char *archive_path(const struct archive *a);

/* Write the members, then the end.  0 or -errno; -EFBIG: too large for a tar. */
int archive_put(FILE *out, const uint8_t *id, uint8_t len, enum archive_part part,
		const void *data, uint64_t size);
int archive_end(FILE *out);

#endif
