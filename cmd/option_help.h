/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_OPTION_HELP_H
#define CMD_OPTION_HELP_H

#include <stdio.h>

/*
 * An option's lines of --help: letter 0 for none, argument NULL for none; lines of
 * what after the first begin with "\n".
 */
void option_help(FILE *out, char letter, const char *name, const char *argument,
		 const char *what);

#endif
