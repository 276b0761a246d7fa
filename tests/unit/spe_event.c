// SPDX-License-Identifier: GPL-2.0-only
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "collector/live/spe_event.h"

/* The formats of Linux 6.12 on a CPU with SPEv1p2, and room for two more. */
static struct host_format formats[12] = {
	{ "ts_enable", 0, 0, 0 }, { "pa_enable", 0, 1, 1 }, { "pct_enable", 0, 2, 2 },
	{ "jitter", 0, 16, 16 }, { "branch_filter", 0, 32, 32 }, { "load_filter", 0, 33, 33 },
	{ "store_filter", 0, 34, 34 }, { "event_filter", 1, 0, 63 }, { "min_latency", 2, 0, 11 },
	{ "inv_event_filter", 3, 0, 63 },
};
static const struct host_pmu pmu = {
	.name = "arm_spe_0", .type = 10, .formats = formats, .nr_formats = 10,
};

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
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct spe_wish wish = { .period = 4096, .must = 1u << rows[i].knob };
		union perf_attr_room a;
		char err[200];

		wish.value[rows[i].knob] = rows[i].value;
		assert_int_equal(spe_event_attr(&a, &pmu, &wish, err, sizeof(err)), 0);
		assert_int_equal(a.words[rows[i].word], rows[i].want);
		assert_int_equal(a.attr.type, 10);
		assert_int_equal(a.attr.sample_period, 4096);
		/* perf 6.1 reads at most 128 bytes: config3 only if it is needed */
		assert_int_equal(a.attr.size, rows[i].word == 16 ? 136 : 128);
	}
}

static void what_the_kernel_lacks_is_said(void **state)
{
	struct spe_wish wish = { .period = 4096 };
	union perf_attr_room a;
	char err[200] = "";

	wish.value[SPE_KNOB_DISCARD] = 1;
	assert_int_equal(spe_event_attr(&a, &pmu, &wish, err, sizeof(err)), 0);
	wish.must = 1u << SPE_KNOB_DISCARD;
	assert_int_equal(spe_event_attr(&a, &pmu, &wish, err, sizeof(err)), -EOPNOTSUPP);
	assert_string_equal(err, "arm_spe_0 has no discard: that requires a CPU with SPEv1p2 and "
			    "Linux 6.14 or later");
	wish = (struct spe_wish){ .value[SPE_KNOB_MIN_LATENCY] = 4096 };
	assert_int_equal(spe_event_attr(&a, &pmu, &wish, err, sizeof(err)), -ERANGE);
	assert_string_equal(err, "arm_spe_0 takes at most 4095 for min_latency");
}

static void guests_are_asked_for(void **state)
{
	struct host_cap cap = { "guest_profiling", 1 };
	struct spe_wish wish = { .period = 4096 };
	struct host_pmu can = pmu;
	union perf_attr_room a;
	char err[200] = "";

	assert_int_equal(spe_event_attr(&a, &pmu, &wish, err, sizeof(err)), 0);
	assert_true(a.attr.exclude_guest && !a.attr.exclude_host);
	wish.guests = true;
	assert_int_equal(spe_event_attr(&a, &pmu, &wish, err, sizeof(err)), -EOPNOTSUPP);
	assert_non_null(strstr(err, "arm_spe_0 cannot sample guests"));
	can.caps = &cap;
	can.nr_caps = 1;
	assert_int_equal(spe_event_attr(&a, &can, &wish, err, sizeof(err)), 0);
	assert_true(!a.attr.exclude_guest && !a.attr.exclude_host);
	wish.no_host = true;
	assert_int_equal(spe_event_attr(&a, &can, &wish, err, sizeof(err)), 0);
	assert_true(!a.attr.exclude_guest && a.attr.exclude_host);
	cap.value = 0;
	assert_int_equal(spe_event_attr(&a, &can, &wish, err, sizeof(err)), -EOPNOTSUPP);
	wish.unproven = true;
	assert_int_equal(spe_event_attr(&a, &can, &wish, err, sizeof(err)), 0);
	assert_true(!a.attr.exclude_guest && a.attr.exclude_host);
}

static void a_newer_kernel_may_have_its_bits_elsewhere(void **state)
{
	struct spe_wish wish = { .value[SPE_KNOB_NOT_SOURCES] = ~0ULL,
				 .value[SPE_KNOB_DISCARD] = 1,
				 .must = 1u << SPE_KNOB_NOT_SOURCES | 1u << SPE_KNOB_DISCARD };
	union perf_attr_room a;
	struct host_pmu newer = pmu;
	char err[200];

	newer.nr_formats = 12;
	formats[10] = (struct host_format){ "inv_data_src_filter", 4, 0, 63 };
	formats[11] = (struct host_format){ "discard", 0, 35, 35 };
	assert_int_equal(spe_event_attr(&a, &newer, &wish, err, sizeof(err)), 0);
	assert_int_equal(a.words[17], ~0ULL);
	assert_int_equal(a.words[1], 1ULL << 35);
	assert_int_equal(a.attr.size, 144);
	formats[11].config = 5;
	assert_int_equal(spe_event_attr(&a, &newer, &wish, err, sizeof(err)), -EOPNOTSUPP);
	assert_string_equal(err, "arm_spe_0 has discard in config5, which spelunk does not "
			    "support");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_knob_has_its_bits),
		cmocka_unit_test(what_the_kernel_lacks_is_said),
		cmocka_unit_test(guests_are_asked_for),
		cmocka_unit_test(a_newer_kernel_may_have_its_bits_elsewhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
