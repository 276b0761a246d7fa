// SPDX-License-Identifier: GPL-2.0-only
/* Names in guests: their symbol files, and folders with their own programs. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "symbolizer/symbol_impl.h"

static const struct vm *vm_find(const struct symbolizer *s, int32_t vm)
{
	for (size_t i = 0; i < s->nr_vms; i++)
		if (s->vm[i].vm == vm)
			return &s->vm[i];
	return NULL;
}

static bool has_vm(const struct vm_set *set, int32_t vm)
{
	for (size_t i = 0; i < set->nr; i++)
		if (set->vm[i] == vm)
			return true;
	return false;
}

/* A set of all VMs does not change.  0 or -ENOMEM. */
static int add_vm(struct vm_set *set, int32_t vm)
{
	int32_t *new;

	if (set->any)
		return 0;
	new = array_add(set->vm, set->nr);
	if (!new)
		return -ENOMEM;
	*new = vm;
	return 0;
}

struct object_files *object_machine_files(struct symbolizer *s, const struct object *o)
{
	struct vm *v = o->vm >= 0 ? (struct vm *)vm_find(s, o->vm) : NULL;
	struct symbolizer_config cfg = s->guest_cfg;
	const char **paths;

	if (o->vm < 0)
		return s->files;
	if (!v || v->files)
		return v ? v->files : NULL;
	paths = calloc(s->nr_folders + 1, sizeof(*paths));
	for (int any = 0; paths && any < 2; any++)
		for (size_t i = 0; i < s->nr_folders; i++)
			if (any ? s->folder[i].vms.any : has_vm(&s->folder[i].vms, o->vm))
				paths[cfg.nr_symfs++] = s->folder[i].path;
	cfg.symfs = paths;
	if (!paths || object_files_new(&v->files, &cfg))
		v->files = NULL;
	free(paths);
	return v->files;
}

struct guest_file *guest_next(const struct symbolizer *s, int32_t vm, size_t *i)
{
	while (*i < s->nr_guests * 2) {
		struct guest_file *g = &s->guest[*i % s->nr_guests];
		bool own = (*i)++ < s->nr_guests;

		if (own ? has_vm(&g->vms, vm) : g->vms.any)
			return g;
	}
	return NULL;
}

static const struct slide *slide_of(const struct guest_file *g, int32_t vm)
{
	for (size_t i = 0; i < g->nr_slides; i++)
		if (g->slides[i].vm == vm)
			return &g->slides[i].slide;
	return &g->slide;
}

bool guest_address(const struct guest_file *g, int32_t vm, uint64_t there, uint64_t *addr)
{
	const struct slide *slide = slide_of(g, vm);

	*addr = there - slide->by;
	return slide->state != SLIDE_REFUTED;
}

const struct symtab_range *guest_find(struct symbolizer *s, const struct object *o,
				       uint64_t *addr)
{
	uint64_t there = *addr;
	struct guest_file *g;
	size_t i = 0;

	while ((g = guest_next(s, o->vm, &i))) {
		const struct symtab *t = name_cache_symbols(&g->names, s->files, NULL);
		const struct symtab_range *sym = NULL;

		if (!guest_address(g, o->vm, there, addr))
			continue;
		if (g->names.main.kallsyms)
			sym = kallsyms_find(g->names.main.kallsyms, *addr);
		else if (t)
			sym = symtab_find(t, *addr);
		if (sym)
			return sym;
	}
	return NULL;
}

void entry_load_guest(struct symbolizer *s, struct entry *e)
{
	const struct vm *v = vm_find(s, e->object->vm);
	struct guest_file *g;
	size_t i = 0;

	while ((g = guest_next(s, e->object->vm, &i))) {
		if (slide_of(g, e->object->vm)->state == SLIDE_REFUTED) {
			missing_set(e, "no symbols for VM %d: its samples do not match the code "
				    "in %s",
				    e->object->vm, g->names.main.path);
			continue;
		}
		e->file = g->names.main.path;
		free(e->missing);	/* from another file that was tried */
		e->missing = NULL;
		return;
	}
	if (e->object->vm < 0)
		missing_set(e, "no symbols for guests that could not be identified");
	else
		missing_set(e, "no symbols for VM %d%s%s%s", e->object->vm,
			    v && v->name ? " (" : "", v && v->name ? v->name : "",
			    v && v->name ? ")" : "");
}

/* Takes ownership of g's contents.  Returns the file's number, or -ENOMEM. */
static int add_guest(struct symbolizer *s, struct guest_file *g)
{
	struct guest_file *new = array_add(s->guest, s->nr_guests);

	if (!new) {
		name_cache_clear(&g->names);
		free(g->vms.vm);
		return -ENOMEM;
	}
	*new = *g;
	return (int)s->nr_guests - 1;
}

/*
 * Remove "@SLIDE" from a path, unless such a file exists.  Returns the path, owned by the caller.
 */
static char *split_slide(const char *path, struct slide *slide)
{
	char *out = strdup(path), *at = out ? strrchr(out, '@') : NULL, *end;
	uint64_t by;

	if (!at || at == out || !isdigit((unsigned char)at[1]) || !access(path, F_OK))
		return out;
	errno = 0;
	by = strtoull(at + 1, &end, 0);
	if (*end || errno)
		return out;
	*at = '\0';
	*slide = (struct slide){ .state = SLIDE_GIVEN, .by = by };
	return out;
}

static int open_guest(struct symbolizer *s, struct guest_file *g, const char *path, char *err,
		      size_t errlen)
{
	int ret = object_files_open(path, &g->names.main);

	if (ret) {
		symbol_say(err, errlen, "cannot use guest symbols %s: %s", path, symbol_file_error(ret));
		return ret;
	}
	ret = add_guest(s, g);
	if (ret < 0)
		symbol_say(err, errlen, "guest symbols %s: out of memory", path);
	return ret;
}

int symbolizer_add_guest(struct symbolizer *s, const char *file, bool any, char *err,
			 size_t errlen)
{
	struct guest_file g = { .vms = { .any = any } };
	char *path = split_slide(file, &g.slide);
	int ret = path ? open_guest(s, &g, path, err, errlen) : -ENOMEM;

	free(path);
	return ret;
}

int symbolizer_give_guest(struct symbolizer *s, int file, int32_t vm)
{
	return add_vm(&s->guest[file].vms, vm);
}

bool symbolizer_guest_symbols(const struct symbolizer *s, int32_t vm, size_t *i,
			      struct guest_symbols *out)
{
	const struct guest_file *g = guest_next(s, vm, i);

	if (g)
		*out = (struct guest_symbols){
			g->names.main.path, g->names.main.elf, g->recorded, *slide_of(g, vm),
		};
	return g;
}

static bool reference(struct symbolizer *s, struct guest_file *g, uint64_t *addr)
{
	const struct symtab *t = name_cache_symbols(&g->names, s->files, NULL);

	return t && symtab_reference(t, "_text", addr);
}

bool symbolizer_kallsyms_slide(struct symbolizer *s, int32_t vm, const struct elf_file *elf,
			       struct slide *out)
{
	uint64_t linked = 0, there = 0;
	bool has_linked = false, has_there = false;
	struct guest_file *g;
	size_t i = 0;

	while ((g = guest_next(s, vm, &i))) {
		if (g->names.main.elf == elf)
			has_linked = reference(s, g, &linked);
		else if (g->names.main.kallsyms && !has_there)
			has_there = reference(s, g, &there);
	}
	if (!has_linked || !has_there)
		return false;
	*out = (struct slide){ .state = SLIDE_KALLSYMS, .by = there - linked };
	return true;
}

int symbolizer_set_slide(struct symbolizer *s, int32_t vm, const struct elf_file *elf,
			 const struct slide *slide)
{
	for (size_t i = 0; i < s->nr_guests; i++) {
		struct guest_file *g = &s->guest[i];
		struct vm_slide *new;

		if (g->names.main.elf != elf)
			continue;
		new = array_add(g->slides, g->nr_slides);
		if (!new)
			return -ENOMEM;
		*new = (struct vm_slide){ vm, *slide };
	}
	return 0;
}

int symbolizer_add_guest_symfs(struct symbolizer *s, const char *folder, bool any)
{
	struct guest_folder *new = array_add(s->folder, s->nr_folders);

	if (!new)
		return -ENOMEM;
	*new = (struct guest_folder){ .vms = { .any = any }, .path = strdup(folder) };
	return new->path ? 0 : -ENOMEM;
}

int symbolizer_give_guest_symfs(struct symbolizer *s, int folder, int32_t vm)
{
	return add_vm(&s->folder[folder].vms, vm);
}

int symbolizer_add_guest_kallsyms(struct symbolizer *s, int32_t vm, int fd, const char *path)
{
	struct guest_file g = { .recorded = true };
	int ret = add_vm(&g.vms, vm);

	g.names.main.path = strdup(path);
	if (!ret)
		ret = g.names.main.path ? kallsyms_open(&g.names.main.kallsyms, fd) : -ENOMEM;
	if (!ret) {
		ret = add_guest(s, &g);
		return ret < 0 ? ret : 0;
	}
	name_cache_clear(&g.names);
	free(g.vms.vm);
	return ret;
}

int symbolizer_set_vm(struct symbolizer *s, int32_t vm, const char *name)
{
	struct vm *v = (struct vm *)vm_find(s, vm);
	char *copy = name && *name ? strdup(name) : NULL;

	if (name && *name && !copy)
		return -ENOMEM;
	if (!v)
		v = array_add(s->vm, s->nr_vms);
	if (!v) {
		free(copy);
		return -ENOMEM;
	}
	free(v->name);
	v->vm = vm;
	v->name = copy;
	return 0;
}
