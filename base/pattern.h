/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_PATTERN_H
#define BASE_PATTERN_H

#include <regex.h>
#include <stddef.h>

/*
 * Compile a POSIX extended regular expression of len bytes that a user typed.  Length and
 * repetitions are bounded, which bounds the memory and time it can take.  flags: REG_ICASE or
 * 0.  *out is owned by the caller.  Returns 0; -EINVAL with the reason in why; -ENOMEM.
 */
int pattern_compile(regex_t **out, const char *text, size_t len, int flags, char *why,
		    size_t whylen);
void pattern_free(regex_t *regex);	/* NULL is fine */

#endif
