/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_PERFDATA_WRITE_H
#define COLLECTOR_PERFDATA_WRITE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "base/buffer.h"
#include "collector/live/spe_event.h"

/*
 * Writes a perf.data file or a pipe stream for perf 6.1 and later.
 *
 * A file is readable after every perfdata_writer_round(), whatever happens to the program or the
 * machine afterwards: it has all records up to that round and all facts about the machine.  To that
 * end the header sections precede the data, and each round is a record with the table of sections,
 * which readers expect where the data end; more records can follow it.  The header is written last.
 * A closed file has perf's own layout.
 *
 * Any thread may write at any time; calls are atomic with respect to each other.  Bytes are copied
 * and reach the disk later; a call waits for the disk only if that has fallen far behind.
 */
struct perfdata_writer;

/* An event: its attr, its name as perf shows it, and the ids of its instances. */
struct perfdata_event {
	const union perf_attr_room *attr;
	const char *name;
	const uint64_t *ids;
	size_t nr_ids;
};

/* A header section whose contents are known at the start: PERF_FEAT_* and its bytes. */
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
	int level;	/* zstd level, 1 to PERFDATA_LEVEL_MAX; 0: records are not compressed */
};

#define PERFDATA_LEVEL_MAX	19	/* higher levels need much memory, also in readers */

/*
 * The section PERF_FEAT_COMPRESSED, which a compressed file requires.  Only records of the kernel's
 * types are compressed, so that perf 6.1 can read them; it would not find compressed trace bytes.
 */
void perfdata_compressed(struct buffer *section, int level);

/* The header of an AUXTRACE record, for the trace bytes that follow it. */
struct perfdata_aux {
	uint64_t offset;	/* bytes, in the stream of this buffer */
	uint32_t idx;		/* of the buffer */
	int32_t tid, cpu;	/* -1: any */
};

/*
 * Create the file with mode 0600; an existing one is renamed to PATH.old.  "-" (standard output), a
 * FIFO or a device gets a pipe stream.  head is borrowed for the call.  0, or -errno with *out
 * NULL.
 */
int perfdata_writer_open(struct perfdata_writer **out, const char *path,
			 const struct perfdata_head *head);

/*
 * Write whole records, which are copied.  0 or -errno.  After an error every further call fails
 * with it, and the file has the first records, at least those up to the last round.
 */
int perfdata_writer_records(struct perfdata_writer *w, const struct iovec *iov, int nr);

/* Write trace bytes in the same way: at most 2 pieces of a ring. */
int perfdata_writer_aux(struct perfdata_writer *w, const struct perfdata_aux *aux,
			const struct iovec *iov, int nr);

/* The contents of spelunk's own records. */
enum perfdata_own {
	OWN_FACTS	= 1,	/* lines of text: agent.c */
	OWN_KALLSYMS	= 2,	/* a piece of a copy of /proc/kallsyms */
	OWN_GUEST	= 3,	/* a piece of a guest's recording: merge.h */
	OWN_SYMBOLS	= 4,	/* a piece of the kernel's symbols: symbols.h */
	OWN_VDSO	= 5,	/* a piece of the vDSO's image: symbols.h */
	OWN_HOST	= 6,	/* lines of text: host.c */
	OWN_COUNTS	= 7,	/* readings of one CPU's counters: */
	OWN_TASKS	= 8,	/* cgroups and namespace ids of tasks: */
	OWN_JIT		= 9,	/* a piece of a file that names code made at run time: */
};

/*
 * OWN_COUNTS, little-endian: u64 time (ns, perf clock); s32 cpu; u32 nr; nr of { u32 what (enum
 * counter); u32 flags (0); u64 value; u64 enabled, running (ns) }, the last three as returned by
 * read() of the event: totals since it was enabled.
 */
#define COUNTS_HEAD	16	/* bytes */
#define COUNTS_EACH	32

/*
 * OWN_TASKS, little-endian, for each thread: u64 time (ns, perf clock); s32 pid, tid; s32 nspid,
 * the process's id in its PID namespace (0: unknown); u32 len; len bytes, the path of its cgroup
 * (0: unknown), and up to 7 zeros, so that each begins at a multiple of 8.
 */
#define TASKS_EACH	24	/* bytes, before the path */

/* Maximum size of one, in bytes. */
#define PERFDATA_OWN_MAX	60000

/*
 * OWN_JIT, little-endian: s32 pid; u32 number of the piece, from 0; at most JIT_PIECE bytes.  The
 * pieces of a process, which follow one another, are a zstd stream of its perf map or jitdump.
 */
#define JIT_HEAD	8	/* bytes */
#define JIT_PIECE	(PERFDATA_OWN_MAX - JIT_HEAD)

/*
 * Write a record of spelunk's own, which perf ignores; the head must have an event.  0 or -errno;
 * -EINVAL: too many bytes.
 */
int perfdata_writer_own(struct perfdata_writer *w, enum perfdata_own kind, const void *p,
			size_t len);

/*
 * Mark that all records up to the previous round have been written, so that readers may sort up to
 * there.  Makes the file readable and flushes it to the disk.  0 or -errno.
 */
int perfdata_writer_round(struct perfdata_writer *w);

/* Extend the recorded time range to first..last, ns on the perf clock. */
void perfdata_writer_time(struct perfdata_writer *w, uint64_t first, uint64_t last);

uint64_t perfdata_writer_size(struct perfdata_writer *w);	/* bytes so far */
uint64_t perfdata_writer_waited(struct perfdata_writer *w);	/* ns that calls spent waiting
								 * for the disk */

/*
 * Write the table and the index of trace data, and flush.  0, or the -errno of the first failure;
 * the file is readable in either case.  NULL is fine.
 */
int perfdata_writer_close(struct perfdata_writer *w);

#endif
