/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_WRITE_H
#define REPORT_WRITE_H

#include "report/report.h"

/* Shared by the writers of all reports. */

void text_write(FILE *out, const struct report_data *d, const struct report_options *opt);
void csv_write(FILE *out, const struct report_data *d, const struct report_options *opt);
void json_write(FILE *out, const struct report_data *d, const struct report_options *opt);

struct json;
/* The beginning of all JSON: the file, the machine, the recording, the host's mode, losses. */
void json_recording(struct json *j, const struct report_data *d);
/* The part of it that does not grow with CPUs: "losses_all" is the sum of losses. */
void json_recording_brief(struct json *j, const struct report_data *d);
/* The losses of a CPU or of a recording. */
struct loss;
void json_losses(struct json *j, const char *name, const struct loss *l);
/* "worlds": samples by world and basis; worlds: for latencies, NULL: none. */
void json_worlds(struct json *j, const struct summary *s, const struct rows *worlds);
/* A table, with its keys and columns. */
void json_rows(struct json *j, const char *name, const struct rows *r,
	       const struct report_options *opt);
/* "cycles" and "counters", if recorded. */
void json_counters(struct json *j, const struct report_data *d);
/* "recordings": those made in a guest, and the evidence for their clocks. */
void json_guest_recordings(struct json *j, const struct report_data *d, int32_t vm);
/* The slides of the guest's kernel from its symbol files, likewise. */
void json_guest_symbols(struct json *j, const struct report_data *d, int32_t vm);
/* The available columns, the value of one, and an array of strings. */
void json_columns(struct json *j, const struct report_options *opt);
void json_metric(struct json *j, enum column c, const struct metrics *m,
		 const struct metrics *sum);
void json_strings(struct json *j, const char *name, const char *const *text, size_t nr);
/* A CSV field, quoted and escaped; the value of a column. */
void csv_text(FILE *out, const char *text);
void csv_id(FILE *out, int32_t id);	/* negative, unknown: empty */
void csv_metric(FILE *out, enum column c, const struct metrics *m, const struct metrics *sum);

/* Numbers as text, independent of the locale.  They return out. */
#define NUMBER_LEN	32
char *number_fixed(char out[NUMBER_LEN], double v, unsigned int decimals);	/* "12.34" */
char *number_signed(char out[NUMBER_LEN], double v, unsigned int decimals);	/* "-12.34", "12.34" */
char *number_id(char out[NUMBER_LEN], int32_t id);		/* "7"; negative: "-" */
char *number_grouped(char out[NUMBER_LEN], uint64_t v);		/* "132,961" */
char *number_short(char out[NUMBER_LEN], uint64_t v);		/* "544.7 M" */
char *number_bytes(char out[NUMBER_LEN], uint64_t v);		/* "3.8 MB" */

/* How many of nr rows to show: --limit, else the usual number; 0: all. */
size_t report_shown(const struct report_options *opt, size_t nr, size_t usual);
/* Call after setting errno = 0 and writing: 0, or -errno of the write that failed. */
int report_end(FILE *out);
/* Index of a key; -1: not found. */
int rows_key(const struct rows *r, enum field key);
/* A row's value relative to the largest one, 0 to 1, in the column that rows are sorted by. */
double row_part(const struct rows *r, const struct row *row);
/* A world's metrics; NULL: rows (which may be NULL) have none. */
const struct metrics *rows_of_world(const struct rows *r, enum world w);
/* Samples of a world, with any evidence. */
uint64_t world_samples(const struct summary *s, enum world w);

/* Totals over all CPUs, and the ticks of the first and last record; s may be NULL. */
struct report_total {
	uint64_t records, filtered, bytes;
	uint64_t first, last;		/* UINT64_MAX and 0: no record has a time */
};
struct report_total report_total(const struct summary *s);
/* The PMU of an event; NULL: unknown. */
const struct input_pmu *report_pmu(const struct input_info *info, const struct input_attr *a);

/* The requested columns, or all that the recording may have. */
size_t columns_nr(const struct report_options *opt);
enum column columns_at(const struct report_options *opt, size_t i);

#endif
