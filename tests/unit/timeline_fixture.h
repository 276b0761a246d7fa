/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_UNIT_TIMELINE_FIXTURE_H
#define TESTS_UNIT_TIMELINE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "kvm/census.h"
#include "kvm/timeline.h"

/* A timeline built by hand, and the owners of records in it. */

/* A tick is a nanosecond. */
static const struct input_clock clock_1ghz = { .mult = 1 };
/* 25 MHz: a tick is 40 ns, and the perf clock started a second later. */
static const struct input_clock clock_25mhz = { .mult = 40, .zero = -1000000000ull };

#define KERNEL	0xffff800008000000ull
#define USER	0x400000ull

/* A host with two QEMUs: 700 with vCPU threads 701 and 702, and 800 with 801. */
enum { QEMU = 700, VCPU0 = 701, VCPU1 = 702, OTHER_QEMU = 800, OTHER_VCPU = 801, SHELL = 50 };

static inline void apply(struct timeline *t, const struct event *ev)
{
	assert_int_equal(timeline_apply(t, ev), 0);
}

static inline void came(struct timeline *t, int cpu, uint64_t time, int pid, int tid)
{
	apply(t, &(struct event){ .type = EVENT_SWITCH, .cpu = cpu, .time = time,
				  .pid = pid, .tid = tid,
				  .sw = { .next_pid = -1, .next_tid = -1 } });
}

static inline void left(struct timeline *t, int cpu, uint64_t time, int pid, int tid)
{
	apply(t, &(struct event){ .type = EVENT_SWITCH, .cpu = cpu, .time = time,
				  .pid = pid, .tid = tid,
				  .sw = { .next_pid = -1, .next_tid = -1, .out = 1 } });
}

static inline void enter(struct timeline *t, int cpu, uint64_t time, int pid, int tid)
{
	apply(t, &(struct event){ .type = EVENT_VCPU_ENTER, .cpu = cpu, .time = time,
				  .pid = pid, .tid = tid });
}

static inline void leave(struct timeline *t, int cpu, uint64_t time, int pid, int tid)
{
	apply(t, &(struct event){ .type = EVENT_VCPU_EXIT, .cpu = cpu, .time = time,
				  .pid = pid, .tid = tid });
}

static inline void called(struct timeline *t, uint64_t time, int pid, int tid, const char *name)
{
	apply(t, &(struct event){ .type = EVENT_COMM, .cpu = -1, .time = time,
				  .pid = pid, .tid = tid, .comm.name = name });
}

static inline void forked(struct timeline *t, uint64_t time, int pid, int tid, int ppid, int ptid)
{
	apply(t, &(struct event){ .type = EVENT_FORK, .cpu = -1, .time = time, .pid = pid,
				  .tid = tid, .fork = { .ppid = ppid, .ptid = ptid } });
}

static inline void lost(struct timeline *t, int cpu, uint64_t time)
{
	apply(t, &(struct event){ .type = EVENT_LOST, .cpu = cpu, .time = time,
				  .pid = -1, .tid = -1, .lost.count = 3 });
}

/* A record at an exception level and time. */
static inline struct spe_record at(unsigned int el, uint64_t ticks)
{
	return (struct spe_record){ .pc = el ? KERNEL : USER, .pc_el = el, .ticks = ticks,
				    .has = SPE_HAS_PC | SPE_HAS_TICKS };
}

static inline struct spe_record without_time(struct spe_record rec)
{
	rec.ticks = 0;
	rec.has &= ~SPE_HAS_TICKS;
	return rec;
}

static inline struct spe_record with_el2(struct spe_record rec, uint32_t ctx)
{
	rec.ctx_el2 = ctx;
	rec.has |= SPE_HAS_CTX_EL2;
	return rec;
}

static inline struct spe_record with_el1(struct spe_record rec, uint32_t ctx)
{
	rec.ctx_el1 = ctx;
	rec.has |= SPE_HAS_CTX_EL1;
	return rec;
}

/* Seal, after counting CPU 0's records. */
static inline void seal_with(struct timeline *t, const struct input_clock *clock, bool physical_time,
			     const struct spe_record *recs, size_t n)
{
	struct census *c;

	assert_int_equal(timeline_seal_sideband(t, clock, physical_time), 0);
	c = census_new(t);
	assert_non_null(c);
	census_stream(c, 0, -1);
	assert_int_equal(census_add(c, recs, n), 0);
	assert_int_equal(timeline_decide(t, c, true), 0);
	census_free(c);
}

static inline struct owner whose_on(const struct timeline *t, int cpu, int tid, struct spe_record rec)
{
	struct timeline_cursor c;

	timeline_cursor_init(&c, t, cpu, tid);
	return *timeline_attribute(t, &c, &rec);
}

static inline struct owner whose(const struct timeline *t, struct spe_record rec)
{
	return whose_on(t, 0, -1, rec);
}

static inline void same_text(const char *what, const char *got, const char *want, int line)
{
	if (strcmp(got, want))
		fail_msg("line %d: %s is \"%s\", not \"%s\"", line, what, got, want);
}

static inline void owned(const struct owner *o, enum world world, enum basis basis, int line)
{
	same_text("world", world_name(o->world), world_name(world), line);
	same_text("basis", basis_name(o->basis), basis_name(basis), line);
}

/* owns(timeline, record, WORLD_, BASIS_): check the owner of a record of CPU 0 */
#define owns(t, rec, w, b) do { \
	struct owner owner_ = whose(t, rec); \
	owned(&owner_, WORLD_##w, BASIS_##b, __LINE__); \
} while (0)

/*
 * CPU 0: a shell; vCPU 0 is switched in at 100, is in its guest from 200 to 300 and from 400 to
 * 500, and is replaced by the shell at 600.
 */
static inline struct timeline *a_guest(enum host_mode mode, const struct input_clock *clock,
				       bool physical_time)
{
	struct timeline *t = timeline_new();

	assert_non_null(t);
	called(t, 0, SHELL, SHELL, "bash");
	called(t, 0, QEMU, QEMU, "qemu-system-aar");
	called(t, 0, QEMU, VCPU0, "CPU 0/KVM");
	came(t, 0, 10, SHELL, SHELL);
	left(t, 0, 100, SHELL, SHELL);
	came(t, 0, 100, QEMU, VCPU0);
	enter(t, 0, 200, QEMU, VCPU0);
	leave(t, 0, 300, QEMU, VCPU0);
	enter(t, 0, 400, QEMU, VCPU0);
	leave(t, 0, 500, QEMU, VCPU0);
	left(t, 0, 600, QEMU, VCPU0);
	came(t, 0, 600, SHELL, SHELL);
	timeline_set_mode(t, mode);
	assert_int_equal(timeline_seal(t, clock, physical_time), 0);
	return t;
}

#endif
