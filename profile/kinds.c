// SPDX-License-Identifier: GPL-2.0-only
#include "profile/kinds.h"

static bool has(const struct kind_facts *f, enum spe_event e)
{
	return f->events >> e & 1;
}

static enum sample_kind load_of(const struct kind_facts *f)
{
	if (has(f, SPE_EV_REMOTE_ACCESS) || f->reach == SPE_REACH_FAR)
		return KIND_LOAD_FAR;
	if (has(f, SPE_EV_MODIFIED) || has(f, SPE_EV_SNOOPED) || f->reach == SPE_REACH_PEER)
		return KIND_LOAD_PEER;
	if (has(f, SPE_EV_L1D_MISS))
		return KIND_LOAD_MISS;
	if (has(f, SPE_EV_L1D_ACCESS) || f->reach == SPE_REACH_L1D)
		return KIND_LOAD_HIT;
	return f->reach == SPE_REACH_NEAR ? KIND_LOAD_MISS : KIND_LOAD;
}

enum sample_kind kind_of(const struct kind_facts *f)
{
	struct spe_record rec = {
		.has = f->has_op ? SPE_HAS_OP : 0, .op_class = f->op_class, .op = f->op,
	};

	switch (spe_kind(&rec)) {
	case SPE_KIND_LOAD:
		return load_of(f);
	case SPE_KIND_STORE:
		return KIND_STORE;
	case SPE_KIND_BRANCH:
		return has(f, SPE_EV_MISPREDICTED) ? KIND_MISPREDICTED : KIND_BRANCH;
	case SPE_KIND_OTHER:
	case SPE_KIND_NONE:
		break;
	}
	return KIND_OTHER;
}

enum sample_kind kind_with_source(enum sample_kind by_events, enum spe_reach reach)
{
	static const uint64_t events[NR_KINDS] = {
		[KIND_LOAD_MISS] = 1u << SPE_EV_L1D_MISS, [KIND_LOAD_HIT] = 1u << SPE_EV_L1D_ACCESS,
	};

	if (by_events != KIND_LOAD_MISS && by_events != KIND_LOAD_HIT && by_events != KIND_LOAD)
		return by_events;
	return load_of(&(struct kind_facts){ .events = events[by_events], .reach = reach });
}
