/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_ZSTD_H
#define BASE_ZSTD_H

#include <stddef.h>
#include <stdint.h>

/* A zstd stream that is split over many PERF_RECORD_COMPRESSED records. */
struct zstd;

struct zstd *zstd_new(void);	/* owned by the caller; NULL: out of memory */
void zstd_free(struct zstd *z);	/* NULL is fine */

/*
 * Decompress from *in (*in_len bytes, both advanced) into out.  Returns the number of bytes
 * written; 0: all input is used and nothing is buffered; -EBADMSG: not zstd.
 */
long zstd_next(struct zstd *z, const uint8_t **in, size_t *in_len, void *out, size_t len);

/* A growing compressed stream, or frames one after another. */
struct zstd_packer;

/* level is zstd's, at least 1; owned by the caller; NULL: out of memory */
struct zstd_packer *zstd_packer_new(int level);
void zstd_packer_free(struct zstd_packer *z);	/* NULL is fine */

/* Upper bound of the compressed size of len bytes. */
size_t zstd_bound(size_t len);
/*
 * Compress and flush len bytes, so that a reader can decompress all of them now.  Returns the
 * number of bytes written; -ENOMEM; -ENOSPC: room is too small.
 */
long zstd_pack(struct zstd_packer *z, const void *in, size_t len, void *out, size_t room);
/* The same for bytes that are a frame of their own, after any complete frame. */
long zstd_pack_frame(struct zstd_packer *z, const void *in, size_t len, void *out, size_t room);

#endif
