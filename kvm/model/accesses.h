/* SPDX-License-Identifier: GPL-2.0-only */
/* One entry and one exit of each kind, as the model's PE sees them. */
#ifndef KVM_MODEL_ACCESSES_H
#define KVM_MODEL_ACCESSES_H

#include <stdbool.h>

/*
 * Prints, for each row of kvm/world/kinds.def with or without SPE (el3: of those without,
 * where EL3 keeps it), its name, then every register access and barrier in its order.  A
 * value is the host's own of that register, the guest's own (each perhaps with bits set),
 * or a number.
 */
void accesses_print(bool spe, bool el3);

#endif
