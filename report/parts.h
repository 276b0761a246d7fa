/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_PARTS_H
#define REPORT_PARTS_H

#include "kvm/exits.h"
#include "report/picture.h"

/* The parts of stacked pictures: worlds, and the accounts of a vCPU's time. */

/* Worlds in display order: unknown comes last. */
enum world world_at(unsigned int i);
unsigned int world_place(enum world w);	/* the inverse */
/* Their looks, in that order. */
extern const struct picture_part world_parts[NR_WORLDS];
enum role world_role(enum world w);

/* Accounts of a vCPU's time, bottom first; in the remaining time the vCPU was waiting. */
#define LEDGER_PARTS	5
extern const struct picture_part ledger_part[LEDGER_PARTS];
/* ns of these accounts, in that order. */
void ledger_sizes(float size[LEDGER_PARTS], const uint64_t *ns);
/* The role of an account; those without a part are dim. */
enum role account_role(enum account a);

#endif
