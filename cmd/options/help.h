/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_OPTIONS_HELP_H
#define CMD_OPTIONS_HELP_H

#include "cmd/options/options.h"

/* The text of `spelunk COMMAND --help`. */
void help_print(FILE *out, enum command_id c);

#endif
