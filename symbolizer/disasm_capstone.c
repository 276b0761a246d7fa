// SPDX-License-Identifier: GPL-2.0-only
/* The only user of capstone. */
#include "symbolizer/disasm_impl.h"

#include <capstone/capstone.h>
#include <stdio.h>
#include <stdlib.h>

#include "symbolizer/library.h"

#define NAME(major)	"libcapstone.so." #major
#define NAME_OF(major)	NAME(major)

struct capstone {
	void *library;
	__typeof__(cs_open) *open;
	__typeof__(cs_close) *close;
	__typeof__(cs_malloc) *malloc;
	__typeof__(cs_free) *free;
	__typeof__(cs_disasm_iter) *iter;
	csh handle;
	cs_insn *insn;		/* reused for every instruction */
};

static bool load(struct capstone *c)
{
	c->library = library_open(NAME_OF(CS_API_MAJOR));
	if (!c->library)
		return false;
	c->open = library_symbol(c->library, "cs_open");
	c->close = library_symbol(c->library, "cs_close");
	c->malloc = library_symbol(c->library, "cs_malloc");
	c->free = library_symbol(c->library, "cs_free");
	c->iter = library_symbol(c->library, "cs_disasm_iter");
	return c->open && c->close && c->malloc && c->free && c->iter;
}

static bool begin(struct capstone *c)
{
	if (!load(c) || c->open(CS_ARCH_ARM64, CS_MODE_LITTLE_ENDIAN, &c->handle))
		return false;
	c->insn = c->malloc(c->handle);
	return c->insn;
}

struct capstone *capstone_new(void)
{
	struct capstone *c = calloc(1, sizeof(*c));

	if (c && begin(c))
		return c;
	capstone_free(c);
	return NULL;
}

void capstone_free(struct capstone *c)
{
	if (!c)
		return;
	if (c->insn)
		c->free(c->insn, 1);
	if (c->handle)
		c->close(&c->handle);
	free(c);
}

unsigned int capstone_major(const struct capstone *c)
{
	return c ? CS_API_MAJOR : 0;
}

bool capstone_text(struct capstone *c, uint32_t word, uint64_t addr, char out[DISASM_LEN])
{
	/* Instructions are little-endian even if data are not. */
	const uint8_t bytes[4] = {
		(uint8_t)word, (uint8_t)(word >> 8), (uint8_t)(word >> 16), (uint8_t)(word >> 24),
	};
	const uint8_t *at = bytes;
	size_t left = sizeof(bytes);

	if (!c || !c->iter(c->handle, &at, &left, &addr, c->insn))
		return false;
	snprintf(out, DISASM_LEN, "%s%s%s", c->insn->mnemonic, *c->insn->op_str ? " " : "",
		 c->insn->op_str);
	return true;
}
