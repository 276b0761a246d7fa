/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_ELF_IMAGE_H
#define BASE_ELF_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#define BUILD_ID_MAX	20	/* bytes that a perf record has room for */

/*
 * The build-id in a list of ELF notes (a PT_NOTE segment, /sys/kernel/notes).
 * Returns its length in bytes, or 0: there is none.
 */
size_t build_id_in_notes(uint8_t id[BUILD_ID_MAX], const uint8_t *notes, size_t len);

/* The same in a file of the kernel's that consists of them, below root. */
size_t build_id_of_notes(uint8_t id[BUILD_ID_MAX], const char *root, const char *path);

/* The build-id of a 64-bit ELF file; the file may be anyone's.  The same. */
size_t build_id_of_file(uint8_t id[BUILD_ID_MAX], const char *path);

/*
 * The image that the kernel gave this process, as it gives it to all, and how far its
 * segments reach in the file, which is how it lies in memory.  NULL, 0: none that we know.
 */
const void *vdso_image(size_t *len);

#endif
