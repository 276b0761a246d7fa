/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/tools/gen_access.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/tools/gen_machine.h"

#define ACCESSES_MAX 4096

static struct access {
	uint64_t pc, va;
	uint8_t world;
	bool store, linked; /* linked: VA is an address in the file */
} accesses[ACCESSES_MAX];
static uint32_t nr_accesses;

static uint8_t world_of(const char *word)
{
	return !strcmp(word, "host-user")    ? TRUTH_HOST_USER :
	       !strcmp(word, "host-kernel")  ? TRUTH_HOST_KERNEL :
	       !strcmp(word, "guest-kernel") ? TRUTH_GUEST_KERNEL : 0;
}

void gen_access_read(const char *file)
{
	char world[32], op, va[32];
	uint64_t pc;
	FILE *f = file ? fopen(file, "r") : NULL;

	if (!file)
		return;
	while (f && fscanf(f, "%31s %c %" SCNx64 " %31s", world, &op, &pc, va) == 4) {
		struct access *a = &accesses[nr_accesses++];

		*a = (struct access){ pc, strtoull(va + (*va == '+'), NULL, 16), world_of(world),
				      op == 'w', *va == '+' };
		if (!a->world || nr_accesses == ACCESSES_MAX)
			break;
	}
	if (f && feof(f) && !fclose(f))
		return;
	fprintf(stderr, "gen: %s: cannot read accesses\n", file);
	exit(1);
}

bool gen_access_any(uint8_t world)
{
	for (uint32_t i = 0; i < nr_accesses; i++)
		if (accesses[i].world == world)
			return true;
	return false;
}

void gen_access_choose(struct gen_rng *rng, struct truth_record *rec, uint64_t text,
		       uint64_t slide)
{
	uint64_t base = rec->world == TRUTH_HOST_USER ? text - GEN_PROGRAM_OFFSET :
			rec->world == TRUTH_GUEST_KERNEL ? slide : 0;
	const struct access *a;

	do
		a = &accesses[gen_below(rng, nr_accesses)];
	while (a->world != rec->world);
	rec->pc = a->pc + base;
	rec->va = a->va + (a->linked ? base : 0);
	rec->op = a->store;
}
