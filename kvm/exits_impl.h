/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVM_EXITS_IMPL_H
#define KVM_EXITS_IMPL_H

#include "kvm/exits.h"
#include "kvm/facts.h"
#include "kvm/irqs.h"
#include "kvm/ledger.h"
#include "kvm/trail.h"

/* The insides of exits: shared by exits.c, exits_walk.c and exits_spans.c only. */

#define NOBODY	SIZE_MAX

/* One CPU's facts: items of its trail, their ids those of facts. */
struct exit_lane {
	int32_t cpu;		/* -1: events that name none */
	bool unsorted;
	struct trail trail;
	struct trail pieces;	/* of exits' handling: at ticks, 1 + reason, PIECE_* */
	struct exit_cpu *times;	/* NULL: no vCPU ran here */
	struct trail reasons;	/* the same as spans: at ticks, 1 + reason or 0 */

	/* while it is walked */
	struct trail_walk *walk;
	const struct trail_item *next;	/* NULL: it is at its end */
	bool blind;		/* events are lost between the last one and the next */
	int32_t running;	/* thread; -1: not known */
	size_t robbed;		/* a vCPU preempted here; more by .next_robbed; NOBODY */
};

struct exit_state {
	struct ledger ledger;	/* first: exits_take_site() */
	size_t next_robbed;
	size_t lane;		/* where it was preempted; NOBODY: it is not */
	uint64_t robbed_since;	/* ns */
};

struct exits {
	struct facts *facts;
	uint32_t lost;		/* the number of the one fact that is LEDGER_LOST */
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
	size_t *heap, nr_heap;		/* of lanes, the earliest first */
	unsigned int blind;		/* lanes that are */
	struct exit_vcpu *vcpus;
	size_t nr_vcpus;
};

/* All facts in time order, through the ledgers.  0 or -errno. */
int exits_walk(struct exits *x);

/* Where the CPU's lane is, or would be. */
size_t exits_lane(const struct exits *x, int32_t cpu);

/* A piece of an exit's handling, for a ledger.  0 or -errno. */
int exits_take_piece(void *arg, enum exit_reason reason, const struct ledger_piece *piece);
/* The pieces, as spans, to the timeline, if they are wanted.  0 or -errno. */
int exits_tell_timeline(struct exits *x);

#endif
