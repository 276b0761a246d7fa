/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_TRUTH_NODE_H
#define TESTS_TRUTH_NODE_H

#include <stdint.h>

/*
 * The nodes of a generated machine: CPUs and blocks of memory in equal parts.  The last block
 * belongs to none.
 */

#define TRUTH_BLOCK       (128ull << 20) /* bytes */
#define TRUTH_FIRST_BLOCK 16             /* memory begins at 2 GiB */
#define TRUTH_BLOCKS      128

static inline int32_t truth_node_of_cpu(uint32_t nodes, uint32_t cpus, uint32_t cpu)
{
	return (int32_t)((uint64_t)cpu * nodes / cpus);
}

/* -1: none. */
static inline int32_t truth_node_of_block(uint32_t nodes, uint64_t block)
{
	if (block < TRUTH_FIRST_BLOCK || block >= TRUTH_FIRST_BLOCK + TRUTH_BLOCKS - 1)
		return -1;
	return (int32_t)((block - TRUTH_FIRST_BLOCK) * nodes / TRUTH_BLOCKS);
}

#endif
