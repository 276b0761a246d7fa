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
 * Values of options, from words of the command line.  name is the option's, for sentences.
 * Each: 0, or options_fail(); what is read into `out` is nothing then.
 */

/* Decimal, or hexadecimal behind 0x. */
int option_number(struct options *o, const char *name, const char *word, uint64_t least,
		  uint64_t most, uint64_t *out);
/* Milliseconds, of "10", "10s", "5m", "1h" or "500ms". */
int option_time(struct options *o, const char *name, const char *word, uint64_t least,
		uint64_t *out);
/* Bytes, of "512K", "100M" or "2G"; more than 0. */
int option_size(struct options *o, const char *name, const char *word, uint64_t *out);
/* The same, a power of two from 8K to 1G. */
int option_buffer(struct options *o, const char *name, const char *word, uint64_t *out);
/* A size or a time; the other is 0. */
int option_size_or_time(struct options *o, const char *name, const char *word, uint64_t *size,
			uint64_t *ms);
/* The index of the word among those of words, which have a space between them. */
int option_one_of(struct options *o, const char *name, const char *word, const char *words,
		  uint64_t *out);

typedef int option_word_fn(struct options *o, const char *name, const char *word, size_t len,
			   void *to);

/* Each word of a list with commas.  0, or what fn returned. */
int option_list(struct options *o, const char *name, const char *list, option_word_fn *fn,
		void *to);

/* Numbers above 0 of processes or threads; the list is the caller's to free. */
int option_ids(struct options *o, const char *name, const char *word, struct id_list *out);

/* One more; the list is the caller's to free.  0 or -ENOMEM. */
int word_list_add(struct word_list *w, const char *word);

/*
 * One more, of "[VM=]WORD", where VM is a number, pid:N or a name; a "=" behind a "/" is the
 * word's own.  form is what the word is, "FILE".  0; -ENOMEM; or options_fail().
 */
int guest_words_add(struct options *o, struct guest_words *w, const char *form, const char *text);

/* `word` is no `what` ("key"): the nearest candidate, or what lists them.  -EINVAL. */
int option_no_word(struct options *o, const char *what, const char *word, size_t len,
		   const char *(*candidate)(unsigned int i), unsigned int nr, const char *list);

#endif
