/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_FILES_OBJECT_FILES_IMPL_H
#define SYMBOLIZER_FILES_OBJECT_FILES_IMPL_H

#include <fcntl.h>

#include "symbolizer/files/archive.h"
#include "symbolizer/files/object_files.h"

/*
 * Shared by:
 *   search.c		one place
 *   object_files.c	programs, libraries and modules
 *   kernel_files.c	the host's kernel
 */

struct object_files {
	char **symfs;
	size_t nr_symfs;
	char *cache;		/* ~/.debug; NULL: not to be used */
	char *machine;		/* root of this machine's files, "" for /; NULL: not to be used */
	bool unproven;		/* and what no build-id proves will do */
	struct debuginfod *debuginfod;
	struct archive *archive;	/* beside the recording; NULL: none */
};

/* One search: what is wanted, and what came of it. */
struct search {
	const struct object *object;
	struct found *out;
	bool debug;		/* only what has symbols or lines, of proven identity */
	bool here;		/* root is this machine's */
	bool unproven;		/* here, too, a path without build-ids will do */
	const char *root;
};

#define OPEN_FLAGS	(O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)

struct id_text { char dir[3], rest[64]; };

/* A build-id as folder and name below .build-id; "" where there is none. */
struct id_text object_id_text(const struct object *o);
bool object_has_id(const struct object *o, const uint8_t *id, uint8_t len);
bool object_is_file(const struct object *o, const struct elf_file *elf);

/*
 * A file below root, by its path there and its full one; *proven: the path did not lead out
 * of root.  -1, errno: it cannot be opened.
 */
int search_open_below(const char *root, const char *path, const char *full, bool *proven);
/* Is it the one?  fd and path are used up in either case; proven: the path is the object's. */
bool search_take(struct search *q, int fd, char *path, bool proven);
/* Try a path below q->root; true: that was it. */
bool search_try(struct search *q, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Likewise, by build-id, in that folder. */
bool search_try_id(struct search *q, const char *below);
bool search_try_debuginfod(struct object_files *f, struct search *q);
/* In the archive. */
bool search_try_archive(struct object_files *f, struct search *q);

#endif
