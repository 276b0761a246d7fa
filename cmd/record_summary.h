/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_RECORD_SUMMARY_H
#define CMD_RECORD_SUMMARY_H

#include "collector/live.h"

/* What was recorded, and what was lost with the cure: on standard error. */
struct record_summary {
	struct live *live;
	const char *path;
	uint64_t bytes;		/* of all files */
	unsigned int files;
	double seconds;
	bool hidden;		/* the kernel's addresses were not shown */
	bool cpus_changed;	/* some went offline, or came */
};

void record_summary(const struct record_summary *s);

#endif
