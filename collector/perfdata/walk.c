// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/array.h"
#include "base/bytes.h"
#include "base/zstd.h"
#include "collector/perfdata/perfdata_impl.h"
#include "collector/perfdata/write.h"

#define REC_HEADER	8
#define UNPACKED_SIZE	(256U << 10)
/* Sideband compresses ten- to fiftyfold.  A ratio above a thousand is an attack. */
#define UNPACK_RATIO	1024
#define UNPACK_FREE	(64ULL << 20)
/* To jump over damage, we look for the next AUXTRACE; this many offsets are remembered. */
#define AUX_OFFSETS_MAX	(1U << 20)
/* perf writes AUXTRACE_INFO before any event; search this many bytes for it. */
#define PEEK_MAX	(64U << 20)

static void rec_at(struct perf_rec *rec, const uint8_t *p)
{
	rec->p = p;
	rec->type = le32(p);
	rec->misc = le16(p + 4);
	rec->size = le16(p + 6);
}

/* End the pass. */
static void stop(struct perfdata *pd)
{
	pd->pos = pd->data_end;
}

static int cmp_u64(const void *a, const void *b)
{
	uint64_t x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return (x > y) - (x < y);
}

/* The AUXTRACE feature section: u64 nr, then {file offset, size} of each record. */
static void read_aux_offsets(struct perfdata *pd)
{
	struct section sec = pd->feature[PERF_FEAT_AUXTRACE];
	uint8_t *buf;
	size_t len;

	pd->aux_offsets_read = true;
	if (sec.size > 8 + 16 * (uint64_t)AUX_OFFSETS_MAX)
		sec.size = 8 + 16 * (uint64_t)AUX_OFFSETS_MAX;
	buf = perfdata_read_section(pd, &sec, &len);
	if (!buf || len < 24)
		goto out;
	pd->aux_offsets = malloc(len / 16 * sizeof(*pd->aux_offsets));
	if (!pd->aux_offsets)
		goto out;
	for (size_t i = 8; i + 16 <= len; i += 16)
		pd->aux_offsets[pd->nr_aux_offsets++] = le64(buf + i);
	qsort(pd->aux_offsets, pd->nr_aux_offsets, sizeof(*pd->aux_offsets), cmp_u64);
out:
	free(buf);
}

/* The first AUXTRACE record after pos, or data_end. */
static uint64_t next_aux(struct perfdata *pd, uint64_t pos)
{
	size_t lo;

	if (!pd->aux_offsets_read)
		read_aux_offsets(pd);
	lo = array_first(pd->nr_aux_offsets, i, pd->aux_offsets[i] > pos);
	if (lo == pd->nr_aux_offsets || pd->aux_offsets[lo] >= pd->data_end)
		return pd->data_end;
	return pd->aux_offsets[lo];
}

/* Skip 8-byte words of zero: blocks that never reached the disk read as zeros. */
static uint64_t skip_zeros(struct perfdata *pd, uint64_t pos)
{
	for (;;) {
		size_t got, i;
		const uint8_t *p = window_get(&pd->window, pos, 8, pd->data_end, &got);

		if (!p || got < 8)
			return pos;
		for (i = 0; i + 8 <= got; i += 8)
			if (le64(p + i))
				return pos + i;
		pos += i;
	}
}

/* There is no record at pos: continue where the next one certainly begins. */
static void recover(struct perfdata *pd, const uint8_t *p)
{
	uint64_t from = pd->pos;
	uint64_t to = le64(p) ? from : skip_zeros(pd, from);

	if (to == from || to >= pd->data_end - 7)
		to = next_aux(pd, from);
	pd->pos = to;
	notes_add(&pd->notes, "The recording is damaged: %" PRIu64 " bytes at offset %"
		  PRIu64 " hold no records and were skipped.", to - from, from);
}

/* The file is shorter than its header says, or its disk fails: then nothing is counted. */
static void end_inside(struct perfdata *pd)
{
	if (pd->window.error)
		pd->error = pd->error ?: -pd->window.error;
	else
		notes_add(&pd->notes, "The recording ends inside a record; that one was left out.");
	stop(pd);
}

/* The record at the present position; false at the end, or after skipping damage. */
static bool file_record(struct perfdata *pd, struct perf_rec *rec)
{
	size_t got;
	const uint8_t *p = window_get(&pd->window, pd->pos, REC_HEADER, pd->data_end, &got);

	if (!p || got < REC_HEADER) {
		end_inside(pd);
		return false;
	}
	rec_at(rec, p);
	if (rec->size < REC_HEADER) {
		recover(pd, p);
		return false;
	}
	p = window_get(&pd->window, pd->pos, rec->size, pd->data_end, &got);
	if (!p || got < rec->size) {
		end_inside(pd);
		return false;
	}
	rec_at(rec, p);
	return true;
}

static void pass_over(struct perfdata *pd, uint64_t bytes)
{
	if (bytes <= pd->data_end - pd->pos) {
		pd->pos += bytes;
		return;
	}
	notes_add(&pd->notes, "The recording ends inside trace data: %" PRIu64
		  " bytes are missing.", bytes - (pd->data_end - pd->pos));
	stop(pd);
}

/* Pass the payload of a COMPRESSED record to the unpacker. */
static void unpack_begin(struct perfdata *pd, const struct perf_rec *rec)
{
	struct unpacked *u = &pd->unpacked;
	size_t head = rec->type == PERF_REC_COMPRESSED2 ? 16 : 8;
	size_t len = rec->size > head ? rec->size - head : 0;

	if (u->broken || !len)
		return;
	/* COMPRESSED2 is padded to 8 bytes and has the real number of bytes. */
	if (rec->type == PERF_REC_COMPRESSED2 && le64(rec->p + 8) < len)
		len = (size_t)le64(rec->p + 8);
	if (!u->zstd) {
		u->zstd = zstd_new();
		u->buf = malloc(UNPACKED_SIZE);
	}
	if (!u->zstd || !u->buf) {
		u->broken = true;
		notes_add(&pd->notes, "There was not enough memory for compressed "
			  "records; they were left out.");
		return;
	}
	u->in = rec->p + head;
	u->in_len = len;
	u->taken += len;
}

static void unpack_abandon(struct perfdata *pd, const char *why)
{
	struct unpacked *u = &pd->unpacked;

	u->broken = true;
	u->start = u->end = 0;
	u->in_len = 0;
	notes_add(&pd->notes, "The compressed records from offset %" PRIu64
		  " on are damaged (%s) and were left out.", pd->pos, why);
}

/* Unpack more bytes behind the present ones; false: this record has no more. */
static bool unpack_more(struct perfdata *pd)
{
	struct unpacked *u = &pd->unpacked;
	long n;

	if (!u->in)
		return false;
	memmove(u->buf, u->buf + u->start, u->end - u->start);
	u->end -= u->start;
	u->start = 0;
	n = zstd_next(u->zstd, &u->in, &u->in_len, u->buf + u->end, UNPACKED_SIZE - u->end);
	if (n < 0) {
		unpack_abandon(pd, "not zstd");
		return false;
	}
	if (!n)
		u->in = NULL;
	u->end += (size_t)n;
	u->given += (uint64_t)n;
	if (u->given / UNPACK_RATIO > u->taken + UNPACK_FREE / UNPACK_RATIO) {
		unpack_abandon(pd, "they expand without end");
		return false;
	}
	return n > 0;
}

/* The next unpacked record; a partial one waits for the next COMPRESSED record. */
static bool unpacked_record(struct perfdata *pd, struct perf_rec *rec)
{
	struct unpacked *u = &pd->unpacked;

	while (!u->broken) {
		size_t have = u->end - u->start;

		if (u->skip) {
			size_t n = u->skip < have ? (size_t)u->skip : have;

			u->start += n;
			u->skip -= n;
			have -= n;
		}
		if (!u->skip && have >= REC_HEADER) {
			rec_at(rec, u->buf + u->start);
			if (rec->size < REC_HEADER) {
				unpack_abandon(pd, "a record without size");
				return false;
			}
			if (have >= rec->size) {
				u->start += rec->size;
				return true;
			}
		}
		if (!unpack_more(pd))
			return false;
	}
	return false;
}

/* 1 and *ev, or 0: no event. */
static int take_unpacked(struct perfdata *pd, const struct perf_rec *rec, struct event *ev)
{
	if (rec->type < PERF_REC_USER_FIRST)
		return perfdata_kernel_record(pd, rec, ev);
	if (rec->type == PERF_REC_COMPRESSED || rec->type == PERF_REC_COMPRESSED2)
		notes_add(&pd->notes, "A compressed record inside of another was left "
			  "out.");
	else
		pd->unpacked.skip = perfdata_user_record(pd, rec, UINT64_MAX);
	return 0;
}

int perfdata_walk(struct perfdata *pd, struct event *ev)
{
	struct perf_rec rec;

	for (;;) {
		uint64_t at;

		if (perfdata_next_count(pd, ev) || perfdata_next_place(pd, ev))
			return 1;
		if (unpacked_record(pd, &rec)) {
			if (take_unpacked(pd, &rec, ev))
				return 1;
			continue;
		}
		if (pd->pos >= pd->data_end)
			return 0;
		if (!file_record(pd, &rec))
			continue;
		at = pd->pos;
		pd->pos += rec.size;
		if (rec.type < PERF_REC_USER_FIRST) {
			if (perfdata_kernel_record(pd, &rec, ev))
				return 1;
		} else if (rec.type == PERF_REC_COMPRESSED ||
			   rec.type == PERF_REC_COMPRESSED2) {
			unpack_begin(pd, &rec);
		} else {
			pass_over(pd, perfdata_user_record(pd, &rec, at));
		}
	}
}

void perfdata_peek_host(struct perfdata *pd)
{
	uint64_t pos = pd->data_start;

	while (pos - pd->data_start < PEEK_MAX) {
		struct perf_rec rec;
		size_t got;
		const uint8_t *p = window_get(&pd->window, pos, REC_HEADER, pd->data_end, &got);

		if (!p || got < REC_HEADER)
			return;
		rec_at(&rec, p);
		pos += rec.size;
		if (rec.type == PERF_REC_FINISHED_ROUND && rec.size >= REC_HEADER)
			continue;
		if (rec.type != PERF_REC_EVENT_UPDATE || rec.size < 32)
			return;
		p = window_get(&pd->window, pos - rec.size, rec.size, pd->data_end, &got);
		if (!p || got < rec.size || le64(p + 8) != (PERF_EVENT_UPDATE_SPELUNK | OWN_HOST))
			return;
		perfdata_host(pd, p + 32, le64(p + 24) < rec.size - 32u ? (size_t)le64(p + 24)
									: rec.size - 32u);
		pd->has_host = true;
	}
}

void perfdata_peek(struct perfdata *pd, bool *has_aux)
{
	uint64_t pos = pd->data_start;
	uint64_t end = pd->data_end;

	*has_aux = false;
	if (end - pos > PEEK_MAX)
		end = pos + PEEK_MAX;
	while (pos < end) {
		struct perf_rec rec;
		size_t got;
		const uint8_t *p = window_get(&pd->window, pos, 64, pd->data_end, &got);

		if (!p || got < REC_HEADER)
			return;
		rec_at(&rec, p);
		if (rec.size < REC_HEADER)
			return;
		if (rec.type == PERF_REC_AUXTRACE) {
			*has_aux = true;
			return;
		}
		if (rec.type == PERF_REC_AUXTRACE_INFO) {
			p = window_get(&pd->window, pos, rec.size, pd->data_end, &got);
			if (p && got >= rec.size) {
				rec.p = p;
				perfdata_aux_info(pd, &rec);
			}
			return;
		}
		pos += rec.size;
		if (rec.type == PERF_REC_HEADER_TRACING_DATA && got >= 12)
			pos += le32(p + 8);
	}
}
