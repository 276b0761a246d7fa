/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVM_LEDGER_H
#define KVM_LEDGER_H

#include "kvm/exits.h"

/* The state machine of one vCPU thread: private to ledger.c, facts.c and exits*.c. */

enum ledger_fact_kind {
	LEDGER_IN,		/* scheduled in */
	LEDGER_OUT,		/* scheduled out, blocked */
	LEDGER_PREEMPT,		/* scheduled out, still runnable */
	LEDGER_ENTER,
	LEDGER_EXIT,		/* reason, by class; value: the guest's PC, if asked for */
	LEDGER_WHY,
	LEDGER_USER,		/* value: exit_row.user */
	LEDGER_BORN,
	LEDGER_DEAD,
	LEDGER_LOST,		/* events of the CPU were lost; of no thread */
};

struct ledger_fact {
	int32_t tid;		/* -1: no thread */
	uint8_t kind;		/* enum ledger_fact_kind */
	union {
		uint8_t why;	/* LEDGER_WHY: enum event_why */
		uint8_t reason;	/* LEDGER_EXIT: enum exit_reason */
	};
	union {
		uint8_t write;
		uint8_t fault;	/* WHY_FAULT: its kind, DFSC without its level */
	};
	uint8_t has_value;	/* LEDGER_WHY and _EXIT; false if there were too many different ones */
	uint64_t value;
};

/* Pieces kept until the exit's end, when its reason is known. */
#define LEDGER_PIECES	8

/* The exit being handled. */
struct ledger_exit {
	bool active;
	bool whole;		/* its kvm_exit was seen */
	enum exit_reason reason;	/* by class */
	uint32_t user;
	uint32_t seen;		/* 1 << enum event_why */
	bool wfe, write, has_detail;
	uint8_t fault;
	uint8_t detail_why;	/* enum event_why */
	uint64_t detail;
	bool has_site;
	struct exit_site site;
	uint64_t ns[NR_ACCOUNTS];
	unsigned int nr_pieces;		/* in ledger.piece */
};

/* A time in which a CPU handled an exit. */
struct ledger_piece {
	int32_t cpu;
	uint64_t from, to;	/* ns */
};

/* Called for a piece of an exit's handling.  0 or -errno. */
typedef int ledger_piece_fn(void *arg, enum exit_reason reason,
			    const struct ledger_piece *piece);

/* Called for time on a CPU within one time slice.  0 or -errno. */
typedef int ledger_time_fn(void *arg, int32_t cpu, enum account to, unsigned int slice,
			   uint64_t ns);

struct ledger;

/* Called for the guest instruction that caused an exit; site.vcpu is not set.  0 or -errno. */
typedef int ledger_site_fn(void *arg, const struct ledger *l, struct exit_site *site);

/* Called, in time order, for each change to another account.  0 or -errno. */
typedef int ledger_stay_fn(void *arg, const struct ledger *l, enum account in, uint64_t from);
/* Called for a whole exit, once its reason is known.  0 or -errno. */
typedef int ledger_handled_fn(void *arg, const struct ledger *l, enum exit_reason reason,
			      uint64_t from, uint64_t until);

/* What each fact needs comes first. */
struct ledger {
	enum account in;		/* while on a CPU: guest, kernel, vmm or unknown */
	enum account off;		/* while off: halted, preempted or waiting */
	enum { SCHED_UNKNOWN, SCHED_ON, SCHED_OFF } sched;
	bool met;		/* has seen a fact */
	bool dead;
	int32_t cpu;		/* the last one; -1: not known */
	uint64_t since;		/* ns: time up to here is accounted */
	uint64_t guest;		/* ns since the last entry */
	enum account stay_in;
	uint64_t stay;		/* ns so far in that account */
	struct ledger_exit exit;
	size_t last_row;
	const struct time_span *span;	/* of the recording; NULL: no slices */
	unsigned int slice;		/* of .since */
	uint64_t slice_end;		/* ns: where the next one begins */
	ledger_piece_fn *take_piece;	/* NULL: not called */
	ledger_time_fn *take_time;	/* likewise */
	ledger_site_fn *take_site;	/* likewise */
	ledger_stay_fn *take_stay;	/* likewise */
	ledger_handled_fn *take_handled;	/* likewise */
	void *arg;
	struct durations_late *late;	/* of all rows, until the caller catches up */
	int err;		/* of these functions, or -ENOMEM for slices */
	struct exit_vcpu v;
	uint16_t row_of[NR_REASONS];	/* the last row of each reason, as far as is known */
	struct ledger_piece piece[LEDGER_PIECES];	/* of .exit */
};

/* Begin at a time, with an unknown state. */
void ledger_begin(struct ledger *l, int32_t tid, uint64_t time);
/* Count time slices of the span, which is borrowed.  Before the first fact. */
void ledger_slices(struct ledger *l, const struct time_span *span);
void ledger_clear(struct ledger *l);

/* Fetch into the cache what the end of the present exit will change. */
void ledger_fetch(const struct ledger *l);

/* The next fact, in time order.  0 or -ENOMEM. */
int ledger_apply(struct ledger *l, const struct ledger_fact *f, uint64_t time, int32_t cpu);

/* The state is unknown from this time on.  0 or -ENOMEM. */
int ledger_lose(struct ledger *l, uint64_t time);

/* End the ledger at this time, after the last fact.  0 or -ENOMEM. */
int ledger_end(struct ledger *l, uint64_t time);

#endif
