/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_SETTINGS_H
#define TUI_SETTINGS_H

struct app;

/*
 * What the screens remember from one run to the next, a line each:
 *
 *	VIEW columns NAME,NAME...	of hot, data, branches and annotate
 *	VIEW sort NAME [ascending]
 *	mouse on|off			it is ours, or the terminal's
 *	source on|off			between the instructions
 *	tree on|off			tables are trees
 *
 * Any text will do: a line that says nothing known does nothing, and stays.
 */

/*
 * Before the first key.  Columns and order of the hot view stay where the command line
 * has some.  text is borrowed as long as the app.
 */
void settings_take(struct app *a, const char *text);

/*
 * The text with what the user has chosen since, the caller's to free; NULL: nothing was,
 * or there is no memory.
 */
char *settings_text(const struct app *a);

#endif
