/* SPDX-License-Identifier: GPL-2.0-only */
/* The vectors of EL2, and a loop to be sampled. */

/* HVC 0x77 ends at_el1(); what else is taken is remembered and stepped over. */
handle:
	sub	sp, sp, #32
	stp	x0, x1, [sp]
	str	x2, [sp, #16]
	mrs	x0, esr_el2
	ldr	x1, =0x5a000077
	cmp	x0, x1
	b.eq	1f
	ldr	x1, =taken_esr
	str	x0, [x1]
	mrs	x2, elr_el2
	add	x2, x2, #4
	msr	elr_el2, x2
	ldp	x0, x1, [sp]
	ldr	x2, [sp, #16]
	add	sp, sp, #32
	eret
1:	ldr	x0, [sp]
	b	el1_done

	.balign 2048
	.global vectors
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
	.balign 8
	.global taken_esr
taken_esr:
	.skip	8
