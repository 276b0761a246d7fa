// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "cmd/dump/dump.h"
#include "decoder/names.h"

/* A stream being decoded. */
struct walk {
	struct dump *d;
	const struct stream *s;
	struct timeline_cursor cursor;
	struct region_reader regions;
	size_t number;		/* of the last record's region, in the stream */
	struct region region;
};

void dump_records_header(struct dump *d)
{
	if (d->columns) {
		dump_columns_header(d);
		return;
	}
	if (!d->args.csv)
		return;
	line_text(&d->line, "cpu,file_offset");
#define FIELD(name, has, form, what) line_text(&d->line, "," #name);
#include "cmd/dump/record_fields.def"
#undef FIELD
	if (d->args.what == DUMP_SAMPLES)
		line_text(&d->line, ",time,world,basis,vm,vcpu,pid,tid");
	line_char(&d->line, '\n');
}

/* Move to the region where a record begins.  0 or -errno. */
static int find_region(struct walk *w, uint64_t offset)
{
	const struct region *next;

	while (w->number + 1 < w->s->nr) {
		next = region_at(&w->regions, w->s->first + w->number + 1);
		if (!next)
			return w->regions.err;
		if (next->offset > offset)
			break;
		w->region = *next;
		w->number++;
	}
	return 0;
}

/* The offset in the file. */
static uint64_t file_offset(const struct walk *w, uint64_t offset)
{
	return w->region.file_offset + (offset - w->region.offset);
}

static void natural(struct line *l, int64_t v)
{
	line_char(l, ',');
	if (v >= 0)
		line_dec(l, v);
}

static uint64_t time_of(const struct walk *w, const struct spe_record *rec)
{
	if (!w->d->p->clock || !(rec->has & SPE_HAS_TICKS))
		return 0;
	return input_clock_ns(w->d->p->clock, rec->ticks);
}

/* Packets without a field of their own: payloads or headers, separated by spaces. */
static void extras(struct line *l, const struct spe_record *rec, bool headers)
{
	for (unsigned int i = 0; i < rec->nr_extra && i < SPE_EXTRA_MAX; i++) {
		if (i)
			line_char(l, ' ');
		line_hex(l, headers ? rec->extra_header[i] : rec->extra[i]);
	}
}

static void csv_owner(struct walk *w, const struct spe_record *rec, const struct owner *o)
{
	struct line *l = &w->d->line;
	uint64_t time = time_of(w, rec);

	line_char(l, ',');
	if (time)
		line_dec(l, time);
	line_char(l, ',');
	line_text(l, world_name(o->world));
	line_char(l, ',');
	line_text(l, basis_name(o->basis));
	natural(l, o->vm);
	natural(l, o->vcpu);
	natural(l, o->pid);
	natural(l, o->tid);
}

#define FIELD_DEC(name, given) if (given) line_dec(l, rec->name);
#define FIELD_HEX(name, given) if (given) line_hex(l, rec->name);
#define FIELD_PAYLOADS(name, given) extras(l, rec, false);
#define FIELD_HEADERS(name, given) extras(l, rec, true);

void dump_record_column(struct line *l, const struct spe_record *rec, unsigned int column,
			uint64_t file_offset)
{
	unsigned int i = DUMP_FILE_OFFSET;

	if (column == i++)
		line_dec(l, file_offset);
#define FIELD(name, given, form, what) if (column == i++) { FIELD_##form(name, given) }
#include "cmd/dump/record_fields.def"
#undef FIELD
}

static void csv_line(struct walk *w, const struct spe_record *rec, const struct owner *o)
{
	struct line *l = &w->d->line;

	if (w->s->cpu >= 0)
		line_dec(l, w->s->cpu);
	line_char(l, ',');
	line_dec(l, file_offset(w, rec->offset));
#define FIELD(name, given, form, what) line_char(l, ','); FIELD_##form(name, given)
#include "cmd/dump/record_fields.def"
#undef FIELD
	if (o)
		csv_owner(w, rec, o);
	line_char(l, '\n');
}

static void put_number(struct line *l, const char *name, uint64_t v, bool hex)
{
	line_char(l, ' ');
	line_text(l, name);
	line_char(l, ' ');
	if (hex)
		line_hex(l, v);
	else
		line_dec(l, v);
}

static inline void text_number(struct line *l, bool given, const char *name, uint64_t v, bool hex)
{
	if (given)
		put_number(l, name, v, hex);
}

void dump_event_names(struct line *l, uint64_t midr, uint64_t events)
{
	unsigned int bit;
	const char *name, *between = "";

	for (bit = 0; bit < 64; bit++) {
		if (!(events >> bit & 1))
			continue;
		name = spe_event_name_on(midr, bit);
		line_text(l, between);
		if (name) {
			line_text(l, name);
		} else {
			line_text(l, "bit");
			line_dec(l, bit);
		}
		between = "|";
	}
}

static void text_events(struct line *l, uint64_t midr, uint64_t events)
{
	line_text(l, events ? " events " : " events");
	dump_event_names(l, midr, events);
}

static void text_op(struct line *l, const struct spe_record *rec)
{
	const char *kind = spe_kind_name(spe_kind(rec));

	line_char(l, ' ');
	line_text(l, *kind ? kind : "class");
	if (!*kind) {
		line_char(l, ' ');
		line_dec(l, rec->op_class);
	}
	line_char(l, ' ');
	line_text(l, spe_op_name(spe_op(rec->op_class, rec->op)));
	put_number(l, "op", rec->op, true);
}

static void text_source(struct walk *w, const struct spe_record *rec)
{
	const char *name = spe_source_name(w->s->midr, rec->source);

	if (!name) {
		put_number(&w->d->line, "source", rec->source, true);
		return;
	}
	line_text(&w->d->line, " source ");
	line_text(&w->d->line, name);
}

static void text_fields(struct walk *w, const struct spe_record *rec)
{
	struct line *l = &w->d->line;

	text_number(l, rec->has & SPE_HAS_PC, "pc", rec->pc, true);
	text_number(l, rec->has & SPE_HAS_PC, "el", rec->pc_el, false);
	if (rec->has & SPE_HAS_OP)
		text_op(l, rec);
	if (rec->has & SPE_HAS_EVENTS)
		text_events(l, w->s->midr, rec->events);
	text_number(l, rec->has & SPE_HAS_TOTAL, "total", rec->total, false);
	text_number(l, rec->has & SPE_HAS_ISSUE, "issue", rec->issue, false);
	text_number(l, rec->has & SPE_HAS_XLAT, "xlat", rec->xlat, false);
	text_number(l, rec->has & SPE_HAS_ALT_ISSUE, "alt_issue", rec->alt_issue, false);
	text_number(l, rec->has & SPE_HAS_TARGET, "target", rec->target, true);
	text_number(l, rec->has & SPE_HAS_PREV_TARGET, "prev_target", rec->prev_target, true);
	text_number(l, rec->has & SPE_HAS_VA, "va", rec->va, true);
	text_number(l, rec->has & SPE_HAS_PA, "pa", rec->pa, true);
	if (rec->has & SPE_HAS_SOURCE)
		text_source(w, rec);
	text_number(l, rec->has & SPE_HAS_CTX_EL1, "ctx_el1", rec->ctx_el1, true);
	text_number(l, rec->has & SPE_HAS_CTX_EL2, "ctx_el2", rec->ctx_el2, true);
	for (unsigned int i = 0; i < rec->nr_extra && i < SPE_EXTRA_MAX; i++) {
		put_number(l, "packet", rec->extra_header[i], true);
		line_char(l, '=');
		line_hex(l, rec->extra[i]);
	}
	text_number(l, rec->has & SPE_HAS_TICKS, "ticks", rec->ticks, false);
}

/* Bold, to be visible in a long line. */
static void text_symbol(struct walk *w, const struct spe_record *rec, const struct owner *o)
{
	const char *on = w->d->output.palette.on[ROLE_TITLE];
	char text[PROFILE_KEYS][VALUE_TEXT_LEN];
	struct value v[PROFILE_KEYS];

	if (profile_values(w->d->symbol, rec, o, text, v) || !v[0].known)
		return;
	line_text(&w->d->line, " symbol ");
	line_text(&w->d->line, on);
	line_name(&w->d->line, v[0].text, false);
	line_text(&w->d->line, *on ? PALETTE_OFF : "");
}

static void text_owner(struct walk *w, const struct spe_record *rec, const struct owner *o)
{
	const char *on = w->d->output.palette.on[world_role(o->world)];
	struct line *l = &w->d->line;
	uint64_t time = time_of(w, rec);

	text_number(l, time, "time", time, false);
	line_char(l, ' ');
	line_text(l, on);
	line_text(l, world_name(o->world));
	line_text(l, *on ? PALETTE_OFF : "");
	line_text(l, " by ");
	line_text(l, basis_name(o->basis));
	text_number(l, o->vm >= 0, "vm", o->vm, false);
	text_number(l, o->vcpu >= 0, "vcpu", o->vcpu, false);
	text_number(l, o->pid >= 0, "pid", o->pid, false);
	text_number(l, o->tid >= 0, "tid", o->tid, false);
	if (w->d->symbol)
		text_symbol(w, rec, o);
}

static void text_line(struct walk *w, const struct spe_record *rec, const struct owner *o)
{
	const char *dim = w->d->output.palette.on[ROLE_DIM];
	struct line *l = &w->d->line;

	line_text(l, dim);
	if (w->s->cpu >= 0) {
		line_text(l, "cpu ");
		line_dec(l, w->s->cpu);
		line_char(l, ' ');
	}
	line_hex_fixed(l, rec->offset, rec->offset >> 32 ? 16 : 8);
	line_char(l, ':');
	line_text(l, *dim ? PALETTE_OFF : "");
	text_fields(w, rec);
	if (o)
		text_owner(w, rec, o);
	line_char(l, '\n');
}

/* Filter a batch of one record. */
static bool passes(struct walk *w, const struct spe_record *rec, const struct owner *o)
{
	struct samples s;

	s.rec = rec;
	s.n = s.nr_owners = 1;
	s.owner_of[0] = 0;
	s.owner[0] = *o;
	profile_filter(w->d->filter, &s);
	return s.all || s.keep[0];
}

/* 0 or -errno. */
static int note_record(struct walk *w, const struct spe_record *rec, const struct owner *o)
{
	const struct dump_record r = {
		.stream = (size_t)(w->s - w->d->p->streams), .cpu = w->s->cpu, .midr = w->s->midr,
		.time = time_of(w, rec), .rec = rec, .owner = o,
	};

	return w->d->note ? w->d->note(w->d->note_arg, &r) : 0;
}

/* 0 or -errno. */
static int write_record(struct walk *w, const struct spe_record *rec, const struct owner *o)
{
	struct dump *d = w->d;
	int err = 0;

	if (d->columns)
		err = dump_columns_line(d, w->s, rec, o, file_offset(w, rec->offset));
	else if (d->args.csv)
		csv_line(w, rec, d->args.what == DUMP_SAMPLES ? o : NULL);
	else
		text_line(w, rec, d->args.what == DUMP_SAMPLES ? o : NULL);
	return err ?: note_record(w, rec, o);
}

static int take_records(void *arg, const struct spe_record *recs, size_t n)
{
	struct walk *w = arg;
	struct dump *d = w->d;
	const struct owner *o;
	int err;

	if (d->cancel && atomic_load_explicit(d->cancel, memory_order_relaxed))
		return -ECANCELED;
	for (size_t i = 0; i < n; i++) {
		o = timeline_attribute(d->p->timeline, &w->cursor, &recs[i]);
		if (w->cursor.failed || find_region(w, recs[i].offset))
			return -EIO;
		if (d->args.at.given && recs[i].offset != d->args.at.offset)
			continue;
		if (d->filter && !passes(w, &recs[i], o))
			continue;
		if (d->lines == d->args.limit)
			return DUMP_ENOUGH;
		d->lines++;
		if (d->args.what == DUMP_PACKETS)
			return dump_record_packets(d, w->s, w->number, &recs[i]) ?:
			       dump_record_fields(d, w->s, &recs[i], o, time_of(w, &recs[i])) ?:
			       DUMP_ENOUGH;
		err = write_record(w, &recs[i], o);
		if (err)
			return err;
	}
	if (d->args.at.given && n && recs[n - 1].offset >= d->args.at.offset)
		return DUMP_ENOUGH;
	return d->line.err;
}

int dump_records(struct dump *d, const struct stream *s)
{
	struct walk w = { .d = d, .s = s };
	struct sink sink = { .records = take_records, .arg = &w };
	const struct region *first;
	struct spe_stats stats;

	if (!s->nr)
		return 0;
	w.regions.of = &d->p->regions;
	first = region_at(&w.regions, s->first);
	if (!first)
		return w.regions.err;
	w.region = *first;
	timeline_cursor_init(&w.cursor, d->p->timeline, s->cpu, s->tid);
	return pipeline_decode(d->p, s, &sink, &stats);
}
