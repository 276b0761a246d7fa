/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_MCP_FOLDERS_H
#define CMD_MCP_FOLDERS_H

#include <stdbool.h>
#include <stddef.h>

/* The folders whose files may be read. */

struct folder {
	int fd;			/* O_PATH */
	char *given;		/* as on the command line; owned, like .real */
	char *real;		/* without links */
};

struct folders {
	struct folder *list;
	size_t nr;
};

/* 0, or -errno with a sentence in err. */
int folders_add(struct folders *f, const char *path, char *err, size_t errlen);
void folders_clear(struct folders *f);	/* all zeros is fine */

/*
 * Find a file, or a directory, by a path that is relative to one of the folders or begins with one.
 * Neither ".." nor a link leads out of the folder, and no device or pipe is opened.  0, *out is
 * owned by the caller: the path below .real; -errno with a sentence in err.
 *
 * openat2(2) follows links that stay in the folder; where it is missing (before Linux 5.6, or in a
 * sandbox), no link is followed at all.
 */
int folders_find(const struct folders *f, const char *path, bool directory, char **out, char *err,
		 size_t errlen);

/* Open a path as folders_find() does without openat2(2).  An O_PATH descriptor, or -errno. */
int folders_walk(int folder, const char *path);

#endif
