// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "report/text.h"

#define OBJECT_WIDTH	22

static const struct {
	enum column column;
	int width;
	const char *head;
} columns[] = {
	{ COLUMN_TOTAL_MEAN, 6, "mean" },
	{ COLUMN_TOTAL_P50,  6, "p50" },
	{ COLUMN_TOTAL_P99,  7, "p99" },
	{ COLUMN_ISSUE_MEAN, 6, "issue" },
	{ COLUMN_XLAT_MEAN,  6, "xlat" },
	{ COLUMN_L1D_MISS,   7, "L1D" },
	{ COLUMN_LLC_MISS,   7, "LLC" },
	{ COLUMN_TLB_WALK,   7, "TLB" },
	{ COLUMN_MISPREDICT, 7, "branch" },
};
#define NR (sizeof(columns) / sizeof(columns[0]))

#define NUMBERS_WIDTH	(2 + 7 + 10 + 7 + 7 + 8 + 7 + 7 + 8 + 8 + 8 + 8)

static const char *key_text(const struct row *row, int key, const char *unknown)
{
	if (key < 0)
		return "";
	return row->keys[key].known && *row->keys[key].text ? row->keys[key].text : unknown;
}

/* The file's name: the folder matters less than the columns it takes. */
static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] && path[0] != '[' ? slash + 1 : path;
}

/* Columns for the function's name: what the line has left, or what it needs. */
static size_t name_width(const struct page *p, const struct rows *r, int key)
{
	size_t room = p->width - NUMBERS_WIDTH - OBJECT_WIDTH - 4, widest = 8;

	if (p->opt->width && p->width > NUMBERS_WIDTH + OBJECT_WIDTH + 4 + 12)
		return room;
	for (size_t i = 0; i < rows_shown(r, p->opt); i++) {
		size_t w = cell_width(key_text(&r->row[i], key, "[unknown]"), 30);

		widest = w > widest ? w : widest;
	}
	return widest;
}

static void say_row(struct page *p, const struct rows *r, const struct row *row, bool vms,
		    size_t width)
{
	int symbol = rows_key(r, FIELD_SYMBOL), object = rows_key(r, FIELD_OBJECT);
	const char *name = key_text(row, symbol, "[unknown]");
	char text[NUMBER_LEN];
	size_t done;

	fprintf(p->out, "  %7s", page_share(p, text, row->m.samples, r->sum.samples));
	fprintf(p->out, " %9s", number_grouped(text, row->m.samples));
	for (size_t i = 0; i < NR; i++)
		fprintf(p->out, " %*s", columns[i].width,
			page_value(p, text, columns[i].column, &row->m, &r->sum));
	fputs("  ", p->out);
	if (vms)
		fprintf(p->out, "vm%-3.3s ", key_text(row, rows_key(r, FIELD_VM), "?"));
	/* No terminal: names are whole, and only as far as sense goes. */
	done = cell_write(p->out, name, p->opt->width ? width : PAGE_NAME_MAX, false, false);
	fprintf(p->out, "%*s", done < width ? (int)(width - done) : 0, "");
	fputs("  ", p->out);
	cell_write(p->out, base_name(key_text(row, object, "[unknown]")),
		   p->opt->width ? OBJECT_WIDTH : PAGE_NAME_MAX, false, true);
	fputc('\n', p->out);
}

static void say_world(struct page *p, enum world w, const struct rows *r)
{
	const struct timeline_vm *unused;
	bool vms = rows_key(r, FIELD_VM) >= 0 && timeline_vms(p->d->timeline, &unused) > 1;
	size_t shown = rows_shown(r, p->opt), width = name_width(p, r, rows_key(r, FIELD_SYMBOL));
	struct words note = { .len = 0 };
	uint64_t rest = r->sum.samples;
	char a[NUMBER_LEN], b[NUMBER_LEN];

	words_add(&note, "%s samples", number_grouped(a, r->sum.samples));
	fputc('\n', p->out);
	page_style(p, STYLE_TITLE);
	fprintf(p->out, "Hot functions: %s", world_name(w));
	page_style(p, STYLE_PLAIN);
	fprintf(p->out, "  (%s)\n", note.s);
	fprintf(p->out, "  %7s %9s %27s %7s %23s %7s\n", "", "", "total latency, cycles  ", "mean", "missed, walked  ", "mis-");
	fprintf(p->out, "  %7s %9s", "share", "samples");
	for (size_t i = 0; i < NR; i++)
		fprintf(p->out, " %*s", columns[i].width, columns[i].head);
	fprintf(p->out, "  %s%-*s  object\n", vms ? "vm    " : "", (int)width, "function");
	for (size_t i = 0; i < shown; i++) {
		say_row(p, r, &r->row[i], vms, width);
		rest -= r->row[i].m.samples < rest ? r->row[i].m.samples : rest;
	}
	if (rest)
		fprintf(p->out, "  %7s %9s  in other functions\n",
			page_share(p, a, rest, r->sum.samples), number_grouped(b, rest));
}

void text_hot(struct page *p)
{
	/* The guests first: nobody else shows them. */
	static const enum world order[] = {
		WORLD_GUEST_KERNEL, WORLD_GUEST_USER, WORLD_SWITCH,
		WORLD_HOST_KERNEL, WORLD_HOST_USER, WORLD_UNKNOWN,
	};

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		const struct rows *r = p->d->symbols[order[i]];

		if (r && r->nr && r->sum.samples)
			say_world(p, order[i], r);
	}
}
