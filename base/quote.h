/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_QUOTE_H
#define BASE_QUOTE_H

#include <stdio.h>

/* Write text as one word for a POSIX shell, quoted if necessary. */
void quote_word(FILE *out, const char *text);

#endif
