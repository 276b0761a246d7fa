/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_PERFDATA_WRITE_IMPL_H
#define COLLECTOR_PERFDATA_WRITE_IMPL_H

#include <pthread.h>

#include "collector/perfdata/write.h"

/*
 * The parts that write a file:
 *   write_open.c	begins a file or a stream
 *   write_blocks.c	collects bytes in memory and writes them to the disk
 *   write_aux.c		trace bytes
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
	int direct;		/* the same file with O_DIRECT; -1: not, or no longer; atomic */
	int direct_opened;	/* the same descriptor, to close it */
	size_t page;		/* bytes */
	bool pipe;
	pthread_mutex_t pack_lock;	/* protects packer, packed and their bytes; taken before
					 * lock */
	pthread_mutex_t lock;	/* protects what follows */
	struct blocks *blocks;	/* NULL for a pipe */
	int failed;		/* -errno of the first failure */
	uint64_t pos;		/* offset of the next record */
	struct file_header header;
	struct place sections[PERFDATA_SECTIONS_MAX];
	size_t nr_sections;
	uint64_t features[4];	/* bits of sections[] */
	struct buffer index;	/* struct place of every AUXTRACE record */
	struct zstd_packer *packer;	/* NULL: records are not compressed */
	struct buffer packed;	/* output of one call */
	uint64_t bytes_in, bytes_packed;
	uint64_t pack_section;	/* its offset; 0: none */
	uint64_t first_time, last_time;
	uint64_t own_id;	/* an id of the first event */
};

/* Maximum number of pieces in one write. */
#define WRITER_PIECES	8

/*
 * Write everything at pos of fd, which is w->fd or w->direct (a pipe ignores pos), with one call if
 * the system accepts that.  Returns the number of bytes written, and 0 or -errno in *err.
 */
uint64_t writer_put_at(const struct perfdata_writer *w, int fd, uint64_t pos,
		       const struct iovec *iov, int nr, int *err);
/* Skip the first done bytes. */
void writer_advance(struct iovec **iov, int *nr, uint64_t done);
/* Write nothing from now on.  The data before end remain. */
void writer_fail(struct perfdata_writer *w, uint64_t end, int err);

/*
 * Append one or more records at w->pos, and advance it; *begin is where they start.  Called with
 * the lock held, but drops it temporarily.  aux: header size of an AUXTRACE record, which the index
 * then lists; 0: other records.  0 or -errno.
 */
int writer_append(struct perfdata_writer *w, const struct iovec *iov, int nr, size_t aux,
		  uint64_t *begin);

/*
 * Start collecting a file's data in blocks of memory, from w->pos on, a multiple of 64 KiB.  0 or
 * -errno.
 */
int writer_blocks_begin(struct perfdata_writer *w);
/*
 * Append size bytes in total.  Called with the lock held, but drops it while copying.  0 or -errno.
 */
int writer_append_blocks(struct perfdata_writer *w, const struct iovec *iov, int nr, size_t size,
			 uint64_t *begin);
/*
 * Write everything before upto, the end of a record, to the file.  Called with the lock held, but
 * drops it meanwhile.  0 or -errno.
 */
int writer_flush(struct perfdata_writer *w, uint64_t upto);
/* ns that callers spent waiting for a free block.  The lock is held. */
uint64_t writer_blocks_waited(const struct perfdata_writer *w);
/*
 * Write all full blocks; the last one is lost unless it was flushed.  Nobody may append any more.
 */
void writer_blocks_end(struct perfdata_writer *w);

/* Bytes that the end of a file needs after its records. */
uint64_t writer_end_size(const struct perfdata_writer *w);

/* Free w and everything it owns; 0, or the -errno of close(2). */
int writer_free(struct perfdata_writer *w);

/* Append p at the end of what is written, all or nothing.  0 or -errno. */
int writer_put(struct perfdata_writer *w, const void *p, size_t len);

/*
 * Write a FINISHED_ROUND record, and the header that counts everything before it.  In a file the
 * record contains the table of sections, and the data end after the record's own header:
 *
 *	header ... sections ... | records | type misc size | table | later records
 *	                        ^ data.offset              ^ data.offset + data.size
 *
 * Readers look for the table there, and they skip the record by its size, whether the data end
 * inside it or have grown past it.
 */
int writer_put_round(struct perfdata_writer *w);	/* called with the lock held; returns
							 * when it is in the file */
int writer_put_header(const struct perfdata_writer *w, const struct file_header *h);

/* Pack these bytes into w->packed, as whole COMPRESSED records.  0 or -errno. */
int writer_pack(struct perfdata_writer *w, const struct iovec *iov, int nr);
/* Update the compression ratio in the COMPRESSED section. */
void writer_put_ratio(const struct perfdata_writer *w);

#endif
