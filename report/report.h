/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include <stdio.h>

#include "collector/input.h"
#include "kvm/guest_clock.h"
#include "profile/columns.h"
#include "profile/costly.h"
#include "profile/summary.h"
#include "symbolizer/slide.h"

/* Batch output: rows and the summary of a recording, as text, CSV or JSON. */

/* REPORT_HTML needs more than rows: report/html/html.h. */
enum report_format { REPORT_TEXT, REPORT_CSV, REPORT_JSON, REPORT_HTML };

/* "unknown", "known", "ambiguous", "contradiction", "given". */
const char *report_clock_name(enum clock_state s);
/*
 * A sentence about it, "the guest's is the host's - 12.345678901 s, within 0.12 us: ...", not
 * escaped.
 */
#define REPORT_CLOCK_LEN	512
char *report_clock_text(char out[REPORT_CLOCK_LEN], const struct clock_result *g);

/* "unknown", "given", "kallsyms", "samples", "refuted". */
const char *report_slide_name(enum slide_state s);
/* A sentence with the evidence, not escaped; "": nothing to say. */
#define REPORT_SLIDE_LEN	512
char *report_slide_text(char out[REPORT_SLIDE_LEN], const struct guest_slide *s);

/* All data of a report, borrowed for the call. */
struct report_data {
	const struct input *input;		/* for input_midr() */
	const struct input_info *info;
	const struct input_clock *clock;	/* NULL: none */
	const struct timeline *timeline;
	const struct summary *summary;
	/* For the default report; NULL if --by requests .rows. */
	const struct rows *worlds;		/* keys: world */
	const struct rows *symbols[NR_WORLDS];	/* keys: symbol, object; sorted, limited;
						 * guests: vm, symbol, object */
	/* --by; in CSV and JSON also the default, keys: world, symbol, object */
	const struct rows *rows;
	const struct costly_sample *costly;	/* for findings, with .summary */
	size_t nr_costly;
	bool has_findings;		/* .costly is valid: the report begins with findings */
	const struct clock_result *guests;	/* recordings made in guests */
	size_t nr_guests;
	const struct guest_slide *slides;	/* one per ELF file of guest symbols */
	size_t nr_slides;
	bool mode_given;			/* the host's mode was given with --host-mode */
	const char *filter;			/* the expression; NULL: none */
	/* options that the commands in the report need, see commands.h */
	const char *arguments;			/* " -i FILE --symfs DIR": opens the recording; NULL: none */
	uint64_t slice;				/* --slice, ns; 0: not given */
	const char *const *missing;		/* symbols: how to get them, then a sentence for
						 * each object without; or empty */
	size_t nr_missing;
};

struct palette;
struct report_options {
	enum report_format format;
	const struct palette *palette;	/* colours of text; NULL: none */
	bool pictures;		/* draw bars in text */
	unsigned int width;	/* columns of the terminal; 0: no limit (not a terminal) */
	size_t limit;		/* rows shown per section; 0: all */
	bool summary;		/* only the recording and the findings */
	const enum column *columns;	/* borrowed; NULL: the format's default */
	size_t nr_columns;
	bool cycles;		/* the recording has samples of CPU cycles: the default columns
				 * include theirs */
};

/* Not for REPORT_HTML.  0, or -errno of the write that failed. */
int report_write(FILE *out, const struct report_data *d, const struct report_options *opt);

/*
 * Copy text to out, with control bytes, invalid UTF-8 and bidi controls escaped as \xHH or
 * \u{HHHH}, so that no recorded text reaches a terminal raw.  Returns the number of bytes without
 * the NUL, at most outlen - 1.
 */
size_t report_escape(char *out, size_t outlen, const char *text);

#endif
