/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_IO_H
#define BASE_IO_H

#include <stddef.h>
#include <stdint.h>

/* System calls, repeated after a signal or a short count. */

/*
 * pread() until len bytes or the end of the file.  Returns the bytes read, or -errno if there
 * were none.
 */
long read_at(int fd, uint64_t pos, void *buf, size_t len);

/* read() until len bytes or the end.  Returns the bytes read, or -errno. */
long read_full(int fd, void *buf, size_t len);

/* write() all len bytes, or pwrite() them.  0 or -errno. */
int write_full(int fd, const void *buf, size_t len);
int write_at(int fd, uint64_t pos, const void *buf, size_t len);

#endif
