/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDING_WARNINGS_H
#define RECORDING_WARNINGS_H

#include "recording/recording.h"

/*
 * Append to r->warnings.  option must be static; about (may be NULL) and sentence are copied.
 * 0 or -ENOMEM.
 */
int recording_warn(struct recording *r, const char *option, const char *about,
		   const char *sentence);
void recording_warnings_free(struct recording *r);

#endif
