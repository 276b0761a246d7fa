// SPDX-License-Identifier: GPL-2.0-only
/*
 * Disassembles with capstone, and with LLVM what capstone does not know: LLVM takes thirty times as
 * long to load.  For 400,000 random words the two never gave different instructions.  SVE and SME are
 * LLVM's first: capstone 4 lacks them, and 5 writes some of their negative numbers without a sign.
 */
#include "symbolizer/disasm_impl.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "symbolizer/library.h"

struct disasm {
	struct capstone *capstone;	/* NULL: not available */
	struct llvm *llvm;		/* NULL: not available, or not needed yet */
	bool asked_llvm;
	char libraries[48];
};

int disasm_new(struct disasm **out)
{
	struct disasm *d = calloc(1, sizeof(*d));

	*out = d;
	if (!d)
		return -ENOMEM;
	d->capstone = capstone_new();
	return 0;
}

void disasm_free(struct disasm *d)
{
	if (!d)
		return;
	capstone_free(d->capstone);
	llvm_free(d->llvm);
	free(d);
}

static bool ask_llvm(struct disasm *d, uint32_t word, uint64_t addr, char out[DISASM_LEN])
{
	if (!d->asked_llvm)
		d->llvm = llvm_new();
	d->asked_llvm = true;
	return llvm_text(d->llvm, word, addr, out);
}

/* Arm ARM C4.1, op0 of SVE, and of SME, whose first bit is set. */
static bool is_scalable(uint32_t word)
{
	return (word & 0x1e000000) == 0x04000000 || (word & 0x9e000000) == 0x80000000;
}

bool disasm_text(struct disasm *d, uint32_t word, uint64_t addr, char out[DISASM_LEN])
{
	bool llvm_first = is_scalable(word);

	if (disasm_preferred(word, out) || (llvm_first && ask_llvm(d, word, addr, out)) ||
	    capstone_text(d->capstone, word, addr, out) ||
	    (!llvm_first && ask_llvm(d, word, addr, out)))
		return true;
	snprintf(out, DISASM_LEN, ".inst 0x%08x", word);
	return false;
}

const char *disasm_libraries(struct disasm *d)
{
	unsigned int capstone = capstone_major(d->capstone), llvm = llvm_major(d->llvm);
	int n = 0;

	*d->libraries = '\0';
	if (capstone)
		n = snprintf(d->libraries, sizeof(d->libraries), "capstone %u", capstone);
	if (llvm)
		snprintf(d->libraries + n, sizeof(d->libraries) - (size_t)n, "%sLLVM %u",
			 n ? " and " : "", llvm);
	return d->libraries;
}

const char *disasm_advice(const struct disasm *d)
{
	return d->llvm ? "" : library_no_llvm;
}
