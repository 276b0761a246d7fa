// SPDX-License-Identifier: GPL-2.0-only
/* Cache lines that threads share: their number by verdict, and the costliest with their threads. */
#include <string.h>

#include "report/html/html_impl.h"
#include "report/html/svg.h"
#include "report/sharing/text.h"

#define LINES_SHOWN	20	/* without --limit */
#define ACCESSORS_SHOWN	12	/* per line */

static const char *const classes[NR_SHARING_VERDICTS] = {
	[SHARING_SUSPECT] = "v-suspect", [SHARING_MIXED] = "v-mixed", [SHARING_TRUE] = "v-true",
	[SHARING_READ] = "v-read", [SHARING_ONE_CPU] = "v-one", [SHARING_UNKNOWN] = "v-unknown",
	[SHARING_PRIVATE] = "v-private",
};

static void put_verdicts(struct html *h, const struct sharing *s)
{
	struct html_part part[NR_SHARING_VERDICTS];
	double whole = 0;
	char note[2 * NUMBER_LEN], number[NUMBER_LEN];
	size_t nr = 0;

	for (enum sharing_verdict v = 0; v < NR_SHARING_VERDICTS; v++) {
		if (!s->of_verdict[v])
			continue;
		part[nr++] = (struct html_part){ classes[v], sharing_verdict_name(v),
						 (double)s->samples_of_verdict[v] };
		whole += part[nr - 1].size;
	}
	html_put(h, "<div class=\"bars\">\n");
	html_legend(h, part, nr);
	snprintf(note, sizeof(note), "%s samples", number_grouped(number, (uint64_t)whole));
	html_bar(h, "Accesses", note, part, nr, whole);
	html_put(h, "</div>\n");
}

/* The eight words of a line: which are read and which are written. */
static void put_words(struct html *h, const struct sharing_counts *n)
{
	char words[SHARING_WORDS + 1], class[] = "x?";

	sharing_words(words, n);
	html_put(h, "<td class=\"pic\">");
	svg_open(h, "words", 14, words);
	for (unsigned int i = 0; i < SHARING_WORDS; i++) {
		class[1] = words[i] == '.' ? 'n' : words[i];
		svg_rect(h, class, (struct svg_box){ 12.5 * i, 1, 11.5, 12 }, NULL);
	}
	svg_close(h);
	html_put(h, "</td>");
}

static void put_counts(struct html *h, const struct sharing_counts *n)
{
	struct metrics m = { .samples = n->samples, .total = n->reads };

	m.events[SPE_EV_L1D_ACCESS] = n->l1d_accesses;
	m.events[SPE_EV_L1D_MISS] = n->l1d_misses;
	html_count(h, "samples", n->samples);
	html_count(h, "loads", n->loads);
	html_count(h, "stores", n->stores);
	html_count(h, "atomics", n->updates);
	html_metric(h, COLUMN_TOTAL_MEAN, &m, NULL);
	html_metric(h, COLUMN_L1D_MISS, &m, NULL);
	put_words(h, n);
}

static void put_accessor(struct html *h, const struct sharing_accessor *a)
{
	char name[SHARING_NAME_LEN], worlds[SHARING_WORLDS_LEN];

	html_put(h, "<tr class=\"detail\"><td>");
	html_text(h, sharing_name(name, a), HTML_NAME);
	html_put(h, "</td>");
	put_counts(h, &a->n);
	html_put(h, "<td>%s</td></tr>\n", sharing_worlds(worlds, a->n.worlds));
}

static void put_line(struct html *h, const struct sharing_line *l)
{
	char address[SHARING_ADDRESS_LEN], owner[SHARING_OWNER_LEN];
	size_t i;

	html_put(h, "<tbody><tr><td><i class=\"%s\"></i><code>%s</code> %s%s</td>",
		 classes[l->verdict], sharing_address(address, l), sharing_verdict_name(l->verdict),
		 sharing_owner(owner, l));
	put_counts(h, &l->n);
	html_put(h, "<td>%u thread%s, %u CPU%s</td></tr>\n", l->threads,
		 l->threads == 1 ? "" : "s", l->cpus, l->cpus == 1 ? "" : "s");
	for (i = 0; i < l->nr_accessors && i < ACCESSORS_SHOWN && !html_full(h); i++)
		put_accessor(h, &l->accessors[i]);
	if (i < l->nr_accessors)
		html_put(h, "<tr class=\"detail\"><td colspan=\"9\">%zu more left out</td></tr>\n",
			 l->nr_accessors - i);
	html_put(h, "</tbody>\n");
}

static void put_lines(struct html *h, const struct sharing *s)
{
	static const struct html_column heads[] = {
		HTML_TEXT("Line of 64 bytes", NULL), HTML_NUMBER("Samples", NULL),
		HTML_NUMBER("Loads", NULL), HTML_NUMBER("Stores", NULL), HTML_NUMBER("Atomics", NULL),
		HTML_NUMBER("Mean", "total latency of loads and atomics, core cycles"),
		HTML_NUMBER("L1D miss", NULL),
		HTML_TEXT("Words", "8 bytes each: blue is read, red is written, purple is both"),
		HTML_TEXT("Met by", NULL),
	};
	size_t nr = 0, most, i;

	while (nr < s->nr && sharing_shows(&s->lines[nr]))
		nr++;
	if (!nr) {
		html_about(h, "No sample shows a line that two threads use.");
		return;
	}
	most = report_shown(h->opt, nr, LINES_SHOWN);
	html_table_open(h, "lines", heads, sizeof(heads) / sizeof(heads[0]), true);
	for (i = 0; i < most && !html_full(h); i++)
		put_line(h, &s->lines[i]);
	html_table_close(h);
	html_left_out(h, nr - i, "line", "lines");
}

static void say_limits(struct page *p, const void *arg)
{
	sharing_text_limits(p, arg);
}

void html_sharing(struct html *h)
{
	const struct sharing *s = h->r->sharing;

	html_about(h, "Threads of the host and of guests that use the same cache line take it "
		   "from each other. Only some accesses are sampled, so a line may be shared more "
		   "than it says here, never less.");
	if (!s->nr) {
		html_about(h, "No sample has a data address.");
		return;
	}
	put_verdicts(h, s);
	put_lines(h, s);
	html_said_of(h, say_limits, s, true);
}
