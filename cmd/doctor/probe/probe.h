/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_DOCTOR_PROBE_H
#define CMD_DOCTOR_PROBE_H

#include "cmd/doctor/checks.h"
#include "cmd/run.h"
#include "collector/host/host.h"

/*
 * `spelunk doctor --probe`: run a guest of our own, record it with SPE, and judge the result.
 *   collect.c	makes the recordings and measurements: evidence
 *   machine.c	the virtual machine, which runs guest.S
 *   records.c	reads a recording
 *   judge.c	turns evidence into answers; runs and opens nothing
 *   print.c	text and JSON
 */

enum probe_run {
#define RUN(id, name, guests, no_host, what) PROBE_##id,
#include "cmd/doctor/probe/runs.def"
#undef RUN
	NR_PROBE_RUNS
};
const char *probe_run_name(enum probe_run r);

/* Registers of registers.def, as bits. */
enum probe_register {
#define REGISTER(name, op1, m, op2) PROBE_REGISTER_##name,
#include "cmd/doctor/probe/registers.def"
#undef REGISTER
	NR_PROBE_REGISTERS
};
const char *probe_register_name(enum probe_register r);

/*
 * The guest's code, at addresses that this thread uses for nothing else; and the host's loop, whose
 * number of operations is known, too.
 */
struct probe_code {
	uint64_t kernel, kernel_end, user, user_end;
	uint64_t loop, loop_end;
};

/* Contents of one recording. */
struct probe_records {
	int refused;			/* -errno: the kernel refused to open the event */
	uint64_t turns;			/* of the host's loop, and of COMMAND_WORK */
	uint64_t exits;			/* of the guest: hypercalls and accesses to our device */
	uint64_t due;			/* expected records of the guest, by the operations in
					 * its loops */
	uint64_t loop_due;		/* expected records of the host's loop */
	uint64_t records;
	uint64_t loop;			/* records of the host in its loop */
	uint64_t host;			/* records of the host; the next three are of the guest */
	uint64_t kernel, user;		/* in the guest's code at EL1, at EL0 */
	uint64_t elsewhere;		/* at the guest's EL1, but outside of its code */
	uint64_t elsewhere_pc;		/* PC of the first of those */
	bool clock;			/* perf provides the conversion from ticks to ns */
	uint64_t begin, end;		/* ns on perf's clock, before and after the recording; 0:
					 * unknown */
	uint64_t untimed;		/* records without a timestamp */
	uint64_t early, late;		/* records before .begin, after .end */
	uint64_t back;			/* records that are earlier than their predecessor */
	uint64_t back_most;		/* ticks: the largest such difference */
	uint64_t regions;		/* number of AUX regions */
	uint64_t truncated, partial, collided;	/* regions with that flag */
	uint64_t lost_samples;		/* PERF_RECORD_LOST_SAMPLES */
	uint64_t skipped;		/* bytes outside of records */
};

struct probe_memory {
	uint64_t bytes;			/* compared */
	uint64_t changed;		/* number of different ones */
	uint64_t first;			/* offset of the first one in memory */
	uint8_t found[8];		/* the bytes there */
};

/* Bits by enum probe_register. */
struct probe_traps {
	bool done;
	uint64_t readable, writable;
};

#define PROBE_COST_RUNS		5

/* ns of a hypercall and its return, in each run. */
struct probe_cost {
	bool done;
	uint64_t calls;			/* per run */
	double off[PROBE_COST_RUNS], on[PROBE_COST_RUNS];	/* ascending */
};

struct probe_evidence {
	int32_t cpu;			/* on which everything ran */
	uint64_t period;		/* operations */
	struct probe_records run[NR_PROBE_RUNS];
	struct probe_memory memory;
	struct probe_traps traps;
	struct probe_cost cost;
};

/*
 * Collect the evidence in about a second.  0, or -errno with a sentence in err: what failed, and
 * why.
 */
int probe_collect(struct probe_evidence *out, const struct host *h, char *err, size_t errlen);

/* Add the records of a recording to *out, in which .clock and all later fields are zero. */
int probe_read(struct probe_records *out, const char *path, const struct probe_code *code,
	       const struct host *h, char *err, size_t errlen);
/*
 * Names given to the thread, and so COMM records, immediately before and after the recorded part.
 */
#define PROBE_BEGIN		"probe-begin"
#define PROBE_END		"probe-end"

enum probe_question {
#define QUESTION(id, name, question) QUESTION_##id,
#include "cmd/doctor/probe/questions.def"
#undef QUESTION
	NR_QUESTIONS
};
const char *probe_question_name(enum probe_question q);
const char *probe_question_text(enum probe_question q);

enum probe_verdict { PROBE_UNKNOWN, PROBE_GOOD, PROBE_BAD, NR_PROBE_VERDICTS };
const char *probe_verdict_name(enum probe_verdict v);	/* "unknown", "good", "bad" */

struct probe_answer {
	enum probe_verdict verdict;
	char text[768];			/* figures and conclusions */
};

/* Fill all answers.  Returns the overall verdict: BAD, else UNKNOWN if any is, else GOOD. */
enum probe_verdict probe_judge(const struct host *h, const struct probe_evidence *e,
			       struct probe_answer answers[NR_QUESTIONS]);

struct probe_result {
	const struct host *host;
	struct probe_evidence evidence;
	struct probe_answer answers[NR_QUESTIONS];
	enum probe_verdict all;
};
void probe_print_text(const struct output *o, const struct probe_result *r);
/* Keys are only ever added: spelunk-doctor(1). */
void probe_print_json(FILE *out, const struct probe_result *r);

/* Run the probe.  Returns the exit code; or -errno with a sentence in run->err, and run->exit. */
int doctor_probe(struct run *run, const struct doctor_args *a, const struct output *o);

#endif
