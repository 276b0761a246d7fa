/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_SYMBOL_H
#define SYMBOLIZER_SYMBOL_H

#include "symbolizer/slide.h"
#include "symbolizer/spaces/space.h"

/*
 * Names of places.  Cold: asked once per unique place.  Not for two threads
 * at once.  This machine's own kernel and files name only what their build-ids
 * prove to be the recorded one's: a recording of another machine must not get
 * our names.
 */
struct symbolizer;
struct elf_file;

struct symbolizer_config {
	const char *const *symfs;	/* folders to look objects up in, in order */
	size_t nr_symfs;
	const char *kallsyms;		/* host's, NULL: none */
	const char *vmlinux;		/* host's, NULL: none */
	const char *machine;		/* root of this machine's files, "" for /; NULL: not to be
					 * read */
	bool local_files;		/* take those at recorded paths without proof, too */
	bool build_id_cache;		/* ~/.debug, as perf keeps it */
	bool debuginfod;		/* ask $DEBUGINFOD_URLS */
	bool demangle;
};

struct symbol {
	const char *name;	/* demangled; NULL: no symbol covers the place */
	const char *mangled;	/* as in the file; NULL like name */
	uint64_t start;		/* offset of its first byte, in place's terms */
	uint64_t size;		/* bytes; 0: unknown */
};

struct source_line {
	const char *file;	/* NULL: unknown */
	unsigned int line;	/* 0: unknown */
};

/* cfg is copied.  0 or -errno; *out is owned by the caller. */
int symbolizer_new(struct symbolizer **out, const struct symbolizer_config *cfg);
void symbolizer_free(struct symbolizer *s);	/* NULL is fine */

/*
 * Read the host kernel's files that cfg names.  0, or -errno with a sentence in err: one
 * of them cannot be used.
 */
int symbolizer_open_kernel(struct symbolizer *s, char *err, size_t errlen);

/* False: cfg.vmlinux is of another build than this kernel, with a sentence in err. */
bool symbolizer_is_kernel(struct symbolizer *s, const struct object *kernel, char *err,
			  size_t errlen);

/*
 * "FILE[@SLIDE]": guest symbols, an ELF or kallsyms text; SLIDE is how much higher its
 * addresses were in the guest.  any: of every VM, after those of their own; else of those that
 * it is given to.  May be given often.  The file's number, from 0, or -errno with a sentence
 * in err.
 */
int symbolizer_add_guest(struct symbolizer *s, const char *file, bool any, char *err,
			 size_t errlen);
/* The file of that number is of that VM.  0 or -ENOMEM. */
int symbolizer_give_guest(struct symbolizer *s, int file, int32_t vm);

/*
 * A folder to look a guest's own programs up in, as on that guest; any: as above.  Neither
 * the host's folders nor this machine's own files are looked into for them.  0 or -ENOMEM.
 */
int symbolizer_add_guest_symfs(struct symbolizer *s, const char *folder, bool any);
/* The folder, counted from 0 as they were added, is of that VM.  0 or -ENOMEM. */
int symbolizer_give_guest_symfs(struct symbolizer *s, int folder, int32_t vm);

/*
 * A copy of a guest's /proc/kallsyms, from its own recording, of the VM of that index:
 * all that fd has; path is what it is called.  0 or -errno.
 */
int symbolizer_add_guest_kallsyms(struct symbolizer *s, int32_t vm, int fd, const char *path);

/*
 * What the recording itself has: its kernel's kallsyms, by whose addresses it was recorded,
 * and the vDSO's image, all that fd has; path is what it is called.  0 or -errno.
 */
int symbolizer_add_kallsyms(struct symbolizer *s, int fd, const char *path);
int symbolizer_add_vdso(struct symbolizer *s, int fd, const char *path);

/*
 * The recording's archive (symbolizer/files/archive.h), for the host's files.  0; -ENOENT;
 * -EINVAL: it is none, or cut; other -errno.
 */
int symbolizer_add_archive(struct symbolizer *s, const char *path);

/* A file of guest symbols, as it is used for one VM. */
struct guest_symbols {
	const char *path;
	const struct elf_file *elf;	/* NULL: a copy of kallsyms */
	bool recorded;			/* the guest's own recording had it */
	struct slide slide;
};

/* The *i-th file for that VM, in the order in which they are asked.  False: there is none. */
bool symbolizer_guest_symbols(const struct symbolizer *s, int32_t vm, size_t *i,
			      struct guest_symbols *out);

/*
 * How far the VM's kernel lay from where this file of its has it, as a copy of the guest's
 * kallsyms among its files says.  False: there is none, or one of them lacks _text.
 */
bool symbolizer_kallsyms_slide(struct symbolizer *s, int32_t vm, const struct elf_file *elf,
			       struct slide *out);

/* Set it, before the first name is asked for; SLIDE_REFUTED: do not use the file.  0 or -ENOMEM. */
int symbolizer_set_slide(struct symbolizer *s, int32_t vm, const struct elf_file *elf,
			 const struct slide *slide);

/* There is a VM of that number, and what it is called.  0 or -ENOMEM. */
int symbolizer_set_vm(struct symbolizer *s, int32_t vm, const char *name);

/*
 * Name a place.  Strings live as long as the symbolizer.  0; -ENOENT: nothing
 * covers it, *out is all zero.  The object must outlive the symbolizer.
 */
int symbolizer_name(struct symbolizer *s, const struct place *p, struct symbol *out);
/* False: no place of the object has a name. */
bool symbolizer_has_symbols(struct symbolizer *s, const struct object *o);

/*
 * The file and line of a place; quick enough for every instruction of a function.
 * False: unknown.
 */
bool symbolizer_line(struct symbolizer *s, const struct place *p, struct source_line *out);

/*
 * Open the text of a source file, as DWARF names it: below the symfs folders, or on this
 * machine if the object's file is its own.  A descriptor, the caller's; -1: it is not there.
 */
int symbolizer_open_source(const struct symbolizer *s, const struct object *o, const char *file);

/* Where the bytes of a place's code are. */
struct code_place {
	const struct elf_file *elf;	/* NULL: in no file that is known */
	uint64_t addr;		/* there, as elf_file_code() takes it */
	const char *path;	/* of the file */
	const char *why;	/* elf NULL: a sentence with the cure */
};

/* What is filled lives as long as the symbolizer. */
void symbolizer_code(struct symbolizer *s, const struct place *p, struct code_place *out);

/*
 * Which function the call at that place calls: *callee is its first byte, in the same object,
 * *sym what symbolizer_name() says of it.  False: its code is not known, or is no direct call
 * (BL) of a place with a symbol.
 */
bool symbolizer_callee(struct symbolizer *s, const struct place *call, struct place *callee,
		       struct symbol *sym);

/*
 * Why an object has no names, one sentence with the cure; NULL if it has
 * them or was never asked.  Holds recorded text, not yet escaped.  Strings
 * live as long as the symbolizer.
 */
const char *symbolizer_missing(const struct symbolizer *s, const struct object *o);

/* The file its names came from; NULL: none. */
const char *symbolizer_file(const struct symbolizer *s, const struct object *o);

/* Was it asked for a name? */
bool symbolizer_asked(const struct symbolizer *s, const struct object *o);

/* The files of an object that was asked for: they are searched for, if need be. */
struct found_files {
	const struct elf_file *elf, *debug;	/* NULL: not found */
};
void symbolizer_files(struct symbolizer *s, const struct object *o,
		      struct found_files *out);

#endif
