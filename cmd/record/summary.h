/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_RECORD_SUMMARY_H
#define CMD_RECORD_SUMMARY_H

#include "collector/live/live.h"

/* What was recorded, and what was lost with the cure: on standard error. */
struct record_summary {
	struct live *live;
	const char *path;
	uint64_t bytes;		/* of all files */
	unsigned int files;
	double seconds;
	bool hidden;		/* the kernel's addresses were not shown */
	bool cpus_changed;	/* some went offline, or came */
	bool guests_ended;	/* the kernel ceased to sample guests, which was asked for */
	unsigned int cut;	/* live_cut() */
};

/* A file of what was kept. */
void record_summary_saved(const char *path, const struct live_reach *reach);

void record_summary(const struct record_summary *s);

#endif
