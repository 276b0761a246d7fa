/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_SYMBOL_IMPL_H
#define SYMBOLIZER_SYMBOL_IMPL_H

#include "base/intern.h"
#include "symbolizer/files/jit_map.h"
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

/* The slide of a guest file for one VM. */
struct vm_slide {
	int32_t vm;
	struct slide slide;
};

/* The VMs that use a guest's file or folder. */
struct vm_set {
	bool any;		/* every VM */
	int32_t *vm;
	size_t nr;
};

/* Symbols of a guest, given by the user. */
struct guest_file {
	struct name_cache names;
	struct vm_set vms;
	bool recorded;		/* from the guest's own recording */
	struct slide slide;	/* for the VMs that are not in .slides */
	struct vm_slide *slides;
	size_t nr_slides;
};

/* A folder with a guest's files. */
struct guest_folder {
	struct vm_set vms;
	char *path;
};

/* Functions that a process made at run time. */
struct jit {
	int32_t pid;
	int fd;			/* -1: to be opened by its path */
	char *path;
	struct jit_map *map;	/* read on first use */
	int err;		/* why it cannot be used; 0: it can */
	bool opened;
};

struct vm {
	int32_t vm;
	char *name;
	struct object_files *files; /* its own; NULL: not needed yet */
};

/* Everything known about one object; created on first use. */
struct entry {
	const struct object *object;
	struct name_cache own;
	const struct symtab *symbols;
	const struct jit_map *jit;	/* instead of symbols, by address; NULL: none */
	uint64_t shift;		/* for symbols: address = offset + shift */
	struct name_cache *lines; /* NULL: none */
	uint64_t lines_shift;
	bool searched;		/* the object's own file was searched for, although names came
				 * from elsewhere */
	int runs;               /* result of object_files_kernel_runs() */
	const char *file;
	char *missing;
};

struct symbolizer {
	struct object_files *files;
	bool demangle;
	char *kallsyms_path, *vmlinux_path;
	struct name_cache kallsyms, vmlinux;
	struct name_cache found_text;   /* a kallsyms found in some folder, for modules */
	struct name_cache recorded;     /* the recording's own kallsyms */
	int vdso;			/* its vDSO; -1: none */
	char *vdso_path;
	struct name_cache running;      /* of the kernel running on this machine */
	int running_err;		/* why it has none */
	bool running_opened;
	bool text_searched;
	int kallsyms_err, vmlinux_err;	/* 0: usable, or not given */
	bool kernel_opened;
	struct symbolizer_config guest_cfg;	/* for guests' files: without folders */
	struct guest_folder *folder;
	size_t nr_folders;
	struct guest_file *guest;
	size_t nr_guests;
	struct vm *vm;
	size_t nr_vms;
	struct jit *jit;
	size_t nr_jits;
	struct intern objects;		/* addresses of objects */
	struct entry **entry;		/* by their number */
	size_t nr_entries;
	struct intern texts;		/* demangled names */
};

/* symbol.c: everything known about an object, loaded on first use.  NULL: out of memory. */
struct entry *entry_get(struct symbolizer *s, const struct object *o);

/* symbol_kernel.c: fill e's symbols, lines and file, or explain in .missing why there are none. */
void entry_load_kernel(struct symbolizer *s, struct entry *e);
void entry_load_module(struct symbolizer *s, struct entry *e);
/* Search, once, for the object's own file if names came from elsewhere. */
void entry_search_kernel(struct symbolizer *s, struct entry *e);
void entry_search_module(struct symbolizer *s, struct entry *e);

/* symbol_guests.c */
void entry_load_guest(struct symbolizer *s, struct entry *e);
/* The files to use for vm, in order: its own, then those of any VM.  *i starts at 0. */
struct guest_file *guest_next(const struct symbolizer *s, int32_t vm, size_t *i);
/* Convert a guest's address to the file's; false: the file must not be used for that VM. */
bool guest_address(const struct guest_file *g, int32_t vm, uint64_t there, uint64_t *addr);
/* *addr: the guest's address on entry, the address in the file on return.  NULL: no symbol. */
const struct symtab_range *guest_find(struct symbolizer *s, const struct object *o,
				       uint64_t *addr);
/* The files of an object's machine; NULL: of a guest without known files. */
struct object_files *object_machine_files(struct symbolizer *s, const struct object *o);

/* symbol_missing.c */
struct short_id { char text[40]; };

/* Format the first bytes of the id, by a format with one %s; "" if there is none. */
struct short_id short_id(const uint8_t *id, uint8_t len, const char *format);
struct short_id object_id(const struct object *o);	/* " (build-id 1a2b3c4d..)" */
/* False: the same build, or one has no build-id; else *id is the file's. */
bool object_is_other_build(const struct object *o, const struct elf_file *elf,
			   struct short_id *id);
/* Set e->missing; only the first call has an effect. */
void missing_set(struct entry *e, const char *format, ...) __attribute__((format(printf, 2, 3)));
void missing_kernel(const struct symbolizer *s, struct entry *e);
void missing_module(const struct symbolizer *s, struct entry *e);
void missing_file(struct entry *e);
/* Describe an error with a file that the user named. */
const char *symbol_file_error(int err);
/* Write a sentence for the caller; err NULL or errlen 0: ignored. */
void symbol_say(char *err, size_t errlen, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
