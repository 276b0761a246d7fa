// SPDX-License-Identifier: GPL-2.0-only
#include "base/zstd.h"

#include <errno.h>
#include <stdlib.h>
#include <zstd.h>
#include <zstd_errors.h>

struct zstd {
	ZSTD_DStream *stream;
};

struct zstd *zstd_new(void)
{
	struct zstd *z = malloc(sizeof(*z));

	if (!z)
		return NULL;
	z->stream = ZSTD_createDStream();
	if (!z->stream || ZSTD_isError(ZSTD_initDStream(z->stream))) {
		zstd_free(z);
		return NULL;
	}
	return z;
}

void zstd_free(struct zstd *z)
{
	if (z)
		ZSTD_freeDStream(z->stream);
	free(z);
}

long zstd_next(struct zstd *z, const uint8_t **in, size_t *in_len, void *out, size_t len)
{
	ZSTD_outBuffer dst = { out, len, 0 };

	for (;;) {
		ZSTD_inBuffer src = { *in, *in_len, 0 };
		size_t ret = ZSTD_decompressStream(z->stream, &dst, &src);

		if (ZSTD_isError(ret))
			return -EBADMSG;
		*in += src.pos;
		*in_len -= src.pos;
		if (dst.pos || !src.pos)
			return (long)dst.pos;
	}
}

struct zstd_packer {
	ZSTD_CCtx *context;
};

struct zstd_packer *zstd_packer_new(int level)
{
	struct zstd_packer *z = malloc(sizeof(*z));

	if (!z)
		return NULL;
	z->context = ZSTD_createCCtx();
	if (!z->context ||
	    ZSTD_isError(ZSTD_CCtx_setParameter(z->context, ZSTD_c_compressionLevel, level))) {
		zstd_packer_free(z);
		return NULL;
	}
	return z;
}

void zstd_packer_free(struct zstd_packer *z)
{
	if (z)
		ZSTD_freeCCtx(z->context);
	free(z);
}

/* A stream has one frame header besides the data. */
size_t zstd_bound(size_t len)
{
	return ZSTD_compressBound(len) + 32;
}

long zstd_pack(struct zstd_packer *z, const void *in, size_t len, void *out, size_t room)
{
	ZSTD_inBuffer src = { in, len, 0 };
	ZSTD_outBuffer dst = { out, room, 0 };
	size_t ret = ZSTD_compressStream2(z->context, &dst, &src, ZSTD_e_flush);

	if (ZSTD_isError(ret))
		return -ENOMEM;
	return ret ? -ENOSPC : (long)dst.pos;
}

long zstd_pack_frame(struct zstd_packer *z, const void *in, size_t len, void *out, size_t room)
{
	size_t ret = ZSTD_compress2(z->context, out, room, in, len);

	if (!ZSTD_isError(ret))
		return (long)ret;
	return ZSTD_getErrorCode(ret) == ZSTD_error_dstSize_tooSmall ? -ENOSPC : -ENOMEM;
}
