// SPDX-License-Identifier: GPL-2.0-only
/* What `spelunk doctor --probe` finds in a synthetic recording.  A tick is 1 ns. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "cmd/doctor/probe/probe.h"
#include "tests/perfdata/typical.h"
#include "tests/spe/encode.h"

static const struct probe_code code = {
	.kernel = 0x5eed000000, .kernel_end = 0x5eed000a00, .user = 0x5eed001000,
	.user_end = 0x5eed001014, .loop = 0x400100, .loop_end = 0x400114,
};

struct sampled {
	uint64_t ticks;		/* 0: none */
	uint8_t el;
	uint64_t pc;
};

/* The recording begins at 1000 and ends at 2000. */
static const struct sampled first[] = {
	{ 1000, 2, 0xffff800080012344 },
	{ 1010, 0, 0x400100 }, { 1020, 0, 0x400110 },		/* the loop */
	{ 1030, 0, 0x400114 },					/* just behind the loop */
	{ 1040, 1, 0x5eed000000 }, { 1050, 1, 0x5eed0009fc },	/* the guest's EL1 */
	{ 1060, 0, 0x5eed001000 }, { 1070, 0, 0x5eed001010 },	/* and EL0 */
};

static const struct sampled second[] = {
	{ 1060, 1, 0xffff800008001234 },	/* 10 back; the guest's, if the host is at EL2 */
	{ 1080, 1, 0x5eed000a00 },		/* just behind its code */
	{ 1090, 0, 0x5eed000034 },		/* EL0 where EL1's code is */
	{ 1095, 1, 0x5eed001004 },		/* and the other way round */
	{ 999, 2, 0xffff800080012348 },		/* too early, and 96 back */
	{ 2001, 2, 0xffff80008001234c },	/* too late */
	{ 0, 0, 0x400200 },
	{ 2000, 0, 0x400100 },			/* 1 back */
};

static void put_rows(struct bytes_buf *aux, const struct sampled *rows, size_t nr)
{
	struct spe_encoding e;
	uint8_t buf[256];

	spe_encoding_init(&e);
	for (size_t i = 0; i < nr; i++) {
		const struct spe_record rec = {
			.has = SPE_HAS_PC | SPE_HAS_OP | SPE_HAS_EVENTS |
			       (rows[i].ticks ? SPE_HAS_TICKS : 0),
			.pc = rows[i].pc, .pc_el = rows[i].el, .ticks = rows[i].ticks, .events = 2,
			.op_class = 1,
		};

		put(aux, buf, spe_record_encode(buf, sizeof(buf), &rec, &e));
	}
}

static void put_region(struct build *b, uint64_t offset, const struct bytes_buf *aux,
		       uint64_t flags)
{
	struct bytes_buf head = { 0 };

	rec_aux(b, offset, aux->len, flags, (struct at){ 50, 1900, 700, 701, 0 });
	put64(&head, aux->len);
	put64(&head, offset);
	put64(&head, 0);
	put32(&head, 0);
	put32(&head, UINT32_MAX);
	put32(&head, 0);
	put32(&head, 0);
	rec_user(&b->data, 71, 0, &head);
	put(&b->data, aux->p, aux->len);
	free(head.p);
}

/* The second region is cut inside a record, and flagged. */
static void put_recording(struct build *b)
{
	const struct build_cpu cpu = { 0, N1_MIDR, TYPICAL_SPE_TYPE, 256 };
	struct bytes_buf one = { 0 }, two = { 0 }, lost = { 0 };
	size_t whole;

	typical_attrs(b);
	rec_info_v2(b, &cpu, 1);
	rec_time_conv(b, 21, 1 << 21, 0);
	rec_comm(b, 0, 701, PROBE_BEGIN, (struct at){ 56, 1000, 700, 701, 0 });
	put_rows(&one, first, sizeof(first) / sizeof(first[0]));
	put_region(b, 0, &one, 8 | 4);
	put_rows(&two, second, sizeof(second) / sizeof(second[0]));
	whole = two.len;
	put_rows(&two, first, 1);
	two.len = whole + 20;
	put_region(b, one.len, &two, 1 | 4);
	put64(&lost, 5);
	rec(b, 13, 0, &lost, (struct at){ 50, 1950, 700, 701, 0 });
	rec_comm(b, 0, 701, PROBE_END, (struct at){ 56, 2000, 700, 701, 0 });
	typical_features(b);
	free(one.p);
	free(two.p);
	free(lost.p);
}

static struct probe_records read_as(unsigned int kernel_el)
{
	struct host h = { .kernel_el = kernel_el };
	struct probe_records out = { 0 };
	struct build b = { 0 };
	char path[64], err[200] = "";
	int fd;

	put_recording(&b);
	build_file(&b);
	fd = build_fd(&b, b.out.len, path, sizeof(path));
	if (probe_read(&out, path, &code, &h, err, sizeof(err)))
		fail_msg("%s", err);
	close(fd);
	build_free(&b);
	return out;
}

static void vhe(void **state)
{
	struct probe_records r = read_as(2);

	assert_int_equal(r.records, 16);
	assert_int_equal(r.host, 8);
	assert_int_equal(r.loop, 3);
	assert_int_equal(r.kernel, 2);
	assert_int_equal(r.user, 2);
	assert_int_equal(r.elsewhere, 4);
	assert_int_equal(r.elsewhere_pc, 0xffff800008001234);
	assert_true(r.clock);
	assert_int_equal(r.begin, 1000);
	assert_int_equal(r.end, 2000);
	assert_int_equal(r.early, 1);
	assert_int_equal(r.late, 1);
	assert_int_equal(r.untimed, 1);
	assert_int_equal(r.back, 3);
	assert_int_equal(r.back_most, 96);
}

static void nvhe(void **state)
{
	struct probe_records r = read_as(1);

	assert_int_equal(r.records, 16);
	assert_int_equal(r.host, 9);
	assert_int_equal(r.kernel, 2);
	assert_int_equal(r.user, 2);
	assert_int_equal(r.elsewhere, 3);
	assert_int_equal(r.elsewhere_pc, 0x5eed000a00);
}

static void losses(void **state)
{
	struct probe_records r = read_as(2);

	assert_int_equal(r.regions, 2);
	assert_int_equal(r.collided, 1);
	assert_int_equal(r.truncated, 1);
	assert_int_equal(r.partial, 2);
	assert_int_equal(r.skipped, 20);
	assert_int_equal(r.lost_samples, 5);
}

static void no_file(void **state)
{
	struct host h = { .kernel_el = 2 };
	struct probe_records out = { 0 };
	char err[200] = "";

	assert_int_equal(probe_read(&out, "/nowhere/probe", &code, &h, err, sizeof(err)), -ENOENT);
	assert_true(*err);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vhe), cmocka_unit_test(nvhe), cmocka_unit_test(losses),
		cmocka_unit_test(no_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
