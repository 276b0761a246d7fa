// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads the NUMA nodes of the recorded machine, as nodes.c writes them.  Apart from it, because the
 * guest agent writes and must not link what reading needs.  Entries out of bounds are skipped.
 */
#include "collector/cpulist.h"
#include "collector/perfdata/perfdata_impl.h"

#define WORD_BITS	64

void perfdata_numa_topology(struct perfdata *pd, struct cursor *c)
{
	uint32_t nr = cursor_u32(c);

	for (uint32_t i = 0; i < nr && !c->bad; i++) {
		uint32_t node = cursor_u32(c);
		struct cpu_list cpus;
		const char *text;
		size_t len;

		cursor_take(c, 16);
		text = perfdata_cursor_string(c, &len);
		text = text ? pool_string(&pd->pool, text, len) : NULL;
		if (!text || cpu_list_parse(&cpus, text))
			continue;
		for (size_t k = 0; k < cpus.nr; k++)
			nodes_add_cpu(&pd->nodes, cpus.cpu[k], node);
		cpu_list_free(&cpus);
	}
	pd->input.info.nodes = &pd->nodes;
}

void perfdata_mem_topology(struct perfdata *pd, struct cursor *c)
{
	uint64_t version = cursor_u64(c), block = cursor_u64(c), nr = cursor_u64(c);

	if (version != MEM_TOPOLOGY_VERSION || !block || block & (block - 1))
		return;
	pd->nodes.shift = (unsigned int)__builtin_ctzll(block);
	for (uint64_t i = 0; i < nr && !c->bad; i++) {
		uint64_t node = cursor_u64(c), bits;
		const uint8_t *set;

		cursor_u64(c);
		bits = cursor_u64(c);
		set = cursor_take(c, bits / WORD_BITS * 8 + (bits % WORD_BITS ? 8 : 0));
		for (uint64_t k = 0; set && k < bits; k++)
			if (le64(set + k / WORD_BITS * 8) >> k % WORD_BITS & 1)
				nodes_add_block(&pd->nodes, k, node < NODES_MAX ? (uint32_t)node :
						NODES_MAX);
	}
	pd->input.info.nodes = &pd->nodes;
}
