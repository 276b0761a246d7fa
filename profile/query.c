// SPDX-License-Identifier: GPL-2.0-only
/* Translates a query into parts of a cell's key. */
#include "profile/filter/filter.h"
#include "profile/profile_impl.h"

bool profile_has_part(const struct profile *p, enum part part)
{
	unsigned int i;

	for (i = 0; i < p->nr_parts; i++) {
		if (p->part[i] == part)
			return true;
	}
	return false;
}

bool profile_want_part(struct profile *p, enum part part)
{
	if (profile_has_part(p, part))
		return true;
	if (p->nr_parts == CELL_PARTS)
		return false;
	p->part[p->nr_parts++] = part;
	return true;
}

static bool want_value(struct profile *p, enum part part, uint32_t has)
{
	p->has |= has;
	return profile_want_part(p, PART_HAS) && profile_want_part(p, part);
}

static bool want_va(struct profile *p, uint64_t mask)
{
	p->va_mask |= mask;
	return want_value(p, PART_VA, SPE_HAS_VA);
}

static bool want_pa(struct profile *p, uint64_t mask)
{
	p->pa_mask |= mask;
	return want_value(p, PART_PA, SPE_HAS_PA);
}

bool profile_want_field(struct profile *p, enum field f)
{
	switch (f) {
	case FIELD_WORLD:
	case FIELD_HOST:	/* one for all samples */
		return true;
	case FIELD_BASIS:
		return p->want_basis = true;
	case FIELD_REASON:
		return p->want_reason = true;
	case FIELD_EL:
		return p->want_el = true;
	case FIELD_VM:
		return profile_want_part(p, PART_GUEST);
	case FIELD_VCPU:
		return (p->want_vcpu = true) && profile_want_part(p, PART_GUEST);
	case FIELD_PID:
		return (p->want_pid = true) && profile_want_part(p, PART_THREAD);
	case FIELD_TID:
		return (p->want_tid = true) && profile_want_part(p, PART_THREAD);
	case FIELD_COMM:
		return profile_want_part(p, PART_COMM);
	case FIELD_CGROUP:
	case FIELD_POD:
	case FIELD_CONTAINER:
	case FIELD_UNIT:
	case FIELD_MACHINE:
		return profile_want_part(p, PART_CGROUP);
	case FIELD_NSPID:
		return profile_want_part(p, PART_NSPID);
	case FIELD_GUEST_PID:
		return (p->want_guest_pid = true) && profile_want_part(p, PART_GUEST_THREAD);
	case FIELD_GUEST_TID:
		return (p->want_guest_tid = true) && profile_want_part(p, PART_GUEST_THREAD);
	case FIELD_GUEST_COMM:
		return profile_want_part(p, PART_GUEST_COMM);
	case FIELD_CPU_NODE:
		return profile_want_part(p, PART_CPU_NODE);
	case FIELD_NODE:
		return profile_want_part(p, PART_NODE);
	case FIELD_FAR:
		return profile_want_part(p, PART_CPU_NODE) && profile_want_part(p, PART_NODE);
	case FIELD_CPU:
		return profile_want_part(p, PART_CPU);
	case FIELD_OBJECT:
	case FIELD_SYMBOL:
		return profile_want_part(p, PART_NAME);
	case FIELD_LINE:
		return (p->want_line = true) && profile_want_part(p, PART_NAME);
	case FIELD_ADDRESS:
		return want_value(p, PART_PC, SPE_HAS_PC);
	case FIELD_OFFSET:
		return want_value(p, PART_OFFSET, SPE_HAS_PC);
	case FIELD_OP:
	case FIELD_SUBCLASS:
	case FIELD_ACCESS:
		return profile_want_part(p, PART_OP);
	case FIELD_SOURCE:
		return profile_want_part(p, PART_SOURCE);
	case FIELD_TARGET:
		return want_value(p, PART_TARGET, SPE_HAS_TARGET);
	case FIELD_PREV_TARGET:
		return want_value(p, PART_PREV_TARGET, SPE_HAS_PREV_TARGET);
	case FIELD_VA:
		return want_va(p, UINT64_MAX);
	case FIELD_CACHE_LINE:
		return want_va(p, ~63ull);
	case FIELD_PAGE:
		return want_va(p, ~4095ull);
	case FIELD_PA:
		return want_pa(p, UINT64_MAX);
	case FIELD_PA_LINE:
		return want_pa(p, ~63ull);
	case FIELD_WORD:
		return profile_want_part(p, PART_WORD);
	case FIELD_TYPE:
	case FIELD_MEMBER:
	case FIELD_MEMBER_OFFSET:
		return profile_want_part(p, PART_DATA);
	case FIELD_TOTAL:
		return (p->exact_total = true) && want_value(p, PART_TOTAL, SPE_HAS_TOTAL);
	case FIELD_TOTAL_STEP:
		return want_value(p, PART_TOTAL, SPE_HAS_TOTAL);
	case FIELD_ISSUE:
		return want_value(p, PART_ISSUE, SPE_HAS_ISSUE);
	case FIELD_XLAT:
		return want_value(p, PART_XLAT, SPE_HAS_XLAT);
	case FIELD_EVENTS:
		return want_value(p, PART_EVENTS, SPE_HAS_EVENTS);
	case FIELD_CTX_EL1:
		return want_value(p, PART_CTX_EL1, SPE_HAS_CTX_EL1);
	case FIELD_CTX_EL2:
		return want_value(p, PART_CTX_EL2, SPE_HAS_CTX_EL2);
	case FIELD_TIME:
		return want_value(p, PART_TIME, SPE_HAS_TICKS);
	case FIELD_SLICE:
		return want_value(p, PART_SLICE, SPE_HAS_TICKS);
	case FIELD_EXTRA:
		return profile_want_part(p, PART_EXTRA);
	case NR_FIELDS:
		break;
	}
	return false;
}

enum spe_detail profile_detail(const struct profile *p)
{
	const uint64_t fields = 1ull << FIELD_TARGET | 1ull << FIELD_PREV_TARGET |
				1ull << FIELD_VA | 1ull << FIELD_CACHE_LINE |
				1ull << FIELD_PAGE | 1ull << FIELD_PA |
				1ull << FIELD_PA_LINE | 1ull << FIELD_WORD |
				1ull << FIELD_NODE | 1ull << FIELD_FAR |
				1ull << FIELD_TYPE | 1ull << FIELD_MEMBER |
				1ull << FIELD_MEMBER_OFFSET;
	uint64_t looked_at = p->query->filter ? filter_fields(p->query->filter) : 0;
	size_t i;

	for (i = 0; i < p->query->nr_keys; i++)
		looked_at |= 1ull << p->query->keys[i];
	if (looked_at & fields)
		return SPE_ALL;
	return p->costly_nodes ? SPE_BRIEF_PA : SPE_BRIEF;
}

bool profile_query_asks(const struct profile_query *q, enum field f)
{
	for (size_t i = 0; i < q->nr_keys; i++)
		if (q->keys[i] == f)
			return true;
	return q->filter && filter_fields(q->filter) & 1ull << f;
}

bool profile_query_asks_cgroups(const struct profile_query *q)
{
	for (enum field f = 0; f < NR_FIELDS; f++)
		if (field_is_of_cgroup(f) && profile_query_asks(q, f))
			return true;
	return false;
}

bool profile_query_asks_types(const struct profile_query *q)
{
	for (enum field f = 0; f < NR_FIELDS; f++)
		if (field_is_of_data(f) && profile_query_asks(q, f))
			return true;
	return false;
}
