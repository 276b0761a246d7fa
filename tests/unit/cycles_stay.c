// SPDX-License-Identifier: GPL-2.0-only
/* How a guest's stay with a sample of cycles ended, from the events of a CPU. */
#include "recording/pipeline.h"
#include "tests/unit/timeline_fixture.h"

enum { IN_GUEST_KERNEL = 4 };
/* ARM_EXCEPTION_*: linux arch/arm64/include/asm/kvm_asm.h */
enum { IRQ = 0, TRAP = 2 };

struct found {
	unsigned int nr;
	enum world world[8];
};

static int take(void *arg, const struct cycles_sample *s)
{
	struct found *f = arg;

	assert_true(f->nr < 8);
	assert_true((s->ip != 0) == (s->owner.world == WORLD_GUEST_KERNEL));
	f->world[f->nr++] = s->owner.world;
	return 0;
}

static void give(struct pipeline *p, enum event_type type, uint64_t time, uint64_t pc, uint32_t ret)
{
	struct event ev = { .type = type, .cpu = 0, .pid = QEMU, .tid = VCPU0, .time = time };

	if (type == EVENT_CYCLES) {
		ev.cycles.ip = pc;
		ev.cycles.cpumode = IN_GUEST_KERNEL;
	} else if (type != EVENT_LOST) {
		ev.vcpu.pc = pc;
		ev.vcpu.ret = ret;
	}
	assert_int_equal(cycles_apply(&p->cycles, &ev), 0);
}

/* In a_guest(), vCPU 0 is in its guest from 200 to 300 and from 400 to 500. */
static void begin(struct pipeline *p)
{
	*p = (struct pipeline){ .timeline = a_guest(HOST_VHE, &clock_1ghz, true),
				.spaces = spaces_new() };
	assert_int_equal(spaces_seal(p->spaces), 0);
	cycles_init(&p->cycles, -1);
	cycles_want(&p->cycles);
}

static struct found end(struct pipeline *p)
{
	struct found f = { 0 };

	assert_int_equal(cycles_end(&p->cycles), 0);
	assert_int_equal(cycles_each(p, take, &f), 0);
	cycles_clear(&p->cycles);
	timeline_free(p->timeline);
	spaces_free(p->spaces);
	return f;
}

static void a_stay_tells_whose_its_sample_is(void **state)
{
	static const struct {
		uint64_t entry, ip, exit;
		uint32_t ret;
		enum world world;
	} cases[] = {
		{ 0x1000, 0x2000, 0x2000, IRQ, WORLD_GUEST_KERNEL },
		{ 0x1000, 0x0800, 0x0800, IRQ, WORLD_GUEST_KERNEL },
		{ 0x1000, 0x1008, 0x1008, IRQ, WORLD_GUEST_KERNEL },
		{ 0x1000, 0x2000, 0x2000, TRAP, WORLD_SWITCH },
		/* where it entered, or after the instruction that KVM emulated */
		{ 0x1000, 0x1000, 0x1000, IRQ, WORLD_UNKNOWN },
		{ 0x1000, 0x1004, 0x1004, IRQ, WORLD_UNKNOWN },
		/* the exit has another PC: it is not the stay's */
		{ 0x1000, 0x2000, 0x3000, IRQ, WORLD_UNKNOWN },
		/* tracepoints without fields */
		{ 0, 0x2000, 0x2000, IRQ, WORLD_UNKNOWN },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct pipeline p;
		struct found f;

		begin(&p);
		give(&p, EVENT_VCPU_ENTER, 200, cases[i].entry, 0);
		give(&p, EVENT_CYCLES, 290, cases[i].ip, 0);
		give(&p, EVENT_VCPU_EXIT, 300, cases[i].exit, cases[i].ret);
		f = end(&p);
		assert_int_equal(f.nr, 1);
		if (f.world[0] != cases[i].world)
			fail_msg("case %zu: %s", i, world_name(f.world[0]));
	}
}

/* Without both ends, or around lost events, nothing is known about a stay. */
static void without_its_ends_a_stay_tells_nothing(void **state)
{
	static const enum event_type without[][4] = {
		{ EVENT_CYCLES, EVENT_VCPU_EXIT },
		{ EVENT_VCPU_ENTER, EVENT_CYCLES },
		{ EVENT_VCPU_ENTER, EVENT_CYCLES, EVENT_LOST, EVENT_VCPU_EXIT },
		{ EVENT_VCPU_ENTER, EVENT_LOST, EVENT_CYCLES, EVENT_VCPU_EXIT },
		{ EVENT_VCPU_ENTER, EVENT_CYCLES, EVENT_VCPU_ENTER, EVENT_VCPU_EXIT },
	};

	for (size_t i = 0; i < sizeof(without) / sizeof(without[0]); i++) {
		struct pipeline p;
		struct found f;

		begin(&p);
		for (size_t k = 0; k < 4 && (k < 2 || without[i][k]); k++)
			give(&p, without[i][k], 200 + 10 * k,
			     without[i][k] == EVENT_VCPU_ENTER ? 0x1000 : 0x2000, IRQ);
		f = end(&p);
		assert_int_equal(f.nr, 1);
		if (f.world[0] != WORLD_UNKNOWN)
			fail_msg("case %zu: %s", i, world_name(f.world[0]));
	}
}

/* Events of another ring come late, and prove nothing about earlier times. */
static void events_out_of_order_tell_nothing(void **state)
{
	struct pipeline p;
	struct found f;

	begin(&p);
	give(&p, EVENT_VCPU_ENTER, 400, 0x1000, 0);
	give(&p, EVENT_CYCLES, 290, 0x2000, 0);
	give(&p, EVENT_VCPU_EXIT, 500, 0x2000, IRQ);
	f = end(&p);
	assert_int_equal(f.nr, 1);
	assert_int_equal(f.world[0], WORLD_UNKNOWN);
}

/* Even more samples in a stay than any kernel makes. */
static void all_samples_are_kept(void **state)
{
	struct pipeline p;
	struct found f;

	begin(&p);
	give(&p, EVENT_VCPU_ENTER, 200, 0x1000, 0);
	for (uint64_t i = 0; i < 7; i++)
		give(&p, EVENT_CYCLES, 290 + i, 0x2000, 0);
	give(&p, EVENT_VCPU_EXIT, 300, 0x2000, IRQ);
	f = end(&p);
	assert_int_equal(f.nr, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stay_tells_whose_its_sample_is),
		cmocka_unit_test(without_its_ends_a_stay_tells_nothing),
		cmocka_unit_test(events_out_of_order_tell_nothing),
		cmocka_unit_test(all_samples_are_kept),
	};

	return cmocka_run_group_tests_name("cycles_stay", tests, NULL, NULL);
}
