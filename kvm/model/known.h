/* SPDX-License-Identifier: GPL-2.0-only */
/* What is known beforehand: others' switches and their faults, and faults that are none. */
#ifndef KVM_MODEL_KNOWN_H
#define KVM_MODEL_KNOWN_H

#include "kvm/model/roof.h"
#include "kvm/model/walk.h"

struct known {
	const char *name;
	const struct machine_switch *sw;
	const char *walk;		/* the configuration to judge it in */
	const char *verdict;		/* how the verdict begins; "" if it is accepted */
};

/* The last has no name. */
extern const struct known known_switches[];

/* A mutant of kvm/world that behaves as the original does, and why. */
struct equal {
	const char *file, *text;
	unsigned int nth;		/* of the sites with this text in this file */
	enum mutant_kind kind;
	const char *why;
};

/* The last has no file. */
extern const struct equal equal_mutants[];

#endif
