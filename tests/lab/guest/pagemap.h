/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LAB_GUEST_PAGEMAP_H
#define LAB_GUEST_PAGEMAP_H

#include <stdint.h>

/*
 * The physical address of something of ours.  Exits with a message if nothing is there
 * yet, and if the kernel does not tell, which it does root only.
 */
uint64_t pagemap_physical(const volatile void *at);

#endif
