/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_REPORT_H
#define CMD_REPORT_H

#include "cmd/options/report_options.h"

/* `spelunk report` of a->input, for a command that has understood its options.  The exit code. */
int report_show(const struct report_args *a, const char *command);

#endif
