// SPDX-License-Identifier: GPL-2.0-only
/* The second file of the program branches. */
#include "tests/lab/guest/branches_other.h"

static HOT uint64_t fold(uint64_t sum)
{
	return sum + (sum >> 9) + 5;
}

HOT uint64_t other(uint64_t n)
{
	uint64_t sum = n;

	for (unsigned int i = 0; i < 64; i++) {
		if (__builtin_expect(i & 7, 0))
			sum = fold(sum);
		else
			sum ^= sum << 13;
	}
	return sum;
}
