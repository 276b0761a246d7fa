// SPDX-License-Identifier: GPL-2.0-only
/*
 * Built-in terminal descriptions, because the machine may have no terminfo, or not where Debian's
 * ncurses looks for it.  The linker option --wrap=newterm replaces ncurses' newterm() with this.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Entries in the format of TERMINFO (terminfo(5), "b64:"), in the order of static/terminals.sh. */
static const struct {
	const char *name, *entry;
} terminals[] = {
#define TERMINAL(name, entry) { name, entry },
#include "static/terminals.def"
#undef TERMINAL
};

void *__real_newterm(const char *name, FILE *out, FILE *in);
void *__wrap_newterm(const char *name, FILE *out, FILE *in);

/* Open with that entry; restores TERMINFO afterwards, for programs started from here. */
static void *open_by(const char *entry, const char *name, FILE *out, FILE *in)
{
	const char *var = getenv("TERMINFO");
	char *before = var ? strdup(var) : NULL;
	void *screen;

	setenv("TERMINFO", entry, 1);
	screen = __real_newterm(name, out, in);
	if (before)
		setenv("TERMINFO", before, 1);
	else
		unsetenv("TERMINFO");
	free(before);
	return screen;
}

/* The system's description of a terminal has precedence. */
void *__wrap_newterm(const char *name, FILE *out, FILE *in)
{
	void *screen = __real_newterm(name, out, in);
	const char *term = name ? name : getenv("TERM");

	for (size_t i = 0; !screen && term && i < sizeof(terminals) / sizeof(terminals[0]); i++)
		if (!strcmp(terminals[i].name, term))
			screen = open_by(terminals[i].entry, name, out, in);
	return screen;
}
