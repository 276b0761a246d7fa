// SPDX-License-Identifier: GPL-2.0-only
/* The program whose data is accessed; it never runs. */
#include "fields.h"

struct cpu cpus[8];
struct cpu one = { .more = { 1, 2, 3, 4 } };
uint64_t ticks = 1;
const uint64_t limits[4] = { 1, 2, 3, 4 };
struct { int x, y; } point = { 1, 2 };
struct list *head;
uint8_t untouched[4096];

/* Removed by the linker, but not from DWARF. */
struct cpu removed;

/* A symbol, but no type. */
__asm__(".pushsection .data\n.globl untyped\n.type untyped, %object\n.size untyped, 64\n"
	"untyped: .zero 64\n.popsection");
extern uint8_t untyped[64];

uint64_t touch(struct cpu *c);
void _start(void);
void idle(void);

uint64_t touch(struct cpu *c)
{
	static uint32_t calls = 1;

	return ++calls + c->stats[1].hits + ticks + limits[c->id & 3] + (uintptr_t)head;
}

#define LOAD(name, type, expression, truth) \
	type load_##name(struct cpu *c, struct list *l, int *p, long i); \
	__attribute__((noipa, used)) \
	type load_##name(struct cpu *c, struct list *l, int *p, long i) { return expression; }
#include "loads.def"
#undef LOAD

/* Accesses nothing. */
__attribute__((noipa, used)) void idle(void)
{
}

void _start(void)
{
	cpus[0].id = untyped[8] + one.id + point.x + untouched[touch(&cpus[1]) & 4095];
	for (;;)
		;
}
