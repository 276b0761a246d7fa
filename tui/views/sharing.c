// SPDX-License-Identifier: GPL-2.0-only
/* Cache lines that several threads accessed, each followed by its threads. */
#include <string.h>

#include "report/sharing/sharing.h"
#include "report/sharing/text.h"
#include "tui/app_impl.h"
#include "tui/command.h"
#include "tui/views/text.h"

#define LINES_SHOWN	500
#define ACCESSORS_SHOWN	32	/* per line */
#define WIDE_FROM	130	/* minimum columns of a screen */
#define BARS_FROM	180	/* minimum columns for bars of the lines' samples, which begin .. */
#define BARS_AT		140	/* .. in this column */

static void add_accessor(struct text *t, const struct sharing_columns *c,
			 const struct sharing_line *line, const struct sharing_accessor *a)
{
	char filter[SHARING_FILTER_LEN], address[SHARING_ADDRESS_LEN], name[SHARING_NAME_LEN];
	char crumb[CRUMB_LEN];

	sharing_text_accessor(&t->page, c, a);
	snprintf(crumb, sizeof(crumb), "line %s %.60s", sharing_address(address, line),
		 sharing_name(name, a));
	lines_zoom(t->lines, text_line(t, sharing_side_role(a->side)), sharing_filter(filter, line, a), crumb);
}

static enum role role_of_bar(const struct sharing_line *line)
{
	enum role role = sharing_role(line->verdict);

	return role == ROLE_TEXT ? ROLE_HOST : role;
}

static void add_line(struct text *t, const struct sharing_columns *c,
		     const struct sharing_line *line, uint64_t most)
{
	char filter[SHARING_FILTER_LEN], address[SHARING_ADDRESS_LEN], crumb[CRUMB_LEN];
	struct text_line *row;
	size_t shown = line->nr_accessors < ACCESSORS_SHOWN ? line->nr_accessors : ACCESSORS_SHOWN;

	sharing_text_line(&t->page, c, line);
	snprintf(crumb, sizeof(crumb), "line %s", sharing_address(address, line));
	row = text_line(t, sharing_role(line->verdict));
	lines_zoom(t->lines, row, sharing_filter(filter, line, NULL), crumb);
	if (row && t->width >= BARS_FROM && cell_width(row->text, BARS_AT) < BARS_AT) {
		lines_bar(row, (double)line->n.samples / (double)most, role_of_bar(line));
		row->bar_at = BARS_AT;
		row->bar_width = t->width - BARS_AT - 2;
	}
	for (size_t i = 0; i < shown; i++)
		add_accessor(t, c, line, &line->accessors[i]);
	if (shown == line->nr_accessors)
		return;
	fprintf(t->page.out, "  and %zu more threads on this line", line->nr_accessors - shown);
	text_line(t, ROLE_DIM);
}

static void add_lines(struct text *t, const struct sharing *s)
{
	struct sharing_columns c = sharing_columns(s, t->width >= WIDE_FROM);
	size_t nr = 0, more;
	uint64_t most = 1;
	char number[NUMBER_LEN];

	while (nr < s->nr && sharing_shows(&s->lines[nr]))
		nr++;
	more = nr < LINES_SHOWN ? 0 : nr - LINES_SHOWN;
	lines_title(t->lines, nr ? "Shared lines, 64 bytes each, and under each its threads" :
		    s->nr ? "No sample shows a line that two threads use" :
		    "No sample of a memory access matches");
	if (!nr)
		return;
	sharing_text_heads(&t->page, &c);
	text_line(t, ROLE_HEADER);
	for (size_t i = 0; i < nr - more; i++)
		most = s->lines[i].n.samples > most ? s->lines[i].n.samples : most;
	for (size_t i = 0; i < nr - more; i++)
		add_line(t, &c, &s->lines[i], most);
	if (!more)
		return;
	fprintf(t->page.out, "  %s more lines: f or a zoom leave fewer", number_grouped(number, more));
	text_line(t, ROLE_DIM);
}

static void add_all(struct text *t, const struct sharing *s)
{
	if (s->nr) {
		lines_title(t->lines, s->physical ? "Cache lines, by physical address" :
			    "Cache lines, by virtual address, separately for each address space");
		sharing_text_verdicts(&t->page, s);
		text_lines(t);
	}
	add_lines(t, s);
	fputs("\nHow to read this\n", t->page.out);
	sharing_text_limits(&t->page, s);
	if (t->page.rough)
		page_say(&t->page, "~", "from fewer than 30 samples: an order of magnitude");
	if (t->page.at_least)
		page_say(&t->page, ">=", "latency counters saturated: at least this much");
	text_lines(t);
}

static void build(struct app *a, struct text *t)
{
	struct sharing s = { .lines = NULL };

	if (sharing_make(&s, a->result->rows, t->data.timeline))
		t->lines->failed = true;
	else
		add_all(t, &s);
	sharing_clear(&s);
}

static size_t keys(const struct app_config *cfg, enum field out[PROFILE_KEYS])
{
	return sharing_keys(cfg->line, false, out);
}

static void command(const struct app *a, FILE *out, const struct pass_query *q)
{
	fputs("spelunk sharing", out);
	command_end(a, out, q);
}

static int write_report(const struct app *a, FILE *out, struct report_data *d,
			struct report_options *opt)
{
	return sharing_report_write(out, &(struct sharing_report){ .d = d }, opt);
}

const struct view_ops view_sharing = {
	.body = &lines_body, .build = build, .filter = SHARING_FILTER, .recording_keys = keys,
	.command = command, .write = write_report,
};
