/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_FINDINGS_IMPL_H
#define REPORT_FINDINGS_IMPL_H

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

/* What one cause takes of all latency cycles. */
struct cause {
	struct tally t;			/* what it takes */
	double percent, low, high;	/* of all, and its 95 % interval */
	enum {
		CAUSE_OPEN,		/* too few samples decide */
		CAUSE_FOUND,
		CAUSE_RULED_OUT,
		CAUSE_UNSEEN,		/* these records could not show it */
	} verdict;
};

/* A proportion and its 95 % interval. */
struct share {
	double value, low, high;
};
struct share share_wilson(uint64_t part, uint64_t whole);

/* Code that counts together: a function, or all code of an object that no symbol names. */
struct code {
	const char *symbol, *object;	/* symbol "": no symbol names it */
	int32_t vm;
	uint64_t samples, weight;
};

/* Code of which the shares differ: %, of time by samples of CPU cycles. */
struct time_cause {
	struct code code;		/* .samples of CPU cycles */
	uint64_t of;			/* of so many; 0: there is none */
	struct share time, operations;
	double latency;
	bool kernel;			/* its functions may enable interrupts */
	/* the code that takes more time than any other, if this is not it: symbol NULL: it is */
	struct code longest;
	double longest_time, longest_latency;
};

/* All of them, and what they are parts of. */
struct causes {
	const struct report_data *d;
	struct tally all;		/* total latency of all samples */
	struct cause cause[NR_FINDING_IDS];
	double lost;			/* of all samples, 0 to 1, as far as that is known */
	struct time_cause waits, overlaps;
};
void causes_measure(struct causes *c, const struct report_data *d);

/* Operations that are mispredicted branches, in 1000, and the 95 % interval. */
#define MISPREDICTED_LEAST	5	/* from which on they are found */
struct share causes_mispredicted(const struct causes *c);

/* Those of time. */
void causes_time(struct causes *c);

/* Mean latency, cycles, of a tally of the summary; 0: none. */
double causes_mean_of(const struct causes *c, const struct tally *t);
double causes_mean(const struct causes *c, enum sample_kind kind);

struct codes {
	struct code *list;		/* free() it */
	size_t nr;
	uint64_t samples, weight;	/* of all */
};
/* Of a row by symbol and object, or by VM, too: without .samples and .weight. */
struct code code_of_row(const struct rows *r, size_t i);
bool code_has(const struct code *c, const char *symbol, const char *object, int32_t vm);
/* The texts are borrowed; those of one function come one after another.  False: out of memory. */
bool codes_add(struct codes *all, const char *symbol, const char *object, int32_t vm,
	       uint64_t samples, uint64_t weight);
void codes_sort(struct codes *all);	/* the largest weight first */

/* Where most of a cause lies. */
void finding_place(struct finding_place *out, const struct report_data *d, enum finding_id id);

/* Its sentences. */
void finding_say(struct finding *f, const struct causes *c, enum finding_id id);

struct words;
/* "guest_chase of vm 1", "code without a symbol in libc.so.6". */
void finding_code(struct words *w, const char *symbol, const char *object, int32_t vm);
/* All causes with that verdict, "stores (3.1 %), data from another socket (none)". */
void causes_list(struct words *w, const struct causes *c, unsigned int verdict);

#endif
