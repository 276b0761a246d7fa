/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_TOP_PAST_H
#define CMD_TOP_PAST_H

#include <time.h>

#include "cmd/options/report_options.h"
#include "tui/app.h"

/*
 * The last intervals of `spelunk top`: the file of each, and its number of samples and exits,
 * counted by a separate thread.  At most LIVE_INTERVALS are known; the newest of them keep their
 * files, up to PAST_BYTES in total.
 */

#define PAST_PATH	4096
#define PAST_BYTES	(512ull << 20)

struct past;

/* A copy of an interval's data. */
struct past_entry {
	uint64_t id;		/* ascending from 1 */
	char path[PAST_PATH];
	uint64_t ms;		/* its length */
	time_t end;		/* approximate time of its end */
};

/* args is borrowed; keep: do not remove files that are no longer needed.  0 or -errno. */
int past_new(struct past **out, const struct report_args *args, bool keep);
/* Wait for the thread, and remove the files.  NULL is fine. */
void past_free(struct past *p);

/* An interval was closed.  Takes over the file. */
void past_add(struct past *p, const char *path, uint64_t ms);
/* Set the displayed interval, whose file is kept.  0: none. */
void past_pin(struct past *p, uint64_t id);

/* The id of the newest; 0: none yet. */
uint64_t past_newest(const struct past *p);
/* The interval with that id, if its file exists; false: it does not. */
bool past_find(const struct past *p, uint64_t id, struct past_entry *out);
/* All intervals; sets out->shown to the index of `shown`. */
void past_show(struct past *p, uint64_t shown, struct live_history *out);

#endif
