// SPDX-License-Identifier: GPL-2.0-only
#include "recording/chains.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"

struct chain_link {
	uint32_t address[2];	/* low half, high half: 12 bytes per link */
	uint32_t caller;	/* the link of its caller; 0: it is the outermost */
};

static uint64_t address_of(const struct chain_link *l)
{
	return l->address[0] | (uint64_t)l->address[1] << 32;
}

static size_t hash_of(uint64_t address, uint32_t caller)
{
	uint64_t h = (address ^ (uint64_t)caller << 32 ^ caller) * 0x9fb21c651e98df25ull;

	return (size_t)(h ^ h >> 32);
}

static int grow(struct chains *c)
{
	size_t nr_slots = c->nr_slots ? c->nr_slots * 2 : 1024, k;
	uint32_t *slots;

	if (c->nr * 2 < c->nr_slots)
		return 0;
	slots = calloc(nr_slots, sizeof(*slots));
	if (!slots)
		return -ENOMEM;
	for (size_t i = 1; i < c->nr; i++) {
		k = hash_of(address_of(&c->links[i]), c->links[i].caller);
		while (slots[k & (nr_slots - 1)])
			k++;
		slots[k & (nr_slots - 1)] = (uint32_t)i;
	}
	free(c->slots);
	c->slots = slots;
	c->nr_slots = nr_slots;
	return 0;
}

/* The link of an address with that caller, created if necessary: 0, -ENOMEM, -ENOSPC. */
static int link_of(struct chains *c, uint64_t address, uint32_t caller, uint32_t *out)
{
	struct chain_link *l;
	size_t k = hash_of(address, caller);
	uint32_t i;

	while (c->nr_slots && (i = c->slots[k & (c->nr_slots - 1)])) {
		if (c->links[i].caller == caller && address_of(&c->links[i]) == address) {
			*out = i;
			return 0;
		}
		k++;
	}
	if (c->nr >= CHAINS_MAX)
		return -ENOSPC;
	if ((!c->nr && !array_add(c->links, c->nr)) || grow(c))
		return -ENOMEM;
	l = array_add(c->links, c->nr);
	if (!l)
		return -ENOMEM;
	*l = (struct chain_link){ { (uint32_t)address, (uint32_t)(address >> 32) }, caller };
	*out = (uint32_t)c->nr - 1;
	for (k = hash_of(address, caller); c->slots[k & (c->nr_slots - 1)]; k++)
		;
	c->slots[k & (c->nr_slots - 1)] = *out;
	return 0;
}

/* PERF_CONTEXT_*: linux include/uapi/linux/perf_event.h, enum perf_callchain_context. */
#define CONTEXT_KERNEL		((uint64_t)-128)
#define CONTEXT_USER		((uint64_t)-512)
#define CONTEXT_USER_DEFERRED	((uint64_t)-640)
#define CONTEXT_GUEST_KERNEL	((uint64_t)-2176)
#define CONTEXT_GUEST_USER	((uint64_t)-2560)
#define CONTEXT_MAX		((uint64_t)-4095)

/* The meaning on the host of an entry from a guest's kernel. */
static uint64_t guest_entry(uint64_t entry)
{
	switch (entry) {
	case CONTEXT_KERNEL:
		return CONTEXT_GUEST_KERNEL;
	case CONTEXT_USER:
		return CONTEXT_GUEST_USER;
	case CONTEXT_USER_DEFERRED:
		return entry;
	default:
		return entry >= CONTEXT_MAX ? CONTEXT_MAX : entry;
	}
}

static int number(struct chains *c, const uint64_t *entry, size_t nr, bool guest, uint32_t *out)
{
	uint32_t link = CHAIN_NONE;
	int err = 0;

	/* from the outermost caller inwards, so that chains share links */
	while (!err && nr--)
		err = link_of(c, guest ? guest_entry(entry[nr]) : entry[nr], link, &link);
	if (err == -ENOSPC) {
		c->full = true;
		link = CHAIN_NONE;
		err = 0;
	}
	*out = link;
	return err;
}

int chains_number(struct chains *c, const uint64_t *entry, size_t nr, uint32_t *out)
{
	return number(c, entry, nr, false, out);
}

int chains_number_guest(struct chains *c, const uint64_t *entry, size_t nr, uint32_t *out)
{
	return number(c, entry, nr, true, out);
}

void chains_clear(struct chains *c)
{
	free(c->links);
	free(c->slots);
	memset(c, 0, sizeof(*c));
}

static enum chain_context context_of(uint64_t marker)
{
	switch (marker) {
	case CONTEXT_KERNEL:
		return CHAIN_KERNEL;
	case CONTEXT_USER:
		return CHAIN_USER;
	case CONTEXT_GUEST_KERNEL:
		return CHAIN_GUEST_KERNEL;
	case CONTEXT_GUEST_USER:
		return CHAIN_GUEST_USER;
	default:
		return CHAIN_UNKNOWN;
	}
}

void chain_walk(struct chain_walk *w, const struct chains *c, uint32_t chain)
{
	*w = (struct chain_walk){ .chains = c, .link = chain };
}

bool chain_next(struct chain_walk *w, uint64_t *address)
{
	while (w->link) {
		const struct chain_link *l = &w->chains->links[w->link];
		uint64_t entry = address_of(l);

		w->link = l->caller;
		/* the cookie after this marker is not an address */
		if (entry == CONTEXT_USER_DEFERRED)
			w->link = CHAIN_NONE;
		if (entry < CONTEXT_MAX) {
			*address = entry;
			return true;
		}
		w->context = context_of(entry);
	}
	return false;
}
