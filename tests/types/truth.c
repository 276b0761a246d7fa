// SPDX-License-Identifier: GPL-2.0-only
/* Prints "SYMBOL OFFSET TYPE;FIELD;FIELD_OFFSET" of each access, or that of each function in loads.def. */
#include <stdio.h>

#include "fields.h"

struct cpu cpus[8];
static struct { struct cpu cpu; uint16_t more[4]; } room;

#define IN_CPUS(expression, text) \
	printf("cpus %zx %s\n", (size_t)((char *)&(expression) - (char *)cpus), text)

static void put(const char *symbol, size_t offset, const char *text)
{
	printf("%s %zx %s\n", symbol, offset, text);
}

int main(int argc, char **argv)
{
#define LOAD(name, type, expression, truth) puts("load_" #name " " truth);
	if (argc > 1) {
#include "loads.def"
		return 0;
	}
#undef LOAD
	IN_CPUS(cpus[0].id, "struct cpu;cpu.id;0");
	IN_CPUS(cpus[3].lock.value, "struct cpu;cpu.lock.value;4");
	IN_CPUS(cpus[3].lock.waiters, "struct cpu;cpu.lock.waiters;8");
	IN_CPUS(cpus[1].stats[0].misses, "struct cpu;cpu.stats[].misses;16");
	IN_CPUS(cpus[7].stats[3].hits, "struct cpu;cpu.stats[].hits;24");
	put("cpus", 1, "struct cpu;cpu.(padding);1");
	put("cpus", offsetof(struct cpu, stats[2]) + 5, "struct cpu;cpu.stats[].(padding);20");
	IN_CPUS(cpus[2].lru.next, "struct cpu;cpu.(lru|owner|a);80");
	IN_CPUS(cpus[2].lru.prev, "struct cpu;cpu.(lru|b);80");
	IN_CPUS(cpus[2].c, "struct cpu;cpu.c;96");
	IN_CPUS(cpus[2].u.whole, "struct cpu;cpu.u;104");
	IN_CPUS(cpus[2].u.halves[1], "struct cpu;cpu.u;104");
	put("cpus", offsetof(struct cpu, tail) - 4, "struct cpu;cpu.(state|flags);112");
	IN_CPUS(cpus[4].tail, "struct cpu;cpu.tail;116");
	IN_CPUS(cpus[4].name, "struct cpu;cpu.name;120");
	IN_CPUS(cpus[5].grid[1][2], "struct cpu;cpu.grid[][];128");
	put("one", offsetof(struct cpu, more) + 6, "struct cpu;cpu.more[];152");
	put("one", offsetof(struct cpu, u), "struct cpu;cpu.u;104");
	put("ticks", 0, "long unsigned int;ticks;0");
	put("ticks", 4, "long unsigned int;ticks;0");
	put("limits", 16, "long unsigned int;limits[];0");
	put("point", 4, "struct (anonymous);point.y;4");
	put("head", 0, "struct list *;head;0");
	put("untouched", 4095, "unsigned char;untouched[];0");
	put("calls", 0, "unsigned int;calls;0");
	put("untyped", 8, ";;");
	(void)room;
	return 0;
}
