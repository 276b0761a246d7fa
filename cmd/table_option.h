/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_TABLE_OPTION_H
#define CMD_TABLE_OPTION_H

#include <stddef.h>

/* --table WORD, of commands whose other options are those of `spelunk report`. */

/*
 * Copy all words but that option's to rest, which has room for argc + 1.  *table is its
 * last value, borrowed from argv; NULL: it is not there.  How many words, or -EINVAL
 * with a sentence in err: its value is missing.
 */
int table_option_take(int argc, char **argv, char **rest, const char **table, char *err,
		      size_t errlen);

#endif
