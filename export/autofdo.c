// SPDX-License-Identifier: GPL-2.0-only
/*
 * AutoFDO's text, google/autofdo sample_reader.cc, TextSampleReaderWriter: ranges, addresses
 * (none: ranges say more) and branches, by the distance from the first loaded segment.
 */
#include "export/counters.h"
#include "export/exporter.h"
#include "symbolizer/files/elf.h"

static int write_binary(const struct binary *b, FILE *out)
{
	uint64_t base = 0;

	elf_file_base(b->elf, false, &base);
	counters_write(b, base, "0\n", out);
	return 0;
}

const struct exporter exporter_AUTOFDO = {
	.count = binaries_count, .write_binary = write_binary, .clear = binaries_clear,
};
