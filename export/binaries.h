/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EXPORT_BINARIES_H
#define EXPORT_BINARIES_H

#include "export/export.h"

struct elf_file;

/* The control flow of each executable file, for compilers: sampled branches at the file's addresses. */

enum binary_edge_kind {
	BINARY_TAKEN,		/* a branch at .from went to .to */
	BINARY_STRAIGHT,	/* code ran from .from up to a taken branch at .to */
	/* Of CPUs that do not record the targets of previous branches. */
	BINARY_NOT_TAKEN,	/* the branch at .from was not taken; .to is .from */
	BINARY_SINGLE,		/* the branch at .from was taken or not; .to is .from */
};

/* The other end is in another file, or unknown: its address is 0. */
enum binary_outside { BINARY_INSIDE, BINARY_FROM_OUTSIDE, BINARY_TO_OUTSIDE };

struct binary_edge {
	uint64_t from, to;	/* virtual addresses of the file */
	uint32_t binary;	/* index in struct binaries */
	uint8_t kind, outside;
	uint64_t count, mispredicted;
};

struct binary {
	const struct elf_file *elf;
	const char *path;	/* as in struct object */
	const struct binary_edge *edge;	/* each once, in the order of kind and addresses */
	size_t nr;
	uint64_t count;		/* of BINARY_TAKEN and BINARY_NOT_TAKEN that begin in it */
};

/*
 * An exporter's .count: finds the binaries, and chooses the one that export.object names, or the
 * only one, unless all are wanted.
 */
int binaries_count(struct export *x, char *err, size_t errlen);
void binaries_clear(struct export *x);		/* its .clear */

/* Write the chosen one.  0 or -errno. */
int binaries_write(const struct export *x, FILE *out);
/* Write all, each to a file of its own in export.folder. */
int binaries_write_all(const struct export *x, char *err, size_t errlen);

#endif
