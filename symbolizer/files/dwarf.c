// SPDX-License-Identifier: GPL-2.0-only
/* The only user of libdw. */
#include "symbolizer/files/dwarf.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/intern.h"
#include "base/memory_limit.h"
#include "symbolizer/symbol.h"

/* Limits for malicious files. */
#define UNITS_MAX	(1u << 17)
#define UNPACKED_MAX	(8ull << 30)	/* as large as a file may be: symbolizer/files/elf.c */
#define NAME_CUT	4096

struct lines {
	Dwarf *dwarf;
	struct intern names;
	Dwarf_Die unit;		/* of the last address */
	bool has_unit;
};

struct lines *lines_open(struct Elf *elf)
{
	struct lines *l = calloc(1, sizeof(*l));
	struct memory_limit limit;

	if (!l)
		return NULL;
	/* it uncompresses sections, and believes their sizes */
	memory_limit_begin(&limit, UNPACKED_MAX);
	l->dwarf = dwarf_begin_elf(elf, DWARF_C_READ, NULL);
	memory_limit_end(&limit);
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
	return intern_text(&l->names, text, strnlen(text, NAME_CUT));
}

/* Find the compilation unit of addr without .debug_aranges, which not all compilers write. */
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

/* Addresses usually come in order, so the next one is mostly in the same unit. */
static bool find_unit(struct lines *l, uint64_t addr, Dwarf_Die *out)
{
	if (!l->has_unit || dwarf_haspc(&l->unit, addr) <= 0)
		l->has_unit = search_unit(l, addr, &l->unit);
	*out = l->unit;
	return l->has_unit;
}

/* Paths in DWARF are relative to the compiler's working directory. */
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

bool lines_find(struct lines *l, uint64_t addr, struct source_line *out)
{
	Dwarf_Line *line;
	Dwarf_Die unit;
	int number;

	*out = (struct source_line){ 0 };
	if (!find_unit(l, addr, &unit))
		return false;
	line = dwarf_getsrc_die(&unit, addr);
	if (!line)
		return false;
	out->file = file_name(l, &unit, dwarf_linesrc(line, NULL, NULL));
	if (!dwarf_lineno(line, &number) && number > 0)
		out->line = number;
	return out->file;
}
