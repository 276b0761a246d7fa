// SPDX-License-Identifier: GPL-2.0-only
/* Types from DWARF [DWARF 5, chapter 5].  A type's number is the address of its DIE in memory. */
#include "symbolizer/types/types.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/intern.h"

/* Limits for malicious files. */
#define UNITS_MAX	(1u << 17)
#define DIES_MAX	(1u << 28)	/* looked at for variables */
#define MEMBERS_MAX	(1u << 16)
#define PEEL_MAX	64		/* typedefs and qualifiers of one type */
#define NAME_CUT	256
#define DEEP		16		/* of blocks in functions, of namespaces, of pointers in a name */

/*
 * Static variables in functions are found by reading all functions, which of a kernel takes half a
 * minute: only in files with less .debug_info than this.
 */
#define DEEP_BYTES	(64u << 20)

struct known_type {
	struct type type;
	struct type_member *member;
};

struct variable {
	uint64_t start;
	void *die;
};

struct types {
	struct type_source source;
	Dwarf *dwarf;
	struct intern names;
	struct intern numbers;		/* DIEs' addresses ... */
	struct known_type **known;	/* ... and their types, by the address' number */
	uint32_t nr_known;
	unsigned int depth;		/* of types that are being read */
	struct variable *variables;	/* by start; read on first use */
	size_t nr_variables;
	unsigned int looked;		/* DIEs */
	bool has_variables;
	bool deep;			/* functions are read, too */
};

static const struct type unknown = { .kind = TYPE_UNKNOWN, .name = "", .full = "" };

static const char *keep(struct types *t, const char *text)
{
	const char *kept = intern_text(&t->names, text, strnlen(text, NAME_CUT));

	return kept ? kept : "";
}

static const char *name_of(struct types *t, Dwarf_Die *die)
{
	const char *name = dwarf_diename(die);

	return name ? keep(t, name) : "";
}

static bool number(Dwarf_Die *die, unsigned int at, uint64_t *out)
{
	Dwarf_Attribute attr;
	Dwarf_Word v;

	if (!dwarf_attr_integrate(die, at, &attr) || dwarf_formudata(&attr, &v))
		return false;
	*out = v;
	return v < TYPE_SIZE_MAX;
}

static bool flag(Dwarf_Die *die, unsigned int at)
{
	Dwarf_Attribute attr;
	bool set;

	return dwarf_attr(die, at, &attr) && !dwarf_formflag(&attr, &set) && set;
}

/* The DIE of DW_AT_type; false: none, i.e. void. */
static bool type_of(Dwarf_Die *die, Dwarf_Die *out)
{
	Dwarf_Attribute attr;

	return dwarf_attr_integrate(die, DW_AT_type, &attr) && dwarf_formref_die(&attr, out);
}

/* Remove typedefs and qualifiers.  name: the outermost typedef's name; NULL: none. */
static bool peel(Dwarf_Die *die, const char **name)
{
	Dwarf_Die next;

	*name = NULL;
	for (int i = 0; i < PEEL_MAX; i++) {
		switch (dwarf_tag(die)) {
		case DW_TAG_typedef:
			*name = *name ? *name : dwarf_diename(die);
			break;
		case DW_TAG_const_type:
		case DW_TAG_volatile_type:
		case DW_TAG_restrict_type:
		case DW_TAG_atomic_type:
		case DW_TAG_immutable_type:
		case DW_TAG_packed_type:
		case DW_TAG_shared_type:
			break;
		default:
			return true;
		}
		if (!type_of(die, &next))
			return false;
		*die = next;
	}
	return false;
}

/* "struct rq", "unsigned long", "char *". */
static void say_name(Dwarf_Die *die, char *out, size_t size, int depth)
{
	const char *typedefed, *name, *kind = "";
	Dwarf_Die target;

	if (depth > DEEP || !peel(die, &typedefed)) {
		snprintf(out, size, "void");
		return;
	}
	switch (dwarf_tag(die)) {
	case DW_TAG_structure_type:
		kind = "struct ";
		break;
	case DW_TAG_class_type:
		kind = "class ";
		break;
	case DW_TAG_union_type:
		kind = "union ";
		break;
	case DW_TAG_enumeration_type:
		kind = "enum ";
		break;
	case DW_TAG_subroutine_type:
		kind = "function";
		break;
	case DW_TAG_pointer_type:
	case DW_TAG_reference_type:
	case DW_TAG_rvalue_reference_type:
	case DW_TAG_ptr_to_member_type:
		if (type_of(die, &target))
			say_name(&target, out, size, depth + 1);
		else
			snprintf(out, size, "void");
		if (strlen(out) + 3 <= size)
			strcat(out, out[strlen(out) - 1] == '*' ? "*" : " *");
		return;
	default:
		break;
	}
	name = dwarf_diename(die);
	if (name)
		snprintf(out, size, "%s%s", kind, name);
	else
		snprintf(out, size, "%s", typedefed ? typedefed : *kind ? kind : "(anonymous)");
}

static const char *full_name(struct types *t, Dwarf_Die *die)
{
	char text[NAME_CUT] = "";
	Dwarf_Die copy = *die;

	say_name(&copy, text, sizeof(text), 0);
	if (*text && text[strlen(text) - 1] == ' ')
		strncat(text, "(anonymous)", sizeof(text) - strlen(text) - 1);
	return keep(t, text);
}

/* Members ------------------------------------------------------------- */

/* Where a member begins; false: not at a constant offset. */
static bool member_offset(Dwarf_Die *die, bool in_union, uint64_t *out)
{
	Dwarf_Attribute attr;
	Dwarf_Op *op;
	size_t nr;

	*out = 0;
	if (!dwarf_attr(die, DW_AT_data_member_location, &attr))
		return in_union || dwarf_hasattr(die, DW_AT_data_bit_offset);
	if (number(die, DW_AT_data_member_location, out))
		return true;
	/* older compilers: an expression */
	if (dwarf_getlocation(&attr, &op, &nr) || nr != 1 || op->atom != DW_OP_plus_uconst)
		return false;
	*out = op->number;
	return *out < TYPE_SIZE_MAX;
}

/* Of little-endian files.  False: unknown. */
static bool bit_field(Dwarf_Die *die, uint64_t unit, struct type_member *m)
{
	uint64_t bits, at, size = unit;

	if (!number(die, DW_AT_bit_size, &bits) || !bits || bits > 4096)
		return false;
	if (number(die, DW_AT_data_bit_offset, &at)) {
		at += m->offset * 8;
	} else if (number(die, DW_AT_bit_offset, &at)) {
		/* DWARF 3: from the most significant bit of the storage unit */
		number(die, DW_AT_byte_size, &size);
		if (at + bits > size * 8)
			return false;
		at = m->offset * 8 + size * 8 - at - bits;
	} else {
		at = m->offset * 8;
	}
	m->offset = at / 8;
	m->bit = at % 8;
	m->bits = (uint32_t)bits;
	return true;
}

/* False: where the member is, is unknown. */
static bool read_member(struct types *t, Dwarf_Die *die, bool in_union, struct known_type *k)
{
	struct type_member m = { 0 }, *new;
	Dwarf_Die type;

	if (!type_of(die, &type) || !member_offset(die, in_union, &m.offset))
		return false;
	m.type = (uintptr_t)type.addr;
	if (dwarf_hasattr(die, DW_AT_bit_size) &&
	    !bit_field(die, t->source.get(&t->source, m.type)->size, &m))
		return false;
	m.name = dwarf_tag(die) == DW_TAG_inheritance ? "" : name_of(t, die);
	new = k->type.nr < MEMBERS_MAX ? array_add(k->member, k->type.nr) : NULL;
	if (!new)
		return false;
	*new = m;
	return true;
}

static void read_members(struct types *t, Dwarf_Die *die, struct known_type *k)
{
	Dwarf_Die child;

	if (dwarf_child(die, &child))
		return;
	for (unsigned int i = 0; i < MEMBERS_MAX; i++) {
		int tag = dwarf_tag(&child);

		/* a static member is elsewhere */
		if ((tag == DW_TAG_member && !flag(&child, DW_AT_external) &&
		     !flag(&child, DW_AT_declaration)) || tag == DW_TAG_inheritance)
			k->type.open |= !read_member(t, &child, k->type.kind == TYPE_UNION, k);
		/* variants of Rust and Ada share their bytes */
		k->type.open |= tag == DW_TAG_variant_part;
		if (dwarf_siblingof(&child, &child))
			break;
	}
	k->type.member = k->member;
}

/* Types --------------------------------------------------------------- */

/*
 * Number of elements; 0: unknown.  Arrays begin at 0 unless DW_AT_lower_bound says otherwise, but in
 * Fortran, Ada and the like, where the default is 1: these have DW_AT_lower_bound from GCC.
 */
static uint64_t elements(Dwarf_Die *die, uint32_t *dimensions)
{
	Dwarf_Die child;
	uint64_t all = 1;

	*dimensions = 0;
	if (dwarf_child(die, &child))
		return 0;
	do {
		uint64_t nr, last;

		if (dwarf_tag(&child) != DW_TAG_subrange_type)
			continue;
		if (number(&child, DW_AT_upper_bound, &last))
			nr = last + 1;
		else if (!number(&child, DW_AT_count, &nr))
			nr = 0;
		if (nr && all > TYPE_SIZE_MAX / nr)
			return 0;
		all *= nr;
	} while (++*dimensions < 16 && !dwarf_siblingof(&child, &child));
	return all;
}

static void read_array(struct types *t, Dwarf_Die *die, struct type *out)
{
	uint64_t nr = elements(die, &out->dimensions), size;
	Dwarf_Die of;

	if (!out->dimensions || !type_of(die, &of) || dwarf_hasattr(die, DW_AT_byte_stride) ||
	    dwarf_hasattr(die, DW_AT_bit_stride))
		return;
	size = t->source.get(&t->source, (uintptr_t)of.addr)->size;
	if (!size || (nr && size > TYPE_SIZE_MAX / nr))
		return;
	out->kind = flag(die, DW_AT_GNU_vector) ? TYPE_SCALAR : TYPE_ARRAY;
	out->of = (uintptr_t)of.addr;
	out->size = size * nr;
}

static void read_type(struct types *t, Dwarf_Die *die, const char *name, struct known_type *k)
{
	struct type *out = &k->type;
	Dwarf_Die target;
	uint64_t size = 0;

	number(die, DW_AT_byte_size, &size);
	switch (dwarf_tag(die)) {
	case DW_TAG_base_type:
	case DW_TAG_enumeration_type:
	case DW_TAG_unspecified_type:
		out->kind = size ? TYPE_SCALAR : TYPE_UNKNOWN;
		break;
	case DW_TAG_pointer_type:
	case DW_TAG_reference_type:
	case DW_TAG_rvalue_reference_type:
	case DW_TAG_ptr_to_member_type:
		out->kind = TYPE_SCALAR;
		size = size ? size : 8;
		if (dwarf_tag(die) != DW_TAG_ptr_to_member_type && type_of(die, &target))
			out->to = (uintptr_t)target.addr;
		break;
	case DW_TAG_subroutine_type:
		out->kind = TYPE_FUNCTION;
		break;
	case DW_TAG_structure_type:
	case DW_TAG_class_type:
	case DW_TAG_union_type:
		if (!size)
			break;
		out->kind = dwarf_tag(die) == DW_TAG_union_type ? TYPE_UNION : TYPE_STRUCT;
		read_members(t, die, k);
		break;
	case DW_TAG_array_type:
		read_array(t, die, out);
		size = out->size;
		break;
	default:
		break;
	}
	out->size = size;
	out->name = name ? keep(t, name) : "";
}

static void make(struct types *t, void *addr, struct known_type *k)
{
	const char *typedefed, *name;
	Dwarf_Die die, start;

	if (!dwarf_die_addr_die(t->dwarf, addr, &die))
		return;
	start = die;
	if (!peel(&die, &typedefed))
		return;
	name = dwarf_diename(&die);
	read_type(t, &die, name ? name : typedefed, k);
	k->type.full = full_name(t, &start);
}

/*
 * A type that contains itself, which only a damaged file has, is unknown inside: it is entered before
 * its members are read.
 */
static const struct type *get(struct type_source *s, uint64_t type)
{
	struct types *t = (struct types *)s;
	uint32_t n = type ? intern_add(&t->numbers, &type, sizeof(type)) : INTERN_NONE;
	struct known_type *k;

	if (n == INTERN_NONE)
		return &unknown;
	while (t->nr_known <= n)
		if (!array_add(t->known, t->nr_known))
			return &unknown;
	if (t->known[n])
		return &t->known[n]->type;
	k = calloc(1, sizeof(*k));
	if (!k)
		return &unknown;
	k->type = unknown;
	t->known[n] = k;
	if (++t->depth <= DEEP)
		make(t, (void *)(uintptr_t)type, k);
	t->depth--;
	return &k->type;
}

struct types *types_open(struct Elf *elf)
{
	struct types *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->source.get = get;
	t->dwarf = dwarf_begin_elf(elf, DWARF_C_READ, NULL);
	if (t->dwarf)
		return t;
	free(t);
	return NULL;
}

struct Dwarf *types_dwarf(struct types *t)
{
	return t->dwarf;
}

void types_close(struct types *t)
{
	if (!t)
		return;
	for (uint32_t i = 0; i < t->nr_known; i++) {
		if (t->known[i])
			free(t->known[i]->member);
		free(t->known[i]);
	}
	free(t->known);
	free(t->variables);
	intern_clear(&t->names);
	intern_clear(&t->numbers);
	dwarf_end(t->dwarf);
	free(t);
}

struct type_source *types_source(struct types *t)
{
	return &t->source;
}

/* Variables ----------------------------------------------------------- */

/* Only a constant address: not of a thread, nor of several places. */
static bool constant_address(Dwarf_Die *die, uint64_t *out)
{
	Dwarf_Attribute attr, addr;
	Dwarf_Addr v;
	Dwarf_Op *op;
	size_t nr;

	if (!dwarf_attr(die, DW_AT_location, &attr) || dwarf_getlocation(&attr, &op, &nr) || nr != 1)
		return false;
	*out = op->number;
	if (op->atom == DW_OP_addr)
		return true;
	if ((op->atom != DW_OP_addrx && op->atom != DW_OP_GNU_addr_index) ||
	    dwarf_getlocation_attr(&attr, op, &addr) || dwarf_formaddr(&addr, &v))
		return false;
	*out = v;
	return true;
}

static void add_variable(struct types *t, Dwarf_Die *die)
{
	struct variable *v;
	uint64_t start;

	/* the linker leaves 0 for a section that it removed */
	if (!constant_address(die, &start) || !start)
		return;
	v = array_add(t->variables, t->nr_variables);
	if (v)
		*v = (struct variable){ start, die->addr };
}

static void read_children(struct types *t, Dwarf_Die *die, int depth)
{
	Dwarf_Die child;

	if (depth > DEEP || dwarf_child(die, &child))
		return;
	do {
		int tag = dwarf_tag(&child);

		if (tag == DW_TAG_variable)
			add_variable(t, &child);
		else if (tag == DW_TAG_namespace ||
			 (t->deep && (tag == DW_TAG_subprogram || tag == DW_TAG_lexical_block)))
			read_children(t, &child, depth + 1);
	} while (++t->looked < DIES_MAX && !dwarf_siblingof(&child, &child));
}

static int compare_variables(const void *x, const void *y)
{
	return array_order(((const struct variable *)x)->start, ((const struct variable *)y)->start);
}

/* Bytes of .debug_info. */
static uint64_t info_size(struct types *t)
{
	Dwarf_Off off = 0, next;
	size_t header;

	for (unsigned int i = 0; i < UNITS_MAX; i++, off = next)
		if (dwarf_nextcu(t->dwarf, off, &next, &header, NULL, NULL, NULL) || next <= off)
			break;
	return off;
}

static void read_variables(struct types *t)
{
	Dwarf_Off off = 0, next;
	Dwarf_Die unit;
	size_t header;

	t->has_variables = true;
	t->deep = info_size(t) < DEEP_BYTES;
	for (unsigned int i = 0; i < UNITS_MAX; i++, off = next) {
		if (dwarf_nextcu(t->dwarf, off, &next, &header, NULL, NULL, NULL) || next <= off)
			break;
		if (dwarf_offdie(t->dwarf, off + header, &unit))
			read_children(t, &unit, 0);
	}
	if (t->nr_variables)
		qsort(t->variables, t->nr_variables, sizeof(*t->variables), compare_variables);
}

static bool describe(struct types *t, const struct variable *v, struct type_variable *out)
{
	Dwarf_Die die, type;

	if (!dwarf_die_addr_die(t->dwarf, v->die, &die) || !type_of(&die, &type))
		return false;
	*out = (struct type_variable){
		.name = dwarf_diename(&die) ? keep(t, dwarf_diename(&die)) : "",
		.start = v->start, .type = (uintptr_t)type.addr,
	};
	return true;
}

/* Are two of the same address one variable, for which several units have a DIE? */
static bool is_same(struct types *t, const struct type_variable *a, const struct type_variable *b)
{
	const struct type *ta = get(&t->source, a->type), *tb = get(&t->source, b->type);

	return a->name == b->name && ta->full == tb->full && ta->kind == tb->kind &&
	       ta->size == tb->size;
}

bool types_variable(struct types *t, uint64_t addr, struct type_variable *out)
{
	struct type_variable other;
	size_t i;

	if (!t->has_variables)
		read_variables(t);
	i = array_first(t->nr_variables, n, t->variables[n].start > addr);
	if (!i || !describe(t, &t->variables[--i], out))
		return false;
	while (i-- && t->variables[i].start == out->start)
		if (!describe(t, &t->variables[i], &other) || !is_same(t, out, &other))
			return false;
	return true;
}
