/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVM_VM_REF_H
#define KVM_VM_REF_H

#include <stddef.h>
#include <stdint.h>

/* A VM as a user names it; timeline_is_vm() says which VMs of a recording are meant. */

enum vm_ref_kind {
	VM_ANY,		/* none is named: every VM */
	VM_NUMBER,	/* an index in timeline_vms(), or a name that reads as a number */
	VM_PID,		/* of the process that owns the vCPU threads */
	VM_NAME,
};

struct vm_ref {
	enum vm_ref_kind kind;
	int64_t number;		/* VM_NUMBER, VM_PID */
	const char *text;	/* as given, len bytes, borrowed; NULL: it is no text */
	size_t len;
};

#endif
