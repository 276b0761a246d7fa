// SPDX-License-Identifier: GPL-2.0-only
#include "export/functions.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "symbolizer/files/elf.h"

#define NAME_MAX_LEN	4096	/* elf_file_each_symbol() cuts longer ones */

/* A symbol of the file. */
struct named {
	uint64_t start, size;
	const char *name;
	size_t number;		/* in the file */
	uint8_t type, bind;
};

struct reading {
	struct named *list;
	size_t nr;
	struct pool *names;
};

/* A name with control characters would break lines of what is written. */
static bool is_sane(const char *name)
{
	for (; *name; name++)
		if ((unsigned char)*name < ' ' || *name == 127)
			return false;
	return true;
}

static int add_symbol(void *arg, const struct symtab_symbol *s)
{
	struct reading *r = arg;
	struct named *new;

	/* mapping symbols (ELF for the Arm 64-bit Architecture, 5.5.5) */
	if (!*s->name || *s->name == '$' || !is_sane(s->name))
		return 0;
	new = array_add(r->list, r->nr);
	if (!new)
		return -ENOMEM;
	*new = (struct named){
		.start = s->start, .size = s->size, .number = r->nr, .type = s->type,
		.bind = s->bind, .name = pool_bytes(r->names, s->name, strlen(s->name)),
	};
	return new->name ? 0 : -ENOMEM;
}

/* By name, and then as llvm-bolt numbers local symbols: RewriteInstance.cpp, discoverFileObjects(). */
static int by_name(const void *x, const void *y)
{
	const struct named *a = x, *b = y;

	return strcmp(a->name, b->name) ?: array_order(a->start, b->start) ?:
	       array_order(a->type != SYMTAB_FUNCTION, b->type != SYMTAB_FUNCTION) ?:
	       array_order(a->number, b->number);
}

/* Global names first, because they are the same in every build. */
static int by_start(const void *x, const void *y)
{
	const struct named *a = x, *b = y;

	return array_order(a->start, b->start) ?:
	       array_order(a->bind == SYMTAB_LOCAL, b->bind == SYMTAB_LOCAL) ?:
	       array_order(a->number, b->number);
}

static int number_locals(struct reading *r)
{
	const char *last = "";
	size_t nr = 0;

	for (size_t i = 0; i < r->nr; i++) {
		struct named *s = &r->list[i];
		char text[NAME_MAX_LEN + 24];

		nr = strcmp(last, s->name) ? 0 : nr;
		last = s->name;
		if (s->bind != SYMTAB_LOCAL)
			continue;
		snprintf(text, sizeof(text), "%.*s/%zu", NAME_MAX_LEN, s->name, ++nr);
		s->name = pool_bytes(r->names, text, strlen(text));
		if (!s->name)
			return -ENOMEM;
	}
	return 0;
}

int functions_read(struct functions *f, const struct elf_file *elf)
{
	struct reading r = { .names = &f->names };
	int err = elf_file_each_symbol(elf, add_symbol, &r);

	if (r.nr && !err) {
		qsort(r.list, r.nr, sizeof(*r.list), by_name);
		err = number_locals(&r);
		qsort(r.list, r.nr, sizeof(*r.list), by_start);
	}
	for (size_t i = 0; i < r.nr && !err; i++) {
		const struct named *s = &r.list[i];
		struct function *new;

		if (s->type != SYMTAB_FUNCTION || !s->size ||
		    (f->nr && f->list[f->nr - 1].start == s->start))
			continue;
		new = array_add(f->list, f->nr);
		if (!new)
			err = -ENOMEM;
		else
			*new = (struct function){ s->start, s->start + s->size, s->name };
	}
	free(r.list);
	return err;
}

void functions_clear(struct functions *f)
{
	free(f->list);
	pool_free(&f->names);
	*f = (struct functions){ 0 };
}

const struct function *functions_find(const struct functions *f, uint64_t addr)
{
	size_t i = array_first(f->nr, k, f->list[k].start > addr);

	return i && addr < f->list[i - 1].end ? &f->list[i - 1] : NULL;
}
