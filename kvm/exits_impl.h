/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVM_EXITS_IMPL_H
#define KVM_EXITS_IMPL_H

#include "kvm/exits.h"
#include "kvm/facts.h"
#include "kvm/irqs.h"
#include "kvm/ledger.h"
#include "kvm/trail.h"

/* Private to exits.c, exits_walk.c and exits_spans.c. */

#define NOBODY	SIZE_MAX

/* Values of exits.state_of that are not the number of a state. */
#define STATE_NONE	UINT32_MAX		/* not a thread of a vCPU */
#define STATE_BY_TIME	(UINT32_MAX - 1)	/* several vCPUs had the thread id in turn */

/* One CPU's facts: items of its trail, their ids those of facts. */
struct exit_lane {
	int32_t cpu;		/* -1: events without a CPU */
	bool unsorted;
	/* during the walk: in one cache line with .times, which each fact needs */
	bool blind;		/* events between the last one and the next were lost */
	int32_t running;	/* thread; -1: not known */
	struct exit_cpu *times;	/* NULL: no vCPU ran here */
	struct trail_walk *walk;
	const struct trail_item *next;	/* NULL: end */
	size_t preempted;		/* first vCPU preempted here, linked by .next_preempted */

	struct trail trail;
	struct trail pieces;	/* exits being handled: at ticks, 1 + reason, PIECE_* */
	struct trail reasons;	/* pieces as spans: at ticks, 1 + reason or 0 */
};

struct exit_state {
	struct ledger ledger;	/* first: exits_take_site() */
	size_t next_preempted;
	size_t lane;		/* where it was preempted; NOBODY: not preempted */
	uint64_t preempted_since;	/* ns */
};

struct exits {
	struct facts *facts;
	uint32_t lost;		/* number of the LEDGER_LOST fact */
	struct irqs *irqs;
	struct trail_file file;
	bool has_file;
	struct exit_lane *lanes;	/* sorted by cpu */
	size_t nr_lanes, last_lane;
	struct exits_evidence evidence;
	struct time_span span;
	const struct exit_cpu **cpus;
	size_t nr_cpus;

	struct timeline *timeline;
	const struct input_clock *clock;	/* NULL: spans are not wanted */
	exit_site_fn *site_fn;		/* NULL: sites are not wanted */
	void *site_arg;
	struct exit_state *states;	/* by vCPU, while walked */
	struct exit_thread {
		int32_t tid;
		size_t state;
	} *by_tid;			/* sorted */
	uint32_t *state_of;		/* by fact: its thread's state; STATE_* */
	struct exit_due {
		uint64_t at;		/* ns: of the lane's next fact */
		size_t lane;
	} *heap;			/* the earliest first, then by lane */
	size_t nr_heap;
	unsigned int blind;		/* number of blind lanes */
	struct exit_vcpu *vcpus;
	size_t nr_vcpus;
	bool stays_wanted;
	struct exit_stays *stays;	/* by vCPU; NULL: not wanted */
};

/* Apply all facts to the ledgers, in time order.  0 or -errno. */
int exits_walk(struct exits *x);

/* The index of the CPU's lane, or where it would be inserted. */
size_t exits_lane(const struct exits *x, int32_t cpu);

/* A ledger_piece_fn. */
int exits_take_piece(void *arg, enum exit_reason reason, const struct ledger_piece *piece);
/* Give the pieces to the timeline, as spans, if asked for.  0 or -errno. */
int exits_tell_timeline(struct exits *x);

/* exits_stays.c: before the walk, with the number of vCPUs.  0 or -ENOMEM. */
int exits_begin_stays(struct exits *x, size_t nr);
void exits_free_stays(struct exits *x);
/* Implement ledger_stay_fn and ledger_handled_fn. */
int exits_take_stay(void *arg, const struct ledger *l, enum account in, uint64_t from);
int exits_take_handled(void *arg, const struct ledger *l, enum exit_reason reason, uint64_t from,
		       uint64_t until);

#endif
