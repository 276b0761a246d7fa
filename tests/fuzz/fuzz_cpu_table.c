// SPDX-License-Identifier: GPL-2.0-only
/*
 * The input is a table of CPUs: a bad one has a message and a line and leaves no rows; names of a
 * good one are printable.
 */
#include <stdlib.h>
#include <string.h>

#include "decoder/cpu_table.h"
#include "decoder/names.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
	if (!holds)
		abort();
}

static void look_at(const char *name)
{
	if (!name)
		return;
	check(*name && strlen(name) <= 31);
	for (; *name; name++)
		check(*name >= ' ' && *name <= '~');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint64_t midr = 0x99001230;	/* no built-in CPU */
	struct cpu_table_error e;

	if (cpu_table_read((const char *)data, size, &e)) {
		check(e.what && e.line > 0 && e.line <= size + 1);
		check(!spe_cpu_name(midr));
		return 0;
	}
	check(!e.what);
	look_at(spe_cpu_name(midr));
	for (unsigned int i = 0; i < 64; i++) {
		look_at(spe_source_name(midr, (uint16_t)i));
		look_at(spe_event_name_on(midr, i));
	}
	return 0;
}
