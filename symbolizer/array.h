/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_ARRAY_H
#define SYMBOLIZER_ARRAY_H

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

/* Make *array hold at least need elements of size bytes.  0 or -ENOMEM. */
static inline int array_grow(void **array, uint32_t *cap, uint32_t need, size_t size)
{
	uint64_t to = *cap ? *cap : 64;
	void *p;

	if (need <= *cap)
		return 0;
	while (to < need)
		to *= 2;
	if (to > UINT32_MAX)
		return -ENOMEM;
	p = reallocarray(*array, to, size);
	if (!p)
		return -ENOMEM;
	*array = p;
	*cap = to;
	return 0;
}

#endif
