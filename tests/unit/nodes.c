// SPDX-License-Identifier: GPL-2.0-only
/* NUMA nodes: what is written of a machine's /sys, and what is read of perf's sections. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "collector/perfdata/facts.h"
#include "collector/perfdata/perfdata_impl.h"
#include "tests/unit/tree_fixture.h"

/* Two sockets: the second one's memory begins at 512 GiB, block 4096 of 128 MiB. */
static const struct tree_file machine[] = {
	{ "/sys/devices/system/memory/block_size_bytes", "8000000\n" },
	{ "/sys/devices/system/node/online", "0-1\n" },
	{ "/sys/devices/system/node/node0/cpulist", "0-1,4\n" },
	{ "/sys/devices/system/node/node0/meminfo",
	  "Node 0 MemTotal:       65536 kB\nNode 0 MemFree:         1024 kB\n" },
	{ "/sys/devices/system/node/node0/memory16", "/" },
	{ "/sys/devices/system/node/node0/memory17", "/" },
	{ "/sys/devices/system/node/node0/memory_failure", "/" },
	{ "/sys/devices/system/node/node1/cpulist", "2-3\n" },
	{ "/sys/devices/system/node/node1/memory4096", "/" },
	{ "/sys/devices/system/node/node1/memory17", "/" },	/* of both */
	{ "/sys/devices/system/node/power", "/" },
	TREE_END,
};

static void read_back(struct perfdata *pd, const struct perfdata_facts *f)
{
	for (size_t i = 0; i < f->nr; i++)
		perfdata_feature(pd, f->list[i].feature, f->list[i].bytes.p, f->list[i].bytes.len);
}

static void a_machine_is_read_as_it_was_written(void **state)
{
	struct perfdata_facts f = { 0 };
	struct perfdata pd = { 0 };
	const struct nodes *n;
	char *root = tree_new();

	tree_put(root, machine);
	perfdata_facts_nodes(&f, root);
	assert_int_equal(f.nr, 2);
	assert_int_equal(f.list[0].feature, 14);
	assert_int_equal(f.list[1].feature, 22);
	read_back(&pd, &f);
	n = pd.input.info.nodes;
	assert_int_equal(nodes_of_cpu(n, 0), 0);
	assert_int_equal(nodes_of_cpu(n, 4), 0);
	assert_int_equal(nodes_of_cpu(n, 2), 1);
	assert_int_equal(nodes_of_cpu(n, 5), -1);
	assert_int_equal(nodes_of_cpu(n, -1), -1);
	assert_int_equal(nodes_of_address(n, 0x80000000), 0);
	assert_int_equal(nodes_of_address(n, 0x87ffffff), 0);
	assert_int_equal(nodes_of_address(n, 0x7fffffff), -1);
	assert_int_equal(nodes_of_address(n, 0x88000000), -1);
	assert_int_equal(nodes_of_address(n, 0x8000000000), 1);
	assert_int_equal(nodes_of_address(n, UINT64_MAX), -1);
	assert_int_equal(nodes_of_cpu(NULL, 0), -1);
	assert_int_equal(nodes_of_address(NULL, 0), -1);
	assert_true(nodes_are_several(n));
	perfdata_facts_free(&f);
	nodes_clear(&pd.nodes);
	pool_free(&pd.pool);
	tree_remove(root);
	free(root);
}

/* As tools/perf/util/header.c of linux 6.12 writes it: u64 version, block size, nodes; each: u64
 * node, bits, bits, words. */
static const uint64_t memory[] = { 1, 0x8000000, 2, 0, 3, 3, 5, 1, 70, 70, 2, 0x20 };

static void sections_of_perf_are_read(void **state)
{
	struct perfdata pd = { 0 };

	perfdata_feature(&pd, 22, (const uint8_t *)memory, sizeof(memory));
	assert_int_equal(nodes_of_address(&pd.nodes, 0x0), 0);
	assert_int_equal(nodes_of_address(&pd.nodes, 0x8000000), 1);
	assert_int_equal(nodes_of_address(&pd.nodes, 0x10000000), 0);
	assert_int_equal(nodes_of_address(&pd.nodes, 69ull << 27), 1);
	assert_int_equal(nodes_of_address(&pd.nodes, 68ull << 27), -1);
	assert_int_equal(nodes_of_cpu(&pd.nodes, 0), -1);
	nodes_clear(&pd.nodes);
}

static void what_is_impossible_is_left_out(void **state)
{
	for (size_t len = 0; len < sizeof(memory); len++) {
		struct perfdata pd = { 0 };

		perfdata_feature(&pd, 22, (const uint8_t *)memory, len);
		perfdata_feature(&pd, 14, (const uint8_t *)memory, len);
		nodes_clear(&pd.nodes);
		notes_free(&pd.notes);
		pool_free(&pd.pool);
	}
	for (size_t i = 0; i < sizeof(memory) / sizeof(memory[0]); i++) {
		struct perfdata pd = { 0 };
		uint64_t bad[sizeof(memory) / sizeof(memory[0])];

		memcpy(bad, memory, sizeof(bad));
		bad[i] = UINT64_MAX - 1;
		perfdata_feature(&pd, 22, (const uint8_t *)bad, sizeof(bad));
		assert_true(pd.nodes.nr_blocks < 4096);
		nodes_clear(&pd.nodes);
		notes_free(&pd.notes);
		pool_free(&pd.pool);
	}
}

static void one_node_is_not_several(void **state)
{
	struct nodes n = { 0 };

	assert_false(nodes_are_several(NULL));
	assert_false(nodes_are_several(&n));
	assert_int_equal(nodes_add_cpu(&n, 7, 3), 0);
	assert_int_equal(nodes_add_block(&n, 5, 3), 0);
	assert_false(nodes_are_several(&n));
	assert_int_equal(nodes_add_block(&n, 6, 2), 0);	/* memory without CPUs */
	assert_true(nodes_are_several(&n));
	nodes_clear(&n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_machine_is_read_as_it_was_written),
		cmocka_unit_test(one_node_is_not_several),
		cmocka_unit_test(sections_of_perf_are_read),
		cmocka_unit_test(what_is_impossible_is_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
