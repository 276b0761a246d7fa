// SPDX-License-Identifier: GPL-2.0-only
#include "symbolizer/naming.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/huge.h"
#include "base/intern.h"

/* Maximum length of a name; longer ones are truncated. */
#define TEXT_MAX	4096

/* Entries are allocated in blocks: their addresses are stable. */
#define BLOCK_ENTRIES	2048

struct entry {
	struct place place;
	uint32_t number[NAMING_WAYS];	/* of its names, by requested names, + 1; 0: not
					 * requested yet */
};

/* A block of code without symbols that has one name; not for source lines. */
struct unnamed {
	const struct object *object;	/* NULL: free */
	uint64_t block;			/* from call_of() */
	uint32_t number[2];		/* of the names, with and without NAMING_TOGETHER, + 1 */
};

struct naming {
	pthread_mutex_t lock;		/* protects all that follows, and the symbolizer */
	struct symbolizer *symbolizer;
	struct entry **block;		/* of places that have a symbol, or whose lines were
					 * requested */
	uint32_t nr, nr_blocks;		/* nr: number of entries */
	uint64_t *slot;			/* hash table with open addressing: lower half of the
					 * hash, number + 1 */
	size_t nr_slots;
	struct intern texts;
	struct intern names;		/* unique struct place_names */
	struct place_names *numbered;	/* the same by number */
	uint32_t nr_numbered;
	struct intern fields;		/* unique struct data_field */
	struct unnamed *unnamed;	/* hash table with open addressing */
	size_t nr_unnamed, max_unnamed;
};

static uint64_t mix(uint64_t x)
{
	x ^= x >> 32;
	x *= 0x9e3779b97f4a7c15ull;
	return x ^ x >> 29;
}

static uint64_t hash_place(const struct place *p)
{
	return mix(p->offset ^ mix(p->object->id));
}

struct naming *naming_new(struct symbolizer *symbolizer)
{
	struct naming *n = calloc(1, sizeof(*n));

	if (!n)
		return NULL;
	pthread_mutex_init(&n->lock, NULL);
	n->symbolizer = symbolizer;
	n->nr_slots = 1024;
	n->slot = calloc(n->nr_slots, sizeof(*n->slot));
	n->max_unnamed = 1024;
	n->unnamed = calloc(n->max_unnamed, sizeof(*n->unnamed));
	if (!n->slot || !n->unnamed) {
		naming_free(n);
		return NULL;
	}
	return n;
}

void naming_free(struct naming *n)
{
	if (!n)
		return;
	for (uint32_t i = 0; i < n->nr_blocks; i++)
		free(n->block[i]);
	free(n->block);
	free(n->slot);
	free(n->numbered);
	free(n->unnamed);
	intern_clear(&n->texts);
	intern_clear(&n->names);
	intern_clear(&n->fields);
	pthread_mutex_destroy(&n->lock);
	free(n);
}

/* Called with the lock held. */
static const char *intern(struct naming *n, const char *text)
{
	size_t len = strlen(text);

	return len ? intern_text(&n->texts, text, len < TEXT_MAX ? len : TEXT_MAX) : "";
}

const char *naming_intern(struct naming *n, const char *text)
{
	const char *s;

	pthread_mutex_lock(&n->lock);
	s = intern(n, text);
	pthread_mutex_unlock(&n->lock);
	return s;
}

static int grow_slots(struct naming *n)
{
	size_t nr = n->nr_slots * 2, i, k;
	uint64_t *slot = huge_zalloc(nr * sizeof(*slot));

	if (!slot)
		return -ENOMEM;
	for (i = 0; i < n->nr_slots; i++) {
		if (!n->slot[i])
			continue;
		for (k = n->slot[i] >> 32; slot[k & (nr - 1)]; k++)
			;
		slot[k & (nr - 1)] = n->slot[i];
	}
	free(n->slot);
	n->slot = slot;
	n->nr_slots = nr;
	return 0;
}

/* Make room for another entry. */
static int grow(struct naming *n)
{
	if (n->nr == n->nr_blocks * BLOCK_ENTRIES) {
		struct entry *new = malloc(BLOCK_ENTRIES * sizeof(*new));
		bool fits = new && n->nr < UINT32_MAX - 2 * BLOCK_ENTRIES;
		struct entry **block = fits ? array_add(n->block, n->nr_blocks) : NULL;

		if (!block) {
			free(new);
			return -ENOMEM;
		}
		*block = new;
	}
	return n->nr * 2ull < n->nr_slots ? 0 : grow_slots(n);
}

static struct entry *entry_at(const struct naming *n, uint32_t i)
{
	return &n->block[i / BLOCK_ENTRIES][i % BLOCK_ENTRIES];
}

/* The entry of a place; NULL: none, *k is the slot for it. */
static struct entry *find_entry(const struct naming *n, const struct place *p, size_t *k)
{
	uint64_t hash = hash_place(p), slot;
	struct entry *e;

	for (*k = (uint32_t)hash; (slot = n->slot[*k & (n->nr_slots - 1)]); ++*k) {
		e = entry_at(n, (uint32_t)slot - 1);
		if (slot >> 32 == (uint32_t)hash && e->place.offset == p->offset &&
		    e->place.object == p->object)
			return e;
	}
	return NULL;
}

/* The entry of a place, created if necessary.  NULL: out of memory. */
static struct entry *entry_of(struct naming *n, const struct place *p)
{
	struct entry *e;
	size_t k;

	if (grow(n))
		return NULL;
	e = find_entry(n, p, &k);
	if (e)
		return e;
	e = entry_at(n, n->nr++);
	*e = (struct entry){ .place = *p };
	n->slot[k & (n->nr_slots - 1)] = hash_place(p) << 32 | n->nr;
	return e;
}

/* Called with the lock held.  Equal texts are one pointer, so that equal names are equal bytes. */
static int number_of(struct naming *n, const struct place_names *names, uint32_t *out)
{
	*out = intern_add(&n->names, names, sizeof(*names));
	if (*out == INTERN_NONE)
		return -ENOMEM;
	while (n->nr_numbered <= *out)
		if (!array_add(n->numbered, n->nr_numbered))
			return -ENOMEM;
	n->numbered[*out] = *names;
	return 0;
}

static int ask_line(struct naming *n, const struct place *p, struct place_names *names)
{
	struct source_line frame;
	char text[TEXT_MAX];

	if (!symbolizer_line(n->symbolizer, p, &frame) || !frame.file)
		return 0;
	snprintf(text, sizeof(text), "%s:%u", frame.file, frame.line);
	names->line = intern(n, text);
	return names->line ? 0 : -ENOMEM;
}

/* "0x9f3xx", in at most 24 bytes; without printf(), as there may be a million. */
static void put_block(char *out, uint64_t offset)
{
	uint64_t block = offset / NAMING_BLOCK;
	int digits = 1;

	while (block >> 4 * digits)
		digits++;
	out = stpcpy(out, "0x");
	for (int i = digits; i--; )
		*out++ = "0123456789abcdef"[block >> 4 * i & 15];
	strcpy(out, "xx");
}

static bool is_digit(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/* Called for each row, of which there may be a million: it looks only at the end. */
bool naming_is_block(const char *symbol)
{
	size_t len = strlen(symbol), at = len - 2;

	if (len < 5 || symbol[len - 1] != 'x' || symbol[at] != 'x')
		return false;
	while (at && is_digit(symbol[at - 1]))
		at--;
	return at >= 2 && at < len - 2 && symbol[at - 1] == 'x' && symbol[at - 2] == '0' &&
	       (at == 2 || symbol[at - 3] == '+');
}

/* "libc.so.6+0x9f3xx": the same wherever the object is loaded. */
static const char *call_by_offset(struct naming *n, const struct object *o, uint64_t offset)
{
	const char *slash = strrchr(o->path, '/'), *name = slash && slash[1] ? slash + 1 : o->path;
	char text[TEXT_MAX];
	size_t len = strnlen(name, TEXT_MAX - 32);

	memcpy(text, name, len);
	text[len] = '+';
	put_block(text + len + 1, offset);
	return intern(n, text);
}

/* Is it named by its offset in the object?  Else by its address. */
static bool is_by_offset(const struct place *p, uint64_t *offset)
{
	const struct object *o = p->object;

	*offset = p->offset;
	switch ((enum object_kind)o->kind) {
	case OBJECT_FILE:
	case OBJECT_VDSO:
	case OBJECT_MODULE:
	case OBJECT_KSYMBOL:
		return true;
	case OBJECT_KERNEL:
		*offset -= o->base && p->offset >= o->base ? o->base : 0;
		return o->base && p->offset >= o->base;
	case OBJECT_UNKNOWN:
	case OBJECT_ANON:
	case OBJECT_GUEST:
		break;
	}
	return false;
}

/* The name of a place without a symbol. */
static const char *call_by_place(struct naming *n, const struct place *p, bool together)
{
	uint64_t offset;
	char text[32];

	if (is_by_offset(p, &offset))
		return call_by_offset(n, p->object, offset);
	if (together)
		return "";
	put_block(text, offset);
	return intern(n, text);
}

static const char *object_of(struct naming *n, const struct place *p, bool named)
{
	if (named && p->object->kind == OBJECT_ANON)
		return intern(n, "[JIT]");
	return p->object->kind != OBJECT_UNKNOWN ? intern(n, p->object->path) : "";
}

/* symbol: NULL: none. */
static int ask(struct naming *n, const struct place *p, const char *symbol, unsigned int what,
	       struct place_names *names)
{
	names->symbol = symbol ? intern(n, symbol) : call_by_place(n, p, what & NAMING_TOGETHER);
	names->object = object_of(n, p, symbol);
	if (!names->symbol || !names->object)
		return -ENOMEM;
	return what & NAMING_LINE ? ask_line(n, p, names) : 0;
}

/* Equal for places in one object that have the same name. */
static uint64_t call_of(const struct place *p)
{
	uint64_t offset;
	bool by_offset = is_by_offset(p, &offset);

	return offset / NAMING_BLOCK << 1 | by_offset;
}

static struct unnamed *find_unnamed(struct unnamed *all, size_t max, const struct object *o,
				    uint64_t block)
{
	size_t k = mix(block ^ mix(o->id));

	while (all[k & (max - 1)].object &&
	       (all[k & (max - 1)].object != o || all[k & (max - 1)].block != block))
		k++;
	return &all[k & (max - 1)];
}

/* Make room for one more. */
static int grow_unnamed(struct naming *n)
{
	size_t max = n->max_unnamed * 2;
	struct unnamed *more;

	if (n->nr_unnamed * 4 < n->max_unnamed * 3)
		return 0;
	more = huge_zalloc(max * sizeof(*more));
	if (!more)
		return -ENOMEM;
	for (size_t i = 0; i < n->max_unnamed; i++) {
		const struct unnamed *u = &n->unnamed[i];

		if (u->object)
			*find_unnamed(more, max, u->object, u->block) = *u;
	}
	free(n->unnamed);
	n->unnamed = more;
	n->max_unnamed = max;
	return 0;
}

/* The number of a place without a symbol, which often has the name of an earlier one. */
static int number_unnamed(struct naming *n, const struct place *p, bool together, uint32_t *out)
{
	struct place_names names = { .line = "" };
	uint64_t block = call_of(p);
	struct unnamed *u;
	int err = grow_unnamed(n);

	if (err)
		return err;
	u = find_unnamed(n->unnamed, n->max_unnamed, p->object, block);
	n->nr_unnamed += !u->object;
	u->object = p->object;
	u->block = block;
	if (!u->number[together]) {
		names.symbol = call_by_place(n, p, together);
		names.object = object_of(n, p, false);
		err = names.symbol && names.object ? number_of(n, &names, out) : -ENOMEM;
		u->number[together] = err ? 0 : *out + 1;
	}
	*out = u->number[together] - 1;
	return err;
}

/* Called with the lock held. */
static int number_place(struct naming *n, const struct place *p, unsigned int what, uint32_t *out)
{
	struct place_names names = { .object = "", .symbol = "", .line = "" };
	struct symbol sym = { 0 };
	size_t k;
	struct entry *e = find_entry(n, p, &k);
	int err;

	if (e && e->number[what]) {
		*out = e->number[what] - 1;
		return 0;
	}
	if (symbolizer_name(n->symbolizer, p, &sym))
		sym.name = NULL;
	if (!sym.name && !(what & NAMING_LINE))
		return number_unnamed(n, p, what & NAMING_TOGETHER, out);
	e = entry_of(n, p);
	err = e ? ask(n, p, sym.name, what, &names) ?: number_of(n, &names, out) : -ENOMEM;
	if (!err)
		e->number[what] = *out + 1;
	return err;
}

bool naming_is_one_call(struct naming *n, const struct place *first, const struct place *last)
{
	bool one;

	pthread_mutex_lock(&n->lock);
	one = first->object == last->object && call_of(first) == call_of(last) &&
	      !symbolizer_has_symbols(n->symbolizer, first->object);
	pthread_mutex_unlock(&n->lock);
	return one;
}

bool naming_symbol_offset(struct naming *n, const struct place *place, uint64_t *offset)
{
	struct symbol sym = { 0 };
	bool known;

	pthread_mutex_lock(&n->lock);
	known = !symbolizer_name(n->symbolizer, place, &sym) && sym.name;
	pthread_mutex_unlock(&n->lock);
	*offset = known ? place->offset - sym.start : 0;
	return known;
}

int naming_number(struct naming *n, const struct place *place, unsigned int what, uint32_t *out)
{
	int err;

	pthread_mutex_lock(&n->lock);
	err = number_place(n, place, what, out);
	pthread_mutex_unlock(&n->lock);
	return err;
}

int naming_get(struct naming *n, const struct place *place, unsigned int what,
	       struct place_names *out)
{
	uint32_t number;
	int err = naming_number(n, place, what, &number);

	if (!err)
		naming_copy(n, number, out);
	return err;
}

const struct place_names *naming_of(const struct naming *n, uint32_t number)
{
	return &n->numbered[number];
}

void naming_copy(struct naming *n, uint32_t number, struct place_names *out)
{
	pthread_mutex_lock(&n->lock);
	*out = *naming_of(n, number);
	pthread_mutex_unlock(&n->lock);
}

void naming_data(struct naming *n, const struct spaces *spaces, uint32_t space, uint64_t address,
		 struct data_range *out)
{
	pthread_mutex_lock(&n->lock);
	symbolizer_data(n->symbolizer, spaces, space, address, out);
	pthread_mutex_unlock(&n->lock);
}

/* Called with the lock held; a text that is NULL is out of memory. */
static int add_field(struct naming *n, const struct data_field *f, uint32_t *out)
{
	uint32_t number = f->type && f->field ? intern_add(&n->fields, f, sizeof(*f)) : INTERN_NONE;

	*out = number == INTERN_NONE ? NAMING_NO_FIELD : number + 1;
	return number == INTERN_NONE ? -ENOMEM : 0;
}

/* Called with the lock held. */
static int number_field(struct naming *n, const struct type_place *place, bool type_only,
			uint32_t *out)
{
	struct data_field f = {
		intern(n, place->type), intern(n, place->field), place->offset, place->size,
		place->type_size,
	};

	if (type_only)
		f = (struct data_field){ .type = f.type, .field = f.field ? "" : NULL };
	return add_field(n, &f, out);
}

int naming_variable(struct naming *n, const struct object *o, uint64_t addr, bool type_only,
		    uint32_t *out)
{
	struct type_place place;
	int err = 0;

	*out = NAMING_NO_FIELD;
	pthread_mutex_lock(&n->lock);
	if (symbolizer_variable(n->symbolizer, o, addr, &place))
		err = number_field(n, &place, type_only, out);
	pthread_mutex_unlock(&n->lock);
	return err;
}

int naming_access(struct naming *n, const struct place *pc, bool type_only, uint32_t *out)
{
	struct type_place place;
	int err = 0;

	*out = NAMING_NO_FIELD;
	pthread_mutex_lock(&n->lock);
	if (symbolizer_access(n->symbolizer, pc, &place))
		err = number_field(n, &place, type_only, out);
	pthread_mutex_unlock(&n->lock);
	return err;
}

bool naming_field(struct naming *n, uint32_t number, struct data_field *out)
{
	bool known;

	*out = (struct data_field){ .type = "", .field = "" };
	pthread_mutex_lock(&n->lock);
	known = number != NAMING_NO_FIELD && number <= n->fields.nr;
	if (known)
		memcpy(out, intern_get(&n->fields, number - 1), sizeof(*out));
	pthread_mutex_unlock(&n->lock);
	return known;
}
