/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Entry at EL2, and the way to EL1 and back.  A program brings bare_main(), and its own
 * vectors for EL2: they send HVC 0x77 to el1_done.  Where there is EL3 the entry is there:
 * it gives away all but SPE, as firmware does that keeps it [MDCR_EL3.NSPB 0].
 */

	.section .text.start, "ax"
	.global start
start:
	mrs	x0, CurrentEL
	cmp	x0, #0xc
	b.ne	at_el2
	/* SCR_EL3: NS, RES1, HCE, RW, APK, API, FGTEn, HXEn */
	ldr	x0, =0x4008030531
	msr	scr_el3, x0
	msr	mdcr_el3, xzr
	msr	cptr_el3, xzr
	mov	x0, #0xf
	msr	s3_6_c12_c12_5, x0	/* ICC_SRE_EL3 */
	ldr	x0, =el3_vectors
	msr	vbar_el3, x0
	adr	x0, at_el2
	msr	elr_el3, x0
	mov	x0, #0x3c9		/* EL2h, all masked */
	msr	spsr_el3, x0
	eret
at_el2:
	ldr	x0, =stack_end
	mov	sp, x0
	ldr	x0, =vectors
	msr	vbar_el2, x0
	isb
	bl	bare_main
1:	wfi
	b	1b

/*
 * What comes to EL3 from below is the SMC that asks for the end, or what should not be:
 * either ends the machine, by line 1 of its secure GPIO [qemu hw/arm/virt.c, gpio-pwr].
 */
	.balign	2048
el3_vectors:
	.skip	0x400
	ldr	x0, =0x090b0000		/* a PL061: GPIODIR, then GPIODATA of line 1 */
	mov	w1, #2
	str	w1, [x0, #0x400]
	str	w1, [x0, #8]
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
1:	hvc	#0x77

/* x0 is f's result. */
	.global el1_done
el1_done:
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

	.bss
	.balign 16
	.skip	16384
stack_end:
	.skip	16384
el1_stack_end:
saved_sp:
	.skip	8
