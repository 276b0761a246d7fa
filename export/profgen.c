// SPDX-License-Identifier: GPL-2.0-only
/*
 * The unsymbolized profile of llvm-profgen, llvm/tools/llvm-profgen/PerfReader.cpp,
 * UnsymbolizedProfileReader: ranges and branches, by the distance from the page of the first
 * executable segment (ProfiledBinary.cpp, setPreferredTextSegmentAddresses(): pages of 4 KiB).
 */
#include "export/counters.h"
#include "export/exporter.h"
#include "symbolizer/files/elf.h"

#define PAGE	4096u

static int write_binary(const struct binary *b, FILE *out)
{
	uint64_t base = 0;

	elf_file_base(b->elf, true, &base);
	counters_write(b, base & ~(uint64_t)(PAGE - 1), "", out);
	return 0;
}

const struct exporter exporter_PROFGEN = {
	.count = binaries_count, .write_binary = write_binary, .clear = binaries_clear,
};
