/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDING_MISSING_H
#define RECORDING_MISSING_H

#include "recording/recording.h"

/* Sentences about missing symbols at the most. */
#define MISSING_MAX	8

struct missing {
	/* [0] how to get names, then who has none; borrowed from this and the recording */
	const char *sentence[MISSING_MAX + 3];
	size_t nr;
	char way[384], more[64], modules[96];
};

/* Objects that were asked for names and have none, and the way to get them; or .nr is 0. */
void recording_missing(const struct recording *r, struct missing *out);

#endif
