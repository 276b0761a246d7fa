/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_GEN_MACHINE_H
#define TESTS_GEN_MACHINE_H

#include "tests/tools/gen.h"
#include "tests/tools/gen_buf.h"
#include "tests/tools/gen_place.h"
#include "tests/tools/truth.h"

/*
 * The machine: which thread runs where and when, and which operations are sampled.  A server with
 * user processes, kernel threads and VMs; every CPU hosts one thread of each process and two vCPUs.
 * Time is divided into windows: at a window's end every CPU is idle, and threads may have moved
 * when the next one begins.
 */

#define GEN_USERS     6 /* processes with a thread on every CPU */
#define GEN_VM_VCPUS  4
#define GEN_CPU_VCPUS 2 /* vCPU threads that share a CPU */
#define GEN_VM_SLOT   (1 + GEN_USERS)
#define GEN_KTHREAD   (GEN_VM_SLOT + GEN_CPU_VCPUS)
#define GEN_SLOTS     (GEN_KTHREAD + 1)
#define GEN_PROCESSES (GEN_USERS + 2) /* including the build's compilers and the VMM */
#define GEN_BUILD     (GEN_USERS)
#define GEN_VMM       (GEN_USERS + 1)

#define GEN_KERNEL_TEXT 0xffff800080000000ull
/* Files that processes map, and the place of their code there. */
#define GEN_LIBRARY        "/usr/lib/aarch64-linux-gnu/libc.so.6"
#define GEN_LIBRARY_OFFSET 0x20000
#define GEN_PROGRAM_OFFSET 0x10000

#define GEN_VMM_PID     20000
#define GEN_BUILD_PID   40000 /* plus the window: one compiler in each */

enum gen_task_kind { GEN_IDLE, GEN_USER, GEN_VCPU, GEN_KERNEL };

struct gen_task {
	int32_t pid, tid;
	uint8_t kind;
	uint8_t process; /* that its text belongs to */
	int32_t vcpu;    /* number in its VM; GEN_VCPU only */
};

struct gen_machine {
	const struct gen_config *cfg;
	struct gen_rng rng;
	uint64_t time_zero; /* ns on the perf clock at tick 0 */
	uint32_t mult, shift;
	uint64_t start; /* tick of the first window */
	uint64_t window_ticks;
	uint32_t gap; /* ticks between samples, on average */
	uint64_t records, guest_records;
	/* sum of the total latencies of all records, and of their squares */
	uint64_t cycles, squares;
	/* for --cause: number of records, sum of gen_cause_cycles(), and of its squares */
	uint64_t caused, cause_cycles, cause_squares;
	uint64_t caused_far;	/* records of the cause whose data is on another node */
	uint64_t limit; /* of records, over all CPUs */
	uint64_t remaps; /* mmaps of --remaps so far */
	struct gen_places kernel, swtch, guest_kernel, guest_user;
	struct gen_places user[GEN_PROCESSES];
	struct gen_rng cycles_rng; /* only for what --cycles adds */
	FILE *cycles_truth;        /* NULL: none */
};

/* The output of one CPU for one window. */
struct gen_slice {
	int32_t cpu;
	uint64_t from, until; /* ticks */
	uint64_t limit;       /* records */
	uint64_t offset;      /* in the CPU's stream, so far */
	struct gen_buf aux;
	struct gen_buf sideband;    /* perf records */
	uint64_t records;           /* of the CPU, so far */
	uint64_t lost;              /* records dropped since the last one that was kept */
	struct truth_record *truth; /* of this window */
	size_t nr_truth, max_truth;
};

void gen_machine_init(struct gen_machine *m, const struct gen_config *cfg);
void gen_machine_free(struct gen_machine *m);

uint64_t gen_ns(const struct gen_machine *m, uint64_t ticks);
uint32_t gen_nr_vms(const struct gen_machine *m);
/* The thread in a CPU's slot during a window. */
struct gen_task gen_task(const struct gen_machine *m, int32_t cpu, unsigned int slot,
			 uint64_t window);
const char *gen_process_name(unsigned int process);
/* The addresses of a process' program and its C library. */
uint64_t gen_program_text(unsigned int process);
/* Its executable. */
void gen_program_path(char *path, size_t size, unsigned int process);
uint64_t gen_library_text(unsigned int process);

/* Run a CPU from s->from to s->until: adds to s->aux, sideband, truth. */
void gen_machine_run(struct gen_machine *m, struct gen_slice *s, uint64_t window);

#endif
