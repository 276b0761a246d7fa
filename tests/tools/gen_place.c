/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/tools/gen_place.h"

#include <stdio.h>
#include <stdlib.h>

static uint32_t at_least(uint32_t n, uint32_t least)
{
	while (least < n)
		least <<= 1;
	return least;
}

static uint32_t offset_of(const struct gen_places *p, uint32_t place)
{
	/* Multiplication by an odd number permutes, so that hot functions are not adjacent. */
	uint32_t function = (place / GEN_PER_FUNCTION * 2654435761u) & (p->functions - 1);

	return function * GEN_FUNCTION_SIZE + (place % GEN_PER_FUNCTION) * 12 + 4;
}

/* The index at which the sum of 1/1 + 1/2 + ... reaches u. */
static uint32_t zipf(const double *sum, uint32_t n, double u)
{
	uint32_t lo = 0, hi = n - 1;

	while (lo < hi) {
		uint32_t mid = (lo + hi) / 2;

		if (sum[mid] < u)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

void gen_places_init(struct gen_places *p, struct gen_rng *rng, uint32_t places)
{
	uint32_t n = places ? places : 1, size = at_least(4 * n, 4096);
	double *sum = malloc(n * sizeof(*sum)), total = 0;

	p->functions = at_least(n / GEN_PER_FUNCTION + 1, 1024);
	p->mask = size - 1;
	p->table = malloc(size * sizeof(*p->table));
	if (!sum || !p->table) {
		fprintf(stderr, "gen: out of memory\n");
		exit(1);
	}
	for (uint32_t i = 0; i < n; i++)
		sum[i] = total += 1.0 / (i + 1);
	for (uint32_t i = 0; i < size; i++) {
		double u = (double)(gen_random(rng) >> 11) * 0x1p-53 * total;

		p->table[i] = offset_of(p, i < n ? i : zipf(sum, n, u));
	}
	free(sum);
}

void gen_places_free(struct gen_places *p)
{
	free(p->table);
}
