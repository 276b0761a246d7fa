// SPDX-License-Identifier: GPL-2.0-only
/*
 * A runtime in small: makes functions in memory, writes them into its perf map, and runs them in
 * known shares.  jit [ROUNDS]; with 0 rounds it never ends.
 */
#include <err.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define STEPS	1000	/* per call of one(), a quarter of all steps */

/* Counts its argument down: two instructions per step. */
static const uint32_t loop[] = {
	0xf1000400,	/* subs x0, x0, #1 */
	0x54ffffe1,	/* b.ne -4 */
	0xd65f03c0,	/* ret */
};

typedef void made_fn(uint64_t steps);

static made_fn *make(FILE *map, void *at, const char *name)
{
	memcpy(at, loop, sizeof(loop));
	__builtin___clear_cache(at, (char *)at + sizeof(loop));
	fprintf(map, "%lx %zx %s\n", (unsigned long)at, sizeof(loop), name);
	return (made_fn *)at;
}

int main(int argc, char **argv)
{
	unsigned long rounds = argc > 1 ? strtoul(argv[1], NULL, 0) : 1000;
	char *code = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	made_fn *one, *three;
	char path[64];
	FILE *map;

	snprintf(path, sizeof(path), "/tmp/perf-%d.map", (int)getpid());
	map = fopen(path, "w");
	if (code == MAP_FAILED || !map)
		err(1, "%s", path);
	one = make(map, code, "Shop::one(int)");
	three = make(map, code + 256, "Shop::three(int)");
	/* what was there before, as a runtime's log has it */
	fprintf(map, "%lx %x %s\n", (unsigned long)code + 512, 64, "Old::before()");
	fprintf(map, "%lx %x %s\n", (unsigned long)code + 512, 64, "Old::after()");
	if (fclose(map))
		err(1, "%s", path);
	for (unsigned long i = 0; !rounds || i < rounds; i++) {
		one(STEPS);
		three(3 * STEPS);
	}
	return 0;
}
