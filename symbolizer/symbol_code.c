// SPDX-License-Identifier: GPL-2.0-only
/* Finds the instructions of a place. */
#include "symbolizer/disasm.h"
#include "symbolizer/symbol_impl.h"

/* Why the code of an object is unknown. */
static const char *why_no_code(const struct entry *e)
{
	switch ((enum object_kind)e->object->kind) {
	case OBJECT_KERNEL:
		return "no code of the host's kernel: --kallsyms has names only, and /proc/kcore "
		       "is not read; give --vmlinux FILE, its ELF file";
	case OBJECT_MODULE:
		return "no code of this module: give --symfs DIR with its .ko file";
	case OBJECT_GUEST:
		return "no code of this guest: give --guest [VM=]FILE with the ELF file of what it "
		       "runs (a copy of kallsyms has names only)";
	case OBJECT_FILE:
	case OBJECT_VDSO:
		if (e->own.main.elf)
			return "no code of this object: what was found are its symbols only; give "
			       "--symfs DIR with the file itself, too";
		return "no code of this object: give --symfs DIR with the recorded machine's files";
	case OBJECT_ANON:
	case OBJECT_KSYMBOL:
		return "this code was generated at run time: no file contains it";
	case OBJECT_UNKNOWN:
		break;
	}
	return "it is unknown what is at this address";
}

/* Does n have A64 code at addr?  Fills out. */
static bool take_code(const struct name_cache *n, uint64_t addr, struct code_place *out)
{
	uint8_t word[4];

	if (!n->main.elf || !elf_file_code(n->main.elf, addr, word, sizeof(word)))
		return false;
	if (!elf_file_is_aarch64(n->main.elf)) {
		out->why = "the file found is not for aarch64";
		return false;
	}
	*out = (struct code_place){ n->main.elf, addr, n->main.path, NULL };
	return true;
}

static void guest_code(struct symbolizer *s, const struct place *p, struct code_place *out)
{
	struct guest_file *g;
	uint64_t addr;
	size_t i = 0;

	while ((g = guest_next(s, p->object->vm, &i)))
		if (guest_address(g, p->object->vm, p->offset, &addr) &&
		    take_code(&g->names, addr, out))
			return;
}

void symbolizer_code(struct symbolizer *s, const struct place *p, struct code_place *out)
{
	struct entry *e = entry_get(s, p->object);
	struct name_cache *n;
	uint64_t addr;

	*out = (struct code_place){ .why = "out of memory" };
	if (!e)
		return;
	out->why = why_no_code(e);
	switch ((enum object_kind)p->object->kind) {
	case OBJECT_GUEST:
		guest_code(s, p, out);
		return;
	case OBJECT_KERNEL:
		if (!e->lines)
			entry_search_kernel(s, e);
		n = e->lines;
		addr = p->offset + e->lines_shift;
		break;
	case OBJECT_MODULE:
		/* its names may have come from kallsyms without a search for its file */
		entry_search_module(s, e);
		n = &e->own;
		addr = p->offset;
		break;
	case OBJECT_FILE:
	case OBJECT_VDSO:
		n = &e->own;
		if (!name_cache_address(n, p->offset, &addr))
			return;
		break;
	default:
		return;
	}
	if (n)
		take_code(n, addr, out);
}

bool symbolizer_callee(struct symbolizer *s, const struct place *call, struct place *callee,
		       struct symbol *sym)
{
	const char *relocated = NULL;
	struct code_place at;
	uint64_t target;
	uint8_t b[4];

	symbolizer_code(s, call, &at);
	if (!at.elf || elf_file_code(at.elf, at.addr, b, sizeof(b)) != sizeof(b))
		return false;
	/* a module's file does not have the targets of its calls, which the loader sets */
	elf_file_relocated(at.elf, at.addr, &relocated, 1);
	if (relocated)
		return false;
	/* A64 instructions are little-endian even if data are not [Arm ARM B2.6.2] */
	if (disasm_flow((uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 |
			(uint32_t)b[3] << 24, at.addr, &target) != FLOW_CALL)
		return false;
	*callee = (struct place){ call->object, call->offset + (target - at.addr) };
	return !symbolizer_name(s, callee, sym);
}
