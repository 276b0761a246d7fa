/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_DOCTOR_PROBE_GUEST_H
#define CMD_DOCTOR_PROBE_GUEST_H

/* What the probe's guest (guest.S) and its monitor (machine.c) agree on.  Also assembled. */

/*
 * Where the guest's code is in the guest's virtual memory.  The same addresses are reserved in
 * our own process, so that no instruction of ours can have one of them.  Below 2^39, which is
 * all that a process of a kernel with 39 bits of addresses has; a multiple of 2 MiB.
 */
#define GUEST_VA		0x5eed000000
#define GUEST_USER		0x1000		/* from there: the page that EL0 executes */
#define GUEST_DEVICE		0x2000		/* and the one of the device */
#define GUEST_VECTORS		0x800		/* VBAR_EL1, likewise */

/* Registers of the device, 64 bits each: what to do, from bit 8 on how often. */
#define DEVICE_COMMAND		0x00
/* What came of COMMAND_TRAPS: a bit for each row of registers.def. */
#define DEVICE_READABLE		0x08
#define DEVICE_WRITABLE		0x10
/* An exception that was not expected: ESR_EL1, then ELR_EL1. */
#define DEVICE_ESR		0x18
#define DEVICE_ELR		0x20

#define COMMAND_WORK		1	/* a loop at EL1, a hypercall, a loop at EL0 */
#define COMMAND_CALLS		2	/* hypercalls, and nothing between them */
#define COMMAND_TRAPS		3	/* try the registers of SPE, once */

/* The loops of COMMAND_WORK, and the host's: turns, and instructions of each. */
#define LOOP_TURNS		5000
#define LOOP_LENGTH		4

#endif
