// SPDX-License-Identifier: GPL-2.0-only
/*
 * Branches as `perf2bolt --pa` reads them: llvm bolt/include/bolt/Profile/DataAggregator.h,
 * "pre-aggregated file".  A line is
 *	B START END COUNT MISPREDICTED	branch
 *	F START END COUNT		code that ran from START up to the branch at END
 * with virtual addresses in hex, in a shared library behind "BUILDID:".  An address outside of the
 * binary is X:0.
 */
#include <inttypes.h>

#include "export/binaries.h"
#include "export/exporter.h"
#include "symbolizer/files/elf.h"

/* Bytes of an A64 instruction. */
#define INSN	4

static void put_address(FILE *out, const struct binary *b, uint64_t addr, bool outside)
{
	uint8_t len = 0;
	const uint8_t *id = elf_file_is_library(b->elf) ? elf_file_build_id(b->elf, &len) : NULL;

	fputc(' ', out);
	if (outside) {
		fputs("X:0", out);
		return;
	}
	for (unsigned int i = 0; i < len; i++)
		fprintf(out, "%02x", id[i]);
	fprintf(out, "%s%" PRIx64, len ? ":" : "", addr);
}

static void put_edge(FILE *out, const struct binary *b, const struct binary_edge *e)
{
	bool taken = e->kind == BINARY_TAKEN;
	/* a branch that is not taken goes to the next instruction */
	uint64_t to = e->to + (e->kind == BINARY_NOT_TAKEN ? INSN : 0);

	fputc(taken ? 'B' : 'F', out);
	put_address(out, b, e->from, e->outside == BINARY_FROM_OUTSIDE);
	put_address(out, b, to, e->outside == BINARY_TO_OUTSIDE);
	fprintf(out, " %" PRIu64, e->count);
	if (taken)
		fprintf(out, " %" PRIu64, e->mispredicted);
	fputc('\n', out);
}

static int write_binary(const struct binary *b, FILE *out)
{
	for (size_t i = 0; i < b->nr; i++)
		if (b->edge[i].kind != BINARY_SINGLE)
			put_edge(out, b, &b->edge[i]);
	return 0;
}

const struct exporter exporter_BOLT_PREAGG = {
	.count = binaries_count, .write_binary = write_binary, .clear = binaries_clear,
};
