/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_ZSTD_H
#define COLLECTOR_ZSTD_H

#include <stddef.h>
#include <stdint.h>

/* One zstd stream, cut over many PERF_RECORD_COMPRESSED records. */
struct zstd;

struct zstd *zstd_new(void);	/* owned by the caller; NULL without memory */
void zstd_free(struct zstd *z);	/* NULL is fine */

/*
 * Decompress from *in (*in_len bytes, both advanced) into out.  Returns bytes
 * written; 0 when the input is used up and nothing is left to give; -EBADMSG
 * if the input is no zstd.
 */
long zstd_next(struct zstd *z, const uint8_t **in, size_t *in_len, void *out, size_t len);

/* The other direction: a stream that grows. */
struct zstd_packer;

/* level is zstd's, 1 or more; owned by the caller; NULL without memory */
struct zstd_packer *zstd_packer_new(int level);
void zstd_packer_free(struct zstd_packer *z);	/* NULL is fine */

/* Bytes that len bytes take at most. */
size_t zstd_bound(size_t len);
/*
 * Compress len bytes so that all of them can be read from what was written until now.
 * Bytes written; -ENOMEM, or -ENOSPC if room is too small.
 */
long zstd_pack(struct zstd_packer *z, const void *in, size_t len, void *out, size_t room);

#endif
