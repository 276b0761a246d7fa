/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/tools/gen_cycles.h"

#include "tests/tools/gen_feature.h"

/* PERF_RECORD_SAMPLE, and spelunk's own EVENT_UPDATE, which perf ignores. */
enum { SAMPLE = 9, EVENT_UPDATE = 78 };
#define OWN_COUNTS 0x7370656c756e6b07ull

/* enum perf_callchain_context [include/uapi/linux/perf_event.h] */
#define CONTEXT_KERNEL 0xffffffffffffff80ull
#define CONTEXT_USER   0xfffffffffffffe00ull

static void put_size(struct gen_buf *b, size_t at)
{
	uint16_t size = b->len - at;

	memcpy(b->data + at + 6, &size, 2);
}

/*
 * The kernel records no callers in a guest, but both markers [arch/arm64/kernel/perf_callchain.c].
 */
static unsigned int chain_of(const struct gen_cycle *c, uint64_t chain[8])
{
	bool guest = c->mode >= GEN_MODE_GUEST_KERNEL;
	unsigned int n = 0;

	if (c->mode != GEN_MODE_USER) {
		chain[n++] = CONTEXT_KERNEL;
		if (!guest)
			chain[n++] = c->ip;
		for (unsigned int i = 0; !guest && i < 2 && c->kernel[i]; i++)
			chain[n++] = c->kernel[i];
	}
	if (c->mode == GEN_MODE_USER || guest || c->user[0])
		chain[n++] = CONTEXT_USER;
	if (c->mode == GEN_MODE_USER)
		chain[n++] = c->ip;
	for (unsigned int i = 0; !guest && i < 2 && c->user[i]; i++)
		chain[n++] = c->user[i];
	return n;
}

static void put_truth(FILE *f, struct gen_stamp s, const struct gen_cycle *c, uint64_t period,
		      const uint64_t *chain, unsigned int nr)
{
	char context = '?';

	fprintf(f, "%llu %d %d %d %s %d %d %llx %llu", (unsigned long long)s.time, s.cpu, s.pid,
		s.tid, c->world, c->vm, c->vcpu, c->ip_is_its ? (unsigned long long)c->ip : 0ull,
		(unsigned long long)period);
	for (unsigned int i = 0; i < nr; i++) {
		if (chain[i] == CONTEXT_KERNEL || chain[i] == CONTEXT_USER)
			context = chain[i] == CONTEXT_KERNEL ? 'k' : 'u';
		else
			fprintf(f, " %c:%llx", context, (unsigned long long)chain[i]);
	}
	fputc('\n', f);
}

void gen_cycles_sample(struct gen_machine *m, struct gen_buf *b, struct gen_stamp s,
		       const struct gen_cycle *c)
{
	uint64_t chain[8], period = 5000000 + gen_below(&m->cycles_rng, 2000000);
	unsigned int nr = chain_of(c, chain);
	size_t at = b->len;

	buf_u32(b, SAMPLE);
	buf_u16(b, c->mode);
	buf_u16(b, 0);
	buf_u64(b, gen_event_id(GEN_EV_CYCLES, s.cpu));
	buf_u64(b, c->ip);
	buf_u32(b, s.pid);
	buf_u32(b, s.tid);
	buf_u64(b, s.time);
	buf_u32(b, s.cpu);
	buf_u32(b, 0);
	buf_u64(b, period);
	buf_u64(b, nr);
	for (unsigned int i = 0; i < nr; i++)
		buf_u64(b, chain[i]);
	put_size(b, at);
	if (m->cycles_truth)
		put_truth(m->cycles_truth, s, c, period, chain, nr);
}

static void reading(struct gen_buf *b, uint32_t what, uint64_t value, uint64_t enabled,
		    uint64_t running)
{
	buf_u32(b, what);
	buf_u32(b, 0);
	buf_u64(b, 77 + value);
	buf_u64(b, 99 + enabled);
	buf_u64(b, 88 + running);
}

/*
 * The host has three cycles per ns, a guest one; there are twice as many instructions; the host's
 * counters were on the PMU half of the time.  A thousand operations times the CPU's number + 1 come
 * after the last record; ten samples are filtered out, five times the number + 1 collide.
 */
void gen_cycles_counters(struct gen_buf *b, struct gen_stamp s, bool started, uint64_t records,
			 uint64_t ns)
{
	uint64_t n = started ? (uint64_t)s.cpu + 1 : 0;
	size_t at = b->len;

	buf_u32(b, EVENT_UPDATE);
	buf_u32(b, 0);
	buf_u64(b, OWN_COUNTS);
	buf_u64(b, gen_event_id(GEN_EV_DUMMY, s.cpu)); /* perf looks it up */
	buf_u64(b, 16 + 9 * 32);
	buf_u64(b, s.time);
	buf_u32(b, s.cpu);
	buf_u32(b, 9);
	reading(b, 1, 3 * ns, ns, ns);
	reading(b, 2, ns, ns, ns);
	reading(b, 3, 3 * ns, 2 * ns, ns);
	reading(b, 4, 2 * ns, ns, ns);
	reading(b, 5, records * GEN_PERIOD + 1000 * n, ns, ns);
	reading(b, 6, records + (started ? 10 : 0), ns, ns);
	reading(b, 7, records, ns, ns);
	reading(b, 8, 5 * n, ns, ns);
	reading(b, 999, 1, ns, ns); /* from a newer spelunk */
	put_size(b, at);
}
