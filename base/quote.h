/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_QUOTE_H
#define BASE_QUOTE_H

#include <stdio.h>

/* Write text as one word of a POSIX shell, in quotes where it needs them. */
void quote_word(FILE *out, const char *text);

#endif
