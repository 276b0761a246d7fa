/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_CONFINE_H
#define CMD_CONFINE_H

#include "cmd/run.h"

/*
 * Before the first recording is read: say whose recordings root reads, start the helpers that the
 * options may need, and enter the sandbox (base/sandbox.h).  The command line has been parsed.
 */
void confine_command(const struct run *r, enum command_writes writes);

/*
 * The same for a process that reads what another one records: the recordings are in the folder, where
 * it may change everything.  What else it reads is named by the arguments.
 */
void confine_reader(const struct report_args *a, const char *folder, enum command_writes writes);

#endif
