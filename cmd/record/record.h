/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_RECORD_H
#define CMD_RECORD_H

#include "cmd/record/options.h"

/* Callbacks for the files of a rotated recording. */
struct record_files {
	/*
	 * A file was closed.  ms: how long it was written; path is borrowed.  Return 0 to continue,
	 * 1 to end the recording, -errno to end it with an error.  The next interval is counted
	 * from this function's return, although the next file is being written meanwhile.
	 */
	int (*closed)(void *arg, const char *path, uint64_t ms);
	/* The length in ms of files from now on; NULL: as in args. */
	uint64_t (*length)(void *arg);
	/* Shall the recording end?  NULL: it is not asked. */
	bool (*ended)(void *arg);
	void *arg;
};

/*
 * Record as requested by args.  The recording contains argv, and messages begin with argv[0].
 * files NULL: no callbacks.  Returns the exit code, the command's if there is one.
 */
int record_run(const struct record_args *args, int argc, char **argv, const struct record_files *files);

#endif
