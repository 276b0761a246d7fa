// SPDX-License-Identifier: GPL-2.0-only
/* A function's instructions with their cost, and the source if available. */
#include <inttypes.h>
#include <string.h>

#include "report/html/html_impl.h"

#define AROUND		6	/* instructions displayed around a sampled one */
#define LINES_SHOWN	400	/* per function */
#define SOURCE		160	/* characters of a line */

static const enum column columns[] = { COLUMN_COST, COLUMN_SAMPLES, COLUMN_TOTAL_MEAN };
#define NR	(sizeof(columns) / sizeof(columns[0]))

/* Is a sample near enough to display the instruction? */
static bool is_near(const struct annotated *f, size_t at)
{
	size_t from = at > AROUND ? at - AROUND : 0;

	for (size_t i = from; i < f->nr && i <= at + AROUND; i++)
		if (f->insn[i].m)
			return true;
	return false;
}

/* Does a different source line begin here? */
static bool begins_line(const struct annotated *f, size_t i)
{
	const struct instruction *now = &f->insn[i], *before = i ? now - 1 : NULL;

	return now->file && (!before || !before->file || before->line != now->line ||
			     strcmp(before->file, now->file));
}

static void put_place(struct html *h, const struct instruction *i)
{
	const char *slash = strrchr(i->file, '/');

	html_put(h, "<small>");
	html_text(h, slash ? slash + 1 : i->file, HTML_NAME);
	html_put(h, ":%u</small>", i->line);
}

static void put_source(struct html *h, const struct instruction *i)
{
	const char *text = i->source;
	size_t tabs = strspn(text, "\t ");

	html_put(h, "<tr class=\"src\"><td colspan=\"%zu\">", NR + 1);
	put_place(h, i);
	html_put(h, "</td><td>");
	/* keep the indentation, because escaping would not keep tabs */
	for (size_t k = 0; k < tabs && k < 12; k++)
		html_put(h, text[k] == '\t' ? "&emsp;&emsp;" : "&ensp;");
	html_text(h, text + tabs, SOURCE);
	html_put(h, "</td></tr>\n");
}

/* Heat of the line, 0 to 9. */
static unsigned int heat_of(const struct annotated *f, const struct metrics *m)
{
	uint64_t all = annotation_weight(&f->whole, &f->whole, false);
	uint64_t own = m ? annotation_weight(m, &f->whole, false) : 0;
	double share = all ? (double)own / (double)all : 0;

	return own ? 1 + (unsigned int)(8 * share + 0.5) : 0;
}

static void put_insn(struct html *h, const struct annotated *f, size_t at)
{
	const struct instruction *i = &f->insn[at];

	html_put(h, "<tr class=\"c%u\">", heat_of(f, i->m));
	for (size_t c = 0; c < NR; c++) {
		if (i->m)
			html_metric(h, columns[c], i->m, &f->whole);
		else
			html_put(h, "<td></td>");
	}
	html_put(h, "<td class=\"n\">%" PRIx64 "</td><td>", i->address);
	html_text(h, i->text ? i->text : "?", HTML_NAME);
	if (i->to) {
		html_put(h, " <em>&lt;");
		html_name(h, i->to);
		html_put(h, "&gt;</em>");
	}
	/* if the text is not available */
	if (begins_line(f, at) && !i->source) {
		html_put(h, "  ");
		put_place(h, i);
	}
	html_put(h, "</td></tr>\n");
}

static void put_gap(struct html *h, size_t nr)
{
	html_put(h, "<tr class=\"gap\"><td colspan=\"%zu\">%zu instruction%s without samples"
		 "</td></tr>\n", NR + 2, nr, nr == 1 ? "" : "s");
}

/* If the code is unknown, each sampled offset still has a line. */
static void put_lines(struct html *h, const struct annotated *f)
{
	size_t lines = 0, gap = 0, i;

	for (i = 0; i < f->nr && lines < LINES_SHOWN && !html_full(h); i++) {
		if (!is_near(f, i)) {
			gap++;
			continue;
		}
		if (gap)
			put_gap(h, gap);
		gap = 0;
		if (begins_line(f, i) && f->insn[i].source)
			put_source(h, &f->insn[i]);
		put_insn(h, f, i);
		lines++;
	}
	if (gap)
		put_gap(h, gap);
	if (i < f->nr)
		html_put(h, "<tr class=\"gap\"><td colspan=\"%zu\">%zu more instructions left out: "
			 "<code>spelunk annotate</code> has them</td></tr>\n", NR + 2, f->nr - i);
}

static void put_notes(struct html *h, const struct annotated *f)
{
	html_put(h, "<p class=\"left\">");
	html_sentence(h, f->code_file ? f->code_file : f->why);
	if (f->ambiguous)
		html_put(h, "; several files have that name, and this is one of them");
	if (f->no_source) {
		html_put(h, "; source ");
		html_text(h, f->no_source, HTML_SENTENCE);
		html_put(h, " is not there: give --symfs DIR with the sources below it");
	}
	html_put(h, "</p>\n");
}

void html_code(struct html *h, const struct annotated *f)
{
	static const struct html_column heads[] = {
		HTML_NUMBER("Cost", NULL), HTML_NUMBER("Samples", NULL), HTML_NUMBER("Mean", NULL),
		HTML_NUMBER("Address", NULL), HTML_TEXT("Instruction", NULL),
	};

	html_put(h, "<details><summary>Code</summary>\n");
	put_notes(h, f);
	html_rest(h, h->r->code_rest);
	html_table_open(h, "insns", heads, sizeof(heads) / sizeof(heads[0]), false);
	html_put(h, "<tbody>\n");
	put_lines(h, f);
	html_put(h, "</tbody>");
	html_table_close(h);
	html_put(h, "</details>");
}
