/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_HTML_IMPL_H
#define REPORT_HTML_IMPL_H

#include "report/html/html.h"
#include "report/kvm/kvm_sum.h"
#include "report/text/text.h"

/* What the sections of a page share. */

/* A page being written. */
struct html {
	FILE *out;
	const struct html_report *r;
	const struct report_data *d;
	const struct report_options *opt;
	const struct kvm_sum *kvm;	/* NULL: nothing is known of exits */
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

/* A part of a section that is a VM's: folded together where there are many. */
void html_vm_open(struct html *h, const struct kvm_vm *vm);
void html_vm_close(struct html *h);

/* Of a world, an account: the class of its colour. */
const char *html_world_class(enum world w);
const char *html_account_class(enum account a);
/* Worlds as people read them: unknown comes last. */
static inline enum world html_world(unsigned int i)
{
	return (enum world)((i + 1) % NR_WORLDS);
}

/* Are there vCPUs of which it is known what their time went to? */
static inline bool html_has_exits(const struct html *h)
{
	return h->kvm && h->kvm->nr && exits_evidence(h->r->kvm->exits)->exits;
}

/* The sections: their bodies. */
void html_summary(struct html *h);	/* figures below the title */
void html_findings(struct html *h);
void html_worlds(struct html *h);
void html_vms(struct html *h);
void html_exits(struct html *h);
void html_time(struct html *h);
void html_heat(struct html *h);
void html_hot(struct html *h);
void html_flame(struct html *h);
void html_sharing(struct html *h);
void html_quality(struct html *h);
void html_how(struct html *h);

/* The code of a function, folded together. */
void html_code(struct html *h, const struct annotated *f);

#endif
