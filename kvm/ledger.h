/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVM_LEDGER_H
#define KVM_LEDGER_H

#include "kvm/exits.h"

/* One vCPU thread's time, told fact by fact: shared by ledger.c, facts.c and exits*.c only. */

enum ledger_fact_kind {
	LEDGER_IN,		/* the thread gets a CPU */
	LEDGER_OUT,		/* leaves it of its own will */
	LEDGER_PREEMPT,		/* leaves it, and wants to go on */
	LEDGER_ENTER,
	LEDGER_EXIT,		/* reason, by class; value: the guest's PC, if that is wanted */
	LEDGER_WHY,
	LEDGER_USER,		/* value: exit_row.user */
	LEDGER_BORN,
	LEDGER_DEAD,
	LEDGER_LOST,		/* of the CPU, no thread's */
};

struct ledger_fact {
	int32_t tid;		/* -1: of no thread */
	uint8_t kind;		/* enum ledger_fact_kind */
	union {
		uint8_t why;	/* LEDGER_WHY: enum event_why */
		uint8_t reason;	/* LEDGER_EXIT: enum exit_reason */
	};
	union {
		uint8_t write;
		uint8_t fault;	/* WHY_FAULT: its kind, DFSC without its level */
	};
	uint8_t has_value;	/* of LEDGER_WHY and _EXIT; false where there were too many */
	uint64_t value;
};

/* So many pieces wait for the exit's end, which may tell more of its reason. */
#define LEDGER_PIECES	8

/* The exit being handled. */
struct ledger_exit {
	bool active;
	bool whole;		/* begun by a kvm_exit */
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
	unsigned int nr_pieces;
	struct ledger_piece {
		int32_t cpu;
		uint64_t from, to;	/* ns */
	} piece[LEDGER_PIECES];		/* where it was handled, on a CPU */
};

/* Takes a piece of an exit's handling.  0 or -errno. */
typedef int ledger_piece_fn(void *arg, enum exit_reason reason,
			    const struct ledger_piece *piece);

/* Takes time on a CPU within one slice of the recording.  0 or -errno. */
typedef int ledger_time_fn(void *arg, int32_t cpu, enum account to, unsigned int slice,
			   uint64_t ns);

struct ledger;

/* Takes where in the guest an exit came from: site.vcpu is not known here.  0 or -errno. */
typedef int ledger_site_fn(void *arg, const struct ledger *l, struct exit_site *site);

struct ledger {
	struct exit_vcpu v;
	enum account in;		/* guest, kernel, vmm or unknown: where, if on a CPU */
	enum account off;		/* halted, preempted or waiting, if off */
	enum { SCHED_UNKNOWN, SCHED_ON, SCHED_OFF } sched;
	bool met;		/* some fact was */
	bool dead;
	int32_t cpu;		/* the last one; -1: not known */
	uint64_t since;		/* ns: accounted up to there */
	uint64_t guest;		/* ns since the last entry */
	enum account stay_in;
	uint64_t stay;		/* ns so far in that account */
	struct ledger_exit exit;
	size_t last_row;
	const struct time_span *span;	/* of the recording; NULL: slices are not wanted */
	unsigned int slice;		/* of .since */
	uint64_t slice_end;		/* ns: where the next one begins */
	ledger_piece_fn *take_piece;	/* NULL: not wanted */
	ledger_time_fn *take_time;	/* likewise */
	ledger_site_fn *take_site;	/* likewise */
	void *arg;
	int err;		/* of the three, or no memory for slices */
};

/* Begin at a time, knowing nothing. */
void ledger_begin(struct ledger *l, int32_t tid, uint64_t time);
/* Slices of the span are wanted, too; it is borrowed.  Before the first fact. */
void ledger_slices(struct ledger *l, const struct time_span *span);
void ledger_clear(struct ledger *l);

/* The next fact, in time order.  0 or -ENOMEM. */
int ledger_apply(struct ledger *l, const struct ledger_fact *f, uint64_t time, int32_t cpu);

/* From then on nothing is known of the thread.  0 or -ENOMEM. */
int ledger_lose(struct ledger *l, uint64_t time);

/* The last fact was before.  0 or -ENOMEM. */
int ledger_end(struct ledger *l, uint64_t time);

#endif
