/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_PERFDATA_WRITE_H
#define COLLECTOR_PERFDATA_WRITE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "collector/buffer.h"
#include "collector/live/spe_event.h"

/*
 * Writes a perf.data file, or a pipe stream, that perf 6.1 and later read.
 *
 * A file is readable after every perfdata_writer_round(), whatever happens to the program
 * or the machine later: all records of before it, and all that is known of the machine.
 * To that end the header sections stand before the data, and each round is a record that
 * holds the table of sections, which readers expect where the data ends; more records can
 * follow it.  The header is written last.  A closed file is as perf itself writes one.
 *
 * Any thread may write at any time; whole calls do not mix.  Bytes are copied, and reach the
 * disk later: a call waits for it only if the disk has fallen far behind.
 */
struct perfdata_writer;

/* One event: its attr, its name as perf shows it, and the ids of its instances. */
struct perfdata_event {
	const union perf_attr_room *attr;
	const char *name;
	const uint64_t *ids;
	size_t nr_ids;
};

/* A header section that is known from the start: PERF_FEAT_*, its bytes. */
struct perfdata_section {
	unsigned int feature;	/* below PERF_FEAT_BITS; PERF_FEAT_SPELUNK becomes OWN_HOST */
	struct buffer bytes;
};

#define PERFDATA_SECTIONS_MAX	32

struct perfdata_head {
	const struct perfdata_event *events;
	size_t nr_events;
	const struct perfdata_section *sections;	/* by feature, ascending */
	size_t nr_sections;
	int level;	/* of zstd, 1 to PERFDATA_LEVEL_MAX; 0: records stay as they are */
};

#define PERFDATA_LEVEL_MAX	19	/* more takes much memory, also of those who read it */

/*
 * Compressed are the records of the kernel's types, in a way that perf 6.1 reads: trace
 * bytes it would not find.  Such a file also needs this section, PERF_FEAT_COMPRESSED.
 */
void perfdata_compressed(struct buffer *section, int level);

/* What an AUXTRACE record says of the trace bytes behind it. */
struct perfdata_aux {
	uint64_t offset;	/* bytes, in the stream of this buffer */
	uint32_t idx;		/* of the buffer */
	int32_t tid, cpu;	/* -1: of any */
};

/*
 * Make the file, with mode 0600; one that is there becomes PATH.old.  "-" is
 * standard output and gets a pipe stream, as does a path that is a FIFO or a
 * device.  head is borrowed for the call.  0, or -errno with *out NULL.
 */
int perfdata_writer_open(struct perfdata_writer **out, const char *path,
			 const struct perfdata_head *head);

/*
 * Write whole records, which are copied.  0 or -errno: from then on each call fails so, and the
 * file has the first records, at least those of before the last round.
 */
int perfdata_writer_records(struct perfdata_writer *w, const struct iovec *iov, int nr);

/* Write trace bytes, likewise: at most 2 pieces of a ring. */
int perfdata_writer_aux(struct perfdata_writer *w, const struct perfdata_aux *aux,
			const struct iovec *iov, int nr);

/* What records of ours hold. */
enum perfdata_own {
	OWN_FACTS	= 1,	/* lines of text: agent.c */
	OWN_KALLSYMS	= 2,	/* a piece of a copy of /proc/kallsyms */
	OWN_GUEST	= 3,	/* a piece of a guest's recording: merge.h */
	OWN_SYMBOLS	= 4,	/* of the kernel's names: symbols.h */
	OWN_VDSO	= 5,	/* of the vDSO's image: likewise */
	OWN_HOST	= 6,	/* lines of text: host.c */
	OWN_COUNTS	= 7,	/* counters of one CPU, as they were read: */
};

/*
 * OWN_COUNTS, little-endian: u64 time (ns, perf clock); s32 cpu; u32 nr; nr of
 * { u32 what (enum counter); u32 flags (0); u64 value; u64 enabled, running (ns) },
 * the last three as read() of the event gave them: totals since it was enabled.
 */
#define COUNTS_HEAD	16	/* bytes */
#define COUNTS_EACH	32

/* The most bytes of one. */
#define PERFDATA_OWN_MAX	60000

/*
 * Write a record of ours, which perf passes over; the head had an event.  0 or -errno;
 * -EINVAL: too many bytes.
 */
int perfdata_writer_own(struct perfdata_writer *w, enum perfdata_own kind, const void *p,
			size_t len);

/*
 * All records of before the last round are written: readers may sort up to
 * there.  Makes the file whole and brings it to the disk.  0 or -errno.
 */
int perfdata_writer_round(struct perfdata_writer *w);

/* Let the recording reach from first to last, ns on the perf clock. */
void perfdata_writer_time(struct perfdata_writer *w, uint64_t first, uint64_t last);

uint64_t perfdata_writer_size(struct perfdata_writer *w);	/* bytes so far */
uint64_t perfdata_writer_waited(struct perfdata_writer *w);	/* ns that calls waited for the disk */

/*
 * The table, the index of trace data, and the end, flushed.  0, or the -errno of what
 * failed first; the file opens in either case.  NULL is fine.
 */
int perfdata_writer_close(struct perfdata_writer *w);

#endif
