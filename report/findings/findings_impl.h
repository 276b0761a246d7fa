/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_FINDINGS_IMPL_H
#define REPORT_FINDINGS_IMPL_H

#include "base/intern.h"
#include "profile/costly.h"
#include "report/findings/findings.h"

enum finding_id {
#define FINDING(id, name, percent, least, what, show, filter, next) FINDING_##id,
#include "report/findings/findings.def"
#undef FINDING
	NR_FINDING_IDS
};

/* A row of findings.def. */
struct finding_row {
	const char *name, *what, *show, *filter, *next;
	double percent;
	uint64_t least;
};
const struct finding_row *finding_row(enum finding_id id);

/* The share of one cause in all latency cycles. */
struct cause {
	struct tally t;			/* its samples and cycles */
	double percent, low, high;	/* % of all, and its 95 % interval */
	enum {
		CAUSE_OPEN,		/* too few samples to decide */
		CAUSE_FOUND,
		CAUSE_RULED_OUT,
		CAUSE_UNSEEN,		/* this recording could not show it */
	} verdict;
};

/* A proportion and its 95 % interval. */
struct share {
	double value, low, high;
};
struct share share_wilson(uint64_t part, uint64_t whole);
struct share share_of_n(double p, double n);	/* p of n samples; n above 0 */

/* Code that counts as one: a function, or all code in an object without symbols. */
struct code {
	const char *symbol, *object;	/* symbol "": no symbol */
	int32_t vm;
	uint64_t samples, weight;
};

/* Code whose shares of time and of operations differ: in %; time is by samples of CPU cycles. */
struct time_cause {
	struct code code;		/* .samples: of CPU cycles */
	uint64_t of;			/* number of all such samples; 0: there is no such code */
	struct share time, operations;
	double latency;
	bool kernel;			/* its functions may enable interrupts */
	/* the code with most time, if that is other code; symbol NULL: it is this one */
	struct code longest;
	double longest_time, longest_latency;
};

/* Loads, by the samples that were kept of them. */
struct node_sum {
	uint64_t operations, cycles;
};

/* A VM (.pid is its VMM's) or, with .vm -1, a process of the host. */
struct node_owner {
	int32_t vm, pid;
	const char *comm;		/* "" unknown */
	int32_t cpu_node, node;		/* the pair of nodes with most cycles of far data */
	uint64_t cycles, pair;		/* of loads of far data; of these, between those nodes */
	uint64_t known, unknown;	/* samples whose nodes are known, and the others */
	struct share far;		/* far ones of the loads whose nodes are known, 0 to 1 */
};

/*
 * Loads that miss L1D and may reach memory, by the node of their data: on the CPU's own node, on
 * another one, or unknown.
 */
struct node_cause {
	bool several;			/* the machine has more than one node, as recorded */
	struct node_sum near, far, unknown;
	struct node_owner owner;	/* with most cycles of far data; .cycles 0: none is known */
};

/* All causes, and the totals. */
struct causes {
	const struct report_data *d;
	struct tally all;		/* total latency of all samples */
	struct cause cause[NR_FINDING_IDS];
	double lost;			/* share of all samples that were lost, 0 to 1, as far as
					 * known */
	struct time_cause waits, overlaps;
	struct node_cause nodes;
};
void causes_measure(struct causes *c, const struct report_data *d);

/* Mispredicted branches per 1000 operations, and the 95 % interval. */
#define MISPREDICTED_LEAST	5	/* from this number on they are a finding */
struct share causes_mispredicted(const struct causes *c);

/* The samples of FINDING_NODES, and .nodes. */
void causes_nodes(struct causes *c);
/* A load of data that is on another node than the CPU, and that no cache of its node had. */
bool costly_is_far(const struct costly_sample *s);

/* The causes by time: .waits and .overlaps. */
void causes_time(struct causes *c);

/* Mean latency in cycles of a tally in the summary; 0: none. */
double causes_mean_of(const struct causes *c, const struct tally *t);
double causes_mean(const struct causes *c, enum sample_kind kind);

/* All zeros: none.  codes_free() it. */
struct codes {
	struct code *list;
	size_t nr;
	uint64_t samples, weight;	/* of all code */
	/* of code without symbols: texts of objects, and pairs of such a number and a VM */
	struct intern objects, nameless;
	size_t *at;			/* by number of a pair: its index in list */
	size_t nr_at;
};
/* The code of a row by symbol and object, possibly also by VM; without .samples and .weight. */
struct code code_of(const struct rows *r, const struct value *keys);
bool code_has(const struct code *c, const char *symbol, const char *object, int32_t vm);
/*
 * The texts are borrowed; calls for one function must be consecutive, and come before codes_sort().
 * False: out of memory.
 */
bool codes_add(struct codes *all, const char *symbol, const char *object, int32_t vm,
	       uint64_t samples, uint64_t weight);
void codes_sort(struct codes *all);	/* largest weight first */
void codes_free(struct codes *all);

/* Find the code with most of a cause. */
void finding_place(struct finding_place *out, const struct report_data *d, enum finding_id id);

/* Write its sentences. */
void finding_say(struct finding *f, const struct causes *c, enum finding_id id);

struct words;
/* "guest_chase of vm 1", "code without a symbol in libc.so.6". */
void finding_code(struct words *w, const char *symbol, const char *object, int32_t vm);
/* List all causes with that verdict: "stores (3.1 %), data from another socket (none)". */
void causes_list(struct words *w, const struct causes *c, unsigned int verdict);

#endif
