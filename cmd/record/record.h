/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_RECORD_H
#define CMD_RECORD_H

#include "cmd/record/options.h"

/* Who wants each file of a rotated recording, as it is closed. */
struct record_files {
	/*
	 * ms: how long the file was written to; path is borrowed.  0 goes on; 1 ends the
	 * recording; -errno: with an error.  The next interval begins when it returns,
	 * though the next file is written to meanwhile.
	 */
	int (*closed)(void *arg, const char *path, uint64_t ms);
	/* How long files are to be from now on, ms; NULL: what args say. */
	uint64_t (*length)(void *arg);
	void *arg;
};

/*
 * Record as args say; argv is noted in the recording, and
 * argv[0] begins messages.  files NULL: nobody.  Returns the exit code, the command's
 * if there is one.
 */
int record_run(const struct record_args *args, int argc, char **argv, const struct record_files *files);

#endif
