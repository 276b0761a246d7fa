/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_FINDINGS_H
#define REPORT_FINDINGS_H

#include "report/write.h"

/*
 * What a person should look at first, in sentences: up to FINDINGS of them, largest share first.
 * Findings of samples and of exits use the same functions.
 */

#define FINDINGS		5
#define FINDING_FIGURES		8

/* One number of a finding. */
struct finding_figure {
	const char *name, *unit;	/* as in JSON */
	double value;
	double low, high;		/* 95 % interval, if .has_interval */
	bool has_interval;
};

/* The code with most of a finding's samples. */
struct finding_place {
	const char *symbol;	/* "": no symbol; .offset is where most of it is */
	const char *object;	/* "" unknown */
	int32_t vm;		/* -1: none */
	uint64_t offset;	/* of the instruction with most of it, as FIELD_OFFSET */
	uint64_t samples, all;	/* how many of all examined samples; 0: unknown */
	uint64_t here;		/* how many of .samples are at .offset */
	double percent, here_percent;	/* its share of the cost; the share of .offset in that */
};

struct finding {
	const char *id;		/* stable */
	const char *what;	/* in few words, where findings are listed */
	double percent;		/* its share, and of what: .of */
	const char *of;
	bool is_share;		/* if false, .percent is 0 and only .text is valid */
	bool rough;		/* based on few samples */
	char text[1536];	/* sentences, escaped */
	char ruled_out[512];	/* sentences, escaped; "" none */
	/* a command that shows it, to be completed by report_command(), with .filter; "" none */
	char evidence[128];
	const char *filter;	/* selects its samples; NULL: no samples, or all of them */
	char next[384];		/* what to do, escaped, for report_commands(); "" nothing */
	struct finding_figure figure[FINDING_FIGURES];
	size_t nr_figures;
	struct finding_place place;
};

struct findings {
	/* largest first (overlaps by their latency), after those that forbid any conclusion */
	struct finding f[FINDINGS];
	size_t nr, left_out;		/* left_out: number of smaller ones */
	char none[768];			/* why none of them is a cause, escaped; "": one is */
	char ruled_out[512];		/* what else was examined, escaped */
};

/* Add a figure, if there is room. */
void finding_figure(struct finding *f, const char *name, const char *unit, double value);

/* Findings of samples.  d needs .summary, .info and .costly. */
void findings_of_samples(struct findings *out, const struct report_data *d);

/* The code with most latency cycles, "" if there is none: "guest_chase of vm 1 (14 %), ...". */
#define FINDINGS_COSTLIEST_LEN	512
char *findings_costliest(char out[FINDINGS_COSTLIEST_LEN], const struct report_data *d);

/* "41 %", "4.1 %", "<0.1 %".  Returns out. */
char *finding_percent(char out[NUMBER_LEN], double percent);

struct page;
/* A numbered paragraph; brief: only what it is and what to do. */
void finding_text(struct page *p, size_t number, const struct finding *f, bool brief);

/* Findings of p->d's samples, or why there are none; brief: as above. */
void findings_text(struct page *p, bool brief);
/* The top of a report of samples: the recording in few lines, and the findings. */
void findings_text_top(struct page *p);
/* The top alone.  0 or -ENOMEM. */
int findings_text_summary(FILE *out, const struct report_data *d, const struct report_options *opt);

/* The output of write(), cut to FINDINGS_LINES lines of PAGE_WIDTH columns.  0 or -ENOMEM. */
#define FINDINGS_LINES	30
typedef void findings_write_fn(FILE *out, void *arg, const struct report_options *opt);
int findings_summary(FILE *out, const struct report_options *opt, findings_write_fn *write,
		     void *arg);

struct json;
/* Write the members into the open object. */
void finding_json(struct json *j, const struct report_data *d, const struct finding *f);
/* Write "findings", of samples. */
void findings_json(struct json *j, const struct report_data *d);

#endif
