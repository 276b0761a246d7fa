/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_PAGER_H
#define CMD_PAGER_H

#include <stdbool.h>
#include <stdio.h>

#include "base/helper.h"

/* Runs the user's pager; a helper is started with it if none offers it. */
extern const struct helper_service pager_service;

/* A pager, started once the text has more lines than the terminal. */
struct pager;

/*
 * For standard output, a terminal of that size.  Write to *out.  NULL: no pager, because
 * $SPELUNK_PAGER or $PAGER says so, none can be run, or out of memory.
 */
struct pager *pager_new(FILE **out, unsigned int rows, unsigned int columns);
/*
 * Close *out of pager_new(), wait until the pager has ended, and free p.  0, or the -errno of a
 * failed write; *left: the user left it before the end.
 */
int pager_end(struct pager *p, bool *left);

#endif
