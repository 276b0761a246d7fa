/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_OPTIONS_VALUES_H
#define CMD_OPTIONS_VALUES_H

#include "cmd/options/options.h"
#include "recording/words.h"

struct id_list {
	int32_t *id;
	size_t nr;
};

/*
 * Parse values of options.  name is the option's, for sentences.  Each returns 0, or
 * options_fail(); then `out` has nothing that must be freed.
 */

/* Read that file of rows about CPUs (decoder/cpu_table.h). */
int option_cpu_table(struct options *o, const char *name, const char *path);
/* Decimal, or hexadecimal after 0x. */
int option_number(struct options *o, const char *name, const char *word, uint64_t least,
		  uint64_t most, uint64_t *out);
/* Milliseconds, from "10", "10s", "5m", "1h" or "500ms". */
int option_time(struct options *o, const char *name, const char *word, uint64_t least,
		uint64_t *out);
/* Bytes, from "512K", "100M" or "2G"; more than 0. */
int option_size(struct options *o, const char *name, const char *word, uint64_t *out);
/* Likewise, but a power of two from 8K to 1G. */
int option_buffer(struct options *o, const char *name, const char *word, uint64_t *out);
/* A size or a time; the other is 0. */
int option_size_or_time(struct options *o, const char *name, const char *word, uint64_t *size,
			uint64_t *ms);
/* The index of the word in words, which are separated by spaces. */
int option_one_of(struct options *o, const char *name, const char *word, const char *words,
		  uint64_t *out);

typedef int option_word_fn(struct options *o, const char *name, const char *word, size_t len,
			   void *to);

/* Call fn for each word of a comma-separated list.  0, or what fn returned. */
int option_list(struct options *o, const char *name, const char *list, option_word_fn *fn,
		void *to);

/* Positive numbers of processes or threads; the list is owned by the caller. */
int option_ids(struct options *o, const char *name, const char *word, struct id_list *out);

/* Append a word; the list is owned by the caller.  0 or -ENOMEM. */
int word_list_add(struct word_list *w, const char *word);

/*
 * Append "[VM=]WORD", where VM is a number, pid:N or a name; a "=" after a "/" belongs to the word.
 * form: what the word is, "FILE".  0; -ENOMEM; or options_fail().
 */
int guest_words_add(struct options *o, struct guest_words *w, const char *form, const char *text);

/*
 * Fail because `word` is not a `what` ("key"): suggest the nearest candidate, or the command that
 * lists them.  -EINVAL.
 */
int option_no_word(struct options *o, const char *what, const char *word, size_t len,
		   const char *(*candidate)(unsigned int i), unsigned int nr, const char *list);

#endif
