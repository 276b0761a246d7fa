/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_PERFDATA_WRITE_IMPL_H
#define COLLECTOR_PERFDATA_WRITE_IMPL_H

#include <pthread.h>

#include "collector/perfdata_write.h"

/* Shared by perfdata_write.c and perfdata_write_open.c, which begins a file or stream. */

/* {offset, size} of a section. */
struct place {
	uint64_t offset, size;	/* bytes */
};

/* struct perf_file_header: tools/perf/util/header.h */
struct file_header {
	char magic[8];
	uint64_t size, attr_size;
	struct place attrs, data, event_types;
	uint64_t features[4];
};

struct perfdata_writer {
	int fd;
	bool pipe;
	pthread_mutex_t lock;	/* for what follows */
	int failed;		/* -errno of the first failure */
	uint64_t pos;		/* where the next record goes */
	struct file_header header;
	struct place sections[PERFDATA_SECTIONS_MAX];
	size_t nr_sections;
	uint64_t features[4];	/* bits of sections[] */
	struct buffer index;	/* struct place of every AUXTRACE record */
	uint64_t first_time, last_time;
};

/* At the end of what is written: all of it or nothing.  0 or -errno. */
int writer_put(struct perfdata_writer *w, const void *p, size_t len);

/*
 * The table of sections, behind the data, as a FINISHED_ROUND record that more
 * data may follow: readers of the table see the record's first 16 bytes as the
 * section of feature 0, which is none (HEADER_RESERVED) and has no reader.
 */
int writer_put_table(struct perfdata_writer *w, const struct place *more, size_t nr_more,
		     uint64_t features);
int writer_put_header(struct perfdata_writer *w, const struct file_header *h);

#endif
