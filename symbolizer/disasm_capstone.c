// SPDX-License-Identifier: GPL-2.0-only
/*
 * The only user of capstone.  These five functions have been the same since version 4, so that one
 * program can load any and needs no header; the struct that they fill has changed.
 */
#include "symbolizer/disasm_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "symbolizer/library.h"

/* enum cs_arch: CS_ARCH_ARM64, since 6 CS_ARCH_AARCH64; enum cs_mode */
#define ARM64		1
#define INSTRUCTIONS_LITTLE	0

#define MNEMONIC_LEN	32	/* struct cs_insn: .mnemonic, which .op_str follows */

#define BR_X1		0xd61f0020	/* br x1 */

struct capstone {
	void *library;
	unsigned int major;
	size_t at;		/* of .mnemonic in struct cs_insn */
	/* cs_open(cs_arch, cs_mode, csh *), cs_close(csh *) */
	int (*open)(int, int, size_t *);
	int (*close)(size_t *);
	/* cs_malloc(csh), cs_free(cs_insn *, their number) */
	char *(*malloc)(size_t);
	void (*free)(char *, size_t);
	/* cs_disasm_iter(csh, bytes, their number, address, cs_insn *) */
	bool (*iter)(size_t, const uint8_t **, size_t *, uint64_t *, char *);
	size_t handle;
	char *insn;		/* struct cs_insn, reused for every instruction */
};

static bool load(struct capstone *c)
{
	char name[32];

	snprintf(name, sizeof(name), "libcapstone.so.%u", c->major);
	c->library = library_open(name);
	if (!c->library)
		return false;
	c->open = library_symbol(c->library, "cs_open");
	c->close = library_symbol(c->library, "cs_close");
	c->malloc = library_symbol(c->library, "cs_malloc");
	c->free = library_symbol(c->library, "cs_free");
	c->iter = library_symbol(c->library, "cs_disasm_iter");
	return c->open && c->close && c->malloc && c->free && c->iter;
}

static bool disassemble(struct capstone *c, uint32_t word, uint64_t addr)
{
	/* Instructions are little-endian even if data are not. */
	const uint8_t bytes[4] = {
		(uint8_t)word, (uint8_t)(word >> 8), (uint8_t)(word >> 16), (uint8_t)(word >> 24),
	};
	const uint8_t *at = bytes;
	size_t left = sizeof(bytes);

	return c->iter(c->handle, &at, &left, &addr, c->insn);
}

/*
 * Where is the text?  A library's number does not say: development versions of 6 are numbered 5.
 * Before .mnemonic are in 4: id, address, size and 16 bytes; in 5: 24 bytes; in 6: alias_id, too
 * [capstone include/capstone/capstone.h, struct cs_insn].
 */
static bool find_text(struct capstone *c)
{
	static const size_t places[] = { 34, 42, 50 };

	if (!disassemble(c, BR_X1, 0))
		return false;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		c->at = places[i];
		if (!strcmp(c->insn + c->at, "br") && !strcmp(c->insn + c->at + MNEMONIC_LEN, "x1"))
			return true;
	}
	return false;
}

static bool begin(struct capstone *c)
{
	if (!load(c) || c->open(ARM64, INSTRUCTIONS_LITTLE, &c->handle))
		return false;
	c->insn = c->malloc(c->handle);
	return c->insn && find_text(c);
}

struct capstone *capstone_new_of(unsigned int major)
{
	struct capstone *c = calloc(1, sizeof(*c));

	if (c)
		c->major = major;
	if (c && begin(c))
		return c;
	capstone_free(c);
	return NULL;
}

struct capstone *capstone_new(void)
{
	struct capstone *c = NULL;

	for (unsigned int major = CAPSTONE_NEWEST; !c && major >= CAPSTONE_OLDEST; major--)
		c = capstone_new_of(major);
	return c;
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
	return c ? c->major : 0;
}

bool capstone_text(struct capstone *c, uint32_t word, uint64_t addr, char out[DISASM_LEN])
{
	const char *mnemonic, *operands;

	if (!c || !disassemble(c, word, addr))
		return false;
	mnemonic = c->insn + c->at;
	operands = mnemonic + MNEMONIC_LEN;
	snprintf(out, DISASM_LEN, "%s%s%s", mnemonic, *operands ? " " : "", operands);
	return true;
}
