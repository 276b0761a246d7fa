/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVM_WORLD_KINDS_H
#define KVM_WORLD_KINDS_H

#include "kvm/world/world.h"

/* Kinds of a switch, in which the roofs are compared.  kvm/world/kinds.def. */
static const struct kind {
	const char *name;
	bool spe, vhe, host;
	u32 features;
	bool guest;
	u32 profile, debug;
} kinds[] = {
#define KIND(...) { __VA_ARGS__ },
#include "kvm/world/kinds.def"
#undef KIND
};

#endif
