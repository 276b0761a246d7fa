/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_ELF_IMAGE_H
#define BASE_ELF_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#define BUILD_ID_MAX	20	/* bytes: perf_record_header_build_id has no more */

/*
 * The build-id in a list of ELF notes (a PT_NOTE segment, /sys/kernel/notes).
 * Returns its length in bytes, 0 if there is no build-id.
 */
size_t build_id_in_notes(uint8_t id[BUILD_ID_MAX], const uint8_t *notes, size_t len);

/* Likewise, of a file that consists of such notes (/sys/kernel/notes), below root. */
size_t build_id_of_notes(uint8_t id[BUILD_ID_MAX], const char *root, const char *path);

/* Likewise, of a 64-bit ELF file, which may be hostile. */
size_t build_id_of_file(uint8_t id[BUILD_ID_MAX], const char *path);

/*
 * The vDSO, which the kernel maps into every process at the same file offsets: its address in
 * this process and its length in bytes.  NULL and 0: there is none, or it is not valid ELF.
 */
const void *vdso_image(size_t *len);

#endif
