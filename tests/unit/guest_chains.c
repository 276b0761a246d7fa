// SPDX-License-Identifier: GPL-2.0-only
/*
 * Call chains of a guest's own recording in its host's call tree.  A tick is 1 ns on both sides,
 * and the guest's clock is OFFSET behind.  The host has one VM with one vCPU; both recordings are
 * synthetic.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "profile/filter/filter.h"
#include "recording/stacks.h"
#include "tests/perfdata/typical.h"

/* IP TID TIME CALLCHAIN CPU PERIOD IDENTIFIER; attr.freq, .exclude_host */
#define ST_CYCLES (ST_PLAIN | 1u << 5 | 1u << 8)
#define ATTR_FREQ (1ull << 10)
#define ATTR_EXCLUDE_HOST (1ull << 19)

/* PERF_CONTEXT_KERNEL and _USER */
#define K ((uint64_t)-128)
#define U ((uint64_t)-512)

/* PERF_RECORD_MISC_* */
enum { IN_KERNEL = 1, IN_USER = 2, IN_GUEST_KERNEL = 4, IN_GUEST_USER = 5 };

#define OFFSET 700000
#define SHELL 10
#define LATER 1500000	/* after the guest's last sample */
#define KERNEL_TEXT 0xffff800008000000ull

/* The event that the guest sampled. */
enum counts { CYCLES, CPU_CLOCK };

static void cycles_attr(struct build *b, uint32_t type, uint64_t config, uint64_t flags)
{
	struct build_attr *a = build_attr(b, type, config, "cycles");

	a->sample_type = ST_CYCLES;
	a->flags |= ATTR_FREQ | flags;
	a->period = 499;
	build_attr_id(a, 58);
}

static void sample(struct build *b, uint16_t mode, uint32_t pid, uint32_t tid, uint64_t time,
		   uint32_t cpu, uint64_t period, const uint64_t *entry, size_t nr)
{
	struct bytes_buf *d = &b->data;

	put32(d, 9);
	put16(d, mode);
	put16(d, (uint16_t)(8 + 7 * 8 + 8 * nr));
	put64(d, 58);
	put64(d, nr > 2 ? entry[1] : 0x400100);
	put32(d, pid);
	put32(d, tid);
	put64(d, time);
	put32(d, cpu);
	put32(d, 0);
	put64(d, period);
	put64(d, nr);
	for (size_t i = 0; i < nr; i++)
		put64(d, entry[i]);
}

/* The VMM's process 700 with the vCPU's thread 701; time 1000000 to 2000000. */
static void put_host(struct build *b, unsigned int in_guest)
{
	typical_attrs(b);
	cycles_attr(b, 0, 0, ATTR_EXCLUDE_HOST);
	rec_time_conv(b, 21, 1 << 21, 0);
	rec_comm(b, 0, 700, "vmm", (struct at){ 0 });
	rec_comm(b, 0, 701, "vcpu", (struct at){ 0 });
	rec_kvm_entry(b, 0x40001000, (struct at){ 52, 1000000, 700, 701, 0 });
	/* for a guest the host's kernel records no chain, but both markers */
	for (unsigned int i = 0; i < in_guest; i++)
		sample(b, IN_GUEST_USER, 700, 701, 1250000 + i, 0, 100, (uint64_t[]){ K, U }, 2);
	if (in_guest)
		sample(b, IN_GUEST_USER, 700, 701, LATER, 0, 100, (uint64_t[]){ K, U }, 2);
	rec_kvm_exit(b, 0x40001000, 2, 0x16, (struct at){ 54, 2000000, 700, 701, 0 });
	typical_features(b);
}

/* Periods 10, 20 and 30 of three frames, 40 of the kernel below the outer two, 33 of one frame. */
static void put_guest(struct build *b, enum counts counts, bool chains)
{
	static const uint64_t deep[] = { U, 0x400100, 0x400204, 0x400304 };
	static const uint64_t kernel[] = {
		K, KERNEL_TEXT + 0x1010, KERNEL_TEXT + 0x2014, U, 0x400280, 0x400304,
	};
	static const uint64_t none[] = { U, 0x400100 };

	cycles_attr(b, counts == CYCLES ? 0 : 1, 0, 0);
	rec_time_conv(b, 21, 1 << 21, 0);
	rec_comm(b, 0, SHELL, "shell", (struct at){ 0 });
	rec_mmap2(b, SHELL, 0x400000, 0x1000, "/bin/shell", (struct at){ 0 });
	/* long before the host's recording, and on a CPU without a vCPU */
	sample(b, IN_USER, SHELL, SHELL, 5, 0, 1000, deep, 4);
	for (uint64_t i = 0; i < 3; i++)
		sample(b, IN_USER, SHELL, SHELL, 1200000 - OFFSET + i, i == 2 ? 7 : 0, 10 + 10 * i,
		       deep, chains ? 4 : 0);
	sample(b, IN_KERNEL, SHELL, SHELL, 1300000 - OFFSET, 0, 40, kernel, chains ? 6 : 0);
	if (chains)
		sample(b, IN_USER, SHELL, SHELL, 1400000 - OFFSET, 0, 33, none, 2);
}

struct fixture {
	struct recording r;
	int host, guest;
	char host_path[32], guest_path[32], err[256];
	struct guest_word guests[2], offsets[1];
	struct recording_config config;
	struct filter *filter;
	struct calltree *t;
	struct call_total total;
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

static unsigned int times = 1;	/* how often the guest's recording is given */

static int count(struct fixture *f, unsigned int host_samples, enum counts counts, bool chains,
		 int64_t offset, const char *filter)
{
	struct build host = { 0 }, guest = { 0 };

	memset(f, 0, sizeof(*f));
	put_host(&host, host_samples);
	put_guest(&guest, counts, chains);
	f->host = memory_file(&host, f->host_path, sizeof(f->host_path));
	f->guest = memory_file(&guest, f->guest_path, sizeof(f->guest_path));
	f->guests[0] = (struct guest_word){
		.vm = { .kind = VM_NUMBER, .number = 0, .text = "0", .len = 1 }, .word = f->guest_path,
	};
	f->guests[1] = f->guests[0];
	f->offsets[0] = (struct guest_word){ .ticks = offset };
	f->config = (struct recording_config){
		.guests = { f->guests, times }, .clock_offsets = { f->offsets, offset != 0 },
		.samples_optional = true, .jobs = 1,
	};
	assert_int_equal(recording_open(&f->r, f->host_path, &f->config, f->err, sizeof(f->err)), 0);
	if (filter)
		assert_int_equal(filter_parse(&f->filter, filter, f->err, sizeof(f->err)), 0);
	return recording_stacks(&f->r, &(struct stacks_query){ .filter = f->filter }, &f->t,
				&f->total);
}

static void close_both(struct fixture *f)
{
	calltree_free(f->t);
	filter_free(f->filter);
	recording_close(&f->r);
	close(f->host);
	close(f->guest);
}

static void put_node(FILE *out, const struct calltree *t, uint32_t i)
{
	const struct call_node *n = calltree_node(t, i);

	if (i && n->kind == CALL_TASK)
		fprintf(out, "%s of VM %d", n->comm, n->vm);
	else if (i)
		fprintf(out, "%*s%s %s %s", n->depth - 1, "", world_name(n->world),
			n->kind == CALL_STOPPED ? "?" : n->symbol,
			n->kind == CALL_STOPPED ? "" : n->object);
	if (i)
		fprintf(out, " %d %d\n", (int)n->total.samples, (int)n->total.cycles);
	for (uint32_t k = n->first; k; k = calltree_node(t, k)->next)
		put_node(out, t, k);
}

static void assert_tree(const struct fixture *f, const char *tree)
{
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	put_node(out, f->t, 0);
	fclose(out);
	assert_string_equal(text, tree);
	free(text);
}

static void assert_guests(const struct fixture *f, unsigned int own, uint64_t chains,
			  uint64_t replaced, uint64_t samples)
{
	assert_int_equal(f->total.guests.own, own);
	assert_int_equal(f->total.guests.own_chains, chains);
	assert_int_equal(f->total.guests.host.samples, replaced);
	assert_int_equal(f->total.all.samples, samples);
}

/*
 * The host counted 5 x 100 cycles in that time; the guest's five samples of 10 + 20 + 30 + 40 + 33
 * = 133 divide these: 500 x 10 / 133 = 37, x 30 / 133 = 112 in total, 225, 375, 500.  The host's
 * sixth sample, after the guest's last, is kept.
 */
static void chains_of_the_guest_divide_the_hosts_cycles(void **state)
{
	struct fixture f;

	assert_int_equal(count(&f, 5, CYCLES, true, OFFSET, NULL), 0);
	assert_tree(&f,
		"shell of VM 0 5 500\n"
		" guest-user shell+0x13xx [guest:vm0]/bin/shell 4 375\n"
		"  guest-user shell+0x12xx [guest:vm0]/bin/shell 4 375\n"
		"   guest-user shell+0x11xx [guest:vm0]/bin/shell 3 225\n"
		"   guest-kernel 0xffff8000080020xx [guest:vm0] 1 150\n"
		"    guest-kernel 0xffff8000080010xx [guest:vm0] 1 150\n"
		" unknown ?  1 125\n"
		"  guest-user shell+0x11xx [guest:vm0]/bin/shell 1 125\n"
		"vcpu of VM 0 1 100\n"
		" unknown ?  1 100\n"
		"  guest-user 0x4001xx [guest:vm0] 1 100\n");
	assert_guests(&f, 1, 5, 5, 6);
	assert_int_equal(f.total.all.cycles, 600);
	assert_int_equal(f.total.guest_samples, 1);
	assert_false(f.total.clock);
	close_both(&f);
}

/* Also if the guest has no PMU: its clock's time divides the host's cycles. */
static void a_clock_divides_cycles(void **state)
{
	struct fixture f;

	assert_int_equal(count(&f, 5, CPU_CLOCK, true, OFFSET, "world=guest-kernel"), -ENODATA);
	close_both(&f);
	assert_int_equal(count(&f, 5, CPU_CLOCK, true, OFFSET, "vm=0"), 0);
	assert_guests(&f, 1, 5, 5, 6);
	assert_int_equal(f.total.all.cycles, 600);
	close_both(&f);
}

static void without_the_hosts_samples_they_are_as_the_guest_counted(void **state)
{
	struct fixture f;

	assert_int_equal(count(&f, 0, CYCLES, true, OFFSET, NULL), 0);
	assert_guests(&f, 1, 5, 0, 5);
	assert_int_equal(f.total.all.cycles, 133);
	assert_int_equal(f.total.guests.unweighed, 1);
	close_both(&f);
}

/* The vCPU is the guest's CPU, if the VM has that one: three of four samples, and one of CPU 7. */
static void owners_are_of_the_vcpu(void **state)
{
	struct fixture f;

	assert_int_equal(count(&f, 0, CYCLES, true, OFFSET, "vcpu=0"), 0);
	assert_guests(&f, 1, 4, 0, 4);
	assert_int_equal(f.total.all.cycles, 10 + 20 + 40 + 33);
	close_both(&f);
	assert_int_equal(count(&f, 0, CYCLES, true, OFFSET, "world=guest-kernel && guest_pid=10"), 0);
	assert_int_equal(f.total.all.cycles, 40);
	close_both(&f);
}

/* Without the clock the time of samples is unknown; their callers are not. */
static void without_the_clock_all_samples_count(void **state)
{
	struct fixture f;

	assert_int_equal(count(&f, 5, CYCLES, true, 0, NULL), 0);
	assert_guests(&f, 1, 6, 6, 6);
	assert_int_equal(f.total.all.cycles, 600);
	close_both(&f);
}

/* The last recording of a VM is used: nothing is counted twice. */
static void of_two_recordings_one_counts(void **state)
{
	struct fixture f;

	times = 2;
	assert_int_equal(count(&f, 5, CYCLES, true, OFFSET, NULL), 0);
	times = 1;
	assert_guests(&f, 1, 5, 5, 6);
	assert_int_equal(f.total.all.cycles, 600);
	close_both(&f);
}

static void without_chains_the_hosts_samples_stay(void **state)
{
	struct fixture f;

	assert_int_equal(count(&f, 5, CYCLES, false, OFFSET, NULL), 0);
	assert_tree(&f, "vcpu of VM 0 6 600\n"
			" unknown ?  6 600\n"
			"  guest-user 0x4001xx [guest:vm0] 6 600\n");
	assert_guests(&f, 0, 0, 0, 6);
	assert_int_equal(f.total.guests.chainless, 1);
	assert_int_equal(f.total.guest_samples, 6);
	close_both(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chains_of_the_guest_divide_the_hosts_cycles),
		cmocka_unit_test(a_clock_divides_cycles),
		cmocka_unit_test(without_the_hosts_samples_they_are_as_the_guest_counted),
		cmocka_unit_test(owners_are_of_the_vcpu),
		cmocka_unit_test(without_the_clock_all_samples_count),
		cmocka_unit_test(of_two_recordings_one_counts),
		cmocka_unit_test(without_chains_the_hosts_samples_stay),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
