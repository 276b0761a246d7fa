/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_FLEET_H
#define CMD_FLEET_H

#include "cmd/run.h"
#include "report/diff/diff.h"
#include "report/fleet/fleet.h"

/* Commands over several recordings, which are opened one after the other. */

struct fleet {
	struct fleet_file *files;	/* as they were given; after fleet_end() by host */
	size_t nr, failed;		/* failed: those that could not be read */
};

/* Take what is needed from the open recording run->rec.  0, or -errno with a sentence in run->err. */
typedef int fleet_fn(struct run *run, struct fleet_file *f, void *arg);

/*
 * Open each of the paths and call fn, which fills the file.  Prints an error for each recording
 * that cannot be read, and goes on with the others.  0; -errno with a sentence in run->err if none
 * can, if fn fails with -ENOMEM or -EOVERFLOW, or if an option is wrong.
 */
int fleet_each(struct run *run, struct fleet *f, const struct word_list *paths,
	       const struct recording_config *c, fleet_fn *fn, void *arg);
/* Sort the files, and return the exit code: EXIT_PARTIAL if some failed. */
int fleet_end(struct fleet *f);
void fleet_clear(struct fleet *f);	/* all zeros is fine */

/* One side of `spelunk diff` of several recordings: each is what the others vary from. */
struct fleet_diff_half {
	struct fleet fleet;
	size_t next;			/* recordings counted */
	enum field keys[PROFILE_KEYS];	/* the requested ones, and FIELD_SLICE */
	struct profile_query query;
	struct profile *profile;
	struct summary summary;
	struct rows *rows;
	struct time_span span;		/* unknown: they have no common clock */
	struct input_info info;
	struct report_data data;
	char name[32];
	bool lossy;
};

/* Count the recordings.  *h is all zeros.  0, or -errno with a sentence in run->err. */
int fleet_diff_count(struct run *run, struct fleet_diff_half *h, const struct word_list *paths,
		     const struct recording_config *c);
struct diff_side fleet_diff_side(const struct fleet_diff_half *h);	/* borrowed from h */
void fleet_diff_clear(struct fleet_diff_half *h);	/* all zeros is fine */

/* `spelunk report` of several recordings.  The exit code, or -errno with a sentence in run->err. */
int fleet_report(struct run *run);

#endif
