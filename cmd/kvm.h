/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_KVM_H
#define CMD_KVM_H

#include "cmd/run.h"
#include "report/kvm/kvm.h"

/* The exits of a recording, for all commands that show them. */

/* Samples by the exit that was being handled, and by function. */
#define KVM_KEYS	FIELD_REASON, FIELD_WORLD, FIELD_SYMBOL, FIELD_OBJECT

/* Can its exits be interpreted?  Other architectures have other exit reasons. */
bool kvm_is_arm(const struct recording *r);
/* d: run_data(); functions: rows by KVM_KEYS, by samples, NULL: none.  All are borrowed. */
struct kvm_report kvm_report_of(const struct run *run, const struct report_data *d,
				const struct rows *functions);

#endif
