// SPDX-License-Identifier: GPL-2.0-only
/*
 * The input is a perf map or a jitdump: ranges are found by their own addresses, and an address has
 * either a name or several.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "symbolizer/files/jit_map.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
	if (!holds)
		abort();
}

static void look(const struct jit_map *m, uint64_t addr)
{
	const struct symtab_range *r = jit_map_find(m, addr);

	if (!r)
		return;
	check(r->name && *r->name && r->size && addr - r->start < r->size);
	check(!jit_map_was_reused(m, addr));
	check(jit_map_find(m, r->start) == r && jit_map_find(m, r->start + r->size - 1) == r);
	check(r->start + r->size != addr);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int fd = -1;
	struct jit_map *m;
	uint64_t word;

	if (fd < 0)
		fd = memfd_create("jit", MFD_CLOEXEC);
	if (ftruncate(fd, 0) || pwrite(fd, data, size, 0) != (ssize_t)size)
		return 0;
	if (jit_map_open(&m, fd))
		return 0;
	for (size_t i = 0; i + sizeof(word) <= size; i++) {
		memcpy(&word, data + i, sizeof(word));
		look(m, word);
	}
	for (uint64_t addr = 0; addr < 4096; addr++)
		look(m, addr);
	jit_map_free(m);
	return 0;
}
