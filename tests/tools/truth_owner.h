/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_TRUTH_OWNER_H
#define TESTS_TRUTH_OWNER_H

#include "kvm/timeline.h"
#include "tests/tools/truth.h"

/* What kvm/timeline.h says of a record, beside the truth. */
struct truth_owner;

enum truth_owner_verdict {
	TRUTH_OWNER_RIGHT,
	TRUTH_OWNER_WRONG,   /* another is named */
	TRUTH_OWNER_UNKNOWN, /* nobody is */
	TRUTH_OWNER_PARTLY,  /* the world is right, of thread, VM and vCPU some are unknown */
};

/* t is borrowed. */
struct truth_owner *truth_owner_new(const struct timeline *t);
void truth_owner_free(struct truth_owner *o);
enum truth_owner_verdict truth_owner_compare(struct truth_owner *o, int32_t cpu,
					     const struct spe_record *rec,
					     const struct truth_record *t);

#endif
