/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_MEMORY_LIMIT_H
#define BASE_MEMORY_LIMIT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>

/*
 * A bound of memory for a library that has none, and uncompresses whatever a file says: meanwhile
 * the process gets no more than that many bytes of address space beyond what it has now, and
 * malloc() fails.  Other threads share them, and one thread at a time is bounded; others wait.
 * Without /proc there is no bound.
 */
struct memory_limit {
	struct rlimit before;
	bool set;
};

void memory_limit_begin(struct memory_limit *l, uint64_t more);
void memory_limit_end(struct memory_limit *l);

#endif
