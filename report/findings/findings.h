/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_FINDINGS_H
#define REPORT_FINDINGS_H

#include "report/write.h"

/*
 * What a person should look at first, in sentences: up to FINDINGS of them, the largest shares
 * first.  Findings of samples and of exits are written by the same functions.
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

/* The code in which most of it lies. */
struct finding_place {
	const char *symbol;	/* "" without: .offset is where most of it is */
	const char *object;	/* "" unknown */
	int32_t vm;		/* -1: none */
	uint64_t offset;	/* of the instruction with most of it, as the field offset */
	uint64_t samples, all;	/* how many of the samples that were looked at; 0: nothing is known */
	uint64_t here;		/* .samples of which at .offset */
	double percent, here_percent;	/* of the cost that is there; and of that, at .offset */
};

struct finding {
	const char *id;		/* stable */
	double percent;		/* its share; of what: .of */
	const char *of;
	bool is_share;		/* else .percent is 0, and only .text counts */
	bool rough;		/* it stands on few */
	char text[1536];	/* sentences, escaped */
	char ruled_out[512];	/* likewise; "" nothing was */
	char evidence[256];	/* a command that shows it, likewise; "" none */
	const char *filter;	/* of its samples; NULL: it is of no samples, or of all */
	char next[384];		/* what to do, likewise; "" nothing */
	struct finding_figure figure[FINDING_FIGURES];
	size_t nr_figures;
	struct finding_place place;
};

struct findings {
	struct finding f[FINDINGS];	/* the largest first; what forbids a conclusion before all */
	size_t nr, left_out;		/* left_out: smaller ones */
	char none[768];			/* why there is no cause among them, escaped; "" there is */
	char ruled_out[512];		/* what else was looked at, likewise */
};

/* One more; what does not fit is left out. */
void finding_figure(struct finding *f, const char *name, const char *unit, double value);

/* Of samples.  d has .summary, .info and .costly. */
void findings_of_samples(struct findings *out, const struct report_data *d);

/* The code that takes most latency cycles, "" if none does: "guest_chase of vm 1 (14 %), ...". */
#define FINDINGS_COSTLIEST_LEN	512
char *findings_costliest(char out[FINDINGS_COSTLIEST_LEN], const struct report_data *d);

/* "41 %", "4.1 %", "<0.1 %": out is returned. */
char *finding_percent(char out[NUMBER_LEN], double percent);

struct page;
/* A paragraph under that number; brief: what it is and what to do alone. */
void finding_text(struct page *p, size_t number, const struct finding *f, bool brief);

/* Findings of p->d's samples, or why there are none; brief: likewise. */
void findings_text(struct page *p, bool brief);
/* What a report of samples begins with: the recording in few lines, and findings. */
void findings_text_top(struct page *p);
/* The same, and no more.  0 or -ENOMEM. */
int findings_text_summary(FILE *out, const struct report_data *d, const struct report_options *opt);

/* What write() writes, but not more than so many lines of PAGE_WIDTH columns.  0 or -ENOMEM. */
#define FINDINGS_LINES	25
typedef void findings_write_fn(FILE *out, void *arg, const struct report_options *opt);
int findings_summary(FILE *out, const struct report_options *opt, findings_write_fn *write,
		     void *arg);

struct json;
/* The members of an object that is open. */
void finding_json(struct json *j, const struct finding *f);
/* "findings", of samples. */
void findings_json(struct json *j, const struct report_data *d);

#endif
