/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_ARRAY_H
#define BASE_ARRAY_H

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* Arrays that grow, are searched and sorted: the same in all rooms. */

#define ARRAY_LEAST	8

/*
 * Memory for one element more than the nr that list has: list itself, or where it lies now.
 * NULL: out of memory, and list is as it was.  How much there is room for follows from nr:
 * the next power of two, ARRAY_LEAST at least.  So it must have grown from 0 in this way.
 */
static inline void *array_room(void *list, size_t nr, size_t size)
{
	if (nr & (nr - 1) || (nr && nr < ARRAY_LEAST))
		return list;
	return reallocarray(list, nr ? 2 * nr : ARRAY_LEAST, size);
}

/*
 * A new last element, all zero, counted in nr, and borrowed until the next; NULL: out of memory,
 * and nothing changed.  list and nr are variables, and change.
 */
#define array_add(list, nr)							\
({										\
	__typeof__(list) added_ = array_room((list), (nr), sizeof(*(list)));	\
										\
	if (added_) {								\
		(list) = added_;						\
		added_ = memset(&added_[(nr)++], 0, sizeof(*added_));		\
	}									\
	added_;									\
})

/* The same before element at. */
#define array_insert(list, nr, at)						\
({										\
	size_t at_ = (at), behind_ = (nr) - at_;				\
	__typeof__(list) inserted_ = array_add(list, nr);			\
										\
	if (inserted_) {							\
		inserted_ = (list) + at_;					\
		memmove(inserted_ + 1, inserted_, behind_ * sizeof(*inserted_)); \
		memset(inserted_, 0, sizeof(*inserted_));			\
	}									\
	inserted_;								\
})

/*
 * Of the numbers below nr the first one, called i in cond, for which cond holds; it must hold
 * for all behind it, too.  nr: for none.
 */
#define array_first(nr, i, cond)						\
({										\
	size_t low_ = 0, high_ = (nr);						\
										\
	while (low_ < high_) {							\
		size_t i = low_ + (high_ - low_) / 2;				\
										\
		if (cond)							\
			high_ = i;						\
		else								\
			low_ = i + 1;						\
	}									\
	low_;									\
})

/* For qsort(): < 0, 0 or > 0. */
#define array_order(a, b)							\
({										\
	__typeof__(a) a_ = (a);							\
	__typeof__(b) b_ = (b);							\
										\
	(a_ > b_) - (a_ < b_);							\
})

#endif
