/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EXPORT_PERF_FILE_H
#define EXPORT_PERF_FILE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buffer.h"
#include "collector/perfdata/facts.h"

/*
 * A perf.data file with one event and its samples, written from front to back: linux
 * tools/perf/Documentation/perf.data-file-format.txt.  Its header says how long the records are, so
 * that they are made twice: once to add up their sizes.
 */
struct perf_file {
	FILE *out;		/* NULL: only add up sizes */
	uint64_t len;		/* bytes of records so far */
	struct buffer b;	/* the record being made */
};

/* An instance of the event, by number: the machine whose samples and sideband have its id. */
struct perf_file_id {
	int32_t machine_pid;	/* a guest, by the process of its VM; 0: the host */
	int32_t vcpu, tid;	/* its number, and its host thread; -1: unknown */
};

/* The header, and the event's description: facts gets its EVENT_DESC.  0 or -ENOMEM. */
int perf_file_head(FILE *out, uint64_t period, size_t nr_ids, uint64_t len,
		   struct perfdata_facts *facts);
/* What follows the records.  0 or -ENOMEM. */
int perf_file_tail(FILE *out, size_t nr_ids, uint64_t len, const struct perfdata_facts *facts);

/* What all records have. */
struct perf_file_stamp {
	uint16_t misc;		/* PERF_MISC_* */
	size_t id;		/* number of the instance */
	int32_t pid, tid, cpu;	/* -1: unknown */
	uint64_t time;		/* ns on the perf clock; 0: perf takes it before all others */
};

struct perf_file_sample {
	struct perf_file_stamp at;
	uint64_t ip, addr;	/* 0: unknown */
	uint64_t period, weight;
};

struct perf_file_map {
	uint64_t start, len, offset;
	const char *path;
	const uint8_t *build_id;	/* of that many bytes, at most 20; 0: unknown */
	uint8_t build_id_len;
};

/* Each adds a record.  0 or -ENOMEM; failed writes are checked once at the end. */
int perf_file_index(struct perf_file *f, const struct perf_file_id *ids, size_t nr);
int perf_file_comm(struct perf_file *f, const struct perf_file_stamp *at, const char *comm);
int perf_file_map(struct perf_file *f, const struct perf_file_stamp *at,
		  const struct perf_file_map *m);
int perf_file_sample(struct perf_file *f, const struct perf_file_sample *s);

#endif
