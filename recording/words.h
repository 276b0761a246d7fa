/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDING_WORDS_H
#define RECORDING_WORDS_H

#include <stddef.h>

/* Words of whoever has a recording opened: both the list and they are borrowed. */
struct word_list {
	const char **word;
	size_t nr;
};

#endif
