// SPDX-License-Identifier: GPL-2.0-only
/* Names in the host's kernel and its modules. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "symbolizer/symbol_impl.h"

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
 * The distance of the kernel from the addresses in its file: KASLR moves all of it by a multiple of
 * the page size.  False: the file is not from this kernel.
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

int symbolizer_open_kernel(struct symbolizer *s, char *err, size_t errlen)
{
	open_kernel(s);
	if (s->kallsyms_err)
		symbol_say(err, errlen, "cannot use --kallsyms %s: %s", s->kallsyms_path,
			   symbol_file_error(s->kallsyms_err));
	else if (s->vmlinux_err)
		symbol_say(err, errlen, "cannot use --vmlinux %s: %s", s->vmlinux_path,
			   symbol_file_error(s->vmlinux_err));
	return s->kallsyms_err ? s->kallsyms_err : s->vmlinux_err;
}

bool symbolizer_is_kernel(struct symbolizer *s, const struct object *kernel, char *err,
			  size_t errlen)
{
	struct short_id theirs;

	open_kernel(s);
	if (!s->vmlinux.main.elf || !object_is_other_build(kernel, s->vmlinux.main.elf, &theirs))
		return true;
	symbol_say(err, errlen, "--vmlinux %s is another build (build-id %s) than the recorded kernel%s",
		   s->vmlinux_path, theirs.text, object_id(kernel).text);
	return false;
}

/* Take names and lines from n, unless already found. */
static void use_for_kernel(struct symbolizer *s, struct entry *e, struct name_cache *n)
{
	const struct symtab *symbols;
	struct short_id theirs;
	uint64_t shift;

	if (n->main.elf && object_is_other_build(e->object, n->main.elf, &theirs)) {
		missing_set(e, "no symbols for the host kernel%s: %s is another build (%s)",
			    object_id(e->object).text, n->main.path, theirs.text);
		return;
	}
	symbols = name_cache_symbols(n, s->files, NULL);
	if (!symbols || !symtab_count(symbols))
		return;
	if (!kernel_shift(e->object, symbols, &shift)) {
		missing_set(e, "no symbols for the host kernel%s: %s is from another kernel (%s "
			    "has another page offset)", object_id(e->object).text, n->main.path,
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

void entry_search_kernel(struct symbolizer *s, struct entry *e)
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

/*
 * Use the kernel running on this machine.  KASLR moves it at each boot, so its address must be
 * recorded.
 */
static void use_running(struct symbolizer *s, struct entry *e)
{
	e->runs = object_files_kernel_runs(s->files, e->object);
	if (e->runs <= 0 || !e->object->base)
		return;
	open_running(s);
	use_for_kernel(s, e, &s->running);
}

void entry_load_kernel(struct symbolizer *s, struct entry *e)
{
	open_kernel(s);
	use_for_kernel(s, e, &s->kallsyms);
	use_for_kernel(s, e, &s->vmlinux);
	if (!e->symbols)
		use_for_kernel(s, e, &s->recorded);
	if (!e->symbols)
		entry_search_kernel(s, e);
	if (!e->symbols)
		use_running(s, e);
	if (!e->symbols) {
		missing_kernel(s, e);
		return;
	}
	free(e->missing);	/* from another file that was tried */
	e->missing = NULL;
}

/* "[arm_spe_pmu]" from an object's path, or the path itself. */
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
 * A module's address changes with every boot and load, the kernel's only with KASLR, so in kallsyms
 * of the same kernel a module may be elsewhere.  Its code begins at the page of its first function.
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

void entry_search_module(struct symbolizer *s, struct entry *e)
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

void entry_load_module(struct symbolizer *s, struct entry *e)
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
	entry_search_module(s, e);
	e->symbols = name_cache_symbols(&e->own, s->files, e->object);
	if (e->symbols && symtab_count(e->symbols)) {
		e->file = e->own.main.path;
		return;
	}
	e->symbols = NULL;
	if (!module_from_running(s, e))
		missing_module(s, e);
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
