// SPDX-License-Identifier: GPL-2.0-only
#include "profile/identity.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decoder/names.h"

/* A part of a cell's key; 0: the profile does not have it. */
static uint64_t part(const struct identities *f, const uint64_t *key, enum part which)
{
	return f->at[which] < 0 ? 0 : key[f->at[which]];
}

/*
 * The identity of a value: equal for equal values of a field, 0 is unknown.  For numbers, the
 * number + 1; for texts, their unique pointer, except the empty text, which is not unique.
 */
static uint64_t text_id(const char *text)
{
	return *text ? (uintptr_t)text : 0;
}

static uint64_t name_id(const struct identities *f, enum field field, const uint64_t *key)
{
	uint32_t number = part(f, key, PART_NAME);
	const struct place_names *n;

	if (number == NO_NAME)
		return 0;
	n = naming_of(f->naming, number);
	return text_id(field == FIELD_OBJECT ? n->object :
		       field == FIELD_SYMBOL ? n->symbol : n->line);
}

/* Of one of a cgroup's names. */
static uint64_t cgroup_id(enum field field, uint64_t cgroup)
{
	const struct cgroup *c = (const struct cgroup *)(uintptr_t)cgroup;

	return c ? text_id(cgroup_field(c, field)) : 0;
}

static uint64_t data_id(const struct identities *f, enum field field, uint64_t number, uint64_t *known)
{
	struct data_field d;

	if (!naming_field(f->naming, (uint32_t)number, &d))
		return 0;
	*known = field == FIELD_MEMBER_OFFSET;
	return *known ? d.offset : text_id(field == FIELD_TYPE ? d.type : d.field);
}

static int source_id(const struct identities *f, const uint64_t *key, uint64_t *id)
{
	uint64_t v = part(f, key, PART_SOURCE);
	const char *name;
	char text[24];

	*id = 0;
	if (!v)
		return 0;
	name = spe_source_name(f->p->models[v >> 17], (v & 0x1ffff) - 1);
	if (!name)
		snprintf(text, sizeof(text), "%u", (unsigned int)(v & 0x1ffff) - 1);
	name = naming_intern(f->naming, name ? name : text);
	*id = (uintptr_t)name;
	return name ? 0 : -ENOMEM;
}

static uint64_t number_id(int64_t v)
{
	return v < 0 ? 0 : (uint64_t)v + 1;
}

/* Of two nodes, each + 1. */
static uint64_t far_id(uint64_t cpu, uint64_t data)
{
	return cpu && data ? 1 + (cpu != data) : 0;
}

static uint64_t op_id(enum field field, uint64_t v)
{
	struct spe_record rec = { .has = SPE_HAS_OP };

	if (!v)
		return 0;
	rec.op_class = (v - 1) >> 8;
	rec.op = (v - 1) & 0xff;
	if (field == FIELD_OP)
		return (uint64_t)spe_kind(&rec) + 1;
	if (field == FIELD_ACCESS)
		return (uint64_t)spe_access(&rec);
	return (uint64_t)spe_op(rec.op_class, rec.op) + 1;
}

/* Fields with a part of their own, and the bit that says that they are present. */
static const struct {
	enum part part;
	uint32_t has;
	uint64_t mask;
} plain_fields[NR_FIELDS] = {
	[FIELD_ADDRESS] = { PART_PC, SPE_HAS_PC, UINT64_MAX },
	[FIELD_OFFSET] = { PART_OFFSET, SPE_HAS_PC, UINT64_MAX },
	[FIELD_TARGET] = { PART_TARGET, SPE_HAS_TARGET, UINT64_MAX },
	[FIELD_PREV_TARGET] = { PART_PREV_TARGET, SPE_HAS_PREV_TARGET, UINT64_MAX },
	[FIELD_VA] = { PART_VA, SPE_HAS_VA, UINT64_MAX },
	[FIELD_CACHE_LINE] = { PART_VA, SPE_HAS_VA, ~63ull },
	[FIELD_PAGE] = { PART_VA, SPE_HAS_VA, ~4095ull },
	[FIELD_PA] = { PART_PA, SPE_HAS_PA, UINT64_MAX },
	[FIELD_PA_LINE] = { PART_PA, SPE_HAS_PA, ~63ull },
	[FIELD_TOTAL] = { PART_TOTAL, SPE_HAS_TOTAL, UINT64_MAX },
	[FIELD_TOTAL_STEP] = { PART_TOTAL, SPE_HAS_TOTAL, UINT64_MAX },
	[FIELD_ISSUE] = { PART_ISSUE, SPE_HAS_ISSUE, UINT64_MAX },
	[FIELD_XLAT] = { PART_XLAT, SPE_HAS_XLAT, UINT64_MAX },
	[FIELD_EVENTS] = { PART_EVENTS, SPE_HAS_EVENTS, UINT64_MAX },
	[FIELD_CTX_EL1] = { PART_CTX_EL1, SPE_HAS_CTX_EL1, UINT64_MAX },
	[FIELD_CTX_EL2] = { PART_CTX_EL2, SPE_HAS_CTX_EL2, UINT64_MAX },
	[FIELD_TIME] = { PART_TIME, SPE_HAS_TICKS, UINT64_MAX },
	[FIELD_SLICE] = { PART_SLICE, SPE_HAS_TICKS, UINT64_MAX },
};

bool identity_is_text(enum field f)
{
	return f == FIELD_HOST || f == FIELD_COMM || f == FIELD_GUEST_COMM || f == FIELD_OBJECT ||
	       f == FIELD_SYMBOL || f == FIELD_LINE || f == FIELD_SOURCE ||
	       f == FIELD_TYPE || f == FIELD_MEMBER ||
	       (field_is_of_cgroup(f) && f != FIELD_NSPID);
}

bool identity_is_of_rest(enum field f)
{
	return f == FIELD_WORLD || f == FIELD_BASIS || f == FIELD_REASON || f == FIELD_EL ||
	       f == FIELD_HOST || f == FIELD_VM || f == FIELD_VCPU;
}

/* The identity of a field in a cell, as two words: the value, and whether it is known. */
static int identify(const struct identities *f, enum field field, const uint64_t *key,
		    uint64_t *id, uint64_t *known)
{
	uint64_t who = part(f, key, PART_WHO), v;

	*known = 0;
	if (who & WHO_REST && !identity_is_of_rest(field)) {
		*known = KNOWN_REST;
		*id = 0;
		return 0;
	}
	switch (field) {
	case FIELD_WORLD:
		*id = WHO_WORLD(who);
		return 0;
	case FIELD_BASIS:
		*id = WHO_BASIS(who);
		return 0;
	case FIELD_REASON:
		*id = WHO_REASON(who);
		return 0;
	case FIELD_EL:
		*id = WHO_EL(who);
		return 0;
	case FIELD_HOST:
		*id = f->p->ctx.host ? text_id(f->p->ctx.host) : 0;
		return 0;
	case FIELD_VM:
		*id = part(f, key, PART_GUEST) >> 32;
		return 0;
	case FIELD_VCPU:
		*id = part(f, key, PART_GUEST) & UINT32_MAX;
		return 0;
	case FIELD_PID:
		*id = number_id((int32_t)(part(f, key, PART_THREAD) >> 32));
		return 0;
	case FIELD_TID:
		*id = number_id((int32_t)part(f, key, PART_THREAD));
		return 0;
	case FIELD_GUEST_PID:
		*id = number_id((int32_t)(part(f, key, PART_GUEST_THREAD) >> 32));
		return 0;
	case FIELD_GUEST_TID:
		*id = number_id((int32_t)part(f, key, PART_GUEST_THREAD));
		return 0;
	case FIELD_CPU:
		*id = part(f, key, PART_CPU);
		return 0;
	case FIELD_CPU_NODE:
		*id = part(f, key, PART_CPU_NODE);
		return 0;
	case FIELD_NODE:
		*id = part(f, key, PART_NODE);
		return 0;
	case FIELD_FAR:
		*id = far_id(part(f, key, PART_CPU_NODE), part(f, key, PART_NODE));
		return 0;
	case FIELD_COMM:
		*id = text_id((const char *)(uintptr_t)part(f, key, PART_COMM));
		return 0;
	case FIELD_GUEST_COMM:
		*id = text_id((const char *)(uintptr_t)part(f, key, PART_GUEST_COMM));
		return 0;
	case FIELD_CGROUP:
	case FIELD_POD:
	case FIELD_CONTAINER:
	case FIELD_UNIT:
	case FIELD_MACHINE:
		*id = cgroup_id(field, part(f, key, PART_CGROUP));
		return 0;
	case FIELD_NSPID:
		*id = part(f, key, PART_NSPID) ? part(f, key, PART_NSPID) + 1 : 0;
		return 0;
	case FIELD_OBJECT:
	case FIELD_SYMBOL:
	case FIELD_LINE:
		*id = name_id(f, field, key);
		return 0;
	case FIELD_OP:
	case FIELD_SUBCLASS:
	case FIELD_ACCESS:
		*id = op_id(field, part(f, key, PART_OP));
		return 0;
	case FIELD_TYPE:
	case FIELD_MEMBER:
	case FIELD_MEMBER_OFFSET:
		*id = data_id(f, field, part(f, key, PART_DATA), known);
		return 0;
	case FIELD_SOURCE:
		return source_id(f, key, id);
	case FIELD_WORD:
		*id = part(f, key, PART_WORD);
		return 0;
	case FIELD_EXTRA:
		*id = part(f, key, PART_EXTRA) + 1;
		return 0;
	default:
		break;
	}
	v = part(f, key, PART_HAS);
	*known = !!(v & plain_fields[field].has);
	*id = part(f, key, plain_fields[field].part) & plain_fields[field].mask;
	if (field == FIELD_TOTAL_STEP)
		*id = latency_step(*id);
	if (field == FIELD_SLICE && !f->p->ctx.slice)
		*known = 0;
	if (!*known)
		*id = 0;
	return 0;
}

struct identities identities_of(const struct profile *p, struct naming *naming)
{
	struct identities ids = { .p = p, .naming = naming };

	memset(ids.at, -1, sizeof(ids.at));
	for (unsigned int i = 0; i < p->nr_parts && !p->joined; i++)
		ids.at[p->part[i]] = (int8_t)i;
	return ids;
}

int identity_of(const struct identities *ids, size_t k, size_t cell, uint64_t id[IDS])
{
	const uint64_t *key = cells_key(ids->p->cells, cell);

	if (!ids->p->joined)
		return identify(ids, ids->p->query->keys[k], key, &id[0], &id[1]);
	memcpy(id, key + IDS * k, IDS * sizeof(*id));	/* they are identities already */
	return 0;
}

static void number_value(char text[VALUE_TEXT_LEN], struct value *v, uint64_t num, bool hex)
{
	v->known = true;
	v->is_num = true;
	v->num = num;
	snprintf(text, VALUE_TEXT_LEN, hex ? "0x%" PRIx64 : "%" PRIu64, num);
	v->text = text;
}

static void text_value(struct value *v, const char *text)
{
	v->text = text;
	v->known = *text != 0;
}

/* The text of a number is stored in `text`. */
static void value_of(char text[VALUE_TEXT_LEN], enum field field, uint64_t id, uint64_t known,
		     struct value *v)
{
	*v = (struct value){ .text = "" };
	if (identity_is_text(field) || known == KNOWN_TEXT) {
		if (id)
			text_value(v, (const char *)(uintptr_t)id);
		return;
	}
	switch (field) {
	case FIELD_WORLD:
		v->num = id;
		text_value(v, world_name(id));
		return;
	case FIELD_BASIS:
		v->num = id;
		text_value(v, basis_name(id));
		return;
	case FIELD_REASON:
		text_value(v, id ? exit_reason_name(id - 1) : "");
		return;
	case FIELD_OP:
		text_value(v, id ? spe_kind_name(id - 1) : "");
		return;
	case FIELD_SUBCLASS:
		text_value(v, id ? spe_op_name(id - 1) : "");
		return;
	case FIELD_ACCESS:
		text_value(v, spe_access_name(id));
		return;
	case FIELD_EL:
	case FIELD_VM:
	case FIELD_VCPU:
	case FIELD_PID:
	case FIELD_TID:
	case FIELD_NSPID:
	case FIELD_GUEST_PID:
	case FIELD_GUEST_TID:
	case FIELD_CPU:
	case FIELD_CPU_NODE:
	case FIELD_NODE:
	case FIELD_FAR:
	case FIELD_WORD:
	case FIELD_EXTRA:
		if (id)
			number_value(text, v, id - 1, false);
		return;
	case FIELD_MEMBER_OFFSET:
	case FIELD_TOTAL:
	case FIELD_TOTAL_STEP:
	case FIELD_ISSUE:
	case FIELD_XLAT:
	case FIELD_TIME:
	case FIELD_SLICE:
		if (known)
			number_value(text, v, id, false);
		return;
	default:
		if (known)
			number_value(text, v, id, true);
		return;
	}
}

int identity_value(struct pool *texts, enum field field, uint64_t id, uint64_t known,
		   struct value *v)
{
	char text[VALUE_TEXT_LEN];

	value_of(text, field, id, known, v);
	if (v->is_num)
		v->text = pool_string(texts, text, sizeof(text));
	return v->text ? 0 : -ENOMEM;
}

int profile_values(struct profile *p, const struct spe_record *rec, const struct owner *o,
		   char text[PROFILE_KEYS][VALUE_TEXT_LEN], struct value v[PROFILE_KEYS])
{
	uint64_t key[CELL_PARTS], id, known;
	const struct identities f = identities_of(p, p->ctx.naming);
	int err = profile_key(p, rec, o, key);

	for (size_t k = 0; k < p->query->nr_keys && !err; k++) {
		err = identify(&f, p->query->keys[k], key, &id, &known);
		value_of(text[k], p->query->keys[k], id, known, &v[k]);
	}
	return err;
}
