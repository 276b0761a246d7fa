/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_SYMBOL_SHARE_H
#define CMD_SYMBOL_SHARE_H

#include "cmd/options/report_options.h"
#include "cmd/run.h"

/*
 * Checks the files and folders of symbols that the command line gives.  It is an error if kernel
 * files name none of a kernel's samples, or nothing in any folder of an option is a file that was
 * recorded; it is a warning, with the likely cause, if files name less than half, or one folder of
 * several is of no use.
 */

/*
 * Do it, after counting.  counted: the query that made run->profile; kernels are checked if it is
 * by symbol, with a second pass over the samples if profile_named() cannot say.  NULL: it
 * requested no names, so that a pass does if there is something to check.  kvm's exits from places
 * in guests count, too.  0; -EBADMSG with a sentence in run->err, which counts as a wrong command
 * line; other -errno with a sentence.
 */
int symbol_share_check(struct run *run, const struct profile_query *counted);

#endif
