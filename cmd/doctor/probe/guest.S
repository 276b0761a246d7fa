/* SPDX-License-Identifier: GPL-2.0-only */
#ifdef __aarch64__
#include "cmd/doctor/probe/guest.h"

	.macro	loop turns
	mov	\turns, #LOOP_TURNS
1:	add	x1, x1, #1
	eor	x2, x2, x1
	subs	\turns, \turns, #1
	b.ne	1b
	.endm

/* The same in the host's user space: void probe_loop(void). */
	.text
	.balign	64
	.globl	probe_loop, probe_loop_end
	.type	probe_loop, %function
probe_loop:
	loop	x0
	ret
probe_loop_end:
	.size	probe_loop, . - probe_loop

/*
 * The probe's guest: a page for EL1 and one for EL0, which run wherever they lie.  It keeps
 * everything in registers: it writes no byte of its memory, and reads none but instructions.
 *
 *   x27  the device			x19, x20  turns left
 *   x14  1: UNDEFINED is expected	x15       how often it came; x16, x17 are lost then
 */
#define PSCI_VERSION		0x84000000	/* a call that KVM answers by itself */
#define SPSR_EL0_MASKED		0x3c0		/* EL0, all interrupts masked */
#define ESR_CLASS_SHIFT		26
#define ESR_CLASS_SVC		0x15

	.section .rodata.probe_guest, "a"
	.balign	4096
	.globl	probe_guest
probe_guest:
	adrp	x27, probe_guest
	add	x27, x27, #GUEST_DEVICE
	mov	x14, #0
next:
	ldr	x0, [x27, #DEVICE_COMMAND]
	lsr	x19, x0, #8
	and	x0, x0, #0xff
	cmp	x0, #COMMAND_WORK
	b.eq	work
	cmp	x0, #COMMAND_CALLS
	b.eq	calls
	cmp	x0, #COMMAND_TRAPS
	b.eq	traps
	b	fail

work:
	loop	x20
	mov	x0, #PSCI_VERSION
	hvc	#0
	adrp	x0, probe_guest
	add	x0, x0, #GUEST_USER
	msr	elr_el1, x0
	mov	x0, #SPSR_EL0_MASKED
	msr	spsr_el1, x0
	eret
worked:
	subs	x19, x19, #1
	b.ne	work
	b	next

calls:
	mov	x0, #PSCI_VERSION
	hvc	#0
	subs	x19, x19, #1
	b.ne	calls
	b	next

/* Zero is written only where a read was UNDEFINED: if that works, nothing worse happens. */
	.macro	try register, bit
	mov	x15, #0
	mrs	x9, \register
	cbz	x15, 1f
	mov	x15, #0
	msr	\register, xzr
	cbnz	x15, 2f
	orr	x21, x21, #(1 << \bit)
	b	2f
1:	orr	x20, x20, #(1 << \bit)
2:
	.endm

traps:
	mov	x14, #1
	mov	x20, #0
	mov	x21, #0
	.set	number, 0
#define REGISTER(name, op1, m, op2) try S3_##op1##_C9_C##m##_##op2, number; .set number, number + 1;
#include "cmd/doctor/probe/registers.def"
#undef REGISTER
	mov	x14, #0
	str	x20, [x27, #DEVICE_READABLE]
	str	x21, [x27, #DEVICE_WRITABLE]
	b	next

fail:
	mrs	x0, esr_el1
	str	x0, [x27, #DEVICE_ESR]
	mrs	x0, elr_el1
	str	x0, [x27, #DEVICE_ELR]
	b	fail

from_kernel:
	cbz	x14, fail
	mrs	x16, esr_el1
	lsr	x16, x16, #ESR_CLASS_SHIFT
	cbnz	x16, fail
	mrs	x17, elr_el1
	add	x17, x17, #4
	msr	elr_el1, x17
	add	x15, x15, #1
	eret

from_user:
	mrs	x16, esr_el1
	lsr	x16, x16, #ESR_CLASS_SHIFT
	cmp	x16, #ESR_CLASS_SVC
	b.eq	worked
	b	fail

	.macro	vector label
	.balign	128
	b	\label
	.endm

/* EL1 with SP_EL0, EL1, EL0, EL0 in AArch32; of each: synchronous, IRQ, FIQ, SError. */
	.org	probe_guest + GUEST_VECTORS
	.rept	4
	vector	fail
	.endr
	vector	from_kernel
	.rept	3
	vector	fail
	.endr
	vector	from_user
	.rept	7
	vector	fail
	.endr
	.globl	probe_guest_kernel_end
probe_guest_kernel_end:

	.org	probe_guest + GUEST_USER
	loop	x20
	svc	#0
	.globl	probe_guest_end
probe_guest_end:

#endif
	.section .note.GNU-stack, "", %progbits
