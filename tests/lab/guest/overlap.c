// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two functions whose time and latencies differ by design: chain() is a dependency chain of
 * one-cycle operations; stream() has independent loads that miss all caches, so that many are in
 * flight.
 */
#include <err.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

/* Compiled literally, in cache lines of its own. */
#define HOT __attribute__((noipa, aligned(64)))

#define CHAIN_STEPS	30000
#define STREAM_LOADS	2000
#define LINE		64		/* bytes */
#define LINES		(1u << 20)	/* 64 MiB: more than any cache */
#define STRIDE		4099		/* lines, coprime to LINES: no prefetcher foresees it */

uint64_t chain(uint64_t n);
uint64_t stream(const uint8_t *memory, uint64_t n);

HOT uint64_t chain(uint64_t n)
{
	uint64_t x = n;

	for (uint64_t i = 0; i < n; i++) {
		x = x * 6364136223846793005ull + 1442695040888963407ull;
		x ^= x >> 29;
	}
	return x;
}

HOT uint64_t stream(const uint8_t *memory, uint64_t n)
{
	static uint32_t line;
	uint64_t sum = 0;

	for (uint64_t i = 0; i < n; i++)
		sum += memory[(line = (line + STRIDE) % LINES) * (uint64_t)LINE];
	return sum;
}

int main(int argc, char **argv)
{
	unsigned long rounds = argc > 1 ? strtoul(argv[1], NULL, 0) : 100;
	uint8_t *memory = mmap(NULL, (size_t)LINES * LINE, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	uint64_t sum = 0;

	if (memory == MAP_FAILED)
		err(1, "64 MiB");
	for (unsigned long i = 0; i < rounds; i++)
		sum += chain(CHAIN_STEPS) + stream(memory, STREAM_LOADS);
	printf("%llu\n", (unsigned long long)sum);
	return 0;
}
