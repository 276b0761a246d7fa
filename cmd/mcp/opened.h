/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_MCP_OPENED_H
#define CMD_MCP_OPENED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The recordings that a client has opened: their paths, and where their symbols are. */

#define OPENED_MAX	16	/* more of them replace those that were used least recently */
#define CHOSEN_MAX	64	/* options of one request */

/* An option with its value, owned; NULL: it has none. */
struct chosen_option {
	const char *option;	/* of the table, without -- */
	char *value;
};

struct chosen {
	struct chosen_option list[CHOSEN_MAX];
	size_t nr;
};

/* Takes ownership of value.  0; -E2BIG: there are too many. */
int chosen_add(struct chosen *c, const char *option, char *value);
bool chosen_has(const struct chosen *c, const char *option);
void chosen_clear(struct chosen *c);	/* all zeros is fine */

struct opened {
	unsigned int id;	/* 0: none; a client calls it r1, r2, ... */
	char *path;		/* owned */
	struct chosen symbols;
	uint64_t used;		/* when, by a count of uses */
};

struct opened_list {
	struct opened list[OPENED_MAX];
	unsigned int last;	/* the newest id */
	uint64_t uses;
};

/* The recording "r1"; NULL: it is not open, or that is no id. */
const struct opened *opened_find(struct opened_list *l, const char *id);
/* Add a recording and take ownership of path and symbols, which becomes empty.  Returns its id. */
unsigned int opened_add(struct opened_list *l, char *path, struct chosen *symbols);
void opened_clear(struct opened_list *l);

#endif
