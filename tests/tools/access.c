// SPDX-License-Identifier: GPL-2.0-only
/*
 * access FILE: what each load and store of an aarch64 ELF file touches, one a line: address, function,
 * type, field, size, and offset in the object, with tabs between; or "unknown", and why.  access -s
 * FILE: how many there are of each reason.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "symbolizer/files/elf.h"
#include "symbolizer/types/access.h"
#include "symbolizer/types/types.h"

struct asking {
	struct elf_file *elf;
	struct types *types;
	struct accesses *accesses;
	bool sums;
	uint64_t seen[ACCESS_REASONS];
};

static void say(struct asking *q, uint64_t pc, const char *name, const struct access *a)
{
	struct type_place place;

	printf("%" PRIx64 "\t%s\t", pc, name);
	if (a->reason)
		printf("unknown\t%s\n", access_reason_text(a->reason));
	else if (!type_locate(types_source(q->types), a->type, a->offset, 0, NULL, &place))
		printf("unknown\tno field at +%" PRIu64 "\n", a->offset);
	else
		printf("%s\t%s\t%u\t%" PRIu64 "\n", place.type, place.field, a->size, a->offset);
}

static int ask_symbol(void *arg, const struct symtab_symbol *s)
{
	struct asking *q = arg;

	for (uint64_t pc = s->start; pc - s->start < s->size; pc += 4) {
		struct access a;

		if (s->type != SYMTAB_FUNCTION)
			return 0;
		a = accesses_find(q->accesses, pc);
		q->seen[a.reason]++;
		if (!q->sums && a.reason != ACCESS_NO_ACCESS)
			say(q, pc, s->name, &a);
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct asking q = { .sums = argc == 3 && !strcmp(argv[1], "-s") };
	int fd = argc == 2 || q.sums ? open(argv[argc - 1], O_RDONLY | O_CLOEXEC) : -1;

	if (fd < 0 || elf_file_open(&q.elf, fd)) {
		fprintf(stderr, "usage: access [-s] ELF-FILE\n");
		return 2;
	}
	q.types = types_open(elf_file_handle(q.elf));
	if (!q.types || accesses_new(&q.accesses, q.types, q.elf)) {
		fprintf(stderr, "%s: no DWARF\n", argv[argc - 1]);
		return 1;
	}
	elf_file_each_symbol(q.elf, ask_symbol, &q);
	for (int i = 0; q.sums && i < ACCESS_REASONS; i++)
		printf("%8" PRIu64 " %s\n", q.seen[i], i ? access_reason_text(i) : "known");
	accesses_free(q.accesses);
	types_close(q.types);
	elf_file_close(q.elf);
	return 0;
}
