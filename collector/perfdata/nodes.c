// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes the NUMA nodes of this machine in perf's header sections: linux tools/perf/util/header.c,
 * write_numa_topology() and write_mem_topology().
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sysfiles.h"
#include "collector/perfdata/facts.h"
#include "collector/perfdata/perfdata_impl.h"

#define NODES_ROOT	"/sys/devices/system/node"
#define LIST_ROOM	4096
#define WORD_BITS	64

/* The number of "node3" or "memory17"; -1: another name. */
static long numbered(const char *name, const char *word)
{
	size_t len = strlen(word);
	char *end;
	long n;

	if (strncmp(name, word, len) || name[len] < '0' || name[len] > '9')
		return -1;
	n = strtol(name + len, &end, 10);
	return *end ? -1 : n;
}

/* "Node 0 MemTotal:  65536 kB"; 0: not there. */
static uint64_t meminfo(const char *text, const char *field)
{
	const char *at = strstr(text, field);

	return at ? strtoull(at + strlen(field), NULL, 10) : 0;
}

/* u32 node, u64 total and free memory in KiB, the list of its CPUs. */
static void add_node(struct buffer *b, const char *root, uint32_t node)
{
	char text[LIST_ROOM];

	buffer_u32(b, node);
	if (sysfiles_text(root, text, sizeof(text), NODES_ROOT "/node%u/meminfo", node) < 0)
		*text = '\0';
	buffer_u64(b, meminfo(text, "MemTotal:"));
	buffer_u64(b, meminfo(text, "MemFree:"));
	if (sysfiles_text(root, text, sizeof(text), NODES_ROOT "/node%u/cpulist", node) < 0)
		*text = '\0';
	perfdata_facts_string(b, text);
}

/* u64 node, u64 number of bits for its blocks, twice, and these bits in 64-bit words. */
static void add_blocks(struct buffer *b, const char *root, uint32_t node)
{
	struct sysfiles_names files;
	uint64_t bits = 0;
	uint8_t *set;

	sysfiles_names(root, &files, NODES_BLOCKS_MAX, NODES_ROOT "/node%u", node);
	for (size_t i = 0; i < files.nr; i++) {
		long block = numbered(files.name[i], "memory");

		if (block >= 0 && block < (long)NODES_BLOCKS_MAX && (uint64_t)block >= bits)
			bits = (uint64_t)block + 1;
	}
	buffer_u64(b, node);
	buffer_u64(b, bits);
	buffer_u64(b, bits);
	set = buffer_take(b, (bits + WORD_BITS - 1) / WORD_BITS * 8);
	for (size_t i = 0; set && i < files.nr; i++) {
		long block = numbered(files.name[i], "memory");

		if (block >= 0 && (uint64_t)block < bits)
			set[block / 8] |= (uint8_t)(1 << block % 8);	/* little-endian words */
	}
	sysfiles_names_free(&files);
}

void perfdata_facts_nodes(struct perfdata_facts *f, const char *root)
{
	struct buffer cpus = { 0 }, memory = { 0 };
	struct sysfiles_names names;
	int64_t block = 0;
	uint32_t nr = 0;

	sysfiles_number(root, &block, SYSFILES_NUMBER_HEX,
			"/sys/devices/system/memory/block_size_bytes");
	buffer_u32(&cpus, 0);
	buffer_u64(&memory, MEM_TOPOLOGY_VERSION);
	buffer_u64(&memory, (uint64_t)block);
	buffer_u64(&memory, 0);
	sysfiles_names(root, &names, NODES_MAX, NODES_ROOT);
	for (size_t i = 0; i < names.nr; i++) {
		long node = numbered(names.name[i], "node");

		if (node < 0)
			continue;
		add_node(&cpus, root, (uint32_t)node);
		add_blocks(&memory, root, (uint32_t)node);
		nr++;
	}
	sysfiles_names_free(&names);
	if (!cpus.bad)
		memcpy(cpus.p, &nr, sizeof(nr));
	if (!memory.bad)
		memcpy(memory.p + 16, &(uint64_t){ nr }, 8);
	if (nr)
		perfdata_facts_add(f, PERF_FEAT_NUMA_TOPOLOGY, &cpus);
	if (nr && block)
		perfdata_facts_add(f, PERF_FEAT_MEM_TOPOLOGY, &memory);
	buffer_free(&cpus);
	buffer_free(&memory);
}
