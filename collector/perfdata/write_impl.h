/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_PERFDATA_WRITE_IMPL_H
#define COLLECTOR_PERFDATA_WRITE_IMPL_H

#include <pthread.h>

#include "collector/perfdata/write.h"

/*
 * The parts of writing a file:
 *   write_open.c	begins a file or a stream
 *   write_aux.c	trace bytes
 *   write_pack.c	compressed records
 *   write.c		records, rounds and the end
 */

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
	int direct;		/* the same file, past the page cache; -1: not here */
	size_t page;		/* bytes */
	uint8_t *zeros;		/* a page of them, where there is direct */
	uint8_t *copy;		/* direct writes from here; NULL: from where the bytes are */
	bool pipe;
	pthread_mutex_t lock;	/* for what follows */
	int failed;		/* -errno of the first failure */
	uint64_t pos;		/* where the next record goes */
	struct file_header header;
	struct place sections[PERFDATA_SECTIONS_MAX];
	size_t nr_sections;
	uint64_t features[4];	/* bits of sections[] */
	struct buffer index;	/* struct place of every AUXTRACE record */
	struct zstd_packer *packer;	/* NULL: records are not compressed */
	struct buffer packed;	/* of one call */
	uint64_t bytes_in, bytes_packed;
	uint64_t pack_section;	/* its place; 0: none */
	uint64_t first_time, last_time;
	uint64_t own_id;	/* an id of the first event */
};

/* One write has so many pieces, at most. */
#define WRITER_PIECES	8

/*
 * All of it at pos of w->fd or w->direct (a pipe has no pos), by one call if the system
 * takes it so.  Bytes written, and *err: 0 or -errno.
 */
uint64_t writer_put_at(const struct perfdata_writer *w, int fd, uint64_t pos,
		       const struct iovec *iov, int nr, int *err);
/* Without the first so many bytes. */
void writer_advance(struct iovec **iov, int *nr, uint64_t done);
/* From now on nothing is written; of what is behind w->pos keep so many bytes. */
void writer_fail(struct perfdata_writer *w, uint64_t keep, int err);

/* With all it has; 0, or the -errno of close(2). */
int writer_free(struct perfdata_writer *w);

/* At the end of what is written: all of it or nothing.  0 or -errno. */
int writer_put(struct perfdata_writer *w, const void *p, size_t len);

/*
 * A FINISHED_ROUND record, and the header that counts what is before it.  In a file the
 * record holds the table of sections, and the data ends behind the record's own header:
 *
 *	header ... sections ... | records | type misc size | table | records of later
 *	                        ^ data.offset              ^ data.offset + data.size
 *
 * That is where readers look for the table, and the record is one that they pass over:
 * by its size, whether the data ends inside of it or has grown past it.
 */
int writer_put_round(struct perfdata_writer *w);
int writer_put_header(const struct perfdata_writer *w, const struct file_header *h);

/* Into w->packed: whole records, whose content is these bytes.  0 or -errno. */
int writer_pack(struct perfdata_writer *w, const struct iovec *iov, int nr);
/* How much smaller they became, into that section. */
void writer_put_ratio(const struct perfdata_writer *w);

#endif
