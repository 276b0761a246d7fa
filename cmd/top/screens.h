/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_TOP_SCREENS_H
#define CMD_TOP_SCREENS_H

#include "cmd/top/kernel_symbols.h"
#include "cmd/top/top.h"

/*
 * `spelunk top` as screens: a process of its own records, in short files, so that nothing
 * that is drawn or counted keeps it waiting; each file that it closes is shown next.
 */
struct top_screens {
	struct top_args *args;		/* .record is ready; the recorder has a copy of all */
	struct kernel_symbols *symbols;
	const char *said_path;		/* where the recorder's messages go meanwhile */
};

/*
 * Until the user quits.  argc, argv: as record_run() notes them.  The exit code; *signal:
 * one that asked to end, and is to be raised again when all is put away; 0: none.
 */
int top_screens(const struct top_screens *s, int argc, char **argv, int *signal);

#endif
