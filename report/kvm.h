/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_KVM_H
#define REPORT_KVM_H

#include "kvm/exits.h"
#include "report/report.h"

/* Where VMs' time went and what their exits cost, as text, CSV or JSON. */

/* What CSV shows, which has one table. */
enum kvm_table {
	KVM_LEDGER, KVM_EXITS, KVM_STEAL, KVM_COSTS, KVM_TIMES, KVM_CPUS, KVM_IRQS, KVM_CODE,
	NR_KVM_TABLES
};
const char *kvm_table_name(enum kvm_table t);	/* "ledger", "exits"... */

/* Borrowed for the call. */
struct kvm_report {
	const struct report_data *d;	/* of it: source, info, clock, timeline, summary, missing */
	const struct exits *exits;
	/* keys: reason, world, symbol, object; by samples; NULL: none were decoded */
	const struct rows *functions;
	/*
	 * Exits by the guest's code that made them; metrics.samples is exits, most first.  Keys:
	 * reason, vm, guest_comm, symbol, object, and of the second address; NULL: no
	 * exit tells.
	 */
	const struct rows *guest_functions, *guest_addresses;
	enum kvm_table table;		/* in CSV */
};

/* 0, or -errno of the write that failed; -ENOMEM. */
int kvm_report_write(FILE *out, const struct kvm_report *r, const struct report_options *opt);

#endif
