/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_KVM_FLEET_H
#define REPORT_KVM_FLEET_H

#include "report/fleet/fleet.h"
#include "report/kvm/kvm.h"

/* The ledgers of VMs in several recordings. */

/* A VM: equal host, name and pid. */
struct kvm_fleet_vm {
	char *host, *name;		/* owned; name: "web:1234" */
	size_t files;			/* recordings that have it */
	uint32_t nr_vcpus;		/* the most in one of them */
	uint64_t ns[NR_ACCOUNTS], alive;
	uint64_t entries, exits, preemptions;
	struct exit_row reasons[NR_REASONS];	/* by reason, details left out; .exits 0: none */
};

struct kvm_fleet {
	struct kvm_fleet_vm *vms;	/* after kvm_fleet_sort() by host and name */
	size_t nr;
};

/* Add a recording's VMs.  0 or -ENOMEM. */
int kvm_fleet_add(struct kvm_fleet *f, const char *host, const struct kvm_report *r);
void kvm_fleet_sort(struct kvm_fleet *f);
void kvm_fleet_clear(struct kvm_fleet *f);	/* all zeros is fine */

/* For CSV only the tables KVM_LEDGER and KVM_EXITS.  0, or -errno of the write that failed. */
int kvm_fleet_write(FILE *out, const struct kvm_fleet *f, const struct fleet_report *files,
		    enum kvm_table table, const struct report_options *opt);

#endif
