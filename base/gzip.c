// SPDX-License-Identifier: GPL-2.0-only
#include "base/gzip.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#define ZLIB_CONST	/* input is const */
#include <zlib.h>

char *gzip_read(const char *path, size_t max)
{
	gzFile in = gzopen(path, "re");
	char *text = in ? malloc(max + 1) : NULL;
	int len = text ? gzread(in, text, (unsigned int)max) : 0;

	if (in)
		gzclose(in);
	if (len > 0) {
		text[len] = '\0';
		return text;
	}
	free(text);
	return NULL;
}

struct packer {
	z_stream z;
	FILE *out;
	uint8_t packed[1 << 15];
};

/* 0 or -1, as the functions of a cookie return. */
static int pack(struct packer *p, const char *data, size_t len, int flush)
{
	p->z.next_in = (const Bytef *)data;
	p->z.avail_in = (uInt)len;
	do {
		size_t nr;

		p->z.next_out = p->packed;
		p->z.avail_out = sizeof(p->packed);
		if (deflate(&p->z, flush) == Z_STREAM_ERROR)
			return -1;
		nr = sizeof(p->packed) - p->z.avail_out;
		if (fwrite(p->packed, 1, nr, p->out) != nr)
			return -1;
	} while (!p->z.avail_out);
	return 0;
}

static ssize_t write_some(void *cookie, const char *data, size_t len)
{
	const size_t most = 1 << 30;

	len = len < most ? len : most;
	return pack(cookie, data, len, Z_NO_FLUSH) ? 0 : (ssize_t)len;
}

static int close_packer(void *cookie)
{
	struct packer *p = cookie;
	int ret = pack(p, NULL, 0, Z_FINISH);

	deflateEnd(&p->z);
	free(p);
	return ret;
}

/* Window bits, + 16 for a gzip header and trailer (zlib.h, deflateInit2). */
#define GZIP_WINDOW	(15 + 16)

FILE *gzip_writer(FILE *out)
{
	static const cookie_io_functions_t io = { .write = write_some, .close = close_packer };
	struct packer *p = calloc(1, sizeof(*p));
	FILE *packed = NULL;

	if (!p)
		return NULL;
	p->out = out;
	if (deflateInit2(&p->z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, 8,
			 Z_DEFAULT_STRATEGY) == Z_OK) {
		packed = fopencookie(p, "w", io);
		if (packed)
			return packed;
		deflateEnd(&p->z);
	}
	free(p);
	return NULL;
}
