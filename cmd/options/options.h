/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_OPTIONS_H
#define CMD_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Parses command lines by the rows of options.def. */

enum command_id {
#define COMMAND(id, name, what, why) COMMAND_##id,
#include "cmd/options/commands.def"
#undef COMMAND
	NR_COMMANDS
};

const char *command_name(enum command_id c);
const char *command_what(enum command_id c);
/* NR_COMMANDS: no such command. */
enum command_id command_find(const char *name);

/* The structs that options set. */
enum option_args {
	ARGS_report, ARGS_record, ARGS_top, ARGS_dump, ARGS_doctor, ARGS_agent, ARGS_mcp,
	ARGS_output,
	NR_OPTION_ARGS
};

/* Options whose values a command parses itself. */
enum option_own {
	OWN_FILTER, OWN_BY, OWN_SORT, OWN_COLUMNS, OWN_VM_NAME, OWN_CLOCK_OFFSET, OWN_FAIL_ABOVE,
	OWN_TO,
								/* of struct report_args */
	OWN_ONLY, OWN_EVENTS, OWN_NOT_EVENTS, OWN_ROTATE,	/* of struct record_args */
	OWN_DELAY,						/* of struct top_args */
	OWN_DUMP_FILTER, OWN_AT, OWN_FIELDS,			/* of struct dump_args */
	NR_OPTION_OWN
};

/* An option as it was given: its full name and its value, borrowed; value NULL: it has none. */
struct option_word {
	const char *name, *value;
};

struct option_words {
	struct option_word *list;
	size_t nr;
};

struct options;
struct report_args;

/*
 * Take an option: name as in the row; value: NULL if it has none.  0; -ENOMEM; or options_fail().
 */
typedef int option_take_fn(struct options *o, const char *name, const char *value);

#define OPTION_ROWS_MAX	192

/* A command line being parsed.  The caller sets the fields above `help`. */
struct options {
	enum command_id command;
	bool stop;			/* stop at the first word that is not an option: a
					 * command follows */
	void *args[NR_OPTION_ARGS];	/* NULL: not used by the command */
	struct report_args *side[2];	/* options of recording A or B only; NULL: there are no
					 * sides */
	option_take_fn *const *own[3];	/* by enum option_own; NULL: none */
	char *err;			/* receives a sentence, without control bytes from argv */
	size_t errlen;
	bool help;			/* --help was given: ignore everything else */
	char **rest;			/* words that are not options: nr_rest, in argv */
	int nr_rest;
	int behind;			/* how many of them stand behind "--" */
	bool given[OPTION_ROWS_MAX];	/* by row */
	struct option_words *words;	/* receives every option, in order; owned by the caller, who
					 * also sets this field.  NULL: not needed */
};

/*
 * Parse argv, whose order may change.  0; -EINVAL or -ENOMEM, with a sentence in err that says what
 * is wrong and what to do.
 */
int options_read(struct options *o, int argc, char **argv);

/* Was that option given? */
bool options_given(const struct options *o, const char *name);

/* Put a sentence into err.  Returns -EINVAL. */
__attribute__((format(printf, 2, 3)))
int options_fail(struct options *o, const char *fmt, ...);

/*
 * If that name (long, or with `name` NULL a letter) is an option of another tool or another
 * command: the equivalent here.  NULL: it is not.
 */
const char *options_habit(enum command_id c, char letter, const char *name);

/* A row of options.def: an option, or the heading of a group. */
struct option_row {
	const char *name;	/* NULL: a group; the remaining fields are 0 */
	const char *what;	/* the group's title */
	const char *argument;	/* NULL: none */
	uint32_t commands;	/* 1 << enum command_id */
	char letter;		/* 0: none */
};

/* Row i, from 0.  NULL: no more. */
const struct option_row *options_row(size_t i);

/* What an option takes, for those who describe it to other programs. */
enum option_type { OPTION_FLAG, OPTION_NUMBER, OPTION_WORD, OPTION_TEXT };
struct option_value {
	enum option_type type;
	uint64_t least, most;	/* of a number */
	const char *words;	/* of OPTION_WORD: separated by spaces */
	bool repeated;		/* may be given several times */
};

/* The command's row of that option, and what it takes.  NULL: the command has no such option. */
const struct option_row *options_find(enum command_id c, const char *name, struct option_value *out);

#endif
