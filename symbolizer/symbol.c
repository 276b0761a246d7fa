// SPDX-License-Identifier: GPL-2.0-only
/* Names for any kind of object. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "symbolizer/demangle.h"
#include "symbolizer/symbol_impl.h"

int symbolizer_new(struct symbolizer **out, const struct symbolizer_config *cfg)
{
	struct symbolizer *s = calloc(1, sizeof(*s));

	if (!s)
		return -ENOMEM;
	s->vdso = -1;
	s->demangle = cfg->demangle;
	s->guest_cfg = (struct symbolizer_config){
		.build_id_cache = cfg->build_id_cache, .debuginfod = cfg->debuginfod,
	};
	if (object_files_new(&s->files, cfg))
		goto fail;
	if (cfg->kallsyms && !(s->kallsyms_path = strdup(cfg->kallsyms)))
		goto fail;
	if (cfg->vmlinux && !(s->vmlinux_path = strdup(cfg->vmlinux)))
		goto fail;
	*out = s;
	return 0;
fail:
	symbolizer_free(s);
	return -ENOMEM;
}

void symbolizer_free(struct symbolizer *s)
{
	if (!s)
		return;
	for (uint32_t i = 0; i < s->nr_entries; i++) {
		if (!s->entry[i])
			continue;
		name_cache_clear(&s->entry[i]->own);
		free(s->entry[i]->missing);
		free(s->entry[i]);
	}
	free(s->entry);
	for (size_t i = 0; i < s->nr_guests; i++) {
		name_cache_clear(&s->guest[i].names);
		free(s->guest[i].vms.vm);
		free(s->guest[i].slides);
	}
	free(s->guest);
	for (size_t i = 0; i < s->nr_vms; i++) {
		free(s->vm[i].name);
		object_files_free(s->vm[i].files);
	}
	free(s->vm);
	for (size_t i = 0; i < s->nr_folders; i++) {
		free(s->folder[i].vms.vm);
		free(s->folder[i].path);
	}
	free(s->folder);
	name_cache_clear(&s->kallsyms);
	name_cache_clear(&s->vmlinux);
	name_cache_clear(&s->found_text);
	name_cache_clear(&s->recorded);
	name_cache_clear(&s->running);
	free(s->vdso_path);
	if (s->vdso >= 0)
		close(s->vdso);
	for (size_t i = 0; i < s->nr_jits; i++) {
		jit_map_free(s->jit[i].map);
		if (s->jit[i].fd >= 0)
			close(s->jit[i].fd);
		free(s->jit[i].path);
	}
	free(s->jit);
	free(s->kallsyms_path);
	free(s->vmlinux_path);
	intern_clear(&s->objects);
	intern_clear(&s->texts);
	object_files_free(s->files);
	free(s);
}

/* Use the recording's own vDSO image. */
static bool recorded_vdso(struct symbolizer *s, struct entry *e)
{
	struct found *f = &e->own.main;
	struct short_id theirs;
	int fd;

	if (e->object->kind != OBJECT_VDSO || e->object->vm >= 0 || s->vdso < 0)
		return false;
	fd = fcntl(s->vdso, F_DUPFD_CLOEXEC, 0);
	f->path = strdup(s->vdso_path);
	if (fd < 0 || elf_file_open(&f->elf, fd) || !f->path ||
	    object_is_other_build(e->object, f->elf, &theirs))
		found_clear(f);
	return f->elf;
}

static void load_file(struct symbolizer *s, struct entry *e)
{
	struct object_files *files = object_machine_files(s, e->object);

	if (!files)
		return;
	if (!recorded_vdso(s, e))
		object_files_find(files, e->object, &e->own.main);
	e->symbols = name_cache_symbols(&e->own, files, e->object);
	e->lines = e->own.main.elf ? &e->own : NULL;
	e->file = e->own.main.path;
	if (e->own.debug.path && e->symbols != elf_file_symbols(e->own.main.elf))
		e->file = e->own.debug.path;
	if (!e->symbols || !symtab_count(e->symbols) || !elf_file_has_offsets(e->own.main.elf))
		missing_file(e);
}

int symbolizer_add_vdso(struct symbolizer *s, int fd, const char *path)
{
	if (s->vdso >= 0)
		return -EEXIST;
	s->vdso_path = strdup(path);
	s->vdso = s->vdso_path ? fcntl(fd, F_DUPFD_CLOEXEC, 0) : -1;
	return s->vdso >= 0 ? 0 : -ENOMEM;
}

int symbolizer_add_archive(struct symbolizer *s, const char *path)
{
	return object_files_add_archive(s->files, path);
}

static struct jit *find_jit(const struct symbolizer *s, int32_t pid)
{
	for (size_t i = 0; i < s->nr_jits && pid != -1; i++)
		if (s->jit[i].pid == pid)
			return &s->jit[i];
	return NULL;
}

int symbolizer_add_jit(struct symbolizer *s, int32_t pid, int fd, const char *path)
{
	struct jit *j = find_jit(s, pid);

	if (j)
		return 0;
	j = array_add(s->jit, s->nr_jits);
	if (!j)
		return -ENOMEM;
	*j = (struct jit){ .pid = pid, .fd = -1, .path = strdup(path) };
	if (fd >= 0)
		j->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	return j->path && (fd < 0 || j->fd >= 0) ? 0 : -ENOMEM;
}

/* A folder for files of runtimes is often /tmp, where everybody may put anything. */
static int open_jit(struct jit *j)
{
	struct stat st;

	if (j->fd < 0)
		j->fd = open(j->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	if (j->fd < 0 || fstat(j->fd, &st))
		return -errno;
	return S_ISREG(st.st_mode) ? jit_map_open(&j->map, j->fd) : -EINVAL;
}

static void load_jit(struct symbolizer *s, struct entry *e)
{
	struct jit *j = find_jit(s, e->object->pid);

	if (!j) {
		missing_set(e, "no symbols for %s: it is memory without a file, such as code "
			    "generated at run time", e->object->path);
		return;
	}
	if (!j->opened)
		j->err = open_jit(j);
	j->opened = true;
	if (j->err) {
		missing_set(e, "no symbols for %s: cannot use %s: %s", e->object->path, j->path,
			    j->err == -EINVAL ? "it is neither a perf map nor a jitdump" :
			    strerror(-j->err));
		return;
	}
	e->jit = j->map;
	e->file = j->path;
}

static void load(struct symbolizer *s, struct entry *e)
{
	switch ((enum object_kind)e->object->kind) {
	case OBJECT_UNKNOWN:
	case OBJECT_KSYMBOL:
		return;
	case OBJECT_ANON:
		load_jit(s, e);
		return;
	case OBJECT_FILE:
	case OBJECT_VDSO:
		load_file(s, e);
		return;
	case OBJECT_KERNEL:
		entry_load_kernel(s, e);
		return;
	case OBJECT_MODULE:
		entry_load_module(s, e);
		return;
	case OBJECT_GUEST:
		entry_load_guest(s, e);
		return;
	}
}

struct entry *entry_get(struct symbolizer *s, const struct object *o)
{
	uint32_t n = intern_add(&s->objects, &o, sizeof(o));
	struct entry *e;

	if (n == INTERN_NONE)
		return NULL;
	while (s->nr_entries <= n)
		if (!array_add(s->entry, s->nr_entries))
			return NULL;
	if (s->entry[n])
		return s->entry[n];
	e = calloc(1, sizeof(*e));
	if (!e)
		return NULL;
	e->object = o;
	e->runs = -1;
	s->entry[n] = e;
	load(s, e);
	return e;
}

/* The address in the file of a place; false: none. */
static bool address_of(const struct entry *e, const struct name_cache *n, uint64_t shift,
		       uint64_t offset, uint64_t *addr)
{
	*addr = offset + shift;
	if (e->object->kind != OBJECT_FILE && e->object->kind != OBJECT_VDSO)
		return true;
	return name_cache_address(n, offset, addr);
}

static void tell(struct symbolizer *s, const struct symtab_range *sym, uint64_t addr,
		 uint64_t offset, struct symbol *out)
{
	char text[4096];
	uint32_t n;

	out->name = out->mangled = sym->name;
	out->start = offset - (addr - sym->start);
	out->size = sym->size;
	if (!s->demangle || !demangle(sym->name, text, sizeof(text)))
		return;
	n = intern_add(&s->texts, text, strlen(text));
	if (n != INTERN_NONE)
		out->name = intern_get(&s->texts, n);
}

/* The debug file with stripped symbols lacks the entries of the linkage table. */
static const struct symtab_range *find_in_entry(struct entry *e, uint64_t addr)
{
	const struct symtab_range *sym = symtab_find(e->symbols, addr);
	const struct symtab *t;

	if (sym || !e->own.debug.elf || !e->own.main.elf)
		return sym;
	t = elf_file_symbols(e->own.main.elf);
	return t ? symtab_find(t, addr) : NULL;
}

int symbolizer_name(struct symbolizer *s, const struct place *p, struct symbol *out)
{
	const struct symtab_range *sym = NULL;
	struct entry *e = entry_get(s, p->object);
	uint64_t addr = p->offset;

	*out = (struct symbol){ 0 };
	if (!e)
		return -ENOENT;
	if (p->object->kind == OBJECT_KSYMBOL && *p->object->path) {
		*out = (struct symbol){ p->object->path, p->object->path, 0, p->object->size };
		return 0;
	}
	if (p->object->kind == OBJECT_GUEST)
		sym = guest_find(s, p->object, &addr);
	else if (e->jit)
		sym = jit_map_find(e->jit, addr);
	else if (e->symbols && address_of(e, &e->own, e->shift, p->offset, &addr))
		sym = find_in_entry(e, addr);
	if (!sym)
		return -ENOENT;
	tell(s, sym, addr, p->offset, out);
	return 0;
}

bool symbolizer_has_symbols(struct symbolizer *s, const struct object *o)
{
	const struct entry *e = entry_get(s, o);
	size_t i = 0;

	if (!e)
		return false;
	return e->symbols || e->jit || o->kind == OBJECT_KSYMBOL ||
	       (o->kind == OBJECT_GUEST && guest_next(s, o->vm, &i));
}

bool symbolizer_line(struct symbolizer *s, const struct place *p, struct source_line *out)
{
	struct entry *e = entry_get(s, p->object);
	struct guest_file *g;
	uint64_t addr;
	size_t i = 0;

	if (!e)
		return false;
	if (p->object->kind == OBJECT_GUEST) {
		while ((g = guest_next(s, p->object->vm, &i)))
			if (guest_address(g, p->object->vm, p->offset, &addr) &&
			    name_cache_line(&g->names, s->files, NULL, addr, out))
				return true;
		return false;
	}
	if (!e->lines && p->object->kind == OBJECT_KERNEL)
		entry_search_kernel(s, e);
	return e->lines && address_of(e, e->lines, e->lines_shift, p->offset, &addr) &&
	       name_cache_line(e->lines, object_machine_files(s, e->object), e->object, addr, out);
}

static const struct entry *entry_find(const struct symbolizer *s, const struct object *o)
{
	uint32_t n = intern_find(&s->objects, &o, sizeof(o));

	return n == INTERN_NONE || n >= s->nr_entries ? NULL : s->entry[n];
}

int symbolizer_open_source(const struct symbolizer *s, const struct object *o, const char *file)
{
	const struct entry *e = entry_find(s, o);
	bool here = e && (e->own.main.here || e->own.debug.here);

	return object_files_open_source(s->files, file, here);
}

const char *symbolizer_missing(const struct symbolizer *s, const struct object *o)
{
	const struct entry *e = entry_find(s, o);

	return e ? e->missing : NULL;
}

const char *symbolizer_file(const struct symbolizer *s, const struct object *o)
{
	const struct entry *e = entry_find(s, o);

	return e ? e->file : NULL;
}

bool symbolizer_asked(const struct symbolizer *s, const struct object *o)
{
	return entry_find(s, o);
}

void symbolizer_files(struct symbolizer *s, const struct object *o,
		      struct found_files *out)
{
	struct entry *e = (struct entry *)entry_find(s, o);
	struct name_cache *n;

	*out = (struct found_files){ 0 };
	if (!e)
		return;
	if (o->kind == OBJECT_KERNEL)
		entry_search_kernel(s, e);
	if (o->kind == OBJECT_MODULE)
		entry_search_module(s, e);
	n = e->own.main.elf ? &e->own : e->lines;
	if (!n)
		return;
	if (object_machine_files(s, o))
		name_cache_search_debug(n, object_machine_files(s, o), o);
	*out = (struct found_files){ n->main.elf, n->debug.elf };
}
