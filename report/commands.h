/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_COMMANDS_H
#define REPORT_COMMANDS_H

#include "report/report.h"

/*
 * Commands that a report prints, such that they work as printed: with the options that open the
 * same recording and find the same names, and with the report's filter.  Both functions return
 * text that the caller frees, escaped; NULL: out of memory.
 */

/* "spelunk report --by symbol", and the samples of the report that match filter; NULL: all. */
char *report_command(const struct report_data *d, const char *command, const char *filter);

/* Text, in which the same was done to every `spelunk ...` that reads a recording. */
char *report_commands(const struct report_data *d, const char *text);

#endif
