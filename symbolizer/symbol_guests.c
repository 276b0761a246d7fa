// SPDX-License-Identifier: GPL-2.0-only
/* Names of guests: files of their symbols, and folders of their own programs. */
#include "symbolizer/symbol_impl.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct vm *vm_find(const struct symbolizer *s, int32_t vm)
{
	for (size_t i = 0; i < s->nr_vms; i++)
		if (s->vm[i].vm == vm)
			return &s->vm[i];
	return NULL;
}

/* The number text is all of, or -1. */
static int64_t number(const char *text)
{
	char *end;
	long long n;

	if (*text < '0' || *text > '9' || strlen(text) > 10)
		return -1;
	n = strtoll(text, &end, 10);
	return *end ? -1 : n;
}

static bool is_for(const struct symbolizer *s, const char *text, int32_t vm)
{
	const struct vm *v = vm_find(s, vm);

	if (vm < 0)
		return false;
	if (!strncmp(text, "pid:", 4))
		return v && number(text + 4) == v->pid;
	return number(text) == vm || (v && v->name && !strcmp(v->name, text));
}

const char *symbolizer_strange_guest(const struct symbolizer *s, size_t *i)
{
	for (; *i < s->nr_guests; (*i)++) {
		const struct guest_file *g = &s->guest[*i];
		size_t v = 0;

		while (g->vm && v < s->nr_vms && !is_for(s, g->vm, s->vm[v].vm))
			v++;
		if (g->vm && v == s->nr_vms) {
			(*i)++;
			return g->vm;
		}
	}
	return NULL;
}

bool symbolizer_is_vm(const struct symbolizer *s, const char *vm, size_t len, int32_t index)
{
	char *text = strndup(vm, len);
	bool is = text && is_for(s, text, index);

	free(text);
	return is;
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
			if (any ? !s->folder[i].vm :
				  s->folder[i].vm && is_for(s, s->folder[i].vm, o->vm))
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

		if (own ? g->vm && is_for(s, g->vm, vm) : !g->vm)
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

const struct symtab_symbol *guest_find(struct symbolizer *s, const struct object *o,
				       uint64_t *addr)
{
	uint64_t there = *addr;
	struct guest_file *g;
	size_t i = 0;

	while ((g = guest_next(s, o->vm, &i))) {
		const struct symtab *t = name_cache_symbols(&g->names, s->files, NULL);
		const struct symtab_symbol *sym = NULL;

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
			missing_set(e, "no symbols for VM %d: its samples are not of the code in %s",
				    e->object->vm, g->names.main.path);
			continue;
		}
		e->file = g->names.main.path;
		free(e->missing);	/* another file had them */
		e->missing = NULL;
		return;
	}
	if (e->object->vm < 0)
		missing_set(e, "no symbols for guests of which it is not known who they are");
	else
		missing_set(e, "no symbols for VM %d%s%s%s", e->object->vm,
			    v && v->name ? " (" : "", v && v->name ? v->name : "",
			    v && v->name ? ")" : "");
}

/* Take "VM=" off a spec; *vm is the caller's, NULL: of every VM.  0 or -errno. */
static int split_spec(const char *spec, const char *what, char **vm, const char **path, char *err,
		      size_t errlen)
{
	const char *equals = strchr(spec, '='), *slash = strchr(spec, '/');

	*vm = NULL;
	*path = spec;
	if (!equals || (slash && equals > slash))
		return 0;
	*path = equals + 1;
	if (equals == spec || !**path) {
		symbol_say(err, errlen, "guest symbols \"%s\": expected %s or VM=%s, VM a "
			   "number, pid:N or a name", spec, what, what);
		return -EINVAL;
	}
	*vm = strndup(spec, equals - spec);
	return *vm ? 0 : -ENOMEM;
}

/* Takes over what g owns.  0 or -ENOMEM. */
static int add_guest(struct symbolizer *s, struct guest_file *g)
{
	struct guest_file *list = reallocarray(s->guest, s->nr_guests + 1, sizeof(*list));

	if (!list) {
		name_cache_clear(&g->names);
		free(g->vm);
		return -ENOMEM;
	}
	s->guest = list;
	s->guest[s->nr_guests++] = *g;
	return 0;
}

/* Take "@SLIDE" off a path that is no file with it.  Returns the path, the caller's. */
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
		free(g->vm);
		return ret;
	}
	ret = add_guest(s, g);
	if (ret)
		symbol_say(err, errlen, "guest symbols %s: out of memory", path);
	return ret;
}

int symbolizer_add_guest(struct symbolizer *s, const char *spec, char *err, size_t errlen)
{
	struct guest_file g = { 0 };
	const char *path;
	char *file;
	int ret = split_spec(spec, "FILE", &g.vm, &path, err, errlen);

	if (ret)
		return ret;
	file = split_slide(path, &g.slide);
	if (!file) {
		free(g.vm);
		return -ENOMEM;
	}
	ret = open_guest(s, &g, file, err, errlen);
	free(file);
	return ret;
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
		struct vm_slide *list;

		if (g->names.main.elf != elf)
			continue;
		list = reallocarray(g->slides, g->nr_slides + 1, sizeof(*list));
		if (!list)
			return -ENOMEM;
		g->slides = list;
		g->slides[g->nr_slides++] = (struct vm_slide){ vm, *slide };
	}
	return 0;
}

int symbolizer_add_guest_symfs(struct symbolizer *s, const char *spec, char *err, size_t errlen)
{
	struct guest_folder f = { 0 }, *list;
	const char *path;
	int ret = split_spec(spec, "DIR", &f.vm, &path, err, errlen);

	if (ret)
		return ret;
	f.path = strdup(path);
	list = f.path ? reallocarray(s->folder, s->nr_folders + 1, sizeof(*list)) : NULL;
	if (!list) {
		symbol_say(err, errlen, "guest symbols %s: out of memory", path);
		free(f.vm);
		free(f.path);
		return -ENOMEM;
	}
	s->folder = list;
	s->folder[s->nr_folders++] = f;
	return 0;
}

int symbolizer_add_guest_kallsyms(struct symbolizer *s, int32_t vm, int fd, const char *path)
{
	struct guest_file g = { .recorded = true };
	int ret;

	if (asprintf(&g.vm, "%d", vm) < 0)
		return -ENOMEM;
	g.names.main.path = strdup(path);
	ret = g.names.main.path ? kallsyms_open(&g.names.main.kallsyms, fd) : -ENOMEM;
	if (ret) {
		name_cache_clear(&g.names);
		free(g.vm);
		return ret;
	}
	return add_guest(s, &g);
}

int symbolizer_set_vm(struct symbolizer *s, int32_t vm, int32_t pid, const char *name)
{
	struct vm *v = (struct vm *)vm_find(s, vm), *list;
	char *copy = name && *name ? strdup(name) : NULL;

	if (name && *name && !copy)
		return -ENOMEM;
	if (!v) {
		list = reallocarray(s->vm, s->nr_vms + 1, sizeof(*list));
		if (!list) {
			free(copy);
			return -ENOMEM;
		}
		s->vm = list;
		v = &s->vm[s->nr_vms++];
		*v = (struct vm){ 0 };
	}
	free(v->name);
	v->vm = vm;
	v->pid = pid;
	v->name = copy;
	return 0;
}
