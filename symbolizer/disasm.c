// SPDX-License-Identifier: GPL-2.0-only
/*
 * The door to capstone.  Loaded when it is asked for: its tables take longer to
 * relocate than all else that the program starts with.
 */
#include "symbolizer/disasm.h"

#include <capstone/capstone.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define NAME(major)	"libcapstone.so." #major
#define NAME_OF(major)	NAME(major)

struct disasm {
	void *library;
	__typeof__(cs_open) *open;
	__typeof__(cs_close) *close;
	__typeof__(cs_malloc) *malloc;
	__typeof__(cs_free) *free;
	__typeof__(cs_disasm_iter) *iter;
	csh handle;
	cs_insn *insn;		/* one, used again and again */
};

static bool load(struct disasm *d)
{
	d->library = dlopen(NAME_OF(CS_API_MAJOR), RTLD_NOW | RTLD_LOCAL);
	if (!d->library)
		return false;
	d->open = dlsym(d->library, "cs_open");
	d->close = dlsym(d->library, "cs_close");
	d->malloc = dlsym(d->library, "cs_malloc");
	d->free = dlsym(d->library, "cs_free");
	d->iter = dlsym(d->library, "cs_disasm_iter");
	return d->open && d->close && d->malloc && d->free && d->iter;
}

static int begin(struct disasm *d)
{
	cs_err err;

	if (!load(d))
		return -ENOPKG;
	err = d->open(CS_ARCH_ARM64, CS_MODE_LITTLE_ENDIAN, &d->handle);
	if (err)
		return err == CS_ERR_ARCH ? -ENOTSUP : -ENOMEM;
	d->insn = d->malloc(d->handle);
	return d->insn ? 0 : -ENOMEM;
}

int disasm_new(struct disasm **out)
{
	struct disasm *d = calloc(1, sizeof(*d));
	int err = d ? begin(d) : -ENOMEM;

	*out = NULL;
	if (err)
		disasm_free(d);
	else
		*out = d;
	return err;
}

void disasm_free(struct disasm *d)
{
	if (!d)
		return;
	if (d->insn)
		d->free(d->insn, 1);
	if (d->handle)
		d->close(&d->handle);
	if (d->library)
		dlclose(d->library);
	free(d);
}

void disasm_text(struct disasm *d, uint32_t word, uint64_t addr, char out[DISASM_LEN])
{
	/* Instructions are little-endian, also where data is not. */
	const uint8_t bytes[4] = {
		(uint8_t)word, (uint8_t)(word >> 8), (uint8_t)(word >> 16), (uint8_t)(word >> 24),
	};
	const uint8_t *at = bytes;
	size_t left = sizeof(bytes);

	if (disasm_preferred(word, out))
		return;
	if (d->iter(d->handle, &at, &left, &addr, d->insn))
		snprintf(out, DISASM_LEN, "%s%s%s", d->insn->mnemonic,
			 *d->insn->op_str ? " " : "", d->insn->op_str);
	else
		snprintf(out, DISASM_LEN, ".inst 0x%08x", word);
}

/* A signed field of that many bits, in words. */
static uint64_t words(uint32_t field, unsigned int bits)
{
	return (uint64_t)((int64_t)((uint64_t)field << (64 - bits)) >> (64 - bits)) * 4;
}

enum flow disasm_flow(uint32_t word, uint64_t addr, uint64_t *target)
{
	/* unconditional branch (immediate): B, BL */
	if ((word & 0x7c000000) == 0x14000000) {
		*target = addr + words(word & 0x3ffffff, 26);
		return word >> 31 ? FLOW_CALL : FLOW_JUMP;
	}
	/* conditional branch: B.cond, BC.cond; compare and branch: CBZ, CBNZ */
	if ((word & 0xff000000) == 0x54000000 || (word & 0x7e000000) == 0x34000000) {
		*target = addr + words(word >> 5 & 0x7ffff, 19);
		return FLOW_JUMP;
	}
	/* test and branch: TBZ, TBNZ */
	if ((word & 0x7e000000) == 0x36000000) {
		*target = addr + words(word >> 5 & 0x3fff, 14);
		return FLOW_JUMP;
	}
	/* unconditional branch (register) */
	if ((word & 0xfe000000) == 0xd6000000)
		return FLOW_AWAY;
	return FLOW_NEXT;
}
