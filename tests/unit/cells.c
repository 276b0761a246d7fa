// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "profile/cells/cells.h"

static struct spe_record latency(uint16_t total)
{
	return (struct spe_record){ .total = total, .has = SPE_HAS_TOTAL };
}

static void add(struct cells *c, uint64_t key, struct spe_record rec)
{
	assert_int_equal(cells_add(c, &key, &rec), 0);
}

static struct metrics metrics_of(const struct cells *c, size_t i, unsigned int count_size)
{
	struct cells_sum *sum = cells_sum_new();
	struct metrics m;

	assert_non_null(sum);
	cells_sum_add(sum, c, i);
	cells_sum_metrics(sum, count_size, &m);
	cells_sum_free(sum);
	return m;
}

/* The metrics of the cell of a key, which must exist. */
static struct metrics of(struct cells *c, uint64_t key, unsigned int count_size)
{
	size_t i;

	assert_int_equal(cells_flush(c), 0);
	for (i = 0; i < cells_nr(c); i++) {
		if (*cells_key(c, i) != key)
			continue;
		return metrics_of(c, i, count_size);
	}
	fail_msg("no cell of key %#lx", (unsigned long)key);
	return (struct metrics){ 0 };
}

static void samples_are_counted_by_key(void **state)
{
	struct cells *c = cells_new(1);
	unsigned int i;

	for (i = 0; i < 100; i++)
		add(c, i % 3, latency(i));
	assert_int_equal(of(c, 0, 0).samples, 34);
	assert_int_equal(of(c, 1, 0).samples, 33);
	assert_int_equal(of(c, 2, 0).samples, 33);
	assert_int_equal(cells_nr(c), 3);
	cells_free(c);
}

static void a_sample_stands_for_its_period(void **state)
{
	struct cells *c = cells_new(1);

	add(c, 1, latency(5));
	assert_int_equal(cells_period(c, 1000), 0);
	add(c, 1, latency(5));
	add(c, 2, latency(5));
	assert_int_equal(cells_period(c, 7), 0);
	add(c, 2, latency(5));
	assert_int_equal(of(c, 1, 0).operations, 1001);
	assert_int_equal(of(c, 2, 0).operations, 1007);
	cells_free(c);
}

/*
 * Two PMUs: 300 samples of one in 4,096 operations, which overflow bytes, and 2 with period 1,024.
 */
static void add_of_two_pmus(struct cells *c)
{
	const unsigned int has = SPE_HAS_TOTAL | SPE_HAS_ISSUE | SPE_HAS_XLAT;

	assert_int_equal(cells_period(c, 4096), 0);
	for (unsigned int i = 0; i < 300; i++)
		add(c, 1, (struct spe_record){ .total = 10, .issue = 4, .xlat = 3, .has = has });
	assert_int_equal(cells_period(c, 1024), 0);
	for (unsigned int i = 0; i < 2; i++)
		add(c, 1, (struct spe_record){ .total = 100, .issue = 40, .xlat = 30, .has = has });
}

static void cycles_are_latencies_times_the_period_of_each_sample(void **state)
{
	for (unsigned int brief = 0; brief < 2; brief++) {
		struct cells *c = cells_new(1), *both = cells_new(1);
		const uint64_t key = 1;
		struct metrics m;

		assert_int_equal(brief ? cells_brief(c) || cells_brief(both) : 0, 0);
		add_of_two_pmus(c);
		m = of(c, 1, 12);
		assert_int_equal(m.total.cycles, 12492800);
		assert_int_equal(m.issue.cycles, 4997120);
		assert_int_equal(m.xlat.cycles, 3747840);
		assert_int_equal(m.total.sum, 3200);
		assert_int_equal(m.operations, 1230848);
		/* Twice, like two threads. */
		assert_int_equal(cells_merge(both, &key, c, 0), 0);
		assert_int_equal(cells_merge(both, &key, c, 0), 0);
		assert_int_equal(of(both, 1, 12).total.cycles, 24985600);
		assert_int_equal(of(both, 1, 12).xlat.cycles, 7495680);
		cells_free(c);
		cells_free(both);
	}
}

/* Loads that hit, miss, walk and have no events, from two PMUs; and others without latency. */
static void add_loads(struct cells *c, unsigned int times)
{
	const unsigned int has = SPE_HAS_OP | SPE_HAS_EVENTS | SPE_HAS_TOTAL | SPE_HAS_XLAT;
	const unsigned int hit = 1 << 2, miss = 1 << 2 | 1 << 3, walk = 1 << 4 | 1 << 5;
	const struct spe_record fast[] = {
		{ .op_class = 1, .total = 10, .xlat = 1, .events = hit, .has = has },
		{ .op_class = 1, .total = 200, .xlat = 50, .events = miss | walk, .has = has },
		{ .op_class = 1, .total = 30, .xlat = 2, .has = has },
		{ .op_class = 1, .op = 1, .total = 8, .xlat = 1, .events = hit, .has = has },
		{ .op_class = 2, .total = 9, .events = hit, .has = has },
	}, slow[] = {
		{ .op_class = 1, .total = 14, .xlat = 1, .events = hit, .has = has },
		{ .op_class = 1, .total = 400, .xlat = 3, .events = miss, .has = has },
		{ .op_class = 1, .events = hit, .has = SPE_HAS_OP | SPE_HAS_EVENTS },
	};

	assert_int_equal(cells_period(c, 4096), 0);
	for (unsigned int i = 0; i < times * 5; i++)
		add(c, 1, fast[i % 5]);
	assert_int_equal(cells_period(c, 1024), 0);
	for (unsigned int i = 0; i < times * 3; i++)
		add(c, 1, slow[i % 3]);
}

static void are_loads(const struct metrics *m, unsigned int times)
{
	assert_int_equal(m->load.n, 5 * times);
	assert_int_equal(m->load.operations, 14336 * times);
	assert_int_equal(m->load.cycles, 1406976 * times);
	assert_int_equal(m->load_hit.n, 2 * times);
	assert_int_equal(m->load_hit.operations, 5120 * times);
	assert_int_equal(m->load_hit.cycles, 55296 * times);
	assert_int_equal(m->walk_cycles, 204800 * times);
}

static void loads_their_hits_and_walks_are_counted_apart(void **state)
{
	/* As entries, in bytes, and in wider counters. */
	static const unsigned int times[] = { 1, 20, 1000 };

	for (size_t i = 0; i < 3; i++) {
		struct cells *c = cells_new(1), *both = cells_new(1), *brief = cells_new(1);
		const uint64_t key = 1;
		struct metrics m;

		add_loads(c, times[i]);
		m = of(c, 1, 12);
		are_loads(&m, times[i]);
		assert_int_equal(cells_merge(both, &key, c, 0), 0);
		assert_int_equal(cells_merge(both, &key, c, 0), 0);
		m = of(both, 1, 12);
		are_loads(&m, 2 * times[i]);
		assert_int_equal(cells_brief(brief), 0);
		add_loads(brief, times[i]);
		m = of(brief, 1, 12);
		are_loads(&m, 0);
		cells_free(c);
		cells_free(both);
		cells_free(brief);
	}
}

/* So few that pending samples of both stay pending. */
static void loads_of_few_samples_are_merged_too(void **state)
{
	const struct spe_record hit = {
		.op_class = 1, .total = 10, .events = 1 << 2,
		.has = SPE_HAS_OP | SPE_HAS_EVENTS | SPE_HAS_TOTAL,
	};
	struct cells *c = cells_new(1), *both = cells_new(1);
	const uint64_t key = 1;
	struct metrics m;

	for (unsigned int i = 0; i < 20; i++)
		add(c, 1, hit);
	assert_int_equal(cells_flush(c), 0);
	assert_int_equal(cells_merge(both, &key, c, 0), 0);
	assert_int_equal(cells_merge(both, &key, c, 0), 0);
	m = of(both, 1, 12);
	assert_int_equal(m.load.n, 40);
	assert_int_equal(m.load_hit.cycles, 400);
	cells_free(c);
	cells_free(both);
}

static void latencies_are_summed_and_ranked(void **state)
{
	struct cells *c = cells_new(1);
	struct spe_record rec = { .total = 9, .issue = 4, .xlat = 0,
				  .has = SPE_HAS_TOTAL | SPE_HAS_ISSUE | SPE_HAS_XLAT };
	struct metrics m;
	unsigned int i;

	add(c, 1, rec);
	for (i = 1; i <= 10; i++)
		add(c, 1, latency(i));
	for (i = 0; i < 30; i++)	/* missing: neither counted nor treated as 0 */
		add(c, 1, (struct spe_record){ .has = SPE_HAS_PC });
	m = of(c, 1, 12);
	assert_int_equal(m.samples, 41);
	assert_int_equal(m.total.n, 11);
	assert_int_equal(m.total.sum, 64);
	assert_int_equal(m.total.max, 10);
	assert_int_equal(m.total.p50, 6);
	assert_int_equal(m.total.p99, 10);
	assert_int_equal(m.issue.n, 1);
	assert_int_equal(m.issue.p50, 4);
	assert_int_equal(m.xlat.n, 1);
	assert_int_equal(m.xlat.sum, 0);
	assert_int_equal(m.xlat.p99, 0);
	cells_free(c);
}

/* The smallest value that 99 of 100 do not exceed. */
static void the_99th_of_a_hundred_is_p99(void **state)
{
	struct cells *c = cells_new(1);
	unsigned int i;

	for (i = 0; i < 99; i++)
		add(c, 1, latency(5));
	add(c, 1, latency(9));
	assert_int_equal(of(c, 1, 12).total.p99, 5);
	add(c, 1, latency(9));
	assert_int_equal(of(c, 1, 12).total.p99, 9);
	cells_free(c);
}

static void nothing_given_is_zero_everywhere(void **state)
{
	struct cells *c = cells_new(1);
	const struct latency none = { 0 };
	struct metrics m;

	add(c, 1, (struct spe_record){ 0 });
	m = of(c, 1, 0);
	assert_int_equal(m.samples, 1);
	assert_memory_equal(&m.total, &none, sizeof(none));
	assert_memory_equal(&m.issue, &none, sizeof(none));
	assert_int_equal(m.no_op, 1);
	assert_int_equal(m.with_events, 0);
	cells_free(c);
}

/* The median of one value is that value: for every value of a counter. */
static void a_quantile_is_exact_below_16_and_within_a_sixteenth_above(void **state)
{
	uint32_t v;

	for (v = 0; v <= UINT16_MAX; v++) {
		struct cells *c = v % 4096 ? NULL : cells_new(1);
		static struct cells *all;
		struct metrics m;
		uint32_t off;

		if (c) {
			cells_free(all);
			all = c;
		}
		add(all, v, latency(v));
		add(all, v, latency(UINT16_MAX));	/* else the maximum would limit it */
		m = of(all, v, 16);
		off = m.total.p50 > v ? m.total.p50 - v : v - m.total.p50;
		if (v < 16 || v == 0xfff || v == 0xffff ? off : off * 16 > v)
			fail_msg("the median of %u and the largest is %u", v, m.total.p50);
		if (v == UINT16_MAX)
			cells_free(all);
	}
}

static void no_quantile_is_above_the_largest_value(void **state)
{
	struct cells *c = cells_new(1);

	add(c, 1, latency(0x800));
	assert_int_equal(of(c, 1, 12).total.p50, 0x800);
	assert_int_equal(of(c, 1, 12).total.p99, 0x800);
	cells_free(c);
}

/* 350 is in the upper half of a bucket: with one sample p99 is not below the mean. */
static void of_few_samples_p99_is_the_largest_value(void **state)
{
	struct cells *c = cells_new(1);

	add(c, 1, latency(350));
	assert_int_equal(of(c, 1, 12).total.p50, 350);
	assert_int_equal(of(c, 1, 12).total.p99, 350);
	for (unsigned int i = 0; i < 98; i++)
		add(c, 1, latency(350));
	assert_int_equal(of(c, 1, 12).total.p99, 350);
	cells_free(c);
}

/* 0xfff has a bucket of its own, but sorts before 0x1000. */
static void the_12_bit_maximum_ranks_where_it_belongs(void **state)
{
	struct cells *c = cells_new(1);

	add(c, 1, latency(0xf80));
	add(c, 1, latency(0xfff));
	add(c, 1, latency(0x1000));
	assert_int_equal(of(c, 1, 16).total.p50, 0xfff);
	add(c, 2, latency(0x1000));
	add(c, 2, latency(0x1000));
	add(c, 2, latency(0xfff));
	assert_true(of(c, 2, 16).total.p50 >= 0x1000 && of(c, 2, 16).total.p50 <= 0x1100);
	cells_free(c);
}

static void saturation_depends_on_the_counters_size(void **state)
{
	struct cells *c = cells_new(1);
	unsigned int i;

	for (i = 0; i < 3; i++)
		add(c, 1, latency(0xfff));
	add(c, 1, latency(0xffff));
	add(c, 1, latency(0xffe));
	assert_int_equal(of(c, 1, 12).total.saturated, 3);
	assert_int_equal(of(c, 1, 16).total.saturated, 1);
	assert_int_equal(of(c, 1, 0).total.saturated, 4);
	assert_int_equal(of(c, 1, 12).issue.saturated, 0);
	cells_free(c);
}

static void operations_and_events_are_counted(void **state)
{
	struct cells *c = cells_new(1);
	struct spe_record rec = { .has = SPE_HAS_OP | SPE_HAS_EVENTS };
	struct metrics m;
	unsigned int i;

	for (i = 0; i < 4; i++) {	/* class 3 is reserved: no kind of its own */
		rec.op_class = i;
		rec.op = 0;
		rec.events = 1ull << i;
		add(c, 1, rec);
		rec.op = 1;
		rec.events = 1ull << 25 | 1ull << 26 | 1ull << 63;
		add(c, 1, rec);
	}
	add(c, 1, (struct spe_record){ .op = 1, .op_class = 1 });
	m = of(c, 1, 0);
	assert_int_equal(m.loads, 1);
	assert_int_equal(m.stores, 1);
	assert_int_equal(m.branches, 2);
	assert_int_equal(m.others, 4);
	assert_int_equal(m.no_op, 1);
	assert_int_equal(m.with_events, 8);
	for (i = 0; i < 4; i++)
		assert_int_equal(m.events[i], 1);
	assert_int_equal(m.events[4], 0);
	assert_int_equal(m.events[25], 4);
	cells_free(c);
}

/* So many that all of what a cell consists of is on huge pages. */
static void many_cells_are_kept_apart(void **state)
{
	const uint64_t nr = 50000, each = 10;
	struct cells *c = cells_new(1);

	for (uint64_t k = 0; k < each; k++)
		for (uint64_t key = 0; key < nr; key++)
			add(c, key, latency((uint16_t)(key % 1009)));
	assert_int_equal(cells_flush(c), 0);
	assert_int_equal(cells_nr(c), nr);
	for (size_t i = 0; i < nr; i++) {
		struct metrics m = metrics_of(c, i, 12);

		assert_int_equal(m.samples, each);
		assert_int_equal(m.total.sum, each * (*cells_key(c, i) % 1009));
	}
	cells_free(c);
}

/* Byte counters are emptied after 255 samples, 16-bit buckets after 65535. */
static void many_samples_of_one_key_overflow_nothing(void **state)
{
	static const unsigned int counts[] = { 7, 8, 9, 254, 255, 256, 257, 510, 511, 65534, 65535,
					       65536, 65544, 131071, 131072, 200001 };
	struct spe_record rec = {
		.total = 100, .issue = 100, .xlat = 0xfff, .op_class = 1, .events = 0x3ffffff,
		.has = SPE_HAS_TOTAL | SPE_HAS_ISSUE | SPE_HAS_XLAT | SPE_HAS_OP | SPE_HAS_EVENTS,
	};
	unsigned int i, k;

	for (i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		struct cells *c = cells_new(1);
		uint64_t n = counts[i];
		struct metrics m;

		assert_int_equal(cells_period(c, 3), 0);
		for (k = 0; k < n; k++)
			add(c, 1, rec);
		m = of(c, 1, 12);
		assert_int_equal(m.samples, n);
		assert_int_equal(m.operations, 3 * n);
		assert_int_equal(m.loads, n);
		assert_int_equal(m.with_events, n);
		for (k = 0; k < METRIC_EVENTS; k++)
			assert_int_equal(m.events[k], n);
		assert_int_equal(m.total.n, n);
		assert_int_equal(m.total.sum, 100 * n);
		assert_true(m.total.p50 >= 94 && m.total.p50 <= 106);
		assert_int_equal(m.xlat.saturated, n);
		assert_int_equal(m.xlat.p50, 0xfff);
		cells_free(c);
	}
}

static void merged_cells_are_as_if_counted_together(void **state)
{
	static const unsigned int counts[] = { 1, 7, 8, 100, 255, 300, 65535, 70000 };
	unsigned int i, k, j, n = sizeof(counts) / sizeof(counts[0]);
	struct spe_record rec = { .has = SPE_HAS_TOTAL | SPE_HAS_EVENTS, .events = 0x82 };

	for (i = 0; i < n; i++) {
		for (k = 0; k < n; k++) {
			struct cells *a = cells_new(1), *b = cells_new(1), *both = cells_new(1);
			uint64_t key = 9;
			struct metrics x, y;

			assert_int_equal(cells_period(b, 5), 0);
			for (j = 0; j < counts[i]; j++) {
				rec.total = j;
				add(a, 9, rec);
				add(both, 9, rec);
			}
			assert_int_equal(cells_period(both, 5), 0);
			for (j = 0; j < counts[k]; j++) {
				rec.total = 3 * j;
				add(b, 9, rec);
				add(both, 9, rec);
			}
			assert_int_equal(cells_flush(a) | cells_flush(b), 0);
			assert_int_equal(cells_merge(a, &key, b, 0), 0);
			x = of(a, 9, 16);
			y = of(both, 9, 16);
			assert_memory_equal(&x, &y, sizeof(x));
			cells_free(a);
			cells_free(b);
			cells_free(both);
		}
	}
}

static void merged_buckets_overflow_nothing(void **state)
{
	struct cells *a = cells_new(1), *b = cells_new(1);
	uint64_t key = 1;
	unsigned int i;

	for (i = 0; i < 40000; i++) {
		add(a, 1, latency(3));
		add(b, 1, latency(3));
	}
	assert_int_equal(cells_flush(a) | cells_flush(b), 0);
	for (i = 0; i < 3; i++)
		assert_int_equal(cells_merge(a, &key, b, 0), 0);
	assert_int_equal(of(a, 1, 12).total.n, 160000);
	assert_int_equal(of(a, 1, 12).total.p50, 3);
	cells_free(a);
	cells_free(b);
}

static void every_part_of_a_key_counts(void **state)
{
	unsigned int parts, i;

	for (parts = 1; parts <= CELL_PARTS; parts++) {
		struct cells *c = cells_new(parts);
		uint64_t key[CELL_PARTS] = { 0 };
		struct spe_record rec = latency(1);
		struct metrics m;
		size_t k;

		assert_int_equal(cells_add(c, key, &rec), 0);
		for (i = 0; i < parts; i++) {
			key[i] = 1ull << (i * 4);
			assert_int_equal(cells_add(c, key, &rec), 0);
			assert_int_equal(cells_add(c, key, &rec), 0);
			key[i] = 0;
		}
		assert_int_equal(cells_flush(c), 0);
		assert_int_equal(cells_nr(c), parts + 1);
		for (k = 0; k < cells_nr(c); k++) {
			m = metrics_of(c, k, 0);
			for (i = 0; i < parts && !cells_key(c, k)[i]; i++)
				;
			assert_int_equal(m.samples, i < parts ? 2 : 1);
			if (i < parts)
				assert_int_equal(cells_key(c, k)[i], 1ull << (i * 4));
		}
		cells_free(c);
	}
}

static void a_number_stays_a_keys_own(void **state)
{
	struct cells *c = cells_new(2);
	struct spe_record rec = latency(1);
	uint32_t number[5000], again;
	const struct spe_record *first = &rec;
	struct metrics m;
	uint64_t i;

	for (i = 0; i < 5000; i++) {
		uint64_t key[2] = { i, ~i };

		assert_int_equal(cells_number(c, key, &number[i]), 0);
	}
	for (i = 0; i < 5000; i++) {
		uint64_t key[2] = { i, ~i };

		assert_int_equal(cells_number(c, key, &again), 0);
		assert_int_equal(again, number[i]);
		assert_int_equal(cells_add_numbered(c, &again, &first, 1), 0);
		assert_int_equal(cells_add(c, key, &rec), 0);
		assert_memory_equal(cells_key(c, again), key, sizeof(key));
	}
	assert_int_equal(cells_flush(c), 0);
	assert_int_equal(cells_nr(c), 5000);
	for (i = 0; i < 5000; i++) {
		m = metrics_of(c, i, 0);
		assert_int_equal(m.samples, 2);
	}
	cells_free(c);
}

/* Bytes hold 255 samples: 200 and 100 together do not fit. */
static void merged_cells_hold_more_than_either(void **state)
{
	struct cells *a = cells_new(1), *b = cells_new(1);
	uint64_t key = 1;

	for (unsigned int i = 0; i < 200; i++)
		add(a, 1, latency(7));
	for (unsigned int i = 0; i < 100; i++)
		add(b, 1, latency(7));
	assert_int_equal(cells_flush(a) | cells_flush(b), 0);
	assert_int_equal(cells_merge(a, &key, b, 0), 0);
	assert_int_equal(cells_samples(a, 0), 300);
	assert_int_equal(of(a, 1, 0).samples, 300);
	assert_int_equal(of(a, 1, 0).total.n, 300);
	assert_int_equal(of(a, 1, 0).total.sum, 2100);
	assert_int_equal(of(a, 1, 0).total.p99, 7);
	cells_free(a);
	cells_free(b);
}

static void a_sum_of_sums_is_that_of_all_cells(void **state)
{
	struct cells_sum *sum = cells_sum_new(), *part = cells_sum_new();
	struct cells *c = cells_new(1);
	struct metrics m;

	assert_int_equal(cells_period(c, 10), 0);
	add(c, 1, latency(3));
	add(c, 2, latency(9));
	add(c, 3, latency(5));
	assert_int_equal(cells_flush(c), 0);
	for (size_t i = 0; i < 3; i++) {
		cells_sum_clear(part);
		cells_sum_add(part, c, i);
		cells_sum_add_sum(sum, part);
	}
	cells_sum_metrics(sum, 0, &m);
	assert_int_equal(m.samples, 3);
	assert_int_equal(m.operations, 30);
	assert_int_equal(m.no_op, 3);
	assert_int_equal(m.total.n, 3);
	assert_int_equal(m.total.sum, 17);
	assert_int_equal(m.total.max, 9);
	assert_int_equal(m.total.p50, 5);
	cells_sum_free(sum);
	cells_sum_free(part);
	cells_free(c);
}

/* Saturated issue and translation: 2 and 1 at 12 bits, 1 at 16. */
static void brief_cells_lack_quantiles_and_nothing_else(void **state)
{
	struct spe_record rec = { .has = SPE_HAS_TOTAL | SPE_HAS_ISSUE | SPE_HAS_XLAT };
	static const uint16_t issue[] = { 2, 0xfff, 0xfff, 0xffff, 40 };
	static const uint16_t xlat[] = { 1, 0xfff, 6, 7, 8 };
	struct cells *c = cells_new(1);
	struct metrics m;

	assert_int_equal(cells_brief(c), 0);
	for (unsigned int i = 0; i < 5; i++) {
		rec.total = i;
		rec.issue = issue[i];
		rec.xlat = xlat[i];
		add(c, 1, rec);
	}
	m = of(c, 1, 0);
	assert_int_equal(m.total.p50, 2);
	assert_int_equal(m.total.p99, 4);
	assert_int_equal(m.issue.n, 5);
	assert_int_equal(m.issue.sum, 2 + 2 * 0xfff + 0xffff + 40);
	assert_int_equal(m.issue.max, 0xffff);
	assert_int_equal(m.issue.saturated, 3);
	assert_int_equal(m.issue.p50 | m.issue.p99, 0);
	assert_int_equal(m.xlat.saturated, 1);
	assert_int_equal(m.xlat.p50 | m.xlat.p99, 0);
	assert_int_equal(of(c, 1, 12).issue.saturated, 2);
	assert_int_equal(of(c, 1, 16).issue.saturated, 1);
	cells_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(samples_are_counted_by_key),
		cmocka_unit_test(a_sample_stands_for_its_period),
		cmocka_unit_test(cycles_are_latencies_times_the_period_of_each_sample),
		cmocka_unit_test(loads_their_hits_and_walks_are_counted_apart),
		cmocka_unit_test(loads_of_few_samples_are_merged_too),
		cmocka_unit_test(latencies_are_summed_and_ranked),
		cmocka_unit_test(the_99th_of_a_hundred_is_p99),
		cmocka_unit_test(nothing_given_is_zero_everywhere),
		cmocka_unit_test(a_quantile_is_exact_below_16_and_within_a_sixteenth_above),
		cmocka_unit_test(no_quantile_is_above_the_largest_value),
		cmocka_unit_test(of_few_samples_p99_is_the_largest_value),
		cmocka_unit_test(the_12_bit_maximum_ranks_where_it_belongs),
		cmocka_unit_test(saturation_depends_on_the_counters_size),
		cmocka_unit_test(operations_and_events_are_counted),
		cmocka_unit_test(many_cells_are_kept_apart),
		cmocka_unit_test(many_samples_of_one_key_overflow_nothing),
		cmocka_unit_test(merged_cells_are_as_if_counted_together),
		cmocka_unit_test(merged_buckets_overflow_nothing),
		cmocka_unit_test(every_part_of_a_key_counts),
		cmocka_unit_test(a_number_stays_a_keys_own),
		cmocka_unit_test(merged_cells_hold_more_than_either),
		cmocka_unit_test(a_sum_of_sums_is_that_of_all_cells),
		cmocka_unit_test(brief_cells_lack_quantiles_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
