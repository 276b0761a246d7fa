/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_MCP_ANSWER_H
#define CMD_MCP_ANSWER_H

#include <stdint.h>
#include <stdio.h>

#include "cmd/mcp/json.h"

/* The text that answers a tool's call: JSON of bounded length. */

#define ANSWER_BYTES	(64 << 10)
#define ANSWER_PARTS	2	/* commands of one tool */

/* What a command answered. */
struct answer_part {
	const char *member;	/* its name in the answer */
	const char *drop;	/* top-level members to leave out, with blanks between them */
	struct json_value json;	/* not known: it failed */
	char *warnings;		/* lines, or why it failed; owned, NULL: none */
};

/*
 * Write the parts, and at the end what was left out of them: at most `rows` elements of each table,
 * and no more than fit into ANSWER_BYTES.  id: of a recording that was opened; 0: none.  *text is
 * owned by the caller.
 * 0; -E2BIG: even one element of each table does not fit; -ENOMEM.
 */
int answer_write(const struct answer_part *part, size_t nr, unsigned int id, size_t rows,
		 char **text);

#endif
