/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_HTML_PAGE_H
#define REPORT_HTML_PAGE_H

#include "report/text/text.h"

/* Pages of HTML, their sections, and what sections are written with. */

struct html_report;
struct kvm_sum;

/* A page being written. */
struct html {
	FILE *out;
	const char *title;		/* "spelunk report" */
	const char *name;		/* of what it is about, not yet escaped */
	const struct report_data *d;
	const struct report_options *opt;
	/* Of a report, html.h; NULL: it is another page */
	const struct html_report *r;
	const struct kvm_sum *kvm;	/* NULL: nothing is known of exits */
	const void *of;			/* what another page is about */
	size_t written;			/* bytes */
	size_t room;			/* .written up to which the section adds rows */
	struct page page;		/* for page_value() and the like; its .out is not used */
	bool failed;			/* out of memory */
};

/*
 * Text. Everything that a recording, its symbols or its sources say passes html_text(),
 * html_name() or html_sentence(), which are one writer: it escapes what HTML would read
 * as markup, in elements and in attributes with double quotes, and what report_escape()
 * escapes.
 */
#define HTML_NAME	120	/* characters of a name */
#define HTML_SENTENCE	4000	/* of a sentence */
/* Markup of our own.  Never a text of a recording, not even by %s. */
__attribute__((format(printf, 2, 3)))
void html_put(struct html *h, const char *fmt, ...);
void html_text(struct html *h, const char *text, size_t most);	/* longer: cut, with ".." */
void html_name(struct html *h, const char *name);	/* HTML_NAME; "" is "(no name)" */
void html_sentence(struct html *h, const char *text);	/* what is between backticks is code */
/* A paragraph below a heading: ours, as html_sentence() has it. */
void html_about(struct html *h, const char *text);

/* How many bytes the section may add: rows are left out once html_full(). */
void html_room(struct html *h, size_t bytes);
bool html_full(const struct html *h);
/* A line that says that n more are left out; nothing of none. */
void html_left_out(struct html *h, size_t n, const char *one, const char *many);

/* Says how many samples are in no row, because of profile_query.max_cells; nothing of none. */
void html_rest(struct html *h, uint64_t samples);

/* What writers of text say, as paragraphs, with labels where they have labels. */
typedef void html_said_fn(struct page *p);
void html_said(struct html *h, html_said_fn *fn, bool labels);
typedef void html_said_of_fn(struct page *p, const void *arg);
void html_said_of(struct html *h, html_said_of_fn *fn, const void *arg, bool labels);

/*
 * Tables.  A cell's value is what it is sorted by; an attribute holds it, as JSON has it.
 */
struct html_column {
	const char *title;
	const char *what;	/* shown when pointed at; NULL: nothing */
	bool number;
	const char *order;	/* rows come sorted by it: "descending", "ascending"; NULL: not */
};
#define HTML_TEXT(t, w)		{ .title = (t), .what = (w) }
#define HTML_NUMBER(t, w)	{ .title = (t), .what = (w), .number = true }
/* Up to the first row.  sortable: the script sorts it.  A table scrolls where it is too wide. */
void html_table_open(struct html *h, const char *class, const struct html_column *columns,
		     size_t nr, bool sortable);
void html_table_close(struct html *h);
void html_cell(struct html *h, const char *text);		/* not yet escaped; "" unknown */
/* shown: a number as text; name: what a program finds it by; whole: without decimals. */
void html_value(struct html *h, const char *name, const char *shown, double value, bool whole);
/* The same of one that may be negative, with so many decimals. */
void html_signed(struct html *h, const char *name, const char *shown, double value,
		 unsigned int decimals);
void html_count(struct html *h, const char *name, uint64_t n);	/* 0: "-" */
void html_id(struct html *h, const char *name, int32_t id);	/* negative: "-", without value */
void html_duration(struct html *h, const char *name, uint64_t ns);	/* 0: "-" */
void html_metric(struct html *h, enum column c, const struct metrics *m,
		 const struct metrics *sum);
/* "12.3 %": out is returned. */
char *html_percent(char out[NUMBER_LEN], double part, double whole);

/* Stacked bars, and what their colours mean. */
struct html_part {
	const char *class;	/* of its colour: "w-guest-user", "a-halted" */
	const char *name;	/* ours */
	double size;
};
void html_bar(struct html *h, const char *name, const char *note, const struct html_part *part,
	      size_t nr, double whole);
void html_legend(struct html *h, const struct html_part *part, size_t nr);

/* Of a world: the class of its colour. */
const char *html_world_class(enum world w);
/* Worlds as people read them: unknown comes last. */
static inline enum world html_world(unsigned int i)
{
	return (enum world)((i + 1) % NR_WORLDS);
}

/* A section of a page. */
struct html_section {
	const char *id, *nav, *title;
	bool (*wanted)(const struct html *h);	/* NULL: it is */
	void (*write)(struct html *h);
	size_t room;		/* bytes: as html_room() */
};

/*
 * The page: what summary() says below its title, and the sections that are wanted.  0, or -errno
 * of the write that failed; -ENOMEM.
 */
int html_page(struct html *h, void (*summary)(struct html *h), const struct html_section *sections,
	      size_t nr);
/* The last section: the command that makes the page, not yet escaped. */
void html_command(struct html *h, const char *command);

#endif
