/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_INPUT_H
#define TUI_INPUT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A line that is typed at its end: Backspace, Ctrl-U and Ctrl-W edit it.  text is UTF-8 of at
 * most size bytes with its NUL; what does not fit is dropped.  false: the key is none of a line.
 */
bool input_edit(char *text, size_t size, int press);

/*
 * How well a name and its description match what was typed: 0 if it has a word that neither
 * holds, in whatever case; else the better the larger.  Nothing typed matches all alike.
 */
enum input_match { MATCH_NONE, MATCH_WHAT, MATCH_NAME, MATCH_BEGIN, MATCH_EQUAL };
enum input_match input_match(const char *typed, const char *name, const char *what);

#endif
