// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "symbolizer/demangle.h"
#include "symbolizer/intern.h"
#include "symbolizer/name_cache.h"
#include "symbolizer/symbol.h"

/* Where one VM has a guest file. */
struct vm_slide {
	int32_t vm;
	struct slide slide;
};

/* A guest's symbols, as the user gave them. */
struct guest_file {
	struct name_cache names;
	char *vm;		/* NULL: any */
	bool recorded;		/* by the guest's own recording */
	struct slide slide;	/* of the VMs that are not in .slides */
	struct vm_slide *slides;
	size_t nr_slides;
};

/* A folder with a guest's files. */
struct guest_folder {
	char *vm;		/* NULL: any */
	char *path;
};

struct vm {
	int32_t vm, pid;
	char *name;
	struct object_files *files; /* of its own; NULL: not yet asked */
};

/* All that is known about one object; made when it is first asked for. */
struct entry {
	const struct object *object;
	struct name_cache own;
	const struct symtab *symbols;
	uint64_t shift;		/* symbols: an offset's address is offset + shift */
	struct name_cache *lines; /* NULL: none */
	uint64_t lines_shift;
	bool searched;		/* for what is not where names came from */
	int runs;               /* as object_files_kernel_runs() */
	const char *file;
	char *missing;
};

struct symbolizer {
	struct object_files *files;
	bool demangle;
	char *kallsyms_path, *vmlinux_path;
	struct name_cache kallsyms, vmlinux;
	struct name_cache found_text;   /* a kallsyms of some folder, for modules */
	struct name_cache recorded;     /* the recording's own kallsyms */
	int vdso;			/* its vDSO; -1: none */
	char *vdso_path;
	struct name_cache running;      /* of the kernel that runs here */
	int running_err;		/* why there are none */
	bool running_opened;
	bool text_searched;
	int kallsyms_err, vmlinux_err;	/* 0: usable, or not given */
	bool kernel_opened;
	struct symbolizer_config guest_cfg;	/* what holds for guests' files: no folders */
	struct guest_folder *folder;
	size_t nr_folders;
	struct guest_file *guest;
	size_t nr_guests;
	struct vm *vm;
	size_t nr_vms;
	struct intern objects;		/* addresses of objects */
	struct entry **entry;		/* by their number */
	size_t cap_entries;
	struct intern texts;		/* demangled names */
};

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
	for (uint32_t i = 0; i < s->objects.nr && i < s->cap_entries; i++) {
		if (!s->entry[i])
			continue;
		name_cache_clear(&s->entry[i]->own);
		free(s->entry[i]->missing);
		free(s->entry[i]);
	}
	free(s->entry);
	for (size_t i = 0; i < s->nr_guests; i++) {
		name_cache_clear(&s->guest[i].names);
		free(s->guest[i].vm);
		free(s->guest[i].slides);
	}
	free(s->guest);
	for (size_t i = 0; i < s->nr_vms; i++) {
		free(s->vm[i].name);
		object_files_free(s->vm[i].files);
	}
	free(s->vm);
	for (size_t i = 0; i < s->nr_folders; i++) {
		free(s->folder[i].vm);
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
	free(s->kallsyms_path);
	free(s->vmlinux_path);
	intern_clear(&s->objects);
	intern_clear(&s->texts);
	object_files_free(s->files);
	free(s);
}

/* What is missing ------------------------------------------------------ */

__attribute__((format(printf, 3, 4)))
static void say(char *err, size_t errlen, const char *format, ...)
{
	va_list args;

	if (!err || !errlen)
		return;
	va_start(args, format);
	vsnprintf(err, errlen, format, args);
	va_end(args);
}

/* How an error of a file the user named reads. */
static const char *file_error(int err)
{
	switch (-err) {
	case EACCES:
		return "it may not be read, or all its addresses are zero "
		       "(copy /proc/kallsyms as root)";
	case ENOEXEC:
	case EINVAL:
		return "it is neither an ELF file nor a copy of /proc/kallsyms (packed "
		       "copies must be unpacked)";
	case EFBIG:
		return "it is too large";
	default:
		return strerror(-err);
	}
}

__attribute__((format(printf, 2, 3)))
static void set_missing(struct entry *e, const char *format, ...)
{
	va_list args;

	if (e->missing)
		return;
	va_start(args, format);
	if (vasprintf(&e->missing, format, args) < 0)
		e->missing = NULL;
	va_end(args);
}

struct short_id { char text[40]; };

/* " (build-id 1a2b3c4d..)"; "" if it has none. */
static struct short_id short_id(const uint8_t *id, uint8_t len, const char *format)
{
	struct short_id out = { "" };
	char hex[9] = "";

	for (int i = 0; i < 4 && i < len; i++)
		snprintf(hex + i * 2, 3, "%02x", id[i]);
	if (len)
		snprintf(out.text, sizeof(out.text), format, hex);
	return out;
}

static struct short_id object_id(const struct object *o)
{
	return short_id(o->build_id, o->build_id_len, " (build-id %s..)");
}

static void explain_kernel(const struct symbolizer *s, struct entry *e)
{
	struct short_id id = object_id(e->object);

	if (s->kallsyms_err)
		set_missing(e, "no symbols for the host kernel%s: --kallsyms %s: %s", id.text,
			    s->kallsyms_path, file_error(s->kallsyms_err));
	if (s->vmlinux_err)
		set_missing(e, "no symbols for the host kernel%s: --vmlinux %s: %s", id.text,
			    s->vmlinux_path, file_error(s->vmlinux_err));
	if (e->runs > 0 && s->running_err == -EACCES)
		set_missing(e, "no symbols for the host kernel%s: it runs on this machine, but "
			    "/proc/kallsyms hides its addresses from this user", id.text);
	if (!e->runs)
		set_missing(e, "no symbols for the host kernel%s: another one runs on this "
			    "machine", id.text);
	set_missing(e, "no symbols for the host kernel%s", id.text);
}

static void explain_module(const struct symbolizer *s, struct entry *e)
{
	struct short_id id = object_id(e->object);

	if (s->kallsyms_err)
		set_missing(e, "no symbols for the host module %s%s: --kallsyms %s: %s",
			    e->object->path, id.text, s->kallsyms_path,
			    file_error(s->kallsyms_err));
	if (s->kallsyms.main.kallsyms)
		set_missing(e, "no symbols for the host module %s%s: %s does not name it",
			    e->object->path, id.text, s->kallsyms_path);
	set_missing(e, "no symbols for the host module %s%s", e->object->path, id.text);
}

static void explain_file(struct entry *e)
{
	const struct found *f = &e->own.main;
	struct short_id id = object_id(e->object), other;

	other = short_id(f->refused_id, f->refused_id_len, "%s..");
	if (f->refused && !f->path)
		set_missing(e, "no symbols for %s%s: %s%s is another build (%s)",
			    e->object->path, id.text, f->refused_here ? "this machine's " : "",
			    f->refused, other.text);
	if (f->elf && !elf_file_has_offsets(f->elf))
		set_missing(e, "no symbols for %s%s: %s is a debug file that lacks the offsets of its "
			    "code; the file that it belongs to has them", e->object->path, id.text,
			    f->path);
	if (f->path)
		set_missing(e, "no symbols for %s%s: %s is stripped, and its .debug file was not "
			    "found", e->object->path, id.text, f->path);
	if (f->unproven_here)
		set_missing(e, "no symbols for %s%s: no build-id proves that this machine's file is "
			    "the recorded one (--local-files takes it)", e->object->path, id.text);
	set_missing(e, "no symbols for %s%s", e->object->path, id.text);
}

/* The host's kernel ----------------------------------------------------- */

static void open_kernel(struct symbolizer *s)
{
	if (s->kernel_opened)
		return;
	s->kernel_opened = true;
	if (s->kallsyms_path)
		s->kallsyms_err = object_files_open(s->kallsyms_path, &s->kallsyms.main);
	if (s->vmlinux_path)
		s->vmlinux_err = object_files_open(s->vmlinux_path, &s->vmlinux.main);
}

/*
 * How far the kernel lay from where the file has it: KASLR moves all of it by
 * one distance, of whole pages.  False: it is not of this kernel.
 */
static bool kernel_shift(const struct object *o, const struct symtab *symbols, uint64_t *shift)
{
	uint64_t there;

	*shift = 0;
	if (!o->base || !o->ref_symbol || !symtab_reference(symbols, o->ref_symbol, &there))
		return true;
	*shift = there - o->base;
	return !(*shift % 4096);
}

static bool is_other_build(const struct object *o, const struct elf_file *elf,
			   struct short_id *id)
{
	uint8_t len;
	const uint8_t *theirs = elf_file_build_id(elf, &len);

	if (!len || !o->build_id_len ||
	    (len == o->build_id_len && !memcmp(theirs, o->build_id, len)))
		return false;
	*id = short_id(theirs, len, "%s..");
	return true;
}

int symbolizer_open_kernel(struct symbolizer *s, char *err, size_t errlen)
{
	open_kernel(s);
	if (s->kallsyms_err)
		say(err, errlen, "cannot use --kallsyms %s: %s", s->kallsyms_path,
		    file_error(s->kallsyms_err));
	else if (s->vmlinux_err)
		say(err, errlen, "cannot use --vmlinux %s: %s", s->vmlinux_path,
		    file_error(s->vmlinux_err));
	return s->kallsyms_err ? s->kallsyms_err : s->vmlinux_err;
}

bool symbolizer_is_kernel(struct symbolizer *s, const struct object *kernel, char *err,
			  size_t errlen)
{
	struct short_id theirs;

	open_kernel(s);
	if (!s->vmlinux.main.elf || !is_other_build(kernel, s->vmlinux.main.elf, &theirs))
		return true;
	say(err, errlen, "--vmlinux %s is another build (build-id %s) than the recorded kernel%s",
	    s->vmlinux_path, theirs.text, object_id(kernel).text);
	return false;
}

/* Take names and lines from n, as far as they are still missing. */
static void use_for_kernel(struct symbolizer *s, struct entry *e, struct name_cache *n)
{
	const struct symtab *symbols;
	struct short_id theirs;
	uint64_t shift;

	if (n->main.elf && is_other_build(e->object, n->main.elf, &theirs)) {
		set_missing(e, "no symbols for the host kernel%s: %s is another build (%s)",
			    object_id(e->object).text, n->main.path, theirs.text);
		return;
	}
	symbols = name_cache_symbols(n, s->files, NULL);
	if (!symbols || !symtab_count(symbols))
		return;
	if (!kernel_shift(e->object, symbols, &shift)) {
		set_missing(e, "no symbols for the host kernel%s: %s is of another kernel (%s is "
			    "elsewhere in a page)", object_id(e->object).text, n->main.path,
			    e->object->ref_symbol);
		return;
	}
	if (!e->symbols) {
		e->symbols = symbols;
		e->shift = shift;
		e->file = n->main.path;
	}
	if (!e->lines && n->main.elf) {
		e->lines = n;
		e->lines_shift = shift;
	}
}

static void search_kernel(struct symbolizer *s, struct entry *e)
{
	if (e->searched)
		return;
	e->searched = true;
	object_files_find_kernel(s->files, e->object, &e->own.main);
	use_for_kernel(s, e, &e->own);
}

static void open_running(struct symbolizer *s)
{
	if (!s->running_opened)
		s->running_err = object_files_open_running(s->files, &s->running.main);
	s->running_opened = true;
}

/* The kernel that runs here: KASLR moves it at each boot, so where it lay must be recorded. */
static void use_running(struct symbolizer *s, struct entry *e)
{
	e->runs = object_files_kernel_runs(s->files, e->object);
	if (e->runs <= 0 || !e->object->base)
		return;
	open_running(s);
	use_for_kernel(s, e, &s->running);
}

static void load_kernel(struct symbolizer *s, struct entry *e)
{
	open_kernel(s);
	use_for_kernel(s, e, &s->kallsyms);
	use_for_kernel(s, e, &s->vmlinux);
	if (!e->symbols)
		use_for_kernel(s, e, &s->recorded);
	if (!e->symbols)
		search_kernel(s, e);
	if (!e->symbols)
		use_running(s, e);
	if (!e->symbols) {
		explain_kernel(s, e);
		return;
	}
	free(e->missing);	/* another file had them */
	e->missing = NULL;
}

/* "[arm_spe_pmu]" of an object's path, or the path itself. */
static void module_name(const struct object *o, char *out, size_t size)
{
	const char *base = strrchr(o->path, '/'), *end;

	base = base ? base + 1 : o->path;
	end = strstr(base, ".ko");
	if (base[0] == '[' || !end)
		snprintf(out, size, "%s", base);
	else
		snprintf(out, size, "[%.*s]", (int)(end - base), base);
	for (; *out; out++)
		if (*out == '-')
			*out = '_';
}

/*
 * A module's place changes with every boot and load, the kernel's with KASLR
 * only, so kallsyms of the same kernel may have a module elsewhere.  The page
 * of its first function is where its code begins.
 */
static bool module_from_kallsyms(struct entry *e, const struct name_cache *n)
{
	char name[128];
	uint64_t text;

	if (!n->main.kallsyms)
		return false;
	module_name(e->object, name, sizeof(name));
	e->symbols = kallsyms_module(n->main.kallsyms, name, &text);
	if (!e->symbols)
		return false;
	e->shift = text;
	e->file = n->main.path;
	return true;
}

static void search_module(struct symbolizer *s, struct entry *e)
{
	if (e->searched)
		return;
	e->searched = true;
	object_files_find(s->files, e->object, &e->own.main);
}

static bool module_from_running(struct symbolizer *s, struct entry *e)
{
	char name[128];

	module_name(e->object, name, sizeof(name));
	name[strcspn(name, "]")] = '\0';
	if (*name != '[' || !object_files_module_runs(s->files, e->object, name + 1))
		return false;
	open_running(s);
	return module_from_kallsyms(e, &s->running);
}

static void load_module(struct symbolizer *s, struct entry *e)
{
	static const struct object any = { .kind = OBJECT_KERNEL, .path = "[kernel]", .vm = -1 };

	open_kernel(s);
	if (module_from_kallsyms(e, &s->kallsyms) || module_from_kallsyms(e, &s->recorded))
		return;
	if (!s->kallsyms.main.kallsyms && !s->text_searched) {
		s->text_searched = true;
		object_files_find_kernel(s->files, &any, &s->found_text.main);
	}
	if (module_from_kallsyms(e, &s->found_text))
		return;
	search_module(s, e);
	e->symbols = name_cache_symbols(&e->own, s->files, e->object);
	if (e->symbols && symtab_count(e->symbols)) {
		e->file = e->own.main.path;
		return;
	}
	e->symbols = NULL;
	if (!module_from_running(s, e))
		explain_module(s, e);
}

/* Guests ----------------------------------------------------------------- */

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

/* Where the files of an object's machine are; NULL: a guest's of which nothing is known. */
static struct object_files *files_of(struct symbolizer *s, const struct object *o)
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

/* The vDSO's image of the recording itself. */
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
	    is_other_build(e->object, f->elf, &theirs))
		found_clear(f);
	return f->elf;
}

static void load_file(struct symbolizer *s, struct entry *e)
{
	struct object_files *files = files_of(s, e->object);

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
		explain_file(e);
}

/* Files of vm in the order to ask them: its own, then those of any. */
static struct guest_file *next_guest(const struct symbolizer *s, int32_t vm, size_t *i)
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

/* A guest's address as the file has it; false: the file is not to be used for that VM. */
static bool guest_address(const struct guest_file *g, int32_t vm, uint64_t there, uint64_t *addr)
{
	const struct slide *slide = slide_of(g, vm);

	*addr = there - slide->by;
	return slide->state != SLIDE_REFUTED;
}

/* *addr: of the guest, and then of the file that has the symbol. */
static const struct symtab_symbol *find_in_guest(struct symbolizer *s, const struct object *o,
						 uint64_t *addr)
{
	uint64_t there = *addr;
	struct guest_file *g;
	size_t i = 0;

	while ((g = next_guest(s, o->vm, &i))) {
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

static void load_guest(struct symbolizer *s, struct entry *e)
{
	const struct vm *v = vm_find(s, e->object->vm);
	struct guest_file *g;
	size_t i = 0;

	while ((g = next_guest(s, e->object->vm, &i))) {
		if (slide_of(g, e->object->vm)->state == SLIDE_REFUTED) {
			set_missing(e, "no symbols for VM %d: its samples are not of the code in %s",
				    e->object->vm, g->names.main.path);
			continue;
		}
		e->file = g->names.main.path;
		free(e->missing);	/* another file had them */
		e->missing = NULL;
		return;
	}
	if (e->object->vm < 0)
		set_missing(e, "no symbols for guests of which it is not known who they are");
	else
		set_missing(e, "no symbols for VM %d%s%s%s", e->object->vm,
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
		say(err, errlen, "guest symbols \"%s\": expected %s or VM=%s, VM a "
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
		say(err, errlen, "cannot use guest symbols %s: %s", path, file_error(ret));
		free(g->vm);
		return ret;
	}
	ret = add_guest(s, g);
	if (ret)
		say(err, errlen, "guest symbols %s: out of memory", path);
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
	const struct guest_file *g = next_guest(s, vm, i);

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

	while ((g = next_guest(s, vm, &i))) {
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
		say(err, errlen, "guest symbols %s: out of memory", path);
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

int symbolizer_add_kallsyms(struct symbolizer *s, int fd, const char *path)
{
	struct found *f = &s->recorded.main;
	int ret;

	if (f->path)
		return -EEXIST;
	f->path = strdup(path);
	ret = f->path ? kallsyms_open(&f->kallsyms, fd) : -ENOMEM;
	if (ret)
		found_clear(f);
	return ret;
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

/* Any object ------------------------------------------------------------- */

static void load(struct symbolizer *s, struct entry *e)
{
	switch ((enum object_kind)e->object->kind) {
	case OBJECT_UNKNOWN:
	case OBJECT_KSYMBOL:
		return;
	case OBJECT_ANON:
		set_missing(e, "no symbols for %s: it is memory without a file, such as code "
			    "made at run time", e->object->path);
		return;
	case OBJECT_FILE:
	case OBJECT_VDSO:
		load_file(s, e);
		return;
	case OBJECT_KERNEL:
		load_kernel(s, e);
		return;
	case OBJECT_MODULE:
		load_module(s, e);
		return;
	case OBJECT_GUEST:
		load_guest(s, e);
		return;
	}
}

/* NULL: out of memory. */
static struct entry *entry_get(struct symbolizer *s, const struct object *o)
{
	uint32_t n = intern_add(&s->objects, &o, sizeof(o));
	struct entry **list, *e;

	if (n == INTERN_NONE)
		return NULL;
	if (n >= s->cap_entries) {
		size_t cap = s->cap_entries ? s->cap_entries * 2 : 64;

		list = reallocarray(s->entry, cap, sizeof(*list));
		if (!list)
			return NULL;
		memset(list + s->cap_entries, 0, (cap - s->cap_entries) * sizeof(*list));
		s->entry = list;
		s->cap_entries = cap;
	}
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

/* The address of a place in its file's terms; false: it has none there. */
static bool address_of(const struct entry *e, const struct name_cache *n, uint64_t shift,
		       uint64_t offset, uint64_t *addr)
{
	*addr = offset + shift;
	if (e->object->kind != OBJECT_FILE && e->object->kind != OBJECT_VDSO)
		return true;
	return name_cache_address(n, offset, addr);
}

static void tell(struct symbolizer *s, const struct symtab_symbol *sym, uint64_t addr,
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

/* What was stripped into a second file lacks the linkage table's entries. */
static const struct symtab_symbol *find_in_entry(struct entry *e, uint64_t addr)
{
	const struct symtab_symbol *sym = symtab_find(e->symbols, addr);
	const struct symtab *t;

	if (sym || !e->own.debug.elf || !e->own.main.elf)
		return sym;
	t = elf_file_symbols(e->own.main.elf);
	return t ? symtab_find(t, addr) : NULL;
}

int symbolizer_name(struct symbolizer *s, const struct place *p, struct symbol *out)
{
	const struct symtab_symbol *sym = NULL;
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
		sym = find_in_guest(s, p->object, &addr);
	else if (e->symbols && address_of(e, &e->own, e->shift, p->offset, &addr))
		sym = find_in_entry(e, addr);
	if (!sym)
		return -ENOENT;
	tell(s, sym, addr, p->offset, out);
	return 0;
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
		while ((g = next_guest(s, p->object->vm, &i)))
			if (guest_address(g, p->object->vm, p->offset, &addr) &&
			    name_cache_line(&g->names, s->files, NULL, addr, out))
				return true;
		return false;
	}
	if (!e->lines && p->object->kind == OBJECT_KERNEL)
		search_kernel(s, e);
	return e->lines && address_of(e, e->lines, e->lines_shift, p->offset, &addr) &&
	       name_cache_line(e->lines, files_of(s, e->object), e->object, addr, out);
}

/* Code ------------------------------------------------------------------- */

/* Why the bytes of an object's code are not known. */
static const char *why_no_code(const struct entry *e)
{
	switch ((enum object_kind)e->object->kind) {
	case OBJECT_KERNEL:
		return "no code of the host's kernel: --kallsyms has names only, and /proc/kcore "
		       "is not read; give --vmlinux FILE, its ELF file";
	case OBJECT_MODULE:
		return "no code of this module: give --symfs DIR with its .ko file";
	case OBJECT_GUEST:
		return "no code of this guest: give --guest [VM=]FILE with the ELF file of what it "
		       "runs (a copy of kallsyms has names only)";
	case OBJECT_FILE:
	case OBJECT_VDSO:
		if (e->own.main.elf)
			return "no code of this object: what was found are its symbols only; give "
			       "--symfs DIR with the file itself, too";
		return "no code of this object: give --symfs DIR with the recorded machine's files";
	case OBJECT_ANON:
	case OBJECT_KSYMBOL:
		return "this code was made at run time: no file has its bytes";
	case OBJECT_UNKNOWN:
		break;
	}
	return "what lies here is not known";
}

/* Does n have A64 code at addr?  Fills out. */
static bool take_code(const struct name_cache *n, uint64_t addr, struct code_place *out)
{
	uint8_t word[4];

	if (!n->main.elf || !elf_file_code(n->main.elf, addr, word, sizeof(word)))
		return false;
	if (!elf_file_is_aarch64(n->main.elf)) {
		out->why = "the file that was found is not of aarch64";
		return false;
	}
	*out = (struct code_place){ n->main.elf, addr, n->main.path, NULL };
	return true;
}

static void guest_code(struct symbolizer *s, const struct place *p, struct code_place *out)
{
	struct guest_file *g;
	uint64_t addr;
	size_t i = 0;

	while ((g = next_guest(s, p->object->vm, &i)))
		if (guest_address(g, p->object->vm, p->offset, &addr) &&
		    take_code(&g->names, addr, out))
			return;
}

void symbolizer_code(struct symbolizer *s, const struct place *p, struct code_place *out)
{
	struct entry *e = entry_get(s, p->object);
	struct name_cache *n;
	uint64_t addr;

	*out = (struct code_place){ .why = "out of memory" };
	if (!e)
		return;
	out->why = why_no_code(e);
	switch ((enum object_kind)p->object->kind) {
	case OBJECT_GUEST:
		guest_code(s, p, out);
		return;
	case OBJECT_KERNEL:
		if (!e->lines)
			search_kernel(s, e);
		n = e->lines;
		addr = p->offset + e->lines_shift;
		break;
	case OBJECT_MODULE:
		/* kallsyms may have named it without a look for its file */
		search_module(s, e);
		n = &e->own;
		addr = p->offset;
		break;
	case OBJECT_FILE:
	case OBJECT_VDSO:
		n = &e->own;
		if (!name_cache_address(n, p->offset, &addr))
			return;
		break;
	default:
		return;
	}
	if (n)
		take_code(n, addr, out);
}

static const struct entry *entry_find(const struct symbolizer *s, const struct object *o)
{
	uint32_t n = intern_find(&s->objects, &o, sizeof(o));

	return n == INTERN_NONE || n >= s->cap_entries ? NULL : s->entry[n];
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
		search_kernel(s, e);
	if (o->kind == OBJECT_MODULE)
		search_module(s, e);
	n = e->own.main.elf ? &e->own : e->lines;
	if (!n)
		return;
	if (files_of(s, o))
		name_cache_search_debug(n, files_of(s, o), o);
	*out = (struct found_files){ n->main.elf, n->debug.elf };
}
