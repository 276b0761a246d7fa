// SPDX-License-Identifier: GPL-2.0-only
/* Tables, and stacked bars with their legends. */
#include <string.h>

#include "report/html/html_impl.h"
#include "report/html/svg.h"

void html_table_open(struct html *h, const char *class, const struct html_column *columns,
		     size_t nr, bool sortable)
{
	html_put(h, "<div class=\"scroll\"><table class=\"%s%s\"><thead><tr>", class,
		 sortable ? " sorts" : "");
	for (size_t i = 0; i < nr; i++) {
		const struct html_column *c = &columns[i];

		html_put(h, c->number ? "<th scope=\"col\" class=\"n\"" : "<th scope=\"col\"");
		if (c->order)
			html_put(h, " aria-sort=\"%s\"", c->order);
		if (c->what) {
			html_put(h, " title=\"");
			html_text(h, c->what, HTML_SENTENCE);
			html_put(h, "\"");
		}
		html_put(h, ">%s</th>", c->title);
	}
	html_put(h, "</tr></thead>\n");
}

void html_table_close(struct html *h)
{
	html_put(h, "</table></div>\n");
}

void html_cell(struct html *h, const char *text)
{
	html_put(h, "<td>");
	html_text(h, *text ? text : "-", HTML_NAME);
	html_put(h, "</td>");
}

void html_value(struct html *h, const char *name, const char *shown, double value, bool whole)
{
	char number[NUMBER_LEN];

	html_put(h, "<td class=\"n\" data-k=\"%s\" data-v=\"%s\">", name,
		 number_fixed(number, value, whole ? 0 : 2));
	html_text(h, shown, NUMBER_LEN);
	html_put(h, "</td>");
}

void html_signed(struct html *h, const char *name, const char *shown, double value,
		 unsigned int decimals)
{
	char number[NUMBER_LEN];

	html_put(h, "<td class=\"n\" data-k=\"%s\" data-v=\"%s\">", name,
		 number_signed(number, value, decimals));
	html_text(h, shown, NUMBER_LEN);
	html_put(h, "</td>");
}

void html_count(struct html *h, const char *name, uint64_t n)
{
	char text[NUMBER_LEN];

	html_value(h, name, n ? number_grouped(text, n) : "-", (double)n, true);
}

void html_id(struct html *h, const char *name, int32_t id)
{
	char text[NUMBER_LEN];

	if (id < 0)
		html_put(h, "<td class=\"n\">-</td>");
	else
		html_value(h, name, number_id(text, id), id, true);
}

void html_duration(struct html *h, const char *name, uint64_t ns)
{
	char text[NUMBER_LEN];

	html_value(h, name, ns ? kvm_duration(text, (double)ns) : "-", (double)ns, true);
}

void html_metric(struct html *h, enum column c, const struct metrics *m, const struct metrics *sum)
{
	char text[NUMBER_LEN];
	double v = 0;

	if (!column_value(c, m, sum, &v))
		html_put(h, "<td class=\"n\" data-k=\"%s\">-</td>", column_name(c));
	else
		html_value(h, column_name(c), page_value(&h->page, text, c, m, sum), v,
			   column_is_integer(c));
}

char *html_percent(char out[NUMBER_LEN], double part, double whole)
{
	return finding_percent(out, whole > 0 ? 100 * part / whole : 0);
}

/*
 * Bars
 */

#define BAR_HEIGHT	24
#define TEXT_FROM	12	/* minimum % of the bar to label a part with its share */

static void put_part(struct html *h, const struct html_part *p, double from, double whole)
{
	char share[NUMBER_LEN], text[2 * NUMBER_LEN + 40];
	double width = 100 * p->size / whole, x = 100 * from / whole;

	html_percent(share, p->size, whole);
	snprintf(text, sizeof(text), "%s: %s", p->name, share);
	svg_rect(h, p->class, (struct svg_box){ x, 0, width, BAR_HEIGHT }, text);
	if (width >= TEXT_FROM)
		svg_text(h, "in", x + width / 2, 16.5, SVG_MIDDLE, share);
}

void html_bar(struct html *h, const char *name, const char *note, const struct html_part *part,
	      size_t nr, double whole)
{
	double from = 0;

	html_put(h, "<div class=\"bar\"><span class=\"name\">");
	html_name(h, name);
	html_put(h, "</span>");
	svg_open(h, "stack", BAR_HEIGHT, name);
	for (size_t i = 0; i < nr && whole > 0; from += part[i++].size)
		if (part[i].size > 0)
			put_part(h, &part[i], from, whole);
	svg_close(h);
	html_put(h, "<span class=\"note\">");
	html_text(h, note, HTML_NAME);
	html_put(h, "</span></div>\n");
}

void html_legend(struct html *h, const struct html_part *part, size_t nr)
{
	html_put(h, "<ul class=\"legend\">");
	for (size_t i = 0; i < nr; i++)
		html_put(h, "<li><i class=\"%s\"></i>%s</li>", part[i].class, part[i].name);
	html_put(h, "</ul>\n");
}

const char *html_world_class(enum world w)
{
	static const char *const classes[NR_WORLDS] = {
		[WORLD_UNKNOWN] = "w-unknown", [WORLD_HOST_USER] = "w-host-user",
		[WORLD_HOST_KERNEL] = "w-host-kernel", [WORLD_SWITCH] = "w-switch",
		[WORLD_GUEST_USER] = "w-guest-user", [WORLD_GUEST_KERNEL] = "w-guest-kernel",
	};

	return classes[w];
}

const char *html_account_class(enum account a)
{
	static const char *const classes[NR_ACCOUNTS] = {
		[ACCOUNT_GUEST] = "a-guest", [ACCOUNT_KERNEL] = "a-kernel",
		[ACCOUNT_VMM] = "a-vmm", [ACCOUNT_HALTED] = "a-halted",
		[ACCOUNT_PREEMPTED] = "a-stolen", [ACCOUNT_WAITING] = "a-waiting",
		[ACCOUNT_UNKNOWN] = "a-unknown",
	};

	return classes[a];
}
