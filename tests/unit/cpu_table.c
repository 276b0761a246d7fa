// SPDX-License-Identifier: GPL-2.0-only
/* A user's rows about CPUs: --cpu-table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "decoder/cpu_table.h"
#include "decoder/names.h"

#define N3	0x411fd8e2ULL	/* Neoverse N3 r1p2 */
#define N1	0x413fd0c1ULL	/* Neoverse N1 r3p1 */
#define OTHER	0x99001230ULL	/* implementer 0x99, part 0x123 */

static void takes(const char *text)
{
	struct cpu_table_error e;
	int ret = cpu_table_read(text, strlen(text), &e);

	if (ret)
		print_error("line %u: %s\n", e.line, e.what);
	assert_int_equal(ret, 0);
}

static void refuses(const char *text, unsigned int line, const char *what)
{
	struct cpu_table_error e;

	assert_int_equal(cpu_table_read(text, strlen(text), &e), -1);
	assert_string_equal(e.what, what);
	assert_int_equal(e.line, line);
	/* and forgets the rows before the bad one */
	assert_null(spe_cpu_name(OTHER));
}

static void test_cpu(void **state)
{
	(void)state;
	takes("");
	assert_null(spe_cpu_name(OTHER));
	assert_string_equal(spe_cpu_name(N3), "Neoverse N3");
	assert_null(spe_source_name(N3, 8));
	assert_null(spe_sources_basis(N3));
	takes("# ours\n\n cpu 0x99 0x123 \"Ours 2\"\r\ncpu 0x41 0xd8e N3 common # as N2");
	assert_string_equal(spe_cpu_name(OTHER), "Ours 2");
	assert_null(spe_source_name(OTHER, 0));
	assert_null(spe_sources_basis(OTHER));
	assert_string_equal(spe_cpu_name(N3), "N3");
	assert_string_equal(spe_source_name(N3, 8), "L2");
	assert_string_equal(spe_sources_basis(N3), "--cpu-table");
	assert_string_equal(spe_cpu_name(N1), "Neoverse N1");
	/* a text takes the place of the one before */
	takes("cpu 153 291 Ours");
	assert_string_equal(spe_cpu_name(OTHER), "Ours");
	assert_null(spe_source_name(N3, 8));
}

static void test_sources(void **state)
{
	(void)state;
	takes("source mine 0x0 next-door near\nsource mine 0x105 far-away far\n"
	      "cpu 0x99 0x123 Ours mine\nsource common 8 level-2 peer\nsource common 15 CXL l1d\n");
	assert_string_equal(spe_source_name(OTHER, 0), "next-door");
	assert_int_equal(spe_source_reach(OTHER, 0), SPE_REACH_NEAR);
	assert_string_equal(spe_source_name(OTHER, 0x105), "far-away");
	assert_int_equal(spe_source_reach(OTHER, 0x105), SPE_REACH_FAR);
	assert_null(spe_source_name(OTHER, 8));
	assert_int_equal(spe_source_reach(OTHER, 8), SPE_REACH_UNKNOWN);
	/* rows of a built-in table, one changed and one new */
	assert_string_equal(spe_source_name(N1, 8), "level-2");
	assert_int_equal(spe_source_reach(N1, 8), SPE_REACH_PEER);
	assert_string_equal(spe_source_name(N1, 15), "CXL");
	assert_int_equal(spe_source_reach(N1, 15), SPE_REACH_L1D);
	assert_string_equal(spe_source_name(N1, 14), "DRAM");
	/* a name that only begins like a built-in one is another table's */
	takes("cpu 0x99 0x123 Ours comm\n");
	assert_null(spe_source_name(OTHER, 8));
	/* a CPU without a table has no sources */
	assert_null(spe_source_name(0x410fd083, 8));
	takes("");
	assert_string_equal(spe_source_name(N1, 8), "L2");
	assert_null(spe_source_name(N1, 15));
}

static void test_events(void **state)
{
	(void)state;
	takes("event 0x99 0x123 12 prefetch\nevent 0x41 0xd0c 12 late\n");
	assert_string_equal(spe_event_name_on(OTHER, 12), "prefetch");
	assert_null(spe_event_name_on(OTHER, 13));
	assert_string_equal(spe_event_name_on(N1, 12), "late");
	assert_string_equal(spe_event_name_on(N1, 1), "retired");
	takes("");
	assert_string_equal(spe_event_name_on(N1, 12), "late-prefetch");
}

static void test_errors(void **state)
{
	static const char good[] = "cpu 0x99 0x123 Ours\n";
	char text[256];

	(void)state;
	refuses("cpu 0x99 0x123 Ours\ncpus 1 2 3\n", 2, "a line begins with cpu, source or event");
	refuses("cpu 0x99 0x123\n", 1, "write: cpu IMPLEMENTER PART NAME [TABLE]");
	refuses("cpu 0x99 0x123 a b c", 1, "write: cpu IMPLEMENTER PART NAME [TABLE]");
	refuses("cpu 0x100 0x123 a", 1,
		"IMPLEMENTER is a number from 0 to 0xff, PART from 0 to 0xfff");
	refuses("cpu 1 0x1000 a", 1, "IMPLEMENTER is a number from 0 to 0xff, PART from 0 to 0xfff");
	refuses("cpu 1x 0x1 a", 1, "IMPLEMENTER is a number from 0 to 0xff, PART from 0 to 0xfff");
	refuses("cpu 0x 1 a", 1, "IMPLEMENTER is a number from 0 to 0xff, PART from 0 to 0xfff");
	refuses("cpu 1 1 \"a", 1, "a double quote is missing");
	refuses("cpu 1 1 \"\"", 1, "a name has 1 to 31 printable ASCII characters");
	refuses("cpu 1 1 a\033[31m", 1, "a name has 1 to 31 printable ASCII characters");
	refuses("cpu 1 1 12345678901234567890123456789012", 1,
		"a name has 1 to 31 printable ASCII characters");
	refuses("\n\ncpu 1 1 a\ncpu 0x1 0x1 b", 4, "the CPU is in the file twice");
	refuses("source common 8 L2", 1, "write: source TABLE CODE NAME REACH");
	refuses("source common 8 L2 close", 1,
		"REACH is l1d, near, peer (another core's cache) or far (another socket)");
	refuses("source common 0x10000 L2 near", 1, "CODE is a number from 0 to 0xffff");
	refuses("source t 1 a near\nsource t 1 b near", 2, "the code is in this table twice");
	refuses("event 1 1 64 a", 1, "BIT is a number from 0 to 63");
	refuses("event 1 1 1 a", 1, "the architecture defines this event: its name stays");
	snprintf(text, sizeof(text), "%sevent 1 1 12 a\nevent 1 1 12 b", good);
	refuses(text, 3, "the event is in the file twice, or there are more than 256");
}

/* Exactly the rows with a source of the fact have names for codes. */
static void test_basis(void **state)
{
	size_t nr = 0, named = 0;
	uint64_t midr;

	(void)state;
	takes("");
	for (; (midr = spe_cpu_row(nr)); nr++) {
		bool any = false;

		for (uint16_t code = 0; code < 64; code++)
			any |= spe_source_name(midr, code) != NULL;
		assert_int_equal(any, spe_sources_basis(midr) != NULL);
		named += any;
		assert_non_null(spe_cpu_name(midr));
	}
	/* perf 7.3.4: 16 in the common list, AmpereOne, HIP12; ours: Cobalt 100, QEMU's max */
	assert_int_equal(named, 20);
	assert_true(nr > named);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cpu),
		cmocka_unit_test(test_sources),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_basis),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
