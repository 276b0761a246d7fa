/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_COMMANDS_H
#define REPORT_COMMANDS_H

#include "report/report.h"

/*
 * Commands that a report prints, such that they work as printed: with the options that open the
 * same recording and find the same names, and with the report's filter.  Both functions return
 * text that the caller frees, escaped; NULL: out of memory.
 */

/*
 * A command such as "spelunk report --by symbol", restricted to the report's samples that match
 * filter (NULL: to all of these).
 */
char *report_command(const struct report_data *d, const char *command, const char *filter);

/* text, with every `spelunk ...` that reads a recording replaced in this way. */
char *report_commands(const struct report_data *d, const char *text);

#endif
