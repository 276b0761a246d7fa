// SPDX-License-Identifier: GPL-2.0-only
#include "export/counters.h"

#include <inttypes.h>

static bool is_range(const struct binary_edge *e)
{
	return e->kind == BINARY_STRAIGHT || e->kind == BINARY_SINGLE;
}

static bool is_branch(const struct binary_edge *e)
{
	return e->kind == BINARY_TAKEN && e->outside == BINARY_INSIDE;
}

static void put_list(const struct binary *b, uint64_t base, bool (*is)(const struct binary_edge *),
		     const char *sign, FILE *out)
{
	size_t nr = 0;

	for (size_t i = 0; i < b->nr; i++)
		nr += is(&b->edge[i]);
	fprintf(out, "%zu\n", nr);
	for (size_t i = 0; i < b->nr; i++) {
		const struct binary_edge *e = &b->edge[i];

		if (is(e))
			fprintf(out, "%" PRIx64 "%s%" PRIx64 ":%" PRIu64 "\n", e->from - base, sign,
				e->to - base, e->count);
	}
}

void counters_write(const struct binary *b, uint64_t base, const char *between, FILE *out)
{
	put_list(b, base, is_range, "-", out);
	fputs(between, out);
	put_list(b, base, is_branch, "->", out);
}
