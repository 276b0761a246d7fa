/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_DOCTOR_PROBE_H
#define CMD_DOCTOR_PROBE_H

#include "cmd/doctor/checks.h"
#include "cmd/run.h"
#include "collector/host/host.h"

/*
 * `spelunk doctor --probe`: run a guest of our own, record it with SPE, and judge what came.
 *   collect.c	the recordings and measurements: evidence
 *   machine.c	the virtual machine, which runs guest.S
 *   records.c	what is in a recording
 *   judge.c	evidence becomes answers; it runs nothing and opens nothing
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
 * Where the guest's code is, at addresses that nothing else of this thread has; and the host's
 * loop, of which it is known as well how many operations it takes.
 */
struct probe_code {
	uint64_t kernel, kernel_end, user, user_end;
	uint64_t loop, loop_end;
};

/* What one recording has. */
struct probe_records {
	int refused;			/* -errno: the kernel does not open such an event */
	uint64_t turns;			/* of the host's loop, and of COMMAND_WORK */
	uint64_t exits;			/* of the guest: its hypercalls and our device's */
	uint64_t due;			/* records of the guest, by the operations of its loops */
	uint64_t loop_due;		/* and of the host's loop */
	uint64_t records;
	uint64_t loop;			/* of the host's, in its loop */
	uint64_t host;			/* of them; the next three are the guest's */
	uint64_t kernel, user;		/* inside the guest's code of EL1, of EL0 */
	uint64_t elsewhere;		/* at the guest's EL1, but not inside its code */
	uint64_t elsewhere_pc;		/* of the first of those */
	bool clock;			/* perf says how ticks become ns */
	uint64_t begin, end;		/* ns on perf's clock, around it; 0: not known */
	uint64_t untimed;		/* records without a timestamp */
	uint64_t early, late;		/* records before .begin, after .end */
	uint64_t back;			/* records with an earlier time than the one before */
	uint64_t back_most;		/* ticks */
	uint64_t regions;		/* of AUX bytes */
	uint64_t truncated, partial, collided;	/* of them with that flag */
	uint64_t lost_samples;		/* PERF_RECORD_LOST_SAMPLES */
	uint64_t skipped;		/* bytes that are no record */
};

struct probe_memory {
	uint64_t bytes;			/* compared */
	uint64_t changed;		/* of them */
	uint64_t first;			/* where the first is, from the start of memory */
	uint8_t found[8];		/* and what is there */
};

/* Bits by enum probe_register. */
struct probe_traps {
	bool done;
	uint64_t readable, writable;
};

#define PROBE_COST_RUNS		5

/* ns of a hypercall and back, of each run. */
struct probe_cost {
	bool done;
	uint64_t calls;			/* of each run */
	double off[PROBE_COST_RUNS], on[PROBE_COST_RUNS];	/* ascending */
};

struct probe_evidence {
	int32_t cpu;			/* on which all ran */
	uint64_t period;		/* operations */
	struct probe_records run[NR_PROBE_RUNS];
	struct probe_memory memory;
	struct probe_traps traps;
	struct probe_cost cost;
};

/* Collect it, about a second.  0, or -errno with a sentence in err: what it could not, and why. */
int probe_collect(struct probe_evidence *out, const struct host *h, char *err, size_t errlen);

/* Add the records of a recording to *out, of which .clock and below are all zero. */
int probe_read(struct probe_records *out, const char *path, const struct probe_code *code,
	       const struct host *h, char *err, size_t errlen);
/* Names of the thread, and so COMM records, right before and after what is recorded. */
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
	char text[768];			/* figures, and what follows from them */
};

/* Fill all answers.  Returns what they come to: BAD, else UNKNOWN if one is, else GOOD. */
enum probe_verdict probe_judge(const struct host *h, const struct probe_evidence *e,
			       struct probe_answer answers[NR_QUESTIONS]);

struct probe_result {
	const struct host *host;
	struct probe_evidence evidence;
	struct probe_answer answers[NR_QUESTIONS];
	enum probe_verdict all;
};
void probe_print_text(const struct output *o, const struct probe_result *r);
/* The keys only ever grow: spelunk-doctor(1). */
void probe_print_json(FILE *out, const struct probe_result *r);

/*
 * All of it.  The exit code: bad, or not; or -errno with a sentence in run->err, and
 * run->exit.
 */
int doctor_probe(struct run *run, const struct doctor_args *a, const struct output *o);

#endif
