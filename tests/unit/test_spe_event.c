// SPDX-License-Identifier: GPL-2.0-only
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/spe_event.h"

/* A made-up folder of PMUs. */

static char root[64];

static void put_file(const char *pmu, const char *name, const char *text)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s/%s", root, pmu, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void make_folder(const char *pmu, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s%s%s", root, pmu, name ? "/" : "", name ?: "");
	assert_int_equal(mkdir(path, 0700), 0);
}

/* What Linux 6.12 shows of a CPU with SPEv1p2. */
static const char *const formats[][2] = {
	{ "ts_enable", "config:0\n" }, { "pa_enable", "config:1\n" },
	{ "pct_enable", "config:2\n" }, { "jitter", "config:16\n" },
	{ "branch_filter", "config:32\n" }, { "load_filter", "config:33\n" },
	{ "store_filter", "config:34\n" }, { "event_filter", "config1:0-63\n" },
	{ "min_latency", "config2:0-11\n" }, { "inv_event_filter", "config3:0-63\n" },
};

static void make_pmu(const char *name, const char *type, const char *cpus)
{
	char path[64];

	make_folder(name, NULL);
	make_folder(name, "format");
	make_folder(name, "caps");
	put_file(name, "type", type);
	put_file(name, "cpumask", cpus);
	put_file(name, "caps/min_interval", "256\n");
	put_file(name, "caps/count_size", "12\n");
	put_file(name, "caps/arch_inst", "0\n");
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		snprintf(path, sizeof(path), "format/%s", formats[i][0]);
		put_file(name, path, formats[i][1]);
	}
}

static int set_up(void **state)
{
	strcpy(root, "/tmp/spelunk-pmus.XXXXXX");
	return !mkdtemp(root);
}

static int tear_down(void **state)
{
	char cmd[100];

	snprintf(cmd, sizeof(cmd), "rm -r %s", root);
	return system(cmd);
}

static void all_pmus_are_found(void **state)
{
	struct spe_pmu pmus[4];

	assert_int_equal(spe_pmus_read(pmus, 4, root), 0);
	assert_int_equal(spe_pmus_read(pmus, 4, "/no/such/folder"), 0);
	make_pmu("arm_spe_1", "11\n", "4-7\n");
	make_pmu("arm_spe_0", "10\n", "0-3,8\n");
	make_pmu("armv8_pmuv3_0", "8\n", "0-8\n");
	assert_int_equal(spe_pmus_read(pmus, 4, root), 2);
	assert_string_equal(pmus[0].name, "arm_spe_0");
	assert_int_equal(pmus[0].type, 10);
	assert_string_equal(pmus[0].cpus, "0-3,8");
	assert_int_equal(pmus[0].min_interval, 256);
	assert_int_equal(pmus[0].count_size, 12);
	assert_false(pmus[0].arch_inst);
	assert_string_equal(pmus[1].cpus, "4-7");
	assert_int_equal(spe_pmus_read(pmus, 1, root), 1);
}

static void every_knob_has_its_bits(void **state)
{
	static const struct {
		enum spe_knob knob;
		uint64_t value;
		unsigned int word;
		uint64_t want;
	} rows[] = {
		{ SPE_KNOB_TIMESTAMPS, 1, 1, 1 },
		{ SPE_KNOB_PHYSICAL, 1, 1, 2 },
		{ SPE_KNOB_PHYSICAL_TIME, 1, 1, 4 },
		{ SPE_KNOB_JITTER, 1, 1, 1 << 16 },
		{ SPE_KNOB_BRANCHES, 1, 1, 1ULL << 32 },
		{ SPE_KNOB_LOADS, 1, 1, 1ULL << 33 },
		{ SPE_KNOB_STORES, 1, 1, 1ULL << 34 },
		{ SPE_KNOB_EVENTS, 0x8000000000000002, 7, 0x8000000000000002 },
		{ SPE_KNOB_MIN_LATENCY, 4095, 8, 4095 },
		{ SPE_KNOB_NOT_EVENTS, 6, 16, 6 },
	};
	struct spe_pmu pmu;

	make_pmu("arm_spe_0", "10\n", "0-3\n");
	assert_int_equal(spe_pmus_read(&pmu, 1, root), 1);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct spe_wish wish = { .period = 4096, .must = 1u << rows[i].knob };
		union perf_attr_room a;
		char err[200];

		wish.value[rows[i].knob] = rows[i].value;
		assert_int_equal(spe_event_attr(&a, &pmu, &wish, err, sizeof(err)), 0);
		assert_int_equal(a.words[rows[i].word], rows[i].want);
		assert_int_equal(a.attr.type, 10);
		assert_int_equal(a.attr.sample_period, 4096);
		/* perf 6.1 reads no more than 128 bytes: config3 only if it is needed */
		assert_int_equal(a.attr.size, rows[i].word == 16 ? 136 : 128);
	}
}

static void what_the_kernel_lacks_is_said(void **state)
{
	struct spe_wish wish = { .period = 4096 };
	union perf_attr_room a;
	struct spe_pmu pmu;
	char err[200] = "";

	make_pmu("arm_spe_0", "10\n", "0-3\n");
	assert_int_equal(spe_pmus_read(&pmu, 1, root), 1);
	wish.value[SPE_KNOB_DISCARD] = 1;
	assert_int_equal(spe_event_attr(&a, &pmu, &wish, err, sizeof(err)), 0);
	wish.must = 1u << SPE_KNOB_DISCARD;
	assert_int_equal(spe_event_attr(&a, &pmu, &wish, err, sizeof(err)), -EOPNOTSUPP);
	assert_string_equal(err, "arm_spe_0 has no discard: that needs a CPU with SPEv1p2 and "
			    "Linux 6.14 or later");
	wish = (struct spe_wish){ .value[SPE_KNOB_MIN_LATENCY] = 4096 };
	assert_int_equal(spe_event_attr(&a, &pmu, &wish, err, sizeof(err)), -ERANGE);
	assert_string_equal(err, "arm_spe_0 takes at most 4095 for min_latency");
}

static void a_newer_kernel_may_have_its_bits_elsewhere(void **state)
{
	struct spe_wish wish = { .value[SPE_KNOB_NOT_SOURCES] = ~0ULL,
				 .value[SPE_KNOB_DISCARD] = 1,
				 .must = 1u << SPE_KNOB_NOT_SOURCES | 1u << SPE_KNOB_DISCARD };
	union perf_attr_room a;
	struct spe_pmu pmu;
	char err[200];

	make_pmu("arm_spe_0", "10\n", "0-3\n");
	put_file("arm_spe_0", "format/inv_data_src_filter", "config4:0-63\n");
	put_file("arm_spe_0", "format/discard", "config:35\n");
	assert_int_equal(spe_pmus_read(&pmu, 1, root), 1);
	assert_int_equal(spe_event_attr(&a, &pmu, &wish, err, sizeof(err)), 0);
	assert_int_equal(a.words[17], ~0ULL);
	assert_int_equal(a.words[1], 1ULL << 35);
	assert_int_equal(a.attr.size, 144);
}

static void formats_that_are_none_are_as_if_not_there(void **state)
{
	static const char *const bad[] = { "", "config", "config:", "config5:0", "config:64",
					   "config:9-3", "config:0-63x", "nonsense:1" };
	struct spe_pmu pmu;

	make_pmu("arm_spe_0", "10\n", "0-3\n");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		put_file("arm_spe_0", "format/jitter", bad[i]);
		assert_int_equal(spe_pmus_read(&pmu, 1, root), 1);
		assert_false(pmu.format[SPE_KNOB_JITTER].there);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(all_pmus_are_found),
		TEST(every_knob_has_its_bits),
		TEST(what_the_kernel_lacks_is_said),
		TEST(a_newer_kernel_may_have_its_bits_elsewhere),
		TEST(formats_that_are_none_are_as_if_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
