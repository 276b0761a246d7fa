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

/* symbol "": no name. */
static bool is_code(const struct code *c, const char *symbol, const char *object, int32_t vm)
{
	return c->vm == vm && !strcmp(c->symbol, symbol) && !strcmp(c->object, object);
}

bool code_has(const struct code *c, const char *symbol, const char *object, int32_t vm)
{
	return is_code(c, name_of(symbol), object, vm);
}

static struct code *add(struct codes *all, const char *symbol, const char *object, int32_t vm)
{
	struct code *c = array_add(all->list, all->nr);

	if (c)
		*c = (struct code){ .symbol = symbol, .object = object, .vm = vm };
	return c;
}

/* The code of an object that has no symbols.  NULL: out of memory. */
static struct code *find_nameless(struct codes *all, const char *object, int32_t vm)
{
	uint32_t pair[2] = { intern_add(&all->objects, object, strlen(object)), (uint32_t)vm }, n;
	size_t *at;

	n = pair[0] == INTERN_NONE ? INTERN_NONE : intern_add(&all->nameless, pair, sizeof(pair));
	if (n == INTERN_NONE)
		return NULL;
	if (n < all->nr_at)
		return &all->list[all->at[n]];
	at = array_add(all->at, all->nr_at);
	if (at)
		*at = all->nr;
	return at ? add(all, "", object, vm) : NULL;
}

/* Entries of a function are consecutive; pieces of code without a symbol may not be. */
static struct code *find(struct codes *all, const char *symbol, const char *object, int32_t vm)
{
	struct code *last = all->nr ? &all->list[all->nr - 1] : NULL;

	symbol = name_of(symbol);
	if (last && is_code(last, symbol, object, vm))
		return last;
	return *symbol ? add(all, symbol, object, vm) : find_nameless(all, object, vm);
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

void codes_free(struct codes *all)
{
	free(all->list);
	free(all->at);
	intern_clear(&all->objects);
	intern_clear(&all->nameless);
}
