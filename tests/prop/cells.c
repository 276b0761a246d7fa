// SPDX-License-Identifier: GPL-2.0-only
/* Counters by key, compared with an implementation that keeps every value. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "profile/cells/cells.h"

#define ROUNDS		60
#define MAX_CELLS	4	/* several threads' cells, merged at the end */

static uint64_t next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* A record as counted. */
struct seen {
	uint64_t key[CELL_PARTS];
	uint64_t period;
	struct spe_record rec;
};

struct naive {
	struct seen *seen;
	size_t nr;
};

/* Values like hardware's: mostly small, sometimes at the maximum. */
static uint16_t any_latency(uint64_t *r)
{
	switch (next(r) % 16) {
	case 0:
		return 0xfff;
	case 1:
		return 0xffff;
	case 2:
		return next(r);
	default:
		return next(r) >> next(r) % 16 & 0xfff;
	}
}

/* Missing fields are 0, as from the decoder. */
static struct spe_record any_record(uint64_t *r)
{
	struct spe_record rec = {
		.total = any_latency(r), .issue = any_latency(r), .xlat = any_latency(r),
		.op_class = next(r) % 4, .op = next(r), .events = next(r) & next(r),
		.has = next(r) % 4 ? 0x7fff : next(r) & 0x7fff,
	};

	rec.total = rec.has & SPE_HAS_TOTAL ? rec.total : 0;
	rec.issue = rec.has & SPE_HAS_ISSUE ? rec.issue : 0;
	rec.xlat = rec.has & SPE_HAS_XLAT ? rec.xlat : 0;
	rec.events = rec.has & SPE_HAS_EVENTS ? rec.events : 0;
	return rec;
}

/* A table of keys to choose from: they differ in one part or in all. */
static void any_keys(uint64_t *r, uint64_t (*keys)[CELL_PARTS], size_t nr, unsigned int parts)
{
	size_t i;
	unsigned int k;

	for (i = 0; i < nr; i++) {
		memset(keys[i], 0, sizeof(keys[i]));
		if (next(r) & 1)
			keys[i][next(r) % parts] = next(r) % (nr + 1);
		else
			for (k = 0; k < parts; k++)
				keys[i][k] = next(r) >> next(r) % 64;
	}
}

static int by_key(const void *a, const void *b)
{
	return memcmp(((const struct seen *)a)->key, ((const struct seen *)b)->key,
		      sizeof(((const struct seen *)a)->key));
}

static int by_value(const void *a, const void *b)
{
	return (int)*(const uint16_t *)a - (int)*(const uint16_t *)b;
}

static void check_quantile(uint32_t got, uint32_t exact)
{
	uint32_t off = got > exact ? got - exact : exact - got;

	if (exact < 16 || exact == 0xfff || exact == 0xffff ? off : off * 16 > exact)
		fail_msg("a quantile is %u, not %u", got, exact);
}

/* Without quantiles these are 0. */
static void check_latency(const struct latency *got, uint16_t *v, size_t n,
			  unsigned int count_size, bool quantiles)
{
	uint64_t sum = 0, saturated = 0;
	size_t i;

	qsort(v, n, sizeof(*v), by_value);
	for (i = 0; i < n; i++) {
		sum += v[i];
		saturated += (v[i] == 0xfff && count_size != 16) ||
			     (v[i] == 0xffff && count_size != 12);
	}
	assert_int_equal(got->n, n);
	assert_int_equal(got->sum, sum);
	assert_int_equal(got->saturated, saturated);
	assert_int_equal(got->max, n ? v[n - 1] : 0);
	if (!n || !quantiles) {
		assert_int_equal(got->p50 | got->p99, 0);
		return;
	}
	check_quantile(got->p50, v[(n - 1) / 2]);
	check_quantile(got->p99, v[(n * 99 + 99) / 100 - 1]);
}

static void check_flags(const struct metrics *m, const struct seen *s, size_t n)
{
	uint64_t ops[4] = { 0 }, no_op = 0, with_events = 0, events[METRIC_EVENTS] = { 0 };
	size_t i;
	unsigned int k;

	for (i = 0; i < n; i++) {
		const struct spe_record *rec = &s[i].rec;

		if (!(rec->has & SPE_HAS_OP))
			no_op++;
		else if (rec->op_class == 1)
			ops[rec->op & 1]++;
		else
			ops[rec->op_class == 2 ? 2 : 3]++;
		with_events += !!(rec->has & SPE_HAS_EVENTS);
		for (k = 0; k < METRIC_EVENTS; k++)
			events[k] += rec->events >> k & 1;
	}
	assert_int_equal(m->loads, ops[0]);
	assert_int_equal(m->stores, ops[1]);
	assert_int_equal(m->branches, ops[2]);
	assert_int_equal(m->others, ops[3]);
	assert_int_equal(m->no_op, no_op);
	assert_int_equal(m->with_events, with_events);
	for (k = 0; k < METRIC_EVENTS; k++)
		assert_int_equal(m->events[k], events[k]);
}

/* Compare some records with the metrics of the cells that counted them. */
static void check_metrics(const struct metrics *m, const struct seen *s, size_t n,
			  unsigned int count_size, bool brief)
{
	uint16_t *v[3] = { malloc(2 * n), malloc(2 * n), malloc(2 * n) };
	size_t nr[3] = { 0 }, i;
	uint64_t operations = 0;

	for (i = 0; i < n; i++) {
		const struct spe_record *rec = &s[i].rec;

		operations += s[i].period;
		if (rec->has & SPE_HAS_TOTAL)
			v[0][nr[0]++] = rec->total;
		if (rec->has & SPE_HAS_ISSUE)
			v[1][nr[1]++] = rec->issue;
		if (rec->has & SPE_HAS_XLAT)
			v[2][nr[2]++] = rec->xlat;
	}
	assert_int_equal(m->samples, n);
	assert_int_equal(m->operations, operations);
	check_latency(&m->total, v[0], nr[0], count_size, true);
	check_latency(&m->issue, v[1], nr[1], count_size, !brief);
	check_latency(&m->xlat, v[2], nr[2], count_size, !brief);
	check_flags(m, s, n);
	for (i = 0; i < 3; i++)
		free(v[i]);
}

static size_t cell_of(const struct cells *c, const uint64_t *key, unsigned int parts)
{
	size_t i;

	for (i = 0; i < cells_nr(c); i++) {
		if (!memcmp(cells_key(c, i), key, parts * sizeof(*key)))
			return i;
	}
	fail_msg("a key was lost");
	return 0;
}

static void check_all(struct cells *c, struct naive *n, unsigned int parts,
		      unsigned int count_size, bool brief)
{
	struct cells_sum *sum = cells_sum_new(), *all = cells_sum_new();
	size_t first, last, keys = 0;
	struct metrics m;

	qsort(n->seen, n->nr, sizeof(*n->seen), by_key);
	for (first = 0; first < n->nr; first = last, keys++) {
		size_t cell = cell_of(c, n->seen[first].key, parts);

		for (last = first; last < n->nr && !by_key(&n->seen[first], &n->seen[last]); last++)
			;
		cells_sum_clear(sum);
		cells_sum_add(sum, c, cell);
		cells_sum_metrics(sum, count_size, &m);
		check_metrics(&m, n->seen + first, last - first, count_size, brief);
		assert_int_equal(cells_samples(c, cell), last - first);
		/* the total, with half of it summed separately first */
		if (keys % 2)
			cells_sum_add_sum(all, sum);
		else
			cells_sum_add(all, c, cell);
	}
	assert_int_equal(cells_nr(c), keys);
	cells_sum_metrics(all, count_size, &m);
	check_metrics(&m, n->seen, n->nr, count_size, brief);
	cells_sum_free(sum);
	cells_sum_free(all);
}

/* Use both ways of counting, in any mixture. */
static void count(struct cells *c, const struct seen *s, uint64_t how)
{
	const struct spe_record *first = &s->rec;
	uint32_t number;

	assert_int_equal(cells_period(c, s->period), 0);
	if (how % 2) {
		assert_int_equal(cells_add(c, s->key, &s->rec), 0);
		return;
	}
	assert_int_equal(cells_number(c, s->key, &number), 0);
	assert_int_equal(cells_add_numbered(c, &number, &first, 1), 0);
}

static void counts_are_those_of_a_naive_counter(void **state)
{
	static uint64_t keys[300][CELL_PARTS];
	uint64_t r = 88172645463325252ull;
	unsigned int i, k;

	for (i = 0; i < ROUNDS; i++) {
		bool brief = i % 4 == 3;
		unsigned int parts = 1 + i % CELL_PARTS, nr_cells = 1 + next(&r) % MAX_CELLS;
		size_t nr_keys = 1 + next(&r) % (i % 3 ? 300 : 3);
		struct naive n = { .nr = next(&r) % 6000 };
		struct cells *c[MAX_CELLS];
		uint64_t period = 1024, how = i % 3;
		size_t j;

		any_keys(&r, keys, nr_keys, parts);
		n.seen = calloc(n.nr + 1, sizeof(*n.seen));
		for (k = 0; k < nr_cells; k++) {
			c[k] = cells_new(parts);
			assert_true(!brief || !cells_brief(c[k]));
		}
		for (j = 0; j < n.nr; j++) {
			struct seen *s = &n.seen[j];

			if (next(&r) % 50 == 0)
				period = next(&r) % 100000;
			memcpy(s->key, keys[next(&r) % nr_keys], sizeof(s->key));
			k = next(&r) % nr_cells;
			s->period = period + k;
			s->rec = any_record(&r);
			count(c[k], s, how < 2 ? how : next(&r) >> 40);
		}
		for (k = 0; k < nr_cells; k++)
			assert_int_equal(cells_flush(c[k]), 0);
		for (k = 1; k < nr_cells; k++) {
			for (j = 0; j < cells_nr(c[k]); j++)
				assert_int_equal(cells_merge(c[0], cells_key(c[k], j), c[k], j), 0);
		}
		check_all(c[0], &n, parts, i % 3 * (i % 3 == 1 ? 12 : 8), brief);
		for (k = 0; k < nr_cells; k++)
			cells_free(c[k]);
		free(n.seen);
	}
}

/* 200,000 samples of two keys: byte and 16-bit counters overflow many times. */
static void check_hot_keys(bool brief)
{
	static uint64_t keys[2][CELL_PARTS] = { { 1 }, { 2 } };
	uint64_t r = 362436069ull;
	struct naive n = { .nr = 200000 };
	struct cells *a = cells_new(1), *b = cells_new(1);
	size_t j;

	assert_true(!brief || (!cells_brief(a) && !cells_brief(b)));
	n.seen = calloc(n.nr, sizeof(*n.seen));
	for (j = 0; j < n.nr; j++) {
		struct seen *s = &n.seen[j];

		memcpy(s->key, keys[next(&r) % 16 == 0], sizeof(s->key));
		s->period = 1024;
		s->rec = any_record(&r);
		s->rec.has = 0x7fff;
		if (next(&r) % 8)
			s->rec.total = 5;
		count(j < n.nr / 2 ? a : b, s, 1);
	}
	assert_int_equal(cells_flush(a) | cells_flush(b), 0);
	for (j = 0; j < cells_nr(b); j++)
		assert_int_equal(cells_merge(a, cells_key(b, j), b, j), 0);
	check_all(a, &n, 1, 0, brief);
	cells_free(a);
	cells_free(b);
	free(n.seen);
}

static void hot_keys_are_counted_as_well(void **state)
{
	check_hot_keys(false);
	check_hot_keys(true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_are_those_of_a_naive_counter),
		cmocka_unit_test(hot_keys_are_counted_as_well),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
