/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_WRITE_H
#define REPORT_WRITE_H

#include "report/report.h"

/* What writers of all kinds of reports have for each other. */

void text_write(FILE *out, const struct report_data *d, const struct report_options *opt);
void csv_write(FILE *out, const struct report_data *d, const struct report_options *opt);
void json_write(FILE *out, const struct report_data *d, const struct report_options *opt);

struct json;
/* What all JSON begins with: the file, the machine, the recording, the host's mode, losses. */
void json_recording(struct json *j, const struct report_data *d);
/* Of that, what does not grow with CPUs: "losses_all" is the sum of losses. */
void json_recording_brief(struct json *j, const struct report_data *d);
/* "cycles" and "counters", where they were recorded. */
void json_counters(struct json *j, const struct report_data *d);
/* "recordings": those made in a guest, and how their clocks were found. */
void json_guest_recordings(struct json *j, const struct report_data *d, int32_t vm);
/* Where its kernel lay from where files of its symbols have it, likewise. */
void json_guest_symbols(struct json *j, const struct report_data *d, int32_t vm);
/* The columns there are, a value of one, and an array of strings. */
void json_columns(struct json *j, const struct report_options *opt);
void json_metric(struct json *j, enum column c, const struct metrics *m,
		 const struct metrics *sum);
void json_strings(struct json *j, const char *name, const char *const *text, size_t nr);
/* A field of CSV, quoted and escaped; the value of a column. */
void csv_text(FILE *out, const char *text);
void csv_id(FILE *out, int32_t id);	/* negative, unknown: empty */
void csv_metric(FILE *out, enum column c, const struct metrics *m, const struct metrics *sum);

/*
 * Numbers as text, whatever the locale: out is returned.
 */
#define NUMBER_LEN	32
char *number_fixed(char out[NUMBER_LEN], double v, unsigned int decimals);	/* "12.34" */
char *number_signed(char out[NUMBER_LEN], double v, unsigned int decimals);	/* "-12.34", "12.34" */
char *number_id(char out[NUMBER_LEN], int32_t id);		/* "7"; negative: "-" */
char *number_grouped(char out[NUMBER_LEN], uint64_t v);		/* "132,961" */
char *number_short(char out[NUMBER_LEN], uint64_t v);		/* "544.7 M" */
char *number_bytes(char out[NUMBER_LEN], uint64_t v);		/* "3.8 MB" */

/* How many of nr rows are shown: --limit's number, or else the usual one; 0 is all. */
size_t report_shown(const struct report_options *opt, size_t nr, size_t usual);
/* After errno = 0 and what was written: 0, or -errno of the write that failed. */
int report_end(FILE *out);
/* Index of a key; -1: not among them. */
int rows_key(const struct rows *r, enum field key);
/*
 * What a row's value is of the largest one of those that have one, 0 to 1, by what the rows are
 * sorted by.
 */
double row_part(const struct rows *r, const struct row *row);
/* A world's metrics; NULL if rows (which may be NULL) have none. */
const struct metrics *rows_of_world(const struct rows *r, enum world w);
/* Samples of a world, whatever the evidence. */
uint64_t world_samples(const struct summary *s, enum world w);

/* All CPUs' records, and the ticks of the first and the last; s may be NULL. */
struct report_total {
	uint64_t records, filtered, bytes;
	uint64_t first, last;		/* UINT64_MAX and 0: none has a time */
};
struct report_total report_total(const struct summary *s);
/* The PMU an event is of, NULL: not known. */
const struct input_pmu *report_pmu(const struct input_info *info, const struct input_attr *a);

/* The columns asked for, or else all that the recording may have. */
size_t columns_nr(const struct report_options *opt);
enum column columns_at(const struct report_options *opt, size_t i);

#endif
