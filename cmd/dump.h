/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_DUMP_H
#define CMD_DUMP_H

#include "cmd/dump_options.h"
#include "cmd/line.h"
#include "cmd/pipeline.h"

/* One `spelunk dump`. */
struct dump {
	struct dump_args args;
	struct pipeline p;
	struct line line;
	uint64_t lines;		/* written so far */
};

/* --limit is reached: not an error, but the end. */
#define DUMP_ENOUGH	1

/* Each: 0, DUMP_ENOUGH or -errno. */
int dump_packets(struct dump *d, const struct stream *s);
int dump_records(struct dump *d, const struct stream *s);

void dump_records_header(struct dump *d);

#endif
