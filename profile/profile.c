// SPDX-License-Identifier: GPL-2.0-only
#include "profile/profile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "profile/data.h"
#include "profile/places.h"

struct cells *profile_new_cells(const struct profile *p)
{
	struct cells *c = cells_new(p->nr_parts);

	if (c && p->query->brief && cells_brief(c)) {
		cells_free(c);
		return NULL;
	}
	return c;
}

/*
 * Does the key consist only of the name, of owner fields that plain.c can cache, of the CPU, and of the
 * data's node and field?
 */
static bool is_plain(const struct profile *p)
{
	const uint32_t parts = 1u << PART_WHO | 1u << PART_NAME | 1u << PART_GUEST |
			       1u << PART_THREAD | 1u << PART_COMM | 1u << PART_GUEST_THREAD |
			       1u << PART_GUEST_COMM | 1u << PART_CPU | 1u << PART_CGROUP |
			       1u << PART_NSPID | 1u << PART_CPU_NODE | 1u << PART_NODE |
			       1u << PART_DATA;

	for (unsigned int i = 0; i < p->nr_parts; i++) {
		if (!(parts >> p->part[i] & 1))
			return false;
	}
	return (p->want_name || profile_has_part(p, PART_DATA)) && !p->want_el;
}

/* Are all parts but the name determined by the sample's world and space? */
static bool is_by_space(const struct profile *p)
{
	return p->want_name && p->nr_parts == 2u + profile_has_part(p, PART_GUEST) && !p->want_vcpu &&
	       !p->want_basis && !p->want_reason;
}

struct profile *profile_new(const struct profile_query *query,
			    const struct profile_context *ctx)
{
	struct profile *p = calloc(1, sizeof(*p));
	bool ok = p && query->nr_keys && query->nr_keys <= PROFILE_KEYS;
	size_t i;

	if (!ok) {
		free(p);
		return NULL;
	}
	p->query = query;
	p->ctx = *ctx;
	p->cpu = -1;
	profile_want_part(p, PART_WHO);
	for (i = 0; ok && i < query->nr_keys; i++)
		ok = profile_want_field(p, query->keys[i]);
	p->want_name = profile_has_part(p, PART_NAME);
	if (ok && p->want_name && query->by_vm)
		ok = profile_want_part(p, PART_GUEST);
	p->plain = is_plain(p);
	p->by_space = p->plain && is_by_space(p);
	p->costly_nodes = query->costly && nodes_are_several(ctx->nodes);
	p->by_node = p->plain && profile_has_part(p, PART_NODE);
	p->by_data = p->plain && profile_has_part(p, PART_DATA);
	profile_filter_init(p);
	if (profile_query_asks_types(query))
		ok = ok && !profile_data_init(p);
	if (p->plain)
		ok = ok && !profile_plain_init(p);
	p->cells = ok ? profile_new_cells(p) : NULL;
	top_keys_init(p);
	if (!p->cells) {
		profile_free(p);
		return NULL;
	}
	return p;
}

void profile_free(struct profile *p)
{
	if (!p)
		return;
	cells_free(p->cells);
	top_keys_free(p);
	free(p->cycles.of);
	free(p->names);
	free(p->named);
	free(p->verdicts.of);
	profile_data_free(p);
	profile_plain_end(p);
	free(p->costly.list);
	intern_clear(&p->texts);
	free(p);
}

static unsigned int model_of(struct profile *p, uint64_t midr)
{
	unsigned int i;

	for (i = 0; i < p->nr_models; i++) {
		if (p->models[i] == midr)
			return i;
	}
	if (p->nr_models == PROFILE_MODELS)
		return PROFILE_MODELS - 1;
	p->models[p->nr_models] = midr;
	return p->nr_models++;
}

int profile_stream(struct profile *p, int32_t cpu, uint64_t period, uint64_t midr)
{
	p->cpu = cpu;
	p->midr = midr;
	p->model = model_of(p, midr);
	memset(p->cursor, 0, sizeof(p->cursor));
	memset(p->who, 0, sizeof(p->who));
	return cells_period(p->cells, period);
}

_Static_assert(NR_REASONS < 64, "6 bits for a reason, and a bit of a mask for each");

static inline uint64_t who_of(const struct profile *p, const struct spe_record *rec,
			      const struct owner *o)
{
	uint64_t who = o->world;

	if (p->want_basis)
		who |= (uint64_t)o->basis << 3;
	if (p->want_el && rec->has & SPE_HAS_PC)
		who |= WHO_EL_OF((uint64_t)rec->pc_el);
	if (p->want_reason)
		who |= (uint64_t)o->reason << 9;
	return who;
}

static uint64_t thread_of(const struct profile *p, const struct owner *o)
{
	return (p->want_pid ? (uint64_t)(uint32_t)o->pid << 32 : 0) |
	       (p->want_tid ? (uint32_t)o->tid : 0);
}

/* 0: no slices, or no time. */
static uint64_t slice_of(const struct profile *p, const struct spe_record *rec)
{
	return p->ctx.slice ? profile_time(p, rec) / p->ctx.slice * p->ctx.slice : 0;
}

static uint64_t guest_thread_of(const struct profile *p, const struct owner *o)
{
	return (p->want_guest_pid ? (uint64_t)(uint32_t)o->guest_pid << 32 : 0) |
	       (p->want_guest_tid ? (uint32_t)o->guest_tid : 0);
}

static inline uint64_t part_of(struct profile *p, enum part part, const struct spe_record *rec,
			const struct owner *o)
{
	switch (part) {
	case PART_WHO:
		return who_of(p, rec, o);
	case PART_PC:
		return rec->pc;
	case PART_OFFSET:
		return profile_offset(p, rec, o);
	case PART_GUEST:
		return profile_guest(p, o);
	case PART_THREAD:
		return thread_of(p, o);
	case PART_COMM:
		return (uintptr_t)timeline_comm(p->ctx.timeline, o->task);
	case PART_CGROUP:
		return (uintptr_t)timeline_cgroup(p->ctx.timeline, o->task);
	case PART_NSPID:
		return (uint64_t)timeline_nspid(p->ctx.timeline, o->task);
	case PART_GUEST_THREAD:
		return guest_thread_of(p, o);
	case PART_GUEST_COMM:
		return (uintptr_t)timeline_guest_comm(p->ctx.timeline, o);
	case PART_CPU:
		return (uint64_t)p->cpu + 1;
	case PART_CPU_NODE:
		return (uint64_t)(nodes_of_cpu(p->ctx.nodes, p->cpu) + 1);
	case PART_NODE:
		return profile_node(p, rec);
	case PART_DATA:
		return profile_data(p, rec, o);
	case PART_OP:
		return rec->has & SPE_HAS_OP ? (rec->op_class << 8 | rec->op) + 1 : 0;
	case PART_SOURCE:
		return rec->has & SPE_HAS_SOURCE ?
		       (uint64_t)p->model << 17 | (rec->source + 1) : 0;
	case PART_HAS:
		return rec->has & p->has;
	case PART_TARGET:
		return rec->target;
	case PART_PREV_TARGET:
		return rec->prev_target;
	case PART_VA:
		return spe_untagged(rec->va) & p->va_mask;
	case PART_PA:
		return rec->pa & p->pa_mask;
	case PART_WORD:
		return rec->has & (SPE_HAS_VA | SPE_HAS_PA) ? spe_record_word(rec) + 1 : 0;
	case PART_TOTAL:
		return p->exact_total ? rec->total : latency_step(rec->total);
	case PART_ISSUE:
		return rec->issue;
	case PART_XLAT:
		return rec->xlat;
	case PART_EVENTS:
		return rec->events;
	case PART_CTX_EL1:
		return rec->ctx_el1;
	case PART_CTX_EL2:
		return rec->ctx_el2;
	case PART_TIME:
		return profile_time(p, rec);
	case PART_SLICE:
		return slice_of(p, rec);
	case PART_EXTRA:
		return rec->nr_extra;
	case PART_NAME:		/* see profile_name() */
	case NR_PARTS:
		break;
	}
	return 0;
}

void profile_key_of_name(struct profile *p, const struct spe_record *rec, const struct owner *o,
			 uint32_t name, uint64_t key[CELL_PARTS])
{
	for (unsigned int i = 0; i < p->nr_parts; i++)
		key[i] = p->part[i] == PART_NAME ? name : part_of(p, p->part[i], rec, o);
}

int profile_key(struct profile *p, const struct spe_record *rec, const struct owner *o,
		uint64_t key[CELL_PARTS])
{
	uint32_t name = NO_NAME;

	if (p->want_name && profile_name(p, rec, o, &name))
		return -ENOMEM;
	profile_key_of_name(p, rec, o, name, key);
	return 0;
}

/* Count samples by any combination of parts. */
static int add_one(struct profile *p, const struct spe_record *rec, const struct owner *o)
{
	uint64_t key[CELL_PARTS];

	return profile_key(p, rec, o, key) ?: cells_add(p->cells, key, rec);
}

int profile_add(struct profile *p, const struct samples *s)
{
	unsigned int i;
	int err = 0;

	if (top_keys_is_met(p))
		return top_keys_add(p, s);
	if (p->plain)
		return profile_add_plain(p, s) ?: top_keys_check(p);
	for (i = 0; i < s->n && !err; i++) {
		if (s->all || s->keep[i])
			err = add_one(p, &s->rec[i], &s->owner[s->owner_of[i]]);
	}
	return err ?: top_keys_check(p);
}

int profile_flush(struct profile *p)
{
	return cells_flush(p->cells);
}

/* Each thread has its own numbers of models. */
static void renumber_source(struct profile *p, const struct profile *from, uint64_t *key)
{
	unsigned int i;

	for (i = 0; i < p->nr_parts; i++) {
		if (p->part[i] == PART_SOURCE && key[i])
			key[i] = (uint64_t)model_of(p, from->models[key[i] >> 17]) << 17 |
				 (key[i] & 0x1ffff);
	}
}

int profile_merge(struct profile *p, struct profile *from)
{
	uint64_t key[CELL_PARTS];
	int err = top_keys_merge(p, from) ?: costly_merge(&p->costly, &from->costly);
	size_t i;

	for (i = 0; !err && i < cells_nr(from->cells); i++) {
		memcpy(key, cells_key(from->cells, i), p->nr_parts * sizeof(key[0]));
		renumber_source(p, from, key);
		err = cells_merge(p->cells, key, from->cells, i);
	}
	return err ?: top_keys_check(p);
}

int profile_end(struct profile *p)
{
	int err = top_keys_end(p);

	profile_plain_end(p);
	p->ctx.sketch = NULL;	/* the caller's, and no longer used */
	return err;
}

struct sketch *profile_take_sketch(struct profile *p)
{
	struct sketch *s = p->sketch;

	p->sketch = NULL;
	return s;
}
