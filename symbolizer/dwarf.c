// SPDX-License-Identifier: GPL-2.0-only
/* The door to libdw. */
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "symbolizer/demangle.h"
#include "symbolizer/dwarf.h"
#include "symbolizer/intern.h"
#include "symbolizer/symbol.h"

/*
 * What a file may cost: DWARF is a graph, and a made-up one need not end.
 * The deepest real chain of inlined functions seen is below 50.
 */
#define DEPTH_MAX	64
#define ENTRIES_MAX	(1u << 20)	/* looked at for one address */
#define UNITS_MAX	(1u << 17)
#define NAME_CUT	4096

struct lines {
	Dwarf *dwarf;
	struct intern names;
	bool demangle;
	Dwarf_Die unit;		/* where the last address lay */
	bool has_unit;
};

/* The functions around an address, outermost first. */
struct chain {
	Dwarf_Die die[DEPTH_MAX];
	size_t nr;
	unsigned int left;	/* entries that may still be looked at */
};

struct lines *lines_open(struct Elf *elf, bool demangle_names)
{
	struct lines *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	l->demangle = demangle_names;
	l->dwarf = dwarf_begin_elf(elf, DWARF_C_READ, NULL);
	if (l->dwarf)
		return l;
	free(l);
	return NULL;
}

void lines_close(struct lines *l)
{
	if (!l)
		return;
	dwarf_end(l->dwarf);
	intern_clear(&l->names);
	free(l);
}

static const char *keep(struct lines *l, const char *text)
{
	uint32_t n = intern_add(&l->names, text, strnlen(text, NAME_CUT));

	return n == INTERN_NONE ? NULL : intern_get(&l->names, n);
}

/* The compilation unit of addr: .debug_aranges, which not all compilers write. */
static bool search_unit(struct lines *l, uint64_t addr, Dwarf_Die *out)
{
	Dwarf_Off off = 0, next;
	size_t header;

	if (dwarf_addrdie(l->dwarf, addr, out))
		return true;
	for (unsigned int i = 0; i < UNITS_MAX; i++, off = next) {
		if (dwarf_nextcu(l->dwarf, off, &next, &header, NULL, NULL, NULL) ||
		    next <= off)
			return false;
		if (dwarf_offdie(l->dwarf, off + header, out) &&
		    dwarf_tag(out) == DW_TAG_compile_unit && dwarf_haspc(out, addr) > 0)
			return true;
	}
	return false;
}

/* Addresses are asked in order: the next one is mostly of the same unit. */
static bool find_unit(struct lines *l, uint64_t addr, Dwarf_Die *out)
{
	if (!l->has_unit || dwarf_haspc(&l->unit, addr) <= 0)
		l->has_unit = search_unit(l, addr, &l->unit);
	*out = l->unit;
	return l->has_unit;
}

static bool is_function(int tag)
{
	return tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine;
}

/* Entries with functions below them that have no addresses of their own. */
static bool is_container(int tag)
{
	return tag == DW_TAG_namespace || tag == DW_TAG_class_type ||
	       tag == DW_TAG_structure_type || tag == DW_TAG_module;
}

/* Follow addr down the tree; true: a function was found below parent. */
static bool descend(struct chain *c, Dwarf_Die *parent, uint64_t addr, unsigned int depth)
{
	Dwarf_Die die;
	int more;

	if (depth > DEPTH_MAX * 2)
		return false;
	for (more = dwarf_child(parent, &die); !more && c->left;
	     more = dwarf_siblingof(&die, &die)) {
		int tag = dwarf_tag(&die);

		c->left--;
		if (is_container(tag)) {
			if (descend(c, &die, addr, depth + 1))
				return true;
			continue;
		}
		if ((!is_function(tag) && tag != DW_TAG_lexical_block) ||
		    dwarf_haspc(&die, addr) <= 0)
			continue;
		if (is_function(tag) && c->nr < DEPTH_MAX)
			c->die[c->nr++] = die;
		descend(c, &die, addr, depth + 1);
		return c->nr;
	}
	return false;
}

static const char *function_name(struct lines *l, Dwarf_Die *die)
{
	static const unsigned int linkage[] = { DW_AT_linkage_name, DW_AT_MIPS_linkage_name };
	char text[NAME_CUT];
	const char *name;

	for (size_t i = 0; i < 2 && l->demangle; i++) {
		Dwarf_Attribute attr;

		if (!dwarf_attr_integrate(die, linkage[i], &attr))
			continue;
		name = dwarf_formstring(&attr);
		if (name && demangle(name, text, sizeof(text)))
			return keep(l, text);
	}
	name = dwarf_diename(die);
	return name ? keep(l, name) : NULL;
}

/* Paths in DWARF are relative to where the compiler ran. */
static const char *file_name(struct lines *l, Dwarf_Die *unit, const char *name)
{
	Dwarf_Attribute attr;
	char text[NAME_CUT];
	const char *dir;
	int len;

	if (!name)
		return NULL;
	if (name[0] == '/' || !dwarf_attr(unit, DW_AT_comp_dir, &attr))
		return keep(l, name);
	dir = dwarf_formstring(&attr);
	if (!dir)
		return keep(l, name);
	len = snprintf(text, sizeof(text), "%s/%s", dir, name);
	return len < 0 ? NULL : keep(l, text);
}

static void line_of(struct lines *l, Dwarf_Die *unit, uint64_t addr, struct source_line *out)
{
	Dwarf_Line *line = dwarf_getsrc_die(unit, addr);
	int number;

	if (!line)
		return;
	out->file = file_name(l, unit, dwarf_linesrc(line, NULL, NULL));
	if (!dwarf_lineno(line, &number) && number > 0)
		out->line = number;
}

static unsigned int number_of(Dwarf_Die *die, unsigned int name)
{
	Dwarf_Attribute attr;
	Dwarf_Word value;

	if (!dwarf_attr(die, name, &attr) || dwarf_formudata(&attr, &value) ||
	    value > UINT32_MAX)
		return 0;
	return value;
}

/* Where an inlined function was called from. */
static void call_of(struct lines *l, Dwarf_Die *unit, Dwarf_Die *inlined,
		    struct source_line *out)
{
	unsigned int index = number_of(inlined, DW_AT_call_file);
	Dwarf_Files *files;
	size_t nr;

	out->line = number_of(inlined, DW_AT_call_line);
	if (!dwarf_getsrcfiles(unit, &files, &nr) && index < nr)
		out->file = file_name(l, unit, dwarf_filesrc(files, index, NULL, NULL));
}

size_t lines_find(struct lines *l, uint64_t addr, bool functions, struct source_line *frames,
		  size_t max)
{
	struct chain c = { .left = ENTRIES_MAX };
	Dwarf_Die unit;
	size_t nr;

	if (!max || !find_unit(l, addr, &unit))
		return 0;
	if (functions)
		descend(&c, &unit, addr, 0);
	nr = c.nr ? c.nr : 1;
	if (nr > max)
		nr = max;
	for (size_t i = 0; i < nr; i++) {
		frames[i] = (struct source_line){ 0 };
		if (i)
			call_of(l, &unit, &c.die[c.nr - i], &frames[i]);
		else
			line_of(l, &unit, addr, &frames[i]);
		if (c.nr)
			frames[i].function = function_name(l, &c.die[c.nr - 1 - i]);
	}
	return c.nr || frames[0].file ? nr : 0;
}
