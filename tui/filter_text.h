/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_FILTER_TEXT_H
#define TUI_FILTER_TEXT_H

#include "profile/profile.h"
#include "tui/view.h"

/* Filters as text (profile/filter/filter.h): joined, and written for what stands on the screen. */

/* Put "(out) && (more)" in out; false: it is too long, out is as before. */
bool filter_join(char out[FILTER_LEN], const char *more);
/* Does the expression look at one of these fields (1ull << enum field)? */
bool filter_asks(const char *filter, uint64_t fields);
/* A value as a filter has it, in quotes where it needs them; false: it cannot be written. */
bool filter_word(const char *text, char out[FILTER_LEN]);
/* Is it one whose values are few or have names, so that they can be listed?  -1: no. */
bool field_has_values(int field);
/* The expression for the samples of one row; false: it cannot be written. */
bool filter_of_row(const struct rows *r, size_t i, char out[FILTER_LEN]);
/* The same of one of its keys. */
bool filter_of_key(const struct rows *r, size_t i, size_t key, char out[FILTER_LEN]);
/* Of a function, or of one place in it (offset NULL: all of it). */
bool filter_of_place(const char *symbol, const char *object, const uint64_t *offset,
		     char out[FILTER_LEN]);
/* What the row is called. */
void crumb_of_row(const struct rows *r, size_t i, char out[CRUMB_LEN]);

#endif
