/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDING_RECORDING_IMPL_H
#define RECORDING_RECORDING_IMPL_H

#include <string.h>

#include "kvm/guest_clock.h"
#include "recording/recording.h"

/* Shared by the files of this room. */

/*
 * Examine records before any is attributed: some of each stream, to learn the layouts for the
 * decoders of p->kinds, and to set p->has and p->first_ticks; all of them if the sideband alone
 * does not decide (kvm/census.h).  Then decide the timeline, whose sideband must be sealed.  0 or
 * -errno.
 */
int look_at_records(struct pipeline *p);

/* Cut all streams into pieces, after p->kinds have their decoders.  0 or -errno. */
int cut_pieces(struct pipeline *p);

/*
 * Add up the counts of p->pieces by stream: pieces has one element for each piece, streams one for
 * each of p->streams, all zero before.  0 or -errno.
 */
int join_pieces(const struct pipeline *p, const struct summary_cpu *pieces,
		struct summary_cpu *streams);

/* Reads a piece's bytes in windows. */
struct windows {
	const struct pipeline *p;
	const struct stream *s;
	size_t number;		/* index of the next region to read */
	uint64_t at;		/* bytes of it that have been read */
	uint64_t left;		/* bytes of the piece that have not */
	struct region_reader regions;
	uint8_t *buf;
};

struct window {
	const uint8_t *data;	/* borrowed until the next windows_next() */
	size_t len;		/* bytes */
	uint64_t offset;	/* in the stream */
	struct region region;	/* the region that it is part of */
	size_t number;		/* its index in the stream */
	bool last;		/* it ends its region */
};

/* 0 or -ENOMEM.  p is borrowed. */
int windows_init(struct windows *w, const struct pipeline *p, const struct stream_piece *piece);
void windows_free(struct windows *w);	/* all zeros is fine */

/* 1 with *out filled; 0 after the last window; else -errno of the read. */
int windows_next(struct windows *w, struct window *out);

/*
 * Find the owner of each record of a batch, whose .rec and .n are set; consecutive records share
 * one.
 */
static inline void attribute_samples(const struct timeline *t, struct timeline_cursor *c,
				     struct samples *s)
{
	uint8_t number[TIMELINE_SLOTS] = { 0 };	/* of a slot's owner, + 1; 0: none yet */
	const struct spe_record *rec = s->rec;
	unsigned int i, k, n = s->n;
	uint64_t version;

	s->nr_owners = 0;
	for (i = 0; i < n; i++, rec++) {
		if (__builtin_expect(!timeline_slot_near(c, rec, &k), 0)) {
			version = c->version;
			k = timeline_slot_anew(t, c, rec);
			if (version != c->version)
				memset(number, 0, sizeof(number));
		}
		if (__builtin_expect(!number[k], 0)) {
			s->owner[s->nr_owners] = c->slot[k];
			number[k] = ++s->nr_owners;
		}
		s->owner_of[i] = number[k] - 1;
	}
}

/* A progress line on standard error, erased at the end. */
struct progress {
	const char *what;
	uint64_t next;		/* ms, CLOCK_MONOTONIC: when to update the line */
	uint32_t calls;
	bool on, shown;
};

/* on: show it, if standard error is a terminal. */
void progress_start(struct progress *p, bool on, const char *what);
/* Is it time for an update?  Cheap: it reads the clock only at every few calls. */
bool progress_due(struct progress *p);
void progress_show(struct progress *p, uint64_t done, uint64_t total);
void progress_end(struct progress *p);

/* The time of an event on one of the guest's CPUs. */
struct guest_moment {
	uint64_t ticks;
	int32_t cpu;
};

/* Evidence in a guest's recording for the relation of its clock to the host's. */
struct guest_evidence {
	const struct input_agent *agent;	/* borrowed */
	struct input_stretch *stretches;	/* the agent's, in order of time */
	struct guest_moment *moments;
	size_t nr, max;
	uint64_t first, last;		/* ticks: range of all evidence; last 0: there is none */
	uint64_t loads, exits;		/* numbers of loads and exits that were used */
};

/* Add the time of an event in the guest.  0 or -ENOMEM. */
int guest_evidence_moment(struct guest_evidence *e, uint64_t ticks, int32_t cpu);

/*
 * Find the offset between that VM's clock and the host's.  The caller queries and clears c.  0 or
 * -errno.
 */
int guest_evidence_clock(struct guest_evidence *e, struct pipeline *p, int32_t vm,
			 struct guest_clock *c);

void guest_evidence_free(struct guest_evidence *e);

/* Check that the symbol files in the config can be used, and belong to the recording. */

/* Before the recording is opened: can they be read?  0, or -errno with a sentence in err. */
int symbol_files_check(const struct recording *r, const struct recording_config *c, char *err,
		       size_t errlen);

/*
 * Once it is opened: are they of the recorded builds?  0, or -errno with a sentence in err and
 * r->fault set.  If symbols are optional, a wrong file is a warning about path.
 */
int symbol_files_fit(struct recording *r, const char *path, const struct recording_config *c,
		     char *err, size_t errlen);

/*
 * Give the files of runtimes, in the folders and else in the recording, to the symbolizer and the
 * spaces, before the spaces' seal.  0 or -errno with a sentence in err.
 */
int jit_files_take(struct recording *r, const struct word_list *folders, char *err, size_t errlen);
/* After the seal: warn if none of them is of a process of the recording.  0 or -ENOMEM. */
int jit_files_fit(struct recording *r, const struct word_list *folders);

/*
 * Append to r->warnings.  option must be static; about (may be NULL) and sentence are copied.
 * 0 or -ENOMEM.
 */
int recording_warn(struct recording *r, const char *option, const char *about,
		   const char *sentence);

#endif
