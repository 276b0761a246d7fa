/* SPDX-License-Identifier: GPL-2.0-only */
/* The explorations: each is a system for explore_run(), in several configurations. */
#ifndef KVM_MODEL_WALK_H
#define KVM_MODEL_WALK_H

#include "kvm/model/machine.h"

/* The switch that is judged, and those of Linux. */
extern const struct machine_switch switch_ours, switch_linux_6_12, switch_linux_7_1;
extern const struct machine_switch switch_2017, switch_2017_buffer_off;
extern const struct machine_switch switch_7_1_too_early, switch_careless;

/*
 * One configuration of one exploration: what it is called, and a function that explores
 * it: 0 or -ENOMEM.
 */
struct walk {
	const char *name;
	int (*run)(const struct walk *walk, const struct machine_switch *sw,
		   struct explore_result *res);
	struct pe_config cfg[2];
	u32 features;
	u32 extra;		/* the exploration's own */
};

/* By number; NULL past the last.  Small ones are first. */
const struct walk *walk_nr(size_t nr);
/* By name. */
const struct walk *walk_find(const char *name);

extern const struct walk walks_spe[], walks_step[], walks_mops[], walks_id[];
/* Against the contract of world.h, and so for known.h alone: walk_nr() gives none. */
extern const struct walk walks_step_broken[];

#endif
