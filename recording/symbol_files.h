/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDING_SYMBOL_FILES_H
#define RECORDING_SYMBOL_FILES_H

#include "recording/recording.h"

/* Check that the symbol files in the config can be used, and belong to the recording. */

/* Before the recording is opened: can they be read?  0, or -errno with a sentence in err. */
int symbol_files_check(const struct recording *r, const struct recording_config *c, char *err,
		       size_t errlen);

/*
 * Once it is opened: are they of the recorded builds?  0, or -errno with a sentence in err and
 * r->fault set.  If symbols are optional, a wrong file is a warning about path.
 */
int symbol_files_fit(struct recording *r, const char *path, const struct recording_config *c,
		     char *err, size_t errlen);

#endif
