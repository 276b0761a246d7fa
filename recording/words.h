/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDING_WORDS_H
#define RECORDING_WORDS_H

#include <stddef.h>

#include "kvm/vm_ref.h"

/* A list of strings.  The list and the strings are borrowed. */
struct word_list {
	const char **word;
	size_t nr;
};

/* A command-line argument about a guest, "[VM=]WORD".  The texts are borrowed. */
struct guest_word {
	struct vm_ref vm;
	const char *word;
	const char *text;	/* the whole argument */
	int64_t ticks;		/* for a clock's offset: the word as a number */
};

struct guest_words {
	struct guest_word *list;
	size_t nr;
};

#endif
