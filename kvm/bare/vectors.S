/* SPDX-License-Identifier: GPL-2.0-only */
/* EL2's vectors, calls to EL2, and the general registers of a world switch. */

	.text
/* u64 at_el2(u64 (*f)(void *), void *arg) */
	.global at_el2
at_el2:
	mrs	x9, CurrentEL
	tbnz	x9, #3, 1f
	hvc	#0
	ret
1:	mov	x9, x0
	mov	x0, x1
	br	x9

/*
 * u64 guest_enter(struct world_vcpu *v): the ERET; returns at the next exit, with which of
 * the four exceptions it was.  v begins with X0 to X30.  TPIDR_EL2: it, while it runs.
 */
	.global guest_enter
guest_enter:
	stp	x29, x30, [sp, #-96]!
	stp	x19, x20, [sp, #16]
	stp	x21, x22, [sp, #32]
	stp	x23, x24, [sp, #48]
	stp	x25, x26, [sp, #64]
	stp	x27, x28, [sp, #80]
	msr	tpidr_el2, x0
	ldp	x2, x3, [x0, #16]
	ldp	x4, x5, [x0, #32]
	ldp	x6, x7, [x0, #48]
	ldp	x8, x9, [x0, #64]
	ldp	x10, x11, [x0, #80]
	ldp	x12, x13, [x0, #96]
	ldp	x14, x15, [x0, #112]
	ldp	x16, x17, [x0, #128]
	ldp	x18, x19, [x0, #144]
	ldp	x20, x21, [x0, #160]
	ldp	x22, x23, [x0, #176]
	ldp	x24, x25, [x0, #192]
	ldp	x26, x27, [x0, #208]
	ldp	x28, x29, [x0, #224]
	ldr	x30, [x0, #240]
	ldp	x0, x1, [x0]
	eret

/* x0, x1 are on the stack; x1 is which of the four. */
from_below:
	mrs	x0, tpidr_el2
	cbz	x0, host_calls
	stp	x2, x3, [x0, #16]
	stp	x4, x5, [x0, #32]
	stp	x6, x7, [x0, #48]
	stp	x8, x9, [x0, #64]
	stp	x10, x11, [x0, #80]
	stp	x12, x13, [x0, #96]
	stp	x14, x15, [x0, #112]
	stp	x16, x17, [x0, #128]
	stp	x18, x19, [x0, #144]
	stp	x20, x21, [x0, #160]
	stp	x22, x23, [x0, #176]
	stp	x24, x25, [x0, #192]
	stp	x26, x27, [x0, #208]
	stp	x28, x29, [x0, #224]
	str	x30, [x0, #240]
	ldp	x2, x3, [sp], #16
	stp	x2, x3, [x0]
	msr	tpidr_el2, xzr
	mov	x0, x1
	ldp	x19, x20, [sp, #16]
	ldp	x21, x22, [sp, #32]
	ldp	x23, x24, [sp, #48]
	ldp	x25, x26, [sp, #64]
	ldp	x27, x28, [sp, #80]
	ldp	x29, x30, [sp], #96
	ret

/* Of a host at EL1: HVC 0 calls x0 with x1, HVC 0x77 ends at_el1(). */
host_calls:
	ldp	x0, x1, [sp], #16
	mrs	x9, esr_el2
	ldr	x10, =0x5a000000
	subs	x9, x9, x10
	b.eq	1f
	cmp	x9, #0x77
	b.ne	lost
	b	el1_done
1:	stp	x29, x30, [sp, #-16]!
	mov	x9, x0
	mov	x0, x1
	blr	x9
	ldp	x29, x30, [sp], #16
	eret

/* Nothing here takes exceptions on purpose. */
lost:
	mrs	x0, esr_el2
	mrs	x1, elr_el2
	mrs	x2, far_el2
	b	host_lost

	.balign 2048
	.global vectors
vectors:
	.rept	8
	.balign	128
	b	lost
	.endr
	.irp	which, 0, 1, 2, 3
	.balign	128
	stp	x0, x1, [sp, #-16]!
	mov	x1, #\which
	b	from_below
	.endr
	.rept	4
	.balign	128
	b	lost
	.endr

/* A host's at EL1. */
	.balign 2048
	.global host_vectors
host_vectors:
	.rept	16
	.balign	128
	mrs	x0, esr_el1
	mrs	x1, elr_el1
	mrs	x2, far_el1
	b	host_lost
	.endr
