/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_WRITE_H
#define REPORT_WRITE_H

#include "report/report.h"

/* What the files of this room share. */

void text_write(FILE *out, const struct report_data *d, const struct report_options *opt);
void csv_write(FILE *out, const struct report_data *d, const struct report_options *opt);
void json_write(FILE *out, const struct report_data *d, const struct report_options *opt);

struct json;
/* What all JSON begins with: the file, the machine, the recording, the host's mode, losses. */
void json_recording(struct json *j, const struct report_data *d);
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
void csv_metric(FILE *out, enum column c, const struct metrics *m, const struct metrics *sum);

/*
 * Numbers as text, whatever the locale: out is returned.
 */
#define NUMBER_LEN	32
char *number_fixed(char out[NUMBER_LEN], double v, unsigned int decimals);	/* "12.34" */
char *number_signed(char out[NUMBER_LEN], double v, unsigned int decimals);	/* "-12.34", "12.34" */
char *number_grouped(char out[NUMBER_LEN], uint64_t v);		/* "132,961" */
char *number_short(char out[NUMBER_LEN], uint64_t v);		/* "544.7 M" */
char *number_bytes(char out[NUMBER_LEN], uint64_t v);		/* "3.8 MB" */

/* How many of the rows --limit lets through. */
size_t rows_shown(const struct rows *r, const struct report_options *opt);
/* Index of a key; -1: not among them. */
int rows_key(const struct rows *r, enum field key);

/* The columns asked for, or else all. */
size_t columns_nr(const struct report_options *opt);
enum column columns_at(const struct report_options *opt, size_t i);

#endif
