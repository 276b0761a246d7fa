// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "report/text/text.h"

#define OBJECT_WIDTH	22
#define NAME_LEAST	16
#define NAME_ROOMY	22	/* with a bar */
#define BAR_WIDTH	7

/* Narrower terminals show only the most important columns. */
#define FULL_WIDTH	120
/* Narrower terminals have a bar of cost instead of the share of samples. */
#define SHARE_WIDTH	150

/* All are column_is_brief(). */
static const struct {
	enum column column;
	int width;
	bool narrow;		/* also on a narrow terminal */
	const char *upper, *lower;
} columns[] = {
	{ COLUMN_TOTAL_MEAN, 7, true,  "total",  "mean" },
	{ COLUMN_TOTAL_P50,  6, false, "total",  "p50" },
	{ COLUMN_TOTAL_P99,  7, true,  "total",  "p99" },
	{ COLUMN_ISSUE_MEAN, 6, false, "issue",  "mean" },
	{ COLUMN_XLAT_MEAN,  6, false, "xlat",   "mean" },
	{ COLUMN_L1D_MISS,   6, true,  "L1D",    "miss" },
	{ COLUMN_LLC_MISS,   6, false, "LLC",    "miss" },
	{ COLUMN_TLB_WALK,   6, true,  "TLB",    "walk" },
	{ COLUMN_MISPREDICT, 7, true,  "branch", "mispred" },
};
#define NR (sizeof(columns) / sizeof(columns[0]))

/* The layout of a world's table. */
struct layout {
	bool full;		/* show all columns */
	bool share;		/* show the share of samples */
	bool time;		/* show CPU cycles */
	bool vms;		/* show the VM */
	enum role role;		/* of the world */
	unsigned int bar;	/* width of a bar of cost or time; 0: none */
	enum column of;
	size_t name;		/* width of the function */
	size_t object;		/* width of the object; 0: not shown */
};

static bool shown(const struct layout *l, size_t i)
{
	return l->full || columns[i].narrow;
}

static const char *key_text(const struct row *row, int key, const char *unknown)
{
	if (key < 0)
		return "";
	return row->keys[key].known && *row->keys[key].text ? row->keys[key].text :
							      unknown;
}

/* The file's name, because the folder is not worth its columns. */
static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] && path[0] != '[' ? slash + 1 : path;
}

/* The widest displayed name, within limits. */
static size_t widest_name(const struct page *p, const struct rows *r)
{
	int symbol = rows_key(r, FIELD_SYMBOL);
	size_t widest = NAME_LEAST;

	for (size_t i = 0; i < report_shown(p->opt, r->nr, 0); i++) {
		size_t w = cell_width(key_text(&r->row[i], symbol, "[unknown]"), 36);

		widest = w > widest ? w : widest;
	}
	return widest;
}

static struct layout lay_out(const struct page *p, enum world w, const struct rows *r)
{
	const struct timeline_vm *vms;
	const struct timeline_vcpu *vcpus;
	size_t nr_vms = timeline_vms(p->d->timeline, &vms);
	struct layout l = {
		.full = !p->opt->width || p->width >= FULL_WIDTH,
		.share = !p->opt->width || p->width >= (page_has_bars(p) ? SHARE_WIDTH : FULL_WIDTH),
		.time = p->opt->cycles,
		.vms = rows_key(r, FIELD_VM) >= 0 &&
		       (nr_vms > 1 ||
			(nr_vms && vms[0].nr_vcpus < timeline_vcpus(p->d->timeline, &vcpus))),
		.role = world_role(w),
		.of = r->order == COLUMN_TIME_SHARE ? COLUMN_TIME_SHARE : COLUMN_COST,
	};
	size_t used = 2 + (l.time ? 8 : 0) + 7 + (l.share ? 8 : 0) + 10 + 2 + (l.vms ? 6 : 0), room;

	for (size_t i = 0; i < NR; i++)
		used += shown(&l, i) ? (size_t)columns[i].width + 1 : 0;
	if (!p->opt->width) {
		l.name = widest_name(p, r);
		l.object = PAGE_NAME_MAX;
		l.bar = page_has_bars(p) ? BAR_WIDTH : 0;
		return l;
	}
	room = p->width > used ? p->width - used : NAME_LEAST;
	if (page_has_bars(p) && room >= NAME_ROOMY + BAR_WIDTH + 1) {
		l.bar = BAR_WIDTH;
		room -= BAR_WIDTH + 1;
	}
	l.object = room >= NAME_LEAST + 2 + OBJECT_WIDTH ? OBJECT_WIDTH : 0;
	l.name = l.object ? room - 2 - OBJECT_WIDTH : room;
	return l;
}

/* Time, cost, share and samples of a row.  Narrow terminals omit the share. */
static void say_parts(struct page *p, const struct metrics *m, const struct metrics *sum,
		      const struct layout *l)
{
	char text[NUMBER_LEN];
	double part;

	if (l->time)
		page_put_value(p, 7, COLUMN_TIME_SHARE, m, sum);
	fputc(' ', p->out);
	page_put_value(p, 7, COLUMN_COST, m, sum);
	if (l->bar)
		page_bar(p, l->bar, l->role,
			 column_value(l->of, m, sum, &part) ? part / 100 : 0);
	if (l->share)
		page_put_share(p, 7, m->samples, sum->samples);
	fprintf(p->out, " %9s", number_grouped(text, m->samples));
}

static void say_row(struct page *p, const struct rows *r, const struct row *row,
		    const struct layout *l)
{
	const char *name = key_text(row, rows_key(r, FIELD_SYMBOL), "[unknown]");
	const char *object = key_text(row, rows_key(r, FIELD_OBJECT), "[unknown]");
	size_t done;

	say_parts(p, &row->m, &r->sum, l);
	for (size_t i = 0; i < NR; i++)
		if (shown(l, i))
			page_put_value(p, columns[i].width, columns[i].column, &row->m, &r->sum);
	fputs("  ", p->out);
	if (l->vms)
		fprintf(p->out, "%-5.5s ", key_text(row, rows_key(r, FIELD_VM), "?"));
	/* Without a terminal names are not truncated, within reason. */
	done = cell_write(p->out, name, p->opt->width ? l->name : PAGE_NAME_MAX, false,
			  false);
	if (l->object) {
		fprintf(p->out, "%*s  ", done < l->name ? (int)(l->name - done) : 0, "");
		page_cell(p, ROLE_DIM, base_name(object), l->object, false, true);
	}
	fputc('\n', p->out);
}

static void say_heads(struct page *p, const struct layout *l)
{
	int bar = l->bar ? (int)l->bar + 1 : 0;

	fputs(page_on(p, ROLE_DIM), p->out);
	if (l->time)
		fprintf(p->out, " %7s", "");
	fprintf(p->out, "  %7s%*s%s %9s", "", bar, "", l->share ? "        " : "", "");
	for (size_t i = 0; i < NR; i++)
		if (shown(l, i))
			fprintf(p->out, " %*s", columns[i].width, columns[i].upper);
	fprintf(p->out, "%s\n%s", page_off(p), page_on(p, ROLE_DIM));
	if (l->time)
		fprintf(p->out, " %7s", "time");
	fprintf(p->out, "  %7s%*s%s %9s", "cost", bar, "", l->share ? "   share" : "", "samples");
	for (size_t i = 0; i < NR; i++)
		if (shown(l, i))
			fprintf(p->out, " %*s", columns[i].width, columns[i].lower);
	fprintf(p->out, "  %s", l->vms ? "vm    " : "");
	if (l->object)
		fprintf(p->out, "%-*s  object%s\n", (int)l->name, "function", page_off(p));
	else
		fprintf(p->out, "function%s\n", page_off(p));
}

static uint64_t less(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

/* Subtract what say_parts() uses. */
static void take_away(struct metrics *rest, const struct metrics *m)
{
	rest->samples = less(rest->samples, m->samples);
	rest->total.n = less(rest->total.n, m->total.n);
	rest->total.cycles = less(rest->total.cycles, m->total.cycles);
	rest->total.saturated = less(rest->total.saturated, m->total.saturated);
	rest->cycles.samples = less(rest->cycles.samples, m->cycles.samples);
	rest->cycles.periods = less(rest->cycles.periods, m->cycles.periods);
}

static void say_world(struct page *p, enum world w, const struct rows *r)
{
	struct layout l = lay_out(p, w, r);
	struct words title = { .len = 0 }, note = { .len = 0 };
	struct metrics rest = r->sum;
	char a[NUMBER_LEN];

	words_add(&title, "Hot functions: %s%s", page_on(p, l.role), world_name(w));
	words_add(&note, "(%s samples; ", number_grouped(a, r->sum.samples));
	if (l.time)
		words_add(&note, "%s of cycles; ", number_grouped(a, r->sum.cycles.samples));
	words_add(&note, "by %s%s%s", text_order(r),
		  column_is_part(r->order) ? "; shares of this world" : "",
		  l.full ? "; latencies in cycles" : "");
	if (r->least)
		words_add(&note, "; rows of fewer than %u samples last", r->least);
	words_add(&note, ")");
	page_title(p, title.s, note.s);
	say_heads(p, &l);
	for (size_t i = 0; i < report_shown(p->opt, r->nr, 0); i++) {
		say_row(p, r, &r->row[i], &l);
		take_away(&rest, &r->row[i].m);
	}
	if (rest.samples || rest.cycles.samples) {
		say_parts(p, &rest, &r->sum, &l);
		fputs("  in other functions\n", p->out);
	}
}

void text_hot(struct page *p)
{
	/* Guests first, because no other tool shows them. */
	static const enum world order[] = {
		WORLD_GUEST_KERNEL, WORLD_GUEST_USER, WORLD_SWITCH,
		WORLD_HOST_KERNEL, WORLD_HOST_USER, WORLD_UNKNOWN,
	};

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		const struct rows *r = p->d->symbols[order[i]];

		if (r && r->nr && (r->sum.samples || r->sum.cycles.samples))
			say_world(p, order[i], r);
	}
}
