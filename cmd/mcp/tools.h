/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_MCP_TOOLS_H
#define CMD_MCP_TOOLS_H

#include "cmd/options/options.h"
#include "report/json/writer.h"

/* The tools, and what they take. */

enum tool_id {
#define TOOL(id, name, recordings, options, defaults, what) TOOL_##id,
#define RUN(tool, member, command, words, drop)
#include "cmd/mcp/tools.def"
	NR_TOOLS
};

/* A row of tools.def. */
struct tool {
	const char *name, *options, *defaults, *what;
	unsigned int recordings;
};

struct tool_run {
	enum tool_id tool;
	enum command_id command;
	const char *member, *words, *drop;
};

const struct tool *tool_of(enum tool_id t);
/* NR_TOOLS: there is none of that name. */
enum tool_id tool_find(const char *name);
/* Its i-th command; NULL: no more. */
const struct tool_run *tool_run(enum tool_id t, size_t i);

/* Rows of tables that are shown, without and at most with the argument limit. */
#define TOOL_LIMIT	20
#define TOOL_LIMIT_MAX	1000

/* The arguments of a tool that are no options. */
#define TOOL_FUNCTION	"function"	/* of annotate */

/* What an argument's value is. */
enum argument_type {
	ARGUMENT_FLAG, ARGUMENT_NUMBER, ARGUMENT_WORD, ARGUMENT_TEXT,
	ARGUMENT_TEXTS,		/* an option that may be repeated */
	ARGUMENT_KEYS, ARGUMENT_COLUMNS,	/* lists of these */
};

/* An option as an argument. */
struct argument {
	char name[32];		/* the option's with _ for - */
	const char *option;	/* without -- */
	const struct option_row *row;
	struct option_value value;
	enum argument_type type;
	bool file, folder;	/* its text ends with a path of one */
};

/* The tool's i-th argument that is an option.  False: no more. */
bool tool_argument(enum tool_id t, size_t i, struct argument *out);
/* Likewise, of an option of that command.  False: the command has none of that name. */
bool argument_of(enum command_id c, const char *option, size_t len, struct argument *out);

/* The next word of a list with blanks between them; moves *list behind it.  False: no more. */
bool next_word(const char **list, const char **word, size_t *len);

/* Write the array "tools" for tools/list: names, texts and JSON schemas of the arguments. */
void tools_write(struct json *j);

#endif
