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
	bool rough;		/* a "~" was written, and needs its legend */
	bool at_least;		/* a ">=" was, likewise */
	bool cycles;		/* sums of latencies were, likewise */
};

/* Fewer samples than this and a share gets a "~"; a column's value: column_least(). */
#define ROUGH_BELOW		COLUMN_LEAST

#define PAGE_WIDTH	100	/* where the output is no terminal */
#define PAGE_MIN	80
#define PAGE_MAX	160
#define PAGE_TEXT_AT	14	/* where text begins behind a label */
#define PAGE_NAME_MAX	512	/* columns of a name where the output is no terminal */

/* Columns of a page for a terminal's width, or 0. */
size_t page_width(unsigned int width);

/* Is the terminal narrower than that many columns?  False where the output is no terminal. */
bool page_is_narrow(const struct page *p, size_t columns);
/* What is left of a line when so many columns are used: at least 4. */
size_t page_room(const struct page *p, size_t used);

/* What begins text of a role, and what ends it; "" without colour. */
const char *page_on(const struct page *p, enum role r);
const char *page_off(const struct page *p);
/* Text of a role; fmt has no line feed. */
__attribute__((format(printf, 3, 4)))
void page_put(struct page *p, enum role r, const char *fmt, ...);
/* The same, and a line feed behind it. */
__attribute__((format(printf, 3, 4)))
void page_line(struct page *p, enum role r, const char *fmt, ...);
/* What cell_write() does, in a role. */
size_t page_cell(struct page *p, enum role r, const char *text, size_t width, bool pad, bool tail);

/* Are there bars? */
bool page_has_bars(const struct page *p);
/* A stack of parts, the first at the left, in exactly `width` columns. */
void page_stack(struct page *p, unsigned int width, const struct picture *picture,
		const float *size);
/* The same, one column wide and one line high. */
void page_column(struct page *p, const struct picture *picture, const float *size);
/* A space, and a bar of a share, 0 to 1, in exactly `width` columns. */
void page_bar(struct page *p, unsigned int width, enum role r, double share);
/* The role of a value that page_value() printed: ratios by how bad they are. */
enum role page_role(enum column c, const struct metrics *m, const struct metrics *sum,
		    const char *text);

/* A page that begins with its title. */
struct page page_begin(FILE *out, const struct report_data *d, const struct report_options *opt,
		       const char *title);

/* A blank line and a section's title; note may be NULL. */
void page_title(struct page *p, const char *title, const char *note);

/* Text built piece by piece; what does not fit is left out. */
struct words {
	char s[4096];
	size_t len;
};

__attribute__((format(printf, 2, 3)))
void words_add(struct words *w, const char *fmt, ...);
/* What fits into len bytes. */
void words_copy(char *out, size_t len, const struct words *w);
/* Text of the recording: escaped, and cut to a length a line can carry. */
void words_add_name(struct words *w, const char *name);

/*
 * "  label      text", wrapped at spaces; label "" continues, NULL: none.  text may have
 * page_on() and page_off() in it.
 */
void page_say(struct page *p, const char *label, const char *text);
/* The same in a colour. */
void page_say_in(struct page *p, enum role r, const char *label, const char *text);

/* "9.3%" of whole; "~3%" where part is rough, "<0.1%", "-" of none.  out is returned. */
char *page_share(struct page *p, char out[NUMBER_LEN], uint64_t part, uint64_t whole);
/* The same of a share in %; rough: on few samples; "100.0%" is said only of all. */
void page_percent(struct page *p, char out[NUMBER_LEN], double share, bool rough, bool is_all);
/* A space and page_share(), right in `width` columns, in its colour. */
void page_put_share(struct page *p, int width, uint64_t part, uint64_t whole);
/* A column's value as a table shows it. */
char *page_value(struct page *p, char out[NUMBER_LEN], enum column c,
		 const struct metrics *m, const struct metrics *sum);

/* A space and a column's value, right in `width` columns, in its colour. */
void page_put_value(struct page *p, int width, enum column c, const struct metrics *m,
		    const struct metrics *sum);

/* Why an owner is believed: "exception level". */
const char *text_basis(enum basis b);
/* A data source's name on CPUs of that model, or "code 0x1f". */
#define SOURCE_LEN	64
void text_source(char out[SOURCE_LEN], uint64_t midr, unsigned int code);
/* Mean latency of n samples, rough like a share of theirs, "-" of none. */
const char *text_source_mean(char out[NUMBER_LEN + 1], uint64_t sum, uint64_t n);
/* What a table shows where nothing else is asked for: columns that are column_is_brief(). */
extern const enum column text_usual[];
extern const size_t text_nr_usual;
/* How wide a column is: its title's longest word counts, which stand one above the other. */
int text_column_width(enum column c);
/* What rows are sorted by, in words. */
const char *text_order(const struct rows *r);
/* Upper line: the first word of a title of two; lower line: the rest. */
void text_column_title(struct page *p, enum column c, bool upper);

/* The sections, in their order; each writes nothing where it has nothing. */
void text_recording(struct page *p);	/* the header without its title */
void text_counters(struct page *p);	/* the header's last lines: what is beside SPE's samples */
void text_recording_line(struct page *p);	/* of it a line or two .. */
void text_recording_details(struct page *p);	/* .. and all of it as a section */
void text_losses(struct page *p);
void text_worlds(struct page *p);
void text_world_notes(struct page *p);	/* the end of it: what the worlds cannot show */
void text_guests(struct page *p);
void text_clocks(struct page *p);	/* its last lines: how guests' clocks and slides were found */
void text_hot(struct page *p);
void text_sources(struct page *p);
void text_ops(struct page *p);
void text_errata(struct page *p);
void text_missing(struct page *p);
/* How to get symbols, if some are missing: what a report begins with. */
void text_way(struct page *p);
void text_legend(struct page *p);
/* The rows of --by. */
void text_table(struct page *p);

#endif
