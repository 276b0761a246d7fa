/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_DUMP_OPTIONS_H
#define CMD_DUMP_OPTIONS_H

#include <stdio.h>

#include "kvm/timeline.h"

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
	bool input_given;	/* by -i */
	enum dump_what what;
	bool csv;
	int32_t cpu;		/* -1: all */
	uint64_t limit;		/* lines; UINT64_MAX: all */
	struct dump_place at;	/* that record only */
	struct filter *filter;	/* owned; NULL: none */
	enum host_mode host_mode;
	bool help;
};

/* As report_args_parse(). */
int dump_args_parse(struct dump_args *a, int argc, char **argv, char *err, size_t errlen);
void dump_args_free(struct dump_args *a);
void dump_args_help(FILE *out);

#endif
