/* SPDX-License-Identifier: GPL-2.0-only */
/* Entry at EL2, the vectors of EL2, and the way to EL1 and back. */

	.section .text.start, "ax"
	.global start
start:
	ldr	x0, =stack_end
	mov	sp, x0
	ldr	x0, =vectors
	msr	vbar_el2, x0
	isb
	bl	bare_main
1:	wfi
	b	1b

/* uint64_t at_el1(uint64_t (*f)(void)): f runs at EL1 with a stack of its own */
	.global at_el1
at_el1:
	stp	x29, x30, [sp, #-96]!
	stp	x19, x20, [sp, #16]
	stp	x21, x22, [sp, #32]
	stp	x23, x24, [sp, #48]
	stp	x25, x26, [sp, #64]
	stp	x27, x28, [sp, #80]
	ldr	x1, =saved_sp
	mov	x2, sp
	str	x2, [x1]
	ldr	x1, =el1_stack_end
	msr	sp_el1, x1
	msr	elr_el2, x0
	mov	x1, #0x3c5		/* EL1h, all masked */
	msr	spsr_el2, x1
	adr	x30, 1f
	eret
1:	hvc	#0x77			/* f's result is in x0 */

/* HVC 0x77 ends at_el1(); what else is taken is remembered and stepped over. */
handle:
	sub	sp, sp, #32
	stp	x0, x1, [sp]
	str	x2, [sp, #16]
	mrs	x0, esr_el2
	ldr	x1, =0x5a000077
	cmp	x0, x1
	b.eq	2f
	ldr	x1, =taken_esr
	str	x0, [x1]
	mrs	x2, elr_el2
	add	x2, x2, #4
	msr	elr_el2, x2
	ldp	x0, x1, [sp]
	ldr	x2, [sp, #16]
	add	sp, sp, #32
	eret
2:	ldp	x0, x1, [sp]
	ldr	x1, =saved_sp
	ldr	x1, [x1]
	mov	sp, x1
	ldp	x19, x20, [sp, #16]
	ldp	x21, x22, [sp, #32]
	ldp	x23, x24, [sp, #48]
	ldp	x25, x26, [sp, #64]
	ldp	x27, x28, [sp, #80]
	ldp	x29, x30, [sp], #96
	ret

	.balign 2048
vectors:
	.rept	16
	.balign	128
	b	handle
	.endr

/* void loop(uint64_t n): 2 n operations, and one more to return */
	.balign 64
	.global loop
	.global loop_end
loop:
	subs	x0, x0, #1
	b.ne	loop
	ret
loop_end:

	.bss
	.balign 16
	.skip	16384
stack_end:
	.skip	16384
el1_stack_end:
saved_sp:
	.skip	8
	.global taken_esr
taken_esr:
	.skip	8
