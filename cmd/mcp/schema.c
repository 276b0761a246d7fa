// SPDX-License-Identifier: GPL-2.0-only
/* JSON schemas of what tools take (json-schema.org, draft 2020-12), made from the options' rows. */
#include <string.h>

#include "cmd/mcp/tools.h"
#include "profile/columns.h"
#include "profile/profile.h"

static void put_words(struct json *j, const char *words)
{
	const char *word;
	char text[64];
	size_t len;

	json_open(j, "enum", '[');
	while (next_word(&words, &word, &len)) {
		snprintf(text, sizeof(text), "%.*s", (int)len, word);
		json_string(j, NULL, text);
	}
	json_close(j, ']');
}

static void put_names(struct json *j, const struct argument *a)
{
	bool keys = a->type == ARGUMENT_KEYS;
	unsigned int nr = keys ? NR_FIELDS : NR_COLUMNS;

	json_open(j, "items", '{');
	json_string(j, "type", "string");
	json_open(j, "enum", '[');
	for (unsigned int i = 0; i < nr; i++)
		json_string(j, NULL, keys ? field_name(i) : column_name(i));
	json_close(j, ']');
	json_close(j, '}');
}

static void put_texts(struct json *j)
{
	json_open(j, "items", '{');
	json_string(j, "type", "string");
	json_close(j, '}');
}

static void put_number(struct json *j, const struct argument *a)
{
	bool limit = !strcmp(a->option, "limit");

	json_uint(j, "minimum", limit ? 1 : a->value.least);
	if (limit || a->value.most <= INT32_MAX)
		json_uint(j, "maximum", limit ? TOOL_LIMIT_MAX : a->value.most);
}

static void put_type(struct json *j, const struct argument *a)
{
	static const char *const names[] = {
		[ARGUMENT_FLAG] = "boolean", [ARGUMENT_NUMBER] = "integer",
		[ARGUMENT_WORD] = "string", [ARGUMENT_TEXT] = "string",
		[ARGUMENT_TEXTS] = "array", [ARGUMENT_KEYS] = "array",
		[ARGUMENT_COLUMNS] = "array",
	};

	json_string(j, "type", names[a->type]);
	switch (a->type) {
	case ARGUMENT_NUMBER:
		put_number(j, a);
		break;
	case ARGUMENT_WORD:
		put_words(j, a->value.words);
		break;
	case ARGUMENT_TEXTS:
		put_texts(j);
		break;
	case ARGUMENT_KEYS:
	case ARGUMENT_COLUMNS:
		put_names(j, a);
		break;
	case ARGUMENT_FLAG:
	case ARGUMENT_TEXT:
		break;
	}
}

/* As the option's --help, which says how command lines write it, and its default there. */
static void put_what(struct json *j, enum tool_id t, const struct argument *a)
{
	char text[1024];

	if (!strcmp(a->option, "limit"))
		snprintf(text, sizeof(text), "at most so many %s (%u)",
			 t == TOOL_ANNOTATE ? "functions" : "rows of each table",
			 t == TOOL_ANNOTATE ? 1 : TOOL_LIMIT);
	else if (a->row->argument)
		snprintf(text, sizeof(text), "%s: %s", a->row->argument, a->row->what);
	else
		snprintf(text, sizeof(text), "%s", a->row->what);
	json_string(j, "description", text);
}

static void put_text(struct json *j, const char *name, const char *what)
{
	json_open(j, name, '{');
	json_string(j, "type", "string");
	json_string(j, "description", what);
	json_close(j, '}');
}

static void put_arguments(struct json *j, enum tool_id t)
{
	struct argument a;

	if (t == TOOL_OPEN)
		put_text(j, "recording",
			 "path of the recording, below a folder that the server may read");
	else if (tool_of(t)->recordings == 1)
		put_text(j, "recording", "an id from open, or a path");
	else if (tool_of(t)->recordings == 2) {
		put_text(j, "a", "the recording before: an id from open, or a path");
		put_text(j, "b", "the recording after: likewise");
	}
	if (t == TOOL_ANNOTATE)
		put_text(j, TOOL_FUNCTION, "name of the function, as the report shows it");
	for (size_t i = 0; tool_argument(t, i, &a); i++) {
		json_open(j, a.name, '{');
		put_type(j, &a);
		put_what(j, t, &a);
		json_close(j, '}');
	}
}

static void put_tool(struct json *j, enum tool_id t)
{
	unsigned int recordings = tool_of(t)->recordings;

	json_open(j, NULL, '{');
	json_string(j, "name", tool_of(t)->name);
	json_string(j, "description", tool_of(t)->what);
	json_open(j, "inputSchema", '{');
	json_string(j, "type", "object");
	json_open(j, "properties", '{');
	put_arguments(j, t);
	json_close(j, '}');
	json_open(j, "required", '[');
	for (unsigned int i = 0; i < recordings; i++)
		json_string(j, NULL, recordings == 1 ? "recording" : i ? "b" : "a");
	json_close(j, ']');
	json_bool(j, "additionalProperties", false);
	json_close(j, '}');
	json_open(j, "annotations", '{');
	json_bool(j, "readOnlyHint", true);
	json_bool(j, "openWorldHint", false);
	json_close(j, '}');
	json_close(j, '}');
}

void tools_write(struct json *j)
{
	json_open(j, "tools", '[');
	for (enum tool_id t = 0; t < NR_TOOLS; t++)
		put_tool(j, t);
	json_close(j, ']');
}
