/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDING_GUEST_RECORDING_H
#define RECORDING_GUEST_RECORDING_H

#include "kvm/guest_clock.h"
#include "recording/pipeline.h"
#include "recording/words.h"
#include "symbolizer/symbol.h"

/*
 * Recordings made in guests, of `spelunk guest-agent` or perf: joined with their
 * host's, which then knows the guests' own processes and functions.
 */
struct guest_recording {
	struct vm_ref ref;		/* whose it is said to be */
	const char *path;		/* borrowed, or .owned */
	const char *shown;		/* what it is called */
	char *owned;			/* NULL, or what path is */
	int fd;				/* what a merged one was copied to; -1: none */
	bool has_offset;		/* its clock was given when it was merged */
	int64_t offset;
	char *trouble;			/* why a merged one is done without; NULL: it is not */
	int32_t vm;
	struct timeline *timeline;	/* of the guest's tasks, on the host's clock */
};

struct guest_recordings {
	struct guest_recording *list;
	struct clock_result *clocks;	/* of each: how its clock was found */
	size_t nr;
};

/* Is it a recording, by its first bytes, and no file of symbols? */
bool guest_recording_is(const char *path);

/* One more; what it names is borrowed.  0 or -ENOMEM. */
int guest_recordings_add(struct guest_recordings *g, const struct guest_word *word);

/* Those that `spelunk merge` put into the host's.  0, or -errno with a sentence in err. */
int guest_recordings_take_merged(struct guest_recordings *g, const struct input *s, char *err,
				 size_t errlen);

/*
 * Join them all: p's timeline is sealed, its spaces are not.
 * offsets: what is known of their clocks.  0, or -errno with a sentence in err.
 */
int guest_recordings_join(struct guest_recordings *g, struct pipeline *p, struct symbolizer *s,
			  const struct guest_words *offsets, char *err, size_t errlen);

void guest_recordings_free(struct guest_recordings *g);

/* Where guests' kernels lay: found for each ELF file that --guest names without a slide. */

struct guest_slides {
	struct guest_slide *list;
	size_t nr;
};

/*
 * Find them, by the guest's kallsyms or else by samples, and tell s.  p is sealed.  0;
 * -EBADMSG with a sentence in err: a file fits none of its VMs; other -errno.
 */
int guest_slides_find(struct guest_slides *g, const struct pipeline *p, struct symbolizer *s,
		      char *err, size_t errlen);
void guest_slides_free(struct guest_slides *g);

#endif
