/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDING_SYMBOL_FILES_H
#define RECORDING_SYMBOL_FILES_H

#include "recording/recording.h"

/*
 * Do the files of symbols that the config names fit the recording?  One that does not is
 * an error.
 */

/* Before the recording is open: they can be read.  0, or -errno with a sentence in err. */
int symbol_files_check(const struct recording *r, const struct recording_config *c, char *err,
		       size_t errlen);

/*
 * When it is open, of that path: they are of its builds.  0, or -errno with a sentence in
 * err, and r->fault is set; where symbols are optional that is a warning.
 */
int symbol_files_fit(struct recording *r, const char *path, const struct recording_config *c,
		     char *err, size_t errlen);

#endif
