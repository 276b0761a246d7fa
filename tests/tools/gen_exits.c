// SPDX-License-Identifier: GPL-2.0-only
#include "tests/tools/gen_exits.h"

#include "tests/tools/gen_place.h"
#include "tests/tools/gen_sideband.h"

/*
 * Events of a CPU between two of perf's rounds; perf sorts the events of two or three rounds
 * together.
 */
#define ROUND_EXITS	500
#define TURN_EXITS	50 /* of a vCPU, before the other gets the CPU */

/* One CPU, shared by two vCPUs. */
struct cpu {
	uint64_t t; /* ticks */
	unsigned int slot;
};

static struct gen_stamp stamp(const struct gen_machine *m, const struct cpu *c, int32_t cpu)
{
	struct gen_task task = gen_task(m, cpu, GEN_VM_SLOT + c->slot, 0);

	return (struct gen_stamp){ task.pid, task.tid, gen_ns(m, c->t), cpu };
}

static void take_turns(struct gen_machine *m, struct cpu *c, int32_t cpu, struct gen_buf *b)
{
	struct gen_stamp prev = stamp(m, c, cpu), next;

	c->slot = !c->slot;
	next = stamp(m, c, cpu);
	if (m->cfg->no_switches) {
		c->t += 1000;
		return;
	}
	sideband_switch(b, prev, true, gen_below(&m->rng, 2), next.pid, next.tid);
	c->t += 500;
	next.time = gen_ns(m, c->t);
	sideband_switch(b, next, false, false, prev.pid, prev.tid);
	c->t += 500;
}

/*
 * WFx, a hypercall, a register or a data abort, always the same one for a PC; or an interrupt, at
 * any PC.
 */
static void leave(struct gen_machine *m, struct cpu *c, int32_t cpu, struct gen_buf *b)
{
	static const uint32_t classes[] = { 0x01, 0x16, 0x18, 0x24 };
	uint32_t kind = gen_below(&m->rng, 5), place = gen_below(&m->rng, 1000);
	uint64_t pc;

	place = kind < 4 ? place / 4 * 4 + kind : place;
	pc = GEN_KERNEL_TEXT + 64 * place;

	sideband_kvm_entry(b, stamp(m, c, cpu), pc);
	c->t += 1000 + gen_below(&m->rng, 20000);
	sideband_kvm_exit(b, stamp(m, c, cpu), pc, kind < 4 ? 2 : 0, kind < 4 ? classes[kind] : 0);
	c->t += 500 + gen_below(&m->rng, 3000);
}

void gen_exits(struct gen_file *f, struct gen_machine *m, uint64_t exits)
{
	uint32_t cpus = m->cfg->cpus;
	struct cpu *cpu = calloc(cpus, sizeof(*cpu));
	struct gen_buf b = { 0 };
	uint64_t made = 0;

	if (!cpu)
		exit(1);
	for (uint32_t i = 0; i < cpus; i++)
		cpu[i].t = m->start;
	while (made < exits) {
		for (uint32_t i = 0; i < cpus; i++) {
			for (unsigned int k = 0; k < ROUND_EXITS && made < exits; k++, made++) {
				if (k % TURN_EXITS == 0)
					take_turns(m, &cpu[i], i, &b);
				leave(m, &cpu[i], i, &b);
			}
			gen_file_write(f, b.data, b.len);
			b.len = 0;
		}
		gen_file_round(f);
	}
	free(b.data);
	free(cpu);
}
