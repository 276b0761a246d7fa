/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PROFILE_PROFILE_IMPL_H
#define PROFILE_PROFILE_IMPL_H

#include "base/intern.h"
#include "profile/cells/cells.h"
#include "profile/cells/memo.h"
#include "profile/costly.h"
#include "profile/filter/filter.h"
#include "profile/key_parts.h"
#include "profile/profile.h"

/* The insides of a profile: shared by the files of this folder. */

/*
 * Where a page of code lies, remembered: looking it up costs more than all
 * the rest.  Direct-mapped by page and space.
 */
struct page_entry {
	uint64_t page;		/* address >> 12, + 1; 0: empty */
	uint64_t bias;		/* offset = address + bias */
	uint32_t space;
	uint32_t object;
};

#define PAGE_ENTRIES	2048

/* What a place is called, remembered: each is named once by each thread. */
struct name_entry {
	uint64_t offset;
	uint32_t object;	/* + 1; 0: free */
	uint32_t number;
};

/* The number of an owner's key without the name, on the stream's CPU. */
struct who {
	struct owner owner;
	uint32_t number;	/* 0: empty */
};

#define PROFILE_WHOS	16	/* remembered: direct-mapped by task and world */

/* CPU models told apart in one profile. */
#define PROFILE_MODELS	64

/* The space of a memory (owner.memory), and how long that holds. */
struct space_cursor {
	uint64_t from, len;	/* ticks; len 0: not made */
	int32_t memory;
	uint32_t space;
};

/* Costly samples: costly.h. */
struct costly {
	struct costly_sample *list;
	size_t nr;
};
int costly_merge(struct costly *to, const struct costly *from);	/* 0 or -ENOMEM */

struct profile {
	const struct profile_query *query;
	struct profile_context ctx;
	uint8_t part[CELL_PARTS];	/* enum part, in the order of the key */
	unsigned int nr_parts;
	uint32_t has;			/* SPE_HAS_* that PART_HAS keeps */
	bool want_basis, want_reason, want_el, want_name, want_line, want_pid, want_tid, want_vcpu;
	bool want_guest_pid, want_guest_tid, exact_total;
	bool plain;			/* by name, owner and CPU alone: memo */
	bool by_space;			/* plain: by name, world and VM alone */
	uint64_t va_mask, pa_mask;
	struct cells *cells;
	uint64_t *ids;			/* identity.h; NULL: not yet asked */
	/* of the stream */
	int32_t cpu;
	uint64_t midr;
	unsigned int model;
	uint64_t models[PROFILE_MODELS];
	unsigned int nr_models;
	struct space_cursor cursor[NR_WORLDS];	/* by world */
	struct page_entry pages[PAGE_ENTRIES];
	struct memos memos;		/* of a plain query */
	struct memos named_cells;	/* plain, not by_space */
	struct intern whos;		/* the same: keys without their names */
	struct who who[PROFILE_WHOS];
	uint64_t memo_mask;		/* bits of an address that its memo goes by */
	struct {
		uint32_t one_call, other;	/* new places: in blocks of one call; in others */
		uint32_t far;		/* samples outside of blocks, while memos are of blocks */
	} met;
	struct name_entry *names;	/* open addressing */
	size_t nr_names, max_names;	/* max a power of two */
	struct place_names *named;	/* by number, as naming has them; .object NULL: not yet */
	size_t max_named;
	struct filter_memo matches;
	/* samples of CPU cycles: cycles.c */
	struct {
		bool counted, clock;
		struct cycle_count *of;	/* by number of the cell; max of them */
		size_t max;
	} cycles;
	struct costly costly;
	/* of a bound: top_keys.c */
	size_t max_cells;		/* 0: none */
	struct sketch *sketch;		/* of all samples, which are not in cells; NULL: they are */
	uint32_t level;			/* keys of fewer are in WHO_REST; 0: all have cells */
	uint64_t *name_hash;		/* by number; 0: not yet known */
	size_t max_name_hash;
};

/* Millions of cells take a while: looked at now and then, at the i-th of them. */
static inline bool profile_is_cancelled(const struct profile *p, size_t i)
{
	return !(i & 0xfff) && p->ctx.cancel &&
	       atomic_load_explicit(p->ctx.cancel, memory_order_relaxed);
}

/* Cells that count what the query asks for.  NULL: out of memory. */
struct cells *profile_new_cells(const struct profile *p);
/* Does the query's filter, which is there, take it? */
bool profile_passes(struct profile *p, const struct spe_record *rec, const struct owner *o);
/* The key of a sample.  0 or -ENOMEM. */
int profile_key(struct profile *p, const struct spe_record *rec, const struct owner *o,
		uint64_t key[CELL_PARTS]);
/* The same where its name is known. */
void profile_key_of_name(struct profile *p, const struct spe_record *rec, const struct owner *o,
			 uint32_t name, uint64_t key[CELL_PARTS]);
/* vm + 1 << 32 | vcpu + 1, as far as it is asked for. */
static inline uint64_t profile_guest(const struct profile *p, const struct owner *o)
{
	return (uint64_t)(uint32_t)(o->vm + 1) << 32 |
	       (p->want_vcpu ? (uint32_t)(o->vcpu + 1) : 0);
}

/* plain.c: a query that is p->plain.  0 or -ENOMEM. */
int profile_plain_init(struct profile *p);
int profile_add_plain(struct profile *p, const struct samples *s);
/* What is remembered of names and cells goes: no more samples come.  Of any query. */
void profile_plain_end(struct profile *p);

/*
 * A bound of different keys.  Until they are too many each has its cell; then all samples
 * go into a sketch.  With that sketch in another pass, the keys that may have most samples
 * have cells, and each of them all of its samples.
 */
void top_keys_init(struct profile *p);
void top_keys_free(struct profile *p);
/* Is it time for top_keys_add(), instead of cells_add()? */
static inline bool top_keys_is_met(const struct profile *p)
{
	return p->sketch || p->level;
}
int top_keys_add(struct profile *p, const struct samples *s);	/* 0 or -ENOMEM */
/* Cells were added: are they too many now?  0 or -ENOMEM. */
int top_keys_check(struct profile *p);
/* All have been counted: as many as there may be in the end.  0 or -ENOMEM. */
int top_keys_end(struct profile *p);
/* Before from's cells are added to p's: make both the same kind.  0 or -ENOMEM. */
int top_keys_merge(struct profile *p, struct profile *from);

/* The key under which samples of a key without a cell are counted. */
void top_keys_rest(const struct profile *p, const uint64_t *key, uint64_t rest[CELL_PARTS]);

/* query.c: is the part in the key? */
bool profile_has_part(const struct profile *p, enum part part);
/* Put it there, and what one field is made of.  False: the key would be too long. */
bool profile_want_part(struct profile *p, enum part part);
bool profile_want_field(struct profile *p, enum field f);

#endif
