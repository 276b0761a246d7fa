// SPDX-License-Identifier: GPL-2.0-only
#include "base/nodes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define UNKNOWN	(-1)
#define CLAIMED	(-2)	/* by several nodes: unknown, too */

static int claim(int32_t **list, size_t *nr, size_t at, uint32_t node)
{
	if (at >= *nr) {
		size_t more = at + at / 2 + 64;
		int32_t *new = realloc(*list, more * sizeof(*new));

		if (!new)
			return -ENOMEM;
		memset(new + *nr, 0xff, (more - *nr) * sizeof(*new));
		*list = new;
		*nr = more;
	}
	if ((*list)[at] != (int32_t)node)
		(*list)[at] = (*list)[at] == UNKNOWN ? (int32_t)node : CLAIMED;
	return 0;
}

int nodes_add_cpu(struct nodes *n, uint32_t cpu, uint32_t node)
{
	return cpu < NODES_CPUS_MAX && node < NODES_MAX ?
	       claim(&n->cpu, &n->nr_cpus, cpu, node) : 0;
}

int nodes_add_block(struct nodes *n, uint64_t block, uint32_t node)
{
	return block < NODES_BLOCKS_MAX && node < NODES_MAX ?
	       claim(&n->block, &n->nr_blocks, block, node) : 0;
}

void nodes_clear(struct nodes *n)
{
	free(n->cpu);
	free(n->block);
	*n = (struct nodes){ 0 };
}
