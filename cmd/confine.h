/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_CONFINE_H
#define CMD_CONFINE_H

#include "cmd/run.h"

/*
 * Before the first recording is read: say whose recordings root reads, start the helpers that the
 * options may need, and enter the sandbox (base/sandbox.h).  The command line has been parsed.
 */
void confine_command(const struct run *r, enum command_writes writes);

#endif
