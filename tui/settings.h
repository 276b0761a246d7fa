/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_SETTINGS_H
#define TUI_SETTINGS_H

struct app;

/*
 * Settings that the screens remember from run to run, one per line:
 *
 *	VIEW columns NAME,NAME...	of hot, data, branches and annotate
 *	VIEW sort NAME [ascending]
 *	mouse on|off			used by the screens, or by the terminal
 *	source on|off			between the instructions
 *	tree on|off			show tables as trees
 *
 * Unknown lines have no effect and are preserved.
 */

/*
 * Apply settings, before the first key.  Columns and order of the hot view from the command line
 * have precedence.  text is borrowed as long as the app lives.
 */
void settings_take(struct app *a, const char *text);

/*
 * The text with the user's changes, owned by the caller; NULL: nothing changed, or out of memory.
 */
char *settings_text(const struct app *a);

#endif
