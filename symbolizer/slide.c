// SPDX-License-Identifier: GPL-2.0-only
#include "symbolizer/slide.h"

#include <stdlib.h>

#include "base/array.h"
#include "symbolizer/disasm.h"

/* How well the samples match the code at one distance. */
struct score {
	uint64_t by;
	size_t seen, fit;
};

/* Arm ARM C4.1: loads and stores, including atomics and prefetches. */
static bool is_memory(uint32_t word)
{
	return (word & 0x0a000000) == 0x08000000;
}

static bool is_branch(uint32_t word)
{
	uint64_t target;

	return disasm_flow(word, 0, &target) != FLOW_NEXT;
}

static struct score score_at(const struct slide_code *code, const struct slide_sample *s,
			     size_t nr, uint64_t by)
{
	struct score out = { .by = by };
	uint32_t word;

	for (size_t i = 0; i < nr; i++) {
		uint64_t addr = s[i].pc - by;

		if (addr < code->from || addr >= code->to || !code->word(code->arg, addr, &word))
			continue;
		out.seen++;
		out.fit += s[i].branch ? is_branch(word) : is_memory(word);
	}
	return out;
}

static int by_pc(const void *a, const void *b)
{
	const struct slide_sample *x = a, *y = b;

	return array_order(x->pc, y->pc) ?: array_order(x->branch, y->branch);
}

static size_t unique(struct slide_sample *s, size_t nr)
{
	size_t n = 0;

	if (nr)
		qsort(s, nr, sizeof(*s), by_pc);
	for (size_t i = 0; i < nr; i++)
		if (!n || by_pc(&s[n - 1], &s[i]))
			s[n++] = s[i];
	return n;
}

/* The largest group of sorted samples that fits into the size of the code. */
static void densest(const struct slide_sample *s, size_t nr, uint64_t size, size_t *first,
		    size_t *count)
{
	*first = *count = 0;
	for (size_t i = 0, k = 0; k < nr; k++) {
		while (s[k].pc - s[i].pc >= size)
			i++;
		if (k - i + 1 > *count) {
			*first = i;
			*count = k - i + 1;
		}
	}
}

static unsigned int percent(const struct score *s)
{
	return s->seen ? (unsigned int)(100 * s->fit / s->seen) : 0;
}

static bool better(const struct score *a, const struct score *b)
{
	return a->fit * (b->seen ? b->seen : 1) > b->fit * a->seen;
}

/* The distance at which most of these samples match the code, and the next best. */
static void search(const struct slide_code *code, const struct slide_sample *s, size_t nr,
		   struct score *best, struct score *next)
{
	uint64_t low = (s[0].pc - code->to) & ~(uint64_t)(SLIDE_STEP - 1);
	uint64_t steps = (s[nr - 1].pc - s[0].pc + code->to - code->from) / SLIDE_STEP + 2;

	*best = *next = (struct score){ 0 };
	for (uint64_t i = 0; i <= steps; i++) {
		struct score at = score_at(code, s, nr, low + i * SLIDE_STEP);

		if (at.seen < SLIDE_LEAST || at.seen * 2 < nr)
			continue;
		if (better(&at, best)) {
			*next = *best;
			*best = at;
		} else if (better(&at, next)) {
			*next = at;
		}
	}
}

static bool is_proof(const struct score *best, const struct score *next)
{
	return best->seen >= SLIDE_LEAST && percent(best) >= SLIDE_FIT &&
	       percent(next) < SLIDE_CHANCE;
}

/* Without proof, the file would be used as linked: do the samples contradict that? */
static bool is_refuted(const struct score *as_linked)
{
	return as_linked->seen >= SLIDE_LEAST && percent(as_linked) < SLIDE_FIT;
}

void slide_find(struct slide *out, const struct slide_code *code, struct slide_sample *samples,
		size_t *nr)
{
	struct score best, next, as_linked;
	size_t first, count;

	*out = (struct slide){ .state = SLIDE_UNKNOWN };
	*nr = unique(samples, *nr);
	if (code->to <= code->from || code->to - code->from > SLIDE_CODE_MAX)
		return;
	densest(samples, *nr, code->to - code->from, &first, &count);
	if (count < SLIDE_LEAST)
		return;
	search(code, samples + first, count, &best, &next);
	as_linked = score_at(code, samples, *nr, 0);
	if (is_proof(&best, &next)) {
		out->state = SLIDE_SAMPLES;
		out->by = best.by;
	} else if (is_refuted(&as_linked)) {
		out->state = SLIDE_REFUTED;
		best = as_linked;
	}
	out->seen = best.seen;
	out->fit = best.fit;
	out->other = percent(&next);
}
