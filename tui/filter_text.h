/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_FILTER_TEXT_H
#define TUI_FILTER_TEXT_H

#include "profile/profile.h"
#include "tui/view.h"

/* Filters as text (profile/filter/filter.h): joined, and made from displayed rows. */

/* Put "(out) && (more)" into out; false: too long, out is unchanged. */
bool filter_join(char out[FILTER_LEN], const char *more);
/* Does the expression use any of these fields (1ull << enum field)? */
bool filter_asks(const char *filter, uint64_t fields);
/*
 * Find two terms FIELD=VALUE that no sample matches together, such as world=guest and world=host,
 * among those that must all match.  false: there are none.
 */
bool filter_contradicts(const char *filter, char first[FILTER_LEN], char second[FILTER_LEN]);
/* A value in a filter, quoted if necessary; false: it cannot be expressed. */
bool filter_word(const char *text, char out[FILTER_LEN]);
/* Does the field have few or named values, which can be listed?  -1: no. */
bool field_has_values(int field);
/* A filter for the samples of one row; false: it cannot be expressed. */
bool filter_of_row(const struct rows *r, size_t i, char out[FILTER_LEN]);
/* Likewise for one of its keys. */
bool filter_of_key(const struct rows *r, size_t i, size_t key, char out[FILTER_LEN]);
/* Likewise for a function, or for one place in it (offset NULL: all of it). */
bool filter_of_place(const char *symbol, const char *object, const uint64_t *offset,
		     char out[FILTER_LEN]);
/* The row's name. */
void crumb_of_row(const struct rows *r, size_t i, char out[CRUMB_LEN]);

#endif
