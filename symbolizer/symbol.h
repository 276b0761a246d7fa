/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_SYMBOL_H
#define SYMBOLIZER_SYMBOL_H

#include "symbolizer/slide.h"
#include "symbolizer/spaces/space.h"

/*
 * Names places.  Slow: call once per unique place, from one thread at a time.  This machine's own
 * kernel and files are used only if their build-ids are the recorded ones, so that a recording of
 * another machine never gets our names.
 */
struct symbolizer;
struct elf_file;

struct symbolizer_config {
	const char *const *symfs;	/* folders to search for objects, in order */
	size_t nr_symfs;
	const char *kallsyms;		/* host's, NULL: none */
	const char *vmlinux;		/* host's, NULL: none */
	const char *machine;		/* root of this machine's files, "" for /; NULL: do not
					 * read them */
	bool local_files;		/* also use files at recorded paths without proof */
	bool build_id_cache;		/* perf's ~/.debug */
	bool debuginfod;		/* ask $DEBUGINFOD_URLS */
	bool demangle;
};

struct symbol {
	const char *name;	/* demangled; NULL: no symbol covers the place */
	const char *mangled;	/* as in the file; NULL like name */
	uint64_t start;		/* offset of its first byte, as in place */
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
 * Read the host kernel's files in cfg.  0, or -errno with a sentence in err: one of them cannot be
 * used.
 */
int symbolizer_open_kernel(struct symbolizer *s, char *err, size_t errlen);

/* False: cfg.vmlinux is from another build than this kernel, with a sentence in err. */
bool symbolizer_is_kernel(struct symbolizer *s, const struct object *kernel, char *err,
			  size_t errlen);

/*
 * Add guest symbols, "FILE[@SLIDE]": an ELF file or a copy of kallsyms; SLIDE is added to its
 * addresses to get the guest's.  any: use it for every VM, after the VM's own files; else only for
 * those that it is given to.  Returns the file's number, from 0, or -errno with a sentence in err.
 */
int symbolizer_add_guest(struct symbolizer *s, const char *file, bool any, char *err,
			 size_t errlen);
/* Use the file of that number for that VM.  0 or -ENOMEM. */
int symbolizer_give_guest(struct symbolizer *s, int file, int32_t vm);

/*
 * Add a folder to search for a guest's own programs, at their paths in that guest; any: as above.
 * Neither the host's folders nor this machine's files are used for them.  0 or -ENOMEM.
 */
int symbolizer_add_guest_symfs(struct symbolizer *s, const char *folder, bool any);
/*
 * Use the folder of that number, from 0 in the order they were added, for that VM.  0 or -ENOMEM.
 */
int symbolizer_give_guest_symfs(struct symbolizer *s, int folder, int32_t vm);

/*
 * Add a copy of the guest's /proc/kallsyms from its own recording, for the VM of that index.  Reads
 * all of fd; path is its name for messages.  0 or -errno.
 */
int symbolizer_add_guest_kallsyms(struct symbolizer *s, int32_t vm, int fd, const char *path);

/*
 * Add what the recording itself carries: the kallsyms of its kernel, with the recorded addresses,
 * and the vDSO's image.  Reads all of fd; path is its name for messages.  0 or -errno.
 */
int symbolizer_add_kallsyms(struct symbolizer *s, int fd, const char *path);
int symbolizer_add_vdso(struct symbolizer *s, int fd, const char *path);

/*
 * Add the functions that a process made at run time (symbolizer/files/jit_map.h); pid: as for
 * spaces_jit(), which must be called, too.  The file is read on first use: from fd, which is
 * duplicated, or with -1 from path, which is else only its name for messages.  The first file of a
 * process counts.  0 or -ENOMEM.
 */
int symbolizer_add_jit(struct symbolizer *s, int32_t pid, int fd, const char *path);

/*
 * Add the recording's archive (symbolizer/files/archive.h), for the host's files.  0; -ENOENT;
 * -EINVAL: not an archive, or truncated; other -errno.
 */
int symbolizer_add_archive(struct symbolizer *s, const char *path);

/* A file of guest symbols, as used for one VM. */
struct guest_symbols {
	const char *path;
	const struct elf_file *elf;	/* NULL: a copy of kallsyms */
	bool recorded;			/* from the guest's own recording */
	struct slide slide;
};

/* The *i-th file for that VM, in order of use.  False: no more. */
bool symbolizer_guest_symbols(const struct symbolizer *s, int32_t vm, size_t *i,
			      struct guest_symbols *out);

/*
 * The slide of the VM's kernel from this file, by a copy of the guest's kallsyms among its files.
 * False: there is none, or one of the two lacks _text.
 */
bool symbolizer_kallsyms_slide(struct symbolizer *s, int32_t vm, const struct elf_file *elf,
			       struct slide *out);

/* Set it, before the first name is requested; SLIDE_REFUTED: do not use the file.  0 or -ENOMEM. */
int symbolizer_set_slide(struct symbolizer *s, int32_t vm, const struct elf_file *elf,
			 const struct slide *slide);

/* Add the VM of that number, with its name.  0 or -ENOMEM. */
int symbolizer_set_vm(struct symbolizer *s, int32_t vm, const char *name);

/*
 * Name a place.  Strings live as long as the symbolizer.  0; -ENOENT: no symbol covers it, *out is
 * all zero.  The object must outlive the symbolizer.
 */
int symbolizer_name(struct symbolizer *s, const struct place *p, struct symbol *out);
/* False: no place in the object has a name. */
bool symbolizer_has_symbols(struct symbolizer *s, const struct object *o);

/*
 * The file and line of a place; fast enough for every instruction of a function.  False: unknown.
 */
bool symbolizer_line(struct symbolizer *s, const struct place *p, struct source_line *out);

/*
 * Open a source file by its name in DWARF: below the symfs folders, or on this machine if the
 * object's file is its own.  Returns a descriptor owned by the caller; -1: not found.
 */
int symbolizer_open_source(const struct symbolizer *s, const struct object *o, const char *file);

/* The location of a place's code. */
struct code_place {
	const struct elf_file *elf;	/* NULL: in no known file */
	uint64_t addr;		/* the address, as for elf_file_code() */
	const char *path;	/* of the file */
	const char *why;	/* if elf is NULL: the reason and the remedy, a sentence */
};

/* The results live as long as the symbolizer. */
void symbolizer_code(struct symbolizer *s, const struct place *p, struct code_place *out);

/*
 * The function called by the direct call (BL) at that place: *callee is its first byte, in the same
 * object, *sym its name as from symbolizer_name().  False: the code is unknown, is not a BL, or
 * calls a place without a symbol.
 */
bool symbolizer_callee(struct symbolizer *s, const struct place *call, struct place *callee,
		       struct symbol *sym);

/*
 * Why an object has no names, and the remedy, in one sentence; NULL if it has names or none were
 * requested.  Contains recorded text that is not escaped.  Strings live as long as the symbolizer.
 */
const char *symbolizer_missing(const struct symbolizer *s, const struct object *o);

/* The file that its names come from; NULL: none. */
const char *symbolizer_file(const struct symbolizer *s, const struct object *o);

/* Was any of its names requested? */
bool symbolizer_asked(const struct symbolizer *s, const struct object *o);

/* The files of an object of which a name was requested; searches for them if necessary. */
struct found_files {
	const struct elf_file *elf, *debug;	/* NULL: not found */
};
void symbolizer_files(struct symbolizer *s, const struct object *o,
		      struct found_files *out);

#endif
