/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_TOP_KERNEL_SYMBOLS_H
#define CMD_TOP_KERNEL_SYMBOLS_H

#include <stdbool.h>

/*
 * A copy of /proc/kallsyms.  The kernel formats that text anew for each reader, tens of thousands
 * of lines; in a report every second this would dominate the samples.  Symbols of BPF programs are
 * in the recordings.
 */
struct kernel_symbols {
	const char *proc;	/* borrowed: "/proc" */
	const char *path;	/* borrowed: path of the copy */
	bool tried;
	char *modules;		/* /proc/modules at that time, NULL: none; owned */
};

/* Does the kernel show its addresses to this process?  If not, the file has only zeros. */
bool kernel_symbols_shown(const char *proc);

/*
 * Make the copy, or renew it if modules were loaded or unloaded.  0; -errno: an existing copy is
 * unchanged; -EPERM: addresses are hidden.  The caller removes the file.
 */
int kernel_symbols_refresh(struct kernel_symbols *k);
void kernel_symbols_free(struct kernel_symbols *k);

#endif
