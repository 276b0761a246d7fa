// SPDX-License-Identifier: GPL-2.0-only
/*
 * A host's recording and its guest's, synthesized together: a tick is 1 ns on both sides, and the
 * guest's clock is OFFSET behind.  The host has one VM with one vCPU.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "collector/perfdata/merge.h"
#include "recording/recording.h"
#include "tests/perfdata/typical.h"
#include "tests/spe/encode.h"

#define OFFSET	700000		/* ticks */
#define LOOP    0x402000        /* of the agent's clock probes */
#define BASE	0x7f0000000000ull
#define SIZE	65536
#define CODE	0x400100	/* of the guest's programs */

/* Tasks in the guest; times are on its own clock. */
enum { SHELL = 10, TOOL = 20, NEXT = 21 };

static struct spe_record guest_user(uint64_t ticks, uint64_t pc, uint32_t ctx)
{
	struct spe_record rec = {
		.has = SPE_HAS_PC | SPE_HAS_TICKS | SPE_HAS_CTX_EL2 | SPE_HAS_OP |
		       (ctx ? SPE_HAS_CTX_EL1 : 0),
		.pc = pc, .ticks = ticks, .ctx_el1 = ctx, .ctx_el2 = 701, .op_class = 1,
	};

	return rec;
}

static struct spe_record probe(uint64_t ticks, uint64_t count)
{
	struct spe_record rec = guest_user(ticks, LOOP + 8, 77);

	rec.has |= SPE_HAS_VA;
	rec.va = BASE + count % SIZE;
	return rec;
}

static struct spe_record host_kernel(uint64_t ticks)
{
	return (struct spe_record){
		.has = SPE_HAS_PC | SPE_HAS_TICKS | SPE_HAS_CTX_EL2, .pc = 0xffff800080012345,
		.ticks = ticks, .pc_el = 2, .ctx_el2 = 50,
	};
}

static void put_aux(struct build *b, const struct spe_record *recs, size_t nr)
{
	struct bytes_buf aux = { 0 }, head = { 0 };
	struct spe_encoding e;
	uint8_t buf[256];

	spe_encoding_init(&e);
	for (size_t i = 0; i < nr; i++)
		put(&aux, buf, spe_record_encode(buf, sizeof(buf), &recs[i], &e));
	rec_aux(b, 0, aux.len, 0, (struct at){ 50, 1750000, 700, 701, 0 });
	put64(&head, aux.len);
	put64(&head, 0);
	put64(&head, 0);
	put32(&head, 0);
	put32(&head, UINT32_MAX);
	put32(&head, 0);
	put32(&head, 0);
	rec_user(&b->data, 71, 0, &head);
	put(&b->data, aux.p, aux.len);
	free(aux.p);
	free(head.p);
}

/* Inside the guest between each pair; the exits are hypercalls of a program, at CODE. */
static const uint64_t inside[][2] = {
	{ 1000000, 1050000 }, { 1053000, 1200000 }, { 1204000, 1420000 }, { 1500000, 1730000 },
};

static void put_host(struct build *b, const struct spe_record *recs, size_t nr)
{
	const struct build_cpu cpu = { 0, N1_MIDR, TYPICAL_SPE_TYPE, 256 };

	typical_attrs(b);
	b->attrs[0].config = 0x10005;	/* ts_enable, pct_enable */
	rec_info_v2(b, &cpu, 1);
	rec_time_conv(b, 21, 1 << 21, 0);
	rec_comm(b, 0, 700, "vmm", (struct at){ 0 });
	for (size_t i = 0; i < sizeof(inside) / sizeof(inside[0]); i++) {
		rec_kvm_entry(b, 0x40001000, (struct at){ 52, inside[i][0], 700, 701, 0 });
		rec_kvm_exit(b, CODE + 4, 2, 0x16, (struct at){ 54, inside[i][1], 700, 701, 0 });
	}
	put_aux(b, recs, nr);
	typical_features(b);
}

static void put_own_bytes(struct build *b, unsigned int kind, const void *p, size_t len)
{
	struct bytes_buf o = { 0 };

	put64(&o, 0x7370656c756e6b00ull | kind);
	put64(&o, 56);
	put64(&o, len);
	put(&o, p, len);
	put_zero(&o, -len % 8);
	rec_user(&b->data, 78, 0, &o);
	free(o.p);
}

static void put_own(struct build *b, unsigned int kind, const char *text)
{
	put_own_bytes(b, kind, text, strlen(text));
}

/* Kernel symbols as `spelunk record` writes them: a frame, with differences. */
static void put_packed(struct build *b)
{
	static const char text[] = "ffff800008000000 T guest_kernel_function\n"
				   "1000 T guest_kernel_end\nend\n";
	char frame[256];
	size_t n = ZSTD_compress(frame, sizeof(frame), text, sizeof(text) - 1, 1);

	assert_false(ZSTD_isError(n));
	put_own_bytes(b, 4, frame, n);
}

static bool is_packed;	/* for put_guest(): store the guest's kernel symbols in that form */

static void rec_fork(struct build *b, uint32_t pid, uint32_t parent, struct at at)
{
	struct bytes_buf o = { 0 };

	put32(&o, pid);
	put32(&o, parent);
	put32(&o, pid);
	put32(&o, parent);
	put64(&o, at.time);
	rec(b, 7, 0, &o, at);
	free(o.p);
}

/* SHELL until 480000; TOOL from 500000, which runs another program from 600000 on; NEXT. */
static void put_guest(struct build *b, const char *facts)
{
	build_attr_id(build_attr(b, 1, 9, "dummy:u"), 56);
	rec_time_conv(b, 21, 1 << 21, 0);
	put_own(b, 1, "guest-agent 1\ntimer-hz 1000000000\n"
		"beat 0x402000 0x402100 0x7f0000000000 65536 10\n");
	if (is_packed)
		put_packed(b);
	else
		put_own(b, 2, "ffff800008000000 T guest_kernel_function\n");
	rec_comm(b, 0, SHELL, "shell", (struct at){ 0 });
	rec_mmap2(b, SHELL, 0x400000, 0x1000, "/bin/shell", (struct at){ 0 });
	rec_switch_wide(b, 0, 0, (struct at){ 56, 310000, SHELL, SHELL, 0 });
	rec_switch_wide(b, 1 << 13, TOOL, (struct at){ 56, 480000, SHELL, SHELL, 0 });
	rec_fork(b, TOOL, SHELL, (struct at){ 56, 470000, SHELL, SHELL, 0 });
	rec_switch_wide(b, 0, 0, (struct at){ 56, 510000, TOOL, TOOL, 0 });
	rec_comm(b, 1 << 13, TOOL, "tool", (struct at){ 56, 600000, TOOL, TOOL, 0 });
	rec_mmap2(b, TOOL, 0x400000, 0x1000, "/bin/tool", (struct at){ 56, 600001, TOOL, TOOL, 0 });
	put_own(b, 1, facts);
	rec_switch_wide(b, 1 << 13, NEXT, (struct at){ 56, 820000, TOOL, TOOL, 0 });
	rec_comm(b, 0, NEXT, "next", (struct at){ 56, 815000, NEXT, NEXT, 0 });
	rec_switch_wide(b, 0, 0, (struct at){ 56, 821000, NEXT, NEXT, 0 });
	rec_comm(b, 0, NEXT, "next", (struct at){ 56, 950000, NEXT, NEXT, 0 });
}

struct fixture {
	struct recording r;
	int host, guest;
	char host_path[32], guest_path[32];
	struct guest_word guests[1], offsets[1];
	struct recording_config config;
	struct timeline_cursor cursor;
	char err[256];
};

static int memory_file(struct build *b, char *path, size_t size)
{
	int fd = memfd_create("recording", 0);

	build_file(b);
	assert_int_equal(write(fd, b->out.p, b->out.len), b->out.len);
	snprintf(path, size, "/proc/self/fd/%d", fd);
	build_free(b);
	return fd;
}

static void make_both(struct fixture *f, const struct spe_record *recs, size_t nr,
		      const char *facts)
{
	struct build host = { 0 }, guest = { 0 };

	memset(f, 0, sizeof(*f));
	put_host(&host, recs, nr);
	put_guest(&guest, facts);
	f->host = memory_file(&host, f->host_path, sizeof(f->host_path));
	f->guest = memory_file(&guest, f->guest_path, sizeof(f->guest_path));
	f->guests[0] = (struct guest_word){
		.vm = { .kind = VM_NUMBER, .number = 0, .text = "0", .len = 1 }, .word = f->guest_path,
	};
	f->config = (struct recording_config){ .guests = { f->guests, 1 } };
}

static int open_made(struct fixture *f)
{
	int ret;

	f->config.exits = true;
	f->config.sites = true;
	ret = recording_open(&f->r, f->host_path, &f->config, f->err, sizeof(f->err));
	if (!ret)
		timeline_cursor_init(&f->cursor, f->r.p.timeline, 0, -1);
	return ret;
}

static int open_both(struct fixture *f, const struct spe_record *recs, size_t nr,
		     const char *facts, int64_t offset)
{
	make_both(f, recs, nr, facts);
	f->offsets[0] = (struct guest_word){ .ticks = offset };
	f->config.clock_offsets = (struct guest_words){ f->offsets, offset != 0 };
	return open_made(f);
}

static void close_both(struct fixture *f)
{
	recording_close(&f->r);
	close(f->host);
	close(f->guest);
}

/* Check the owner and name of a sample at that time of the host's. */
static void expect(struct fixture *f, const struct spe_record *rec, int32_t pid,
		   const char *comm, const char *object)
{
	const struct owner *o = timeline_attribute(f->r.p.timeline, &f->cursor, rec);
	uint64_t from, until;
	struct place p;

	assert_int_equal(o->world, WORLD_GUEST_USER);
	assert_int_equal(o->vm, 0);
	assert_int_equal(o->guest_pid, pid);
	assert_string_equal(timeline_guest_comm(f->r.p.timeline, o), comm);
	spaces_locate(f->r.p.spaces, spaces_find(f->r.p.spaces, o->memory, rec->ticks, &from,
						 &until), rec->pc, &p);
	assert_string_equal(p.object->path, object);
}

/* Enough samples to identify a VHE host, and clock probes. */
static size_t samples(struct spe_record *recs, bool probes)
{
	size_t nr = 0;

	recs[nr++] = host_kernel(900000);
	recs[nr++] = guest_user(1010000 + 1, CODE, SHELL);
	for (uint64_t at = 1300000; probes && at < 1310000; at += 1000)
		recs[nr++] = probe(at, at - OFFSET - 3);
	recs[nr++] = host_kernel(1800000);
	return nr;
}

#define STRETCH	"stretch 0 599000 612000\n"

static void probes_give_the_clock(void **state)
{
	struct spe_record recs[32], rec;
	struct fixture f;
	const struct clock_result *told;
	size_t nr = samples(recs, true);

	assert_int_equal(open_both(&f, recs, nr, STRETCH, 0), 0);
	told = &f.r.guests.clocks[0];
	assert_int_equal(told->clock.state, CLOCK_KNOWN);
	assert_int_equal(told->loads, 10);
	assert_true((uint64_t)llabs(told->clock.offset - OFFSET) <= told->clock.within);
	/* the range has 10 ticks, and the estimate from 10 loads is at its end */
	assert_int_equal(told->clock.within, 10);

	/* by CONTEXT EL1, and without one by the guest's switches */
	rec = guest_user(1100000, CODE, SHELL);
	expect(&f, &rec, SHELL, "shell", "[guest:vm0]/bin/shell");
	rec = guest_user(1100001, CODE, 0);
	rec.ctx_el2 = 0;
	rec.has &= ~SPE_HAS_CTX_EL2;
	expect(&f, &rec, SHELL, "shell", "[guest:vm0]/bin/shell");
	/* the child has its parent's maps and name until its exec */
	rec = guest_user(1250000, CODE, TOOL);
	expect(&f, &rec, TOOL, "shell", "[guest:vm0]/bin/shell");
	rec = guest_user(1350000, CODE, TOOL);
	expect(&f, &rec, TOOL, "tool", "[guest:vm0]/bin/tool");
	rec = guest_user(1350001, CODE + 0x100000, TOOL);
	expect(&f, &rec, TOOL, "tool", "[unknown]");
	/* a CONTEXT of no thread in the guest is ignored */
	rec = guest_user(1360000, CODE, 4711);
	expect(&f, &rec, TOOL, "tool", "[guest:vm0]/bin/tool");
	rec = guest_user(1600000, CODE, 0);
	rec.ctx_el2 = 0;
	rec.has &= ~SPE_HAS_CTX_EL2;
	expect(&f, &rec, NEXT, "next", "[unknown]");
	/* outside of its own recording the guest's tasks are unknown */
	rec.ticks = 1005000;
	expect(&f, &rec, -1, "", "[guest:vm0]");
	rec.ticks = 1655000;
	expect(&f, &rec, -1, "", "[guest:vm0]");
	close_both(&f);
}

/* Embed the guest's file in the host's. */
static int merge_made(struct fixture *f, bool has_offset, int64_t offset)
{
	const struct perfdata_part part = {
		.path = f->guest_path, .pid = 700, .has_offset = has_offset, .offset = offset,
	};
	int merged = memfd_create("merged", 0), ret;

	ret = perfdata_merge(merged, f->host_path, 0, &part, 1, f->err, sizeof(f->err));
	close(f->host);
	f->host = merged;
	snprintf(f->host_path, sizeof(f->host_path), "/proc/self/fd/%d", merged);
	f->config.guests.nr = 0;
	return ret;
}

static void a_merged_recording_has_its_guests(void **state)
{
	struct spe_record recs[32], rec;
	struct fixture f;
	size_t nr = samples(recs, true);
	const struct input_info *info;

	make_both(&f, recs, nr, STRETCH);
	assert_int_equal(merge_made(&f, false, 0), 0);
	assert_int_equal(open_made(&f), 0);
	info = input_get_info(f.r.p.input);
	assert_int_equal(info->nr_merged, 1);
	assert_int_equal(info->merged[0].pid, 700);
	assert_int_equal(info->nr_notes, 0);
	assert_string_equal(info->hostname, "host");
	assert_int_equal(f.r.guests.clocks[0].clock.state, CLOCK_KNOWN);
	assert_int_equal(f.r.guests.clocks[0].loads, 10);
	rec = guest_user(1100000, CODE, SHELL);
	expect(&f, &rec, SHELL, "shell", "[guest:vm0]/bin/shell");
	rec = guest_user(1350000, CODE, TOOL);
	expect(&f, &rec, TOOL, "tool", "[guest:vm0]/bin/tool");
	close_both(&f);
}

static void an_offset_is_merged_with_its_guest(void **state)
{
	struct spe_record recs[32], rec;
	struct fixture f;
	size_t nr = samples(recs, false);

	make_both(&f, recs, nr, "");
	assert_int_equal(merge_made(&f, true, OFFSET), 0);
	assert_int_equal(open_made(&f), 0);
	assert_int_equal(f.r.guests.clocks[0].clock.state, CLOCK_GIVEN);
	assert_int_equal(f.r.guests.clocks[0].clock.offset, OFFSET);
	rec = guest_user(1350000, CODE, TOOL);
	expect(&f, &rec, TOOL, "tool", "[guest:vm0]/bin/tool");
	close_both(&f);
}

static void what_is_cut_is_not_merged(void **state)
{
	struct spe_record recs[32];
	struct fixture f;
	size_t nr = samples(recs, false);
	uint64_t size;

	make_both(&f, recs, nr, "");
	assert_int_equal(pread(f.host, &size, 8, 48), 8);
	assert_int_equal(ftruncate(f.host, (off_t)size), 0);
	assert_int_equal(merge_made(&f, false, 0), -EBADMSG);
	assert_non_null(strstr(f.err, "is truncated"));
	close(f.host);
	close(f.guest);
}

static uint64_t exits_of(const struct exit_sites *s, const char *comm, const char *object)
{
	for (size_t i = 0; i < s->nr; i++) {
		const struct kvm_site *k = &s->instructions[i];

		assert_int_equal(k->reason, REASON_HVC64);
		assert_int_equal(k->address, CODE);
		if (!strcmp(k->comm, comm) && !strcmp(k->object, object))
			return k->exits;
	}
	return 0;
}

static void exits_come_from_the_guests_programs(void **state)
{
	struct spe_record recs[32];
	struct fixture f;
	size_t nr = samples(recs, true);

	assert_int_equal(open_both(&f, recs, nr, STRETCH, 0), 0);
	assert_int_equal(f.r.sites.nr, 3);
	assert_int_equal(f.r.sites.nr_functions, 3);
	assert_int_equal(exits_of(&f.r.sites, "shell", "[guest:vm0]/bin/shell"), 1);
	assert_int_equal(exits_of(&f.r.sites, "tool", "[guest:vm0]/bin/tool"), 1);
	/* between a switch's two events, and after the guest's recording */
	assert_int_equal(exits_of(&f.r.sites, "", "[guest:vm0]"), 2);
	assert_int_equal(f.r.sites.instructions[0].exits, 2);
	close_both(&f);
}

static void kallsyms_of_the_agent_name_the_kernel(void **state)
{
	struct spe_record recs[32], rec;
	const struct owner *o;
	struct fixture f;
	struct symbol sym;
	struct place p;
	uint64_t from, until;

	assert_int_equal(open_both(&f, recs, samples(recs, true), STRETCH, 0), 0);
	rec = guest_user(1400000, 0xffff800008000010, TOOL);
	rec.pc_el = 1;
	o = timeline_attribute(f.r.p.timeline, &f.cursor, &rec);
	assert_int_equal(o->world, WORLD_GUEST_KERNEL);
	assert_int_equal(o->guest_tid, TOOL);
	spaces_locate(f.r.p.spaces, spaces_find(f.r.p.spaces, o->memory, rec.ticks, &from, &until),
		      rec.pc, &p);
	assert_int_equal(symbolizer_name(f.r.symbolizer, &p, &sym), 0);
	assert_string_equal(sym.name, "guest_kernel_function");
	close_both(&f);
}

/* A recording of `spelunk record`, made in the guest, works as well. */
static void kallsyms_of_a_recording_name_the_kernel(void **state)
{
	is_packed = true;
	kallsyms_of_the_agent_name_the_kernel(state);
	is_packed = false;
}

/* Without clock probes exits are the evidence: no event can be in one. */
static void exits_bound_the_clock(void **state)
{
	struct spe_record recs[32];
	struct fixture f;
	const struct clock_result *told;

	assert_int_equal(open_both(&f, recs, samples(recs, false),
				   "stretch 0 301000 349000\nstretch 0 354000 499000\n"
				   "stretch 0 505000 719000\nstretch 0 801000 1029000\n", 0), 0);
	told = &f.r.guests.clocks[0];
	assert_int_equal(told->clock.state, CLOCK_KNOWN);
	assert_int_equal(told->exits, 3);
	assert_int_equal(told->loads, 0);
	assert_true((uint64_t)llabs(told->clock.offset - OFFSET) <= told->clock.within);
	assert_true(told->clock.within >= 500 && told->clock.within <= 2000);
	close_both(&f);
}

static void contradiction_is_said_and_times_are_not_used(void **state)
{
	struct spe_record recs[32], rec;
	struct fixture f;
	size_t nr = samples(recs, true);

	/* a clock probe from another clock */
	recs[nr++] = probe(1600000, 1600000 - OFFSET + 200);
	assert_int_equal(open_both(&f, recs, nr, STRETCH "stretch 0 890000 910000\n", 0), 0);
	assert_int_equal(f.r.guests.clocks[0].clock.state, CLOCK_CONTRADICTION);
	/* CONTEXT still identifies the process, which then only has its last program */
	rec = guest_user(1100000, CODE, TOOL);
	expect(&f, &rec, TOOL, "tool", "[guest:vm0]/bin/tool");
	close_both(&f);
}

static void an_offset_may_be_given(void **state)
{
	struct spe_record recs[32], rec;
	struct fixture f;

	assert_int_equal(open_both(&f, recs, samples(recs, false), "", 700000), 0);
	assert_int_equal(f.r.guests.clocks[0].clock.state, CLOCK_GIVEN);
	assert_int_equal(f.r.guests.clocks[0].clock.offset, 700000);
	rec = guest_user(1100000, CODE, SHELL);
	expect(&f, &rec, SHELL, "shell", "[guest:vm0]/bin/shell");
	close_both(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(probes_give_the_clock),
		cmocka_unit_test(exits_come_from_the_guests_programs),
		cmocka_unit_test(a_merged_recording_has_its_guests),
		cmocka_unit_test(an_offset_is_merged_with_its_guest),
		cmocka_unit_test(what_is_cut_is_not_merged),
		cmocka_unit_test(kallsyms_of_the_agent_name_the_kernel),
		cmocka_unit_test(kallsyms_of_a_recording_name_the_kernel),
		cmocka_unit_test(exits_bound_the_clock),
		cmocka_unit_test(contradiction_is_said_and_times_are_not_used),
		cmocka_unit_test(an_offset_may_be_given),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
