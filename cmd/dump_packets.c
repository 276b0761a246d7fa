// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/dump.h"
#include "decoder/packet.h"

#define WINDOW		(256 << 10)
#define BYTES_SHOWN	16	/* on a line; padding is joined up to as many */

static const struct { uint32_t flag; const char *name; } flag_names[] = {
	{ AUX_TRUNCATED, " truncated" }, { AUX_OVERWRITE, " overwrite" },
	{ AUX_PARTIAL, " partial" }, { AUX_COLLISION, " collision" },
};

static void region_line(struct dump *d, const struct stream *s, const struct region *r)
{
	struct line *l = &d->line;
	size_t i;

	line_text(l, "# stream ");
	line_dec(l, s - d->p.streams);
	if (s->cpu >= 0) {
		line_text(l, " cpu ");
		line_dec(l, s->cpu);
	} else if (s->tid >= 0) {
		line_text(l, " tid ");
		line_dec(l, s->tid);
	}
	line_text(l, " offset ");
	line_hex(l, r->offset);
	line_text(l, " size ");
	line_dec(l, r->len);
	line_text(l, " file offset ");
	line_hex(l, r->file_offset);
	for (i = 0; i < sizeof(flag_names) / sizeof(flag_names[0]); i++) {
		if (r->flags & flag_names[i].flag)
			line_text(l, flag_names[i].name);
	}
	line_char(l, '\n');
}

static int packet_line(struct dump *d, uint64_t offset, const uint8_t *bytes,
		       unsigned int n, const char *text)
{
	struct line *l = &d->line;
	unsigned int i;

	if (d->lines == d->args.limit)
		return DUMP_ENOUGH;
	d->lines++;
	line_text(l, ".  ");
	line_hex_fixed(l, offset, offset >> 32 ? 16 : 8);
	line_text(l, ": ");
	for (i = 0; i < BYTES_SHOWN; i++) {
		line_char(l, ' ');
		if (i < n)
			line_hex_fixed(l, bytes[i], 2);
		else
			line_text(l, "  ");
	}
	line_char(l, ' ');
	line_text(l, text);
	line_char(l, '\n');
	return l->err;
}

/* The packets at buf; *used bytes of len, what is left is cut. */
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

/* Does region r go on where the one before it ended, with nothing lost? */
static bool goes_on(const struct dump *d, const struct stream *s, size_t i)
{
	const struct region *r = &d->p.regions[s->first + i];

	return i + 1 < s->nr && !(r->flags & (AUX_TRUNCATED | AUX_PARTIAL)) &&
	       r[1].offset == r->offset + r->len;
}

int dump_packets(struct dump *d, const struct stream *s)
{
	uint8_t *buf = malloc(WINDOW + BYTES_SHOWN);
	size_t i, left = 0, used = 0;
	int err = buf ? 0 : -ENOMEM;

	for (i = 0; !err && i < s->nr; i++) {
		const struct region *r = &d->p.regions[s->first + i];
		uint64_t at = 0;

		region_line(d, s, r);
		while (!err && at < r->len) {
			size_t want = r->len - at < WINDOW ? r->len - at : WINDOW;
			long got = source_read(d->p.source, r->file_offset + at, buf + left, want);
			bool last;

			if (got <= 0) {
				err = got;
				break;
			}
			last = at + got == r->len && !goes_on(d, s, i);
			err = walk(d, buf, left + got, r->offset + at - left, last, &used);
			at += got;
			left = left + got - used;
			if (last && left && !err)
				err = packet_line(d, r->offset + at - left, buf + used, left,
						  "cut here");
			memmove(buf, buf + used, left);
			left = last ? 0 : left;
		}
	}
	free(buf);
	return err;
}
