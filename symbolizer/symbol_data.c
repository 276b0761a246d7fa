// SPDX-License-Identifier: GPL-2.0-only
/* Finds the types of data. */
#include "symbolizer/symbol_data.h"

#include "symbolizer/symbol_impl.h"
#include "symbolizer/types/access.h"
#include "symbolizer/types/types.h"

/* Maps between a file's code and its data: its other segments, and memory without a file. */
#define NEAR	6

static uint64_t lower(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Shrink the range to where memory of elf is, or is not; addresses are file's minus shift. */
static bool in_memory(const struct elf_file *elf, uint64_t address, uint64_t shift,
		      struct data_range *out)
{
	uint64_t first, last;
	bool has = elf_file_memory(elf, address + shift, &first, &last);

	/* distances from the address, because what is added may wrap around */
	out->first = address - lower(address - out->first, address + shift - first);
	out->last = address + lower(out->last - address, last - (address + shift));
	return has;
}

/* A map in a space. */
struct map {
	struct place place;	/* of its first address */
	uint64_t first, last;
};

/* Maps around an address, in order, and those of them that are of one file. */
struct maps {
	struct map map[2 * NEAR + 1];
	size_t nr;
	const struct object *file;	/* NULL: none */
};

static void find_map(const struct spaces *spaces, uint32_t space, uint64_t address, struct map *m)
{
	spaces_locate_around(spaces, space, address, &m->place, &m->first, &m->last);
	m->place.offset -= address - m->first;
}

static void add_map(const struct spaces *spaces, uint32_t space, uint64_t address, struct maps *all)
{
	struct map *m = &all->map[all->nr++];

	find_map(spaces, space, address, m);
	if (!all->file && m->place.object->kind == OBJECT_FILE)
		all->file = m->place.object;
}

/* below: the nearest file is sought before the address, else behind it. */
static void find_maps(const struct spaces *spaces, uint32_t space, uint64_t address, bool below,
		      struct maps *all)
{
	struct map here;

	*all = (struct maps){ 0 };
	add_map(spaces, space, address, all);
	here = all->map[0];
	for (int side = 0; side < 2; side++)
		for (int i = 0; i < NEAR; i++) {
			const struct map *m = i ? &all->map[all->nr - 1] : &here;

			if ((side == 0) == below ? !m->first : m->last == UINT64_MAX)
				break;
			add_map(spaces, space, (side == 0) == below ? m->first - 1 : m->last + 1, all);
		}
}

/* Is there a segment of the file in each of its maps, if these are at that distance? */
static bool fits_all(const struct elf_file *elf, const struct maps *all, uint64_t shift)
{
	for (size_t i = 0; i < all->nr; i++) {
		const struct map *m = &all->map[i];
		uint64_t by;
		size_t segment = 0;
		bool code, fits = false;

		if (m->place.object != all->file)
			continue;
		while (!fits && elf_file_next_in_map(elf, &segment, m->place.offset,
						     m->last - m->first + 1, &by, &code))
			fits = by + m->place.offset - m->first == shift;
		if (!fits)
			return false;
	}
	return true;
}

/*
 * The distance from addresses to those in the file.  A page at the end of a segment may have bytes of
 * the next one, too, so that the distance must fit all maps; as a map of code is always recorded, it
 * is a code segment's.
 */
static bool find_shift(const struct elf_file *elf, const struct maps *all, uint64_t *shift)
{
	for (size_t i = 0; i < all->nr; i++) {
		const struct map *m = &all->map[i];
		size_t segment = 0;
		bool code;

		if (m->place.object != all->file)
			continue;
		while (elf_file_next_in_map(elf, &segment, m->place.offset, m->last - m->first + 1,
					    shift, &code)) {
			*shift += m->place.offset - m->first;
			if (code && fits_all(elf, all, *shift))
				return true;
		}
	}
	return false;
}

/* Is the address in the memory of the file that these maps are of? */
static bool belongs(struct symbolizer *s, const struct maps *all, uint64_t address,
		    struct data_range *out)
{
	const struct entry *e = all->file ? entry_get(s, all->file) : NULL;

	if (!e || !e->own.main.elf || !find_shift(e->own.main.elf, all, &out->shift) ||
	    !in_memory(e->own.main.elf, address, out->shift, out))
		return false;
	out->object = all->file;
	return true;
}

static void user_data(struct symbolizer *s, const struct spaces *spaces, uint32_t space,
		      uint64_t address, struct data_range *out)
{
	struct maps all;

	for (int below = 1; below >= 0; below--) {
		find_maps(spaces, space, address, below, &all);
		if (belongs(s, &all, address, out))
			return;
	}
}

static struct types *kernel_types(struct symbolizer *s, struct entry *e)
{
	if (!e->lines)
		entry_search_kernel(s, e);
	return e->lines ? name_cache_types(e->lines, s->files, e->object) : NULL;
}

static void kernel_data(struct symbolizer *s, const struct object *kernel, uint64_t address,
			struct data_range *out)
{
	struct entry *e = entry_get(s, kernel);

	if (e && kernel_types(s, e) &&
	    in_memory(e->lines->main.elf, address, e->lines_shift, out)) {
		out->object = kernel;
		out->shift = e->lines_shift;
	}
}

/* The first file that has types counts. */
static struct guest_file *guest_with_types(struct symbolizer *s, const struct object *o,
					   uint64_t *shift)
{
	struct guest_file *g;
	uint64_t addr;
	size_t i = 0;

	while ((g = guest_next(s, o->vm, &i))) {
		if (!guest_address(g, o->vm, 0, &addr) || !name_cache_types(&g->names, s->files, NULL))
			continue;
		*shift = addr;
		return g;
	}
	return NULL;
}

static void guest_data(struct symbolizer *s, const struct object *o, uint64_t address,
		       struct data_range *out)
{
	uint64_t shift;
	struct guest_file *g = guest_with_types(s, o, &shift);

	if (g && in_memory(g->names.main.elf, address, shift, out)) {
		out->object = o;
		out->shift = shift;
	}
}

void symbolizer_data(struct symbolizer *s, const struct spaces *spaces, uint32_t space,
		     uint64_t address, struct data_range *out)
{
	struct place place;

	*out = (struct data_range){ 0 };
	spaces_locate_around(spaces, space, address, &place, &out->first, &out->last);
	switch ((enum object_kind)place.object->kind) {
	case OBJECT_KERNEL:
		kernel_data(s, place.object, address, out);
		return;
	case OBJECT_GUEST:
		guest_data(s, place.object, address, out);
		return;
	case OBJECT_UNKNOWN:
	case OBJECT_ANON:
	case OBJECT_FILE:
		user_data(s, spaces, space, address, out);
		return;
	case OBJECT_VDSO:
	case OBJECT_MODULE:
	case OBJECT_KSYMBOL:
		return;
	}
}

/* Where an object's types and variables are. */
struct source {
	struct name_cache *names;	/* NULL: nowhere */
	struct object_files *files;
	const struct object *object;	/* to search a second file for; NULL: do not */
	uint64_t shift;			/* of a kernel: address in the file = address + shift */
};

static struct source source_of(struct symbolizer *s, const struct object *o)
{
	struct entry *e = entry_get(s, o);
	struct source src = { .files = s->files };
	struct guest_file *g;

	switch ((enum object_kind)o->kind) {
	case OBJECT_KERNEL:
		if (e && kernel_types(s, e)) {
			src.names = e->lines;
			src.shift = e->lines_shift;
			src.object = o;
		}
		break;
	case OBJECT_GUEST:
		g = guest_with_types(s, o, &src.shift);
		src.names = g ? &g->names : NULL;
		break;
	case OBJECT_FILE:
		src.files = object_machine_files(s, o);
		src.names = e && src.files ? &e->own : NULL;
		src.object = o;
		break;
	case OBJECT_UNKNOWN:
	case OBJECT_ANON:
	case OBJECT_VDSO:
	case OBJECT_MODULE:
	case OBJECT_KSYMBOL:
		break;
	}
	return src;
}

/*
 * DWARF still has variables that the linker removed, at addresses that are others' by now.  So a
 * symbol must begin where the variable does.
 */
bool symbolizer_variable(struct symbolizer *s, const struct object *o, uint64_t addr,
			 struct type_place *out)
{
	struct source src = source_of(s, o);
	const struct symtab *symbols;
	const struct symtab_range *sym;
	struct type_variable v;
	struct types *t;

	if (!src.names)
		return false;
	t = name_cache_types(src.names, src.files, src.object);
	symbols = name_cache_symbols(src.names, src.files, src.object);
	if (!t || !symbols || !types_variable(t, addr, &v))
		return false;
	sym = symtab_find(symbols, addr);
	return sym && sym->start == v.start && addr - sym->start < sym->size &&
	       type_locate(types_source(t), v.type, addr - v.start, sym->size,
			   *v.name ? v.name : NULL, out);
}

bool symbolizer_access(struct symbolizer *s, const struct place *pc, struct type_place *out)
{
	struct source src = source_of(s, pc->object);
	uint64_t addr = pc->offset + src.shift;
	struct accesses *a;
	struct access access;

	if (!src.names || (pc->object->kind == OBJECT_FILE &&
			   !name_cache_address(src.names, pc->offset, &addr)))
		return false;
	a = name_cache_accesses(src.names, src.files, src.object);
	if (!a)
		return false;
	access = accesses_find(a, addr);
	return access.reason == ACCESS_KNOWN &&
	       type_locate(types_source(src.names->types), access.type, access.offset, 0, NULL, out);
}
