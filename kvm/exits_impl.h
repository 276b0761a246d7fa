/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVM_EXITS_IMPL_H
#define KVM_EXITS_IMPL_H

#include "kvm/exits.h"
#include "kvm/facts.h"
#include "kvm/irqs.h"
#include "kvm/ledger.h"
#include "kvm/relay.h"
#include "kvm/trail.h"

/* Private to exits*.c. */

#define NOBODY	SIZE_MAX

/* Values of exits.state_of that are not the number of a state. */
#define STATE_NONE	UINT32_MAX		/* not a thread of a vCPU */
#define STATE_BY_TIME	(UINT32_MAX - 1)	/* several vCPUs had the thread id in turn */

/* One CPU's facts: items of its trail, their ids those of facts. */
struct exit_lane {
	int32_t cpu;		/* -1: events without a CPU */
	bool unsorted;
	bool blind;		/* events between the last one and the next were lost */
	int32_t running;	/* thread; -1: not known */
	struct exit_cpu *times;	/* NULL: no vCPU ran here */
	size_t preempted;		/* first vCPU preempted here, linked by .next_preempted */

	struct trail trail;
	struct trail pieces;	/* exits being handled: at ticks, 1 + reason, PIECE_* */
	struct trail reasons;	/* pieces as spans: at ticks, 1 + reason or 0 */
};

/* Where the walk is in a lane. */
struct exit_source {
	struct trail_walk *walk;
	const struct trail_item *next;	/* NULL: end */
};

struct exit_state {
	struct ledger ledger;	/* first: exits_take_site() */
	size_t next_preempted;
	size_t lane;		/* where it was preempted; NOBODY: not preempted */
	uint64_t preempted_since;	/* ns */
};

/* A fact on its way to its CPU's trail. */
struct exit_fed {
	uint64_t at;		/* ns */
	struct ledger_fact fact;
	int32_t cpu;		/* -1: none */
	uint32_t hash;		/* facts_hash() */
};

/*
 * Two threads may work on it: while events come, the feed's has the numbers of facts and the lanes;
 * in the walk the main thread merges the lanes' trails, and the relay's has lanes and ledgers.  What
 * one of them writes for each event shares no cache line with what the other one reads.
 */
#define OWN_LINE	_Alignas(64)

struct exits {
	struct timeline *timeline;
	const struct input_clock *clock;	/* NULL: spans are not wanted */
	exit_site_fn *site_fn;		/* NULL: sites are not wanted */
	void *site_arg;
	bool threaded, has_file, stays_wanted;
	uint32_t lost;			/* number of the LEDGER_LOST fact */
	struct irqs *irqs;
	struct facts *facts;
	struct exit_state *states;	/* by vCPU, while walked */
	struct exit_thread {
		int32_t tid;
		size_t state;
	} *by_tid;			/* sorted */
	uint32_t *state_of;		/* by fact: its thread's state; STATE_* */
	struct exit_stays *stays;	/* by vCPU; NULL: not wanted */
	struct exit_vcpu *vcpus;
	size_t nr_vcpus;
	const struct exit_cpu **cpus;
	size_t nr_cpus;

	/* the main thread, while events come */
	OWN_LINE struct relay feed;
	struct exits_evidence evidence;
	struct time_span span;

	/* the main thread, in the walk */
	OWN_LINE struct exit_source *sources;	/* by lane */
	struct exit_next {
		uint64_t at;		/* ns: of the lane's next fact */
		size_t lane;
	} *heap;			/* the earliest first, then by lane */
	size_t nr_heap;

	/* the other thread */
	OWN_LINE struct exit_lane *lanes;	/* sorted by cpu */
	size_t nr_lanes, last_lane;
	unsigned int blind;		/* number of blind lanes */
	struct trail_file file;
	struct durations_late late;
};

/* A relay_fn for struct exit_fed, with struct exits. */
int exits_feed(void *arg, const void *items, size_t nr);

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
