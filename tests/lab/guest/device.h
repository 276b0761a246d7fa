/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LAB_GUEST_DEVICE_H
#define LAB_GUEST_DEVICE_H

#include <stdint.h>

/* The interface between vmm.c and guest.c: addresses in guest memory, and the device. */

#define GUEST_RAM	0x40000000UL	/* the flat binary starts here, on vCPU 0 */
#define GUEST_RAM_SIZE	0x01000000UL
#define GUEST_GICD	0x08000000UL
#define GUEST_GICR	0x080a0000UL	/* a frame of GUEST_GICR_SIZE per vCPU */
#define GUEST_GICR_SIZE	0x20000UL
#define GUEST_DEVICE	0x09000000UL
#define GUEST_TIMER_IRQ	27		/* the virtual timer's, private to each vCPU */
#define GUEST_VCPUS	8		/* maximum */

/* Where vCPUs and the VMM count for WORK_MAILBOX: at the end of the guest's memory. */
#define GUEST_MAILBOX	(GUEST_RAM + GUEST_RAM_SIZE - 0x1000)
struct guest_mailbox {
	uint64_t words[8];	/* vCPU n increments word n, the VMM word MAILBOX_VMM */
	uint64_t all[8];	/* all of them increment the first one, atomically */
};
#define MAILBOX_VMM	7

/* Registers of the device, 32 bits each.  Reads return parameters: */
enum device_parameter {
	DEVICE_VCPUS	= 0x00,
	DEVICE_ROUNDS	= 0x04,
	DEVICE_INNER	= 0x08,		/* steps of each function per round */
	DEVICE_WORK	= 0x0c,		/* bits of enum guest_work */
	DEVICE_WAIT	= 0x10,		/* microseconds of a WFI */
};

/* Writes report events: */
enum device_event {
	DEVICE_DOORBELL	= 0x40,		/* nothing but an exit to user space */
	DEVICE_CONSOLE	= 0x44,		/* one byte */
	DEVICE_TOOK_IRQ	= 0x48,		/* number of interrupts that this vCPU took */
	DEVICE_WAS_USER	= 0x4c,		/* number of returns from EL0 */
	DEVICE_SUM	= 0x50,		/* of everything it computed */
	DEVICE_FAILED	= 0x54,		/* the vCPU gives up */
	DEVICE_DONE	= 0x58,		/* the vCPU must not run any more */
	DEVICE_SLOW	= 0x5c,		/* a doorbell that the VMM handles slowly */
	DEVICE_PROBES	= 0x60,		/* number of its accesses to registers of SPE */
	DEVICE_UNDEFINED = 0x64,	/* number of them that were UNDEFINED */
};

enum guest_work {
	WORK_LOAD	 = 1 << 0,
	WORK_STORE	 = 1 << 1,
	WORK_BRANCH	 = 1 << 2,
	WORK_CHASE	 = 1 << 3,
	WORK_USER	 = 1 << 4,
	WORK_MMIO	 = 1 << 5,
	WORK_HVC	 = 1 << 6,	/* a call that KVM handles */
	WORK_HVC_UNKNOWN = 1 << 7,	/* a call that KVM refuses */
	WORK_WFI	 = 1 << 8,
	WORK_HOSTILE	 = 1 << 9,	/* see hostile.h */
	WORK_SLOW	 = 1 << 10,
	WORK_IDREG	 = 1 << 11,	/* reads of an ID register, which trap */
	WORK_MAILBOX	 = 1 << 12,
};

#endif
