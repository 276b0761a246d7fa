/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVM_DEVICES_H
#define KVM_DEVICES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DEVICE_LEN	48

/*
 * Of a VMM that is a process of this name, what lies at an address of its guest: "PL011
 * UART", "virtio-mmio 3".  False, and out is "": not known.  It is what QEMU's machine
 * "virt" has there; that the VM is that machine is taken from the process' name.
 */
bool device_at(char out[DEVICE_LEN], const char *comm, uint64_t ipa);

#endif
