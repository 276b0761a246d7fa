/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_DUMP_H
#define CMD_DUMP_H

#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>

#include "cmd/output.h"
#include "profile/profile.h"
#include "recording/pipeline.h"
#include "report/parts.h"

struct dump_columns;	/* columns.c */
struct report_args;	/* cmd/options/report_options.h */

/* A buffer for many short lines, because output speed dominates dumps of millions of records. */
struct line {
	FILE *out;
	size_t len;
	int err;		/* -errno of the first write that failed */
	char buf[1 << 16];
};

/* Make room for len contiguous bytes, at most sizeof(.buf). */
void line_room(struct line *l, size_t len);
/* Insert blanks at `from`, moving what follows. */
void line_push(struct line *l, size_t from, size_t blanks);
void line_text(struct line *l, const char *text);
void line_char(struct line *l, char c);
/* Untrusted text: escaped; in CSV quoted if necessary. */
void line_name(struct line *l, const char *text, bool csv);
void line_dec(struct line *l, uint64_t v);
void line_hex(struct line *l, uint64_t v);	/* 0x1f */
void line_hex_fixed(struct line *l, uint64_t v, unsigned int digits);
/* " 1f" for each of the first n bytes, padded with blanks to that many columns. */
void line_hex_bytes(struct line *l, const uint8_t *bytes, unsigned int n, unsigned int columns);
/* 0, or -errno of any write so far. */
int line_flush(struct line *l);

enum dump_what { DUMP_PACKETS, DUMP_RECORDS, DUMP_SAMPLES };

/* The start of a record. */
struct dump_place {
	bool given;
	uint64_t stream;	/* index in the recording */
	uint64_t offset;	/* bytes, in the stream */
};

/* A requested field: a key, or a column of --records. */
struct dump_field {
	bool is_key;
	enum field key;
	unsigned int column;
};
/* Find a field by name; false: no such field. */
bool dump_field_find(struct dump_field *f, const char *name, size_t len);
/* The i-th name; NULL: no more. */
const char *dump_field_name(unsigned int i);

/* The parsed command line of `spelunk dump`. */
struct dump_args {
	const char *input;	/* "perf.data"; "-": standard input */
	enum dump_what what;
	bool csv;
	int32_t cpu;		/* -1: all */
	uint64_t limit;		/* lines; UINT64_MAX: all */
	struct dump_place at;	/* only that record */
	struct filter *filter;	/* owned; NULL: none */
	struct dump_field *fields;	/* owned; NULL: the default of .what */
	size_t nr_fields;
	struct output_args to;
	bool help;
};

/*
 * Parse argv; r receives how to open the recording.  0, or -EINVAL or -ENOMEM with a sentence in
 * err; call dump_args_free(), and report_args_free() of r, in either case.
 */
int dump_args_parse(struct dump_args *a, struct report_args *r, int argc, char **argv, char *err,
		    size_t errlen);
void dump_args_free(struct dump_args *a);

/* A record that was written, and its owner. */
struct dump_record {
	size_t stream;
	int32_t cpu;
	uint64_t time, midr;	/* time: ns, 0: unknown */
	const struct spe_record *rec;
	const struct owner *owner;
};

/* One `spelunk dump`. */
struct dump {
	struct dump_args args;
	const struct pipeline *p;	/* sealed */
	struct output output;
	struct line line;
	uint64_t lines;		/* written so far */
	struct profile *filter;	/* NULL: none */
	struct profile *symbol;	/* resolves each sample's symbol; NULL: not needed */
	struct dump_columns *columns;	/* for args.fields; NULL: none */
	const atomic_bool *cancel;	/* once set, ends soon with -ECANCELED; NULL: never */
	/* Called with the record of each line; NULL: none.  0 or -errno. */
	int (*note)(void *arg, const struct dump_record *r);
	void *note_arg;
};

/* --limit is reached: the end, not an error. */
#define DUMP_ENOUGH	1

/* Return 0, DUMP_ENOUGH or -errno. */
int dump_packets(struct dump *d, const struct stream *s);
int dump_records(struct dump *d, const struct stream *s);

/*
 * One record: its packets with their offsets in the file, and its fields explained.  number: index
 * of the region it begins in, among the stream's.  0 or -errno.
 */
int dump_record_packets(struct dump *d, const struct stream *s, size_t number,
			const struct spe_record *rec);
/* time: ns, 0: unknown */
int dump_record_fields(struct dump *d, const struct stream *s, const struct spe_record *rec,
		       const struct owner *o, uint64_t time);

void dump_records_header(struct dump *d);

/* Columns for the requested fields.  0 or -errno; also the functions below. */
int dump_columns_new(struct dump *d, const struct profile_context *ctx);
void dump_columns_free(struct dump_columns *c);	/* NULL is fine */
/* Begin a stream; write a record's line. */
int dump_columns_stream(struct dump *d, const struct stream *s);
int dump_columns_line(struct dump *d, const struct stream *s, const struct spe_record *rec,
		      const struct owner *o, uint64_t file_offset);
void dump_columns_header(struct dump *d);

/* In records.c: names of events, separated by |; a column of --records. */
void dump_event_names(struct line *l, uint64_t midr, uint64_t events);
#define DUMP_FILE_OFFSET	0	/* the column before those of record_fields.def */
void dump_record_column(struct line *l, const struct spe_record *rec, unsigned int column,
			uint64_t file_offset);

#endif
