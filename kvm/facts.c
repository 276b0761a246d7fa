// SPDX-License-Identifier: GPL-2.0-only
#include "kvm/facts.h"

#include <errno.h>
#include <stdlib.h>

struct facts {
	struct ledger_fact *list;
	uint32_t *slots;	/* 1 + number, hash table with open addressing; 0: free */
	size_t nr, nr_slots;	/* nr_slots is a power of two, at least 2 nr */
	/* numbers of values: [0] details, [1] PCs of exits */
	size_t nr_values[2];
	bool full[2];
};

struct facts *facts_new(void)
{
	return calloc(1, sizeof(struct facts));
}

void facts_free(struct facts *f)
{
	if (!f)
		return;
	free(f->list);
	free(f->slots);
	free(f);
}

static bool same(const struct ledger_fact *a, const struct ledger_fact *b)
{
	return a->tid == b->tid && a->kind == b->kind && a->value == b->value &&
	       a->why == b->why && a->write == b->write && a->has_value == b->has_value;
}

uint32_t facts_hash(const struct ledger_fact *f)
{
	uint64_t h = (uint64_t)(uint32_t)f->tid << 32 | (uint64_t)f->kind << 16 | f->why << 8 |
		     f->write << 1 | f->has_value;

	h = (h ^ f->value * 0xff51afd7ed558ccdULL) * 0x9e3779b97f4a7c15ULL;
	return (uint32_t)(h ^ h >> 29);
}

/* The slot of the fact, or a free one for it. */
static uint32_t *slot_of(const struct facts *f, const struct ledger_fact *fact, uint32_t hash)
{
	size_t i = hash & (f->nr_slots - 1);

	while (f->slots[i] && !same(&f->list[f->slots[i] - 1], fact))
		i = (i + 1) & (f->nr_slots - 1);
	return &f->slots[i];
}

static int grow(struct facts *f)
{
	size_t n = f->nr_slots ? 2 * f->nr_slots : 256, i;
	struct ledger_fact *list = realloc(f->list, n / 2 * sizeof(*list));
	uint32_t *slots = calloc(n, sizeof(*slots));

	if (list)
		f->list = list;
	if (!list || !slots || n > UINT32_MAX) {
		free(slots);
		return -ENOMEM;
	}
	free(f->slots);
	f->slots = slots;
	f->nr_slots = n;
	for (i = 0; i < f->nr; i++)
		*slot_of(f, &f->list[i], facts_hash(&f->list[i])) = i + 1;
	return 0;
}

int facts_number(struct facts *f, const struct ledger_fact *fact, uint32_t hash,
		 uint32_t *number)
{
	struct ledger_fact plain = *fact;
	unsigned int k = fact->kind == LEDGER_EXIT;
	uint32_t *slot;

	if (2 * f->nr >= f->nr_slots && grow(f))
		return -ENOMEM;
	slot = slot_of(f, fact, hash);
	if (!*slot && fact->has_value && f->nr_values[k] == FACTS_DETAILS_MAX) {
		f->full[k] = true;
		plain.has_value = 0;
		plain.value = 0;
		slot = slot_of(f, &plain, facts_hash(&plain));
	}
	if (!*slot) {
		f->nr_values[k] += plain.has_value;
		f->list[f->nr++] = plain;
		*slot = f->nr;
	}
	*number = *slot - 1;
	return 0;
}

void facts_fetch_slot(const struct facts *f, uint32_t hash)
{
	if (f->nr_slots)
		__builtin_prefetch(&f->slots[hash & (f->nr_slots - 1)]);
}

void facts_fetch(const struct facts *f, uint32_t hash)
{
	uint32_t slot = f->nr_slots ? f->slots[hash & (f->nr_slots - 1)] : 0;

	if (slot)
		__builtin_prefetch(&f->list[slot - 1]);
}

size_t facts_nr(const struct facts *f)
{
	return f->nr;
}

const struct ledger_fact *facts_get(const struct facts *f, uint32_t number)
{
	return &f->list[number];
}

bool facts_details_full(const struct facts *f)
{
	return f->full[0];
}

bool facts_sites_full(const struct facts *f)
{
	return f->full[1];
}
