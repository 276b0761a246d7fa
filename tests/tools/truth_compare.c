/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/tools/truth_compare.h"

#include <stdbool.h>

/* The decoder's bit for each packet of the truth. */
static const struct {
	uint32_t truth, has;
} bits[] = {
	{ TRUTH_PC, SPE_HAS_PC },
	{ TRUTH_TARGET, SPE_HAS_TARGET },
	{ TRUTH_PREV, SPE_HAS_PREV_TARGET },
	{ TRUTH_VA, SPE_HAS_VA },
	{ TRUTH_PA, SPE_HAS_PA },
	{ TRUTH_EVENTS, SPE_HAS_EVENTS },
	{ TRUTH_OP, SPE_HAS_OP },
	{ TRUTH_TOTAL, SPE_HAS_TOTAL },
	{ TRUTH_ISSUE, SPE_HAS_ISSUE },
	{ TRUTH_XLAT, SPE_HAS_XLAT },
	{ TRUTH_SOURCE, SPE_HAS_SOURCE },
	{ TRUTH_CTX1, SPE_HAS_CTX_EL1 },
	{ TRUTH_CTX2, SPE_HAS_CTX_EL2 },
	{ TRUTH_TICKS, SPE_HAS_TICKS },
};

/* Missing fields are zero, so the comparison is also valid for these. */
static bool same(uint32_t packet, const struct spe_record *r,
		 const struct truth_record *t)
{
	bool there = t->has & packet;

	switch (packet) {
	case TRUTH_PC:
		return r->pc == (there ? t->pc : 0) &&
		       r->pc_el == (there ? t->pc_el : 0) &&
		       r->pc_ns == (there ? t->pc_ns : 0);
	case TRUTH_TARGET:
		return r->target == (there ? t->target : 0) &&
		       r->target_el == (there ? t->target_el : 0) &&
		       r->target_ns == (there ? t->target_ns : 0);
	case TRUTH_PREV:
		return r->prev_target == (there ? t->prev_target : 0) &&
		       r->prev_el == (there ? t->prev_el : 0) &&
		       r->prev_ns == (there ? t->prev_ns : 0);
	case TRUTH_VA: return r->va == (there ? t->va : 0);
	case TRUTH_PA:
		return r->pa == (there ? t->pa : 0) &&
		       r->pa_attr == (there ? t->pa_attr : 0);
	case TRUTH_EVENTS: return r->events == (there ? t->events : 0);
	case TRUTH_OP:
		return r->op_class == (there ? t->op_class : 0) &&
		       r->op == (there ? t->op : 0);
	case TRUTH_TOTAL: return r->total == (there ? t->total : 0);
	case TRUTH_ISSUE: return r->issue == (there ? t->issue : 0);
	case TRUTH_XLAT: return r->xlat == (there ? t->xlat : 0);
	case TRUTH_SOURCE: return r->source == (there ? t->source : 0);
	case TRUTH_CTX1: return r->ctx_el1 == (there ? t->ctx_el1 : 0);
	case TRUTH_CTX2: return r->ctx_el2 == (there ? t->ctx_el2 : 0);
	case TRUTH_TICKS: return r->ticks == (there ? t->ticks : 0);
	}
	return false;
}

uint32_t truth_compare(const struct spe_record *rec, const struct truth_record *t)
{
	uint32_t differ = 0;

	for (size_t i = 0; i < sizeof(bits) / sizeof(bits[0]); i++) {
		uint32_t packet = bits[i].truth;

		if (!(rec->has & bits[i].has) != !(t->has & packet) ||
		    !same(packet, rec, t))
			differ |= packet;
	}
	return differ;
}
