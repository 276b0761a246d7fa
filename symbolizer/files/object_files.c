// SPDX-License-Identifier: GPL-2.0-only
/*
 * The search for symbol files.  Recorded paths come from another machine, and
 * what is opened for them must be that machine's: below a symfs folder a path
 * cannot climb out, links included, unless the build-id proves the file.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/elf_image.h"
#include "symbolizer/files/debuginfod.h"
#include "symbolizer/files/object_files_impl.h"

#define MODULE_DEPTH	12
#define MODULE_ENTRIES	65536

void found_clear(struct found *found)
{
	elf_file_close(found->elf);
	kallsyms_free(found->kallsyms);
	free(found->path);
	free(found->refused);
	*found = (struct found){ 0 };
}

void object_files_free(struct object_files *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->nr_symfs; i++)
		free(f->symfs[i]);
	free(f->symfs);
	free(f->cache);
	free(f->machine);
	archive_close(f->archive);
	debuginfod_close(f->debuginfod);
	free(f);
}

int object_files_new(struct object_files **out, const struct symbolizer_config *cfg)
{
	struct object_files *f = calloc(1, sizeof(*f));
	const char *home = getenv("HOME");

	if (!f)
		return -ENOMEM;
	f->symfs = calloc(cfg->nr_symfs + 1, sizeof(*f->symfs));
	if (!f->symfs)
		goto fail;
	for (; f->nr_symfs < cfg->nr_symfs; f->nr_symfs++) {
		f->symfs[f->nr_symfs] = strdup(cfg->symfs[f->nr_symfs]);
		if (!f->symfs[f->nr_symfs])
			goto fail;
	}
	if (cfg->build_id_cache && home && asprintf(&f->cache, "%s/.debug", home) < 0) {
		f->cache = NULL;
		goto fail;
	}
	if (cfg->machine && !(f->machine = strdup(cfg->machine)))
		goto fail;
	f->unproven = cfg->local_files;
	if (cfg->debuginfod)
		f->debuginfod = debuginfod_open();
	*out = f;
	return 0;
fail:
	object_files_free(f);
	return -ENOMEM;
}

/* Opening one candidate ----------------------------------------------- */

/* For kernels before 5.6 and sandboxes that do not know openat2(). */
static bool lies_below(const char *root, const char *full)
{
	char *top = realpath(root, NULL), *real = realpath(full, NULL);
	bool below = top && real && !strncmp(real, top, strlen(top)) &&
		     (real[strlen(top)] == '/' || !strcmp(top, "/"));

	free(top);
	free(real);
	return below;
}

/* *proven: path did not lead out of root. */
static int open_below(const char *root, const char *path, const char *full, bool *proven)
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

/* Is elf the one?  If both ids are known they decide. */
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

static bool take(struct search *q, int fd, char *path, bool proven)
{
	struct elf_file *elf;

	if (!elf_file_open(&elf, fd))
		return take_elf(q, elf, path, proven);
	free(path);
	return false;
}

/* Opening a device can do more than to read it, and so can reading a file of the kernel's. */
static bool is_plain_file(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISREG(st.st_mode) && st.st_size;
}

/* Try a path below q->root; true: that was it. */
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
		fd = *q->root ? open_below(q->root, path, full, &proven) : open(full, OPEN_FLAGS);
	free(path);
	if (fd >= 0)
		return take(q, fd, full, proven);
	free(full);
	return false;
}

int object_files_open_source(const struct object_files *f, const char *file, bool here)
{
	char *own;
	int found;

	for (size_t i = 0; i < f->nr_symfs; i++) {
		bool proven = false;
		char *full;
		int fd;

		if (asprintf(&full, "%s/%s", f->symfs[i], file) < 0)
			return -1;
		fd = open_below(f->symfs[i], file, full, &proven);
		free(full);
		if (fd >= 0 && proven)
			return fd;
		if (fd >= 0)
			close(fd);
	}
	if (!f->machine || !(here || f->unproven) || asprintf(&own, "%s%s", f->machine, file) < 0)
		return -1;
	found = open(own, OPEN_FLAGS);
	free(own);
	return found;
}

/* Where to look -------------------------------------------------------- */

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

/* The path without what the kernel appends when the file is gone. */
static char *plain_path(const struct object *o)
{
	static const char gone[] = " (deleted)";
	const char *path = o->path + o->prefix;
	size_t len = strlen(path), cut = sizeof(gone) - 1;

	if (len > cut && !strcmp(path + len - cut, gone))
		len -= cut;
	return strndup(path, len);
}

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
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

/* In a folder made by hand names may be all there is. */
static bool try_names(struct search *q, const char *base)
{
	return search_try(q, "%s", base) || search_try(q, "%s.debug", base) ||
	       search_try(q, "%s.elf", base) || search_try(q, "%s.xz", base) ||
	       search_try(q, "%s.elf.xz", base);
}

static bool try_path(struct search *q, const char *path)
{
	if (path[0] != '/')
		return false;
	return search_try(q, "%s", path) || search_try_id(q, "") ||
	       search_try_id(q, "usr/lib/debug/") ||
	       search_try(q, "usr/lib/debug%s.debug", path) ||
	       search_try(q, "%s.debug", path);
}

/* "arm_spe_pmu.ko" of "[arm_spe_pmu]"; files also have '-' for '_'. */
static bool try_module(struct search *q, const char *path)
{
	static const char *const ends[] = { "", ".xz", ".gz", ".zst", ".debug" };
	size_t len = strlen(path);
	char name[128];

	if (len < 3 || path[0] != '[' || len - 2 > sizeof(name) - 1 || strchr(path, '/'))
		return false;
	for (int dash = 0; dash < 2; dash++) {
		for (size_t i = 0; i < len - 2; i++)
			name[i] = dash && path[i + 1] == '_' ? '-' : path[i + 1];
		name[len - 2] = '\0';
		for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
			if (search_try(q, "%s.ko%s", name, ends[i]))
				return true;
	}
	return false;
}

static bool is_module_file(const char *file, const char *path)
{
	size_t len = strlen(path) - 2;

	if (strncmp(file + strnlen(file, len), ".ko", 3))
		return false;
	for (size_t i = 0; i < len; i++)
		if ((file[i] == '-' ? '_' : file[i]) != path[i + 1])
			return false;
	return true;
}

/* A copy of /lib/modules: the module is somewhere below. */
static bool walk_modules(struct search *q, const char *below, int depth, unsigned int *left)
{
	struct dirent *d;
	bool found = false;
	char *full;
	DIR *dir;

	if (depth > MODULE_DEPTH || asprintf(&full, "%s/%s", q->root, below) < 0)
		return false;
	dir = opendir(full);
	free(full);
	while (dir && !found && *left && (d = readdir(dir))) {
		char *path;

		(*left)--;
		if (d->d_name[0] == '.' || asprintf(&path, "%s/%s", below, d->d_name) < 0)
			continue;
		if (d->d_type == DT_DIR)
			found = walk_modules(q, path, depth + 1, left);
		else if (is_module_file(d->d_name, q->object->path))
			found = search_try(q, "%s", path);
		free(path);
	}
	if (dir)
		closedir(dir);
	return found;
}

static bool try_module_tree(struct search *q)
{
	unsigned int left = MODULE_ENTRIES;
	size_t len = strlen(q->object->path);

	if (q->object->kind != OBJECT_MODULE || len < 3 || q->object->path[0] != '[')
		return false;
	return walk_modules(q, "lib/modules", 0, &left) ||
	       walk_modules(q, "usr/lib/modules", 0, &left);
}

static bool try_symfs(struct search *q, const char *path)
{
	const char *base = base_of(path);

	if (q->object->kind == OBJECT_VDSO)
		return search_try_id(q, "") || search_try_id(q, "usr/lib/debug/") ||
		       search_try(q, "vdso.so") || search_try(q, "vdso.so.dbg") ||
		       search_try(q, "[vdso]");
	if (q->object->kind == OBJECT_MODULE && path[0] == '[')
		return search_try_id(q, "") || search_try_id(q, "usr/lib/debug/") ||
		       try_module(q, path) || try_module_tree(q);
	return try_path(q, path) || (*base && try_names(q, base));
}

static bool try_vdso(struct search *q)
{
	size_t len;
	const void *image = vdso_image(&len);
	char *path = strdup("[vdso]");
	int fd = len ? memfd_create("vdso", MFD_CLOEXEC) : -1;

	if (path && fd >= 0 && write(fd, image, len) == (ssize_t)len)
		return take(q, fd, path, false);
	free(path);
	if (fd >= 0)
		close(fd);
	return false;
}

/* perf's: tools/perf/util/build-id.c, build_id_cache__linkname(). */
static bool try_cache(struct search *q)
{
	struct id_text id = object_id_text(q->object);

	if (!id.rest[0])
		return false;
	return search_try(q, ".build-id/%s/%s/debug", id.dir, id.rest) ||
	       search_try(q, ".build-id/%s/%s/elf", id.dir, id.rest) ||
	       search_try(q, ".build-id/%s/%s/vdso", id.dir, id.rest) ||
	       search_try(q, ".build-id/%s/%s", id.dir, id.rest);
}

int object_files_add_archive(struct object_files *f, const char *path)
{
	return f->archive ? -EEXIST : archive_open(&f->archive, path);
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

/* A recording may name anything: where the kernel answers, nothing is looked for. */
static bool may_be_program(const char *path)
{
	static const char *const kernels[] = { "/dev/", "/proc/", "/sys/" };

	for (size_t i = 0; i < sizeof(kernels) / sizeof(*kernels); i++)
		if (!strncmp(path, kernels[i], strlen(kernels[i])))
			return false;
	return path[0] == '/' && path[1] != '/' && !strstr(path, "/../") && !strstr(path, "/./") &&
	       !strstr(path + 1, "//");
}

static bool try_machine(struct object_files *f, struct search *q, const char *path)
{
	bool found;

	if (!f->machine)
		return false;
	q->root = f->machine;
	q->here = true;
	q->unproven = f->unproven;
	if (q->object->kind == OBJECT_VDSO)
		found = !*f->machine && try_vdso(q);
	else if (q->object->kind == OBJECT_MODULE && path[0] == '[')
		found = search_try_id(q, "usr/lib/debug/") || try_module_tree(q);
	else
		found = (may_be_program(path) && search_try(q, "%s", path)) ||
			search_try_id(q, "usr/lib/debug/");
	q->here = false;
	return found;
}

bool search_try_debuginfod(struct object_files *f, struct search *q)
{
	char *path;
	int fd;

	if (!f->debuginfod || !q->object->build_id_len)
		return false;
	fd = debuginfod_fetch(f->debuginfod, q->object->build_id, q->object->build_id_len,
			      q->debug, &path);
	return fd >= 0 && take(q, fd, path, true);
}

void object_files_find(struct object_files *f, const struct object *o, struct found *out)
{
	struct search q = { .object = o, .out = out };
	char *path = plain_path(o);
	bool found = false;

	*out = (struct found){ 0 };
	if (!path)
		return;
	for (size_t i = 0; i < f->nr_symfs && !found; i++) {
		q.root = f->symfs[i];
		found = try_symfs(&q, path);
	}
	found = found || search_try_archive(f, &q);
	q.root = f->cache;
	if (!found && f->cache)
		found = try_cache(&q);
	found = found || try_machine(f, &q, path);
	if (!found)
		search_try_debuginfod(f, &q);
	free(path);
}

/* GDB manual, "Separate Debug Files": by name beside the file, or below debug. */
static bool try_debuglink(struct search *q, const char *path, const char *link)
{
	int dir = base_of(path) - path;

	if (!link || path[0] != '/')
		return link && search_try(q, "%s", link);
	return search_try(q, "%.*s%s", dir, path, link) ||
	       search_try(q, "%.*s.debug/%s", dir, path, link) ||
	       search_try(q, "usr/lib/debug%.*s%s", dir, path, link) ||
	       search_try(q, "%s", link);
}

void object_files_find_debug(struct object_files *f, const struct object *o,
			     const struct elf_file *main, struct found *out)
{
	struct search q = { .object = o, .out = out, .debug = true };
	const char *link = main ? elf_file_debuglink(main) : NULL;
	struct object proven = *o;
	char *path = plain_path(o);
	bool found = false;

	*out = (struct found){ 0 };
	if (main && !o->build_id_len)
		memcpy(proven.build_id, elf_file_build_id(main, &proven.build_id_len),
		       sizeof(proven.build_id));
	q.object = &proven;
	if (!path || !proven.build_id_len) {
		free(path);
		return;
	}
	for (size_t i = 0; i < f->nr_symfs && !found; i++) {
		q.root = f->symfs[i];
		found = try_symfs(&q, path) || try_debuglink(&q, path, link);
	}
	found = found || search_try_archive(f, &q);
	q.root = f->cache;
	if (!found && f->cache)
		found = try_cache(&q);
	if (!found && f->machine) {
		q.root = f->machine;
		q.here = true;
		found = search_try_id(&q, "usr/lib/debug/") ||
			search_try(&q, "usr/lib/debug%s.debug", path) ||
			try_debuglink(&q, path, link);
		q.here = false;
	}
	if (!found)
		search_try_debuginfod(f, &q);
	free(path);
}
