// SPDX-License-Identifier: GPL-2.0-only
/*
 * Plain queries, i.e. the default report and perf's default keys.  This caches the name of each
 * place in a space, and the cell of each name and owner.  If the space determines everything that
 * the query needs of an owner, the cell of a place is cached directly.
 */
#include <errno.h>
#include <string.h>

#include "profile/data.h"
#include "profile/places.h"

/*
 * Memos are for places, or for blocks of them if nearly all code has no symbols, because there are
 * about ten times as many places.  This affects only speed.
 */
#define MEMO_PLACE	UINT64_MAX
#define MEMO_BLOCK	(~(uint64_t)NAMING_BLOCK + 1)
/* Flag in where: a memo of a single place while others are of blocks. */
#define MEMO_ALONE	(1u << 30)

/*
 * After BLOCKS_FROM new places, use blocks if at most one in BLOCKS_BUT has a different name than
 * its block.
 */
#define BLOCKS_FROM	1024
#define BLOCKS_BUT	16
/* This many samples in places with a different name than their block are too many. */
#define FAR_MAX		4096

int profile_plain_init(struct profile *p)
{
	p->memo_mask = MEMO_PLACE;
	return memos_init(&p->memos) ?: p->by_space ? 0 : memos_init(&p->named_cells) ?:
	       p->by_data ? memos_init(&p->whos_of_data) : 0;
}

void profile_plain_end(struct profile *p)
{
	memos_free(&p->memos);
	memos_free(&p->named_cells);
	memos_free(&p->whos_of_data);
	p->memos = p->named_cells = p->whos_of_data = (struct memos){ 0 };
	intern_clear(&p->whos);
}

static bool by_block(const struct profile *p)
{
	return p->memo_mask == MEMO_BLOCK;
}

/* Before a batch: switch to the other kind of memos if it is better.  0 or -ENOMEM. */
static int choose_memos(struct profile *p)
{
	bool block = by_block(p) ? p->met.far <= FAR_MAX :
		     p->met.one_call >= BLOCKS_FROM && p->met.one_call / BLOCKS_BUT >= p->met.other;

	if (block == by_block(p))
		return 0;
	/* if blocks were not good enough, they are not tried again */
	p->met.other = block ? p->met.other : UINT32_MAX;
	p->met.one_call = 0;
	p->memo_mask = block ? MEMO_BLOCK : MEMO_PLACE;
	memos_free(&p->memos);
	return memos_init(&p->memos);
}

/* Do all places in the record's block have the same cell? */
static bool is_one_call(const struct profile *p, const struct spe_record *rec, uint32_t space)
{
	uint64_t block = rec->pc & MEMO_BLOCK, from, to;
	struct place first, last;

	if (p->want_line)
		return false;
	spaces_locate_around(p->ctx.spaces, space, block, &first, &from, &to);
	last = first;
	last.offset += NAMING_BLOCK - 1;
	return to - block >= NAMING_BLOCK - 1 && naming_is_one_call(p->ctx.naming, &first, &last);
}

/* The memo of a place that has no cell yet: its name + 1, 0 for NO_NAME. */
#define MEMO_NAME(name)	((name) + 1)

/* The first sample of its place or block: find its cell or its name. */
static int new_memo(struct profile *p, const struct spe_record *rec, const struct owner *o,
		    uint32_t where, uint32_t *cell)
{
	uint64_t key[CELL_PARTS], offset;
	uint32_t name = NO_NAME, object;
	bool one = !(rec->has & SPE_HAS_PC);
	int err = 0;

	/* the memo also has the name */
	if (rec->has & SPE_HAS_PC) {
		object = profile_locate(p, rec, o, &offset);
		err = profile_ask_name(p, object, offset, &name);
		one = !err && is_one_call(p, rec, profile_space(p, rec, o));
	}
	if (err)
		return err;
	p->met.one_call += one && p->met.one_call < UINT32_MAX;
	p->met.other += !one && p->met.other < UINT32_MAX;
	*cell = MEMO_NAME(name);
	profile_key_of_name(p, rec, o, name, key);
	err = p->by_space ? cells_number(p->cells, key, cell) : 0;
	if (err)
		return err;
	if (by_block(p) && !one)
		return memo_add(&p->memos, rec->pc, where | MEMO_ALONE, *cell);
	return memo_add(&p->memos, rec->pc & p->memo_mask, where, *cell);
}

/* Cells of the samples that passed, while being looked up. */
struct lookups {
	unsigned int n;
	const struct spe_record *rec[PROFILE_BATCH];
	uint32_t where[PROFILE_BATCH], who[PROFILE_BATCH];
	uint32_t home[PROFILE_BATCH];	/* of the memo */
	uint32_t cell[PROFILE_BATCH];	/* MEMO_NAME() before that */
};

/*
 * The part of a memo's key besides the address, and how long it is valid; len 0: not looked up yet.
 */
struct whereabouts {
	uint64_t from, len;	/* ticks */
	uint32_t where;
	uint32_t who;		/* number of the key without the name; not by_space */
};

_Static_assert(NR_WORLDS <= 8, "a world is 3 bits");

/* The index of the data's field in the key, which has it. */
static unsigned int data_part(const struct profile *p)
{
	unsigned int i = 0;

	while (p->part[i] != PART_DATA)
		i++;
	return i;
}

/* The number of an owner's key without the name and the data's field; 0: out of memory. */
static uint32_t find_who(struct profile *p, const struct spe_record *rec, const struct owner *o)
{
	struct who *w = &p->who[(o->task ^ o->world) % PROFILE_WHOS];
	uint32_t node = p->by_node ? profile_node(p, rec) : 0;
	uint64_t key[CELL_PARTS];

	if (w->number && w->node == node && !memcmp(&w->owner, o, sizeof(*o)))
		return w->number;
	profile_key_of_name(p, rec, o, NO_NAME, key);
	if (p->by_data)
		key[data_part(p)] = NAMING_NO_FIELD;
	w->owner = *o;
	w->node = node;
	return w->number = intern_add(&p->whos, key, p->nr_parts * sizeof(key[0])) + 1;
}

/* 0 or -ENOMEM. */
static int find_where(struct profile *p, const struct spe_record *rec,
		      const struct owner *o, struct whereabouts *w)
{
	const struct space_cursor *c = &p->cursor[o->world];

	w->where = (profile_space(p, rec, o) << 3 | o->world) + 1;
	w->from = c->from;
	w->len = c->len;
	if (p->by_space)
		return 0;
	w->who = p->by_node ? 1 : find_who(p, rec, o);
	return w->who ? 0 : -ENOMEM;
}

/* Find each passing sample's place, and prefetch its memo. */
static int look_up(struct profile *p, const struct samples *s, struct lookups *l)
{
	struct whereabouts of[PROFILE_BATCH];
	const struct memos memos = p->memos;
	const uint64_t mask = p->memo_mask;
	unsigned int i, n = 0;
	int err = 0;

	for (i = 0; i < s->nr_owners; i++)
		of[i] = (struct whereabouts){ 0 };
	for (i = 0; i < s->n; i++) {
		const struct spe_record *rec = &s->rec[i];
		struct whereabouts *w = &of[s->owner_of[i]];

		if (!s->all && !s->keep[i])
			continue;
		if (__builtin_expect(rec->ticks - w->from >= w->len, 0))
			err |= find_where(p, rec, &s->owner[s->owner_of[i]], w);
		l->rec[n] = rec;
		l->where[n] = w->where;
		l->who[n] = w->who;
		if (__builtin_expect(!(rec->has & SPE_HAS_PC), 0))
			l->where[n] |= 1u << 31;
		l->home[n] = memo_home(&memos, rec->pc & mask, l->where[n]);
		memo_fetch(&memos, l->home[n]);
		n++;
	}
	l->n = n;
	return err;
}

/* The cell of a sample whose memo is not in its first line. */
static __attribute__((noinline)) int find_cell(struct profile *p, const struct samples *s,
					       struct lookups *l, unsigned int i)
{
	const struct spe_record *rec = l->rec[i];
	uint32_t alone = l->where[i] | MEMO_ALONE;

	if (memo_find(&p->memos, rec->pc & p->memo_mask, l->where[i], &l->cell[i]))
		return 0;
	if (by_block(p) && memo_find(&p->memos, rec->pc, alone, &l->cell[i])) {
		p->met.far++;
		return 0;
	}
	return new_memo(p, rec, &s->owner[s->owner_of[rec - s->rec]], l->where[i], &l->cell[i]);
}

/* The first sample of that name and owner: find its cell. */
static __attribute__((noinline)) int new_named_cell(struct profile *p, const struct samples *s,
						    struct lookups *l, unsigned int i)
{
	const struct spe_record *rec = l->rec[i];
	uint32_t name = l->cell[i];
	uint64_t key[CELL_PARTS];

	if (memo_find(&p->named_cells, name, l->who[i], &l->cell[i]))
		return 0;
	profile_key_of_name(p, rec, &s->owner[s->owner_of[rec - s->rec]], name - 1, key);
	return cells_number(p->cells, key, &l->cell[i]) ?:
	       memo_add(&p->named_cells, name, l->who[i], l->cell[i]);
}

/* Nodes that a batch remembers the keys of each of its owners for. */
#define BATCH_NODES	8

/* The numbers of keys where these have the node of the data, too.  0 or -ENOMEM. */
static __attribute__((noinline)) int number_by_node(struct profile *p, const struct samples *s,
						    struct lookups *l)
{
	uint32_t known[PROFILE_BATCH][BATCH_NODES];

	memset(known, 0, s->nr_owners * sizeof(known[0]));
	for (unsigned int i = 0; i < l->n; i++) {
		unsigned int owner = s->owner_of[l->rec[i] - s->rec];
		uint32_t node = profile_node(p, l->rec[i]);
		uint32_t *who = node < BATCH_NODES ? &known[owner][node] : NULL;

		l->who[i] = who && *who ? *who : find_who(p, l->rec[i], &s->owner[owner]);
		if (!l->who[i])
			return -ENOMEM;
		if (who)
			*who = l->who[i];
	}
	return 0;
}

/* The number of such a key with the data's field; 0: out of memory. */
static __attribute__((noinline)) uint32_t new_who_of_data(struct profile *p, uint32_t who,
							  uint32_t field)
{
	size_t size = p->nr_parts * sizeof(uint64_t);
	uint64_t key[CELL_PARTS];
	uint32_t number;

	if (memo_find(&p->whos_of_data, field, who, &number))
		return number;
	memcpy(key, intern_get(&p->whos, who - 1), size);
	key[data_part(p)] = field;
	number = intern_add(&p->whos, key, size) + 1;
	return number && !memo_add(&p->whos_of_data, field, who, number) ? number : 0;
}

/* Likewise for all samples whose data has a field.  0 or -ENOMEM. */
static __attribute__((noinline)) int number_by_data(struct profile *p, const struct samples *s, struct lookups *l)
{
	for (unsigned int i = 0; i < l->n; i++) {
		const struct spe_record *rec = l->rec[i];
		uint32_t field = profile_data(p, rec, &s->owner[s->owner_of[rec - s->rec]]);
		uint32_t home, who = l->who[i];

		if (field == NAMING_NO_FIELD)
			continue;
		home = memo_home(&p->whos_of_data, field, who);
		if (!memo_is_near(&p->whos_of_data, home, field, who, &l->who[i]))
			l->who[i] = new_who_of_data(p, who, field);
		if (!l->who[i])
			return -ENOMEM;
	}
	return 0;
}

/* From names to cells. */
static int look_up_names(struct profile *p, const struct samples *s, struct lookups *l)
{
	uint32_t cell;
	int err = 0;

	for (unsigned int i = 0; i < l->n; i++) {
		l->home[i] = memo_home(&p->named_cells, l->cell[i], l->who[i]);
		memo_fetch(&p->named_cells, l->home[i]);
	}
	for (unsigned int i = 0; i < l->n && !err; i++) {
		if (__builtin_expect(memo_is_near(&p->named_cells, l->home[i], l->cell[i],
						  l->who[i], &cell), 1))
			l->cell[i] = cell;
		else
			err = new_named_cell(p, s, l, i);
	}
	return err;
}

/* From places to cells or names. */
static inline int look_up_places(struct profile *p, const struct samples *s, struct lookups *l)
{
	int err = 0;

	for (unsigned int i = 0; i < l->n && !err; i++) {
		if (__builtin_expect(!memo_is_near(&p->memos, l->home[i],
						   l->rec[i]->pc & p->memo_mask, l->where[i],
						   &l->cell[i]), 0))
			err = find_cell(p, s, l, i);
	}
	return err;
}

/* The key has no name. */
static __attribute__((noinline)) void skip_names(struct lookups *l)
{
	for (unsigned int i = 0; i < l->n; i++)
		l->cell[i] = MEMO_NAME(NO_NAME);
}

/* Each step uses memory that the previous one has prefetched for the whole batch. */
int profile_add_plain(struct profile *p, const struct samples *s)
{
	struct lookups l;
	int err = choose_memos(p) ?: look_up(p, s, &l);

	if (err)
		return err;
	if (p->want_name)
		err = look_up_places(p, s, &l);
	else
		skip_names(&l);
	if (p->by_node)
		err = err ?: number_by_node(p, s, &l);
	if (p->by_data)
		err = err ?: number_by_data(p, s, &l);
	if (!p->by_space)
		err = err ?: look_up_names(p, s, &l);
	return err ?: cells_add_numbered(p->cells, l.cell, l.rec, l.n);
}
