/* SPDX-License-Identifier: GPL-2.0-only */
/* What C cannot say: the first instructions, the vectors, the way to EL0 and back. */

#define STACK_SHIFT	12		/* of the stacks in guest.c */
#define SPSR_EL0_MASKED	0x3c0		/* EL0, all interrupts masked */
#define ESR_CLASS_SHIFT	26
#define ESR_CLASS_SVC	0x15

.macro function name
	.globl	\name
	.type	\name, %function
	.balign	64
\name:
.endm

.macro end name
	.size	\name, . - \name
.endm

	.section .text.start, "ax"
/* x0: number of this vCPU, from the VMM or as the context of CPU_ON. */
function _start
	adrp	x1, stacks
	add	x1, x1, :lo12:stacks
	add	x2, x0, #1
	add	x1, x1, x2, lsl #STACK_SHIFT
	mov	sp, x1
	adrp	x1, vectors
	add	x1, x1, :lo12:vectors
	msr	vbar_el1, x1
	isb
	mov	x29, xzr
	mov	x30, xzr
	b	guest_main
end _start

	.section .text.vectors, "ax"
.macro vector label
	.balign	128
	b	\label
.endm

	.globl	vectors
	.type	vectors, %function
	.balign	2048
vectors:
	vector	unexpected		/* from EL1 with SP_EL0: sync, IRQ, FIQ, SError */
	vector	unexpected
	vector	unexpected
	vector	unexpected
	vector	take_sync		/* from EL1 */
	vector	take_irq
	vector	unexpected
	vector	unexpected
	vector	leave_user		/* from EL0 */
	vector	unexpected
	vector	unexpected
	vector	unexpected
	vector	unexpected		/* from EL0 in AArch32 */
	vector	unexpected
	vector	unexpected
	vector	unexpected
	.balign	128
end vectors

	.section .text.exceptions, "ax"
function unexpected
	mrs	x0, esr_el1
	mrs	x1, elr_el1
	mrs	x2, far_el1
	b	guest_unexpected
end unexpected

/*
 * While TPIDR_EL0 is not 0 an UNDEFINED instruction is skipped, and x15 counts it;
 * x16 and x17 are lost.
 */
function take_sync
	mrs	x16, esr_el1
	lsr	x16, x16, #ESR_CLASS_SHIFT
	cbnz	x16, unexpected
	b	take_undefined
end take_sync

function take_undefined
	mrs	x17, tpidr_el0
	cbz	x17, unexpected
	mrs	x17, elr_el1
	add	x17, x17, #4
	msr	elr_el1, x17
	add	x15, x15, #1
	eret
end take_undefined

function take_irq
	sub	sp, sp, #160
	stp	x0, x1, [sp]
	stp	x2, x3, [sp, #16]
	stp	x4, x5, [sp, #32]
	stp	x6, x7, [sp, #48]
	stp	x8, x9, [sp, #64]
	stp	x10, x11, [sp, #80]
	stp	x12, x13, [sp, #96]
	stp	x14, x15, [sp, #112]
	stp	x16, x17, [sp, #128]
	stp	x18, x30, [sp, #144]
	bl	guest_irq
	ldp	x0, x1, [sp]
	ldp	x2, x3, [sp, #16]
	ldp	x4, x5, [sp, #32]
	ldp	x6, x7, [sp, #48]
	ldp	x8, x9, [sp, #64]
	ldp	x10, x11, [sp, #80]
	ldp	x12, x13, [sp, #96]
	ldp	x14, x15, [sp, #112]
	ldp	x16, x17, [sp, #128]
	ldp	x18, x30, [sp, #144]
	add	sp, sp, #160
	eret
end take_irq

/*
 * u64 enter_user(function, argument, argument, end of its stack): what the
 * function returned.  The stack of EL1 keeps what the caller wants back; it is
 * where it was when leave_user comes.
 */
function enter_user
	stp	x29, x30, [sp, #-96]!
	stp	x19, x20, [sp, #16]
	stp	x21, x22, [sp, #32]
	stp	x23, x24, [sp, #48]
	stp	x25, x26, [sp, #64]
	stp	x27, x28, [sp, #80]
	msr	elr_el1, x0
	msr	sp_el0, x3
	mov	x4, #SPSR_EL0_MASKED
	msr	spsr_el1, x4
	mov	x0, x1
	mov	x1, x2
	mov	x29, xzr
	adrp	x30, user_return
	add	x30, x30, :lo12:user_return
	eret
end enter_user

function leave_user
	mrs	x16, esr_el1
	lsr	x16, x16, #ESR_CLASS_SHIFT
	cbz	x16, take_undefined
	cmp	x16, #ESR_CLASS_SVC
	b.ne	unexpected
	ldp	x19, x20, [sp, #16]
	ldp	x21, x22, [sp, #32]
	ldp	x23, x24, [sp, #48]
	ldp	x25, x26, [sp, #64]
	ldp	x27, x28, [sp, #80]
	ldp	x29, x30, [sp], #96
	ret
end leave_user

	.section .user.text, "ax"
function user_return
	svc	#0
	b	user_return
end user_return

	.section .note.GNU-stack, "", %progbits
