/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_TOP_PAST_H
#define CMD_TOP_PAST_H

#include <time.h>

#include "cmd/options/report_options.h"
#include "tui/app.h"

/*
 * The last intervals of `spelunk top`: the file of each, and how many samples and exits are in
 * it, counted by a thread of its own.  At most LIVE_INTERVALS are known and, of these, the
 * newest keep their files, PAST_BYTES together.
 */

#define PAST_PATH	4096
#define PAST_BYTES	(512ull << 20)

struct past;

/* An interval: a copy. */
struct past_entry {
	uint64_t id;		/* counts up from 1 */
	char path[PAST_PATH];
	uint64_t ms;		/* how long it was */
	time_t end;		/* when it ended, about */
};

/* args is borrowed; keep: files stay when they are not needed any more.  0 or -errno. */
int past_new(struct past **out, const struct report_args *args, bool keep);
/* Waits for the thread, and removes the files.  NULL is fine. */
void past_free(struct past *p);

/* An interval was closed: the file is the past's from now on. */
void past_add(struct past *p, const char *path, uint64_t ms);
/* The interval that is shown: its file stays as long as it is.  0: none. */
void past_pin(struct past *p, uint64_t id);

/* The newest; 0: there is none yet. */
uint64_t past_newest(const struct past *p);
/* The one of that number whose file is there; false: it is not. */
bool past_find(const struct past *p, uint64_t id, struct past_entry *out);
/* What is known of all: out->shown is set for that one. */
void past_show(struct past *p, uint64_t shown, struct live_history *out);

#endif
