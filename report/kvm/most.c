// SPDX-License-Identifier: GPL-2.0-only
/*
 * The code with most exits or samples.  All unnamed code of an object is added up, so that it is
 * reported if it is the largest.
 */
#include <stdlib.h>
#include <string.h>

#include "report/kvm/kvm_sum.h"
#include "symbolizer/naming.h"

/* Unnamed code found so far. */
struct unnamed {
	uint64_t of;
	size_t addresses;
	uint64_t address, here;
};

static void add_unnamed(struct unnamed *u, uint64_t address, uint64_t n)
{
	u->of += n;
	u->addresses++;
	if (n > u->here) {
		u->address = address;
		u->here = n;
	}
}

void kvm_most_exits(struct kvm_most *m, const struct kvm_sum *s, uint32_t vm,
		    enum exit_reason reason)
{
	struct unnamed u = { .of = 0 };

	*m = (struct kvm_most){ .symbol = "", .object = "" };
	for (size_t i = 0; i < s->nr_code; i++) {
		const struct kvm_site *c = &s->code[i];

		if (c->vm != (int32_t)vm || c->reason != reason)
			continue;
		m->all += c->exits;
		if (!*c->symbol) {
			add_unnamed(&u, c->address, c->exits);
		} else if (c->exits > m->of) {
			m->of = c->exits;
			m->symbol = c->symbol;
			m->object = c->object;
		}
	}
	if (u.of <= m->of)
		return;
	*m = (struct kvm_most){
		.of = u.of, .all = m->all, .symbol = "", .object = "",
		.address = u.address, .here = u.here, .addresses = u.addresses,
	};
}

/* Indices of the keys in r->functions; -1: missing. */
struct columns {
	int reason, symbol, object;
};

static const char *text_of(const struct row *row, int key)
{
	return key >= 0 && row->keys[key].known ? row->keys[key].text : "";
}

static const char *symbol_of(const struct row *row, const struct columns *c)
{
	const char *symbol = text_of(row, c->symbol);

	return naming_is_block(symbol) ? "" : symbol;
}

/* Is the row code without a symbol, in that object and for that reason? */
static bool is_unnamed(const struct row *row, const struct columns *c, const char *reason,
		       const char *object)
{
	return !strcmp(row->keys[c->reason].text, reason) && !*symbol_of(row, c) &&
	       !strcmp(text_of(row, c->object), object);
}

/* The sum over unnamed code in the row's object; 0: an earlier row has it. */
static uint64_t unnamed_samples(const struct rows *f, size_t i, const struct columns *c,
				const char *reason)
{
	const char *object = text_of(&f->row[i], c->object);
	uint64_t n = 0;

	for (size_t k = 0; k < f->nr; k++) {
		if (!is_unnamed(&f->row[k], c, reason, object))
			continue;
		if (k < i)
			return 0;
		n += f->row[k].m.samples;
	}
	return n;
}

/* Rows are by reason, world, symbol and object; code without a symbol is split into blocks. */
void kvm_most_samples(struct kvm_most *m, const struct kvm_report *r, enum exit_reason reason)
{
	const struct rows *f = r->functions;
	const char *name = exit_reason_name(reason);
	struct columns c = {
		.reason = f ? rows_key(f, FIELD_REASON) : -1,
		.symbol = f ? rows_key(f, FIELD_SYMBOL) : -1,
		.object = f ? rows_key(f, FIELD_OBJECT) : -1,
	};

	*m = (struct kvm_most){ .symbol = "", .object = "" };
	for (size_t i = 0; c.reason >= 0 && c.symbol >= 0 && i < f->nr; i++) {
		const struct row *row = &f->row[i];
		uint64_t samples = row->m.samples;

		if (strcmp(row->keys[c.reason].text, name))
			continue;
		m->all += samples;
		if (!*symbol_of(row, &c))
			samples = unnamed_samples(f, i, &c, name);
		if (samples <= m->of)
			continue;
		m->of = samples;
		m->symbol = symbol_of(row, &c);
		m->object = text_of(row, c.object);
	}
}
