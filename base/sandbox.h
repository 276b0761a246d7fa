/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_SANDBOX_H
#define BASE_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Gives up what reading files does not need, before a file from somewhere else is parsed, so that
 * a bug in a parser gains little.  Three parts of the kernel do it, none of which needs privileges:
 *
 *	Landlock (5.13)	files are opened only below the rules, and only those below SANDBOX_WRITE
 *			are written
 *	seccomp		no programs, sockets, signals to others, tracing, mounts or modules:
 *			base/sandbox_calls.def
 *	capabilities	what is left to root: reading any file
 *
 * Files that are open already keep working.  base/helper.h does what is given up.
 */

enum sandbox_access {
	SANDBOX_READ,
	SANDBOX_WRITE,		/* of a folder: also create, replace and remove files in it */
};

struct sandbox_rule {
	const char *path;	/* a file or a folder with all below it; missing ones are ignored */
	enum sandbox_access access;
	int fd;			/* instead of a path that is NULL: O_PATH will do; borrowed */
};

/* What a kernel can do, or what it did. */
struct sandbox_state {
	int landlock;		/* the version of its interface; 0: none */
	bool seccomp;
};

/* Find out what this kernel can do. */
void sandbox_probe(struct sandbox_state *out);

/*
 * Enter it, for good; threads and processes started from here are in it, too.  Call it while there
 * is one thread.  Beside the rules, all folders of the machine that may have symbol files can be
 * read: base/sandbox_folders.def.  *out is what the kernel did: it does not fail.
 */
void sandbox_enter(const struct sandbox_rule *rules, size_t nr, struct sandbox_state *out);

/*
 * Restrict only files, but to the rules alone: the folders that may have symbol files are not among
 * them, unless a rule says so.  No program gains privileges, either.  sandbox_enter() may follow:
 * what both allow can be opened.  0, also without Landlock; -errno if the kernel has it and did not
 * restrict this process.
 */
int sandbox_enter_files(const struct sandbox_rule *rules, size_t nr);

#endif
