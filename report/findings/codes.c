// SPDX-License-Identifier: GPL-2.0-only
/* Sums the cost of code: of a function, or of all code of an object that no symbol names. */
#include <string.h>

#include "base/array.h"
#include "report/findings/findings_impl.h"

static const char *name_of(const char *symbol)
{
	return naming_is_block(symbol) ? "" : symbol;
}

static const char *key_text(const struct rows *r, const struct value *keys, enum field key)
{
	int at = rows_key(r, key);

	return at >= 0 && keys[at].known ? keys[at].text : "";
}

struct code code_of(const struct rows *r, const struct value *keys)
{
	int vm = rows_key(r, FIELD_VM);

	return (struct code){
		.symbol = key_text(r, keys, FIELD_SYMBOL), .object = key_text(r, keys, FIELD_OBJECT),
		.vm = vm >= 0 && keys[vm].known ? (int32_t)keys[vm].num : -1,
	};
}

bool code_has(const struct code *c, const char *symbol, const char *object, int32_t vm)
{
	return c->vm == vm && !strcmp(c->symbol, name_of(symbol)) && !strcmp(c->object, object);
}

/* Entries of a function are consecutive; pieces of code without a symbol may not be. */
static struct code *find(struct codes *all, const char *symbol, const char *object, int32_t vm)
{
	struct code *c;

	if (all->nr && code_has(&all->list[all->nr - 1], symbol, object, vm))
		return &all->list[all->nr - 1];
	for (size_t i = 0; !*name_of(symbol) && i < all->nr; i++)
		if (code_has(&all->list[i], symbol, object, vm))
			return &all->list[i];
	c = array_add(all->list, all->nr);
	if (c)
		*c = (struct code){ .symbol = name_of(symbol), .object = object, .vm = vm };
	return c;
}

bool codes_add(struct codes *all, const char *symbol, const char *object, int32_t vm,
	       uint64_t samples, uint64_t weight)
{
	struct code *c = find(all, symbol, object, vm);

	if (!c)
		return false;
	c->samples += samples;
	c->weight += weight;
	all->samples += samples;
	all->weight += weight;
	return true;
}

static int by_weight(const void *x, const void *y)
{
	const struct code *a = x, *b = y;

	return array_order(b->weight, a->weight) ?: strcmp(a->symbol, b->symbol) ?:
	       strcmp(a->object, b->object) ?: array_order(a->vm, b->vm);
}

void codes_sort(struct codes *all)
{
	if (all->nr)
		qsort(all->list, all->nr, sizeof(*all->list), by_weight);
}
