// SPDX-License-Identifier: GPL-2.0-only
#include "collector/zstd.h"

#include <errno.h>
#include <stdlib.h>
#include <zstd.h>

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
