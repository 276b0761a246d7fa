// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/mcp/tools.h"

#include <string.h>

static const struct tool tools[] = {
#define TOOL(id, name, recordings, options, defaults, what) \
	{ name, options, defaults, what, recordings },
#define RUN(tool, member, command, words, drop)
#include "cmd/mcp/tools.def"
};

static const struct tool_run runs[] = {
#define TOOL(id, name, recordings, options, defaults, what)
#define RUN(tool, member, command, words, drop) { TOOL_##tool, command, member, words, drop },
#include "cmd/mcp/tools.def"
};

const struct tool *tool_of(enum tool_id t)
{
	return &tools[t];
}

enum tool_id tool_find(const char *name)
{
	enum tool_id t = 0;

	while (t < NR_TOOLS && strcmp(tools[t].name, name))
		t++;
	return t;
}

const struct tool_run *tool_run(enum tool_id t, size_t i)
{
	for (size_t r = 0; r < sizeof(runs) / sizeof(runs[0]); r++)
		if (runs[r].tool == t && !i--)
			return &runs[r];
	return NULL;
}

bool next_word(const char **list, const char **word, size_t *len)
{
	*word = *list + strspn(*list, " ");
	*len = strcspn(*word, " ");
	*list = *word + *len;
	return *len;
}

static bool ends_with(const char *text, const char *end)
{
	size_t len = strlen(text), n = strlen(end);

	return len >= n && !strcmp(text + len - n, end);
}

/* options.def says what its arguments mean. */
static enum argument_type type_of(const struct argument *a)
{
	switch (a->value.type) {
	case OPTION_FLAG:	return ARGUMENT_FLAG;
	case OPTION_NUMBER:	return ARGUMENT_NUMBER;
	case OPTION_WORD:	return ARGUMENT_WORD;
	case OPTION_TEXT:	break;
	}
	if (!strncmp(a->row->argument, "K1,", 3))
		return ARGUMENT_KEYS;
	if (!strncmp(a->row->argument, "C1,", 3))
		return ARGUMENT_COLUMNS;
	return a->value.repeated ? ARGUMENT_TEXTS : ARGUMENT_TEXT;
}

bool argument_of(enum command_id c, const char *option, size_t len, struct argument *out)
{
	*out = (struct argument){ 0 };
	if (len >= sizeof(out->name))
		return false;
	memcpy(out->name, option, len);
	out->row = options_find(c, out->name, &out->value);
	if (!out->row)
		return false;
	out->option = out->row->name;
	for (char *at = out->name; (at = strchr(at, '-')); )
		*at = '_';
	out->type = type_of(out);
	if (!out->row->argument)
		return true;
	out->file = ends_with(out->row->argument, "FILE") ||
		    ends_with(out->row->argument, "FILE[@SLIDE]");
	out->folder = ends_with(out->row->argument, "DIR");
	return true;
}

bool tool_argument(enum tool_id t, size_t i, struct argument *out)
{
	const char *list = tools[t].options, *word;
	size_t len;

	do {
		if (!next_word(&list, &word, &len))
			return false;
	} while (i--);
	return argument_of(tool_run(t, 0)->command, word, len, out);
}
