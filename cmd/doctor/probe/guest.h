/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_DOCTOR_PROBE_GUEST_H
#define CMD_DOCTOR_PROBE_GUEST_H

/*
 * The interface between the probe's guest (guest.S) and its monitor (machine.c).  Also included by
 * the assembler.
 */

/*
 * The guest's code in its virtual memory.  The same addresses are reserved in our own process, so
 * that no host instruction can have them.  Below 2^39, the limit of processes on a kernel with
 * 39-bit addresses; a multiple of 2 MiB.
 */
#define GUEST_VA		0x5eed000000
#define GUEST_USER		0x1000		/* offset of the page that EL0 executes */
#define GUEST_DEVICE		0x2000		/* offset of the device's page */
#define GUEST_VECTORS		0x800		/* offset for VBAR_EL1 */

/* Registers of the device, 64 bits each: a command, and from bit 8 on how often to run it. */
#define DEVICE_COMMAND		0x00
/* Result of COMMAND_TRAPS: a bit for each row of registers.def. */
#define DEVICE_READABLE		0x08
#define DEVICE_WRITABLE		0x10
/* An unexpected exception: ESR_EL1, then ELR_EL1. */
#define DEVICE_ESR		0x18
#define DEVICE_ELR		0x20

#define COMMAND_WORK		1	/* a loop at EL1, a hypercall, a loop at EL0 */
#define COMMAND_CALLS		2	/* hypercalls only */
#define COMMAND_TRAPS		3	/* try to access the registers of SPE, once */

/* The loops of COMMAND_WORK and of the host: number of turns, and instructions per turn. */
#define LOOP_TURNS		5000
#define LOOP_LENGTH		4

#endif
