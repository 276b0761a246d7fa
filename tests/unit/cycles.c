// SPDX-License-Identifier: GPL-2.0-only
/* Samples of cycles and counters: read, stored and returned; chains stored once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "recording/chains.h"
#include "recording/recording.h"
#include "tests/perfdata/typical.h"

#define NR(a) (sizeof(a) / sizeof((a)[0]))

/* IP TID TIME CALLCHAIN CPU PERIOD IDENTIFIER; attr.freq */
#define ST_CYCLES (ST_PLAIN | 1u << 5 | 1u << 8)
#define ATTR_FREQ (1ull << 10)
#define ATTR_EXCLUDE_HOST (1ull << 19)
#define ATTR_EXCLUDE_GUEST (1ull << 20)

static void cycles_attr(struct build *b, uint32_t type, uint64_t config, const char *name)
{
	struct build_attr *a = build_attr(b, type, config, name);

	a->sample_type = ST_CYCLES;
	a->flags |= ATTR_FREQ;
	a->period = 499;
	build_attr_id(a, 58);
}

/* nr is the length of the chain in the record, entries the real one. */
static void cycles_sample(struct build *b, uint16_t misc, uint64_t ip, uint64_t nr,
			  const uint64_t *entry, size_t entries, struct at at)
{
	struct bytes_buf *d = &b->data;

	put32(d, 9);
	put16(d, misc);
	put16(d, 8 + 7 * 8 + 8 * entries);
	put64(d, at.id);
	put64(d, ip);
	put32(d, at.pid);
	put32(d, at.tid);
	put64(d, at.time);
	put32(d, at.cpu);
	put32(d, 0);
	put64(d, 123456);
	put64(d, nr);
	for (size_t i = 0; i < entries; i++)
		put64(d, entry[i]);
}

static void counts(struct build *b, uint32_t nr, size_t there)
{
	struct bytes_buf o = { 0 };

	put64(&o, 0x7370656c756e6b07ull);
	put64(&o, 56);
	put64(&o, 16 + 32 * there);
	put64(&o, 1600);
	put32(&o, 1);
	put32(&o, nr);
	for (size_t i = 0; i < there; i++) {
		put32(&o, 5 + i);
		put32(&o, 0);
		put64(&o, 1000 + i);
		put64(&o, 70);
		put64(&o, 60 + i);
	}
	rec_user(&b->data, 78, 0, &o);
	free(o.p);
}

static const uint64_t chain[] = { -128, 0xffff800080001000, -512, 0x400100, 0x400200 };

static void begin(struct build *b, uint32_t type, uint64_t config, const char *name)
{
	typical_attrs(b);
	cycles_attr(b, type, config, name);
	typical_preamble(b);
}

static void end(struct build *b)
{
	rec_aux(b, 0, 64, 0, (struct at){ 50, 1400, 700, 701, 0 });
	rec_auxtrace(b, 0, UINT32_MAX, 0, 64);
	typical_features(b);
}

static struct input *open_it(struct build *b, bool pipe)
{
	struct input *s = NULL;
	char path[64], err[256];
	int fd;

	(pipe ? build_pipe : build_file)(b);
	fd = build_fd(b, b->out.len, path, sizeof(path));
	assert_int_equal(input_open_file(&s, path, err, sizeof(err)), 0);
	close(fd);
	return s;
}

/* Compare the lines of EVENT_CYCLES and EVENT_COUNT. */
static void lines_are(struct input *s, const char *const *want, size_t nr)
{
	struct event_lines t;
	size_t n = 0;

	event_lines_read(&t, s);
	for (size_t i = 0; i < t.nr; i++) {
		if (!strstr(t.line[i], " cycles ") && !strstr(t.line[i], " count "))
			continue;
		assert_true(n < nr);
		assert_string_equal(t.line[i], want[n++]);
	}
	assert_int_equal(n, nr);
	event_lines_free(&t);
}

static void samples_and_counters_are_events(void **state)
{
	static const char *const want[] = {
		"1100 cpu 0 task 700/701 cycles 1 ffff800080001000 period 123456 chain 5",
		"1150 cpu 1 task 700/700 cycles 2 400100 period 123456 chain 0",
		"1600 cpu 1 task -1/-1 count 5 1000 60/70",
		"1600 cpu 1 task -1/-1 count 6 1001 61/70",
	};

	for (int how = 0; how < 3; how++) {
		struct build b = { 0 };
		struct input *s;
		size_t from;

		begin(&b, 0, 0, "cycles");
		from = b.data.len;
		cycles_sample(&b, 1, 0xffff800080001000, 5, chain, 5,
			      (struct at){ 58, 1100, 700, 701, 0 });
		cycles_sample(&b, 2, 0x400100, 0, NULL, 0, (struct at){ 58, 1150, 700, 700, 1 });
		counts(&b, 2, 2);
		if (how == 2)
			build_compress(&b, from, 37, true);
		end(&b);
		s = open_it(&b, how == 1);
		lines_are(s, want, NR(want));
		assert_true(input_get_info(s)->attrs[4].is_cycles);
		assert_int_equal(input_get_info(s)->attrs[4].frequency, 499);
		assert_int_equal(input_get_info(s)->nr_notes, 0);
		input_close(s);
		build_free(&b);
	}
}

static void which_events_are_cycles_or_a_clock(void **state)
{
	static const struct {
		uint32_t type;
		uint64_t config;
		const char *name, *line;
	} cases[] = {
		{ 0, 8ull << 32, "armv8_pmuv3_0/cycles/", "cycles 1" },
		{ 8, 0x11, "armv8_pmuv3_1/cycles/", "cycles 1" },
		{ 8, 0x11, "armv9_cortex_a720/cycles/", "cycles 1" },
		{ 1, 0, "cpu-clock", "cycles 1 clock" },
		{ 1, 1, "task-clock", "cycles 1 clock" },
		{ 0, 1, "instructions", NULL },
		{ 8, 0x08, "armv8_pmuv3_0/inst_retired/", NULL },
		{ 8, 0x11, "hisi_sccl1_ddrc0/flux_wr/", NULL },
		{ 8, 0x11, NULL, NULL },
	};
	char want[128];
	const char *lines[] = { want };

	for (size_t i = 0; i < NR(cases); i++) {
		struct build b = { 0 };
		struct input *s;

		begin(&b, cases[i].type, cases[i].config, cases[i].name);
		cycles_sample(&b, 1, 0x1000, 0, NULL, 0, (struct at){ 58, 1100, 700, 701, 0 });
		end(&b);
		s = open_it(&b, false);
		snprintf(want, sizeof(want), "1100 cpu 0 task 700/701 %s 1000 period 123456 chain 0",
			 cases[i].line ? cases[i].line : "");
		lines_are(s, lines, cases[i].line ? 1 : 0);
		input_close(s);
		build_free(&b);
	}
}

static void an_event_says_which_side_it_counts(void **state)
{
	static const struct { uint64_t flags; enum event_only only; } cases[] = {
		{ 0, ONLY_NONE }, { ATTR_EXCLUDE_GUEST, ONLY_HOST }, { ATTR_EXCLUDE_HOST, ONLY_GUESTS },
	};

	for (size_t i = 0; i < NR(cases); i++) {
		struct build b = { 0 };
		struct input *s;
		struct event ev;

		begin(&b, 0, 0, "cycles");
		b.attrs[4].flags |= cases[i].flags;
		cycles_sample(&b, 4, 0x1000, 0, NULL, 0, (struct at){ 58, 1100, 700, 701, 0 });
		end(&b);
		s = open_it(&b, false);
		do
			assert_int_equal(input_next(s, &ev), 1);
		while (ev.type != EVENT_CYCLES);
		assert_int_equal(ev.cycles.only, cases[i].only);
		input_close(s);
		build_free(&b);
	}
}

/* A length in a record is not trusted. */
static void hostile_lengths_are_bounded(void **state)
{
	static const uint64_t lengths[] = { 6, 8192, 8193, 1ull << 61, UINT64_MAX };
	static const char *const three[] = {
		"1600 cpu 1 task -1/-1 count 5 1000 60/70", "1600 cpu 1 task -1/-1 count 6 1001 61/70",
		"1600 cpu 1 task -1/-1 count 7 1002 62/70",
	};
	struct build b = { 0 };
	struct input *s;

	begin(&b, 0, 0, "cycles");
	for (size_t i = 0; i < NR(lengths); i++)
		cycles_sample(&b, 1, 0x1000, lengths[i], chain, 5, (struct at){ 58, 1100, 700, 701, 0 });
	counts(&b, UINT32_MAX, 3);
	counts(&b, 0, 0);
	end(&b);
	s = open_it(&b, false);
	lines_are(s, three, 3);
	assert_int_equal(input_get_info(s)->nr_notes, 2);
	assert_non_null(strstr(input_get_info(s)->notes[0], "ends too early"));
	assert_non_null(strstr(input_get_info(s)->notes[1], "shorter than it states"));
	input_close(s);
	build_free(&b);
}

static void chain_is(const struct chains *c, uint32_t number, const char *want)
{
	char text[256] = "";
	struct chain_walk w;
	uint64_t address;

	for (chain_walk(&w, c, number); chain_next(&w, &address);)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%d:%llx ", w.context,
			 (unsigned long long)address);
	assert_string_equal(text, want);
}

static void equal_chains_are_one_and_callers_are_shared(void **state)
{
	static const uint64_t other[] = { -128, 0xffff800080002000, -512, 0x400100, 0x400200 };
	static const uint64_t odd[] = { 0x10, -7, 0x20, -2176, 0x30, -2560, 0x40, -640, 77 };
	struct chains c = { 0 };
	uint32_t a, b, same, none, strange;

	assert_int_equal(chains_number(&c, chain, 5, &a), 0);
	assert_int_equal(c.nr, 6);
	assert_int_equal(chains_number(&c, other, 5, &b), 0);
	assert_int_equal(c.nr, 8);	/* only the address and its marker are new */
	assert_int_equal(chains_number(&c, chain, 5, &same), 0);
	assert_int_equal(chains_number(&c, NULL, 0, &none), 0);
	assert_int_equal(chains_number(&c, odd, 9, &strange), 0);
	assert_true(a == same && a != b && none == CHAIN_NONE);
	chain_is(&c, a, "1:ffff800080001000 2:400100 2:400200 ");
	chain_is(&c, b, "1:ffff800080002000 2:400100 2:400200 ");
	chain_is(&c, strange, "0:10 0:20 3:30 4:40 ");
	chain_is(&c, none, "");
	chains_clear(&c);
}

static void many_chains_are_found_again(void **state)
{
	static uint32_t number[20000];
	struct chains c = { 0 };
	uint64_t entry[3];
	uint32_t again;

	for (int turn = 0; turn < 2; turn++) {
		for (uint32_t i = 0; i < NR(number); i++) {
			entry[0] = i;
			entry[1] = i / 7;
			entry[2] = i / 49;
			assert_int_equal(chains_number(&c, entry, 3, turn ? &again : &number[i]), 0);
			assert_true(!turn || again == number[i]);
		}
	}
	/* 20,000 leaves of 2,858 callers of 409 */
	assert_int_equal(c.nr, 1 + 20000 + 2858 + 409);
	chains_clear(&c);
}

/*
 * Readings are totals: the recording's share is the difference between first and last.  A counter
 * that is opened again restarts at 0.
 */
static void counters_add_up_over_openings(void **state)
{
	static const uint64_t values[][3] = { { 10, 5, 5 }, { 30, 10, 10 }, { 7, 4, 2 }, { 9, 6, 3 } };
	struct summary s = { 0 };
	struct cycles c;
	uint64_t value;
	bool scaled;

	cycles_init(&c, -1);
	for (size_t i = 0; i < NR(values); i++) {
		s.counts = c.counts;
		s.nr_counts = c.nr_counts;
		assert_true(summary_counter(&s, NULL, COUNTER_SAMPLE_POP, &value, &scaled) == (i > 1));
		struct event ev = { .type = EVENT_COUNT, .cpu = 3 };

		ev.count.what = COUNTER_SAMPLE_POP;
		ev.count.value = values[i][0];
		ev.count.enabled = values[i][1];
		ev.count.running = values[i][2];
		assert_int_equal(cycles_apply(&c, &ev), 0);
		ev.count.what = 999;
		assert_int_equal(cycles_apply(&c, &ev), 0);
	}
	s.counts = c.counts;
	s.nr_counts = c.nr_counts;
	/* 20 and 9 events in 5 + 3 of 5 + 6 ns: 29 x 11 / 8 */
	assert_true(summary_counter(&s, NULL, COUNTER_SAMPLE_POP, &value, &scaled));
	assert_int_equal(value, 39);
	assert_true(scaled);
	assert_true(summary_counter(&s, &c.counts[0], COUNTER_SAMPLE_POP, &value, &scaled));
	assert_false(summary_counter(&s, NULL, COUNTER_SAMPLE_FEED, &value, &scaled));
	cycles_clear(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(samples_and_counters_are_events),
		cmocka_unit_test(which_events_are_cycles_or_a_clock),
		cmocka_unit_test(an_event_says_which_side_it_counts),
		cmocka_unit_test(hostile_lengths_are_bounded),
		cmocka_unit_test(equal_chains_are_one_and_callers_are_shared),
		cmocka_unit_test(many_chains_are_found_again),
		cmocka_unit_test(counters_add_up_over_openings),
	};

	return cmocka_run_group_tests_name("cycles", tests, NULL, NULL);
}
