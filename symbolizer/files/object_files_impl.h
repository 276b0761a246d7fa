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
	char *cache;		/* ~/.debug; NULL: disabled */
	char *machine;		/* root of this machine's files, "" for /; NULL: disabled */
	bool unproven;		/* machine: accept files that no build-id proves */
	bool debuginfod;
	struct archive *archive;	/* beside the recording; NULL: none */
};

/* One search: its object and its result. */
struct search {
	const struct object *object;
	struct found *out;
	bool debug;		/* accept only files with symbols or lines, and of proven
				 * identity */
	bool here;		/* root is this machine's */
	bool unproven;		/* accept a path without a build-id on this machine, too */
	const char *root;
};

#define OPEN_FLAGS	(O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)

struct id_text { char dir[3], rest[64]; };

/* A build-id as folder and file name below .build-id; "" if there is none. */
struct id_text object_id_text(const struct object *o);
bool object_has_id(const struct object *o, const uint8_t *id, uint8_t len);
bool object_is_file(const struct object *o, const struct elf_file *elf);

/*
 * Open a file below root, by its path there and its full path; *proven: the path did not lead out
 * of root.  -1, errno: it cannot be opened.
 */
int search_open_below(const char *root, const char *path, const char *full, bool *proven);
/*
 * Accept the file if it is the right one.  Takes ownership of fd and path in either case; proven:
 * the path is certainly the object's.
 */
bool search_take(struct search *q, int fd, char *path, bool proven);
/* Try a path below q->root; true: found. */
bool search_try(struct search *q, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Likewise by build-id, in that folder. */
bool search_try_id(struct search *q, const char *below);
bool search_try_debuginfod(struct object_files *f, struct search *q);
/* In the archive. */
bool search_try_archive(struct object_files *f, struct search *q);

#endif
