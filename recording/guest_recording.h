/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDING_GUEST_RECORDING_H
#define RECORDING_GUEST_RECORDING_H

#include "kvm/guest_clock.h"
#include "recording/pipeline.h"
#include "recording/words.h"
#include "symbolizer/symbol.h"

/*
 * Recordings made in guests with `spelunk guest-agent` or perf.  Joined with their host's, they
 * contribute the guests' processes and functions.
 */
struct guest_recording {
	struct vm_ref ref;		/* the VM that the user named */
	const char *path;		/* borrowed, or .owned */
	const char *shown;		/* name to display */
	char *owned;			/* path if it was allocated; else NULL */
	int fd;				/* copy of an embedded recording; -1: none */
	bool has_offset;		/* the clock's offset was given to `spelunk merge` */
	int64_t offset;
	char *trouble;			/* why an embedded recording is not used; NULL: it is */
	int32_t vm;
	struct timeline *timeline;	/* the guest's tasks, on the host's clock */
};

struct guest_recordings {
	struct guest_recording *list;
	struct clock_result *clocks;	/* one per recording: how its clock was found */
	size_t nr;
};

/* Is the file a recording, by its first bytes, rather than a file of symbols? */
bool guest_recording_is(const char *path);

/* Add one; borrows what word points to.  0 or -ENOMEM. */
int guest_recordings_add(struct guest_recordings *g, const struct guest_word *word);

/*
 * Add those that `spelunk merge` embedded in the host's recording.  0, or -errno with a sentence in
 * err.
 */
int guest_recordings_take_merged(struct guest_recordings *g, const struct input *s, char *err,
				 size_t errlen);

/*
 * Join all of them.  p's timeline is sealed, its spaces are not.  offsets: clock offsets from the
 * user.  0, or -errno with a sentence in err.
 */
int guest_recordings_join(struct guest_recordings *g, struct pipeline *p, struct symbolizer *s,
			  const struct guest_words *offsets, char *err, size_t errlen);

void guest_recordings_free(struct guest_recordings *g);

/* The slides of guests' kernels, one for each ELF file that --guest names without a slide. */

struct guest_slides {
	struct guest_slide *list;
	size_t nr;
};

/*
 * Find them by the guest's kallsyms or else by samples, and set them in s.  p is sealed.  0;
 * -EBADMSG with a sentence in err: a file fits none of its VMs; other -errno.
 */
int guest_slides_find(struct guest_slides *g, const struct pipeline *p, struct symbolizer *s,
		      char *err, size_t errlen);
void guest_slides_free(struct guest_slides *g);

#endif
