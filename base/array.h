/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_ARRAY_H
#define BASE_ARRAY_H

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* Growing, searching and sorting arrays. */

#define ARRAY_LEAST	8

/*
 * Make room for one more element than the nr in list.  Returns list, or its new address; NULL:
 * out of memory, list is unchanged.  The capacity is not stored: it is the next power of two
 * from nr, at least ARRAY_LEAST.  So list must always have been grown by this function.
 */
static inline void *array_room(void *list, size_t nr, size_t size)
{
	if (nr & (nr - 1) || (nr && nr < ARRAY_LEAST))
		return list;
	return reallocarray(list, nr ? 2 * nr : ARRAY_LEAST, size);
}

/*
 * Append an element of all zero and count it in nr.  Returns its address, valid until the next
 * call; NULL: out of memory, nothing changed.  list and nr must be variables: both are assigned.
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

/* As array_add(), but in front of element number at. */
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
 * Binary search: the first number below nr for which cond holds, nr if there is none.  cond
 * calls the number i, and must hold for all numbers after the first one.
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
