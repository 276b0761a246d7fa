// SPDX-License-Identifier: GPL-2.0-only
/*
 * The code in which most exits or samples lie.  All code that no symbol names counts
 * together here, so that it is named as the largest where it is.
 */
#include <stdlib.h>
#include <string.h>

#include "report/kvm_sum.h"

/* Unnamed code that was met so far. */
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

/* Rows are by reason, world, symbol and object: unnamed code of an object is one row. */
void kvm_most_samples(struct kvm_most *m, const struct kvm_report *r, enum exit_reason reason)
{
	const struct rows *f = r->functions;
	int key = f ? rows_key(f, FIELD_REASON) : -1, symbol = f ? rows_key(f, FIELD_SYMBOL) : -1;
	int object = f ? rows_key(f, FIELD_OBJECT) : -1;

	*m = (struct kvm_most){ .symbol = "", .object = "" };
	for (size_t i = 0; key >= 0 && symbol >= 0 && i < f->nr; i++) {
		const struct row *row = &f->row[i];

		if (strcmp(row->keys[key].text, exit_reason_name(reason)))
			continue;
		m->all += row->m.samples;
		if (row->m.samples <= m->of)
			continue;
		m->of = row->m.samples;
		m->symbol = row->keys[symbol].known ? row->keys[symbol].text : "";
		m->object = object >= 0 && row->keys[object].known ? row->keys[object].text : "";
	}
}
