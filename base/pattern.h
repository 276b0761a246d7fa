/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_PATTERN_H
#define BASE_PATTERN_H

#include <regex.h>
#include <stddef.h>

/*
 * A POSIX extended regular expression of len bytes that somebody typed: bounded, so that
 * no pattern takes memory or time without end.  flags: REG_ICASE or 0.  *out is the
 * caller's.  0; -EINVAL with a sentence in why; -ENOMEM.
 */
int pattern_compile(regex_t **out, const char *text, size_t len, int flags, char *why,
		    size_t whylen);
void pattern_free(regex_t *regex);	/* NULL is fine */

#endif
