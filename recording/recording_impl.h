/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDING_RECORDING_IMPL_H
#define RECORDING_RECORDING_IMPL_H

#include "kvm/guest_clock.h"
#include "recording/recording.h"

/* What the files of this room have for each other. */

/*
 * Read records before any is attributed: some of each stream for their layouts, which
 * become p->kinds' decoders, and for p->has and p->first_ticks; and, where the sideband does
 * not decide alone, all of them (kvm/census.h).  Then the timeline is decided.  Its
 * sideband is sealed.  0 or -errno.
 */
int look_at_records(struct pipeline *p);

/* A stream's bytes in windows. */
struct windows {
	const struct pipeline *p;
	const struct stream *s;
	size_t number;		/* of the region to read next */
	uint64_t at;		/* bytes of it read */
	struct region_reader regions;
	uint8_t *buf;
};

struct window {
	const uint8_t *data;	/* borrowed until the next windows_next() */
	size_t len;		/* bytes */
	uint64_t offset;	/* in the stream */
	struct region region;	/* it is part of */
	size_t number;		/* of the region, in the stream */
	bool last;		/* of its region */
};

/* 0 or -ENOMEM.  p and s are borrowed. */
int windows_init(struct windows *w, const struct pipeline *p, const struct stream *s);
void windows_free(struct windows *w);	/* also one that is all zeros */

/* 1 with *out filled; 0 after the last window; else -errno of the read. */
int windows_next(struct windows *w, struct window *out);

/* A line on standard error while something takes long; gone when it ends. */
struct progress {
	const char *what;
	uint64_t next;		/* ms, CLOCK_MONOTONIC, of the next line */
	uint32_t calls;
	bool on, shown;
};

/* on: only if it is wanted and standard error is a terminal. */
void progress_start(struct progress *p, bool on, const char *what);
/* Is it time for another line?  Cheap: look at the clock now and then only. */
bool progress_due(struct progress *p);
void progress_show(struct progress *p, uint64_t done, uint64_t total);
void progress_end(struct progress *p);

/* A moment of the guest's: something was noted on that CPU of its. */
struct guest_moment {
	uint64_t ticks;
	int32_t cpu;
};

/* What a guest's recording says that its host saw, too. */
struct guest_evidence {
	const struct input_agent *agent;	/* borrowed */
	struct input_stretch *stretches;	/* its, in order of time */
	struct guest_moment *moments;
	size_t nr, max;
	uint64_t first, last;		/* ticks of all that it says; last 0: nothing */
	uint64_t loads, exits;		/* how much was used */
};

/* Time of an event in the guest.  0 or -ENOMEM. */
int guest_evidence_moment(struct guest_evidence *e, uint64_t ticks, int32_t cpu);

/*
 * Find how the clock of that VM lies to the host's.  c is left for the caller to ask
 * and clear.  0 or -errno.
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
 * Append to r->warnings.  option must be static; about (may be NULL) and sentence are copied.
 * 0 or -ENOMEM.
 */
int recording_warn(struct recording *r, const char *option, const char *about,
		   const char *sentence);

#endif
