/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PROFILE_KINDS_H
#define PROFILE_KINDS_H

#include "decoder/names.h"

/* Kinds of samples in the summary: kinds.def. */

enum sample_kind {
#define KIND(id, name, what) KIND_##id,
#include "profile/kinds.def"
#undef KIND
	NR_KINDS
};

/* The facts that determine the kind of an operation. */
struct kind_facts {
	uint64_t events;	/* 0: none */
	bool has_op;
	uint8_t op_class, op;	/* as in the record */
	enum spe_reach reach;	/* of the data source; SPE_REACH_UNKNOWN also if there is none */
};
enum sample_kind kind_of(const struct kind_facts *f);
/* Refine a kind that was derived from events alone. */
enum sample_kind kind_with_source(enum sample_kind by_events, enum spe_reach reach);

/* Rare events that refine the kind given by the ones in the low byte. */
#define KIND_RARE_EVENTS \
	(1u << SPE_EV_REMOTE_ACCESS | 1u << SPE_EV_MODIFIED | 1u << SPE_EV_SNOOPED)

#endif
