/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_SYMBOL_FILES_H
#define CMD_SYMBOL_FILES_H

#include "recording/recording.h"

/*
 * Do the files of symbols that the command line names fit the recording?  One that does
 * not is an error, as a wrong word on the command line is.
 */

/* Before the recording is open: they can be read.  0, or -errno with a sentence in err. */
int symbol_files_check(const struct recording *r, const struct report_args *a, char *err,
		       size_t errlen);

/*
 * When it is open: they are of its builds.  0, or -errno with a sentence in err; where
 * symbols are optional that is a warning of the command.
 */
int symbol_files_fit(struct recording *r, const struct report_args *a, const char *command,
		     char *err, size_t errlen);

#endif
