// SPDX-License-Identifier: GPL-2.0-only
/* Any bytes as a copy of /proc/kallsyms; the first addresses of it are looked up. */
#include <string.h>

#include "base/bytes.h"
#include "symbolizer/files/kallsyms.h"
#include "tests/fuzz/lean.h"

#define LOOKUPS	4

static void check(const struct symtab_range *s, uint64_t addr)
{
	lean_require(!s || (addr >= s->start && addr - s->start < s->size && s->name[0]));
}

static void look_up(const struct kallsyms *k, const char *at, const char *end)
{
	for (int i = 0; i < LOOKUPS && at < end; i++) {
		const char *next = memchr(at, '\n', (size_t)(end - at));
		uint64_t addr = 0;

		for (; at < end && hex_digit(*at) >= 0; at++)
			addr = addr << 4 | (uint64_t)hex_digit(*at);
		check(kallsyms_find(k, addr), addr);
		check(symtab_find(kallsyms_kernel(k), addr + 1), addr + 1);
		at = next ? next + 1 : end;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kallsyms *k;
	uint64_t addr;

	if (kallsyms_open(&k, lean_file(data, size)))
		return 0;
	look_up(k, (const char *)data, (const char *)data + size);
	symtab_reference(kallsyms_kernel(k), "_text", &addr);
	kallsyms_module(k, "[kvm]", &addr);
	kallsyms_free(k);
	return 0;
}
