// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "decoder/names.h"
#include "report/report.h"
#include "report/text/text.h"
#include "report/write.h"

/* 200 samples, computed by hand. */
static const struct metrics m = {
	.samples = 200, .operations = 819200,
	.total = { .n = 160, .sum = 4000, .saturated = 2, .max = 4095, .p50 = 12, .p99 = 4095,
		   .cycles = 16384000 },
	.issue = { .n = 150, .sum = 600, .max = 9, .p50 = 3, .p99 = 8, .cycles = 2457600 },
	/* 90 loads averaging 40 cycles, 60 of them hits averaging 10, all x 4096 */
	.load = { .n = 90, .operations = 368640, .cycles = 14745600 },
	.load_hit = { .n = 60, .operations = 245760, .cycles = 2457600 },
	.loads = 90, .stores = 10, .branches = 80, .others = 15, .no_op = 5,
	.with_events = 190,
	.events = {
		[SPE_EV_EXCEPTION] = 19, [SPE_EV_RETIRED] = 190,
		[SPE_EV_L1D_ACCESS] = 96, [SPE_EV_L1D_MISS] = 24,
		[SPE_EV_TLB_ACCESS] = 100, [SPE_EV_TLB_WALK] = 3,
		[SPE_EV_LLC_ACCESS] = 20, [SPE_EV_LLC_MISS] = 5,
		[SPE_EV_NOT_TAKEN] = 20, [SPE_EV_MISPREDICTED] = 8,
		[SPE_EV_REMOTE_ACCESS] = 1, [SPE_EV_MISALIGNED] = 2,
	},
};
static const struct metrics sum = {
	.samples = 800,
	.total = { .n = 640, .saturated = 2, .cycles = 65536000 },
	.issue = { .n = 600, .cycles = 24576000 },
};
static const struct metrics nothing;

static double value(enum column c)
{
	double v = -1;

	assert_true(column_value(c, &m, &sum, &v));
	return v;
}

static void values_are_as_defined(void **state)
{
	static const struct { enum column c; double v;
	} cases[] = {
		{ COLUMN_SAMPLES, 200 },       { COLUMN_SHARE, 25 },
		{ COLUMN_OPERATIONS, 819200 }, { COLUMN_TOTAL_MEAN, 25 },
		{ COLUMN_TOTAL_P50, 12 },      { COLUMN_TOTAL_P99, 4095 },
		{ COLUMN_TOTAL_MAX, 4095 },    { COLUMN_TOTAL_SATURATED, 2 },
		{ COLUMN_ISSUE_MEAN, 4 },      { COLUMN_ISSUE_P99, 8 },
		{ COLUMN_ISSUE_MAX, 9 },       { COLUMN_LOADS, 90 },
		{ COLUMN_STORES, 10 },         { COLUMN_BRANCHES, 80 },
		{ COLUMN_OTHERS, 15 },         { COLUMN_NO_OP, 5 },
		{ COLUMN_L1D_MISS, 25 },       { COLUMN_LLC_MISS, 25 },
		{ COLUMN_TLB_WALK, 3 },        { COLUMN_MISPREDICT, 10 },
		{ COLUMN_NOT_TAKEN, 25 },      { COLUMN_REMOTE, 1 },
		{ COLUMN_MISALIGNED, 2 },      { COLUMN_EXCEPTION, 10 },
		{ COLUMN_WITH_EVENTS, 190 },   { COLUMN_EVENT_L1D_MISS, 24 },
		{ COLUMN_EVENT_SMCU, 0 },      { COLUMN_COST, 25 },
		{ COLUMN_TOTAL_SUM, 16384000 }, { COLUMN_ISSUE_SUM, 2457600 },
		{ COLUMN_ISSUE_SHARE, 10 },    { COLUMN_POTENTIAL_SUM, 11059200 },
		{ COLUMN_POTENTIAL, 16.875 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		double d = value(cases[i].c) - cases[i].v;

		if (d > 1e-9 || d < -1e-9)
			fail_msg("%s is %g, not %g", column_name(cases[i].c),
				 value(cases[i].c), cases[i].v);
	}
}

/* Brief rows lack four figures: exactly the columns that show them say so. */
static void brief_rows_have_all_other_columns(void **state)
{
	struct metrics brief = m;
	double v, of_brief;

	brief.issue.p50 = brief.issue.p99 = brief.xlat.p50 = brief.xlat.p99 = 0;
	memset(&brief.load, 0, sizeof(brief.load));
	memset(&brief.load_hit, 0, sizeof(brief.load_hit));
	assert_false(column_is_brief(COLUMN_XLAT_P50));
	assert_false(column_is_brief(COLUMN_XLAT_P99));
	assert_false(column_is_brief(COLUMN_WALK_SUM));
	assert_false(column_is_brief(COLUMN_WALK_COST));
	for (enum column c = 0; c < NR_COLUMNS; c++) {
		bool has = column_value(c, &m, &sum, &v);

		bool has_brief = column_value(c, &brief, &sum, &of_brief);

		if (c == COLUMN_ISSUE_P50 || c == COLUMN_ISSUE_P99 || c == COLUMN_POTENTIAL ||
		    c == COLUMN_POTENTIAL_SUM)
			assert_false(column_is_brief(c));
		else
			assert_true(has_brief == has && v >= of_brief && v <= of_brief);
	}
	for (size_t i = 0; i < text_nr_usual; i++)
		assert_true(column_is_brief(text_usual[i]));
}

/* Samples of CPU cycles, or of a clock: 30 of 40, and 6 of 8 ms. */
static void cycles_have_columns_where_they_were_counted(void **state)
{
	struct metrics row = { .cycles = { 30, 6000000 } }, all = { .cycles = { 40, 8000000 } };
	double v;

	assert_false(column_value(COLUMN_CYCLE_SAMPLES, &row, &all, &v));
	assert_false(column_value(COLUMN_CYCLES, &row, &all, &v));
	assert_false(column_value(COLUMN_TIME_SHARE, &row, &all, &v));
	row.has_cycles = all.has_cycles = true;
	assert_true(column_value(COLUMN_CYCLE_SAMPLES, &row, &all, &v) && v == 30);
	assert_true(column_value(COLUMN_CYCLES, &row, &all, &v) && v == 6000000);
	assert_true(column_value(COLUMN_TIME_SHARE, &row, &all, &v) && v == 75);
	assert_int_equal(column_support(COLUMN_TIME_SHARE, &row, &all), 30);
	row.clock = all.clock = true;
	assert_true(column_value(COLUMN_CYCLE_SAMPLES, &row, &all, &v) && v == 30);
	assert_false(column_value(COLUMN_CYCLES, &row, &all, &v));
	assert_true(column_value(COLUMN_TIME_SHARE, &row, &all, &v) && v == 75);
	all.cycles = row.cycles = (struct cycle_count){ 0 };
	assert_false(column_value(COLUMN_TIME_SHARE, &row, &all, &v));
}

static void without_data_there_is_no_value(void **state)
{
	double v = 7;

	assert_false(column_value(COLUMN_XLAT_MEAN, &m, &sum, &v));
	assert_false(column_value(COLUMN_XLAT_P99, &m, &sum, &v));
	assert_false(column_value(COLUMN_L2D_MISS, &m, &sum, &v));
	assert_false(column_value(COLUMN_SHARE, &m, NULL, &v));
	assert_false(column_value(COLUMN_COST, &m, NULL, &v));
	assert_false(column_value(COLUMN_COST, &nothing, &sum, &v));
	assert_false(column_value(COLUMN_TOTAL_SUM, &nothing, &sum, &v));
	assert_false(column_value(COLUMN_XLAT_SUM, &m, &sum, &v));
	assert_false(column_value(COLUMN_XLAT_SHARE, &m, &sum, &v));
	assert_false(column_value(COLUMN_WALK_SUM, &m, &sum, &v));
	assert_false(column_value(COLUMN_WALK_COST, &m, &sum, &v));
	assert_false(column_value(COLUMN_MISPREDICT, &nothing, &sum, &v));
	assert_true(column_value(COLUMN_SAMPLES, &nothing, &sum, &v));
	assert_true(v == 0);
}

static void a_value_says_on_how_many_samples_it_stands(void **state)
{
	assert_int_equal(column_support(COLUMN_SHARE, &m, &sum), 200);
	assert_int_equal(column_support(COLUMN_L1D_MISS, &m, &sum), 96);
	assert_int_equal(column_support(COLUMN_TOTAL_P99, &m, &sum), 160);
	assert_int_equal(column_support(COLUMN_ISSUE_MEAN, &m, &sum), 150);
	assert_int_equal(column_support(COLUMN_REMOTE, &m, &sum), 100);
	assert_true(column_support(COLUMN_LOADS, &m, &sum) == UINT64_MAX);
	assert_int_equal(column_support(COLUMN_COST, &m, &sum), 160);
	assert_int_equal(column_support(COLUMN_ISSUE_SUM, &m, &sum), 150);
	assert_int_equal(column_support(COLUMN_POTENTIAL, &m, &sum), 90);
}

static void saturation_makes_lower_bounds(void **state)
{
	/* 2 of 160: more than one in a hundred, so the 99th percentile is one of them. */
	assert_true(column_at_least(COLUMN_TOTAL_MEAN, &m, &sum));
	assert_true(column_at_least(COLUMN_TOTAL_P99, &m, &sum));
	assert_true(column_at_least(COLUMN_TOTAL_MAX, &m, &sum));
	assert_false(column_at_least(COLUMN_TOTAL_P50, &m, &sum));
	assert_false(column_at_least(COLUMN_ISSUE_P99, &m, &sum));
	assert_false(column_at_least(COLUMN_SAMPLES, &m, &sum));
	assert_false(column_at_least(COLUMN_L1D_MISS, &m, &sum));
	assert_true(column_at_least(COLUMN_TOTAL_SUM, &m, &sum));
	assert_true(column_at_least(COLUMN_POTENTIAL_SUM, &m, &sum));
	assert_false(column_at_least(COLUMN_ISSUE_SUM, &m, &sum));
}

/* Saturated samples in another row make the total a lower bound, and the share an upper one. */
static void a_share_is_a_lower_bound_if_all_saturated_samples_are_the_rows(void **state)
{
	struct metrics others = sum;

	assert_true(column_at_least(COLUMN_COST, &m, &sum));
	assert_true(column_at_least(COLUMN_POTENTIAL, &m, &sum));
	assert_false(column_at_least(COLUMN_ISSUE_SHARE, &m, &sum));
	others.total.saturated = 3;
	assert_false(column_at_least(COLUMN_COST, &m, &others));
	assert_false(column_at_least(COLUMN_POTENTIAL, &m, &others));
}

static double potential(const struct metrics *row, const struct metrics *all)
{
	double v;

	return column_value(COLUMN_POTENTIAL_SUM, row, all, &v) ? v : -1;
}

static void potential_is_what_loads_take_beyond_hits(void **state)
{
	struct metrics row = m, all = sum;

	/* Hits of all rows average 15 cycles: 100 x 1024 operations. */
	all.load_hit = (struct latency_part){ .n = 100, .operations = 102400, .cycles = 1536000 };
	row.load_hit = (struct latency_part){ .n = 30, .operations = 122880, .cycles = 1228800 };
	assert_true(potential(&row, &all) == (40 - 10) * 90 * 4096.0);
	/* Fewer than 30 hits of its own are not enough. */
	row.load_hit = (struct latency_part){ .n = 29, .operations = 118784, .cycles = 1187840 };
	assert_true(potential(&row, &all) == (40 - 15) * 90 * 4096.0);
	row.load_hit = (struct latency_part){ 0 };
	assert_true(potential(&row, &all) == (40 - 15) * 90 * 4096.0);
	/* Loads that are faster than others' hits have no potential. */
	row.load.cycles = 8 * 90 * 4096;
	assert_true(potential(&row, &all) == 0);
	/* No row has hits. */
	assert_true(potential(&row, &sum) == -1);
}

static void walks_cost_the_translation_latency_of_samples_that_walked(void **state)
{
	struct metrics row = m;
	double v;

	row.xlat = (struct latency){ .n = 90, .sum = 400, .cycles = 1638400 };
	row.walk_cycles = 655360;
	assert_true(column_value(COLUMN_WALK_SUM, &row, &sum, &v) && v == 655360);
	assert_true(column_value(COLUMN_WALK_COST, &row, &sum, &v) && v == 1);
	assert_int_equal(column_support(COLUMN_WALK_COST, &row, &sum), 3);
	/* 0 of 100 TLB lookups is a known 0; without lookups it is unknown. */
	row.walk_cycles = row.events[SPE_EV_TLB_WALK] = 0;
	assert_true(column_value(COLUMN_WALK_COST, &row, &sum, &v) && v == 0);
	assert_int_equal(column_support(COLUMN_WALK_COST, &row, &sum), 100);
	row.events[SPE_EV_TLB_ACCESS] = 0;
	assert_false(column_value(COLUMN_WALK_COST, &row, &sum, &v));
}

static void columns_are_found_by_name_and_defined(void **state)
{
	for (unsigned int c = 0; c < NR_COLUMNS; c++) {
		assert_int_equal(column_find(column_name(c), strlen(column_name(c))), c);
		assert_true(strlen(column_what(c)) > 8);
		assert_true(strlen(column_title(c)) > 0);
		assert_true(strlen(column_unit(c)) > 0);
	}
	assert_int_equal(column_find("total_mean,", 10), COLUMN_TOTAL_MEAN);
	assert_int_equal(column_find("event:l1d-miss", 14), COLUMN_EVENT_L1D_MISS);
	assert_int_equal(column_find("total", 5), -1);
	assert_true(column_is_integer(COLUMN_TOTAL_P99));
	assert_false(column_is_integer(COLUMN_TOTAL_MEAN));
}

static const enum field keys[] = { FIELD_VM, FIELD_SYMBOL };
static const struct value v0[] = { { "0", 0, true, true }, { "b", 0, true, false } };
static const struct value v1[] = { { "10", 10, true, true }, { "a", 0, true, false } };
static const struct value v2[] = { { "9", 9, true, true }, { "a", 0, true, false } };
static const struct value v3[] = { { "", 0, false, true }, { "a", 0, true, false } };
static const struct value v4[] = { { "0", 0, true, true }, { "", 0, false, false } };

static void order_is(enum column c, bool ascending, const struct value *const *order)
{
	struct row row[] = {
		{ .keys = v3, .m = { .samples = 5 } }, { .keys = v1, .m = { .samples = 5 } },
		{ .keys = v0, .m = { .samples = 7, .total = { .n = 1, .sum = 1 } } },
		{ .keys = v2, .m = { .samples = 5 } },
		{ .keys = v4, .m = { .samples = 7, .total = { .n = 1, .sum = 9 } } },
	};
	struct rows r = { .keys = keys, .nr_keys = 2, .row = row, .nr = 5,
			  .sum = { .samples = 29 } };

	rows_sort(&r, c, ascending);
	for (size_t i = 0; i < 5; i++)
		assert_ptr_equal(row[i].keys, order[i]);
}

static void sorting_is_total(void **state)
{
	/* Ties by keys: numbers as numbers, unknown last. */
	order_is(COLUMN_SAMPLES, false,
		 (const struct value *const[]){ v0, v4, v2, v1, v3 });
	order_is(COLUMN_SAMPLES, true,
		 (const struct value *const[]){ v2, v1, v3, v0, v4 });
	order_is(COLUMN_SHARE, false,
		 (const struct value *const[]){ v0, v4, v2, v1, v3 });
	/* Rows without data are last in both directions. */
	order_is(COLUMN_TOTAL_MEAN, false,
		 (const struct value *const[]){ v4, v0, v2, v1, v3 });
	order_is(COLUMN_TOTAL_MEAN, true,
		 (const struct value *const[]){ v0, v4, v2, v1, v3 });
}

static void order_of_few_is(enum column c, bool ascending, size_t few, const uint64_t order[4])
{
	struct row row[] = {
		{ .keys = v0, .m = { .samples = 29, .total = {
			.n = 29, .sum = 29000, .max = 2000, .p99 = 2000, .cycles = 29000 * 4096 } } },
		{ .keys = v1, .m = { .samples = 31 } },
		{ .keys = v2, .m = { .samples = 30, .total = {
			.n = 30, .sum = 300, .max = 10, .p99 = 10, .cycles = 300 * 4096 } } },
		{ .keys = v4, .m = { .samples = 100, .total = {
			.n = 100, .sum = 2000, .max = 20, .p99 = 20, .cycles = 2000 * 4096 } } },
	};
	struct rows r = { .keys = keys, .nr_keys = 2, .row = row, .nr = 4,
			  .sum = { .samples = 190, .total = { .n = 159, .cycles = 31300 * 4096 } } };

	rows_sort(&r, c, ascending);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(row[i].m.samples, order[i]);
	assert_int_equal(r.few, few);
	assert_int_equal(r.least, c == COLUMN_TOTAL_MEAN ? 30 : c == COLUMN_TOTAL_P99 ? 100 : 0);
}

static void averages_of_fewer_than_30_samples_come_last(void **state)
{
	order_of_few_is(COLUMN_TOTAL_MEAN, false, 1, (const uint64_t[]){ 100, 30, 29, 31 });
	order_of_few_is(COLUMN_TOTAL_MEAN, true, 1, (const uint64_t[]){ 30, 100, 29, 31 });
	/* a 99th percentile needs a hundred */
	order_of_few_is(COLUMN_TOTAL_P99, false, 2, (const uint64_t[]){ 100, 30, 29, 31 });
	/* Maxima and sums are exact with any number of samples. */
	order_of_few_is(COLUMN_TOTAL_MAX, false, 0, (const uint64_t[]){ 29, 100, 30, 31 });
	order_of_few_is(COLUMN_COST, false, 0, (const uint64_t[]){ 29, 100, 30, 31 });
}

/* A row has 300 - 1 samples of cycles, then one more; of equal time the costlier row is first. */
static void tables_are_by_time_where_there_is_enough_of_it(void **state)
{
	struct row row[] = {
		{ .keys = v0, .m = { .has_cycles = true, .total = { .n = 1, .cycles = 5 } } },
		{ .keys = v1, .m = { .has_cycles = true, .cycles = { .samples = 299, .periods = 299 } } },
		{ .keys = v2, .m = { .has_cycles = true, .total = { .n = 1, .cycles = 7 } } },
	};
	struct rows r = {
		.keys = keys, .nr_keys = 2, .row = row, .nr = 3,
		.sum = { .has_cycles = true, .cycles = { .samples = 299, .periods = 299 } },
	};

	/* without SPE's samples there is no cost */
	assert_int_equal(rows_usual_order(&r), COLUMN_TIME_SHARE);
	r.sum.samples = 2;
	assert_int_equal(rows_usual_order(&r), COLUMN_COST);
	r.sum.cycles.samples = 300;
	assert_int_equal(rows_usual_order(&r), COLUMN_TIME_SHARE);
	rows_sort(&r, COLUMN_TIME_SHARE, false);
	assert_int_equal(r.order, COLUMN_TIME_SHARE);
	assert_ptr_equal(row[0].keys, v1);
	assert_ptr_equal(row[1].keys, v2);
	assert_ptr_equal(row[2].keys, v0);
	r.sum.has_cycles = false;
	assert_int_equal(rows_usual_order(&r), COLUMN_COST);
}

/* n of everything, and `met` of each event that ratios count. */
static struct metrics many(uint64_t n, uint64_t met, uint32_t latency)
{
	const struct latency l = {
		.n = n, .sum = n * latency, .p50 = latency, .p99 = latency, .max = latency,
	};
	struct metrics made = {
		.samples = 10000, .total = l, .issue = l, .xlat = l,
		.loads = n, .branches = n, .with_events = n,
	};

	/* bits of the Arm ARM: D18.2.6 */
	made.events[2] = made.events[4] = made.events[8] = made.events[19] = n;
	made.events[0] = made.events[3] = made.events[5] = made.events[6] = made.events[7] = met;
	made.events[9] = made.events[10] = made.events[11] = made.events[20] = met;
	return made;
}

static void no_ratio_or_mean_of_a_handful_comes_first(void **state)
{
	static const struct { const char *name; unsigned int least; } averages[] = {
		{ "total_mean", 30 }, { "total_p50", 30 }, { "total_p99", 100 }, { "issue_mean", 30 },
		{ "issue_p50", 30 }, { "issue_p99", 100 }, { "xlat_mean", 30 }, { "xlat_p50", 30 },
		{ "xlat_p99", 100 }, { "l1d_miss", 30 }, { "l2d_miss", 30 }, { "llc_miss", 30 },
		{ "tlb_walk", 30 }, { "mispredict", 30 }, { "not_taken", 30 }, { "remote", 30 },
		{ "misaligned", 30 }, { "exception", 30 },
	};
	size_t nr = 0;

	for (enum column c = 0; c < NR_COLUMNS; c++)
		nr += column_is_average(c);
	assert_int_equal(nr, sizeof(averages) / sizeof(averages[0]));
	for (size_t i = 0; i < nr; i++) {
		int c = column_find(averages[i].name, strlen(averages[i].name));
		unsigned int least = averages[i].least;

		/*
		 * 100 % of a few, and one of enough: of what counts, because both have many samples
		 */
		for (int ascending = 0; ascending < 2; ascending++) {
			struct row row[] = {
				{ .keys = v0, .m = many(least - 1, ascending ? 0 : least - 1, ascending ? 1 : 900) },
				{ .keys = v1, .m = many(least, 1, 20) },
			};
			struct rows r = { .keys = keys, .nr_keys = 2, .row = row, .nr = 2 };

			assert_true(c >= 0);
			rows_sort(&r, (enum column)c, ascending);
			if (row[0].keys != v1 || r.few != 1 || r.least != least)
				fail_msg("%s: a row of %u comes first", averages[i].name, least - 1);
		}
	}
}

static void numbers_read_the_same_in_every_locale(void **state)
{
	char s[NUMBER_LEN];

	assert_string_equal(number_fixed(s, 12.344, 2), "12.34");
	assert_string_equal(number_fixed(s, 12.346, 2), "12.35");
	assert_string_equal(number_fixed(s, 9.99, 1), "10.0");
	assert_string_equal(number_fixed(s, 0.05, 2), "0.05");
	assert_string_equal(number_fixed(s, 7, 0), "7");
	assert_string_equal(number_fixed(s, 1e18, 2), "1000000000000000000");
	assert_string_equal(number_fixed(s, -1, 1), "0.0");
	assert_string_equal(number_grouped(s, 0), "0");
	assert_string_equal(number_grouped(s, 999), "999");
	assert_string_equal(number_grouped(s, 1000), "1,000");
	assert_string_equal(number_grouped(s, 132961), "132,961");
	assert_string_equal(number_grouped(s, UINT64_MAX), "18,446,744,073,709,551,615");
	assert_string_equal(number_short(s, 999), "999");
	assert_string_equal(number_short(s, 1000), "1.0 k");
	assert_string_equal(number_short(s, 999949), "999.9 k");
	assert_string_equal(number_short(s, 999960), "1.0 M");
	assert_string_equal(number_short(s, UINT64_MAX), "18.4 E");
	assert_string_equal(number_bytes(s, 0), "0 B");
	assert_string_equal(number_bytes(s, 1234567), "1.2 MB");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_as_defined),
		cmocka_unit_test(brief_rows_have_all_other_columns),
		cmocka_unit_test(cycles_have_columns_where_they_were_counted),
		cmocka_unit_test(without_data_there_is_no_value),
		cmocka_unit_test(a_value_says_on_how_many_samples_it_stands),
		cmocka_unit_test(saturation_makes_lower_bounds),
		cmocka_unit_test(columns_are_found_by_name_and_defined),
		cmocka_unit_test(a_share_is_a_lower_bound_if_all_saturated_samples_are_the_rows),
		cmocka_unit_test(potential_is_what_loads_take_beyond_hits),
		cmocka_unit_test(walks_cost_the_translation_latency_of_samples_that_walked),
		cmocka_unit_test(sorting_is_total),
		cmocka_unit_test(averages_of_fewer_than_30_samples_come_last),
		cmocka_unit_test(tables_are_by_time_where_there_is_enough_of_it),
		cmocka_unit_test(no_ratio_or_mean_of_a_handful_comes_first),
		cmocka_unit_test(numbers_read_the_same_in_every_locale),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
