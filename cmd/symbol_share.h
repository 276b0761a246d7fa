/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_SYMBOL_SHARE_H
#define CMD_SYMBOL_SHARE_H

#include "cmd/options/report_options.h"
#include "cmd/run.h"

/*
 * How much of a kernel's samples the files of its symbols name.  Files that name nothing
 * are an error; that they name less than half is a warning with the likely cause.
 */

/* The keys of rows to judge by. */
#define SYMBOL_SHARE_KEYS	FIELD_WORLD, FIELD_VM, FIELD_SYMBOL

/* Does the command line name a file that could be judged? */
bool symbol_share_wanted(const struct report_args *a);

/* 0; -EBADMSG with a sentence in run->err, which is a wrong command line; -ENOMEM. */
int symbol_share_rows(struct run *run, const struct rows *rows);
/* The same by the exits that come from places in guests. */
int symbol_share_sites(struct run *run, const struct kvm_site *sites, size_t nr);

/* Warn of folders of --symfs in which nothing was found, once names were asked for. */
void symbol_share_folders(const struct run *run);

#endif
