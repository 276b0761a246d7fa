// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/option_help.h"

#include <string.h>

#define HELP_INDENT	30

void option_help(FILE *out, char letter, const char *name, const char *argument,
		 const char *what)
{
	char left[64];
	size_t len;

	snprintf(left, sizeof(left), "  %c%c%c --%s%s%s", letter ? '-' : ' ',
		 letter ? letter : ' ', letter ? ',' : ' ', name, argument ? " " : "",
		 argument ? argument : "");
	fprintf(out, "%-*s", HELP_INDENT, left);
	if (strlen(left) >= HELP_INDENT)
		fprintf(out, "\n%*s", HELP_INDENT, "");
	for (; *what; what += len + (what[len] == '\n')) {
		len = strcspn(what, "\n");
		fprintf(out, "%.*s\n", (int)len, what);
		if (what[len])
			fprintf(out, "%*s", HELP_INDENT, "");
	}
}
