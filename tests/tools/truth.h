/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_TRUTH_H
#define TESTS_TRUTH_H

#include <stdint.h>

/*
 * The truth file describes the contents of a generated recording: truth_records after a
 * truth_header, in this machine's byte order.  It deliberately shares no definition with decoder/:
 * both follow the architecture independently.
 */

#define TRUTH_MAGIC 0x3148545552544b50ull

struct truth_header {
	uint64_t magic;
	uint32_t record_size; /* bytes */
	uint32_t nr_cpus;
	uint64_t records;
	uint64_t aux_bytes; /* of all streams */
	uint8_t vhe;        /* 1: the host's kernel runs at EL2 */
	uint8_t damaged;    /* 1: the streams were damaged on purpose */
	uint8_t pad[6];
};

/* One bit per packet. */
enum {
	TRUTH_PC = 1 << 0,
	TRUTH_TARGET = 1 << 1,
	TRUTH_PREV = 1 << 2,
	TRUTH_VA = 1 << 3,
	TRUTH_PA = 1 << 4,
	TRUTH_EVENTS = 1 << 5,
	TRUTH_OP = 1 << 6,
	TRUTH_TOTAL = 1 << 7,
	TRUTH_ISSUE = 1 << 8,
	TRUTH_XLAT = 1 << 9,
	TRUTH_SOURCE = 1 << 10,
	TRUTH_CTX1 = 1 << 11,
	TRUTH_CTX2 = 1 << 12,
	TRUTH_TICKS = 1 << 13,
	NR_TRUTH_PACKETS = 14,

	/* For .damaged only: */
	TRUTH_PAD = 1 << 30,  /* its padding */
	TRUTH_CUT = 1u << 31, /* its end is missing in the stream */
};

enum truth_world {
	TRUTH_HOST_USER = 1,
	TRUTH_HOST_KERNEL,
	TRUTH_SWITCH,
	TRUTH_GUEST_USER,
	TRUTH_GUEST_KERNEL,
};

struct truth_record {
	uint64_t offset; /* bytes from the start of the CPU's AUX stream */
	uint64_t ticks;
	uint64_t pc, target, prev_target; /* full virtual addresses */
	uint64_t va, pa;
	uint64_t events;
	uint32_t ctx_el1, ctx_el2;
	uint32_t has;     /* TRUTH_* */
	uint32_t damaged; /* TRUTH_*: packets with a changed byte */
	int32_t cpu;
	int32_t pid, tid; /* the thread on the CPU; in a guest the vCPU's */
	int32_t vm;       /* pid of the VM's process; -1 */
	int32_t vcpu;     /* number in its VM; -1 */
	uint16_t total, issue, xlat, source;
	uint16_t size; /* bytes, including padding after it */
	uint8_t op_class, op;
	uint8_t pc_el, pc_ns, target_el, target_ns, prev_el, prev_ns;
	uint8_t pa_attr; /* byte 7 of the PA packet */
	uint8_t world;   /* enum truth_world */
	uint16_t cgroup; /* number, for truth_cgroup_path() */
};

#endif
