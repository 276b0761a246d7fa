// SPDX-License-Identifier: GPL-2.0-only
/* Text: the number of lines by verdict, the lines that matter, and the limits of samples. */
#include <inttypes.h>

#include "report/sharing/sharing_impl.h"

#define WIDE_FROM	130	/* minimum columns of a terminal */
#define ACCESSORS_SHOWN	8	/* per line, unless --limit is 0 */

static bool is_wide(const struct report_options *opt)
{
	return !opt->width || opt->width >= WIDE_FROM;
}

void sharing_text_verdicts(struct page *p, const struct sharing *s)
{
	char lines[NUMBER_LEN], samples[NUMBER_LEN], share[NUMBER_LEN];

	page_line(p, ROLE_DIM, "  %9s %11s %7s  %s", "lines", "samples", "share", "verdict");
	for (enum sharing_verdict v = 0; v < NR_SHARING_VERDICTS; v++) {
		if (s->of_verdict[v])
			page_line(p, sharing_role(v), "  %9s %11s %7s  %s",
				  number_grouped(lines, s->of_verdict[v]),
				  number_grouped(samples, s->samples_of_verdict[v]),
				  page_share(p, share, s->samples_of_verdict[v], s->n.samples),
				  sharing_verdict_name(v));
	}
}

static void say_verdicts(struct page *p, const struct sharing *s)
{
	struct words w = { .len = 0 };

	for (enum sharing_verdict v = 0; v < NR_SHARING_VERDICTS; v++)
		if (s->of_verdict[v])
			words_add(&w, "%s%s: %s", w.len ? "; " : "", sharing_verdict_name(v),
				  sharing_verdict_what(v));
	if (w.len)
		page_say(p, "verdict", w.s);
}

/* Say what was not recorded at all. */
static void say_gaps(struct page *p, const struct sharing *s)
{
	char a[NUMBER_LEN], b[NUMBER_LEN];
	struct words rest = { .len = 0 }, none = { .len = 0 };

	words_add(&rest, "%s samples are in rows of fewer than %s samples each and are left out: "
		  "lines may lack threads and words, and look less shared than they are "
		  "(--max-rows 0 counts all)", number_grouped(a, s->rest),
		  number_grouped(b, s->rest_below));
	if (s->rest)
		page_say(p, "rest", rest.s);
	words_add(&none, "samples without a %s address are left out: %s",
		  s->physical ? "physical" : "virtual", number_grouped(a, s->no_line));
	if (s->no_line)
		page_say(p, "no address", none.s);
}

void sharing_text_limits(struct page *p, const struct sharing *s)
{
	say_gaps(p, s);
	say_verdicts(p, s);
	page_say(p, "suspect", "only some accesses are sampled: the others may make a private "
		 "line shared, and a suspect truly shared");
	page_say(p, "words", "8 bytes of the line each, where accesses begin: r read, w written, "
		 "b both; SPE does not record the size, so an access may reach into the next word");
	page_say(p, "mean", "total latency of sampled loads and atomics, core cycles; lines are "
		 "sorted by its sum, suspects and truly shared lines first; it is not time: loads "
		 "overlap, and nothing waits for stores");
	page_say(p, "threads", "a vCPU's thread in the host and in the guest is one thread with "
		 "two rows; each CPU has its own idle thread; threads on one CPU share its cache, "
		 "so they do not take lines from each other");
	if (!s->physical)
		page_say(p, "virtual", "records have no physical addresses (pa_enable=1, for root): "
			 "memory that processes, guests and the host share is not seen as one line, "
			 "and processes of a guest cannot be distinguished");
	if (!s->n.remote && !s->n.modified && !s->n.snooped)
		page_say(p, "events", "no sample has event 10, 21 or 23 (remote, modified, "
			 "snooped), which are optional for CPUs");
}

/* The fields of the line's words, where they are known. */
static void say_fields(struct page *p, const struct sharing_line *l)
{
	struct words w = { .len = 0 };

	for (unsigned int i = 0; i < SHARING_WORDS; i++) {
		if (!l->field[i])
			continue;
		words_add(&w, "%sbyte %u ", w.len ? ", " : "", 8 * i);
		words_add_name(&w, l->field[i]);
	}
	if (w.len)
		page_say_in(p, ROLE_DIM, "", w.s);
}

static bool has_field(const struct sharing_line *l)
{
	for (unsigned int i = 0; i < SHARING_WORDS; i++)
		if (l->field[i])
			return true;
	return false;
}

/* What --fields found in the shared lines. */
static void say_fields_legend(struct page *p, const struct sharing *s)
{
	size_t i = 0;

	if (!s->fields || !s->nr || !sharing_shows(&s->lines[0]))
		return;
	while (i < s->nr && sharing_shows(&s->lines[i]) && !has_field(&s->lines[i]))
		i++;
	if (i < s->nr && sharing_shows(&s->lines[i]))
		page_say(p, "byte", "the field in the word at that byte of the line, or the type of data "
			 "without fields; shown where samples agree");
	else
		page_say(p, "fields", "no word of these lines is in a known field: give files with debug "
			 "information (--symfs, --vmlinux, --guest)");
}

static void say_line(struct page *p, const struct sharing_columns *c, const struct sharing_line *l,
		     size_t most)
{
	size_t shown = most && most < l->nr_accessors ? most : l->nr_accessors;

	fputs(page_on(p, sharing_role(l->verdict)), p->out);
	sharing_text_line(p, c, l);
	fprintf(p->out, "%s\n", page_off(p));
	say_fields(p, l);
	for (size_t i = 0; i < shown; i++) {
		fputs(page_on(p, sharing_side_role(l->accessors[i].side)), p->out);
		sharing_text_accessor(p, c, &l->accessors[i]);
		fprintf(p->out, "%s\n", page_off(p));
	}
	if (shown < l->nr_accessors)
		fprintf(p->out, "  and %zu more threads on this line (--limit 0 shows all)\n",
			l->nr_accessors - shown);
}

/* Private lines, which are the majority, are only counted. */
static void say_lines(struct page *p, const struct sharing *s)
{
	struct sharing_columns c = sharing_columns(s, is_wide(p->opt));
	size_t nr = 0, most = p->opt->limit, shown;
	char number[NUMBER_LEN];

	while (nr < s->nr && sharing_shows(&s->lines[nr]))
		nr++;
	shown = most && most < nr ? most : nr;
	page_title(p, "Shared lines", nr ? "64 bytes each, and under each its threads" : NULL);
	if (!nr) {
		page_say(p, "none", s->nr ? "no sample shows a line that two threads use" :
			 p->d->filter ? "no sample of a memory access matches the filter" :
			 "no sample of a memory access was decoded");
		return;
	}
	fputs(page_on(p, ROLE_DIM), p->out);
	sharing_text_heads(p, &c);
	fprintf(p->out, "%s\n", page_off(p));
	for (size_t i = 0; i < shown; i++)
		say_line(p, &c, &s->lines[i], most ? ACCESSORS_SHOWN : 0);
	if (shown < nr)
		fprintf(p->out, "  %s more line%s (--limit 0 shows all)\n",
			number_grouped(number, nr - shown), nr - shown == 1 ? "" : "s");
}

static void say_next(struct page *p, const struct sharing *s)
{
	struct words w = { .len = 0 };
	char filter[SHARING_FILTER_LEN];

	if (p->d->filter || !s->nr || !sharing_shows(&s->lines[0]))
		return;
	words_add(&w, "the code behind a line: spelunk report --by symbol,tid --filter '%s'",
		  sharing_filter(filter, &s->lines[0], NULL));
	page_say(p, "next", w.s);
}

static void say_legend(struct page *p, const struct sharing *s)
{
	page_title(p, "How to read this", NULL);
	sharing_text_limits(p, s);
	say_fields_legend(p, s);
	text_marks(p);
	say_next(p, s);
}

void sharing_text(FILE *out, const struct sharing *s, const struct sharing_report *r,
		  const struct report_options *opt)
{
	struct page p = page_begin(out, r->d, opt, "spelunk sharing");

	text_recording(&p);
	text_losses(&p);
	page_title(&p, "Cache lines", s->physical ? "by physical address" :
		   "by virtual address, separately for each address space");
	if (s->nr)
		sharing_text_verdicts(&p, s);
	say_lines(&p, s);
	say_legend(&p, s);
	text_missing(&p);
}
