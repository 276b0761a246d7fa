/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_MCP_MESSAGES_H
#define CMD_MCP_MESSAGES_H

#include <stdbool.h>
#include <stddef.h>

/* Reads messages: lines of bounded length, from a pipe. */

#define MESSAGE_BYTES	(1 << 20)	/* without its newline */

struct messages {
	int fd;
	char *buffer;		/* MESSAGE_BYTES + 1; owned */
	size_t begin, end;	/* bytes in it that are not returned yet */
	size_t looked;		/* messages_look(): how far these were searched */
	bool skipping;		/* the line is longer, and its beginning was dropped */
	bool ended;
};

/* 0 or -ENOMEM; the descriptor stays the caller's. */
int messages_open(struct messages *l, int fd);
void messages_close(struct messages *l);	/* all zeros is fine */

/*
 * The next line, without its newline, borrowed until the next call of either.  Waits for it.  1; 0:
 * the end; -E2BIG: a line was longer, and was skipped; other -errno: reading failed.  The last
 * line may lack its newline.
 */
int messages_next(struct messages *l, char **line, size_t *len);

/*
 * Read what has arrived, without waiting, and return the next complete line that was not looked at
 * before; messages_next() returns it, too, as the caller leaves it.  1; 0: none yet.
 */
int messages_look(struct messages *l, char **line, size_t *len);

/* Is there room to read more? */
bool messages_have_room(const struct messages *l);

#endif
