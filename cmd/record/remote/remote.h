/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_RECORD_REMOTE_H
#define CMD_RECORD_REMOTE_H

#include "cmd/record/options.h"

/*
 * `spelunk record --on`: records on other machines over ssh and brings the recordings here.  Messages
 * begin with command.  Returns the exit code: EXIT_OK if all hosts were recorded, EXIT_PARTIAL if some
 * were, EXIT_UNUSABLE if none was; EXIT_USAGE.
 */
int record_remote(const struct record_args *a, const char *command);

#endif
