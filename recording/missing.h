/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDING_MISSING_H
#define RECORDING_MISSING_H

#include "recording/recording.h"

/* Maximum number of sentences about objects. */
#define MISSING_MAX	8

struct missing {
	/* [0]: how to get names; then the objects without.  Borrowed from this and the recording */
	const char *sentence[MISSING_MAX + 3];
	size_t nr;
	char way[384], more[64], modules[96];
};

/* List the objects whose names were needed and not found.  .nr is 0 if there are none. */
void recording_missing(const struct recording *r, struct missing *out);

#endif
