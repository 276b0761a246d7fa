// SPDX-License-Identifier: GPL-2.0-only
/* Adds up the profiles of several recordings. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "profile/cycles.h"
#include "profile/identity.h"

struct profile *profile_joint_new(const struct profile_query *query)
{
	struct profile *all = calloc(1, sizeof(*all));

	if (!all || !query->nr_keys || query->nr_keys > PROFILE_KEYS) {
		free(all);
		return NULL;
	}
	all->query = query;
	all->joined = true;
	all->nr_parts = IDS * (unsigned int)query->nr_keys;
	all->cells = profile_new_cells(all);
	if (all->cells)
		return all;
	profile_free(all);
	return NULL;
}

static int keep_text(struct profile *all, const char *text, uint64_t *id)
{
	text = intern_text(&all->texts, text, strlen(text));
	*id = (uintptr_t)text;
	return text ? 0 : -ENOMEM;
}

/* The number of a VM is only known in its own recording. */
static int keep_vm(struct profile *all, const struct profile *p, uint64_t *id)
{
	const struct timeline_vm *vms;
	size_t nr = timeline_vms(p->ctx.timeline, &vms), vm = *id - 1;
	char text[TIMELINE_VM_LEN];

	if (!*id || vm >= nr)
		return 0;
	id[1] = KNOWN_TEXT;
	return keep_text(all, timeline_vm_text(text, &vms[vm]), id);
}

/* Make one identity, of two words, mean the same outside of its recording. */
static int keep_identity(struct profile *all, const struct profile *p, enum field f, uint64_t *id)
{
	if (id[1] == KNOWN_REST)
		return -EOVERFLOW;
	if (f == FIELD_VM)
		return keep_vm(all, p, id);
	return identity_is_text(f) && *id ? keep_text(all, (const char *)(uintptr_t)*id, id) : 0;
}

static int join_cell(struct profile *all, const struct identities *ids, size_t i, uint64_t slice)
{
	const struct profile *p = ids->p;
	size_t nr_keys = all->query->nr_keys;
	uint64_t key[IDS * PROFILE_KEYS];
	uint32_t number;
	int err = 0;

	for (size_t k = 0; k < nr_keys && !err; k++) {
		err = identity_of(ids, k, i, &key[IDS * k]) ?:
		      keep_identity(all, p, all->query->keys[k], &key[IDS * k]);
		if (all->query->keys[k] == FIELD_SLICE)
			memcpy(&key[IDS * k], (uint64_t [IDS]){ slice, 1 }, sizeof(uint64_t [IDS]));
	}
	err = err ?: cells_number(all->cells, key, &number) ?: cells_merge(all->cells, key, p->cells, i);
	if (err || i >= p->cycles.max)
		return err;
	return profile_count_cycles(all, number, &p->cycles.of[i]);
}

static void join_cycles(struct profile *all, const struct profile *p)
{
	if (!p->cycles.counted)
		return;
	all->cycles.mixed |= all->cycles.counted && all->cycles.clock != p->cycles.clock;
	all->cycles.counted = true;
	all->cycles.clock = p->cycles.clock;
}

int profile_join(struct profile *all, struct profile *p, uint64_t slice)
{
	const struct identities ids = identities_of(p, p->ctx.naming);
	int err = p->level ? -EOVERFLOW : profile_flush(p);

	for (size_t i = 0; !err && i < cells_nr(p->cells); i++)
		err = join_cell(all, &ids, i, slice);
	if (!err)
		join_cycles(all, p);
	if (!err && p->max_cells && cells_nr(all->cells) > p->max_cells)
		err = -EOVERFLOW;
	return err;
}
