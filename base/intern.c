// SPDX-License-Identifier: GPL-2.0-only
#include "base/intern.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

uint64_t intern_seed(void)
{
	struct timespec ts = { 0 };
	uint64_t seed;

	if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) == sizeof(seed))
		return seed | 1;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ((uint64_t)ts.tv_nsec << 32 ^ (uintptr_t)&ts) | 1;
}

static uint32_t hash_of(const struct intern *in, const void *data, size_t len)
{
	const unsigned char *p = data, *end = p + len;
	uint64_t h = in->seed ^ len, v = 0;

	if (len < 8) {
		if (len)
			memcpy(&v, p, len);
		return intern_mix(h ^ v);
	}
	for (; end - p > 8; p += 8) {
		memcpy(&v, p, 8);
		h = intern_mix(h ^ v) + in->seed;
	}
	/* the last eight, whichever of them were read before */
	memcpy(&v, end - 8, 8);
	return intern_mix(h ^ v);
}

/* The slot that holds data, or the free one it would get. */
static uint32_t *slot_of(const struct intern *in, const void *data, size_t len, uint32_t hash)
{
	uint32_t mask = in->nr_slots - 1;

	for (uint32_t i = hash & mask;; i = (i + 1) & mask) {
		const struct intern_item *it;

		if (!in->slot[i])
			return &in->slot[i];
		it = &in->item[in->slot[i] - 1];
		if (it->hash == hash && it->len == len && !memcmp(it->data, data, len))
			return &in->slot[i];
	}
}

static int grow(struct intern *in)
{
	uint32_t nr_slots = in->nr_slots ? in->nr_slots * 2 : 64;
	struct intern_item *item;
	uint32_t *slot;

	if (in->nr_slots >= 1u << 30)
		return -1;
	item = reallocarray(in->item, nr_slots / 2, sizeof(*item));
	if (!item)
		return -1;
	in->item = item;
	slot = calloc(nr_slots, sizeof(*slot));
	if (!slot)
		return -1;
	for (uint32_t n = 0; n < in->nr; n++) {
		uint32_t i = item[n].hash & (nr_slots - 1);

		while (slot[i])
			i = (i + 1) & (nr_slots - 1);
		slot[i] = n + 1;
	}
	free(in->slot);
	in->slot = slot;
	in->nr_slots = nr_slots;
	return 0;
}

uint32_t intern_add(struct intern *in, const void *data, size_t len)
{
	uint32_t hash, *slot;
	const char *copy;

	if (len >= UINT32_MAX)
		return INTERN_NONE;
	if (!in->seed)
		in->seed = intern_seed();
	if (in->nr >= in->nr_slots / 2 && grow(in))
		return INTERN_NONE;
	hash = hash_of(in, data, len);
	slot = slot_of(in, data, len, hash);
	if (*slot)
		return *slot - 1;
	copy = pool_bytes(&in->bytes, data, len);
	if (!copy)
		return INTERN_NONE;
	in->item[in->nr] = (struct intern_item){ copy, len, hash };
	*slot = ++in->nr;
	return in->nr - 1;
}

const char *intern_text(struct intern *in, const void *data, size_t len)
{
	uint32_t n = intern_add(in, data, len);

	return n == INTERN_NONE ? NULL : in->item[n].data;
}

uint32_t intern_find(const struct intern *in, const void *data, size_t len)
{
	uint32_t number;

	if (!in->nr || len >= UINT32_MAX)
		return INTERN_NONE;
	number = *slot_of(in, data, len, hash_of(in, data, len));
	return number ? number - 1 : INTERN_NONE;
}

const char *intern_get(const struct intern *in, uint32_t number)
{
	return in->item[number].data;
}

void intern_clear(struct intern *in)
{
	pool_free(&in->bytes);
	free(in->item);
	free(in->slot);
	*in = (struct intern){ 0 };
}
