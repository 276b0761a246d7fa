// SPDX-License-Identifier: GPL-2.0-only
#include "recording/cycles.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "recording/pipeline.h"

/* Maximum number of CPUs with state: in a hostile file all numbers may differ. */
#define CPUS_MAX	8192
/* An interrupt ends a stay in the guest, so no real kernel has more samples in one stay. */
#define PENDING_MAX	4

/* PERF_RECORD_MISC_*: linux include/uapi/linux/perf_event.h. */
enum { MODE_GUEST_KERNEL = 4, MODE_GUEST_USER = 5 };
/* ARM_EXCEPTION_IRQ: linux arch/arm64/include/asm/kvm_asm.h. */
#define LEFT_BY_IRQ	0

/* A stored sample. */
struct kept {
	uint64_t time, ip, period;
	int32_t pid, tid, cpu;
	uint32_t chain;
	uint8_t cpumode, only, clock;	/* from the event */
	uint8_t stay;			/* enum stay */
	uint16_t guest;			/* 1 + index of the guest's recording that has it; 0: the
					 * host's */
};

_Static_assert(sizeof(struct kept) <= 48, "a recording has millions");

/* The state of a CPU as of the last event read. */
struct cycles_cpu {
	int32_t cpu;
	bool inside;		/* the last of kvm_entry and kvm_exit was an entry */
	uint64_t time, pc;	/* of the entry */
	unsigned int nr;
	struct kept pending[PENDING_MAX];	/* samples since the entry; their stay has not
						 * ended */
};

void cycles_init(struct cycles *c, int fd)
{
	memset(c, 0, sizeof(*c));
	spooled_init(&c->samples, fd, sizeof(struct kept));
}

void cycles_clear(struct cycles *c)
{
	spooled_clear(&c->samples);
	chains_clear(&c->chains);
	free(c->cpus);
	free(c->counts);
	memset(c, 0, sizeof(*c));
}

void cycles_want(struct cycles *c)
{
	c->wanted = true;
}

/* NULL: out of memory, or too many. */
static struct cycles_cpu *cpu_of(struct cycles *c, int32_t cpu)
{
	struct cycles_cpu *new;
	size_t at;

	if (c->last_cpu < c->nr_cpus && c->cpus[c->last_cpu].cpu == cpu)
		return &c->cpus[c->last_cpu];
	at = array_first(c->nr_cpus, i, c->cpus[i].cpu >= cpu);
	if (at == c->nr_cpus || c->cpus[at].cpu != cpu) {
		new = c->nr_cpus < CPUS_MAX ? array_insert(c->cpus, c->nr_cpus, at) : NULL;
		if (!new)
			return NULL;
		new->cpu = cpu;
	}
	c->last_cpu = at;
	return &c->cpus[at];
}

/*
 * How the stay that contains the sample ended.  kvm_exit has the guest's PC, as does the sample.
 * Without the tracepoint's format the PC is 0.  After emulating an instruction the PC advances on
 * entry, after the tracepoint [linux arch/arm64/kvm/hyp/include/hyp/adjust_pc.h]: by 4, or by 2 in
 * Thumb code.
 */
static enum stay stay_of(const struct cycles_cpu *cpu, const struct kept *k,
			 const struct event *exit)
{
	if (!exit || !cpu->pc || k->ip != exit->vcpu.pc || k->time < cpu->time ||
	    k->time > exit->time)
		return STAY_UNKNOWN;
	if (exit->vcpu.ret != LEFT_BY_IRQ)
		return STAY_LEFT;
	return k->ip - cpu->pc <= 4 ? STAY_STILL : STAY_RAN;
}

/* The stay has ended.  exit: how; NULL: unknown. */
static int settle(struct cycles *c, struct cycles_cpu *cpu, const struct event *exit)
{
	int err = 0;

	for (unsigned int i = 0; i < cpu->nr && !err; i++) {
		cpu->pending[i].stay = stay_of(cpu, &cpu->pending[i], exit);
		err = spooled_add(&c->samples, &cpu->pending[i]);
	}
	cpu->nr = 0;
	cpu->inside = false;
	return err;
}

static bool is_guest(uint8_t cpumode)
{
	return cpumode == MODE_GUEST_KERNEL || cpumode == MODE_GUEST_USER;
}

static int take_sample(struct cycles *c, const struct event *ev)
{
	struct kept k = {
		.time = ev->time, .ip = ev->cycles.ip, .period = ev->cycles.period,
		.pid = ev->pid, .tid = ev->tid, .cpu = ev->cpu,
		.cpumode = ev->cycles.cpumode, .only = ev->cycles.only, .clock = ev->cycles.clock,
	};
	int err = chains_number(&c->chains, ev->cycles.chain, ev->cycles.nr_chain, &k.chain);
	struct cycles_cpu *cpu;

	if (err)
		return err;
	c->wanted = true;
	c->nr_cycles += !k.clock;
	c->nr_clock += k.clock;
	cpu = is_guest(k.cpumode) && ev->cpu >= 0 ? cpu_of(c, ev->cpu) : NULL;
	if (!cpu || !cpu->inside)
		return spooled_add(&c->samples, &k);
	if (cpu->nr == PENDING_MAX)
		err = settle(c, cpu, NULL);
	cpu->pending[cpu->nr++] = k;
	return err;
}

int cycles_take_guest(struct cycles *c, uint32_t index, int32_t vm, const struct event *ev)
{
	struct kept k = {
		.time = ev->time, .ip = ev->cycles.ip, .period = ev->cycles.period,
		.pid = ev->pid, .tid = ev->tid, .cpu = ev->cpu, .cpumode = ev->cycles.cpumode,
		.clock = ev->cycles.clock, .guest = (uint16_t)(index + 1),
	};
	int err = chains_number_guest(&c->chains, ev->cycles.chain, ev->cycles.nr_chain, &k.chain);

	c->guest_vm[index] = vm;
	if (!err)
		err = spooled_add(&c->samples, &k);
	c->nr_guests += !err;
	return err;
}

static int take_entry(struct cycles *c, const struct event *ev)
{
	struct cycles_cpu *cpu = c->wanted && ev->cpu >= 0 ? cpu_of(c, ev->cpu) : NULL;
	int err;

	if (!cpu)
		return 0;
	err = settle(c, cpu, NULL);
	cpu->inside = true;
	cpu->time = ev->time;
	cpu->pc = ev->vcpu.pc;
	return err;
}

/* An exit, or NULL: events on this CPU were lost. */
static int take_exit(struct cycles *c, const struct event *ev, const struct event *exit)
{
	struct cycles_cpu *cpu = c->wanted && ev->cpu >= 0 ? cpu_of(c, ev->cpu) : NULL;

	return cpu ? settle(c, cpu, exit) : 0;
}

/* Did the counter restart since the last reading? */
static bool fell(const struct summary_count *now, const struct summary_count *last)
{
	return now->value < last->value || now->enabled < last->enabled ||
	       now->running < last->running;
}

static void add_part(struct summary_count *to, const struct summary_count *first,
		     const struct summary_count *last)
{
	to->value += last->value - first->value;
	to->enabled += last->enabled - first->enabled;
	to->running += last->running - first->running;
}

/* A reading: the total so far; it restarts at 0 if the counter was opened again. */
static int take_count(struct cycles *c, const struct event *ev)
{
	const struct summary_count now = { ev->count.value, ev->count.enabled, ev->count.running };
	struct summary_counts *of;
	uint32_t what = ev->count.what;
	size_t at;

	if (what == COUNTER_NONE || what >= COUNTERS_END)
		return 0;
	at = array_first(c->nr_counts, i, c->counts[i].cpu >= ev->cpu);
	if (at == c->nr_counts || c->counts[at].cpu != ev->cpu) {
		if (c->nr_counts == CPUS_MAX)
			return 0;
		if (!array_insert(c->counts, c->nr_counts, at))
			return -ENOMEM;
		c->counts[at].cpu = ev->cpu;
	}
	of = &c->counts[at];
	if (!of->known[what]) {
		of->first[what] = now;
	} else if (fell(&now, &of->last[what])) {
		add_part(&of->before[what], &of->first[what], &of->last[what]);
		of->first[what] = (struct summary_count){ 0 };
	}
	of->last[what] = now;
	of->known[what] = true;
	return 0;
}

int cycles_take(struct cycles *c, const struct event *ev)
{
	switch ((unsigned int)ev->type) {
	case EVENT_CYCLES:
		return take_sample(c, ev);
	case EVENT_COUNT:
		return take_count(c, ev);
	case EVENT_VCPU_ENTER:
		return take_entry(c, ev);
	case EVENT_VCPU_EXIT:
		return take_exit(c, ev, ev);
	case EVENT_LOST:
		return take_exit(c, ev, NULL);
	}
	return 0;
}

int cycles_end(struct cycles *c)
{
	int err = 0;

	for (size_t i = 0; i < c->nr_cpus && !err; i++)
		err = settle(c, &c->cpus[i], NULL);
	free(c->cpus);
	c->cpus = NULL;
	c->nr_cpus = c->last_cpu = 0;
	return err;
}

/* The cursor of each CPU. */
struct cpu_place {
	int32_t cpu;
	struct timeline_cursor *cursor;
};

struct asker {
	const struct pipeline *p;
	struct cpu_place *places;
	size_t nr, last;
};

/* NULL: out of memory. */
static struct timeline_cursor *cursor_of(struct asker *a, int32_t cpu)
{
	size_t at;

	if (a->last < a->nr && a->places[a->last].cpu == cpu)
		return a->places[a->last].cursor;
	at = array_first(a->nr, i, a->places[i].cpu >= cpu);
	if (at < a->nr && a->places[at].cpu == cpu) {
		a->last = at;
		return a->places[at].cursor;
	}
	if (a->nr == CPUS_MAX && cpu >= 0)
		return cursor_of(a, -1);
	if (!array_insert(a->places, a->nr, at))
		return NULL;
	a->places[at] = (struct cpu_place){ cpu, malloc(sizeof(struct timeline_cursor)) };
	a->last = at;
	if (a->places[at].cursor)
		timeline_cursor_init(a->places[at].cursor, a->p->timeline, cpu, -1);
	return a->places[at].cursor;
}

static uint32_t space_at(const struct pipeline *p, int32_t memory, uint64_t time)
{
	uint64_t from, until;

	return spaces_find(p->spaces, memory, time, &from, &until);
}

/* 0; -ENOMEM; -EIO. */
static int attribute(struct asker *a, const struct kept *k, const struct cycles_mark *mark,
		     struct owner *out, struct cycles_place *place)
{
	struct timeline_cursor *c;

	if (k->guest) {
		timeline_guest_sample(a->p->timeline, a->p->cycles.guest_vm[k->guest - 1], k->guest - 1u,
				      k->cpu, mark, out, place);
		return 0;
	}
	c = cursor_of(a, k->cpu);
	if (!c)
		return -ENOMEM;
	timeline_attribute_cycles(a->p->timeline, c, mark, out, place);
	return c->failed ? -EIO : 0;
}

static int hand_out(struct asker *a, const struct kept *k, cycles_fn *fn, void *arg)
{
	const struct cycles_mark mark = {
		.time = k->time, .pid = k->pid, .tid = k->tid, .cpumode = k->cpumode,
		.only = k->only, .stay = k->stay,
	};
	struct cycles_sample s = {
		.time = k->time, .period = k->period, .cpu = k->guest ? -1 : k->cpu,
		.chain = k->chain, .clock = k->clock, .guest = (int32_t)k->guest - 1,
		.guest_label = !k->guest && is_guest(k->cpumode),
	};
	struct cycles_place place;
	int err = attribute(a, k, &mark, &s.owner, &place);

	if (err)
		return err;
	s.ip = place.ip_is_owners ? k->ip : 0;
	s.el = place.el;
	s.differs = place.differs;
	s.space = space_at(a->p, s.owner.memory, s.time);
	return fn(arg, &s);
}

static int each(const struct pipeline *p, bool guests, cycles_fn *fn, void *arg)
{
	const struct spooled *all = &p->cycles.samples;
	struct asker a = { .p = p };
	struct kept near[SPOOLED_NEAR];
	int err = 0;

	for (size_t i = 0; i < all->nr && !err; i += SPOOLED_NEAR) {
		size_t n = all->nr - i < SPOOLED_NEAR ? all->nr - i : SPOOLED_NEAR;

		err = spooled_read(all, i, near, n);
		for (size_t k = 0; k < n && !err; k++)
			if (guests == (near[k].guest > 0))
				err = hand_out(&a, &near[k], fn, arg);
	}
	for (size_t i = 0; i < a.nr; i++)
		free(a.places[i].cursor);
	free(a.places);
	return err;
}

int cycles_each(const struct pipeline *p, cycles_fn *fn, void *arg)
{
	return each(p, false, fn, arg);
}

int cycles_each_guest(const struct pipeline *p, cycles_fn *fn, void *arg)
{
	return p->cycles.nr_guests ? each(p, true, fn, arg) : 0;
}

/* The address space of a guest context in a sample's chain. */
static int32_t guest_memory(const struct cycles_sample *s, bool user)
{
	const struct owner *o = &s->owner;

	if (s->guest < 0)
		return o->world == WORLD_GUEST_USER || o->world == WORLD_GUEST_KERNEL ?
		       o->memory : MEMORY_UNKNOWN;
	if (user && o->guest_pid > 0 && o->guest_pid < GUEST_PIDS)
		return MEMORY_OF_GUEST(s->guest, o->guest_pid);
	return MEMORY_GUEST - o->vm;
}

uint32_t cycles_frame_space(const struct pipeline *p, const struct cycles_sample *s,
			    enum chain_context context)
{
	int32_t memory = MEMORY_UNKNOWN;

	switch (context) {
	case CHAIN_KERNEL:
		memory = MEMORY_KERNEL;
		break;
	case CHAIN_USER:
		memory = s->owner.pid >= 0 ? s->owner.pid : MEMORY_UNKNOWN;
		break;
	case CHAIN_GUEST_KERNEL:
	case CHAIN_GUEST_USER:
		memory = guest_memory(s, context == CHAIN_GUEST_USER);
		break;
	case CHAIN_UNKNOWN:
		break;
	}
	return space_at(p, memory, s->time);
}
