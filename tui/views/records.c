// SPDX-License-Identifier: GPL-2.0-only
/* The list of samples in columns, and the page of a single one. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decoder/names.h"
#include "tui/app_impl.h"
#include "tui/command.h"
#include "tui/filter_text.h"
#include "tui/nothing.h"
#include "tui/views/text.h"

#define CELL_LEN	160	/* maximum bytes of a cell */
/* Latencies in cycles that are highlighted: beyond the second-level cache, in memory. */
#define LATENCY_WARM	32
#define LATENCY_BAD	128

/* A column of the list, for screens of at least that width. */
struct list_column {
	const char *title;
	int width;		/* < 0: left-aligned */
	unsigned int from;
	void (*put)(char out[CELL_LEN], const struct app *a, const struct pass_record *r);
};

/* "12.345678": ms since the start of the recording. */
static void put_time(char out[CELL_LEN], const struct app *a, const struct pass_record *r)
{
	uint64_t ns = r->time > a->cfg->begin ? r->time - a->cfg->begin : 0;

	snprintf(out, CELL_LEN, r->time ? "%" PRIu64 ".%06" PRIu64 : "-", ns / 1000000, ns % 1000000);
}

static void put_cpu(char out[CELL_LEN], const struct app *a, const struct pass_record *r)
{
	snprintf(out, CELL_LEN, r->cpu < 0 ? "-" : "%d", r->cpu);
}

static void put_world(char out[CELL_LEN], const struct app *a, const struct pass_record *r)
{
	snprintf(out, CELL_LEN, "%s", world_name(r->owner.world));
}

static void put_vm(char out[CELL_LEN], const struct app *a, const struct pass_record *r)
{
	snprintf(out, CELL_LEN, r->owner.vm < 0 ? "-" : "%d", r->owner.vm);
}

static void put_tid(char out[CELL_LEN], const struct app *a, const struct pass_record *r)
{
	snprintf(out, CELL_LEN, r->owner.tid < 0 ? "-" : "%d", r->owner.tid);
}

static void put_op(char out[CELL_LEN], const struct app *a, const struct pass_record *r)
{
	bool known = r->rec.has & SPE_HAS_OP;
	const char *kind = known ? spe_kind_name(spe_kind(&r->rec)) : "-";

	if (*kind)
		snprintf(out, CELL_LEN, "%s", kind);
	else
		snprintf(out, CELL_LEN, "class %u", r->rec.op_class);
}

static void put_subclass(char out[CELL_LEN], const struct app *a, const struct pass_record *r)
{
	snprintf(out, CELL_LEN, "%s", r->rec.has & SPE_HAS_OP ?
		 spe_op_name(spe_op(r->rec.op_class, r->rec.op)) : "-");
}

static void put_latency(char out[CELL_LEN], bool given, unsigned int cycles)
{
	snprintf(out, CELL_LEN, given ? "%u" : "-", cycles);
}

static void put_total(char out[CELL_LEN], const struct app *a, const struct pass_record *r)
{
	put_latency(out, r->rec.has & SPE_HAS_TOTAL, r->rec.total);
}

static void put_issue(char out[CELL_LEN], const struct app *a, const struct pass_record *r)
{
	put_latency(out, r->rec.has & SPE_HAS_ISSUE, r->rec.issue);
}

static void put_xlat(char out[CELL_LEN], const struct app *a, const struct pass_record *r)
{
	put_latency(out, r->rec.has & SPE_HAS_XLAT, r->rec.xlat);
}

static void put_address(char out[CELL_LEN], bool given, uint64_t address)
{
	snprintf(out, CELL_LEN, given ? "0x%" PRIx64 : "-", address);
}

static void put_pc(char out[CELL_LEN], const struct app *a, const struct pass_record *r)
{
	put_address(out, r->rec.has & SPE_HAS_PC, r->rec.pc);
}

static void put_va(char out[CELL_LEN], const struct app *a, const struct pass_record *r)
{
	put_address(out, r->rec.has & SPE_HAS_VA, r->rec.va);
}

static void put_target(char out[CELL_LEN], const struct app *a, const struct pass_record *r)
{
	put_address(out, r->rec.has & SPE_HAS_TARGET, r->rec.target);
}

static void put_source(char out[CELL_LEN], const struct app *a, const struct pass_record *r)
{
	bool given = r->rec.has & SPE_HAS_SOURCE;
	const char *name = given ? spe_source_name(r->midr, r->rec.source) : NULL;

	if (name)
		snprintf(out, CELL_LEN, "%s", name);
	else
		put_address(out, given, r->rec.source);
}

/* Its address, if no symbol covers it. */
static void put_symbol(char out[CELL_LEN], const struct app *a, const struct pass_record *r)
{
	if (!*r->names.symbol || naming_is_block(r->names.symbol))
		put_pc(out, a, r);
	else
		snprintf(out, CELL_LEN, "%s", r->names.symbol);
}

static void put_object(char out[CELL_LEN], const struct app *a, const struct pass_record *r)
{
	snprintf(out, CELL_LEN, "%s", *r->names.object ? r->names.object : "-");
}

/* RETIRED is omitted because it is normal; its absence is mentioned. */
static void put_events(char out[CELL_LEN], const struct app *a, const struct pass_record *r)
{
	size_t used = 0;

	*out = '\0';
	if (!(r->rec.has & SPE_HAS_EVENTS))
		return;
	if (!(r->rec.events >> SPE_EV_RETIRED & 1))
		used = (size_t)snprintf(out, CELL_LEN, "not-retired");
	for (unsigned int bit = 0; bit < 64 && used < CELL_LEN; bit++) {
		const char *name = spe_event_name_on(r->midr, bit);
		char number[16];

		if (!(r->rec.events >> bit & 1) || bit == SPE_EV_RETIRED)
			continue;
		snprintf(number, sizeof(number), "bit%u", bit);
		used += (size_t)snprintf(out + used, CELL_LEN - used, "%s%s", used ? "|" : "",
					 name ? name : number);
	}
}

static const struct list_column columns[] = {
	{ "time, ms",	11, 0, put_time },
	{ "cpu",	3, 0, put_cpu },
	{ "world",	-12, 0, put_world },
	{ "vm",		2, 0, put_vm },
	{ "tid",	7, 120, put_tid },
	{ "op",		-6, 0, put_op },
	{ "subclass",	-15, 220, put_subclass },
	{ "total",	5, 0, put_total },
	{ "issue",	5, 100, put_issue },
	{ "xlat",	5, 100, put_xlat },
	{ "source",	-12, 120, put_source },
	{ "pc",		-18, 200, put_pc },
	{ "va",		-18, 180, put_va },
	{ "target",	-18, 240, put_target },
	{ "symbol",	-28, 0, put_symbol },
	{ "object",	-14, 130, put_object },
	{ "events",	-24, 150, put_events },
};

#define NR_LIST	(sizeof(columns) / sizeof(columns[0]))
#define PAINTED	80	/* maximum number of coloured columns */

static unsigned int width_of(const struct list_column *c)
{
	return (unsigned int)(c->width < 0 ? -c->width : c->width);
}

/* The last displayed column has the rest of the line. */
static bool is_last(const struct text *t, size_t i)
{
	while (++i < NR_LIST)
		if (t->width >= columns[i].from)
			return false;
	return true;
}

static void put_cell(struct text *t, size_t i, const char *text)
{
	const struct list_column *c = &columns[i];
	unsigned int width = is_last(t, i) ? CELL_LEN : width_of(c);
	unsigned int used = (unsigned int)cell_width(text, width);

	fprintf(t->page.out, " %*s", c->width > 0 ? (int)(width - used) : 0, "");
	cell_write(t->page.out, text, width, c->width < 0 && !is_last(t, i), false);
}

/* The highlighting of a latency. */
static enum role role_of_total(const struct pass_record *r)
{
	return r->rec.total >= LATENCY_BAD ? ROLE_BAD : r->rec.total >= LATENCY_WARM ? ROLE_WARM : ROLE_TEXT;
}

static enum role role_of_cell(const struct list_column *c, const struct pass_record *r)
{
	return c->put == put_world ? world_role(r->owner.world) :
	       c->put == put_total ? role_of_total(r) : ROLE_TEXT;
}

static void paint(const struct text *t, struct text_line *line, const struct pass_record *r)
{
	unsigned int at = 0;

	line->paint = malloc(PAINTED);
	if (!line->paint)
		return;
	memset(line->paint, ROLE_TEXT, PAINTED);
	for (size_t i = 0; i < NR_LIST && at + 1 + width_of(&columns[i]) <= PAINTED; i++) {
		if (t->width < columns[i].from)
			continue;
		memset(line->paint + at + 1, role_of_cell(&columns[i], r), width_of(&columns[i]));
		at += 1 + width_of(&columns[i]);
	}
	line->nr_paint = at;
}

static void set_heads(struct text *t, bool more)
{
	char number[NUMBER_LEN];

	fprintf(t->page.out, more ? " the first %s samples; f narrows them down" : " all of them",
		number_grouped(number, RECORDS_MAX));
	lines_head(t->lines, 0, text_written(t));
	for (size_t i = 0; i < NR_LIST; i++)
		if (t->width >= columns[i].from)
			put_cell(t, i, columns[i].title);
	lines_head(t->lines, 1, text_written(t));
}

static void add_record(const struct app *a, struct text *t, const struct pass_record *r)
{
	char cell[CELL_LEN];
	struct text_line *line;

	for (size_t i = 0; i < NR_LIST; i++) {
		if (t->width < columns[i].from)
			continue;
		columns[i].put(cell, a, r);
		put_cell(t, i, cell);
	}
	line = text_line(t, ROLE_TEXT);
	if (line)
		paint(t, line, r);
}

static void build(struct app *a, struct text *t)
{
	const struct pass_result *r = a->result;

	if (!r->nr_records) {
		nothing_lines(a, t->lines);
		return;
	}
	set_heads(t, r->more_records);
	for (size_t i = 0; i < r->nr_records; i++)
		add_record(a, t, &r->record[i]);
}

/* The page of a record */

static void record_open(struct app *a)
{
	size_t at = app_top(a)->cursor;

	if (at >= a->result->nr_records) {
		app_say(a, false, "this line is not a record");
		return;
	}
	a->records.place = a->result->record[at].place;
	a->records.page_waits = true;
	lines_add(pager_open(a), ROLE_DIM, "Reading the record ...");
}

void record_leave(struct app *a)
{
	if (a->records.page_waits)
		passes_cancel(a->passes);
	a->records.page_waits = false;
}

static void fill(struct app *a, const struct pass_result *r)
{
	const struct record_place *place = &a->records.place;
	struct lines *l = pager_open(a);
	char *text = NULL;

	lines_add_text(l, r->records);
	lines_title(l, "This command prints the same");
	if (asprintf(&text, "spelunk dump --packets --at %zu:0x%" PRIx64 " %s", place->stream,
		     place->offset, a->cfg->dump_arguments) >= 0)
		lines_add_wrapped(l, text, a->screen.width ? a->screen.width - 2 : 78);
	free(text);
}

void record_take(struct app *a)
{
	const struct pass_query q = { .packets = true, .place = a->records.place };
	const struct pass_result *r = a->records.page_waits ? passes_want(a->passes, &q) : NULL;

	if (!r)
		return;
	a->records.page_waits = false;
	if (!r->err) {
		fill(a, r);
		return;
	}
	a->mode = MODE_BROWSE;
	app_say(a, true, "cannot read the record: %s", strerror(-r->err));
}

/*
 * The view
 */

static void query(const struct app *a, const struct level *l, struct pass_query *q)
{
	q->records = RECORDS_MAX;
}

static bool act(struct app *a, enum action action)
{
	if (action != ACTION_ZOOM || !a->result)
		return false;
	record_open(a);
	return true;
}

static const char *enter(const struct app *a)
{
	return app_level(a)->cursor < a->result->nr_records ? "the whole record" : NULL;
}

/* Such a filter needs the options that find symbols, which dump_arguments lacks. */
static bool has_names(const struct pass_query *q)
{
	return filter_asks(q->filter, 1ull << FIELD_OBJECT | 1ull << FIELD_SYMBOL |
			   1ull << FIELD_LINE | 1ull << FIELD_OFFSET);
}

static void command(const struct app *a, FILE *out, const struct pass_query *q)
{
	if (has_names(q)) {
		fputs("spelunk report --by time,address,op", out);
		command_end(a, out, q);
		return;
	}
	fprintf(out, "spelunk dump --samples --limit %d", RECORDS_MAX);
	command_filter(out, q->filter);
	fprintf(out, " %s", a->cfg->dump_arguments);
}

static void note(const struct app *a, const struct pass_query *q, struct lines *l,
		 unsigned int width)
{
	if (has_names(q))
		lines_add(l, ROLE_DIM, "(dump prints no function names; this prints a row for "
			  "each record)");
}

const struct view_ops view_records = {
	.body = &lines_body, .build = build, .query = query, .act = act, .enter = enter, .stops_everywhere = true,
	.command = command,
	.note = note,
};
