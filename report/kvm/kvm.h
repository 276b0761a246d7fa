/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_KVM_H
#define REPORT_KVM_H

#include "kvm/exits.h"
#include "report/report.h"

/* Where VMs' time went and what their exits cost, as text, CSV or JSON. */

/* The table for CSV, which has only one. */
enum kvm_table {
	KVM_LEDGER, KVM_EXITS, KVM_STEAL, KVM_COSTS, KVM_TIMES, KVM_CPUS, KVM_IRQS, KVM_CODE,
	NR_KVM_TABLES
};

/* Borrowed for the call. */
struct kvm_report {
	const struct report_data *d;	/* input, info, clock, timeline, summary, missing */
	const struct exits *exits;
	/* keys: reason, world, symbol, object; by samples; NULL: no samples were decoded */
	const struct rows *functions;
	/*
	 * By the guest's instruction; and by its function, or by address if unnamed.  Most exits
	 * first.
	 */
	const struct kvm_site *sites, *functions_of_sites;
	size_t nr_sites, nr_functions_of_sites;
	enum kvm_table table;		/* for CSV */
};

/* 0, or -errno of the write that failed; -ENOMEM. */
int kvm_report_write(FILE *out, const struct kvm_report *r, const struct report_options *opt);

#endif
