// SPDX-License-Identifier: GPL-2.0-only
#include "symbolizer/types/locals.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <errno.h>
#include <stdlib.h>

#include "base/array.h"
#include "symbolizer/types/types.h"

/* Limits for malicious files. */
#define UNITS_MAX	(1u << 17)
#define DIES_MAX	(1u << 20)	/* of one search, or one function */
#define LOCALS_MAX	(1u << 16)
#define RANGES_MAX	(1u << 12)	/* of one DIE */
#define DEEP		64		/* of blocks, of namespaces */
#define PEEL_MAX	64		/* typedefs and qualifiers of one type */

struct reading {
	struct types *types;
	struct locals *out;
	Dwarf_Attribute frame_base;
	bool has_frame_base;
	unsigned int dies;	/* looked at */
	int error;
};

/* Code ---------------------------------------------------------------- */

/* The compilation unit of addr; not all compilers write .debug_aranges. */
static bool find_unit(Dwarf *dwarf, uint64_t addr, Dwarf_Die *out)
{
	Dwarf_Off off = 0, next;
	size_t header;

	if (dwarf_addrdie(dwarf, addr, out))
		return true;
	for (unsigned int i = 0; i < UNITS_MAX; i++, off = next) {
		if (dwarf_nextcu(dwarf, off, &next, &header, NULL, NULL, NULL) || next <= off)
			return false;
		if (dwarf_offdie(dwarf, off + header, out) &&
		    dwarf_tag(out) == DW_TAG_compile_unit && dwarf_haspc(out, addr) > 0)
			return true;
	}
	return false;
}

/* May the DIE have functions among its children? */
static bool holds_functions(Dwarf_Die *die)
{
	switch (dwarf_tag(die)) {
	case DW_TAG_namespace:
	case DW_TAG_module:
	case DW_TAG_structure_type:
	case DW_TAG_class_type:
	case DW_TAG_union_type:
		return true;
	default:
		return false;
	}
}

/* Returns how many functions have the address: linkers may fold equal ones.  *out: one of them. */
static unsigned int find_function(struct reading *r, Dwarf_Die *parent, uint64_t addr,
				  unsigned int depth, Dwarf_Die *out)
{
	unsigned int found = 0;
	Dwarf_Die child;

	if (depth > DEEP || dwarf_child(parent, &child))
		return 0;
	do {
		if (++r->dies > DIES_MAX)
			return found;
		if (dwarf_tag(&child) == DW_TAG_subprogram && dwarf_haspc(&child, addr) > 0) {
			*out = child;
			found++;
		} else if (holds_functions(&child)) {
			found += find_function(r, &child, addr, depth + 1, out);
		}
	} while (!dwarf_siblingof(&child, &child));
	return found;
}

/*
 * Calls of these languages keep the registers that AAPCS64 6.1.1 says they keep.  Those of Go, for
 * example, do not.
 */
static bool keeps_registers(Dwarf_Die *unit)
{
	switch (dwarf_srclang(unit)) {
	case DW_LANG_C:
	case DW_LANG_C89:
	case DW_LANG_C99:
	case DW_LANG_C11:
	case DW_LANG_C_plus_plus:
	case DW_LANG_C_plus_plus_03:
	case DW_LANG_C_plus_plus_11:
	case DW_LANG_C_plus_plus_14:
	case DW_LANG_Rust:
		return true;
	default:
		return false;
	}
}

/* The code of a DIE; without any: false. */
static bool add_ranges(struct reading *r, Dwarf_Die *die, struct locals_range **list, size_t *nr)
{
	Dwarf_Addr base, from, to;
	ptrdiff_t at = 0;

	for (int i = 0; i < (int)RANGES_MAX; i++) {
		struct locals_range *new;

		at = dwarf_ranges(die, at, &base, &from, &to);
		if (at <= 0)
			break;
		if (to <= from)
			continue;
		new = array_add(*list, *nr);
		if (!new) {
			r->error = -ENOMEM;
			return false;
		}
		*new = (struct locals_range){ from, to };
	}
	return *nr;
}

/* Variables ----------------------------------------------------------- */

static void add(struct reading *r, const struct local *l, uint64_t from, uint64_t to)
{
	struct local *new;

	if (from >= to || r->error)
		return;
	if (r->out->nr >= LOCALS_MAX) {
		r->error = -E2BIG;
		return;
	}
	new = array_add(r->out->local, r->out->nr);
	if (!new) {
		r->error = -ENOMEM;
		return;
	}
	*new = *l;
	new->from = from;
	new->to = to;
}

/* DW_OP_regN and DW_OP_bregN as numbers; false: another operation. */
static bool register_of(const Dwarf_Op *op, bool indirect, uint64_t *reg, int64_t *offset)
{
	uint8_t first = indirect ? DW_OP_breg0 : DW_OP_reg0;

	*offset = indirect ? (int64_t)op->number : 0;
	if (op->atom == (indirect ? DW_OP_bregx : DW_OP_regx)) {
		*reg = op->number;
		*offset = indirect ? (int64_t)op->number2 : 0;
	} else if (op->atom >= first && op->atom < first + 32) {
		*reg = op->atom - first;
	} else {
		return false;
	}
	/* DWARF for AArch64, 4.1: 0 to 30 are x0 to x30, 31 is SP. */
	return *reg < 32;
}

/* Where DW_OP_fbreg counts from: the CFA, or a register. */
static bool frame(struct reading *r, struct local *l)
{
	Dwarf_Op *op;
	size_t nr;
	uint64_t reg;
	int64_t none;

	/* not a location list, i.e. the same in the whole function */
	if (!r->has_frame_base || dwarf_getlocation(&r->frame_base, &op, &nr) || nr != 1)
		return false;
	if (op->atom == DW_OP_call_frame_cfa) {
		l->kind = LOCAL_FRAME;
		return true;
	}
	if (!register_of(op, false, &reg, &none))
		return false;
	l->kind = LOCAL_MEMORY;
	l->reg = reg;
	return true;
}

/*
 * A location of one or two operations; false: of another kind, from which nothing follows here.  The
 * variable's type becomes the type of what is there.
 */
static bool understand(struct reading *r, Dwarf_Op *op, size_t nr, struct local *l)
{
	bool value = nr == 2 && op[1].atom == DW_OP_stack_value;
	uint64_t reg;

	if (nr == 1 && op->atom == DW_OP_fbreg) {
		l->offset = (int64_t)op->number;
		return frame(r, l);
	}
	if (nr != 1 && !value)
		return false;
	if (nr == 1 && register_of(op, false, &reg, &l->offset)) {
		value = true;
	} else if (!register_of(op, true, &reg, &l->offset)) {
		return false;
	}
	l->reg = reg;
	l->kind = value ? LOCAL_POINTER : LOCAL_MEMORY;
	if (!value)
		return true;
	/* value = reg + offset, and it is an address if the variable is a pointer */
	l->type = types_source(r->types)->get(types_source(r->types), l->type)->to;
	return l->type;
}

/* Each range of a location that is in each range of the block. */
static void add_variable(struct reading *r, Dwarf_Die *die, const struct locals_range *block,
			 size_t nr_blocks)
{
	Dwarf_Addr base, from, to;
	Dwarf_Attribute attr;
	Dwarf_Die type;
	Dwarf_Op *op;
	ptrdiff_t at = 0;
	size_t nr;

	if (!dwarf_attr_integrate(die, DW_AT_type, &attr) || !dwarf_formref_die(&attr, &type) ||
	    !dwarf_attr(die, DW_AT_location, &attr))
		return;
	for (unsigned int i = 0; i < LOCALS_MAX && !r->error; i++) {
		struct local l = { .type = (uintptr_t)type.addr };

		at = dwarf_getlocations(&attr, at, &base, &from, &to, &op, &nr);
		if (at <= 0)
			return;
		/* libdw gives an expression that is no list all addresses */
		l.home = !from && to == (Dwarf_Addr)-1;
		if (to <= from || !nr || !understand(r, op, nr, &l))
			continue;
		for (size_t b = 0; b < nr_blocks; b++)
			add(r, &l, from > block[b].from ? from : block[b].from,
			    to < block[b].to ? to : block[b].to);
	}
}

static void read_block(struct reading *r, Dwarf_Die *block, const struct locals_range *ranges,
		       size_t nr_ranges, unsigned int depth);

/* A block without code of its own, such as one of a function's parameters, has its parent's. */
static void enter(struct reading *r, Dwarf_Die *die, const struct locals_range *parent,
		  size_t nr_parent, unsigned int depth)
{
	struct locals_range *ranges = NULL;
	size_t nr = 0;

	if (add_ranges(r, die, &ranges, &nr))
		read_block(r, die, ranges, nr, depth + 1);
	else if (!r->error && !dwarf_hasattr(die, DW_AT_ranges) && !dwarf_hasattr(die, DW_AT_low_pc))
		read_block(r, die, parent, nr_parent, depth + 1);
	free(ranges);
}

static void read_block(struct reading *r, Dwarf_Die *block, const struct locals_range *ranges,
		       size_t nr_ranges, unsigned int depth)
{
	Dwarf_Die child;

	if (depth > DEEP || dwarf_child(block, &child))
		return;
	do {
		if (++r->dies > DIES_MAX)
			r->error = -E2BIG;
		if (r->error)
			return;
		switch (dwarf_tag(&child)) {
		case DW_TAG_formal_parameter:
		case DW_TAG_variable:
			add_variable(r, &child, ranges, nr_ranges);
			break;
		case DW_TAG_lexical_block:
		case DW_TAG_inlined_subroutine:
		case DW_TAG_try_block:
		case DW_TAG_catch_block:
			enter(r, &child, ranges, nr_ranges, depth);
			break;
		default:
			break;
		}
	} while (!dwarf_siblingof(&child, &child));
}

int locals_read(struct types *types, uint64_t addr, struct locals *out)
{
	struct reading r = { .types = types, .out = out };
	Dwarf_Die unit, function;
	unsigned int found;
	Dwarf_Addr entry;

	*out = (struct locals){ 0 };
	if (!find_unit(types_dwarf(types), addr, &unit))
		return -ENOENT;
	found = find_function(&r, &unit, addr, 0, &function);
	if (found != 1)
		return found ? -EEXIST : -ENOENT;
	if (!add_ranges(&r, &function, &out->ranges, &out->nr_ranges)) {
		locals_clear(out);
		return r.error ? r.error : -ENOENT;
	}
	out->aapcs = keeps_registers(&unit);
	out->entry = dwarf_entrypc(&function, &entry) ? out->ranges->from : entry;
	r.has_frame_base = dwarf_attr_integrate(&function, DW_AT_frame_base, &r.frame_base);
	r.dies = 0;
	read_block(&r, &function, out->ranges, out->nr_ranges, 0);
	if (r.error)
		locals_clear(out);
	return r.error;
}

void locals_clear(struct locals *l)
{
	free(l->ranges);
	free(l->local);
	*l = (struct locals){ 0 };
}
