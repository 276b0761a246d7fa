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

/* The internals of a profile, shared by the files of this folder. */

/*
 * Caches the place of a page of code, because looking it up costs more than all the rest.
 * Direct-mapped by page and space.
 */
struct page_entry {
	uint64_t page;		/* address >> 12, + 1; 0: empty */
	uint64_t bias;		/* offset = address + bias */
	uint32_t space;
	uint32_t object;
};

#define PAGE_ENTRIES	2048

/* Caches the names of a place: each thread looks a place up only once. */
struct name_entry {
	uint64_t offset;
	uint32_t object;	/* + 1; 0: free */
	uint32_t number;
};

/* The number of a key without its name, by owner, on the stream's CPU. */
struct who {
	struct owner owner;
	uint32_t node;		/* of the data, as PART_NODE; 0 if that is no part of the key */
	uint32_t number;	/* 0: empty */
};

#define PROFILE_WHOS	16	/* entries, direct-mapped by task and world */

/* Maximum number of CPU models that one profile distinguishes. */
#define PROFILE_MODELS	64

/* The space of owner.memory, and how long it stays valid. */
struct space_cursor {
	uint64_t from, len;	/* ticks; len 0: invalid */
	int32_t memory;
	uint32_t space;
};

/* Costly samples: costly.h. */
struct costly {
	struct costly_sample *list;
	size_t nr;
};
int costly_merge(struct costly *to, const struct costly *from);	/* 0 or -ENOMEM */

enum verdict { VERDICT_NONE, VERDICT_PASSES, VERDICT_FAILS };

struct profile {
	const struct profile_query *query;
	struct profile_context ctx;
	uint8_t part[CELL_PARTS];	/* enum part, in the order of the key */
	unsigned int nr_parts;
	uint32_t has;			/* bits SPE_HAS_* kept in PART_HAS */
	bool want_basis, want_reason, want_el, want_name, want_line, want_pid, want_tid, want_vcpu;
	bool want_guest_pid, want_guest_tid, exact_total;
	bool plain;			/* keys only by name, owner and CPU: memos can be used */
	bool by_space;			/* plain, with keys only by name, world and VM */
	uint64_t va_mask, pa_mask;
	struct cells *cells;
	/* of the present stream */
	int32_t cpu;
	uint64_t midr;
	unsigned int model;
	uint64_t models[PROFILE_MODELS];
	unsigned int nr_models;
	struct space_cursor cursor[NR_WORLDS];	/* by world */
	struct page_entry pages[PAGE_ENTRIES];
	struct memos memos;		/* for a plain query */
	struct memos named_cells;	/* for plain, not by_space */
	struct intern whos;		/* likewise: numbers of keys without their names */
	struct who who[PROFILE_WHOS];
	struct memos whos_of_data;	/* likewise, by the data's field and the number of the rest */
	bool costly_nodes;		/* costly samples have the nodes of CPU and data */
	bool by_node, by_data;		/* plain, and PART_NODE or PART_DATA are parts of the key */
	uint64_t memo_mask;		/* bits of an address that its memo is for */
	struct {
		uint32_t one_call, other;	/* new places: in blocks of one name; in others */
		uint32_t far;		/* samples outside of blocks, while memos are for blocks */
	} met;
	struct name_entry *names;	/* hash table with open addressing */
	size_t nr_names, max_names;	/* max a power of two */
	struct place_names *named;	/* by number, copied from naming; .object NULL: not yet */
	size_t max_named;
	struct data *data;		/* data.c; NULL: no query about types */
	struct filter_memo matches;
	bool asks_nspid;		/* the filter does */
	/* of the filter on names, if it reads nothing else */
	struct {
		bool valid;
		uint8_t *of;		/* by number: enum verdict */
		size_t max;
	} verdicts;
	/* samples of CPU cycles: cycles.c */
	struct {
		bool counted, clock;
		bool mixed;	/* joined from samples of cycles and of a clock: not shown */
		struct cycle_count *of;	/* by number of the cell; max is their number */
		size_t max;
	} cycles;
	struct costly costly;
	bool joined;			/* profile_join(): keys of cells are identities, IDS words each */
	struct intern texts;		/* of these */
	/* for the limit of keys: top_keys.c */
	size_t max_cells;		/* 0: no limit */
	struct sketch *sketch;		/* of all samples, which are not in cells; NULL: they are */
	uint32_t level;			/* keys with a smaller bound are in WHO_REST; 0: all keys
					 * have cells */
	struct hashes { uint64_t *of; size_t max; } name_hash, data_hash;	/* by number; 0: not
										 * computed yet */
};

/* Millions of cells take a while: check at every 4096th of them. */
static inline bool profile_is_cancelled(const struct profile *p, size_t i)
{
	return !(i & 0xfff) && p->ctx.cancel &&
	       atomic_load_explicit(p->ctx.cancel, memory_order_relaxed);
}

/* Cells for what the query counts.  NULL: out of memory. */
struct cells *profile_new_cells(const struct profile *p);
/* Once the query and the context are set: how its filter is asked. */
void profile_filter_init(struct profile *p);
/* Does the query's filter, which must exist, accept the record? */
bool profile_passes(struct profile *p, const struct spe_record *rec, const struct owner *o);
/* The key of a sample.  0 or -ENOMEM. */
int profile_key(struct profile *p, const struct spe_record *rec, const struct owner *o,
		uint64_t key[CELL_PARTS]);
/* Likewise if its name is known. */
void profile_key_of_name(struct profile *p, const struct spe_record *rec, const struct owner *o,
			 uint32_t name, uint64_t key[CELL_PARTS]);
/* Which name of a cgroup a field is: "" if it has none. */
static inline const char *cgroup_field(const struct cgroup *c, enum field f)
{
	return f == FIELD_POD ? c->names[CGROUP_POD] :
	       f == FIELD_CONTAINER ? c->names[CGROUP_CONTAINER] :
	       f == FIELD_UNIT ? c->names[CGROUP_UNIT] :
	       f == FIELD_MACHINE ? c->names[CGROUP_MACHINE] : c->path;
}

/* vm + 1 << 32 | vcpu + 1, if requested. */
static inline uint64_t profile_guest(const struct profile *p, const struct owner *o)
{
	return (uint64_t)(uint32_t)(o->vm + 1) << 32 |
	       (p->want_vcpu ? (uint32_t)(o->vcpu + 1) : 0);
}

/* plain.c: a query with p->plain.  0 or -ENOMEM. */
int profile_plain_init(struct profile *p);
int profile_add_plain(struct profile *p, const struct samples *s);
/* Free the caches of names and cells, after the last sample of any query. */
void profile_plain_end(struct profile *p);

/*
 * The limit of different keys.  Up to the limit each key has a cell; beyond it all samples go into
 * a sketch.  With that sketch a second pass gives cells to the keys that may have most samples, and
 * counts all of their samples.
 */
void top_keys_init(struct profile *p);
void top_keys_free(struct profile *p);
/* Must top_keys_add() be used instead of cells_add()? */
static inline bool top_keys_is_met(const struct profile *p)
{
	return p->sketch || p->level;
}
int top_keys_add(struct profile *p, const struct samples *s);	/* 0 or -ENOMEM */
/* After cells were added: check the limit.  0 or -ENOMEM. */
int top_keys_check(struct profile *p);
/* After all samples: reduce to the final number of keys.  0 or -ENOMEM. */
int top_keys_end(struct profile *p);
/* Before from's cells are added to p's: bring both into the same state.  0 or -ENOMEM. */
int top_keys_merge(struct profile *p, struct profile *from);

/* The key under which samples of a key without a cell are counted. */
void top_keys_rest(const struct profile *p, const uint64_t *key, uint64_t rest[CELL_PARTS]);

/* The node of a record's data + 1; 0: unknown. */
static inline uint32_t profile_node(const struct profile *p, const struct spe_record *rec)
{
	return rec->has & SPE_HAS_PA ? (uint32_t)(nodes_of_address(p->ctx.nodes, rec->pa) + 1) : 0;
}

/* query.c: does the key have that part? */
bool profile_has_part(const struct profile *p, enum part part);
/* Add a part to the key; add the parts of a field.  False: the key would be too long. */
bool profile_want_part(struct profile *p, enum part part);
bool profile_want_field(struct profile *p, enum field f);

#endif
