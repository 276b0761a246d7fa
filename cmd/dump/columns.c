// SPDX-License-Identifier: GPL-2.0-only
/* dump --fields: chosen fields of samples, as columns. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/dump/dump.h"
#include "report/escape.h"

#define TEXT_MAX	4096	/* maximum bytes of a name in text */

/* The columns of --records, named as in its header. */
static const char *const columns[] = {
	"file_offset",
#define FIELD(name, given, form, what) #name,
#include "cmd/dump/record_fields.def"
#undef FIELD
};
#define NR_COLUMNS_OF_RECORD	(sizeof(columns) / sizeof(columns[0]))

/* A profile has a limited number of keys: use as many profiles as needed. */
#define PARTS	((NR_FIELDS + PROFILE_KEYS - 1) / PROFILE_KEYS)

struct dump_columns {
	struct {
		enum field keys[PROFILE_KEYS];
		struct profile_query query;
		struct profile *profile;
		char text[PROFILE_KEYS][VALUE_TEXT_LEN];
		struct value value[PROFILE_KEYS];	/* of the present sample */
	} part[PARTS];
	size_t nr;
	uint8_t place[NR_FIELDS];	/* of a key: index of its profile * PROFILE_KEYS + index
					 * in it */
};

const char *dump_field_name(unsigned int i)
{
	return i < NR_FIELDS ? field_name(i) :
	       i - NR_FIELDS < NR_COLUMNS_OF_RECORD ? columns[i - NR_FIELDS] : NULL;
}

bool dump_field_find(struct dump_field *f, const char *name, size_t len)
{
	int key = field_find(name, len);

	if (key >= 0) {
		*f = (struct dump_field){ .is_key = true, .key = (enum field)key };
		return true;
	}
	for (unsigned int i = 0; i < NR_COLUMNS_OF_RECORD; i++) {
		if (strlen(columns[i]) != len || memcmp(columns[i], name, len))
			continue;
		*f = (struct dump_field){ .column = i };
		return true;
	}
	return false;
}

/* Assign a place to a key, once. */
static void add_key(struct dump_columns *c, enum field key, bool seen[NR_FIELDS], size_t *nr)
{
	if (seen[key])
		return;
	seen[key] = true;
	c->place[key] = (uint8_t)*nr;
	c->part[*nr / PROFILE_KEYS].keys[*nr % PROFILE_KEYS] = key;
	c->part[*nr / PROFILE_KEYS].query.nr_keys++;
	++*nr;
}

int dump_columns_new(struct dump *d, const struct profile_context *ctx)
{
	struct dump_columns *c = calloc(1, sizeof(*c));
	bool seen[NR_FIELDS] = { false };
	size_t nr = 0;

	d->columns = c;
	if (!c)
		return -ENOMEM;
	for (size_t i = 0; i < d->args.nr_fields; i++)
		if (d->args.fields[i].is_key)
			add_key(c, d->args.fields[i].key, seen, &nr);
	c->nr = (nr + PROFILE_KEYS - 1) / PROFILE_KEYS;
	for (size_t i = 0; i < c->nr; i++) {
		c->part[i].query.keys = c->part[i].keys;
		c->part[i].profile = profile_new(&c->part[i].query, ctx);
		if (!c->part[i].profile)
			return -ENOMEM;
	}
	return 0;
}

void dump_columns_free(struct dump_columns *c)
{
	for (size_t i = 0; c && i < c->nr; i++)
		profile_free(c->part[i].profile);
	free(c);
}

int dump_columns_stream(struct dump *d, const struct stream *s)
{
	int err = 0;

	for (size_t i = 0; d->columns && i < d->columns->nr && !err; i++)
		err = profile_stream(d->columns->part[i].profile, s->cpu, s->period, s->midr);
	return err;
}

/* The width of a field in text; longer values shift the rest of the line. */
static size_t width_of(const struct dump_field *f)
{
	static const uint8_t widths[NR_FIELDS] = {
#define WIDTH_WORD	13
#define WIDTH_NUMBER	8
#define WIDTH_ADDRESS	18
#define WIDTH_NAME	28
#define FIELD(id, name, kind, unit, what) WIDTH_##kind,
#include "profile/fields.def"
#undef FIELD
	};
	size_t name = strlen(f->is_key ? field_name(f->key) : columns[f->column]);
	size_t width = !f->is_key ? WIDTH_ADDRESS : f->key == FIELD_TIME || f->key == FIELD_SLICE ?
		       WIDTH_ADDRESS : f->key == FIELD_EVENTS ? WIDTH_NAME : widths[f->key];

	return name > width ? name : width;
}

/* Numbers are right-aligned. */
static bool is_number(const struct dump_field *f)
{
	static const bool numbers[NR_FIELDS] = {
#define RIGHT_WORD	false
#define RIGHT_NUMBER	true
#define RIGHT_ADDRESS	false
#define RIGHT_NAME	false
#define FIELD(id, name, kind, unit, what) RIGHT_##kind,
#include "profile/fields.def"
#undef FIELD
	};

	return f->is_key && numbers[f->key];
}

static void pad(struct line *l, size_t from, size_t to)
{
	for (; from < to; from++)
		line_char(l, ' ');
}

void dump_columns_header(struct dump *d)
{
	struct line *l = &d->line;

	if (!d->args.csv)
		line_text(l, d->output.palette.on[ROLE_DIM]);
	for (size_t i = 0; i < d->args.nr_fields; i++) {
		const struct dump_field *f = &d->args.fields[i];
		const char *name = f->is_key ? field_name(f->key) : columns[f->column];

		line_text(l, !i ? "" : d->args.csv ? "," : " ");
		if (!d->args.csv && is_number(f))
			pad(l, strlen(name), width_of(f));
		line_text(l, name);
		if (!d->args.csv && !is_number(f) && i + 1 < d->args.nr_fields)
			pad(l, strlen(name), width_of(f));
	}
	if (!d->args.csv && *d->output.palette.on[ROLE_DIM])
		line_text(l, PALETTE_OFF);
	line_char(l, '\n');
}

/*
 * Write a field's text to a line of its own.  Fields of the record are digits and need no escaping.
 */
static void put_field(struct dump *d, struct line *l, const struct dump_field *f,
		      const struct stream *s, const struct spe_record *rec, uint64_t file_offset)
{
	const struct value *v;
	unsigned int place;

	if (!f->is_key) {
		dump_record_column(l, rec, f->column, file_offset);
		return;
	}
	if (f->key == FIELD_EVENTS) {
		dump_event_names(l, s->midr, rec->has & SPE_HAS_EVENTS ? rec->events : 0);
		return;
	}
	place = d->columns->place[f->key];
	v = &d->columns->part[place / PROFILE_KEYS].value[place % PROFILE_KEYS];
	line_name(l, v->text, d->args.csv);
}

/* The width of the bytes on a terminal. */
static size_t width_of_text(const char *text, size_t len)
{
	size_t width = 0;

	for (size_t i = 0; i < len; i++)
		width += (text[i] & 0xc0) != 0x80;
	return width;
}

static const char *role_of(const struct dump *d, const struct dump_field *f)
{
	unsigned int place;
	const struct value *v;

	if (!f->is_key || f->key != FIELD_WORLD)
		return "";
	place = d->columns->place[f->key];
	v = &d->columns->part[place / PROFILE_KEYS].value[place % PROFILE_KEYS];
	return d->output.palette.on[world_role((enum world)v->num)];
}

static void put_text(struct dump *d, const struct dump_field *f, const struct stream *s,
		     const struct spe_record *rec, uint64_t file_offset, bool last)
{
	const char *on = role_of(d, f);
	size_t begin, width;

	line_room(&d->line, TEXT_MAX);
	line_text(&d->line, on);
	begin = d->line.len;
	put_field(d, &d->line, f, s, rec, file_offset);
	if (d->line.len == begin)
		line_char(&d->line, '-');
	width = width_of_text(d->line.buf + begin, d->line.len - begin);
	if (is_number(f) && width < width_of(f))
		line_push(&d->line, begin, width_of(f) - width);
	line_text(&d->line, *on ? PALETTE_OFF : "");
	if (!last && !is_number(f))
		pad(&d->line, width, width_of(f));
}

int dump_columns_line(struct dump *d, const struct stream *s, const struct spe_record *rec,
		      const struct owner *o, uint64_t file_offset)
{
	struct dump_columns *c = d->columns;
	size_t nr = d->args.nr_fields;
	int err = 0;

	for (size_t i = 0; i < c->nr && !err; i++)
		err = profile_values(c->part[i].profile, rec, o, c->part[i].text, c->part[i].value);
	for (size_t i = 0; i < nr && !err; i++) {
		const struct dump_field *f = &d->args.fields[i];

		line_text(&d->line, !i ? "" : d->args.csv ? "," : " ");
		if (d->args.csv)
			put_field(d, &d->line, f, s, rec, file_offset);
		else
			put_text(d, f, s, rec, file_offset, i + 1 == nr);
	}
	line_char(&d->line, '\n');
	return err;
}
