// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parquet [github.com/apache/parquet-format, README.md and parquet.thrift], in Thrift's compact
 * protocol [Apache Thrift, Thrift Compact protocol specification].
 */
#include <string.h>
#include <zstd.h>

#include "tests/fuzz/reread.h"

#define DEPTH	16
#define PAGE	(4u << 20)	/* bytes of a page of a small recording */

/* Types of the compact protocol. */
enum { STOP, TRUE, FALSE, I8, I16, I32, I64, DOUBLE, BYTES, LIST, SET, MAP, STRUCT };

struct bytes {
	const uint8_t *p, *end;
};

static bool varint(struct bytes *b, uint64_t *out)
{
	*out = 0;
	for (unsigned int shift = 0; shift < 64 && b->p < b->end; shift += 7) {
		uint8_t byte = *b->p++;

		*out |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return true;
	}
	return false;
}

static bool integer(struct bytes *b, int64_t *out)
{
	uint64_t v;

	if (!varint(b, &v))
		return false;
	*out = (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
	return true;
}

static bool take(struct bytes *b, uint64_t len, struct bytes *out)
{
	if (len > (uint64_t)(b->end - b->p))
		return false;
	*out = (struct bytes){ b->p, b->p + len };
	b->p += len;
	return true;
}

/* 1: it has read the value; 0: it does not want it; -1: the value is wrong. */
typedef int field_fn(void *arg, int64_t id, unsigned int type, struct bytes *b);

static bool fields(struct bytes *b, unsigned int depth, field_fn *fn, void *arg);

static int unwanted(void *arg, int64_t id, unsigned int type, struct bytes *b)
{
	return 0;
}

/* The header of a list: its elements' number and type. */
static bool list(struct bytes *b, uint64_t *nr, unsigned int *type)
{
	if (b->p == b->end)
		return false;
	*type = *b->p & 15;
	*nr = *b->p++ >> 4;
	return (*nr < 15 || varint(b, nr)) && *nr <= (uint64_t)(b->end - b->p);
}

static bool skip(struct bytes *b, unsigned int type, unsigned int depth)
{
	unsigned int of;
	struct bytes out;
	uint64_t n;

	switch (type) {
	case TRUE:
	case FALSE:
		return true;
	case I8:
		return take(b, 1, &out);
	case I16:
	case I32:
	case I64:
		return varint(b, &n);
	case DOUBLE:
		return take(b, 8, &out);
	case BYTES:
		return varint(b, &n) && take(b, n, &out);
	case LIST:
		if (depth > DEPTH || !list(b, &n, &of))
			return false;
		while (n && skip(b, of, depth + 1))
			n--;
		return !n;
	case STRUCT:
		return fields(b, depth + 1, unwanted, NULL);
	}
	return false;
}

static bool fields(struct bytes *b, unsigned int depth, field_fn *fn, void *arg)
{
	int64_t id = 0;

	if (depth > DEPTH)
		return false;
	while (b->p < b->end) {
		unsigned int type = *b->p & 15, step = *b->p++ >> 4;
		int wants;

		if (!type && !step)
			return true;
		id += step;
		if (!step && !integer(b, &id))
			return false;
		wants = fn(arg, id, type, b);
		if (wants < 0 || (!wants && !skip(b, type, depth)))
			return false;
	}
	return false;
}

/* A list of structs, each read by fn with arg. */
static bool structs(struct bytes *b, field_fn *fn, void *arg)
{
	unsigned int type;
	uint64_t nr;

	if (!list(b, &nr, &type) || type != STRUCT)
		return false;
	while (nr && fields(b, 1, fn, arg))
		nr--;
	return !nr;
}

/*
 * Pages
 */

struct page {
	int64_t type, raw, size;
	int64_t values;		/* of a dictionary */
};

static int dictionary_field(void *arg, int64_t id, unsigned int type, struct bytes *b)
{
	return id != 1 || type != I32 ? 0 : integer(b, &((struct page *)arg)->values) ? 1 : -1;
}

static int page_field(void *arg, int64_t id, unsigned int type, struct bytes *b)
{
	struct page *p = arg;
	int64_t *to = id == 1 ? &p->type : id == 2 ? &p->raw : id == 3 ? &p->size : NULL;

	if (id == 7 && type == STRUCT)
		return fields(b, 2, dictionary_field, p) ? 1 : -1;
	if (!to || type != I32)
		return 0;
	return integer(b, to) ? 1 : -1;
}

/* Values of BYTE_ARRAY, PLAIN: each with its length before it. */
static bool is_texts(const uint8_t *p, size_t len, int64_t nr)
{
	struct bytes b = { p, p + len }, text;
	uint32_t n;

	for (; nr > 0; nr--) {
		if (b.end - b.p < 4)
			return false;
		memcpy(&n, b.p, 4);
		b.p += 4;
		if (!take(&b, n, &text) || !reread_text((const char *)text.p, n))
			return false;
	}
	return b.p == b.end;
}

/* A page, with its header; of texts: the column is one. */
static bool page(struct bytes *b, bool of_texts)
{
	static uint8_t raw[PAGE];
	struct page p = { .type = -1 };
	struct bytes body;
	size_t n;

	if (!fields(b, 0, page_field, &p) || p.size < 0 || !take(b, (uint64_t)p.size, &body))
		return false;
	n = ZSTD_decompress(raw, sizeof(raw), body.p, (size_t)p.size);
	if (ZSTD_isError(n) || (int64_t)n != p.raw)
		return false;
	/* DATA_PAGE or DICTIONARY_PAGE */
	return p.type == 0 || (p.type == 2 && (!of_texts || is_texts(raw, n, p.values)));
}

/*
 * The footer
 */

struct column {
	int64_t type, size, pages, dictionary;
};

static int column_field(void *arg, int64_t id, unsigned int type, struct bytes *b)
{
	struct column *c = arg;
	int64_t *to = id == 1 ? &c->type : id == 7 ? &c->size : id == 9 ? &c->pages :
		      id == 11 ? &c->dictionary : NULL;

	return !to ? 0 : (type == I32 || type == I64) && integer(b, to) ? 1 : -1;
}

/* All pages of a column, which fill its place. */
static int chunk_field(void *arg, int64_t id, unsigned int type, struct bytes *b)
{
	const struct bytes *file = arg;
	struct column c = { 0 };
	struct bytes at;
	int64_t begin;

	if (id != 3 || type != STRUCT)
		return 0;
	if (!fields(b, 3, column_field, &c))
		return -1;
	begin = c.dictionary ? c.dictionary : c.pages;
	if (begin < 4 || c.size < 0 || begin > file->end - file->p ||
	    c.size > file->end - file->p - begin)
		return -1;
	at = (struct bytes){ file->p + begin, file->p + begin + c.size };
	while (at.p < at.end)
		if (!page(&at, c.type == 6))
			return -1;
	return 1;
}

static int group_field(void *arg, int64_t id, unsigned int type, struct bytes *b)
{
	return id != 1 || type != LIST ? 0 : structs(b, chunk_field, arg) ? 1 : -1;
}

/* Keys and values of notes. */
static int note_field(void *arg, int64_t id, unsigned int type, struct bytes *b)
{
	struct bytes text;
	uint64_t len;

	if (type != BYTES || !varint(b, &len) || !take(b, len, &text))
		return -1;
	return reread_text((const char *)text.p, (size_t)len) ? 1 : -1;
}

static int file_field(void *arg, int64_t id, unsigned int type, struct bytes *b)
{
	if (type != LIST || (id != 4 && id != 5))
		return 0;
	return structs(b, id == 4 ? group_field : note_field, arg) ? 1 : -1;
}

bool reread_parquet(const char *text, size_t len)
{
	struct bytes file = { (const uint8_t *)text, (const uint8_t *)text + len }, footer;
	uint32_t size;

	if (len < 12 || memcmp(text, "PAR1", 4) || memcmp(text + len - 4, "PAR1", 4))
		return false;
	memcpy(&size, text + len - 8, 4);
	if (size > len - 12)
		return false;
	footer = (struct bytes){ file.end - 8 - size, file.end - 8 };
	return fields(&footer, 0, file_field, &file) && footer.p == footer.end;
}
