// SPDX-License-Identifier: GPL-2.0-only
/*
 * Follows the values in registers through a function: what is known before each instruction is what
 * all ways to it agree on, and what DWARF says of variables there.  Starts with the best and takes
 * back until nothing changes.
 */
#include "symbolizer/types/flow.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/bytes.h"
#include "symbolizer/files/elf.h"
#include "symbolizer/types/a64.h"
#include "symbolizer/types/types.h"
#include "symbolizer/types/value.h"

#define INSTRUCTIONS_MAX	(1u << 15)	/* of a function */
#define PLACES_MAX		(1u << 21)	/* variables, summed up over instructions */
#define STEPS_MAX		(1u << 21)	/* instructions walked over */
#define SLOTS_MAX		40
#define ROUNDS_MAX		8
#define ENTRIES_MAX		(1u << 12)	/* of a switch's table */

/* AAPCS64 6.1.1: calls keep x19 to x29 and SP. */
#define CALL_CHANGES	0x4007ffffu
#define KEEPS_NONE	0x7fffffffu

/* A register that was stored in the stack. */
struct slot {
	int64_t at;		/* CFA + at */
	struct value value;
};

struct state {
	bool reached;
	uint8_t nr_slots;
	struct value reg[A64_REGISTERS];
	struct slot slot[SLOTS_MAX];
};

struct instruction {
	struct a64 a;
	uint64_t pc;
	uint32_t first, nr;	/* variables that are in known places before it: in places */
	uint32_t block;
};

/* Instructions that are only entered at the first. */
struct block {
	uint32_t first, nr;
	bool follows;		/* the next block is behind it in memory */
	bool queued;
	struct state in;
};

struct flow {
	struct types *types;
	struct type_source *source;
	const struct locals *locals;
	const struct elf_file *file;
	const struct patches *patches;
	struct instruction *code;
	size_t nr;
	uint8_t *leads;		/* by instruction: it begins a block */
	bool cut;		/* more do than blocks were made for */
	struct block *block;
	size_t nr_blocks;
	uint32_t *places;	/* numbers of locals, by instruction */
	uint32_t *memory;	/* of those in memory */
	uint32_t nr_memory;
	uint32_t *queue;	/* of blocks, a stack */
	size_t nr_queue;
	struct state lost;	/* before branches whose target is not known */
	/*
	 * Addresses of the stack from CFA + exposed on were in ordinary registers: what is there may
	 * be changed by whom these were given to.
	 */
	int64_t exposed;
	unsigned int steps;
};

/* Code ---------------------------------------------------------------- */

static int read_range(struct flow *f, const struct locals_range *r)
{
	uint64_t size = r->to - r->from;
	uint8_t *bytes;
	size_t len;

	if (size / 4 > INSTRUCTIONS_MAX - f->nr)
		return -E2BIG;
	bytes = malloc(size);
	if (!bytes)
		return -ENOMEM;
	len = elf_file_code(f->file, r->from, bytes, size) & ~3ul;
	for (size_t at = 0; at < len; at += 4) {
		struct instruction *i = array_add(f->code, f->nr);

		if (!i) {
			free(bytes);
			return -ENOMEM;
		}
		i->pc = r->from + at;
		a64_decode(le32(bytes + at), i->pc, &i->a);
		patches_apply(f->patches, i->pc, &i->a);
	}
	free(bytes);
	return len < (size & ~3ul) ? -ENOEXEC : 0;
}

static int by_pc(const void *a, const void *b)
{
	return array_order(((const struct instruction *)a)->pc, ((const struct instruction *)b)->pc);
}

static int read_code(struct flow *f)
{
	for (size_t i = 0; i < f->locals->nr_ranges; i++) {
		int err = read_range(f, &f->locals->ranges[i]);

		if (err)
			return err;
	}
	if (!f->nr)
		return -ENOEXEC;
	qsort(f->code, f->nr, sizeof(*f->code), by_pc);
	/* ranges that overlap have no meaning */
	for (size_t i = 1; i < f->nr; i++)
		if (f->code[i].pc - f->code[i - 1].pc < 4)
			return -ENOEXEC;
	return 0;
}

/* The first instruction at the address or behind it. */
static size_t find(const struct flow *f, uint64_t pc)
{
	return array_first(f->nr, i, f->code[i].pc >= pc);
}

static bool is_ours(const struct flow *f, uint64_t pc, size_t *i)
{
	*i = find(f, pc);
	return *i < f->nr && f->code[*i].pc == pc;
}

static bool follows(const struct flow *f, size_t i)
{
	return i + 1 < f->nr && f->code[i + 1].pc == f->code[i].pc + 4;
}

static bool ends_block(const struct a64 *a)
{
	return a->flow != A64_NEXT && a->flow != A64_CALL && a->flow != A64_EXCEPTION;
}

/* Instructions that are entered from elsewhere than the one before, as far as is known so far. */
static int mark_leads(struct flow *f)
{
	size_t target;

	f->leads = calloc(f->nr + 1, 1);
	if (!f->leads)
		return -ENOMEM;
	f->leads[0] = 1;
	if (is_ours(f, f->locals->entry, &target))
		f->leads[target] = 1;
	for (size_t i = 0; i < f->nr; i++) {
		const struct a64 *a = &f->code[i].a;

		if (ends_block(a) || !follows(f, i))
			f->leads[i + 1] = 1;
		if ((a->flow == A64_JUMP || a->flow == A64_BRANCH) && is_ours(f, a->target, &target))
			f->leads[target] = 1;
	}
	return 0;
}

static int cut_blocks(struct flow *f)
{
	f->nr_blocks = f->nr_queue = 0;
	for (size_t i = 0; i < f->nr; i++)
		f->nr_blocks += f->leads[i];
	free(f->block);
	free(f->queue);
	f->block = calloc(f->nr_blocks, sizeof(*f->block));
	f->queue = calloc(f->nr_blocks, sizeof(*f->queue));
	if (!f->block || !f->queue)
		return -ENOMEM;
	f->nr_blocks = 0;
	for (size_t i = 0; i < f->nr; i++) {
		struct block *b;

		f->nr_blocks += f->leads[i];
		b = &f->block[f->nr_blocks - 1];
		if (f->leads[i])
			b->first = i;
		b->nr++;
		b->follows = follows(f, i);
		f->code[i].block = f->nr_blocks - 1;
	}
	return 0;
}

/* Which variables are in known places before each instruction. */
static int place_locals(struct flow *f)
{
	size_t all = 0;

	for (size_t n = 0; n < f->locals->nr; n++) {
		const struct local *l = &f->locals->local[n];

		for (size_t i = find(f, l->from); i < f->nr && f->code[i].pc < l->to; i++) {
			f->code[i].nr++;
			if (++all > PLACES_MAX)
				return -E2BIG;
		}
	}
	f->places = malloc((all + 1) * sizeof(*f->places));
	f->memory = malloc((f->locals->nr + 1) * sizeof(*f->memory));
	if (!f->places || !f->memory)
		return -ENOMEM;
	all = 0;
	for (size_t i = 0; i < f->nr; i++) {
		f->code[i].first = all;
		all += f->code[i].nr;
		f->code[i].nr = 0;
	}
	for (size_t n = 0; n < f->locals->nr; n++) {
		const struct local *l = &f->locals->local[n];

		if (l->kind != LOCAL_POINTER)
			f->memory[f->nr_memory++] = n;
		for (size_t i = find(f, l->from); i < f->nr && f->code[i].pc < l->to; i++)
			f->places[f->code[i].first + f->code[i].nr++] = n;
	}
	return 0;
}

/* States -------------------------------------------------------------- */

static bool is_merged(const struct value *v)
{
	return v->kind == VALUE_UNKNOWN && v->offset == VALUE_MERGED;
}

static void drop_slot(struct state *s, unsigned int i)
{
	s->slot[i] = s->slot[--s->nr_slots];
}

static struct slot *find_slot(struct state *s, int64_t at)
{
	for (unsigned int i = 0; i < s->nr_slots; i++)
		if (s->slot[i].at == at)
			return &s->slot[i];
	return NULL;
}

static const struct value merged = { .why = ACCESS_PATHS, .offset = VALUE_MERGED };

static bool join_slot(struct flow *f, struct slot *s, const struct slot *other)
{
	struct value v = other ? value_join(f->source, s->value, other->value) : merged;

	if (v.kind == s->value.kind && value_same(f->source, &v, &s->value))
		return false;
	s->value = v;
	return true;
}

/* Add another way to what is known; true: it changed. */
static bool join(struct flow *f, struct state *to, const struct state *from)
{
	bool changed = false;

	if (!to->reached) {
		*to = *from;
		return true;
	}
	for (unsigned int r = 0; r < A64_REGISTERS; r++) {
		struct value v = value_join(f->source, to->reg[r], from->reg[r]);

		if (v.kind != to->reg[r].kind || !value_same(f->source, &v, &to->reg[r])) {
			to->reg[r] = v;
			changed = true;
		}
	}
	/* what is saved in one of them only has several values, too */
	for (unsigned int i = 0; i < to->nr_slots; i++)
		changed |= join_slot(f, &to->slot[i], find_slot((struct state *)from, to->slot[i].at));
	for (unsigned int i = 0; i < from->nr_slots; i++)
		if (!find_slot(to, from->slot[i].at) && to->nr_slots < SLOTS_MAX) {
			to->slot[to->nr_slots++] = (struct slot){ from->slot[i].at, merged };
			changed = true;
		}
	return changed;
}

/* Something wrote size bytes at CFA + at. */
static void overwrite(struct state *s, int64_t at, uint64_t size)
{
	for (unsigned int i = 0; i < s->nr_slots;) {
		int64_t slot = s->slot[i].at;

		/* offsets are small, or no slot was made of them */
		if (slot < at + (int64_t)size && at < slot + 8)
			drop_slot(s, i);
		else
			i++;
	}
}

/* Something wrote where addresses of the stack may lead. */
static void overwrite_exposed(struct flow *f, struct state *s)
{
	for (unsigned int i = 0; i < s->nr_slots;)
		if (s->slot[i].at + 8 > f->exposed && !is_merged(&s->slot[i].value))
			drop_slot(s, i);
		else
			i++;
}

static bool is_frame_offset(int64_t at)
{
	return at > -(1 << 30) && at < 1 << 30;
}

static void save(struct state *s, int64_t at, const struct value *v)
{
	if (s->nr_slots < SLOTS_MAX)
		s->slot[s->nr_slots++] = (struct slot){ at, *v };
}

/* Variables ----------------------------------------------------------- */

static struct value in_register(const struct state *s, unsigned int reg)
{
	if (reg == A64_ZERO)
		return (struct value){ .kind = VALUE_ADDRESS };
	return reg < A64_REGISTERS ? s->reg[reg] : value_unknown(ACCESS_COMPUTED);
}

/*
 * What DWARF says of registers before an instruction.  It is believed of the value of one instruction,
 * but not of what several ways bring: where a compiler merged equal code of several statements, DWARF
 * has the variables of one of them (-fcrossjumping of GCC).
 */
static void meet_locals(struct flow *f, const struct instruction *in, struct state *s)
{
	struct value said[A64_REGISTERS];
	uint32_t seen = 0;

	for (uint32_t i = 0; i < in->nr; i++) {
		const struct local *l = &f->locals->local[f->places[in->first + i]];
		struct value v, *r = &said[l->reg];

		if (l->kind == LOCAL_FRAME || (l->kind == LOCAL_MEMORY &&
			(l->reg >= 29 || s->reg[l->reg].kind == VALUE_STACK)))
			continue;
		v = value_add(value_object(f->source, l->type, 0), -l->offset);
		if (seen & 1u << l->reg && r->kind == VALUE_UNKNOWN && r->why == ACCESS_VARIABLES)
			continue;
		*r = seen & 1u << l->reg ? value_meet(f->source, *r, v) : v;
		seen |= 1u << l->reg;
	}
	for (unsigned int r = 0; r < A64_REGISTERS; r++)
		if (seen & 1u << r && !is_merged(&s->reg[r]))
			s->reg[r] = value_meet(f->source, s->reg[r], said[r]);
}

/*
 * The variable in the stack at CFA + at, as object and offset.  Variables of different blocks may have
 * the same place, and compilers merge equal code of blocks: they must be of one type.  homes: not one
 * that is only saved there for a while, which DWARF says as of registers.
 */
static struct value on_stack(struct flow *f, const struct instruction *in, const struct state *s,
			     int64_t at, bool homes)
{
	struct value found = value_unknown(ACCESS_STACK);
	bool here = false;

	f->steps += f->nr_memory / 16;
	for (uint32_t i = 0; i < f->nr_memory; i++) {
		const struct local *l = &f->locals->local[f->memory[i]];
		struct value v = { .kind = VALUE_POINTER, .type = l->type, .offset = at };
		int64_t start = l->offset;

		if (homes && !l->home)
			continue;
		if (l->kind == LOCAL_MEMORY && (s->reg[l->reg].kind != VALUE_STACK ||
			__builtin_add_overflow(start, s->reg[l->reg].offset, &start)))
			continue;
		if (__builtin_sub_overflow(at, start, &v.offset) || !value_inside(f->source, &v))
			continue;
		if (found.kind == VALUE_POINTER && !value_same(f->source, &found, &v))
			return value_unknown(ACCESS_VARIABLES);
		found = v;
		here |= in->pc >= l->from && in->pc < l->to;
	}
	return here ? found : value_unknown(ACCESS_STACK);
}

/* The object at an address that an instruction uses. */
static struct value object_at(struct flow *f, const struct instruction *in, const struct state *s,
			      struct value at, bool homes)
{
	struct type_variable g;

	if (at.kind == VALUE_STACK)
		return on_stack(f, in, s, at.offset, homes);
	if (at.kind == VALUE_CODE)
		return value_unknown(ACCESS_UNTYPED);
	if (at.kind != VALUE_ADDRESS)
		return at;
	if (!types_variable(f->types, at.offset, &g))
		return value_unknown(ACCESS_GLOBAL);
	at = (struct value){ .kind = VALUE_POINTER, .type = g.type,
		.offset = (int64_t)((uint64_t)at.offset - g.start) };
	return value_inside(f->source, &at) ? at : value_unknown(ACCESS_GLOBAL);
}

/* Instructions -------------------------------------------------------- */

/* The address that it touches. */
static struct value address_of(const struct state *s, const struct a64 *a)
{
	switch (a->memory) {
	case A64_OFFSET:
		return value_add(in_register(s, a->base), a->offset);
	case A64_LITERAL:
		return (struct value){ .kind = VALUE_ADDRESS, .offset = a->offset };
	case A64_INDEX:
		return value_unknown(ACCESS_INDEX);
	default:
		return value_unknown(ACCESS_OPAQUE);
	}
}

/* What is loaded from memory at + offset. */
static struct value load(struct flow *f, const struct instruction *in, struct state *s,
			 struct value at, int64_t offset)
{
	struct value object, v = value_unknown(ACCESS_LOADED), base = in_register(s, in->a.base);
	struct slot *slot;

	if (is_merged(&base))
		return base;
	at = value_add(at, offset);
	slot = at.kind == VALUE_STACK ? find_slot(s, at.offset) : NULL;
	object = object_at(f, in, s, at, slot && is_merged(&slot->value));
	if (object.kind == VALUE_POINTER)
		v = value_loaded(f->source, object.type, object.offset);
	return slot ? value_meet(f->source, slot->value, v) : v;
}

static void expose(struct flow *f, struct value v)
{
	if (v.kind == VALUE_STACK && v.offset < f->exposed)
		f->exposed = v.offset;
}

static void store(struct flow *f, const struct a64 *a, struct state *s, struct value at)
{
	if (at.kind != VALUE_STACK) {
		for (unsigned int i = 0; i < 2; i++)
			if (a->save[i] != A64_NONE)
				expose(f, in_register(s, a->save[i]));
		overwrite_exposed(f, s);
		return;
	}
	if (!is_frame_offset(at.offset))
		return;
	overwrite(s, at.offset, a->size);
	for (unsigned int i = 0; i < 2; i++) {
		struct value v = in_register(s, a->save[i]);

		if (a->save[i] != A64_NONE)
			save(s, at.offset + 8 * i, &v);
	}
}

/* An entry of a switch's table, if less than a pointer is loaded from base + index. */
static struct value load_part(const struct a64 *a, const struct state *s)
{
	struct value base = in_register(s, a->base);

	if (a->memory != A64_INDEX || base.kind != VALUE_ADDRESS)
		return value_unknown(ACCESS_LOADED);
	base.kind = VALUE_ENTRY;
	base.entry.bytes = a->size;
	base.entry.is_signed = a->is_signed;
	return base;
}

static struct value sum(const struct a64 *a, const struct state *s)
{
	struct value base = in_register(s, a->rn), v = in_register(s, a->rm);

	if (base.kind != VALUE_ADDRESS || v.kind != VALUE_ENTRY ||
	    (a->extend && a->extend != v.entry.bytes))
		return value_unknown(ACCESS_COMPUTED);
	v.kind = VALUE_TARGET;
	v.type = base.offset;
	v.entry.shift = a->imm;
	v.entry.is_signed |= a->extend;
	return v;
}

static struct value effect(struct flow *f, const struct a64 *a, const struct state *s)
{
	switch (a->effect) {
	case A64_ADD:
		return value_add(in_register(s, a->rn), a->imm);
	case A64_MOVE:
		return in_register(s, a->rn);
	case A64_SELECT:
		return value_join(f->source, in_register(s, a->rn), in_register(s, a->rm));
	case A64_ADDRESS:
		return (struct value){ .kind = VALUE_ADDRESS, .offset = a->imm };
	case A64_SUM:
		return sum(a, s);
	default:
		return value_unknown(ACCESS_COMPUTED);
	}
}

/* A number for a value that an instruction makes. */
static int64_t made_by(const struct flow *f, const struct instruction *in, unsigned int reg)
{
	return (in - f->code + 1) * A64_REGISTERS + reg;
}

static void set(struct flow *f, const struct instruction *in, struct state *s, unsigned int reg,
		struct value v)
{
	if (v.kind == VALUE_UNKNOWN && !v.offset)
		v.offset = made_by(f, in, reg);
	if (reg != 29 && reg != A64_SP)
		expose(f, v);
	s->reg[reg] = v;
}

static void step(struct flow *f, const struct instruction *in, struct state *s)
{
	const struct a64 *a = &in->a;
	struct value at = address_of(s, a), loaded[2], part = load_part(a, s);
	struct value result = effect(f, a, s);
	struct value base = value_add(in_register(s, a->base), a->step);
	bool calls = a->flow == A64_CALL || a->flow == A64_EXCEPTION;
	uint32_t changes = a->changes;

	for (unsigned int i = 0; i < 2; i++)
		if (a->load[i] != A64_NONE)
			loaded[i] = load(f, in, s, at, 8 * i);
	if (a->store)
		store(f, a, s, at);
	if (calls) {
		overwrite_exposed(f, s);
		changes = f->locals->aapcs ? CALL_CHANGES : KEEPS_NONE;
	}
	for (unsigned int r = 0; r < A64_REGISTERS; r++) {
		/* may be kept if the compiler knows the callee (-fipa-ra of GCC); x0 is the result */
		if (!(changes & 1u << r) || (calls && r && is_merged(&s->reg[r])))
			continue;
		set(f, in, s, r, value_unknown(calls ? ACCESS_CALL : ACCESS_COMPUTED));
	}
	if (a->effect != A64_OTHER)
		set(f, in, s, a->rd, result);
	if (a->writeback)
		set(f, in, s, a->base, base);
	for (unsigned int i = 0; i < 2; i++)
		if (a->load[i] != A64_NONE)
			set(f, in, s, a->load[i], loaded[i]);
	if (a->part != A64_NONE)
		set(f, in, s, a->part, part);
}

/* Walking ------------------------------------------------------------- */

static void enqueue(struct flow *f, uint32_t block)
{
	if (!f->block[block].queued)
		f->queue[f->nr_queue++] = block;
	f->block[block].queued = true;
}

static void go(struct flow *f, uint64_t pc, const struct state *s)
{
	size_t i;

	if (is_ours(f, pc, &i) && join(f, &f->block[f->code[i].block].in, s))
		enqueue(f, f->code[i].block);
}

/* To an address that is not known: anywhere in the function. */
static void go_anywhere(struct flow *f, const struct state *s)
{
	if (!join(f, &f->lost, s))
		return;
	for (size_t b = 0; b < f->nr_blocks; b++)
		if (f->block[b].in.reached)
			enqueue(f, b);
}

/* The address of entry number n of a switch's table; false: the table is not so long. */
static bool target_of(const struct flow *f, const struct value *v, unsigned int n, uint64_t *out)
{
	uint8_t bytes[8] = { 0 };
	uint64_t entry;

	if (v->entry.shift > 3 || elf_file_loaded(f->file, v->offset + n * v->entry.bytes, bytes,
						  v->entry.bytes) != v->entry.bytes)
		return false;
	entry = le64(bytes);
	if (v->entry.is_signed) {
		unsigned int unused = 64 - 8 * v->entry.bytes;

		entry = (uint64_t)((int64_t)(entry << unused) >> unused);
	}
	*out = v->type + (entry << v->entry.shift);
	return true;
}

/* Where a function ends is where cases lead that the program excludes: __builtin_unreachable(). */
static bool is_end(const struct flow *f, uint64_t pc)
{
	for (size_t i = 0; i < f->locals->nr_ranges; i++)
		if (f->locals->ranges[i].to == pc)
			return true;
	return false;
}

/*
 * To all entries of a switch's table.  How many there are is not known, but each leads into the
 * function: what comes behind them in the file may do so too, which only makes less known.
 * False: to none, so it is something else.
 */
static bool go_by_table(struct flow *f, const struct value *v, const struct state *s)
{
	unsigned int n = 0;
	uint64_t target;
	size_t i;

	for (; n < ENTRIES_MAX && target_of(f, v, n, &target); n++) {
		if (is_ours(f, target, &i)) {
			f->cut |= !f->leads[i];
			f->leads[i] = 1;
		} else if (!is_end(f, target)) {
			break;
		}
		if (!f->cut)
			go(f, target, s);
	}
	return n && n < ENTRIES_MAX;
}

static void leave(struct flow *f, const struct block *b, const struct instruction *last,
		  const struct state *s, struct value target)
{
	enum a64_flow flow = last->a.flow;

	if (flow == A64_JUMP || flow == A64_BRANCH)
		go(f, last->a.target, s);
	/* a pointer to a function: a call in the place of a return */
	if (flow == A64_LOST && target.kind != VALUE_CODE &&
	    (target.kind != VALUE_TARGET || !go_by_table(f, &target, s)))
		go_anywhere(f, s);
	if (b->follows && flow != A64_JUMP && flow != A64_END && flow != A64_LOST)
		go(f, last->pc + 4, s);
}

/* A branch whose target is not known may lead here. */
static void forget(struct flow *f, struct state *s)
{
	for (unsigned int r = 0; r < A64_REGISTERS; r++) {
		struct value v = value_join(f->source, s->reg[r], f->lost.reg[r]);

		if (v.kind != VALUE_UNKNOWN || s->reg[r].kind == VALUE_UNKNOWN)
			continue;
		s->reg[r] = value_unknown(ACCESS_PATHS);
		s->reg[r].offset = -(int64_t)r - 1;
	}
	for (unsigned int i = 0; i < s->nr_slots;) {
		struct slot *other = find_slot(&f->lost, s->slot[i].at);

		if (s->slot[i].value.kind == VALUE_UNKNOWN ||
		    (other && value_same(f->source, &other->value, &s->slot[i].value)))
			i++;
		else
			drop_slot(s, i);
	}
}

/* What is known before an instruction, from what is known behind the one before. */
static void arrive(struct flow *f, const struct instruction *in, struct state *s)
{
	if (f->lost.reached)
		forget(f, s);
	meet_locals(f, in, s);
}

static void walk_block(struct flow *f, struct block *b)
{
	struct state s = b->in;
	const struct instruction *in = &f->code[b->first];

	b->queued = false;
	f->steps += b->nr;
	for (uint32_t i = 0; i < b->nr; i++, in++) {
		arrive(f, in, &s);
		if (i + 1 == b->nr)
			break;
		step(f, in, &s);
	}
	{
		struct value target = in_register(&s, in->a.rn);

		step(f, in, &s);
		leave(f, b, in, &s, target);
	}
}

static int drain(struct flow *f)
{
	while (f->nr_queue && !f->cut) {
		if (f->steps > STEPS_MAX)
			return -E2BIG;
		walk_block(f, &f->block[f->queue[--f->nr_queue]]);
	}
	return 0;
}

/* Nothing is known where no way leads: cases of a switch, handlers of exceptions. */
static void start_at(struct flow *f, uint32_t block, bool entry)
{
	struct state *s = &f->block[block].in;

	for (unsigned int r = 0; r < A64_REGISTERS; r++) {
		s->reg[r] = value_unknown(ACCESS_NO_LOCATION);
		s->reg[r].offset = -(int64_t)(block + 2) * A64_REGISTERS - r;
	}
	/* DWARF for AArch64, 4.4: the CFA is what SP is before the function's first instruction. */
	if (entry)
		s->reg[A64_SP] = (struct value){ .kind = VALUE_STACK };
	s->nr_slots = 0;
	s->reached = true;
	enqueue(f, block);
}

static int settle(struct flow *f)
{
	size_t entry;
	int err;

	f->lost.reached = false;
	if (is_ours(f, f->locals->entry, &entry))
		start_at(f, f->code[entry].block, true);
	err = drain(f);
	for (size_t b = 0; !err && b < f->nr_blocks; b++) {
		if (f->block[b].in.reached)
			continue;
		start_at(f, b, false);
		err = drain(f);
	}
	return err;
}

/* Again while there were more ways, or the stack was more exposed, than it seemed. */
static int settle_all(struct flow *f)
{
	int64_t before;
	unsigned int rounds = 0;
	int err;

	f->exposed = INT64_MAX;
	do {
		before = f->exposed;
		f->cut = false;
		err = cut_blocks(f);
		if (!err)
			err = settle(f);
		/* rather than more rounds: all of it */
		if (f->exposed != before && ++rounds == ROUNDS_MAX)
			f->exposed = INT64_MIN;
	} while (!err && (f->cut || f->exposed != before));
	return err;
}

/* Answers ------------------------------------------------------------- */

static struct access touch(struct flow *f, const struct instruction *in, const struct state *s)
{
	struct access out = { .size = in->a.size };
	struct value at = address_of(s, &in->a), v = object_at(f, in, s, at, true);
	const struct type *t;

	if (v.kind != VALUE_POINTER) {
		out.reason = v.why;
		return out;
	}
	t = f->source->get(f->source, v.type);
	if (!value_inside(f->source, &v) || out.size > t->size - (uint64_t)v.offset ||
	    (t->kind == TYPE_SCALAR && (v.offset || out.size != t->size))) {
		out.reason = ACCESS_OUTSIDE;
		return out;
	}
	out.type = v.type;
	out.offset = v.offset;
	return out;
}

static int answer(struct flow *f, struct flow_access **out, size_t *nr)
{
	for (size_t b = 0; b < f->nr_blocks; b++) {
		struct state s = f->block[b].in;

		for (uint32_t i = 0; i < f->block[b].nr; i++) {
			const struct instruction *in = &f->code[f->block[b].first + i];
			struct flow_access *new;

			arrive(f, in, &s);
			if (in->a.memory != A64_NO_MEMORY) {
				new = array_add(*out, *nr);
				if (!new)
					return -ENOMEM;
				new->pc = in->pc;
				new->access = touch(f, in, &s);
			}
			step(f, in, &s);
		}
	}
	return 0;
}

static int walk(struct flow *f, struct flow_access **out, size_t *nr)
{
	int err = read_code(f);

	if (!err)
		err = mark_leads(f);
	if (!err)
		err = place_locals(f);
	if (!err)
		err = settle_all(f);
	return err ? err : answer(f, out, nr);
}

int flow_walk(struct types *types, const struct elf_file *code, const struct patches *patches,
	      const struct locals *locals, struct flow_access **out, size_t *nr)
{
	struct flow f = { .types = types, .source = types_source(types), .locals = locals,
		.file = code, .patches = patches };
	int err;

	*out = NULL;
	*nr = 0;
	err = walk(&f, out, nr);
	if (err) {
		free(*out);
		*out = NULL;
		*nr = 0;
	}
	free(f.code);
	free(f.leads);
	free(f.block);
	free(f.places);
	free(f.memory);
	free(f.queue);
	return err;
}
