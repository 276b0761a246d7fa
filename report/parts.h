/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_PARTS_H
#define REPORT_PARTS_H

#include "kvm/exits.h"
#include "report/picture.h"

/* What pictures of worlds and of a vCPU's time are stacked of. */

/* The worlds in the order people read them: unknown is the last. */
enum world world_at(unsigned int i);
unsigned int world_place(enum world w);	/* the i of that world */
/* What worlds look like, in the order of world_at(). */
extern const struct picture_part world_parts[NR_WORLDS];
enum role world_role(enum world w);

/* Accounts of a vCPU's time, the first at the bottom; the rest of it the vCPU was waiting. */
#define LEDGER_PARTS	5
extern const struct picture_part ledger_part[LEDGER_PARTS];
/* ns of these accounts, in their order. */
void ledger_sizes(float size[LEDGER_PARTS], const uint64_t *ns);
/* What an account looks like; what is no part is dim. */
enum role account_role(enum account a);

#endif
