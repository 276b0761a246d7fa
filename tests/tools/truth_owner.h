/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_TRUTH_OWNER_H
#define TESTS_TRUTH_OWNER_H

#include "kvm/timeline.h"
#include "tests/tools/truth.h"

/* Compares kvm/timeline.h's owner of a record with the truth. */
struct truth_owner;

enum truth_owner_verdict {
	TRUTH_OWNER_RIGHT,
	TRUTH_OWNER_WRONG,   /* another owner */
	TRUTH_OWNER_UNKNOWN, /* WORLD_UNKNOWN */
	TRUTH_OWNER_PARTLY,  /* the world is right; thread, VM or vCPU are unknown */
};

/* t is borrowed. */
struct truth_owner *truth_owner_new(const struct timeline *t);
void truth_owner_free(struct truth_owner *o);
enum truth_owner_verdict truth_owner_compare(struct truth_owner *o, int32_t cpu,
					     const struct spe_record *rec,
					     const struct truth_record *t);

/* Likewise, of the cgroup of the owner that was found last: RIGHT, WRONG or UNKNOWN. */
enum truth_owner_verdict truth_owner_cgroup(struct truth_owner *o, const struct truth_record *t);

#endif
