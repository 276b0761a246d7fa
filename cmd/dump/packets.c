// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/dump/dump.h"
#include "decoder/packet.h"

#define WINDOW		(256 << 10)
#define BYTES_SHOWN	16	/* per line; padding is merged up to that */

static const struct { uint32_t flag; const char *name; } flag_names[] = {
	{ AUX_TRUNCATED, " truncated" }, { AUX_OVERWRITE, " overwrite" },
	{ AUX_PARTIAL, " partial" }, { AUX_COLLISION, " collision" },
};

static void stream_words(struct line *l, const struct dump *d, const struct stream *s)
{
	line_text(l, "# stream ");
	line_dec(l, s - d->p->streams);
	if (s->cpu >= 0) {
		line_text(l, " cpu ");
		line_dec(l, s->cpu);
	} else if (s->tid >= 0) {
		line_text(l, " tid ");
		line_dec(l, s->tid);
	}
}

static void region_line(struct dump *d, const struct stream *s, const struct region *r)
{
	struct line *l = &d->line;

	stream_words(l, d, s);
	line_text(l, " offset ");
	line_hex(l, r->offset);
	line_text(l, " size ");
	line_dec(l, r->len);
	line_text(l, " file offset ");
	line_hex(l, r->file_offset);
	for (size_t i = 0; i < sizeof(flag_names) / sizeof(flag_names[0]); i++) {
		if (r->flags & flag_names[i].flag)
			line_text(l, flag_names[i].name);
	}
	line_char(l, '\n');
}

static int packet_line(struct dump *d, uint64_t offset, const uint8_t *bytes,
		       unsigned int n, const char *text)
{
	struct line *l = &d->line;

	if (d->lines == d->args.limit)
		return DUMP_ENOUGH;
	d->lines++;
	line_text(l, ".  ");
	line_hex_fixed(l, offset, offset >> 32 ? 16 : 8);
	line_text(l, ": ");
	line_hex_bytes(l, bytes, n, BYTES_SHOWN);
	line_char(l, ' ');
	line_text(l, text);
	line_char(l, '\n');
	return l->err;
}

/* Print the packets at buf; *used is the number of complete bytes of len. */
static int walk(struct dump *d, const uint8_t *buf, size_t len, uint64_t offset,
		bool last, size_t *used)
{
	struct spe_packet pkt;
	char text[SPE_PACKET_TEXT];
	size_t at = 0, n;
	int err = 0;

	while (!err && at < len) {
		if (!buf[at]) {
			for (n = 1; n < BYTES_SHOWN && at + n < len && !buf[at + n]; n++)
				;
			if (n < BYTES_SHOWN && at + n == len && !last)
				break;
			err = packet_line(d, offset + at, buf + at, n, "PAD");
			at += n;
			continue;
		}
		n = spe_packet_decode(&pkt, buf + at, len - at);
		if (!n)
			break;
		spe_packet_format(text, sizeof(text), &pkt);
		err = packet_line(d, offset + at, buf + at, n, text);
		at += n;
	}
	*used = at;
	return err;
}

/* A region being printed: does the next one continue it without loss? */
struct piece {
	struct region r;
	bool goes_on;
};

/* Get region number i of a stream.  0 or -errno. */
static int get_piece(struct region_reader *regions, const struct stream *s, size_t i,
		     struct piece *p)
{
	const struct region *r = region_at(regions, s->first + i);

	if (!r)
		return regions->err;
	p->r = *r;
	p->goes_on = false;
	if (i + 1 == s->nr || p->r.flags & (AUX_TRUNCATED | AUX_PARTIAL))
		return 0;
	r = region_at(regions, s->first + i + 1);
	if (!r)
		return regions->err;
	p->goes_on = r->offset == p->r.offset + p->r.len;
	return 0;
}

/*
 * Print one region.  *left: bytes at buf left by the previous region, and those left by this one.
 */
static int dump_piece(struct dump *d, const struct piece *p, uint8_t *buf, size_t *left)
{
	size_t want, used = 0;
	uint64_t at = 0;
	bool last;
	int err = 0;
	long got;

	while (!err && at < p->r.len) {
		want = p->r.len - at < WINDOW ? p->r.len - at : WINDOW;
		got = input_read(d->p->input, p->r.file_offset + at, buf + *left, want);
		if (got <= 0)
			return got;
		last = at + got == p->r.len && !p->goes_on;
		err = walk(d, buf, *left + got, p->r.offset + at - *left, last, &used);
		at += got;
		*left += got - used;
		if (last && *left && !err)
			err = packet_line(d, p->r.offset + at - *left, buf + used, *left,
					  "cut here");
		memmove(buf, buf + used, *left);
		*left = last ? 0 : *left;
	}
	return err;
}

/*
 * One record
 */

/* The bytes of a record and their offsets in the file, as it may span several regions. */
struct bytes {
	uint8_t buf[SPE_RECORD_MAX];
	uint64_t at[SPE_RECORD_MAX];
	size_t nr;
};

static int read_record(struct dump *d, const struct stream *s, size_t number,
		       const struct spe_record *rec, struct bytes *out)
{
	size_t size = rec->size < SPE_RECORD_MAX ? rec->size : SPE_RECORD_MAX;
	struct region r;
	int err = 0;

	for (out->nr = 0; !err && out->nr < size && number < s->nr; number++) {
		uint64_t from = rec->offset + out->nr, end;
		long got = 0;

		err = spooled_read(&d->p->regions, s->first + number, &r, 1);
		end = r.offset + r.len < rec->offset + size ? r.offset + r.len : rec->offset + size;
		if (!err && from >= r.offset && from < end)
			got = input_read(d->p->input, r.file_offset + (from - r.offset),
					  out->buf + out->nr, end - from);
		err = err ?: got < 0 ? (int)got : 0;
		for (long i = 0; i < got; i++, out->nr++)
			out->at[out->nr] = r.file_offset + (from - r.offset) + (uint64_t)i;
	}
	return err;
}

/* Sized for the longest packet, not for the longest run of padding. */
static void placed_line(struct line *l, uint64_t offset, uint64_t at, const uint8_t *bytes,
			unsigned int n, const char *text)
{
	line_char(l, ' ');
	line_hex_fixed(l, offset, offset >> 32 ? 16 : 8);
	line_char(l, ' ');
	line_hex_fixed(l, at, at >> 32 ? 16 : 8);
	line_char(l, ' ');
	line_hex_bytes(l, bytes, n, SPE_PACKET_MAX);
	line_char(l, ' ');
	line_text(l, text);
	line_char(l, '\n');
}

int dump_record_packets(struct dump *d, const struct stream *s, size_t number,
			const struct spe_record *rec)
{
	struct line *l = &d->line;
	struct spe_packet pkt;
	struct bytes b;
	char text[SPE_PACKET_TEXT];
	int err = read_record(d, s, number, rec, &b), n;

	stream_words(l, d, s);
	line_text(l, " record at offset ");
	line_hex(l, rec->offset);
	line_text(l, " size ");
	line_dec(l, rec->size);
	line_text(l, "\n offset   in file   bytes                         packet\n");
	for (size_t at = 0; !err && at < b.nr; at += (size_t)n) {
		n = spe_packet_decode(&pkt, b.buf + at, b.nr - at);
		if (!n)
			break;
		spe_packet_format(text, sizeof(text), &pkt);
		placed_line(l, rec->offset + at, b.at[at], b.buf + at, (unsigned int)n, text);
	}
	return err ?: l->err;
}

/*
 * All of them
 */

int dump_packets(struct dump *d, const struct stream *s)
{
	struct region_reader regions = { .of = &d->p->regions };
	uint8_t *buf = malloc(WINDOW + BYTES_SHOWN);
	int err = buf ? 0 : -ENOMEM;
	struct piece p = { 0 };
	size_t left = 0;

	for (size_t i = 0; !err && i < s->nr; i++) {
		err = get_piece(&regions, s, i, &p);
		if (err)
			break;
		region_line(d, s, &p.r);
		err = dump_piece(d, &p, buf, &left);
	}
	free(buf);
	return err;
}
