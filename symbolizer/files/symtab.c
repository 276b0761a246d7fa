// SPDX-License-Identifier: GPL-2.0-only
#include "symbolizer/files/symtab.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/huge.h"

#define NOBODY	UINT32_MAX
#define PAGE	4096u
#define SYMBOLS_MAX	(1u << 30)

/* A range from start to the next one's start. */
struct stretch {
	uint64_t start;
	uint32_t symbol;	/* NOBODY: no name */
};

/* Reference symbols of perf's kernel maps: tools/perf/util/machine.c, ref_reloc_sym_names. */
static const char *const references[] = { "_text", "_stext" };
#define NR_REFERENCES	2

/* Properties of a symbol, until the table is sealed. */
enum {
	FLAG_TYPE	= 3,		/* enum symtab_type */
	FLAG_BIND	= 3 << 2,	/* enum symtab_bind */
	FLAG_UNSIZED	= 1 << 4,	/* .size is only an upper bound; 0: unknown */
	FLAG_SPECIAL	= 1 << 5,	/* begins with "_": may be a marker */
};

struct symtab {
	uint64_t reference[NR_REFERENCES];	/* their addresses */
	bool referenced[NR_REFERENCES];
	struct symtab_range *v;
	uint8_t *flags;			/* per symbol; sealed: NULL */
	uint32_t nr;
	struct stretch *stretch;
	uint32_t nr_stretches;
};

struct symtab *symtab_new(void)
{
	return calloc(1, sizeof(struct symtab));
}

void symtab_free(struct symtab *t)
{
	if (!t)
		return;
	free(t->v);
	free(t->flags);
	free(t->stretch);
	free(t);
}

size_t symtab_count(const struct symtab *t)
{
	return t->nr;
}

/* "$x", "$d", possibly followed by ".anything". */
static bool is_mapping(const char *name)
{
	return name[0] == '$' && name[1] && strchr("xdat", name[1]) &&
	       (!name[2] || name[2] == '.');
}

/* Remember their addresses, because a function with the same start replaces them. */
static void note_reference(struct symtab *t, const struct symtab_symbol *s)
{
	for (int i = 0; i < NR_REFERENCES && s->name[0] == '_'; i++) {
		if (!strcmp(s->name, references[i])) {
			t->reference[i] = s->start;
			t->referenced[i] = true;
		}
	}
}

/* Room for one more range: in huge pages if there are many.  NULL: out of memory. */
static struct symtab_range *room(const struct symtab *t)
{
	size_t used = t->nr * sizeof(*t->v);

	if (used < HUGE_PAGE / 2 || t->nr & (t->nr - 1))
		return array_room(t->v, t->nr, sizeof(*t->v));
	return huge_grow(t->v, used, 2 * used);
}

int symtab_add(struct symtab *t, const struct symtab_symbol *s)
{
	uint64_t most = s->limit == UINT64_MAX ? 0 : s->limit - s->start;
	uint32_t nr = t->nr;
	struct symtab_range *v;
	uint8_t *flags;

	if (!s->name[0] || is_mapping(s->name) || (s->name[0] == '.' && s->name[1] == 'L') ||
	    s->start >= s->limit)
		return 0;
	note_reference(t, s);
	flags = nr < SYMBOLS_MAX ? array_add(t->flags, nr) : NULL;
	v = flags ? room(t) : NULL;
	if (!v)
		return -ENOMEM;
	t->v = v;
	*flags = (uint8_t)(s->type | s->bind << 2 | (s->size ? 0 : FLAG_UNSIZED) |
			   (s->name[0] == '_' ? FLAG_SPECIAL : 0));
	t->v[t->nr++] = (struct symtab_range){ .start = s->start, .name = s->name,
		.size = !s->size || (most && s->size > most) ? most : s->size };
	return 0;
}

static bool one_of(const char *name, const char *const *list)
{
	while (*list && strcmp(name, *list))
		list++;
	return *list;
}

static bool ends_with(const char *name, const char *end)
{
	size_t len = strlen(name), end_len = strlen(end);

	return len > end_len && !strcmp(name + len - end_len, end);
}

/* Names from Linux' include/asm-generic/sections.h and arm64's vmlinux.lds.S. */
static bool is_end(const char *name)
{
	static const char *const ends[] = {
		"_etext", "_einittext", "_edata", "_end", "__init_end", "__inittext_end",
		"__exittext_end", "__bss_end", "__end_rodata", NULL
	};

	return name[0] == '_' && (one_of(name, ends) || ends_with(name, "_text_end"));
}

static bool is_marker(const char *name)
{
	static const char *const starts[] = {
		"_text", "_stext", "_sinittext", "_sdata", "__init_begin", "__inittext_begin",
		"__exittext_begin", "__start_rodata", "__bss_start", NULL
	};

	if (name[0] != '_')
		return false;
	if (!strncmp(name, "__pi_", 5))
		name += 5;	/* arm64's aliases for code that runs before relocation */
	return one_of(name, starts) || ends_with(name, "_text_start") || is_end(name);
}

/* Below 0: x is the better name for their address. */
static int rank(const struct symtab *t, uint32_t x, uint32_t y)
{
	const char *a = t->v[x].name, *b = t->v[y].name;
	uint8_t of_a = t->flags[x], of_b = t->flags[y];

	return array_order(of_a & FLAG_TYPE, of_b & FLAG_TYPE) ?:
	       array_order(is_marker(a), is_marker(b)) ?:
	       array_order(of_a & FLAG_UNSIZED, of_b & FLAG_UNSIZED) ?:
	       array_order(of_a & FLAG_BIND, of_b & FLAG_BIND) ?:
	       array_order(strspn(a, "_"), strspn(b, "_")) ?:
	       array_order(strlen(b), strlen(a)) ?: strcmp(a, b);
}

/* One pass of a radix sort by start: sorts by one byte, after the lower bytes. */
static void sort_byte(const struct symtab *from, struct symtab *to, int shift)
{
	uint32_t at[256] = { 0 }, sum = 0;

	for (uint32_t i = 0; i < from->nr; i++)
		at[from->v[i].start >> shift & 0xff]++;
	for (int b = 0; b < 256; b++) {
		uint32_t n = at[b];

		at[b] = sum;
		sum += n;
	}
	for (uint32_t i = 0; i < from->nr; i++) {
		uint32_t k = at[from->v[i].start >> shift & 0xff]++;

		to->v[k] = from->v[i];
		to->flags[k] = from->flags[i];
	}
}

/* Radix sort by start, lowest byte first; skips bytes that are the same in all. */
static int sort(struct symtab *t)
{
	struct symtab other = { 0 }, swap;
	uint64_t differ = 0;
	bool sorted = true;

	for (uint32_t i = 1; i < t->nr; i++) {
		differ |= t->v[i].start ^ t->v[0].start;
		sorted &= t->v[i - 1].start <= t->v[i].start;
	}
	if (sorted)
		return 0;
	other.v = calloc(t->nr, sizeof(*other.v));
	other.flags = calloc(t->nr, sizeof(*other.flags));
	for (int shift = 0; shift < 64 && other.v && other.flags; shift += 8) {
		if (!(differ >> shift & 0xff))
			continue;
		sort_byte(t, &other, shift);
		swap = other;
		other.v = t->v;
		other.flags = t->flags;
		t->v = swap.v;
		t->flags = swap.flags;
	}
	sorted = other.v && other.flags;
	free(other.v);
	free(other.flags);
	return sorted ? 0 : -ENOMEM;
}

/* Keep the best of the symbols with the same start. */
static void keep_best(struct symtab *t)
{
	uint32_t kept = 0;

	for (uint32_t i = 1; i < t->nr; i++) {
		if (t->v[i].start != t->v[kept].start)
			kept++;
		else if (rank(t, i, kept) >= 0)
			continue;
		t->v[kept] = t->v[i];
		t->flags[kept] = t->flags[i];
	}
	if (t->nr)
		t->nr = kept + 1;
}

static uint64_t end_of(const struct symtab_range *s)
{
	return s->start + s->size;
}

static void put(struct symtab *t, uint64_t start, uint32_t symbol)
{
	struct stretch *last = t->nr_stretches ? &t->stretch[t->nr_stretches - 1] : NULL;

	if (last && last->start == start)
		last->symbol = symbol;
	else
		t->stretch[t->nr_stretches++] = (struct stretch){ start, symbol };
}

/* Set the final size of a symbol without one. */
static void fit(struct symtab *t, uint32_t i)
{
	struct symtab_range *s = &t->v[i];
	uint64_t most = s->size, next = most;

	if (i + 1 < t->nr)
		next = t->v[i + 1].start - s->start;
	else if (!most)
		next = PAGE - s->start % PAGE;	/* the last symbol must have some size */
	s->size = most && next > most ? most : next;
}

/* Close ranges that end at or before addr; returns how many stay open. */
static uint32_t close_until(struct symtab *t, const uint32_t *open, uint32_t nr, uint64_t addr)
{
	while (nr && end_of(&t->v[open[nr - 1]]) <= addr) {
		uint64_t end = end_of(&t->v[open[--nr]]);

		while (nr && end_of(&t->v[open[nr - 1]]) <= end)
			nr--;
		put(t, end, nr ? open[nr - 1] : NOBODY);
	}
	return nr;
}

static void lay_out(struct symtab *t, uint32_t *open)
{
	uint32_t nr = 0;

	for (uint32_t i = 0; i < t->nr; i++) {
		struct symtab_range *s = &t->v[i];
		uint8_t flags = t->flags[i];

		nr = close_until(t, open, nr, s->start);
		if (flags & FLAG_UNSIZED) {
			fit(t, i);
			if (nr && (t->flags[open[nr - 1]] & FLAG_TYPE) <= (flags & FLAG_TYPE))
				continue;
			if (!nr && flags & FLAG_SPECIAL && is_end(s->name)) {
				put(t, s->start, NOBODY);
				continue;
			}
		}
		open[nr++] = i;
		put(t, s->start, i);
	}
	close_until(t, open, nr, UINT64_MAX);
}

int symtab_seal(struct symtab *t)
{
	uint32_t *open;

	if (sort(t))
		return -ENOMEM;
	keep_best(t);
	open = calloc(t->nr + 1ull, sizeof(*open));
	t->stretch = huge_alloc(sizeof(*t->stretch), (t->nr * 2ull + 1) * sizeof(*t->stretch));
	if (open && t->stretch)
		lay_out(t, open);
	free(open);
	free(t->flags);
	t->flags = NULL;
	return open && t->stretch ? 0 : -ENOMEM;
}

const struct symtab_range *symtab_find(const struct symtab *t, uint64_t addr)
{
	uint32_t low = array_first(t->nr_stretches, i, t->stretch[i].start > addr);

	if (!low || t->stretch[low - 1].symbol == NOBODY)
		return NULL;
	return &t->v[t->stretch[low - 1].symbol];
}

bool symtab_reference(const struct symtab *t, const char *name, uint64_t *addr)
{
	for (int i = 0; i < NR_REFERENCES; i++) {
		if (t->referenced[i] && !strcmp(name, references[i])) {
			*addr = t->reference[i];
			return true;
		}
	}
	return false;
}
