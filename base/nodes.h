/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_NODES_H
#define BASE_NODES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The NUMA nodes of a machine, with their CPUs and their physical memory. */
struct nodes {
	int32_t *cpu;		/* node of each CPU; below 0: unknown */
	size_t nr_cpus;
	int32_t *block;		/* node of each block of memory, from address 0; below 0:
				 * unknown */
	size_t nr_blocks;
	unsigned int shift;	/* a block has 1 << shift bytes; 0: none is known */
};

#define NODES_CPUS_MAX		(1u << 16)
#define NODES_BLOCKS_MAX	(1u << 24)
#define NODES_MAX		(1u << 10)	/* linux include/linux/numa.h, MAX_NUMNODES */

/* A CPU or block of several nodes becomes unknown; numbers too large are ignored.  0 or -ENOMEM. */
int nodes_add_cpu(struct nodes *n, uint32_t cpu, uint32_t node);
int nodes_add_block(struct nodes *n, uint64_t block, uint32_t node);
void nodes_clear(struct nodes *n);	/* all zeros is valid, too */

/* Does the machine have more than one?  NULL: no. */
bool nodes_are_several(const struct nodes *n);

/* A node in one of the lists; -1: unknown. */
static inline int32_t nodes_at(const int32_t *list, size_t nr, uint64_t at)
{
	return at < nr && list[at] >= 0 ? list[at] : -1;
}

/* -1: unknown.  NULL is fine. */
static inline int32_t nodes_of_cpu(const struct nodes *n, int32_t cpu)
{
	return n && cpu >= 0 ? nodes_at(n->cpu, n->nr_cpus, (uint64_t)cpu) : -1;
}

static inline int32_t nodes_of_address(const struct nodes *n, uint64_t pa)
{
	return n && n->shift ? nodes_at(n->block, n->nr_blocks, pa >> n->shift) : -1;
}

#endif
