/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_LAB_GUEST_BRANCHES_OTHER_H
#define TESTS_LAB_GUEST_BRANCHES_OTHER_H

#include <stdint.h>

/* Compiled literally. */
#define HOT __attribute__((noipa))

/* Runs a loop of 64 steps, of which one in eight is different. */
uint64_t other(uint64_t n);

#endif
