/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_HOST_GUESTS_H
#define COLLECTOR_HOST_GUESTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The virtual machines of this host, as their processes' files show them: a process
 * that has a VM of KVM's open ("anon_inode:kvm-vm", linux virt/kvm/kvm_main.c) is
 * one.  Those of other PID namespaces are seen from the first one only, and numbers are
 * this one's.  Names come from someone else: escape them before a terminal sees them.
 */

struct guest_vcpu {
	int32_t vcpu;		/* KVM's number, from "anon_inode:kvm-vcpu:N"; -1: not known */
	int32_t tid;		/* its thread; 0: no thread's name tells */
};

struct guest {
	int32_t pid;
	uint32_t uid;		/* effective, of the process */
	char *name;		/* vm_name() of its command line, else its comm; "" unknown */
	bool named;		/* by its command line */
	struct guest_vcpu *vcpus;	/* ascending; those known by a thread only come last */
	size_t nr_vcpus;
	int32_t *threads;	/* all of the process's, ascending */
	size_t nr_threads;
	uint32_t nr_vms;	/* VMs of this one process: more than 1 is rare */
};

/* At most this many threads are examined in total. */
#define GUESTS_THREADS_MAX	65536

struct guests {
	struct guest *guest;	/* by pid, ascending */
	size_t nr;
	size_t unread;		/* processes that we may not inspect: there may be more guests */
	bool cut;		/* a limit was reached: likewise */
};

/*
 * Read root/proc ("" is this machine).  Processes that exit meanwhile are left out.  0, -ENOMEM, or
 * the -errno of opening /proc; call guests_free() in any case.
 */
int guests_read(struct guests *g, const char *root);
void guests_free(struct guests *g);

/* The guest with that process id (digits) or name.  NULL: none, or *several. */
const struct guest *guests_find(const struct guests *g, const char *name, bool *several);

#endif
