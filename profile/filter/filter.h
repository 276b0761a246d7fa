/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PROFILE_FILTER_FILTER_H
#define PROFILE_FILTER_FILTER_H

#include "profile/profile.h"

/*
 * The filter language, which selects the samples to count.
 *
 *	expr  := and ('||' and)*
 *	and   := unary ('&&' unary)*
 *	unary := '!' unary | '(' expr ')' | term
 *	term  := field cmp value | flag
 *	cmp   := '=' | '==' | '!=' | '<' | '<=' | '>' | '>=' | '=~' | '!~'
 *	value := number (decimal, 0x hex) | time | word | "quoted" | 'quoted'
 *	time  := digits ['.' digits] ('s' | 'ms' | 'us' | 'ns')
 *
 * A time with a unit counts from the first sample of the recording, a plain number of such a
 * field is ns on the perf clock.  Fields in ns alone take one.
 *
 * A VM is a number, or its name: a word that is no number, or any quoted text.
 *
 * Fields are those of fields.def.  Words for `world`: its six values, host (host-user,
 * host-kernel), guest (guest-user, guest-kernel).  Words for `op`: load, store, branch, other,
 * atomic, and the subclass names of ops.def, which are also those for `subclass`.  Words for
 * `access`: read, write, update.  `=~` takes a POSIX extended regular expression, for NAME and WORD
 * fields.  Flags are the event names of events.def (`mispredicted`, `l1d-miss`...), `ev0` to
 * `ev63`, `taken` (a branch that did not fail its condition) and `saturated` (some latency says "at
 * least").  A comparison with a field that the record lacks is false, and so is its negated form
 * (`!=`, `!~`); only `!` inverts it.
 */
struct filter;

#define FILTER_MEMO	4096

/*
 * Remembers which names matched regular expressions.  One per thread and filter, initially all
 * zero.  Compares pointers: a text never changes.
 */
struct filter_memo {
	struct filter_match {
		const char *name;	/* NULL: free */
		uint32_t step;
		bool match;
	} at[FILTER_MEMO];
};

/* The input of a filter. */
struct filter_input {
	const struct spe_record *rec;
	const struct owner *owner;
	int32_t cpu;		/* -1 unknown */
	uint64_t time;		/* ns, perf clock; 0 unknown */
	uint64_t begin;		/* .time of the recording's first sample; 0 unknown */
	int32_t nspid;		/* of the owner's process; 0 unknown */
	const struct nodes *nodes;	/* NULL: not recorded */
	uint64_t slice;		/* ns of a slice of time; 0: none */
	uint64_t midr;		/* of that CPU, for names of data sources; 0 unknown */
	uint8_t count_size;	/* bits of a latency counter, for `saturated`; 0 unknown */
	/*
	 * Text of a NAME field (host, comm, object, symbol, line), or a VM's name; "" or NULL: unknown.
	 * Called only if the evaluation reaches that field.
	 */
	const char *(*name)(void *arg, enum field f);
	/* Offset in its object of an operation with a PC; NULL: unknown. */
	uint64_t (*offset)(void *arg);
	/* Offset of the data's field; false: unknown. */
	bool (*data_offset)(void *arg, uint64_t *out);
	void *arg;
	struct filter_memo *memo;	/* NULL: none */
};

/*
 * Parse text.  0; -EINVAL with a sentence in err that says what is wrong, at which column (from 1),
 * and what was expected; -ENOMEM.
 */
int filter_parse(struct filter **out, const char *text, char *err, size_t errlen);
void filter_free(struct filter *f);	/* NULL is fine */

/* Bit mask (1ull << enum field) of the fields it uses. */
uint64_t filter_fields(const struct filter *f);

/* A value that a comparison with = requires. */
struct filter_value {
	enum field field;
	const char *text;	/* borrowed from the filter; NULL: .num */
	uint64_t num;
};
/* The next one; *at is 0 at first.  Returns false after the last. */
bool filter_value(const struct filter *f, size_t *at, struct filter_value *out);

/*
 * The next VM that it names, with = or !=, borrowed from the filter; *at is 0 at first.  Returns
 * false after the last.  Whether the recording has it: report/vm_filter.h.
 */
bool filter_vm_name(const struct filter *f, size_t *at, const char **name);
/* Does it compare a VM's number, which means nothing in another recording? */
bool filter_asks_vm_number(const struct filter *f);

/* Does it use what only an SPE record has: such a field, or an event? */
bool filter_asks_record(const struct filter *f);

/* May be called from any thread. */
bool filter_match(const struct filter *f, const struct filter_input *in);

#endif
