// SPDX-License-Identifier: GPL-2.0-only
/* The places to search for an object's symbol files, in order. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/elf_image.h"
#include "base/io.h"
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
	f->debuginfod = cfg->debuginfod && !debuginfod_trouble();
	*out = f;
	return 0;
fail:
	object_files_free(f);
	return -ENOMEM;
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
		fd = search_open_below(f->symfs[i], file, full, &proven);
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

/* The path without the suffix that the kernel appends if the file was deleted. */
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

/* A folder made by hand may only have file names, without directories. */
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

/* "arm_spe_pmu.ko" for "[arm_spe_pmu]"; file names may have '-' instead of '_'. */
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

	if (path && fd >= 0 && !write_full(fd, image, len))
		return search_take(q, fd, path, false);
	free(path);
	if (fd >= 0)
		close(fd);
	return false;
}

/* perf's cache: tools/perf/util/build-id.c, build_id_cache__linkname(). */
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

/* A recording may contain any path: never search where opening a file has effects in the kernel. */
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

/* GDB manual, "Separate Debug Files": by name beside the file, or below the debug folder. */
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
