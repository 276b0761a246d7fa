// SPDX-License-Identifier: GPL-2.0-only
/* Any bytes as a copy of /proc/kallsyms. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "symbolizer/files/kallsyms.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A symbol covers the address it was found for, and has a name. */
static void check(const struct symtab_range *s, uint64_t addr)
{
	if (s && (addr < s->start || addr - s->start >= s->size || !strlen(s->name)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int fd = -1;
	struct kallsyms *k;
	uint64_t addr;

	if (fd < 0)
		fd = memfd_create("kallsyms", MFD_CLOEXEC);
	if (ftruncate(fd, 0) || pwrite(fd, data, size, 0) != (ssize_t)size ||
	    kallsyms_open(&k, fd))
		return 0;
	for (size_t at = 0; at + 16 <= size; at++) {
		char hex[17] = { 0 };
		char *end;

		memcpy(hex, data + at, 16);
		addr = strtoull(hex, &end, 16);
		if (*end)
			continue;
		check(kallsyms_find(k, addr), addr);
		check(symtab_find(kallsyms_kernel(k), addr), addr);
		check(kallsyms_find(k, addr + 1), addr + 1);
		check(kallsyms_find(k, addr - 1), addr - 1);
	}
	symtab_reference(kallsyms_kernel(k), "_text", &addr);
	kallsyms_module(k, "[kvm]", &addr);
	kallsyms_free(k);
	return 0;
}
