/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every order of events, by trying all of them: explicit states between events, and
 * every choice within an event, executed again from its start for each.
 *
 * A system is plain bytes and a table of events.  An event runs real code, which may
 * call explore_choose() wherever the machine is free.  States already seen are not
 * explored again; within an event a state is its bytes, the place, and what the code
 * under test has read so far (its local variables are functions of that).  States are
 * told apart by a 64-bit hash.
 */
#ifndef KVM_MODEL_EXPLORE_H
#define KVM_MODEL_EXPLORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct explore;

struct explore_system {
	size_t size;			/* of the state, a multiple of 8 bytes */
	unsigned int events;
	/* The event's name.  Lives as long as the program. */
	const char *(*name)(const void *state, unsigned int event);
	/* May it happen now? */
	bool (*may)(const void *state, unsigned int event);
	/* It happens. */
	void (*act)(struct explore *x, void *state, unsigned int event);
};

struct explore_result {
	size_t states;			/* between events */
	size_t points;			/* choices within */
	size_t runs;			/* executions of an event */
	bool complete;			/* all that can be reached, not just most_states */
	char verdict[256];		/* "" or the property broken */
	char trace[6000];		/* then: how, one step a line */
};

/* 0, or -ENOMEM.  most_states bounds the search. */
int explore_run(const struct explore_system *sys, const void *first, size_t most_states,
		struct explore_result *res);

/*
 * For code that explores.  x is NULL outside of an exploration: then the first choice is
 * taken, and a broken property ends the program.
 */

/*
 * A number below n; every one is tried.  n is at least 1.  What was chosen must be in the
 * state before the next choice, or else be learnt: explore_pick() does that.
 */
unsigned int explore_choose(struct explore *x, unsigned int n);
unsigned int explore_pick(struct explore *x, unsigned int n);

/* What the code under test has learnt, or a place it has come to. */
void explore_learn(struct explore *x, uint64_t what);

/* A property is broken: does not return. */
void explore_broken(struct explore *x, const char *fmt, ...)
	__attribute__((format(printf, 2, 3), noreturn));

/* A line for the trace; costs nothing unless a trace is made. */
void explore_trace(struct explore *x, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
