/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The simplest implementation below kvm/world: a register is a number.  It shares no fact about the
 * architecture with the code under test; kvm/model does, through kvm/world/bits.h.
 */
#ifndef TESTS_UNIT_WORLD_ROOF_H
#define TESTS_UNIT_WORLD_ROOF_H

#include "kvm/world/world.h"

static u64 reg[SYS_COUNT];

u64 model_read(enum sysreg nr, const struct site *at)
{
	return reg[nr];
}

void model_write(enum sysreg nr, u64 val, const struct site *at)
{
	reg[nr] = val;
}

void model_isb(const struct site *at)
{
}

void model_dsb(const struct site *at)
{
}

void model_psb(const struct site *at)
{
}

bool model_ctx(const struct site *at)
{
	return true;
}

#endif
