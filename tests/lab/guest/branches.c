// SPDX-License-Identifier: GPL-2.0-only
/*
 * A program laid out badly on purpose: what it does most of the time is compiled as the unlikely
 * case, behind what it hardly ever does.  How often each branch is taken follows from its input,
 * which is the same in each run.  branches_other.c has a static function of the same name.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/lab/guest/branches_other.h"

#define BYTES	4096

static uint8_t bytes[BYTES];

uint64_t scan(const uint8_t *p, size_t n);
uint64_t rare(uint64_t sum, uint64_t byte);

static HOT uint64_t fold(uint64_t sum)
{
	if (__builtin_expect(sum & 15, 0))
		return sum ^ sum >> 7;
	return sum * 7 + 1;
}

HOT uint64_t rare(uint64_t sum, uint64_t byte)
{
	return (sum << 3 | sum >> 61) ^ byte;
}

/* A byte below 8 is rare: 1 of 32. */
HOT uint64_t scan(const uint8_t *p, size_t n)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++) {
		uint64_t byte = p[i];

		if (__builtin_expect(byte >= 8, 0)) {
			sum = fold(sum + byte);
		} else {
			sum = rare(sum, byte);
			sum += sum >> 11;
			sum ^= sum << 5;
			sum = rare(sum, byte) + 3;
		}
	}
	return sum;
}

int main(int argc, char **argv)
{
	unsigned long rounds = argc > 1 ? strtoul(argv[1], NULL, 0) : 100;
	uint64_t sum = 0, bits = 1;
	unsigned int few = 0;

	for (size_t i = 0; i < BYTES; i++) {
		bits = bits * 6364136223846793005u + 1442695040888963407u;
		bytes[i] = bits >> 56;
		few += bytes[i] < 8;
	}
	for (unsigned long i = 0; i < rounds; i++)
		sum += scan(bytes, BYTES) + other(i);
	printf("%016llx: %u of %u bytes are rare\n", (unsigned long long)sum, few, BYTES);
	return 0;
}
