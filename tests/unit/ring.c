// SPDX-License-Identifier: GPL-2.0-only
/* A ring whose kernel announces more trace bytes than possible, because a CPU went offline. */
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

#include "collector/live/ring.h"

#define PAGE	4096
#define DATA	8192
#define AUX	8192

/* Followed by sample_id: tid, time, cpu, identifier. */
struct aux_event {
	struct perf_event_header header;
	uint64_t offset, size, flags, tid, time, cpu, id;
};

static struct ring a_ring(void)
{
	struct ring r = { .cpu = 1, .page_size = PAGE, .data_size = DATA, .aux_size = AUX };

	r.page = calloc(1, PAGE + DATA);
	r.aux = calloc(1, AUX);
	assert_non_null(r.page);
	assert_non_null(r.aux);
	return r;
}

/* As the kernel: announce that many bytes in a record, and advance the head. */
static void tell(struct ring *r, uint64_t size, uint64_t time)
{
	struct aux_event e = {
		.header = { .type = PERF_RECORD_AUX, .size = sizeof(e) },
		.offset = r->page->aux_head, .size = size, .time = time,
	};

	memcpy((uint8_t *)r->page + PAGE + r->page->data_head % DATA, &e, sizeof(e));
	r->page->data_head += sizeof(e);
	r->page->aux_head += size;
}

static struct perfdata_writer *a_writer(char *path)
{
	static const struct perfdata_head head;
	struct perfdata_writer *w;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(perfdata_writer_open(&w, path, &head), 0);
	return w;
}

static void what_cannot_be_is_lost_and_the_rest_is_kept(void **state)
{
	char path[] = "/tmp/ring.XXXXXX", old[64];
	struct perfdata_writer *w = a_writer(path);
	struct ring r = a_ring();
	uint64_t before = perfdata_writer_size(w), whole;

	tell(&r, 128, 1000);
	assert_true(ring_drain(&r, w) > 0);
	assert_int_equal(r.loss.aux_bytes, 128);
	assert_int_equal(r.loss.truncated, 0);
	whole = perfdata_writer_size(w) - before;
	assert_int_equal(whole, sizeof(struct aux_event) + 48 + 128);	/* the AUXTRACE record
									 * itself: 48 */

	before = perfdata_writer_size(w);
	tell(&r, 0, 2000);
	tell(&r, 0x7ffff57aa000, 3000);
	tell(&r, 0, 4000);
	assert_true(ring_drain(&r, w) > 0);
	assert_int_equal(perfdata_writer_size(w) - before, 2 * sizeof(struct aux_event));
	assert_int_equal(r.loss.truncated, 1);
	assert_int_equal(r.loss.first_time, 3000);
	assert_int_equal(r.loss.aux_bytes, 128);
	assert_int_equal(r.page->data_tail, r.page->data_head);

	/* Nothing that the ring announces about its area is trusted any more. */
	tell(&r, 64, 5000);
	assert_true(ring_drain(&r, w) > 0);
	assert_int_equal(r.loss.aux_bytes, 128);
	assert_int_equal(perfdata_writer_close(w), 0);
	unlink(path);
	snprintf(old, sizeof(old), "%s.old", path);
	unlink(old);
	free(r.page);
	free(r.aux);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_cannot_be_is_lost_and_the_rest_is_kept),
	};

	return cmocka_run_group_tests_name("ring", tests, NULL, NULL);
}
