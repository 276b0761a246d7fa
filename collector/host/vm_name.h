/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_HOST_VM_NAME_H
#define COLLECTOR_HOST_VM_NAME_H

#include <stddef.h>

/*
 * What the command line of a VMM calls its VM, by the rows of vm_names.def: arguments with a
 * NUL behind each (/proc/PID/cmdline), and one more NUL at text[len].  Owned by the caller.
 * NULL: it says no name, or no memory.  It comes from someone else: escape it before a terminal
 * sees it.
 */
char *vm_name(const char *text, size_t len);

#endif
