/* SPDX-License-Identifier: GPL-2.0-only */
#include "kvm/bare/layout.h"

#define pmscr		s3_0_c9_c9_0
#define pmsicr		s3_0_c9_c9_2
#define pmsirr		s3_0_c9_c9_3
#define pmsfcr		s3_0_c9_c9_4
#define pmblimitr	s3_0_c9_c10_0
#define pmbptr		s3_0_c9_c10_1
#define pmbsr		s3_0_c9_c10_3

	.arch	armv8.8-a+mops
	.section .guest, "ax"

/* Stage 1 [D8.3]: devices; code that both ELs may execute; data that both may write. */
	.balign	4096
	.global guest_map
guest_map:
	.quad	0x0060000000000c41
	.quad	guest_l2 + 3
	.fill	510, 8, 0
	.balign	4096
guest_l2:
	.fill	(GUEST - RAM) / BLOCK, 8, 0
	.quad	GUEST + 0xfc5
	.set	at, GUEST_DATA
	.rept	(GUEST_END - GUEST_DATA) / BLOCK
	.quad	at + 0x0060000000000f45
	.set	at, at + BLOCK
	.endr
	.fill	512 - (GUEST_END - RAM) / BLOCK, 8, 0

	.balign 2048
	.global guest_code, guest_vectors
guest_code:
guest_vectors:
	/* current EL with SP_EL0; with SP_ELx; from AArch64; from AArch32 */
	.irp	to, stray, stray, stray, stray, handler, buffer_interrupt, stray, stray, \
		from_el0, buffer_interrupt, stray, stray, stray, stray, stray, stray
	.balign	128
	b	\to
	.endr
stray:
	hvc	#0xff

/* Of a guest that steps its own EL1: its step, from the current EL, and nothing else. */
	.balign 2048
	.global guest_step_vectors
guest_step_vectors:
	.rept	4
	.balign	128
	hvc	#0xff
	.endr
	.balign	128
	stp	x0, x1, [sp, #-16]!
	mrs	x0, esr_el1
	lsr	x0, x0, #26
	cmp	x0, #0x33
	b.eq	own_step
	hvc	#0xff

/* An instruction whose address is a row of a table. */
	.macro	row table, flags, insn:vararg
	.pushsection .rodata.\table, "a"
	.quad	7770f, \flags
	.popsection
7770:	\insn
	.endm

	.macro	begin table
	.pushsection .rodata.\table, "a"
	.global \table
	.balign	8
\table:
	.popsection
	.endm

	.macro	end table
	.pushsection .rodata.\table, "a"
	.global \table\()_end
\table\()_end:
	.popsection
	.endm

/* Tells of the exception, and goes on behind the instruction. */
	begin	guest_handler
	.pushsection .rodata.guest_handler
	.quad	guest_vectors + 0x200, 0
	.popsection
handler:
	row	guest_handler, 0, stp	x0, x1, [sp, #-16]!
	row	guest_handler, 0, mov	x0, #GUEST_DATA
	row	guest_handler, 0, ldr	x1, [x0, #TOLD_COUNT]
	row	guest_handler, 0, add	x1, x1, #1
	row	guest_handler, 0, str	x1, [x0, #TOLD_COUNT]
	row	guest_handler, 0, mrs	x1, esr_el1
	row	guest_handler, 0, str	x1, [x0, #TOLD_ESR]
	row	guest_handler, 0, mrs	x1, far_el1
	row	guest_handler, 0, str	x1, [x0, #TOLD_FAR]
	row	guest_handler, 0, mrs	x1, spsr_el1
	row	guest_handler, 0, str	x1, [x0, #TOLD_SPSR]
	row	guest_handler, 0, mrs	x1, elr_el1
	row	guest_handler, 0, str	x1, [x0, #TOLD_ELR]
	row	guest_handler, 0, add	x1, x1, #4
	row	guest_handler, 0, msr	elr_el1, x1
	row	guest_handler, 0, ldp	x0, x1, [sp], #16
	row	guest_handler, 0, eret
	end	guest_handler

/* EL0's SVC: on at X28.  Its step: told, and the next. */
from_el0:
	stp	x0, x1, [sp, #-16]!
	mrs	x0, esr_el1
	lsr	x0, x0, #26
	cmp	x0, #0x32
	b.eq	own_step
	cmp	x0, #0x15
	ldp	x0, x1, [sp], #16
	b.ne	handler
	br	x28

own_step:
	mov	x0, #GUEST_DATA
	ldr	x1, [x0, #TOLD_STEPS]
	add	x1, x1, #1
	str	x1, [x0, #TOLD_STEPS]
	add	x0, x0, x1, lsl #3
	mrs	x1, elr_el1
	str	x1, [x0, #(TOLD_STEP_PC - 8)]
	mrs	x1, spsr_el1
	orr	x1, x1, #(1 << 21)	/* SS */
	msr	spsr_el1, x1
	ldp	x0, x1, [sp], #16
	eret

/* The buffer is full: tell, and empty it. */
buffer_interrupt:
	stp	x0, x1, [sp, #-16]!
	mov	x0, #GUEST_DATA
	ldr	x1, [x0, #TOLD_IRQS]
	add	x1, x1, #1
	str	x1, [x0, #TOLD_IRQS]
	mrs	x1, pmbsr
	str	x1, [x0, #TOLD_PMBSR]
	mrs	x1, pmbptr
	str	x1, [x0, #TOLD_PMBPTR]
	mov	x1, #GUEST_BUFFER
	msr	pmbptr, x1
	isb
	msr	pmbsr, xzr
	isb
	ldp	x0, x1, [sp], #16
	eret

	.global guest_calls, guest_call_at_once
guest_calls:
	add	x0, x0, #1
guest_call_at_once:
	hvc	#0
	b	guest_calls

	.global guest_both, guest_works, guest_works_end, guest_works_el0, guest_works_el0_end
guest_both:
	bl	guest_works
	adr	x28, 1f
	adr	x1, guest_works_el0
	msr	elr_el1, x1
	mov	x1, #0x3c0		/* EL0t, all masked */
	msr	spsr_el1, x1
	eret
1:	hvc	#0
	b	guest_both

guest_works:
	mov	x0, #600
1:	subs	x0, x0, #1
	b.ne	1b
	ret
guest_works_end:

guest_works_el0:
	mov	x0, #600
1:	subs	x0, x0, #1
	b.ne	1b
	svc	#0
guest_works_el0_end:

	.global guest_profiles
guest_profiles:
	mov	x1, #GUEST_BUFFER
	msr	pmbptr, x1
	msr	pmbsr, xzr
	msr	pmsfcr, xzr
	msr	pmsicr, xzr
	mov	x2, #0x100
	msr	pmsirr, x2
	mov	x2, #0x1001
	add	x1, x1, x2
	msr	pmblimitr, x1
	isb
	mov	x2, #0x7b		/* all that there is: E0SPE, E1SPE, CX, PA, TS, PCT */
	msr	pmscr, x2
	isb
	msr	daifclr, #2
1:	bl	guest_works
	hvc	#0
	b	1b

	.global guest_ids
guest_ids:
	mrs	x2, id_aa64dfr0_el1
	mrs	x3, id_dfr0_el1
	mrs	x4, id_aa64pfr0_el1
	hvc	#0

	.global guest_probes
guest_probes:
	.irp	crm, 9, 10
	.irp	op2, 0, 1, 2, 3, 4, 5, 6, 7
	.if	\crm == 10 && \op2 == 7
	mrs	x3, s3_0_c9_c10_7
	.else
	mrs	x2, s3_0_c9_c\crm\()_\op2
	.endif
	msr	s3_0_c9_c\crm\()_\op2, x1
	.endr
	.endr
	hvc	#0

/* X1 memory, X2 a device, X3 and X8 a hole. */
	begin	guest_stepped
	row	guest_stepped, 0, mov	x4, #1
	row	guest_stepped, 0, add	x4, x4, x4
	row	guest_stepped, 0, str	x4, [x1]
	row	guest_stepped, 0, ldr	x5, [x2]
	row	guest_stepped, 0, str	w5, [x2, #4]
	row	guest_stepped, 0, nop
	row	guest_stepped, 0, hvc	#1
	row	guest_stepped, 0, cbz	x4, guest_code
	row	guest_stepped, 0, hvc	#1
	row	guest_stepped, 0, hvc	#1
	row	guest_stepped, 0, b	1f
	hvc	#0xff
1:
	row	guest_stepped, 0, mrs	x6, id_aa64dfr0_el1
	row	guest_stepped, 0, mrs	x6, id_aa64pfr0_el1
	row	guest_stepped, 0, smc	#0
	row	guest_stepped, 0, msr	mdscr_el1, xzr
	row	guest_stepped, 0, ldr	w5, [x2]
	row	guest_stepped, 0, ldr	w6, [x2]
	row	guest_stepped, 0, ldp	x6, x7, [x3]
	row	guest_stepped, 1, ldp	x6, x7, [x3, #16]
	row	guest_stepped, 1, mrs	x6, pmscr
	row	guest_stepped, 1, udf	#0
	row	guest_stepped, 0, ldxr	x6, [x1]
	row	guest_stepped, 0, isb
	row	guest_stepped, 0, ldr	x6, [x8]
	row	guest_stepped, 0, nop
	row	guest_stepped, 0, hvc	#2
	end	guest_stepped

/* X2 a device, X3 a hole. */
	.global guest_own_steps
guest_own_steps:
	mov	x4, #1
	msr	mdscr_el1, x4
	isb
	adr	x28, 1f
	ldr	x4, =2f
	msr	elr_el1, x4
	mov	x4, #0x3c0
	movk	x4, #0x20, lsl #16	/* EL0t, all masked, SS */
	msr	spsr_el1, x4
	eret
1:	msr	mdscr_el1, xzr
	hvc	#0
	begin	guest_stepped_el0
2:
	row	guest_stepped_el0, 0, mov	x4, #1
	row	guest_stepped_el0, 0, ldr	w5, [x2]
	row	guest_stepped_el0, 0, ldr	w6, [x2]
	row	guest_stepped_el0, 0, add	w5, w5, w6
	row	guest_stepped_el0, 0, str	w5, [x2, #4]
	row	guest_stepped_el0, 0, ldp	x6, x7, [x3]
	row	guest_stepped_el0, 0, nop
	row	guest_stepped_el0, 0, svc	#0
	end	guest_stepped_el0
	.ltorg

/* The same at its own EL1, where PSTATE.D has to be 0. */
	.global guest_own_steps_el1
guest_own_steps_el1:
	mov	x4, #0x2001		/* KDE, SS */
	msr	mdscr_el1, x4
	isb
	ldr	x4, =3f
	msr	elr_el1, x4
	mov	x4, #0x1c5
	movk	x4, #0x20, lsl #16	/* EL1h, all masked but D, SS */
	msr	spsr_el1, x4
	eret
	begin	guest_stepped_el1
3:
	row	guest_stepped_el1, 0, mov	x4, #1
	row	guest_stepped_el1, 0, ldr	w5, [x2]
	row	guest_stepped_el1, 0, ldr	w6, [x2]
	row	guest_stepped_el1, 0, hvc	#1
	row	guest_stepped_el1, 0, str	w5, [x2, #4]
	row	guest_stepped_el1, 0, mrs	x6, id_aa64dfr0_el1
	row	guest_stepped_el1, 0, ldp	x6, x7, [x3]
	row	guest_stepped_el1, 0, smc	#0
	row	guest_stepped_el1, 0, hvc	#0
	end	guest_stepped_el1
	.ltorg

	begin	guest_silent
	row	guest_silent, 0, ldp	x2, x3, [x1]
	row	guest_silent, 0, ldr	x2, [x1], #8
	row	guest_silent, 0, ldr	x2, [x1, #8]!
	row	guest_silent, 0, ldxr	x2, [x1]
	row	guest_silent, 0, ldaxr	w2, [x1]
	row	guest_silent, 0, stp	x2, x3, [x1]
	row	guest_silent, 0, str	x2, [x1], #8
	row	guest_silent, 0, dc	zva, x1
	row	guest_silent, 0, ldr	x2, [x1]
	end	guest_silent
	hvc	#0

	.global guest_silent_el0, guest_silent_el0_load
guest_silent_el0:
	adr	x28, 1f
	adr	x2, guest_silent_el0_load
	msr	elr_el1, x2
	mov	x2, #0x3c0
	msr	spsr_el1, x2
	eret
guest_silent_el0_load:
	ldp	x2, x3, [x1]
	svc	#0
1:	hvc	#0

	.global guest_copies, guest_sets
guest_copies:
	cpyp	[x0]!, [x1]!, x2!
	cpym	[x0]!, [x1]!, x2!
	cpye	[x0]!, [x1]!, x2!
	hvc	#0
guest_sets:
	setp	[x0]!, x2!, x3
	setm	[x0]!, x2!, x3
	sete	[x0]!, x2!, x3
	hvc	#0

	.global guest_code_end
guest_code_end:
