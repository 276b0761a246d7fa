// SPDX-License-Identifier: GPL-2.0-only
#include "kvm/trail.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/array.h"

/*
 * A block begins with a complete item.  Each further item is encoded as numbers, 7 bits per byte,
 * lowest first, with bit 7 set in all bytes but the last.  From bit 0 on: the kind; the index among
 * recent ids, or that a new id follows as a number; and the increase of .at.  A decrease is a
 * separate number of kind BACK before the item.
 */
#define KIND_BITS	3
#define KIND_MASK	7
#define ID_BITS		2
#define NEW_ID		3
#define BACK		7
/* A difference with more bits begins a new block. */
#define STEP_BITS	(64 - KIND_BITS - ID_BITS)

#define MAX_BYTES	(10 + 1 + 5)	/* of an item */
#define BLOCK_BYTES	(512 - 24)

struct trail_block {
	uint64_t at;		/* of the first item */
	uint32_t id;
	uint16_t nr;		/* number of items, including the first */
	uint16_t used;		/* bytes */
	uint8_t kind;
	uint8_t byte[BLOCK_BYTES];
};

_Static_assert(sizeof(struct trail_block) == TRAIL_BLOCK, "what a walk has room for");

/* A block's location: its address, or its number in the file, shifted, with bit 0 set. */
#define IN_FILE	1

static bool in_file(const struct trail *t, size_t block)
{
	return t->block[block].where & IN_FILE;
}

static struct trail_block *in_memory(const struct trail *t, size_t block)
{
	return (struct trail_block *)t->block[block].where;
}

/* Free a block after its last read. */
static void trail_drop(struct trail *t, size_t block)
{
	if (!in_file(t, block))
		free(in_memory(t, block));
	t->block[block].where = 0;
}

void trail_clear(struct trail *t)
{
	struct trail_file *file = t->file;
	size_t i;

	for (i = 0; i < t->nr_blocks; i++)
		trail_drop(t, i);
	free(t->block);
	memset(t, 0, sizeof(*t));
	t->file = file;
}

/* Write the waiting blocks, which are contiguous, to the file.  False: they stay in memory. */
static bool write_run(struct trail *t)
{
	struct trail_file *f = t->file;
	size_t first = t->nr_blocks - TRAIL_RUN;
	uint64_t at = atomic_fetch_add(&f->end, TRAIL_RUN * TRAIL_BLOCK);
	struct iovec iov[TRAIL_RUN];
	ssize_t n;

	for (size_t i = 0; i < TRAIL_RUN; i++)
		iov[i] = (struct iovec){ in_memory(t, first + i), TRAIL_BLOCK };
	do {
		n = pwritev(f->fd, iov, TRAIL_RUN, (off_t)at);
	} while (n < 0 && errno == EINTR);
	if (n != TRAIL_RUN * TRAIL_BLOCK) {
		f->full = true;
		return false;
	}
	for (size_t i = 0; i < TRAIL_RUN; i++)
		t->block[first + i].where = (uintptr_t)(at / TRAIL_BLOCK + i) << 1 | IN_FILE;
	return true;
}

/* The last block is full.  Returns the memory of one that was written to the file, or NULL. */
static struct trail_block *fill(struct trail *t)
{
	struct trail_file *f = t->file;
	struct trail_block *b = in_memory(t, t->nr_blocks - 1), *others[TRAIL_RUN - 1];

	if (!f || f->full)
		return NULL;
	if (f->nr_near < TRAIL_NEAR && !t->nr_waiting) {
		f->nr_near++;
		return NULL;
	}
	if (++t->nr_waiting < TRAIL_RUN)
		return NULL;
	t->nr_waiting = 0;
	for (size_t i = 0; i < TRAIL_RUN - 1; i++)
		others[i] = in_memory(t, t->nr_blocks - TRAIL_RUN + i);
	if (!write_run(t))
		return NULL;
	for (size_t i = 0; i < TRAIL_RUN - 1; i++)
		free(others[i]);
	return b;
}

/* Read that many consecutive blocks from the file.  0 or -errno. */
static int read_run(const struct trail *t, size_t block, size_t nr, void *buf)
{
	ssize_t n;

	do {
		n = pread(t->file->fd, buf, nr * TRAIL_BLOCK,
			  (off_t)(t->block[block].where >> 1) * TRAIL_BLOCK);
	} while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n == (ssize_t)(nr * TRAIL_BLOCK) ? 0 : -EIO;
}

/* A block, in memory or read into buf.  NULL: see *err. */
static const struct trail_block *get_block(const struct trail *t, size_t block,
					   struct trail_block *buf, int *err)
{
	*err = 0;
	if (!in_file(t, block))
		return in_memory(t, block);
	*err = read_run(t, block, 1, buf);
	return *err ? NULL : buf;
}

/* Make id the most recent one; i: its former index. */
static void remember(uint32_t *recent, uint32_t id, unsigned int i)
{
	for (i = i < TRAIL_IDS ? i : TRAIL_IDS - 1; i > 0; i--)
		recent[i] = recent[i - 1];
	recent[0] = id;
}

static void forget(uint32_t *recent, uint32_t id)
{
	unsigned int i;

	for (i = 0; i < TRAIL_IDS; i++)
		recent[i] = id;
}

static int new_block(struct trail *t, const struct trail_item *item)
{
	struct trail_block *b = t->nr_blocks ? fill(t) : NULL;
	struct trail_place *place;

	if (!b)
		b = malloc(sizeof(*b));
	place = b ? array_add(t->block, t->nr_blocks) : NULL;
	if (!place) {
		free(b);
		return -ENOMEM;
	}
	b->at = item->at;
	b->id = item->id;
	b->kind = item->kind;
	b->nr = 1;
	b->used = 0;
	*place = (struct trail_place){ item->at, (uintptr_t)b };
	t->last = item->at;
	forget(t->recent, item->id);
	return 0;
}

static void put(struct trail_block *b, uint64_t v)
{
	for (; v > 0x7f; v >>= 7)
		b->byte[b->used++] = v | 0x80;
	b->byte[b->used++] = v;
}

static uint64_t get(const struct trail_block *b, unsigned int *at)
{
	unsigned int shift = 0;
	uint64_t v = 0;

	for (; b->byte[*at] & 0x80; shift += 7)
		v |= (uint64_t)(b->byte[(*at)++] & 0x7f) << shift;
	return v | (uint64_t)b->byte[(*at)++] << shift;
}

int trail_add(struct trail *t, const struct trail_item *item)
{
	struct trail_block *b = t->nr_blocks ? in_memory(t, t->nr_blocks - 1) : NULL;
	bool back = item->at < t->last;
	uint64_t step = back ? t->last - item->at : item->at - t->last;
	unsigned int i;

	if (!b || b->nr == TRAIL_ITEMS || b->used > BLOCK_BYTES - MAX_BYTES ||
	    step >> STEP_BITS)
		return new_block(t, item);
	for (i = 0; i < TRAIL_IDS && t->recent[i] != item->id; i++)
		;
	if (back) {
		put(b, step << (KIND_BITS + ID_BITS) | BACK);
		step = 0;
	}
	put(b, (step << ID_BITS | i) << KIND_BITS | item->kind);
	if (i == NEW_ID)
		put(b, item->id);
	b->nr++;
	t->last = item->at;
	remember(t->recent, item->id, i);
	return 0;
}

static struct trail_item first_of(const struct trail_block *b)
{
	return (struct trail_item){ .at = b->at, .id = b->id, .kind = b->kind };
}

int trail_first(const struct trail *t, size_t block, struct trail_item *item)
{
	struct trail_block buf;
	int err;
	const struct trail_block *b = get_block(t, block, &buf, &err);

	if (b)
		*item = first_of(b);
	return err;
}

static int unpack(const struct trail_block *b, struct trail_item *items)
{
	uint32_t recent[TRAIL_IDS];
	unsigned int i, at = 0;
	uint64_t v, now = b->at;
	int n;

	items[0] = first_of(b);
	forget(recent, b->id);
	for (n = 1; n < b->nr; n++) {
		v = get(b, &at);
		if ((v & KIND_MASK) == BACK) {
			now -= v >> (KIND_BITS + ID_BITS);
			v = get(b, &at);
		}
		now += v >> (KIND_BITS + ID_BITS);
		i = v >> KIND_BITS & NEW_ID;
		items[n].at = now;
		items[n].kind = v & KIND_MASK;
		items[n].id = i == NEW_ID ? get(b, &at) : recent[i];
		remember(recent, items[n].id, i);
	}
	return n;
}

int trail_read(const struct trail *t, size_t block, struct trail_item *items)
{
	struct trail_block buf;
	int err;
	const struct trail_block *b = get_block(t, block, &buf, &err);

	return b ? unpack(b, items) : err;
}

size_t trail_find(const struct trail *t, uint64_t at)
{
	size_t lo = 0, hi = t->nr_blocks;

	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2;

		if (t->block[mid].at <= at)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

static int by_time(const void *a, const void *b)
{
	const struct trail_item *x = a, *y = b;

	/* qsort is not stable; keep the order of equal items */
	return array_order(x->at, y->at) ?: array_order(x, y);
}

/* Stable insertion sort from the end, because trails are nearly sorted. */
static void sort_items(struct trail_item *items, size_t n)
{
	size_t i, k, moved = 0;

	for (i = 1; i < n && moved < 64 * n; i++) {
		struct trail_item f = items[i];

		for (k = i; k && items[k - 1].at > f.at; k--) {
			items[k] = items[k - 1];
			moved++;
		}
		items[k] = f;
	}
	if (i < n)
		qsort(items, n, sizeof(*items), by_time);
}

/* Read the block that contains at.  0 or -errno. */
static int read_near(struct trail_reader *r, const struct trail *t, size_t block)
{
	int n = trail_read(t, block, r->item), err;

	r->trail = NULL;
	if (n < 0)
		return n;
	r->nr = (unsigned int)n;
	if (block + 1 < t->nr_blocks) {
		err = trail_first(t, block + 1, &r->item[r->nr++]);
		if (err)
			return err;
	}
	r->trail = t;
	r->block = block;
	return 0;
}

int trail_seek(struct trail_reader *r, const struct trail *t, uint64_t at,
	       const struct trail_item **item, uint64_t *from, uint64_t *len)
{
	size_t block, lo;
	int err;

	*from = 0;
	*len = UINT64_MAX;
	if (!t->nr_blocks)
		return 0;
	block = trail_find(t, at);
	err = r->trail == t && r->block == block ? 0 : read_near(r, t, block);
	if (err)
		return err;
	lo = array_first(r->nr, i, r->item[i].at > at);
	if (lo)
		*from = r->item[lo - 1].at;
	*len = (lo < r->nr ? r->item[lo].at : UINT64_MAX) - *from;
	*item = lo ? &r->item[lo - 1] : NULL;
	return lo > 0;
}

void trail_walk(struct trail_walk *w, struct trail *t, bool drop)
{
	w->trail = t;
	w->drop = drop;
	w->err = 0;
	w->block = 0;
	w->i = w->n = 0;
	w->run = w->nr_run = 0;
}

/* The number of consecutive blocks in the file, starting with that one. */
static size_t run_from(const struct trail *t, size_t block)
{
	size_t nr = 1;

	while (nr < TRAIL_RUN && block + nr < t->nr_blocks &&
	       t->block[block + nr].where == t->block[block].where + 2 * nr)
		nr++;
	return nr;
}

/* Read the items of the next block.  Returns as trail_read(). */
static int read_next(struct trail_walk *w)
{
	const struct trail *t = w->trail;
	int err;

	if (!in_file(t, w->block))
		return unpack(in_memory(t, w->block), w->item);
	if (w->block - w->run >= w->nr_run) {
		w->run = w->block;
		w->nr_run = run_from(t, w->block);
		err = read_run(t, w->block, w->nr_run, w->byte);
		if (err)
			return err;
	}
	return unpack((const struct trail_block *)(w->byte + (w->block - w->run) * TRAIL_BLOCK),
		      w->item);
}

const struct trail_item *trail_next(struct trail_walk *w)
{
	if (w->i < w->n)
		return &w->item[w->i++];
	if (w->block == w->trail->nr_blocks)
		return NULL;
	w->n = read_next(w);
	if (w->n < 0) {
		w->err = w->n;
		w->n = 0;
		w->i = 0;
		return NULL;
	}
	if (w->drop)
		trail_drop(w->trail, w->block);
	w->block++;
	w->i = 1;
	return &w->item[0];
}

/* Sort everything in memory. */
static int sort_whole(struct trail *t)
{
	struct trail_item *items = malloc((t->nr_blocks * TRAIL_ITEMS + 1) * sizeof(*items));
	size_t n = 0, i;
	int err = 0, got;

	if (!items)
		return -ENOMEM;
	for (i = 0; i < t->nr_blocks && !err; i++) {
		got = trail_read(t, i, items + n);
		if (got < 0)
			err = got;
		else
			n += got;
	}
	sort_items(items, n);
	trail_clear(t);
	for (i = 0; i < n && !err; i++)
		err = trail_add(t, &items[i]);
	free(items);
	return err;
}

/* Take up to max items from the walk.  Returns their number. */
static size_t take(struct trail_walk *w, struct trail_item *items, size_t max)
{
	const struct trail_item *item;
	size_t n = 0;

	while (n < max && (item = trail_next(w)))
		items[n++] = *item;
	return n;
}

/* Items are nearly sorted: none is displaced by more than half a window, else sets *left. */
static int sort_window(struct trail *t, struct trail_item *items, bool *left)
{
	struct trail out = { .file = t->file };
	struct trail_walk w;
	size_t n = 0, i, done;
	int err = 0;

	*left = false;
	trail_walk(&w, t, true);
	do {
		n += take(&w, items + n, TRAIL_WINDOW - n);
		sort_items(items, n);
		done = n == TRAIL_WINDOW ? n / 2 : n;
		*left |= n && out.nr_blocks && items[0].at < out.last;
		for (i = 0; i < done && !err; i++)
			err = trail_add(&out, &items[i]);
		n -= done;
		memmove(items, items + done, n * sizeof(*items));
	} while (n && !err);
	trail_clear(t);
	*t = out;
	return err ?: w.err;
}

int trail_sort(struct trail *t)
{
	size_t room = t->nr_blocks < TRAIL_WINDOW / TRAIL_ITEMS ? t->nr_blocks * TRAIL_ITEMS + 1 :
								   TRAIL_WINDOW;
	struct trail_item *items = malloc(room * sizeof(*items));
	bool left = false;
	int err = items ? sort_window(t, items, &left) : -ENOMEM;

	free(items);
	return err ?: left ? sort_whole(t) : 0;
}
