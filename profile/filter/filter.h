/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PROFILE_FILTER_FILTER_H
#define PROFILE_FILTER_FILTER_H

#include "profile/profile.h"

/*
 * The filter language: which samples count.
 *
 *	expr  := and ('||' and)*
 *	and   := unary ('&&' unary)*
 *	unary := '!' unary | '(' expr ')' | term
 *	term  := field cmp value | flag
 *	cmp   := '=' | '==' | '!=' | '<' | '<=' | '>' | '>=' | '=~' | '!~'
 *	value := number (decimal, 0x hex) | word | "quoted" | 'quoted'
 *
 * Fields are those of fields.def.  Words of `world`: its six values, host
 * (host-user, host-kernel), guest (guest-user, guest-kernel).  Words of `op`:
 * load, store, branch, other, atomic, and the subclass names of ops.def, which
 * are also those of `subclass`.  Words of `access`: read, write, update.
 * `=~` is a POSIX extended regular expression, for NAME and WORD fields.
 * Flags are event names of events.def (`mispredicted`, `l1d-miss`...), `ev0`
 * to `ev63`, `taken` (a branch whose condition did not fail) and `saturated`
 * (some latency says "at least").  A comparison with a field that the record
 * does not have is false, and so is its negated form (`!=`, `!~`); only `!`
 * turns it around.
 */
struct filter;

#define FILTER_MEMO	4096

/*
 * Which names matched regular expressions, remembered: one thread's, of one filter, all
 * zero to begin with.  It goes by the pointer: a text never changes.
 */
struct filter_memo {
	struct filter_match {
		const char *name;	/* NULL: free */
		uint32_t step;
		bool match;
	} at[FILTER_MEMO];
};

/* What a filter looks at. */
struct filter_input {
	const struct spe_record *rec;
	const struct owner *owner;
	int32_t cpu;		/* -1 unknown */
	uint64_t time;		/* ns, perf clock; 0 unknown */
	uint64_t slice;		/* ns of a slice of it; 0: there are none */
	uint64_t midr;		/* of that CPU: names data sources; 0 unknown */
	uint8_t count_size;	/* bits of a latency counter, for `saturated`; 0 unknown */
	/* Text of a NAME field (comm, object, symbol, line); "" unknown.  Asked
	 * only when the expression gets that far. */
	const char *(*name)(void *arg, enum field f);
	/* Where in its object an operation with a PC lies; NULL: not known. */
	uint64_t (*offset)(void *arg);
	void *arg;
	struct filter_memo *memo;	/* NULL: none */
};

/*
 * Parse text.  0, or -EINVAL with a sentence in err that says what is wrong,
 * at which column (from 1), and what was expected; -ENOMEM.
 */
int filter_parse(struct filter **out, const char *text, char *err, size_t errlen);
void filter_free(struct filter *f);	/* NULL is fine */

/* Bit mask (1ull << enum field) of the fields it looks at. */
uint64_t filter_fields(const struct filter *f);

/* Does it look at what only an SPE record has: such a field, an event? */
bool filter_asks_record(const struct filter *f);

/* Any thread. */
bool filter_match(const struct filter *f, const struct filter_input *in);

#endif
