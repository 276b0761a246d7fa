// SPDX-License-Identifier: GPL-2.0-only
/* How many samples of kernels have a name: profile_named(). */
#include "profile/profile_impl.h"

/* The index of a part in the key; -1: it has none. */
static int part_at(const struct profile *p, enum part part)
{
	for (unsigned int i = 0; i < p->nr_parts; i++)
		if (p->part[i] == part)
			return (int)i;
	return -1;
}

static bool has_symbol(const struct naming *naming, uint32_t number)
{
	const char *symbol = number == NO_NAME ? "" : naming_of(naming, number)->symbol;

	return *symbol && !naming_is_block(symbol);
}

int profile_named(struct profile *p, struct naming *naming, struct named_share *of, size_t nr_vms)
{
	int who = part_at(p, PART_WHO), name = part_at(p, PART_NAME), vm = part_at(p, PART_GUEST);
	int err = p->joined || p->level || name < 0 || (nr_vms && vm < 0) ? 0 : profile_flush(p) ?: 1;

	for (size_t i = 0; err > 0 && i < cells_nr(p->cells); i++) {
		const uint64_t *key = cells_key(p->cells, i);
		uint64_t world = WHO_WORLD(key[who]), n = cells_samples(p->cells, i);
		struct named_share *s = NULL;

		/* the part of a VM is its number + 1 */
		if (world == WORLD_HOST_KERNEL)
			s = &of[0];
		else if (world == WORLD_GUEST_KERNEL && nr_vms && key[vm] >> 32 &&
			 key[vm] >> 32 <= nr_vms)
			s = &of[key[vm] >> 32];
		if (!s)
			continue;
		s->all += n;
		s->named += has_symbol(naming, (uint32_t)key[name]) ? n : 0;
	}
	return err;
}
