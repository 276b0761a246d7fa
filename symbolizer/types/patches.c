// SPDX-License-Identifier: GPL-2.0-only
#include "symbolizer/types/patches.h"

#include <errno.h>
#include <stdlib.h>

#include "base/array.h"
#include "base/bytes.h"
#include "symbolizer/files/elf.h"
#include "symbolizer/types/a64.h"

/* Limits for malicious files: a kernel has some 50,000 in all. */
#define ENTRIES_MAX	(1u << 20)
#define ENTRY_MAX	16
#define LOOKS_MAX	256	/* near one instruction */

static int add(struct patches *p, const struct patch *new)
{
	struct patch *to = p->nr < ENTRIES_MAX ? array_add(p->patch, p->nr) : NULL;

	if (!to)
		return p->nr < ENTRIES_MAX ? -ENOMEM : -E2BIG;
	*to = *new;
	if (new->to - new->from > p->longest)
		p->longest = new->to - new->from;
	return 0;
}

/* A signed distance from its own place. */
static uint64_t relative(const uint8_t *entry, uint64_t addr, unsigned int at)
{
	return addr + at + (uint64_t)(int64_t)(int32_t)le32(entry + at);
}

/*
 * linux/include/linux/jump_label.h, struct jump_entry with CONFIG_HAVE_ARCH_JUMP_LABEL_RELATIVE:
 * s32 code, s32 target, long key.  A NOP or B at code.
 */
static int add_jump(struct patches *p, const struct elf_file *file, const uint8_t *entry,
		    uint64_t addr)
{
	uint64_t code = relative(entry, addr, 0);

	return add(p, &(struct patch){ code, code + 4, relative(entry, addr, 4), 0, false });
}

/*
 * linux/arch/arm64/include/asm/extable.h, struct exception_table_entry: int insn, fixup; short type,
 * data.  data: numbers of registers that the handler sets, of 5 bits each.
 */
static int add_fixup(struct patches *p, const struct elf_file *file, const uint8_t *entry,
		     uint64_t addr)
{
	uint64_t code = relative(entry, addr, 0);
	unsigned int data = le16(entry + 10);
	uint32_t changes = (1u << (data & 31) | 1u << (data >> 5 & 31)) & ~(1u << A64_SP);

	return add(p, &(struct patch){ code, code + 4, relative(entry, addr, 4), changes, false });
}

/*
 * linux/arch/arm64/include/asm/alternative.h, struct alt_instr: s32 orig_offset, alt_offset; u16
 * cpucap; u8 orig_len, alt_len.  Without a replacement a function of the kernel writes one.
 */
static int add_alternative(struct patches *p, const struct elf_file *file, const uint8_t *entry,
			   uint64_t addr)
{
	uint64_t from = relative(entry, addr, 0), with = relative(entry, addr, 4);
	uint8_t code[256];
	size_t len = elf_file_loaded(file, with, code, entry[11]);
	struct patch new = { from, from + entry[10], 0, 0, true };

	for (size_t at = 0; at + 4 <= len; at += 4) {
		struct a64 a;

		a64_decode(le32(code + at), with + at, &a);
		new.changes |= a.changes;
		if (a.flow == A64_JUMP || a.flow == A64_BRANCH)
			new.target = a.target;
	}
	return add(p, &new);
}

static const struct table {
	const char *section;
	uint8_t size;		/* of an entry */
	int (*add)(struct patches *p, const struct elf_file *file, const uint8_t *entry,
		   uint64_t addr);
} tables[] = {
	{ "__jump_table", 16, add_jump },
	{ "__ex_table", 12, add_fixup },
	{ ".altinstructions", 12, add_alternative },
};

static int by_from(const void *a, const void *b)
{
	return array_order(((const struct patch *)a)->from, ((const struct patch *)b)->from);
}

int patches_read(struct patches *p, const struct elf_file *file)
{
	int err = 0;

	*p = (struct patches){ 0 };
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		const struct table *t = &tables[i];
		uint64_t addr, size;

		if (!elf_file_section(file, t->section, &addr, &size))
			continue;
		for (uint64_t at = 0; !err && size - at >= t->size; at += t->size) {
			uint8_t entry[ENTRY_MAX];

			if (elf_file_loaded(file, addr + at, entry, t->size) != t->size)
				break;
			err = t->add(p, file, entry, addr + at);
		}
	}
	if (err)
		patches_clear(p);
	else if (p->nr)
		qsort(p->patch, p->nr, sizeof(*p->patch), by_from);
	return err;
}

void patches_clear(struct patches *p)
{
	free(p->patch);
	*p = (struct patches){ 0 };
}

static void replace(const struct patch *p, struct a64 *a)
{
	uint8_t flow = a->flow;

	a->changes |= p->changes;
	if (p->replaced) {
		/* what it loads, or stores in a slot, is not known */
		*a = (struct a64){ .memory = A64_OPAQUE, .store = true, .changes = a->changes,
			.target = a->target, .base = A64_NONE, .part = A64_NONE,
			.load = { A64_NONE, A64_NONE }, .save = { A64_NONE, A64_NONE } };
		a->flow = flow == A64_JUMP ? A64_BRANCH : flow;
	}
	if (!p->target)
		return;
	if (flow == A64_NEXT || (flow == A64_JUMP && a->target == p->target)) {
		a->flow = A64_BRANCH;
		a->target = p->target;
	} else if (a->target != p->target) {
		a->flow = A64_LOST;
	}
}

void patches_apply(const struct patches *p, uint64_t addr, struct a64 *a)
{
	size_t i = array_first(p->nr, n, p->patch[n].from > addr);
	unsigned int looks = 0;

	while (i-- && addr - p->patch[i].from < p->longest) {
		if (++looks > LOOKS_MAX) {
			a->flow = A64_LOST;
			return;
		}
		if (addr < p->patch[i].to)
			replace(&p->patch[i], a);
	}
}
