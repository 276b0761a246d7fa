// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/mcp/opened.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int chosen_add(struct chosen *c, const char *option, char *value)
{
	if (c->nr == CHOSEN_MAX) {
		free(value);
		return -E2BIG;
	}
	c->list[c->nr++] = (struct chosen_option){ option, value };
	return 0;
}

bool chosen_has(const struct chosen *c, const char *option)
{
	for (size_t i = 0; i < c->nr; i++)
		if (!strcmp(c->list[i].option, option))
			return true;
	return false;
}

void chosen_clear(struct chosen *c)
{
	for (size_t i = 0; i < c->nr; i++)
		free(c->list[i].value);
	*c = (struct chosen){ 0 };
}

static void clear(struct opened *o)
{
	free(o->path);
	chosen_clear(&o->symbols);
	*o = (struct opened){ 0 };
}

const struct opened *opened_find(struct opened_list *l, const char *id)
{
	unsigned long n;
	char *end;

	if (id[0] != 'r' || id[1] < '1' || id[1] > '9')
		return NULL;
	n = strtoul(id + 1, &end, 10);
	for (size_t i = 0; !*end && i < OPENED_MAX; i++)
		if (l->list[i].id == n) {
			l->list[i].used = ++l->uses;
			return &l->list[i];
		}
	return NULL;
}

unsigned int opened_add(struct opened_list *l, char *path, struct chosen *symbols)
{
	struct opened *oldest = l->list;

	for (size_t i = 1; i < OPENED_MAX; i++)
		if (l->list[i].used < oldest->used)
			oldest = &l->list[i];
	clear(oldest);
	*oldest = (struct opened){ ++l->last, path, *symbols, ++l->uses };
	*symbols = (struct chosen){ 0 };
	return oldest->id;
}

void opened_clear(struct opened_list *l)
{
	for (size_t i = 0; i < OPENED_MAX; i++)
		clear(&l->list[i]);
}
