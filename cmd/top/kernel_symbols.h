/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_TOP_KERNEL_SYMBOLS_H
#define CMD_TOP_KERNEL_SYMBOLS_H

#include <stdbool.h>

/*
 * A copy of /proc/kallsyms.  The kernel makes that text anew for each reader, ten
 * thousand lines and more: who reports every second would for the greater part see
 * that.  What BPF programs are called stands in the recordings.
 */
struct kernel_symbols {
	const char *proc;	/* borrowed: "/proc" */
	const char *path;	/* borrowed: of the copy */
	bool tried;
	char *modules;		/* the text of /proc/modules then, NULL: none; owned */
};

/* Does the kernel show this process its addresses?  A file of zeros names nothing. */
bool kernel_symbols_shown(const char *proc);

/*
 * Make the copy, or make it again if modules came or went.  0, or -errno with the copy
 * that there was, if any, as it was: -EPERM where addresses are hidden.  The file is the
 * caller's to remove.
 */
int kernel_symbols_refresh(struct kernel_symbols *k);
void kernel_symbols_free(struct kernel_symbols *k);

#endif
