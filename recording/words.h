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

/* What is said of a guest, "[VM=]WORD"; texts are borrowed. */
struct guest_word {
	struct vm_ref vm;
	const char *word;
	const char *text;	/* all of it */
	int64_t ticks;		/* of a clock's offset: the word as a number */
};

struct guest_words {
	struct guest_word *list;
	size_t nr;
};

#endif
