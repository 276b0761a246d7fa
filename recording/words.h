/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDING_WORDS_H
#define RECORDING_WORDS_H

#include <stddef.h>

/* A list of strings.  The list and the strings are borrowed. */
struct word_list {
	const char **word;
	size_t nr;
};

#endif
