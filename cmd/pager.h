/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_PAGER_H
#define CMD_PAGER_H

#include <stdbool.h>
#include <stdio.h>

/* A pager that is started once there is more text than the terminal has lines. */
struct pager;

/*
 * For standard output, a terminal of that size.  *out: write here.  NULL: there is no pager, by
 * $SPELUNK_PAGER or $PAGER, or none can be run; or out of memory.
 */
struct pager *pager_new(FILE **out, unsigned int rows, unsigned int columns);
/*
 * Close *out of pager_new(), wait until the pager has ended, and free it.  0, or -errno of what
 * could not be written; *left: its reader left before the end.
 */
int pager_end(struct pager *p, bool *left);

#endif
