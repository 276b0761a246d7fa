/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LAB_GUEST_LINUX_H
#define LAB_GUEST_LINUX_H

#include <stdint.h>

#include <linux/kvm.h>

/* A Linux guest: the layout of its memory (as in linux.dts). */
#define LINUX_RAM_SIZE	0x0c000000ul
#define LINUX_IMAGE	0x00200000ul	/* from the start of memory */
#define LINUX_INITRD	0x04000000ul
#define LINUX_INITRD_MAX 0x00400000ul
#define LINUX_DTB	0x0b000000ul

/*
 * Memory behind Linux's own, into which the guest's programs write their results: first the number
 * of bytes, as 64 bits, then the bytes.
 */
#define LINUX_BOX	LINUX_RAM_SIZE	/* from the start of memory */
#define LINUX_BOX_SIZE	0x01000000ul

/* Its serial port, a PL011. */
#define LINUX_UART	0x09010000ul
#define LINUX_UART_SIZE	0x1000ul

/* Load the files into the guest's memory; exits with a message on failure. */
void linux_load(uint8_t *ram, const char *image, const char *initrd, const char *dtb);

/* Write the contents of the box to a file; exits with a message on failure. */
void linux_box(const uint8_t *ram, const char *path);

/* Handle an access to the serial port; its output goes to stderr. */
void linux_uart(struct kvm_run *run);

#endif
