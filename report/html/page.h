/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_HTML_PAGE_H
#define REPORT_HTML_PAGE_H

#include "report/text/text.h"

/* HTML pages, their sections, and the elements of sections. */

struct html_report;
struct kvm_sum;

/* A page being written. */
struct html {
	FILE *out;
	const char *title;		/* "spelunk report" */
	const char *name;		/* what the page is about, not escaped */
	const struct report_data *d;
	const struct report_options *opt;
	/* For a report, html.h; NULL: another page */
	const struct html_report *r;
	const struct kvm_sum *kvm;	/* NULL: exits are unknown */
	const void *of;			/* data of another page */
	size_t written;			/* bytes */
	size_t room;			/* limit of .written for the section's rows */
	struct page page;		/* for page_value() and the like; its .out is not used */
	bool failed;			/* out of memory */
};

/*
 * Text.  Everything from a recording, its symbols or its sources goes through html_text(),
 * html_name() or html_sentence(), which share one writer.  It escapes what would be markup in
 * elements or in attributes with double quotes, and whatever report_escape() escapes.
 */
#define HTML_NAME	120	/* maximum characters of a name */
#define HTML_SENTENCE	4000	/* maximum characters of a sentence */
/* Write our own markup.  Never pass recorded text, not even for %s. */
__attribute__((format(printf, 2, 3)))
void html_put(struct html *h, const char *fmt, ...);
void html_text(struct html *h, const char *text, size_t most);	/* truncated to most, with ".." */
void html_name(struct html *h, const char *name);	/* HTML_NAME; "" is "(no name)" */
void html_sentence(struct html *h, const char *text);	/* text between backticks becomes code */
/* A paragraph of our own below a heading, as html_sentence(). */
void html_about(struct html *h, const char *text);

/* Set the number of bytes that the section may add; it stops adding rows once html_full(). */
void html_room(struct html *h, size_t bytes);
bool html_full(const struct html *h);
/* A line that says that n more are left out; nothing if n is 0. */
void html_left_out(struct html *h, size_t n, const char *one, const char *many);

/* Say how many samples are in no row because of profile_query.max_cells; nothing if 0. */
void html_rest(struct html *h, uint64_t samples);

/* The output of a text writer, as paragraphs with their labels, if wanted. */
typedef void html_said_fn(struct page *p);
void html_said(struct html *h, html_said_fn *fn, bool labels);
typedef void html_said_of_fn(struct page *p, const void *arg);
void html_said_of(struct html *h, html_said_of_fn *fn, const void *arg, bool labels);

/* Tables.  Each cell has an attribute with its value, for sorting, formatted as in JSON. */
struct html_column {
	const char *title;
	const char *what;	/* tooltip; NULL: none */
	bool number;
	const char *order;	/* the rows are sorted by this column: "descending", "ascending";
				 * NULL: not */
};
#define HTML_TEXT(t, w)		{ .title = (t), .what = (w) }
#define HTML_NUMBER(t, w)	{ .title = (t), .what = (w), .number = true }
/*
 * Begin a table, up to the first row.  sortable: the script can sort it.  A table scrolls if it is
 * too wide.
 */
void html_table_open(struct html *h, const char *class, const struct html_column *columns,
		     size_t nr, bool sortable);
void html_table_close(struct html *h);
void html_cell(struct html *h, const char *text);		/* not escaped; "" unknown */
/* shown: the number as text; name: its key for programs; whole: no decimals. */
void html_value(struct html *h, const char *name, const char *shown, double value, bool whole);
/* Likewise for a value that may be negative, with that many decimals. */
void html_signed(struct html *h, const char *name, const char *shown, double value,
		 unsigned int decimals);
void html_count(struct html *h, const char *name, uint64_t n);	/* 0: "-" */
void html_id(struct html *h, const char *name, int32_t id);	/* negative: "-", without a value */
void html_duration(struct html *h, const char *name, uint64_t ns);	/* 0: "-" */
void html_metric(struct html *h, enum column c, const struct metrics *m,
		 const struct metrics *sum);
/* "12.3 %".  Returns out. */
char *html_percent(char out[NUMBER_LEN], double part, double whole);

/* Stacked bars, and the legend of their colours. */
struct html_part {
	const char *class;	/* CSS class of its colour: "w-guest-user", "a-halted" */
	const char *name;	/* our own text */
	double size;
};
void html_bar(struct html *h, const char *name, const char *note, const struct html_part *part,
	      size_t nr, double whole);
void html_legend(struct html *h, const struct html_part *part, size_t nr);

/* The CSS class of a world's colour. */
const char *html_world_class(enum world w);
/* Worlds in display order: unknown comes last. */
static inline enum world html_world(unsigned int i)
{
	return (enum world)((i + 1) % NR_WORLDS);
}

/* A section of a page. */
struct html_section {
	const char *id, *nav, *title;
	bool (*wanted)(const struct html *h);	/* NULL: always */
	void (*write)(struct html *h);
	size_t room;		/* bytes, as for html_room() */
};

/*
 * Write the page: summary() below its title, and the wanted sections.  0, or -errno of the write
 * that failed; -ENOMEM.
 */
int html_page(struct html *h, void (*summary)(struct html *h), const struct html_section *sections,
	      size_t nr);
/* The last section: the command that makes the page, not escaped. */
void html_command(struct html *h, const char *command);

#endif
