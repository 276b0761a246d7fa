// SPDX-License-Identifier: GPL-2.0-only
/* Overwritten buffers: what is saved is complete, ordered, and saved once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/input.h"
#include "collector/live/snapshot.h"

#define PAGE	4096
#define DATA	8192
#define AREA	8192
#define HALF	(AREA / 2)

/* Followed by sample_id: tid, time, cpu, identifier. */
struct aux_event {
	struct perf_event_header header;
	uint64_t offset, size, flags, tid, time, cpu, id;
};

struct switch_event {
	struct perf_event_header header;
	uint64_t next, tid, time, cpu, id;
};

struct machine {
	struct ring tells;
	struct snapshot snapshot;
	struct tasklog log;
	uint64_t written;	/* trace bytes so far; word n of the area contains n */
	char path[32], old[40];
	struct snapshot_reach reach;
};

static int set_up(void **state)
{
	struct machine *m = calloc(1, sizeof(*m));

	m->tells = (struct ring){ .cpu = 1, .idx = 1, .page_size = PAGE, .data_size = DATA,
				  .aux_size = AREA, .snapshot = true };
	m->tells.page = calloc(1, PAGE + DATA);
	m->tells.aux = calloc(1, AREA);
	m->snapshot.back = (struct ring){ .cpu = 1, .page_size = PAGE, .data_size = DATA };
	m->snapshot.back.page = calloc(1, PAGE + DATA);
	tasklog_init(&m->log, 1000);
	strcpy(m->path, "/tmp/test_past.XXXXXX");
	close(mkstemp(m->path));
	snprintf(m->old, sizeof(m->old), "%s.old", m->path);
	*state = m;
	return 0;
}

static int tear_down(void **state)
{
	struct machine *m = *state;

	free(m->tells.page);
	free(m->tells.aux);
	free(m->snapshot.back.page);
	buffer_free(&m->snapshot.pieces);
	tasklog_free(&m->log);
	unlink(m->path);
	unlink(m->old);
	free(m);
	return 0;
}

static void put(struct ring *r, uint64_t at, const void *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		((uint8_t *)r->page)[PAGE + (at + i) % DATA] = ((const uint8_t *)p)[i];
}

/* As the driver: write that many bytes of trace, each word its own position, and announce them. */
static void trace(struct machine *m, uint64_t size, uint64_t time, uint64_t flags)
{
	struct aux_event e = {
		.header = { .type = PERF_RECORD_AUX, .size = sizeof(e) },
		.size = size, .flags = flags | PERF_AUX_FLAG_OVERWRITE, .time = time,
	};

	for (uint64_t i = 0; i < size; i += 8, m->written += 8)
		memcpy(m->tells.aux + m->written % AREA, &m->written, 8);
	/* "offset = PMBPTR - base": the end of the area is its size, not 0 */
	e.offset = size && !(m->written % AREA) ? AREA : m->written % AREA;
	put(&m->tells, m->tells.page->data_head, &e, sizeof(e));
	m->tells.page->data_head += sizeof(e);
	m->tells.page->aux_head = e.offset;
	assert_true(snapshot_drain(&m->snapshot, &m->tells, &m->log) > 0);
}

/* Zeros up to the next half, where a record does not fit. */
static void pad(struct machine *m)
{
	for (; m->written % HALF; m->written++)
		m->tells.aux[m->written % AREA] = 0;
}

static void switched(struct machine *m, uint64_t time)
{
	struct switch_event e = {
		.header = { .type = PERF_RECORD_SWITCH_CPU_WIDE, .size = sizeof(e) },
		.time = time,
	};

	m->snapshot.back.page->data_head -= sizeof(e);
	put(&m->snapshot.back, m->snapshot.back.page->data_head, &e, sizeof(e));
}

struct saved {
	uint64_t first, bytes;	/* of trace: its first word, and their number */
	int switches;
	uint64_t first_switch;	/* ns */
	int pieces;
};

/* Save, and parse the file's records: trace and switches in it. */
static struct saved save(struct machine *m, uint64_t since)
{
	static const struct perfdata_head head;
	struct perfdata_writer *w;
	struct saved s = { 0 };
	uint64_t begin, time = 0, want;
	struct perf_event_header h;
	FILE *f;

	assert_int_equal(perfdata_writer_open(&w, m->path, &head), 0);
	begin = perfdata_writer_size(w);
	assert_int_equal(snapshot_save(&m->snapshot, &m->tells, w, since, &m->reach), 0);
	want = perfdata_writer_size(w);
	assert_int_equal(perfdata_writer_close(w), 0);
	f = fopen(m->path, "r");
	assert_non_null(f);
	for (uint64_t at = begin; at < want; at += h.size) {
		uint64_t body[16] = { 0 };

		fseek(f, (long)at, SEEK_SET);
		assert_int_equal(fread(&h, sizeof(h), 1, f), 1);
		assert_true(fread(body, 8, 6, f) > 0);
		if (h.type == PERF_RECORD_SWITCH_CPU_WIDE) {
			assert_true(body[2] > time);	/* in order */
			time = body[2];
			s.first_switch = s.switches++ ? s.first_switch : time;
		} else if (h.type == PERF_RECORD_AUX) {
			assert_int_equal(body[2] & PERF_AUX_FLAG_OVERWRITE, 0);
			s.pieces++;
		} else {
			assert_int_equal(h.type, 71);	/* AUXTRACE */
			s.bytes = body[0];
			fseek(f, (long)at + h.size, SEEK_SET);
			for (uint64_t i = 0, v; i < s.bytes; i += 8) {
				assert_int_equal(fread(&v, 8, 1, f), 1);
				s.first = i ? s.first : v;
				/* one run of words, apart from padding */
				assert_true(v == s.first + i || !v);
			}
			at += s.bytes;
		}
	}
	fclose(f);
	return s;
}

static void what_fits_is_saved_whole(void **state)
{
	struct machine *m = *state;
	struct saved s;

	switched(m, 100);
	trace(m, 64, 200, 0);
	trace(m, 128, 300, 0);
	switched(m, 350);
	assert_int_equal(snapshot_newest(&m->snapshot), 350);
	s = save(m, 0);
	assert_int_equal(s.pieces, 2);
	assert_int_equal(s.first, 0);
	assert_int_equal(s.bytes, 192);
	assert_int_equal(s.switches, 2);
	assert_int_equal(s.first_switch, 100);
	assert_int_equal(m->reach.oldest, 100);
	assert_int_equal(m->reach.whole, 0);
}

static void what_is_overwritten_in_part_is_left_out(void **state)
{
	struct machine *m = *state;
	struct saved s;

	trace(m, HALF, 100, 0);
	trace(m, HALF, 200, 0);
	s = save(m, 0);
	assert_int_equal(s.bytes, AREA);
	trace(m, HALF, 300, 0);
	trace(m, HALF, 400, 0);
	switched(m, 250);
	trace(m, 64, 500, 0);		/* into the first half */
	s = save(m, 0);
	assert_int_equal(s.pieces, 2);
	assert_int_equal(s.first, AREA + HALF);
	assert_int_equal(s.bytes, HALF + 64);
	assert_int_equal(m->reach.oldest, 250);
	assert_int_equal(m->reach.whole, 400);
}

static void zeros_at_the_end_of_a_half_are_no_gap(void **state)
{
	struct machine *m = *state;
	struct saved s;

	trace(m, HALF - 512, 100, 0);
	pad(m);
	trace(m, HALF - 256, 200, 0);
	pad(m);
	trace(m, 64, 300, 0);
	s = save(m, 0);
	assert_int_equal(s.pieces, 2);
	assert_int_equal(s.first, HALF);
	assert_int_equal(s.bytes, HALF + 64);
}

static void nothing_is_saved_twice(void **state)
{
	struct machine *m = *state;
	struct saved s;

	switched(m, 100);
	trace(m, 64, 200, 0);
	save(m, 0);
	s = save(m, 0);
	assert_int_equal(s.pieces + s.switches, 0);
	assert_int_equal(m->reach.oldest, 0);
	assert_int_equal(snapshot_newest(&m->snapshot), 0);
	switched(m, 300);
	trace(m, 64, 400, 0);
	s = save(m, 0);
	assert_int_equal(s.pieces, 1);
	assert_int_equal(s.first, 64);
	assert_int_equal(s.bytes, 64);
	assert_int_equal(s.switches, 1);
}

static void what_is_too_old_is_left_out(void **state)
{
	struct machine *m = *state;
	struct saved s;

	for (uint64_t t = 100; t <= 1000; t += 100) {
		switched(m, t);
		trace(m, 64, t + 50, 0);
	}
	s = save(m, 900);
	assert_int_equal(s.switches, 2);
	assert_int_equal(s.first_switch, 900);
	assert_int_equal(s.pieces, 2);
	assert_int_equal(s.first, 64 * 8);
	assert_int_equal(m->reach.whole, 0);
}

static void records_that_are_overwritten_in_part_are_left_out(void **state)
{
	struct machine *m = *state;
	struct saved s;
	unsigned int fit = DATA / sizeof(struct switch_event);

	assert_int_not_equal(DATA % sizeof(struct switch_event), 0);
	for (uint64_t t = 1; t <= 1000; t++)
		switched(m, t);
	s = save(m, 0);
	assert_int_equal(s.switches, fit);
	assert_int_equal(s.first_switch, 1000 - fit + 1);
	assert_int_equal(m->reach.oldest, 1000 - fit + 1);
	assert_int_equal(m->reach.whole, 1000 - fit + 1);
}

/* The record of a piece was lost: everything before it is unknown. */
static void a_gap_forgets_what_was_before(void **state)
{
	struct machine *m = *state;
	struct saved s;

	trace(m, 64, 100, 0);
	m->written += 4000;
	trace(m, 64, 200, 0);
	s = save(m, 0);
	assert_int_equal(s.pieces, 1);
	assert_int_equal(s.first, 4064);
	assert_int_equal(s.bytes, 64);
	assert_int_equal(m->reach.whole, 200);
	/* and that of the last piece */
	trace(m, 64, 300, 0);
	m->tells.page->aux_head += 64;
	m->written += 64;
	s = save(m, 0);
	assert_int_equal(s.bytes, 0);
	assert_int_equal(m->tells.loss.truncated, 1);
	assert_true(m->reach.whole == UINT64_MAX);
	trace(m, 64, 400, 0);
	s = save(m, 0);
	assert_int_equal(s.bytes, 64);
}

/* A CPU that goes offline announces more than possible. */
static void what_cannot_be_is_a_loss(void **state)
{
	struct machine *m = *state;
	struct aux_event e = {
		.header = { .type = PERF_RECORD_AUX, .size = sizeof(e) },
		.offset = 64, .size = 0x7ffff57aa000, .time = 200,
	};

	trace(m, 64, 100, 0);
	put(&m->tells, m->tells.page->data_head, &e, sizeof(e));
	m->tells.page->data_head += sizeof(e);
	assert_true(snapshot_drain(&m->snapshot, &m->tells, &m->log) > 0);
	assert_int_equal(m->tells.loss.truncated, 1);
	assert_int_equal(save(m, 0).bytes, 0);
}

static void flags_are_losses(void **state)
{
	struct machine *m = *state;

	trace(m, 64, 100, PERF_AUX_FLAG_TRUNCATED | PERF_AUX_FLAG_COLLISION);
	assert_int_equal(m->tells.loss.truncated, 1);
	assert_int_equal(m->tells.loss.collided, 1);
	assert_int_equal(save(m, 0).pieces, 1);
}

/*
 * The log of tasks
 */

static void tell(struct tasklog *t, const char *text, size_t times)
{
	struct iovec iov = { (void *)text, 1 };

	while (times--)
		assert_int_equal(tasklog_append(t, &iov, 1), 0);
}

static void note(struct tasklog *t, const char *text)
{
	struct iovec iov = { (void *)text, 1 };

	assert_int_equal(tasklog_note(t, &iov, 1), 0);
}

static void holds(struct tasklog *t, const char *want)
{
	struct iovec iov[TASKLOG_PIECES];
	int nr = tasklog_hold(t, iov);
	char got[64] = "";

	for (int i = 0; i < nr; i++)
		strncat(got, iov[i].iov_base ?: "", iov[i].iov_len);
	tasklog_release(t);
	assert_string_equal(got, want);
}

static void a_log_lives_as_long_as_it_is_needed(void **state)
{
	struct machine *m = *state;
	struct tasklog *t = &m->log;

	t->grown = 4;
	t->most = 8;
	note(t, "A");
	tell(t, "a", 3);
	assert_false(tasklog_due(t, 5000));	/* old, but small */
	holds(t, "Aaaa");
	tell(t, "a", 1);
	assert_true(tasklog_due(t, 5000));
	tasklog_begin(t, 5000);
	note(t, "B");
	tell(t, "b", 4);
	holds(t, "Aaaaabbbb");			/* what was noted meanwhile is known already */
	assert_false(tasklog_due(t, 5999));
	assert_true(tasklog_due(t, 6000));	/* everything else is younger now */
	holds(t, "Bbbbb");
	assert_int_equal(t->cut, 0);
}

static void a_log_that_grows_too_fast_is_cut(void **state)
{
	struct machine *m = *state;
	struct tasklog *t = &m->log;

	t->grown = 4;
	t->most = 8;
	note(t, "A");
	tell(t, "a", 8);
	assert_true(tasklog_due(t, 10));
	tasklog_begin(t, 10);
	assert_int_equal(t->cut, 0);		/* nothing has been dropped yet */
	note(t, "B");
	tell(t, "b", 8);
	assert_true(tasklog_due(t, 20));
	tasklog_begin(t, 20);
	assert_int_equal(t->cut, 1);
	note(t, "C");
	tell(t, "c", 1);
	holds(t, "Bbbbbbbbbc");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(what_fits_is_saved_whole),
		CASE(what_is_overwritten_in_part_is_left_out),
		CASE(zeros_at_the_end_of_a_half_are_no_gap),
		CASE(nothing_is_saved_twice),
		CASE(what_is_too_old_is_left_out),
		CASE(records_that_are_overwritten_in_part_are_left_out),
		CASE(a_gap_forgets_what_was_before),
		CASE(what_cannot_be_is_a_loss),
		CASE(flags_are_losses),
		CASE(a_log_lives_as_long_as_it_is_needed),
		CASE(a_log_that_grows_too_fast_is_cut),
	};

	return cmocka_run_group_tests_name("snapshot", tests, NULL, NULL);
}
