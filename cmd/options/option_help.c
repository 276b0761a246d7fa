// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "cmd/options/help.h"

#define INDENT	30	/* column where an option's description begins */

void help_wrap(FILE *out, int column, int indent, int width, const char *text)
{
	const char *space = "";

	if (column < indent)
		column += fprintf(out, "%*s", indent - column, "");
	while (*text) {
		int len = (int)strcspn(text, " ");

		if (*space && column + len + 1 > width) {
			column = fprintf(out, "\n%*s", indent, "") - 1;
			space = "";
		}
		column += fprintf(out, "%s%.*s", space, len, text);
		text += len;
		text += strspn(text, " ");
		space = " ";
	}
	fputc('\n', out);
}

static void print_option(FILE *out, const struct option_row *r)
{
	char letter[4] = "   ";
	int column;

	if (r->letter)
		snprintf(letter, sizeof(letter), "-%c,", r->letter);
	column = fprintf(out, "  %s --%s%s%s", letter, r->name, r->argument ? " " : "",
			 r->argument ? r->argument : "");
	if (column >= INDENT) {
		fputc('\n', out);
		column = 0;
	}
	help_wrap(out, column, INDENT, HELP_WIDTH, r->what);
}

void option_help(FILE *out, enum command_id c, void (*more)(FILE *out))
{
	const struct option_row *r;
	const char *group = NULL;	/* not printed yet, because it may have no option for
					 * this command */

	fputs(help_pages[c].usage, out);
	for (size_t i = 0; (r = options_row(i)); i++) {
		if (!r->name)
			group = r->what;
		if (!r->name || !(r->commands >> c & 1))
			continue;
		if (group)
			fprintf(out, "\n%s:\n", group);
		group = NULL;
		print_option(out, r);
	}
	if (more)
		more(out);
	fputs(help_pages[c].end, out);
}
