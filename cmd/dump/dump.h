/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_DUMP_H
#define CMD_DUMP_H

#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>

#include "cmd/output.h"
#include "profile/profile.h"
#include "recording/pipeline.h"

/* A buffer for many short lines: dumps of millions of records are bound by it. */
struct line {
	FILE *out;
	size_t len;
	int err;		/* -errno of the first write that failed */
	char buf[1 << 16];
};

void line_text(struct line *l, const char *text);
void line_char(struct line *l, char c);
void line_dec(struct line *l, uint64_t v);
void line_hex(struct line *l, uint64_t v);	/* 0x1f */
void line_hex_fixed(struct line *l, uint64_t v, unsigned int digits);
/* " 1f" for each of the first n bytes, and blanks up to so many columns. */
void line_hex_bytes(struct line *l, const uint8_t *bytes, unsigned int n, unsigned int columns);
/* 0, or -errno of any write so far. */
int line_flush(struct line *l);

enum dump_what { DUMP_PACKETS, DUMP_RECORDS, DUMP_SAMPLES };

/* A place where a record begins. */
struct dump_place {
	bool given;
	uint64_t stream;	/* its number in the recording */
	uint64_t offset;	/* bytes, in the stream */
};

/* The command line of `spelunk dump`, understood. */
struct dump_args {
	const char *input;	/* "perf.data"; "-": standard input */
	enum dump_what what;
	bool csv;
	int32_t cpu;		/* -1: all */
	uint64_t limit;		/* lines; UINT64_MAX: all */
	struct dump_place at;	/* that record only */
	struct filter *filter;	/* owned; NULL: none */
	enum host_mode host_mode;
	struct output_args to;
	bool help;
};

/*
 * Understand argv.  0, or -EINVAL or -ENOMEM with a sentence in err; dump_args_free() in
 * either case.
 */
int dump_args_parse(struct dump_args *a, int argc, char **argv, char *err, size_t errlen);
void dump_args_free(struct dump_args *a);

/* One `spelunk dump`. */
struct dump {
	struct dump_args args;
	const struct pipeline *p;	/* sealed */
	struct output output;
	struct line line;
	uint64_t lines;		/* written so far */
	/* Of a recording with its symbols; NULL: args.filter, which knows no names. */
	struct profile *filter;
	const atomic_bool *cancel;	/* set: end soon, with -ECANCELED; NULL: never */
	/* Where the record of each line begins, as it is written; NULL: not wanted. */
	void (*note)(void *arg, size_t stream, uint64_t offset);
	void *note_arg;
};

/* --limit is reached: not an error, but the end. */
#define DUMP_ENOUGH	1

/* Each: 0, DUMP_ENOUGH or -errno. */
int dump_packets(struct dump *d, const struct stream *s);
int dump_records(struct dump *d, const struct stream *s);

/*
 * One record: its packets, with their places in the file, and its fields with what they
 * mean.  number is that of the region it begins in, of the stream's.  0 or -errno.
 */
int dump_record_packets(struct dump *d, const struct stream *s, size_t number,
			const struct spe_record *rec);
/* time: ns, 0: not known */
int dump_record_fields(struct dump *d, const struct stream *s, const struct spe_record *rec,
		       const struct owner *o, uint64_t time);

void dump_records_header(struct dump *d);

#endif
