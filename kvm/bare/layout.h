/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory of the hypervisor and its guest, in blocks of 2 MiB, and what else both know; for
 * assembly, too.  Maps are the identity where nothing else is said.
 */
#ifndef KVM_BARE_LAYOUT_H
#define KVM_BARE_LAYOUT_H

#define RAM		0x40000000	/* of QEMU's virt machine */
#define BLOCK		0x200000

#define HOST_BUFFER	0x44000000	/* where SHADOW is in the host's map */

#define GUEST		0x48000000	/* its code and tables: read-only */
#define GUEST_DATA	0x48200000
/*
 * One address, two memories: to the host its profiling buffer is here; without the host's
 * map (stage 1 off, the hypervisor's, the guest's) it is a page of the guest's that
 * nobody may write.
 */
#define SHADOW		0x48400000
#define GUEST_HOLE	0x48600000	/* stage 2 has nothing here */
#define GUEST_BUFFER	0x48800000	/* an IPA; stage 2 makes it the next */
#define GUEST_BUFFER_PA	0x48a00000
#define GUEST_END	0x48a00000	/* of what stage 1 of the guest has */

#define SHADOW_ALIAS	0x4c800000	/* in the host's map: the guest's page at SHADOW */

#define GUEST_DEVICE	0x0a000000	/* trapped, and answered */

/* CONTEXTIDR_EL1 of each. */
#define HOST_CONTEXT	0x1111
#define GUEST_CONTEXT	0x2222
/* CONTEXTIDR_EL2 above a host at EL1; a host at EL2 has HOST_CONTEXT there. */
#define HYP_CONTEXT	0x3333

/* At GUEST_DATA: what the guest's handler tells of exceptions that it took. */
#define TOLD_COUNT	0
#define TOLD_ESR	8
#define TOLD_ELR	16
#define TOLD_FAR	24
#define TOLD_SPSR	32
/* And of its buffer's interrupts. */
#define TOLD_IRQS	40
#define TOLD_PMBSR	48
#define TOLD_PMBPTR	56
/* And of its own steps of EL0: how many, and where from the second on. */
#define TOLD_STEPS	64
#define TOLD_STEP_PC	72
#define TOLD_END	256

#endif
