/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_SYMBOL_SHARE_H
#define CMD_SYMBOL_SHARE_H

#include "cmd/options/report_options.h"
#include "cmd/run.h"

/*
 * Checks how many of a kernel's samples its symbol files name.  It is an error if files name none,
 * and a warning with the likely cause if they name less than half.
 */

/* Keys of the rows to check. */
#define SYMBOL_SHARE_KEYS	FIELD_WORLD, FIELD_VM, FIELD_SYMBOL

/* Does the command line have a file to check? */
bool symbol_share_wanted(const struct report_args *a);

/* 0; -EBADMSG with a sentence in run->err, which counts as a wrong command line; -ENOMEM. */
int symbol_share_rows(struct run *run, const struct rows *rows);
/* Likewise, by the exits from places in guests. */
int symbol_share_sites(struct run *run, const struct kvm_site *sites, size_t nr);

/*
 * Warn of --symfs and --guest-symfs folders in which nothing was found, after names were requested.
 * -EBADMSG as above if nothing was found in any folder of the option and some file has no names.
 */
int symbol_share_folders(struct run *run);

#endif
