/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVM_DEVICES_H
#define KVM_DEVICES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DEVICE_LEN	48

/*
 * The device at a guest physical address, by the memory map of QEMU's machine "virt": "PL011
 * UART", "virtio-mmio 3".  comm is the VMM's process name: other VMMs than QEMU have no known
 * map.  False, and out is "": not known.
 */
bool device_at(char out[DEVICE_LEN], const char *comm, uint64_t ipa);

#endif
