/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_INPUT_H
#define TUI_INPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/key.h"

/*
 * Edit a line at its end: characters, Backspace, Ctrl-U and Ctrl-W.  text is UTF-8 of at most size
 * bytes with its NUL; what does not fit is dropped.  false: not a key for a line.
 */
bool input_edit(char *text, size_t size, int press);

/*
 * Append pasted text, with a blank in place of newlines and other control characters between words.
 * false: it does not fit, and its end is dropped.
 */
bool input_paste(char *text, size_t size, const struct paste *p);

/*
 * How well a name and its description match the typed words, ignoring case: MATCH_NONE if a word is
 * in neither; larger is better.  Empty input matches everything equally.
 */
enum input_match { MATCH_NONE, MATCH_WHAT, MATCH_NAME, MATCH_BEGIN, MATCH_EQUAL };
enum input_match input_match(const char *typed, const char *name, const char *what);

#endif
