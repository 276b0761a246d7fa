// SPDX-License-Identifier: GPL-2.0-only
#include "report/parts.h"

const struct picture_part world_parts[NR_WORLDS] = {
	{ ROLE_HOST_USER, 'h' }, { ROLE_HOST, 'k' }, { ROLE_SWITCH, 's' },
	{ ROLE_GUEST_USER, 'u' }, { ROLE_GUEST, 'g' }, { ROLE_UNKNOWN, '?' },
};

enum world world_at(unsigned int i)
{
	return (i + 1) % NR_WORLDS;
}

unsigned int world_place(enum world w)
{
	return (w + NR_WORLDS - 1) % NR_WORLDS;
}

enum role world_role(enum world w)
{
	return world_parts[world_place(w)].role;
}

/* The remaining time is waiting, or unknown. */
static const enum account shown[LEDGER_PARTS] = {
	ACCOUNT_GUEST, ACCOUNT_KERNEL, ACCOUNT_VMM, ACCOUNT_PREEMPTED, ACCOUNT_HALTED,
};
const struct picture_part ledger_part[LEDGER_PARTS] = {
	{ ROLE_GUEST, 'g' }, { ROLE_EXITS, 'e' }, { ROLE_VMM, 'v' }, { ROLE_STOLEN, 'x' },
	{ ROLE_DIM, 'h' },
};

void ledger_sizes(float size[LEDGER_PARTS], const uint64_t *ns)
{
	for (unsigned int k = 0; k < LEDGER_PARTS; k++)
		size[k] = (float)ns[shown[k]];
}

enum role account_role(enum account a)
{
	for (unsigned int k = 0; k < LEDGER_PARTS; k++)
		if (shown[k] == a)
			return ledger_part[k].role;
	return ROLE_DIM;
}
