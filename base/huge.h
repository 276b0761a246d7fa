/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_HUGE_H
#define BASE_HUGE_H

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/*
 * Large tables on huge pages, if the kernel has them: one page fault for 2 MiB instead of 512, and
 * fewer TLB misses.  In a virtual machine whose hypervisor shadows page tables, a fault costs more
 * than 10 us.
 */

/* The huge page of most CPUs. */
#define HUGE_PAGE	((size_t)2 << 20)

/*
 * Allocate size bytes, aligned to align, a power of two of at least a pointer's size, or to a huge
 * page if they fill one.  Contents are undefined.  Free with free().  NULL: out of memory.
 */
static inline void *huge_alloc(size_t align, size_t size)
{
	void *p;

	if (size < HUGE_PAGE)
		return posix_memalign(&p, align, size) ? NULL : p;
	size = (size + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1);
	if (posix_memalign(&p, HUGE_PAGE, size))
		return NULL;
	madvise(p, size, MADV_HUGEPAGE);	/* failure does no harm */
	return p;
}

/* Likewise, all zeros, aligned to a cache line. */
static inline void *huge_zalloc(size_t size)
{
	void *p = huge_alloc(64, size);

	return p ? memset(p, 0, size) : NULL;
}

/*
 * Move the first used bytes of p to an allocation of size bytes, and free p.  NULL: out of memory, p
 * is unchanged.
 */
static inline void *huge_grow(void *p, size_t used, size_t size)
{
	void *more = huge_alloc(sizeof(void *), size);

	if (!more)
		return NULL;
	if (used)
		memcpy(more, p, used);
	free(p);
	return more;
}

#endif
