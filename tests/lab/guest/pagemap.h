/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LAB_GUEST_PAGEMAP_H
#define LAB_GUEST_PAGEMAP_H

#include <stdint.h>

/*
 * The physical address of our own memory.  Exits with a message if it is not mapped yet, or if the
 * kernel does not tell, which requires root.
 */
uint64_t pagemap_physical(const volatile void *at);

#endif
