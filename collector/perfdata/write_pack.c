// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <unistd.h>

#include "base/zstd.h"
#include "collector/perfdata/format.h"
#include "collector/perfdata/write_impl.h"

/*
 * Packs records into PERF_RECORD_COMPRESSED.  As in perf, a single zstd frame that never ends spans
 * all of them.  perf before 6.16 does not pad, so that its records get odd offsets.  Ours stay
 * aligned: three zeros are an empty zstd block [RFC 8878, 3.1.1.2], and up to seven of these make
 * any size a multiple of 8.
 */

/* Fits in a record even if incompressible, with the padding. */
#define CHUNK		(56u << 10)
#define EMPTY_BLOCK	3
#define PAD_MAX		(7 * EMPTY_BLOCK)

/* u32 version, type, level, ratio, mmap_len: tools/perf/util/header.c, write_compressed() */
#define COMP_ZSTD	1
#define RATIO_AT	12

void perfdata_compressed(struct buffer *b, int level)
{
	buffer_u32(b, 0);
	buffer_u32(b, COMP_ZSTD);
	buffer_u32(b, (uint32_t)level);
	buffer_u32(b, 0);		/* set at the end */
	buffer_u32(b, CHUNK);		/* maximum size that one record unpacks to */
}

static int pack_chunk(struct perfdata_writer *w, const void *p, size_t len)
{
	struct perf_event_header h = { .type = PERF_REC_COMPRESSED };
	size_t begin = w->packed.len, room = zstd_bound(len);
	uint8_t *to = buffer_take(&w->packed, sizeof(h) + room + PAD_MAX);
	size_t size, pad;
	long n;

	if (!to)
		return -ENOMEM;
	n = zstd_pack(w->packer, p, len, to + sizeof(h), room);
	if (n < 0)
		return (int)n;
	size = sizeof(h) + (size_t)n;
	/* 3 * 3 is 1 modulo 8; zstd may leave garbage behind what it returned */
	pad = -size % 8 * EMPTY_BLOCK % 8 * EMPTY_BLOCK;
	memset(to + size, 0, pad);
	size += pad;
	h.size = (uint16_t)size;
	memcpy(to, &h, sizeof(h));
	w->packed.len = begin + size;
	return 0;
}

int writer_pack(struct perfdata_writer *w, const struct iovec *iov, int nr)
{
	int ret = 0;

	w->packed.len = 0;
	for (int i = 0; i < nr; i++) {
		for (size_t at = 0, len; at < iov[i].iov_len && !ret; at += len) {
			len = iov[i].iov_len - at < CHUNK ? iov[i].iov_len - at : CHUNK;
			ret = pack_chunk(w, (const char *)iov[i].iov_base + at, len);
		}
		w->bytes_in += iov[i].iov_len;
	}
	w->bytes_packed += w->packed.len;
	return ret;
}

void writer_put_ratio(const struct perfdata_writer *w)
{
	uint32_t ratio;

	if (!w->bytes_packed || !w->pack_section)
		return;
	ratio = (uint32_t)((w->bytes_in + w->bytes_packed / 2) / w->bytes_packed);
	/* perf only displays it: ignore errors */
	if (pwrite(w->fd, &ratio, sizeof(ratio), (off_t)(w->pack_section + RATIO_AT)) < 0)
		return;
}
