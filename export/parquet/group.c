// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/intern.h"
#include "export/parquet/group_impl.h"
#include "export/text.h"

/* Fields, by their message. */
enum { PAGE_TYPE = 1, PAGE_RAW_SIZE, PAGE_SIZE, PAGE_DATA = 5, PAGE_DICTIONARY = 7 };
enum { TYPE_DATA = 0, TYPE_DICTIONARY = 2 };
enum { DATA_NR = 1, DATA_ENCODING, DATA_DEFINITIONS, DATA_REPETITIONS };
enum { DICTIONARY_NR = 1, DICTIONARY_ENCODING };

/* zstd's level: the next one takes twice as long for a tenth less. */
#define LEVEL		1

/* A dictionary of numbers that has grown beyond this is not used for further pages. */
#define DICTIONARY_MAX	16384

#define FIRST_SLOTS	64

/*
 * Encodings.md, RLE / bit-packing hybrid: a run of one value, or groups of eight values.
 */
static void put_run(struct buffer *b, uint32_t value, size_t n, unsigned int width)
{
	uint32_t le = htole32(value);

	buffer_varint(b, (uint64_t)n << 1);
	buffer_add(b, &le, (width + 7) / 8);
}

static void put_packed(struct buffer *b, const uint32_t *v, size_t n, unsigned int width)
{
	size_t groups = (n + 7) / 8;
	unsigned int bits = 0;
	uint64_t rest = 0;
	uint8_t *to;

	buffer_varint(b, (uint64_t)groups << 1 | 1);
	to = buffer_take(b, groups * width);
	for (size_t i = 0; to && i < n; i++) {
		rest |= (uint64_t)v[i] << bits;
		bits += width;
		if (bits < 32)
			continue;
		memcpy(to, &(uint32_t){ htole32((uint32_t)rest) }, 4);
		to += 4;
		rest >>= 32;
		bits -= 32;
	}
	for (; to && bits; bits -= bits < 8 ? bits : 8, rest >>= 8)
		*to++ = (uint8_t)rest;
}

/* A bit for each of n values of 0 or 1. */
#define PUT_BITS(b, v, n)						\
	do {								\
		size_t n_ = (n), i_;					\
		uint8_t *to_ = buffer_take(b, (n_ + 7) / 8);		\
									\
		for (i_ = 0; to_ && i_ + 8 <= n_; i_ += 8, to_++)	\
			*to_ = (uint8_t)(v[i_] | v[i_ + 1] << 1 | v[i_ + 2] << 2 | v[i_ + 3] << 3 | \
					 v[i_ + 4] << 4 | v[i_ + 5] << 5 | v[i_ + 6] << 6 | \
					 v[i_ + 7] << 7);		\
		for (size_t k_ = 0; to_ && i_ + k_ < n_; k_++)		\
			*to_ |= (uint8_t)(v[i_ + k_] << k_);		\
	} while (0)

/* Definition levels: 1 for a value, 0 for null; their length is in front. */
static void put_levels(struct buffer *b, const uint8_t *present, size_t n, size_t values)
{
	size_t at = b->len;

	buffer_u32(b, 0);
	if (!values || values == n) {
		put_run(b, values != 0, n, 1);
	} else {
		buffer_varint(b, (uint64_t)((n + 7) / 8) << 1 | 1);
		PUT_BITS(b, present, n);
	}
	if (!b->bad) {
		uint32_t len = htole32((uint32_t)(b->len - at - sizeof(len)));

		memcpy(b->p + at, &len, sizeof(len));
	}
}

/*
 * Dictionary
 */

static int grow(struct chunk *c)
{
	uint32_t nr = c->nr_slots ? c->nr_slots * 2 : FIRST_SLOTS;
	uint32_t *slot = calloc(nr, sizeof(*slot));
	uint64_t *value = slot ? reallocarray(c->value, nr / 2, sizeof(*value)) : NULL;

	if (!value) {
		free(slot);
		return -ENOMEM;
	}
	c->value = value;
	for (uint32_t i = 0; i < c->nr; i++) {
		uint32_t k = (uint32_t)intern_mix(value[i]);

		while (slot[k & (nr - 1)])
			k++;
		slot[k & (nr - 1)] = i + 1;
	}
	free(c->slot);
	c->slot = slot;
	c->nr_slots = nr;
	return 0;
}

/* 0 or -ENOMEM. */
static int number_of(struct chunk *c, uint64_t value, uint32_t *out)
{
	uint32_t k = (uint32_t)intern_mix(value), at;

	while ((at = c->slot[k & (c->nr_slots - 1)])) {
		if (c->value[at - 1] == value) {
			*out = at - 1;
			return 0;
		}
		k++;
	}
	c->value[c->nr] = value;
	*out = c->nr++;
	c->slot[k & (c->nr_slots - 1)] = c->nr;
	return c->nr * 2 < c->nr_slots ? 0 : grow(c);
}

static unsigned int width_of(uint32_t nr)
{
	return nr < 2 ? 1 : 32 - (unsigned int)__builtin_clz(nr - 1);
}

static bool is_constant(const uint64_t *v, size_t n)
{
	uint64_t differs = 0;

	for (size_t i = 1; i < n; i++)
		differs |= v[i] ^ v[0];
	return !differs;
}

/* Of at least one value.  0 or -ENOMEM. */
static int put_indices(struct parquet_group *g, struct chunk *c, const uint64_t *v, size_t n)
{
	bool constant = is_constant(v, n);
	int err = c->nr_slots ? 0 : grow(c);
	uint8_t width;

	for (size_t i = 0; i < (constant ? 1 : n) && !err; i++)
		err = number_of(c, v[i], &g->index[i]);
	width = (uint8_t)width_of(c->nr);
	buffer_add(&g->body, &width, 1);
	if (constant)
		put_run(&g->body, g->index[0], n, width);
	else
		put_packed(&g->body, g->index, n, width);
	return err;
}

/*
 * Pages
 */

static void put_values(struct buffer *b, enum parquet_type type, const uint64_t *v, size_t n)
{
	uint8_t *to;

	if (type == PARQUET_FLAG) {
		PUT_BITS(b, v, n);
		return;
	}
	to = buffer_take(b, n * sizeof(*v));
	for (size_t i = 0; to && i < n; i++) {
		uint64_t le = htole64(v[i]);

		memcpy(to + i * sizeof(le), &le, sizeof(le));
	}
}

static void put_header(struct buffer *to, int type, size_t nr, int encoding, size_t raw, size_t packed)
{
	struct thrift t = { .to = to };

	thrift_begin(&t);
	thrift_i32(&t, PAGE_TYPE, type);
	thrift_i32(&t, PAGE_RAW_SIZE, (int32_t)raw);
	thrift_i32(&t, PAGE_SIZE, (int32_t)packed);
	if (type == TYPE_DICTIONARY) {
		thrift_struct(&t, PAGE_DICTIONARY);
		thrift_i32(&t, DICTIONARY_NR, (int32_t)nr);
		thrift_i32(&t, DICTIONARY_ENCODING, encoding);
	} else {
		thrift_struct(&t, PAGE_DATA);
		thrift_i32(&t, DATA_NR, (int32_t)nr);
		thrift_i32(&t, DATA_ENCODING, encoding);
		thrift_i32(&t, DATA_DEFINITIONS, ENCODING_RLE);
		thrift_i32(&t, DATA_REPETITIONS, ENCODING_RLE);
	}
	thrift_end(&t);
	thrift_end(&t);
}

/* Pack the body behind a header.  0 or -ENOMEM. */
static int put_page(struct parquet_group *g, struct chunk *c, struct buffer *to, int type, size_t nr,
		    int encoding)
{
	size_t raw = g->body.len, room = zstd_bound(raw), begin = to->len;
	uint8_t *packed = malloc(room);
	long len = packed ? zstd_pack_frame(g->zstd, g->body.p, raw, packed, room) : -ENOMEM;

	if (len >= 0) {
		put_header(to, type, nr, encoding, raw, (size_t)len);
		c->raw += to->len - begin + raw;
		buffer_add(to, packed, (size_t)len);
	}
	free(packed);
	return len < 0 || to->bad || g->body.bad ? -ENOMEM : 0;
}

/* Numbers are ordered as their type says, by adding this. */
static uint64_t bias_of(enum parquet_type type)
{
	return type == PARQUET_INT ? 1ull << 63 : 0;
}

static void bound_values(struct chunk *c, enum parquet_type type, const uint64_t *v, size_t n)
{
	uint64_t bias = bias_of(type), least = UINT64_MAX, most = 0;

	for (size_t i = 0; i < n; i++) {
		uint64_t x = v[i] + bias;

		least = x < least ? x : least;
		most = x > most ? x : most;
	}
	if (!n || type == PARQUET_TEXT || type == PARQUET_REAL)
		return;
	least -= bias;
	most -= bias;
	c->least = c->bounded && c->least + bias < least + bias ? c->least : least;
	c->most = c->bounded && c->most + bias > most + bias ? c->most : most;
	c->bounded = true;
}

/* Move the values to the front.  Returns how many there are. */
static size_t compact(uint64_t *v, const uint8_t *present, size_t n)
{
	size_t values = 0;

	for (size_t i = 0; i < n; i++)
		values += present[i];
	if (values == n || !values)
		return values;
	values = 0;
	for (size_t i = 0; i < n; i++) {
		v[values] = v[i];
		values += present[i];
	}
	return values;
}

int parquet_group_add(struct parquet_group *g, size_t column, uint64_t v[PARQUET_PAGE],
		      const uint8_t present[PARQUET_PAGE], size_t n)
{
	const struct parquet_column *of = &g->columns[column];
	struct chunk *c = &g->chunk[column];
	size_t values = compact(v, present, n);
	bool plain = of->unique || of->type == PARQUET_FLAG || c->plain || !values;
	int err = 0;

	g->body.len = 0;
	put_levels(&g->body, present, n, values);
	if (plain) {
		bound_values(c, of->type, v, values);
		put_values(&g->body, of->type, v, values);
	} else {
		err = put_indices(g, c, v, values);
	}
	err = err ?: put_page(g, c, &c->pages, TYPE_DATA, n, plain ? ENCODING_PLAIN : ENCODING_DICTIONARY);
	c->has_plain |= plain;
	c->plain |= of->type != PARQUET_TEXT && c->nr > DICTIONARY_MAX;
	c->rows += n;
	c->nulls += n - values;
	return err;
}

/*
 * Groups
 */

struct parquet_group *parquet_group_new(const struct parquet_column *columns, size_t nr)
{
	struct parquet_group *g = calloc(1, sizeof(*g));

	if (!g)
		return NULL;
	g->columns = columns;
	g->nr_columns = nr;
	g->zstd = zstd_packer_new(LEVEL);
	g->chunk = calloc(nr, sizeof(*g->chunk));
	if (!g->zstd || !g->chunk) {
		parquet_group_free(g);
		return NULL;
	}
	return g;
}

void parquet_group_free(struct parquet_group *g)
{
	if (!g)
		return;
	for (size_t i = 0; g->chunk && i < g->nr_columns; i++) {
		buffer_free(&g->chunk[i].pages);
		buffer_free(&g->chunk[i].dictionary);
		free(g->chunk[i].value);
		free(g->chunk[i].slot);
	}
	free(g->chunk);
	zstd_packer_free(g->zstd);
	buffer_free(&g->body);
	free(g);
}

void parquet_group_rows(struct parquet_group *g, size_t n)
{
	g->nr_rows += n;
}

size_t parquet_group_nr(const struct parquet_group *g)
{
	return g->nr_rows;
}

static void bound_number(struct chunk *c, enum parquet_type type)
{
	const uint64_t value[2] = { htole64(c->least), htole64(c->most) };

	for (unsigned int k = 0; k < 2; k++) {
		c->bound[k].len = type == PARQUET_FLAG ? 1 : sizeof(value[k]);
		memcpy(c->bound[k].bytes, &value[k], c->bound[k].len);
	}
}

/* A text of the dictionary, of all texts so far. */
static void bound_text(struct chunk *c, const uint8_t *text, size_t len, bool first)
{
	for (unsigned int k = 0; k < 2; k++) {
		struct bound *b = &c->bound[k];
		size_t both = b->len < len ? b->len : len;
		int order = memcmp(text, b->bytes, both) ?: array_order(len, b->len);

		if (!first && (k ? order <= 0 : order >= 0))
			continue;
		memcpy(b->bytes, text, len);
		b->len = len;
	}
}

static void put_texts(struct parquet_group *g, struct chunk *c)
{
	struct buffer *b = &g->body;
	bool bounded = true;

	for (uint32_t i = 0; i < c->nr; i++) {
		size_t at = b->len, len;

		buffer_u32(b, 0);
		export_text(b, (const char *)(uintptr_t)c->value[i]);
		if (b->bad)
			return;
		len = b->len - at - sizeof(uint32_t);
		memcpy(b->p + at, &(uint32_t){ htole32((uint32_t)len) }, sizeof(uint32_t));
		bounded &= len <= BOUND_TEXT;
		if (bounded)
			bound_text(c, b->p + at + sizeof(uint32_t), len, !i);
	}
	if (!bounded)
		c->bound[0].len = c->bound[1].len = 0;
}

static int close_chunk(struct parquet_group *g, struct chunk *c, enum parquet_type type)
{
	bound_values(c, type, c->value, c->nr);
	if (c->bounded)
		bound_number(c, type);
	if (!c->nr)
		return 0;
	g->body.len = 0;
	if (type == PARQUET_TEXT)
		put_texts(g, c);
	else
		put_values(&g->body, type, c->value, c->nr);
	return put_page(g, c, &c->dictionary, TYPE_DICTIONARY, c->nr, ENCODING_PLAIN);
}

int parquet_group_close(struct parquet_group *g)
{
	int err = 0;

	for (size_t i = 0; i < g->nr_columns && !err; i++)
		err = close_chunk(g, &g->chunk[i], g->columns[i].type);
	return err;
}
