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

/* Do all known nodes of a list equal *first?  -1: it becomes the first known. */
static bool list_is_one(const int32_t *list, size_t nr, int32_t *first)
{
	for (size_t i = 0; i < nr; i++) {
		if (list[i] < 0)
			continue;
		if (*first < 0)
			*first = list[i];
		if (list[i] != *first)
			return false;
	}
	return true;
}

bool nodes_are_several(const struct nodes *n)
{
	int32_t first = -1;

	return n && !(list_is_one(n->cpu, n->nr_cpus, &first) &&
		      list_is_one(n->block, n->nr_blocks, &first));
}
