/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_DOCTOR_H
#define CMD_DOCTOR_H

#include <stdio.h>

/* The text of `spelunk doctor --help`. */
void doctor_help(FILE *out);

#endif
