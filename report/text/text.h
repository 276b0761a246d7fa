/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

#include "report/escape.h"
#include "report/parts.h"
#include "report/write.h"

/* A text report being written. */
struct page {
	FILE *out;
	const struct report_data *d;
	const struct report_options *opt;
	size_t width;		/* columns */
	bool rough;		/* a "~" was written, which requires its legend */
	bool at_least;		/* a ">=" was written, likewise */
	bool cycles;		/* sums of latencies were written, likewise */
};

/* A share of fewer samples than this gets a "~"; for a column's value see column_least(). */
#define ROUGH_BELOW		COLUMN_LEAST

#define PAGE_WIDTH	100	/* if the output is not a terminal */
#define PAGE_MIN	80
#define PAGE_MAX	160
#define PAGE_TEXT_AT	14	/* column of text after a label */
#define PAGE_NAME_MAX	512	/* columns of a name if the output is not a terminal */

/* The columns of a page for a terminal of that width, or 0. */
size_t page_width(unsigned int width);

/* Is the terminal narrower than that many columns?  False if the output is not a terminal. */
bool page_is_narrow(const struct page *p, size_t columns);
/* The remaining columns of a line when so many are used: at least 4. */
size_t page_room(const struct page *p, size_t used);

/* The sequences before and after text of a role; "" without colour. */
const char *page_on(const struct page *p, enum role r);
const char *page_off(const struct page *p);
/* Text in a role; fmt must not have a line feed. */
__attribute__((format(printf, 3, 4)))
void page_put(struct page *p, enum role r, const char *fmt, ...);
/* The same, followed by a line feed. */
__attribute__((format(printf, 3, 4)))
void page_line(struct page *p, enum role r, const char *fmt, ...);
/* cell_write() in a role. */
size_t page_cell(struct page *p, enum role r, const char *text, size_t width, bool pad, bool tail);

/* Are bars wanted? */
bool page_has_bars(const struct page *p);
/* A stack of parts, first at the left, in exactly `width` columns. */
void page_stack(struct page *p, unsigned int width, const struct picture *picture,
		const float *size);
/* A stack of one column and one line. */
void page_column(struct page *p, const struct picture *picture, const float *size);
/* A space, and the bar of a share, 0 to 1, in exactly `width` columns. */
void page_bar(struct page *p, unsigned int width, enum role r, double share);
/* The role of a value printed by page_value(): ratios by how bad they are. */
enum role page_role(enum column c, const struct metrics *m, const struct metrics *sum,
		    const char *text);

/* Begin a page with its title. */
struct page page_begin(FILE *out, const struct report_data *d, const struct report_options *opt,
		       const char *title);

/* A blank line and a section's title; note may be NULL. */
void page_title(struct page *p, const char *title, const char *note);

/* Text built piece by piece; what does not fit is dropped. */
struct words {
	char s[4096];
	size_t len;
};

__attribute__((format(printf, 2, 3)))
void words_add(struct words *w, const char *fmt, ...);
/* Copy as much as fits into len bytes. */
void words_copy(char *out, size_t len, const struct words *w);
/* Add recorded text: escaped, and truncated to a reasonable length for a line. */
void words_add_name(struct words *w, const char *name);

/*
 * "  label  text", wrapped at spaces; label "" continues, NULL: no label.  text may contain
 * page_on() and page_off().  A long command in backticks is continued with a backslash.
 */
void page_say(struct page *p, const char *label, const char *text);
/* The same in a role. */
void page_say_in(struct page *p, enum role r, const char *label, const char *text);

/* "9.3%" of whole; "~3%" if part is rough, "<0.1%", "-" for 0.  Returns out. */
char *page_share(struct page *p, char out[NUMBER_LEN], uint64_t part, uint64_t whole);
/* Likewise for a share in %; rough: based on few samples; "100.0%" only if is_all. */
void page_percent(struct page *p, char out[NUMBER_LEN], double share, bool rough, bool is_all);
/* A space and page_share(), right-aligned in `width` columns, in its role. */
void page_put_share(struct page *p, int width, uint64_t part, uint64_t whole);
/* A column's value as shown in tables. */
char *page_value(struct page *p, char out[NUMBER_LEN], enum column c,
		 const struct metrics *m, const struct metrics *sum);

/* A space and a column's value, right-aligned in `width` columns, in its role. */
void page_put_value(struct page *p, int width, enum column c, const struct metrics *m,
		    const struct metrics *sum);

/* The evidence for an owner: "exception level". */
const char *text_basis(enum basis b);
/* A data source's name on CPUs of that model, or "code 0x1f". */
#define SOURCE_LEN	64
void text_source(char out[SOURCE_LEN], uint64_t midr, unsigned int code);
/* Mean latency of n samples, rough like a share; "-" if n is 0. */
const char *text_source_mean(char out[NUMBER_LEN + 1], uint64_t sum, uint64_t n);
/* The default columns of a table, all with column_is_brief(). */
extern const enum column text_usual[];
extern const size_t text_nr_usual;
/* The width of a column, by the longest word in its title, whose words are stacked. */
int text_column_width(enum column c);
/* The order of the rows, in words. */
const char *text_order(const struct rows *r);
/* The upper line has the first of two words of a title, the lower line the rest. */
void text_column_title(struct page *p, enum column c, bool upper);

/* The sections, in order; each writes nothing if it has no data. */
void text_recording(struct page *p);	/* the header without its title */
void text_counters(struct page *p);	/* the header's last lines: counters and samples of
					 * cycles */
void text_recording_line(struct page *p);	/* the header in a line or two .. */
void text_recording_details(struct page *p);	/* .. and all of it as a section */
void text_losses(struct page *p);
/* The losses of a CPU or a recording, whose name is escaped. */
struct loss;
void text_loss(struct page *p, const char *label, const char *who, const struct loss *l);
void text_worlds(struct page *p);
void text_world_notes(struct page *p);	/* its end: what worlds cannot show */
void text_guests(struct page *p);
void text_clocks(struct page *p);	/* its last lines: evidence for guests' clocks and slides */
void text_hot(struct page *p);
void text_sources(struct page *p);
void text_ops(struct page *p);
void text_errata(struct page *p);
void text_missing(struct page *p);
/* How to get symbols if some are missing, for the top of a report. */
void text_way(struct page *p);
void text_legend(struct page *p);
/* Only what "~" and ">=" mean, if they were written, in tables without a p99. */
void text_marks(struct page *p);
/* The rows of --by. */
void text_table(struct page *p);

#endif
