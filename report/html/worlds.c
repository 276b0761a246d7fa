// SPDX-License-Identifier: GPL-2.0-only
/* Samples by world: by number, by cost, and by time. */
#include "report/html/html_impl.h"

static double size_of(const struct html *h, enum world w, enum column c)
{
	const struct metrics *m = rows_of_world(h->d->worlds, w);
	double v;

	if (c == COLUMN_SAMPLES)
		return (double)world_samples(h->d->summary, w);
	return m && column_value(c, m, &h->d->worlds->sum, &v) ? v : 0;
}

static void put_bar(struct html *h, const char *name, enum column c)
{
	struct html_part part[NR_WORLDS];
	double whole = 0;
	char note[2 * NUMBER_LEN], number[NUMBER_LEN];

	for (unsigned int i = 0; i < NR_WORLDS; i++) {
		enum world w = html_world(i);

		part[i] = (struct html_part){ html_world_class(w), world_name(w),
					      size_of(h, w, c) };
		whole += part[i].size;
	}
	if (!(whole > 0))
		return;
	number_short(number, whole < 1e18 ? (uint64_t)whole : UINT64_MAX);
	snprintf(note, sizeof(note), "%s %s", number, column_unit(c));
	html_bar(h, name, note, part, NR_WORLDS, whole);
}

/* Worlds that have samples. */
static void put_legend(struct html *h)
{
	struct html_part part[NR_WORLDS];
	size_t nr = 0;

	for (unsigned int i = 0; i < NR_WORLDS; i++) {
		enum world w = html_world(i);

		if (world_samples(h->d->summary, w) || rows_of_world(h->d->worlds, w))
			part[nr++] = (struct html_part){ html_world_class(w), world_name(w), 0 };
	}
	html_legend(h, part, nr);
}

static void put_basis(struct html *h, enum world w)
{
	const uint64_t *n = h->d->summary->samples[w];
	uint64_t all = world_samples(h->d->summary, w);
	char share[NUMBER_LEN];
	bool any = false;

	html_put(h, "<td>");
	for (unsigned int b = 0; b < NR_BASES; b++) {
		if (!n[b])
			continue;
		html_put(h, "%s%s", any ? ", " : "", text_basis(b));
		if (n[b] != all) {
			html_put(h, " ");
			html_text(h, page_share(&h->page, share, n[b], all), NUMBER_LEN);
		}
		any = true;
	}
	html_put(h, "</td>");
}

static const enum column columns[] = {
	COLUMN_SHARE, COLUMN_OPERATIONS, COLUMN_COST, COLUMN_TIME_SHARE, COLUMN_TOTAL_MEAN,
	COLUMN_TOTAL_P50, COLUMN_TOTAL_P99,
};
#define NR	(sizeof(columns) / sizeof(columns[0]))

/* Time is displayed if recorded. */
static bool is_shown(const struct html *h, size_t i)
{
	return columns[i] != COLUMN_TIME_SHARE || h->d->summary->cycles.recorded;
}

static void put_row(struct html *h, enum world w)
{
	const struct metrics *m = rows_of_world(h->d->worlds, w);
	uint64_t n = world_samples(h->d->summary, w);

	if (!m || (!n && !m->cycles.samples))
		return;
	html_put(h, "<tr data-world=\"%s\"><td><i class=\"%s\"></i>%s</td>", world_name(w),
		 html_world_class(w), world_name(w));
	html_count(h, "samples", n);
	for (size_t i = 0; i < NR; i++)
		if (is_shown(h, i))
			html_metric(h, columns[i], m, &h->d->worlds->sum);
	put_basis(h, w);
	html_put(h, "</tr>\n");
}

static void put_table(struct html *h)
{
	struct html_column heads[NR + 3] = {
		HTML_TEXT("World", NULL), HTML_NUMBER("Samples", column_what(COLUMN_SAMPLES)),
	};
	static const char *const titles[NR] = {
		"Share", "Operations", "Cost", "Time", "Latency, mean", "Median", "p99",
	};
	size_t nr = 2;

	for (size_t i = 0; i < NR; i++)
		if (is_shown(h, i))
			heads[nr++] = (struct html_column)HTML_NUMBER(titles[i],
								      column_what(columns[i]));
	heads[nr++] = (struct html_column)HTML_TEXT("Known by", NULL);
	html_table_open(h, "worlds", heads, nr, false);
	html_put(h, "<tbody>\n");
	for (unsigned int i = 0; i < NR_WORLDS; i++)
		put_row(h, html_world(i));
	html_put(h, "</tbody>");
	html_table_close(h);
}

void html_worlds(struct html *h)
{
	html_about(h, "Each sampled operation belongs to the host, to a guest, or to the world switch "
		   "between them. Cost is the share of all latency cycles: latencies overlap, so cost "
		   "is not time.");
	html_put(h, "<div class=\"bars\">\n");
	put_legend(h);
	put_bar(h, "Samples", COLUMN_SAMPLES);
	put_bar(h, "Cost", COLUMN_TOTAL_SUM);
	if (h->d->summary->cycles.recorded)
		put_bar(h, "Time", h->d->summary->cycles.clock ? COLUMN_CYCLE_SAMPLES :
								 COLUMN_CYCLES);
	html_put(h, "</div>\n");
	put_table(h);
	html_said(h, text_world_notes, true);
}
