/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_VM_FILTER_H
#define REPORT_VM_FILTER_H

#include <stdbool.h>

struct filter;
struct timeline;
struct words;

/*
 * Does each VM that the filter names (NULL: none) have exactly one counterpart in the recording?
 * 0; -ENOENT: no VM has that name; -EINVAL: several have it; with a sentence in why that lists the
 * VMs by number and name.
 */
int vm_filter_check(const struct filter *f, const struct timeline *t, struct words *why);

#endif
