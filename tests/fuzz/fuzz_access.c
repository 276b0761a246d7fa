// SPDX-License-Identifier: GPL-2.0-only
/* Any bytes as an ELF file: its types, and what its instructions touch. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "symbolizer/files/elf.h"
#include "symbolizer/types/access.h"
#include "symbolizer/types/types.h"

#define ASKED_MAX	2048

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ask(struct types *t, struct accesses *a, uint64_t pc)
{
	struct access got = accesses_find(a, pc), again = accesses_find(a, pc);
	struct type_place place;

	if (got.reason >= ACCESS_REASONS || got.reason != again.reason || got.type != again.type ||
	    got.offset != again.offset)
		abort();
	if (got.reason)
		return;
	if (!got.size || got.offset >= types_source(t)->get(types_source(t), got.type)->size)
		abort();
	if (type_locate(types_source(t), got.type, got.offset, 0, NULL, &place) &&
	    strlen(place.field) >= sizeof(place.field))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("elf", MFD_CLOEXEC);
	struct accesses *a = NULL;
	struct elf_file *elf;
	struct types *t;
	uint64_t from, to;

	if (fd < 0)
		return 0;
	if (write(fd, data, size) != (ssize_t)size) {
		close(fd);
		return 0;
	}
	if (elf_file_open(&elf, fd))
		return 0;
	t = elf_file_is_module(elf) ? NULL : types_open(elf_file_handle(elf));
	if (t && !accesses_new(&a, t, elf) && elf_file_text(elf, &from, &to))
		for (uint64_t i = 0; i < ASKED_MAX && i < (to - from) / 4; i++)
			ask(t, a, from + i * 4);
	accesses_free(a);
	types_close(t);
	elf_file_close(elf);
	return 0;
}
