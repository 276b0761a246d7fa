// SPDX-License-Identifier: GPL-2.0-only
#include "tests/fuzz/perfdata_mutate.h"

#include <stdbool.h>
#include <string.h>

#include "base/bytes.h"
#include "collector/perfdata/format.h"
#include "collector/perfdata/write.h"

#define RECORDS_MAX	512
#define HEAD		8	/* struct perf_event_header */
#define PAYLOAD_MAX	512

/* Where the parts of the file are. */
struct layout {
	uint8_t *data;
	size_t size, max;
	bool pipe;
	size_t start, end;	/* the records */
	size_t record[RECORDS_MAX + 1];	/* offsets of records, and of the end of the last one */
	size_t nr;
	uint32_t seed;
	mutate_fn *bytes;
};

/* Numerical Recipes, "An Even Quicker Generator". */
static uint32_t any(struct layout *l, uint32_t below)
{
	l->seed = l->seed * 1664525u + 1013904223u;
	return (l->seed >> 8) % below;
}

static void put16(uint8_t *p, uint16_t v)
{
	for (int i = 0; i < 2; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

static void put64(uint8_t *p, uint64_t v)
{
	for (int i = 0; i < 8; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

/* A record with the trace data that follow an AUXTRACE record. */
static size_t unit_size(const struct layout *l, size_t at)
{
	size_t left = l->end - at, size;
	uint64_t aux;

	if (left < HEAD)
		return 0;
	size = le16(l->data + at + 6);
	if (size < HEAD || size > left)
		return 0;
	if (le32(l->data + at) != PERF_REC_AUXTRACE || size < 16)
		return size;
	aux = le64(l->data + at + 8);
	return aux <= left - size ? size + (size_t)aux : size;
}

/* False: not a perf.data file with records. */
static bool lay_out(struct layout *l)
{
	uint64_t start, len;
	size_t at, n;

	if (l->size < PERF_HEADER_PIPE || memcmp(l->data, "PERFILE2", 8))
		return false;
	l->pipe = le64(l->data + 8) == PERF_HEADER_PIPE;
	l->start = PERF_HEADER_PIPE;
	l->end = l->size;
	if (!l->pipe) {
		if (l->size < PERF_HEADER_FILE)
			return false;
		start = le64(l->data + 40);
		len = le64(l->data + 48);
		if (start < PERF_HEADER_FILE || start > l->size || len > l->size - start)
			return false;
		l->start = (size_t)start;
		l->end = (size_t)(start + len);
	}
	for (at = l->start; l->nr < RECORDS_MAX && (n = unit_size(l, at)); at += n)
		l->record[l->nr++] = at;
	l->record[l->nr] = at;
	return true;
}

/* Adds delta to an offset of the file that lies at or behind the old end of the records. */
static void shift(struct layout *l, size_t at, size_t old_end, size_t delta)
{
	uint64_t offset;

	if (at > l->size || l->size - at < 8)
		return;
	offset = le64(l->data + at);
	if (offset >= old_end && offset <= l->size)
		put64(l->data + at, offset + delta);
}

/* The header and the table of sections, after the records became delta bytes longer. */
static void correct(struct layout *l, size_t old_end, size_t delta)
{
	uint64_t attrs, entry, len, sections = 0;

	l->end = old_end + delta;
	if (l->pipe)
		return;
	put64(l->data + 48, l->end - l->start);
	shift(l, 24, old_end, delta);
	entry = le64(l->data + 16);
	attrs = le64(l->data + 24);
	len = le64(l->data + 32);
	for (uint64_t at = entry; entry >= 16 && at <= len && attrs < l->size && at < l->size;
	     at += entry)
		shift(l, (size_t)(attrs + at - 16), old_end, delta);
	for (size_t i = 72; i < PERF_HEADER_FILE; i += 8)
		sections += (uint64_t)__builtin_popcountll(le64(l->data + i));
	for (uint64_t i = 0; i < sections; i++)
		shift(l, l->end + 16 * i, old_end, delta);
}

/* Replaces old bytes of the records at an offset with room for others; false: no room for them. */
static bool make_room(struct layout *l, size_t at, size_t old, size_t new)
{
	size_t end = l->end;

	if (new > old && new - old > l->max - l->size)
		return false;
	memmove(l->data + at + new, l->data + at + old, l->size - at - old);
	l->size += new - old;
	correct(l, end, new - old);
	return true;
}

static size_t pick(struct layout *l, size_t *size)
{
	size_t i = any(l, (uint32_t)l->nr);

	*size = l->record[i + 1] - l->record[i];
	return l->record[i];
}

/* Changes the bytes behind a record's header; its size stays true. */
static void change_record(struct layout *l)
{
	size_t unit, at = pick(l, &unit), size = le16(l->data + at + 6);
	uint8_t payload[PAYLOAD_MAX];
	size_t old = size - HEAD, new;

	if (any(l, 8) == 0)
		put16(l->data + at + 4, (uint16_t)any(l, 65536));
	if (old > PAYLOAD_MAX)
		old = PAYLOAD_MAX;
	memcpy(payload, l->data + at + HEAD, old);
	new = l->bytes(payload, old, PAYLOAD_MAX);
	if (any(l, 4))
		new = (new + 7) & ~(size_t)7;
	if (new > PAYLOAD_MAX || size - old + new > UINT16_MAX)
		return;
	if (!make_room(l, at + HEAD, old, new))
		return;
	memcpy(l->data + at + HEAD, payload, new);
	put16(l->data + at + 6, (uint16_t)(size - old + new));
}

static void repeat_record(struct layout *l)
{
	size_t size, at = pick(l, &size), other, to = pick(l, &other);

	if (!make_room(l, to, 0, size))
		return;
	memmove(l->data + to, l->data + (at >= to ? at + size : at), size);
}

static void remove_record(struct layout *l)
{
	size_t size, at = pick(l, &size);

	make_room(l, at, size, 0);
}

/* Moves a record behind the next one. */
static void swap_records(struct layout *l)
{
	size_t i = any(l, (uint32_t)l->nr), first, second;
	uint8_t copy[UINT16_MAX];

	if (i + 1 == l->nr)
		return;
	first = l->record[i + 1] - l->record[i];
	second = l->record[i + 2] - l->record[i + 1];
	if (first > sizeof(copy))
		return;
	memcpy(copy, l->data + l->record[i], first);
	memmove(l->data + l->record[i], l->data + l->record[i + 1], second);
	memcpy(l->data + l->record[i] + second, copy, first);
}

/* One of the types that are read, with a payload of the usual size. */
static void add_record(struct layout *l)
{
	static const uint8_t types[] = { PERFDATA_TYPES };
	size_t at = l->record[any(l, (uint32_t)l->nr + 1)], size = HEAD + 8 * any(l, 16);
	uint32_t type = types[any(l, sizeof(types))];

	if (!make_room(l, at, 0, size))
		return;
	memset(l->data + at, 0, size);
	l->data[at] = (uint8_t)type;
	put16(l->data + at + 6, (uint16_t)size);
	for (size_t i = HEAD; i < size; i++)
		l->data[at + i] = any(l, 3) ? 0 : (uint8_t)any(l, 256);
	/* A record of our own: collector/perfdata/write.h. */
	if (type == PERF_REC_EVENT_UPDATE && size >= 32) {
		put64(l->data + at + HEAD, PERF_EVENT_UPDATE_SPELUNK | any(l, OWN_JIT + 2));
		put64(l->data + at + 24, size - 32);
	}
}

/* Changes bytes that are no records: the header, events and their ids, or header sections. */
static void change_rest(struct layout *l)
{
	size_t behind = l->size - l->end;

	if (behind && any(l, 2))
		l->size = l->end + l->bytes(l->data + l->end, behind, l->max - l->end);
	else if (l->start > 8)
		l->bytes(l->data + 8, l->start - 8, l->start - 8);
}

size_t perfdata_mutate(uint8_t *data, size_t size, size_t max, unsigned int seed,
		       mutate_fn *bytes)
{
	static void (*const changes[])(struct layout *l) = {
		change_record, change_record, change_record, repeat_record, remove_record,
		swap_records, add_record, add_record, change_rest,
	};
	struct layout l = { .data = data, .size = size, .max = max, .seed = seed,
			    .bytes = bytes };
	size_t what;

	if (any(&l, 8) == 0 || !lay_out(&l))
		return bytes(data, size, max);
	what = any(&l, sizeof(changes) / sizeof(changes[0]));
	if (l.nr)
		changes[what](&l);
	else
		(what & 1 ? add_record : change_rest)(&l);
	return l.size;
}
