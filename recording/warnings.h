/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDING_WARNINGS_H
#define RECORDING_WARNINGS_H

#include "recording/recording.h"

/*
 * One more of r->warnings: option is borrowed for good, about (NULL: nothing) and sentence are
 * copied.  0 or -ENOMEM.
 */
int recording_warn(struct recording *r, const char *option, const char *about,
		   const char *sentence);
void recording_warnings_free(struct recording *r);

#endif
