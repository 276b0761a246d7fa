// SPDX-License-Identifier: GPL-2.0-only
/*
 * One place where a symbol file may be.  Recorded paths come from another machine, and files opened
 * for them must be that machine's.  So below a symfs folder neither ".." nor links may lead out of
 * the folder, unless the build-id proves that the file is right.
 */
#include <errno.h>
#include <linux/openat2.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "symbolizer/files/debuginfod.h"
#include "symbolizer/files/object_files_impl.h"

/* For kernels before 5.6 and sandboxes that lack openat2(). */
static bool lies_below(const char *root, const char *full)
{
	char *top = realpath(root, NULL), *real = realpath(full, NULL);
	bool below = top && real && !strncmp(real, top, strlen(top)) &&
		     (real[strlen(top)] == '/' || !strcmp(top, "/"));

	free(top);
	free(real);
	return below;
}

int search_open_below(const char *root, const char *path, const char *full, bool *proven)
{
	struct open_how how = {
		.flags = OPEN_FLAGS, .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	int dir = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC), fd;

	*proven = true;
	if (dir < 0)
		return -1;
	fd = syscall(SYS_openat2, dir, path, &how, sizeof(how));
	close(dir);
	if (fd >= 0)
		return fd;
	*proven = (errno == ENOSYS || errno == EPERM) && lies_below(root, full);
	return open(full, OPEN_FLAGS);
}

bool object_has_id(const struct object *o, const uint8_t *id, uint8_t len)
{
	return o->build_id_len && o->build_id_len == len && !memcmp(o->build_id, id, len);
}

bool object_is_file(const struct object *o, const struct elf_file *elf)
{
	uint8_t len;
	const uint8_t *id = elf_file_build_id(elf, &len);

	return object_has_id(o, id, len);
}

struct id_text object_id_text(const struct object *o)
{
	struct id_text t = { 0 };

	for (size_t i = 0; i < o->build_id_len; i++) {
		if (!i)
			snprintf(t.dir, sizeof(t.dir), "%02x", o->build_id[i]);
		else
			snprintf(t.rest + i * 2 - 2, 3, "%02x", o->build_id[i]);
	}
	return t;
}

/* Is elf the right file?  If both build-ids are known, they decide. */
static bool accept(struct search *q, struct elf_file *elf, const char *path, bool proven)
{
	const uint8_t *id;
	uint8_t len;

	id = elf_file_build_id(elf, &len);
	if (q->debug)
		return object_has_id(q->object, id, len) &&
		       (elf_file_has_symtab(elf) || elf_file_has_lines(elf));
	if (!len || !q->object->build_id_len) {
		q->out->unproven_here |= q->here && !q->unproven;
		return proven && (!q->here || q->unproven);
	}
	if (object_has_id(q->object, id, len))
		return true;
	if (!q->out->refused) {
		q->out->refused = strdup(path);
		memcpy(q->out->refused_id, id, len);
		q->out->refused_id_len = len;
		q->out->refused_here = q->here;
	}
	return false;
}

static bool take_elf(struct search *q, struct elf_file *elf, char *path, bool proven)
{
	if (!accept(q, elf, path, proven)) {
		elf_file_close(elf);
		free(path);
		return false;
	}
	q->out->elf = elf;
	q->out->path = path;
	q->out->here = q->here;
	return true;
}

bool search_take(struct search *q, int fd, char *path, bool proven)
{
	struct elf_file *elf;

	if (!elf_file_open(&elf, fd))
		return take_elf(q, elf, path, proven);
	free(path);
	return false;
}

/* Opening a device, or reading a kernel file, can have side effects. */
static bool is_plain_file(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISREG(st.st_mode) && st.st_size;
}

bool search_try(struct search *q, const char *format, ...)
{
	char *path, *full;
	bool proven = true;
	va_list args;
	int fd, len;

	va_start(args, format);
	len = vasprintf(&path, format, args);
	va_end(args);
	if (len < 0)
		return false;
	len = asprintf(&full, "%s%s%s", q->root, path[0] == '/' ? "" : "/", path);
	if (len < 0) {
		free(path);
		return false;
	}
	if (q->here && !is_plain_file(full))
		fd = -1;
	else
		fd = *q->root ? search_open_below(q->root, path, full, &proven) : open(full, OPEN_FLAGS);
	free(path);
	if (fd >= 0)
		return search_take(q, fd, full, proven);
	free(full);
	return false;
}

bool search_try_id(struct search *q, const char *below)
{
	struct id_text id = object_id_text(q->object);

	if (!id.rest[0])
		return false;
	return (!q->debug &&
		search_try(q, "%s.build-id/%s/%s", below, id.dir, id.rest)) ||
	       search_try(q, "%s.build-id/%s/%s.debug", below, id.dir, id.rest);
}

static bool try_part(struct object_files *f, struct search *q, enum archive_part part)
{
	const struct object *o = q->object;
	uint64_t offset, size;
	struct elf_file *elf;
	char *path;

	if (!archive_find(f->archive, o->build_id, o->build_id_len, part, &offset, &size) ||
	    elf_file_open_part(&elf, archive_fd(f->archive), offset, size))
		return false;
	path = strdup(archive_path(f->archive));
	if (path)
		return take_elf(q, elf, path, false);
	elf_file_close(elf);
	return false;
}

bool search_try_archive(struct object_files *f, struct search *q)
{
	if (!f->archive)
		return false;
	if (q->object->kind == OBJECT_VDSO)
		return try_part(f, q, ARCHIVE_VDSO);
	if (q->debug)
		return try_part(f, q, ARCHIVE_DEBUG) || try_part(f, q, ARCHIVE_ELF);
	return try_part(f, q, ARCHIVE_ELF) || try_part(f, q, ARCHIVE_DEBUG);
}

bool search_try_debuginfod(struct object_files *f, struct search *q)
{
	char *path;
	int fd;

	if (!f->debuginfod || !q->object->build_id_len)
		return false;
	fd = debuginfod_fetch(q->object->build_id, q->object->build_id_len, q->debug, &path);
	return fd >= 0 && search_take(q, fd, path, true);
}
