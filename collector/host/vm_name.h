/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_HOST_VM_NAME_H
#define COLLECTOR_HOST_VM_NAME_H

#include <stddef.h>

/*
 * The VM's name from the command line of its VMM, by the rows of vm_names.def.  text: arguments
 * that each end in a NUL (/proc/PID/cmdline), and one more NUL at text[len].  Owned by the caller.
 * NULL: no name, or out of memory.  The name is untrusted: escape it before printing to a terminal.
 */
char *vm_name(const char *text, size_t len);

#endif
