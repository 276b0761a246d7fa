// SPDX-License-Identifier: GPL-2.0-only
/* Searches for symbol files of the host's kernel. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/elf_image.h"
#include "base/io.h"
#include "base/sysfiles.h"
#include "symbolizer/files/object_files_impl.h"

#define KALLSYMS_MAX	(256u << 20)

int object_files_open(const char *path, struct found *out)
{
	int fd = open(path, OPEN_FLAGS), err;

	*out = (struct found){ 0 };
	if (fd < 0)
		return -errno;
	out->path = strdup(path);
	if (!out->path) {
		close(fd);
		return -ENOMEM;
	}
	err = elf_file_open(&out->elf, fcntl(fd, F_DUPFD_CLOEXEC, 0));
	if (err == -ENOEXEC)
		err = kallsyms_open(&out->kallsyms, fd);
	close(fd);
	if (err)
		found_clear(out);
	return err;
}

/*
 * A candidate in a folder: an ELF file must prove that it is the recorded kernel; a kallsyms text
 * cannot, so there must be only one.
 */
static void consider(const char *path, const struct object *o, struct found *out,
		     unsigned int *texts)
{
	struct found f;

	if (object_files_open(path, &f))
		return;
	if (f.elf) {
		if (object_is_file(o, f.elf) || (!o->build_id_len && !out->path)) {
			found_clear(out);
			*out = f;
			return;
		}
	} else if (!(*texts)++ && !out->path) {
		*out = f;
		return;
	}
	found_clear(&f);
}

static bool starts(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

/* The release of the running kernel; "" if unknown. */
static void running_release(const struct object_files *f, char *out, size_t size)
{
	sysfiles_text(f->machine, out, size, "/proc/sys/kernel/osrelease");
	if (strchr(out, '/'))
		*out = '\0';
}

/* ELF files of kernels on this machine; only the recorded kernel's is accepted. */
static void find_vmlinux_here(struct object_files *f, struct search *q)
{
	char release[128];

	if (!f->machine || !q->object->build_id_len)
		return;
	running_release(f, release, sizeof(release));
	q->root = f->machine;
	q->here = true;
	/* a file without symbols is useless, as for debug files */
	q->debug = true;
	if (!search_try_id(q, "usr/lib/debug/") && *release)
		(void)(search_try(q, "boot/vmlinux-%s", release) ||
		       search_try(q, "usr/lib/debug/boot/vmlinux-%s", release) ||
		       search_try(q, "usr/lib/debug/lib/modules/%s/vmlinux", release) ||
		       search_try(q, "lib/modules/%s/vmlinux", release) ||
		       search_try(q, "lib/modules/%s/build/vmlinux", release));
	q->here = false;
}

static void scan_kernels(const char *root, const char *below, const struct object *o,
			 struct found *out, unsigned int *texts)
{
	unsigned int left = 4096;
	struct dirent *d;
	char *path;
	DIR *dir;

	if (asprintf(&path, "%s%s", root, below) < 0)
		return;
	dir = opendir(path);
	free(path);
	while (dir && left-- && (d = readdir(dir))) {
		if (!starts(d->d_name, "kallsyms") && !starts(d->d_name, "vmlinux"))
			continue;
		if (asprintf(&path, "%s%s/%s", root, below, d->d_name) < 0)
			continue;
		consider(path, o, out, texts);
		free(path);
	}
	if (dir)
		closedir(dir);
}

/*
 * The archive's kallsyms: a text, which is copied.  Only its name in the archive proves what it is.
 */
static bool kernel_in_archive(struct object_files *f, const struct object *o,
			      struct found *out)
{
	uint64_t at, size;
	char block[65536];
	long n = 0;
	int fd;

	if (!f->archive || !archive_find(f->archive, o->build_id, o->build_id_len,
					 ARCHIVE_KALLSYMS, &at, &size) || size > KALLSYMS_MAX)
		return false;
	fd = memfd_create("kallsyms", MFD_CLOEXEC);
	for (; fd >= 0 && size; at += (uint64_t)n, size -= (uint64_t)n) {
		n = read_at(archive_fd(f->archive), at, block,
			    size < sizeof(block) ? (size_t)size : sizeof(block));
		if (n <= 0 || write_full(fd, block, (size_t)n))
			break;
	}
	if (fd >= 0 && !size && !kallsyms_open(&out->kallsyms, fd))
		out->path = strdup(archive_path(f->archive));
	if (fd >= 0)
		close(fd);
	return out->path;
}

/*
 * Is a kallsyms text in perf's cache from the recorded kernel and boot?  Its place proves nothing:
 * when `perf inject` reads a recording from another machine, it stores this machine's own text
 * there [tools/perf/util/header.c, write_build_id(); build-id.c, build_id_cache__add()].
 */
static bool is_recorded_text(const struct object *o, const struct kallsyms *text)
{
	uint64_t there;

	return o->base && o->ref_symbol &&
	       symtab_reference(kallsyms_kernel(text), o->ref_symbol, &there) && there == o->base;
}

static bool kernel_in_cache(struct object_files *f, const struct object *o,
			    struct found *out)
{
	static const char *const names[] = { "vmlinux", "kallsyms", "elf" };
	struct id_text id = object_id_text(o);
	char *path;

	for (size_t i = 0; i < 4 && id.rest[0] && !out->path; i++) {
		int len = i < 3 ? asprintf(&path, "%s/.build-id/%s/%s/%s", f->cache, id.dir,
					   id.rest, names[i]) :
			  asprintf(&path, "%s/[kernel.kallsyms]/%s%s/kallsyms", f->cache, id.dir,
				   id.rest);

		if (len < 0)
			return false;
		if (!object_files_open(path, out) &&
		    !(out->elf ? object_is_file(o, out->elf) : is_recorded_text(o, out->kallsyms)))
			found_clear(out);
		free(path);
	}
	return out->path;
}

void object_files_find_kernel(struct object_files *f, const struct object *o,
			      struct found *out)
{
	struct search q = { .object = o, .out = out };
	unsigned int texts = 0;

	*out = (struct found){ 0 };
	/* one without symbols is useless */
	q.debug = true;
	if (search_try_archive(f, &q) || kernel_in_archive(f, o, out) ||
	    (f->cache && kernel_in_cache(f, o, out)))
		return;
	q.debug = false;
	for (size_t i = 0; i < f->nr_symfs; i++) {
		scan_kernels(f->symfs[i], "/proc", o, out, &texts);
		scan_kernels(f->symfs[i], "/boot", o, out, &texts);
		scan_kernels(f->symfs[i], "/usr/lib/debug/boot", o, out, &texts);
		scan_kernels(f->symfs[i], "", o, out, &texts);
	}
	if (out->kallsyms && texts > 1)
		found_clear(out);
	q.debug = true;
	for (size_t i = 0; i < f->nr_symfs && !out->path; i++) {
		q.root = f->symfs[i];
		if (!search_try_id(&q, ""))
			search_try_id(&q, "usr/lib/debug/");
	}
	if (!out->path)
		find_vmlinux_here(f, &q);
	if (!out->path)
		search_try_debuginfod(f, &q);
}

/* The running kernel */

/*
 * Compare the object's build-id with the ELF notes at path, which are readable for everybody.  1:
 * equal; 0: different; -1: unknown.
 */
static int compare_id(const struct object_files *f, const struct object *o,
		      const char *path)
{
	uint8_t id[BUILD_ID_MAX], len;

	if (!f->machine || !o->build_id_len)
		return -1;
	len = build_id_of_notes(id, f->machine, path);
	return len ? object_has_id(o, id, len) : -1;
}

int object_files_kernel_runs(const struct object_files *f, const struct object *o)
{
	return compare_id(f, o, "/sys/kernel/notes");
}

bool object_files_module_runs(const struct object_files *f, const struct object *o,
			      const char *name)
{
	char path[256];

	if (strchr(name, '/'))
		return false;
	snprintf(path, sizeof(path), "/sys/module/%s/notes/.note.gnu.build-id", name);
	return compare_id(f, o, path) > 0;
}

/* Debian's /boot/System.map is a text that names the real file. */
static int open_text(const struct object_files *f, const char *path, struct found *out)
{
	uint64_t there;
	char *full;
	int err;

	if (asprintf(&full, "%s%s", f->machine, path) < 0)
		return -ENOMEM;
	err = object_files_open(full, out);
	free(full);
	if (err)
		return err;
	out->here = true;
	if (out->kallsyms && (symtab_reference(kallsyms_kernel(out->kallsyms), "_text", &there) ||
			      symtab_reference(kallsyms_kernel(out->kallsyms), "_stext", &there)))
		return 0;
	found_clear(out);
	return -ENOENT;
}

int object_files_open_running(const struct object_files *f, struct found *out)
{
	char release[128], map[160];
	int err;

	*out = (struct found){ 0 };
	if (!f->machine)
		return -ENOENT;
	err = open_text(f, "/proc/kallsyms", out);
	if (!err)
		return 0;
	running_release(f, release, sizeof(release));
	snprintf(map, sizeof(map), "/boot/System.map-%s", release);
	if (*release && !open_text(f, map, out))
		return 0;
	return err == -EACCES ? err : -ENOENT;
}
