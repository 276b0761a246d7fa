/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_PERFDATA_WRITE_IMPL_H
#define COLLECTOR_PERFDATA_WRITE_IMPL_H

#include <pthread.h>

#include "collector/perfdata/write.h"

/*
 * The parts of writing a file:
 *   write_open.c	begins a file or a stream
 *   write_blocks.c	what comes, in memory, and to the disk from there
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
	int direct;		/* the same file, past the page cache; -1: not, or no longer; atomic */
	int direct_opened;	/* the same, to be closed */
	size_t page;		/* bytes */
	bool pipe;
	pthread_mutex_t pack_lock;	/* for packer, packed and their bytes; taken before lock */
	pthread_mutex_t lock;	/* for what follows */
	struct blocks *blocks;	/* NULL: a pipe */
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
/* From now on nothing is written; of what there is, that before end stays. */
void writer_fail(struct perfdata_writer *w, uint64_t end, int err);

/*
 * A record, or several, at w->pos, which moves on.  The lock is held, but not all the time;
 * where it began is *begin.  aux: it is an AUXTRACE record, whose header has so many bytes and
 * is to be found again; else 0.  0 or -errno.
 */
int writer_append(struct perfdata_writer *w, const struct iovec *iov, int nr, size_t aux,
		  uint64_t *begin);

/*
 * In a file what is appended goes through blocks of memory, from w->pos on, a multiple of
 * 64 KiB.  0 or -errno.
 */
int writer_blocks_begin(struct perfdata_writer *w);
/* Of size bytes in all; the lock is held, but not while they are copied.  0 or -errno. */
int writer_append_blocks(struct perfdata_writer *w, const struct iovec *iov, int nr, size_t size,
			 uint64_t *begin);
/*
 * All before upto, the end of a record, reaches the file.  The lock is held, but not
 * meanwhile.  0 or -errno.
 */
int writer_flush(struct perfdata_writer *w, uint64_t upto);
/* ns in which somebody waited for memory.  The lock is held. */
uint64_t writer_blocks_waited(const struct perfdata_writer *w);
/* Full blocks are written, a last one is not unless it was flushed.  Nobody appends any more. */
void writer_blocks_end(struct perfdata_writer *w);

/* Bytes that the end of a file needs behind its records. */
uint64_t writer_end_size(const struct perfdata_writer *w);

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
int writer_put_round(struct perfdata_writer *w);	/* the lock is held; until it is in the file */
int writer_put_header(const struct perfdata_writer *w, const struct file_header *h);

/* Into w->packed: whole records, whose content is these bytes.  0 or -errno. */
int writer_pack(struct perfdata_writer *w, const struct iovec *iov, int nr);
/* How much smaller they became, into that section. */
void writer_put_ratio(const struct perfdata_writer *w);

#endif
