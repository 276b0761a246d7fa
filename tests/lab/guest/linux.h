/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LAB_GUEST_LINUX_H
#define LAB_GUEST_LINUX_H

#include <stdint.h>

#include <linux/kvm.h>

/* A guest that is a Linux: where it lies in its memory (linux.dts says so, too). */
#define LINUX_RAM_SIZE	0x0c000000ul
#define LINUX_IMAGE	0x00200000ul	/* from the start of memory */
#define LINUX_INITRD	0x04000000ul
#define LINUX_INITRD_MAX 0x00400000ul
#define LINUX_DTB	0x0b000000ul

/*
 * Memory behind it that Linux is not told of: what its programs leave there is its box.
 * First the number of bytes, as 64 bits, then the bytes.
 */
#define LINUX_BOX	LINUX_RAM_SIZE	/* from the start of memory */
#define LINUX_BOX_SIZE	0x01000000ul

/* Its serial port, a PL011. */
#define LINUX_UART	0x09010000ul
#define LINUX_UART_SIZE	0x1000ul

/* Into the guest's memory; exits with a message if a file cannot be read. */
void linux_load(uint8_t *ram, const char *image, const char *initrd, const char *dtb);

/* Write what is in the box to a file; exits with a message if it cannot be. */
void linux_box(const uint8_t *ram, const char *path);

/* An access to the serial port; what is written to it comes out on stderr. */
void linux_uart(struct kvm_run *run);

#endif
