// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/options/help.h"
#include "decoder/names.h"

void help_cpus(FILE *out)
{
	uint64_t midr;

	fputs("Which CPUs have names for their data sources, and who says so.  The codes of other CPUs\n"
	      "are printed as numbers, because no public source says what they stand for.\n\n"
	      "  IMPLEMENTER PART   name              source\n", out);
	for (size_t i = 0; (midr = spe_cpu_row(i)); i++)
		if (spe_sources_basis(midr))
			fprintf(out, "  0x%02x        0x%03x  %-16s  %s\n", (unsigned int)(midr >> 24 & 0xff),
				(unsigned int)(midr >> 4 & 0xfff), spe_cpu_name(midr),
				spe_sources_basis(midr));
	fputs("\n--cpu-table FILE adds rows to these, or replaces them.  FILE is text; # begins a comment:\n\n"
	      "  cpu IMPLEMENTER PART NAME [TABLE]   a CPU: bits 31:24 and 15:4 of its MIDR_EL1\n"
	      "  source TABLE CODE NAME REACH        a code of its data-source packets\n"
	      "  event IMPLEMENTER PART BIT NAME     an implementation-defined bit of its events\n\n"
	      "TABLE is common, ampereone, hip12 or a new name.  REACH is l1d, near (another cache or\n"
	      "memory of the same socket), peer (another core's cache) or far (another socket).  A name\n"
	      "with spaces stands in double quotes.  For example, to read the codes of a Neoverse N3 as\n"
	      "those of other Arm cores, and name one more:\n\n"
	      "  cpu 0x41 0xd8e \"Neoverse N3\" common\n"
	      "  source common 0xf CXL-memory near\n", out);
}
