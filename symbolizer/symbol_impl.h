/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_SYMBOL_IMPL_H
#define SYMBOLIZER_SYMBOL_IMPL_H

#include "base/intern.h"
#include "symbolizer/name_cache.h"
#include "symbolizer/symbol.h"

/*
 * The parts of a symbolizer:
 *   symbol.c		any object: its entry, its symbols and lines
 *   symbol_kernel.c	the host's kernel and modules
 *   symbol_guests.c	VMs, their symbols and folders
 *   symbol_code.c	instructions
 *   symbol_missing.c	why an object has no names
 */

/* Where one VM has a guest file. */
struct vm_slide {
	int32_t vm;
	struct slide slide;
};

/* Whose a guest's file or folder is. */
struct vm_set {
	bool any;		/* every VM's */
	int32_t *vm;
	size_t nr;
};

/* A guest's symbols, as the user gave them. */
struct guest_file {
	struct name_cache names;
	struct vm_set vms;
	bool recorded;		/* by the guest's own recording */
	struct slide slide;	/* of the VMs that are not in .slides */
	struct vm_slide *slides;
	size_t nr_slides;
};

/* A folder with a guest's files. */
struct guest_folder {
	struct vm_set vms;
	char *path;
};

struct vm {
	int32_t vm;
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
	size_t nr_entries;
	struct intern texts;		/* demangled names */
};

/* symbol.c: all that is known about an object, looked up when it is new.  NULL: out of memory. */
struct entry *entry_get(struct symbolizer *s, const struct object *o);

/* symbol_kernel.c: fill e's symbols, lines and file, or say in .missing why not. */
void entry_load_kernel(struct symbolizer *s, struct entry *e);
void entry_load_module(struct symbolizer *s, struct entry *e);
/* Look for the file where names came from elsewhere; once. */
void entry_search_kernel(struct symbolizer *s, struct entry *e);
void entry_search_module(struct symbolizer *s, struct entry *e);

/* symbol_guests.c */
void entry_load_guest(struct symbolizer *s, struct entry *e);
/* Files of vm in the order to ask them: its own, then those of any.  *i begins as 0. */
struct guest_file *guest_next(const struct symbolizer *s, int32_t vm, size_t *i);
/* A guest's address as the file has it; false: the file is not to be used for that VM. */
bool guest_address(const struct guest_file *g, int32_t vm, uint64_t there, uint64_t *addr);
/* *addr: of the guest, and then of the file that has the symbol.  NULL: none has it. */
const struct symtab_range *guest_find(struct symbolizer *s, const struct object *o,
				       uint64_t *addr);
/* Where the files of an object's machine are; NULL: a guest's of which nothing is known. */
struct object_files *object_machine_files(struct symbolizer *s, const struct object *o);

/* symbol_missing.c */
struct short_id { char text[40]; };

/* By a format with one %s: the first bytes of the id; "" if it has none. */
struct short_id short_id(const uint8_t *id, uint8_t len, const char *format);
struct short_id object_id(const struct object *o);	/* " (build-id 1a2b3c4d..)" */
/* False: one of them has no build-id, or they are the same; else *id is the file's. */
bool object_is_other_build(const struct object *o, const struct elf_file *elf,
			   struct short_id *id);
/* The first sentence counts. */
void missing_set(struct entry *e, const char *format, ...) __attribute__((format(printf, 2, 3)));
void missing_kernel(const struct symbolizer *s, struct entry *e);
void missing_module(const struct symbolizer *s, struct entry *e);
void missing_file(struct entry *e);
/* How an error of a file the user named reads. */
const char *symbol_file_error(int err);
/* A sentence for the caller; err NULL or errlen 0: nobody wants it. */
void symbol_say(char *err, size_t errlen, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
