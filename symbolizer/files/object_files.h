/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_FILES_OBJECT_FILES_H
#define SYMBOLIZER_FILES_OBJECT_FILES_H

#include "symbolizer/files/elf.h"
#include "symbolizer/files/kallsyms.h"
#include "symbolizer/symbol.h"

/* Where symbol files may lie, and finding the right one there. */
struct object_files;

int object_files_new(struct object_files **out,
		     const struct symbolizer_config *cfg); /* 0 or -ENOMEM */
void object_files_free(struct object_files *f);            /* NULL is fine */

/* As symbolizer_add_archive(). */
int object_files_add_archive(struct object_files *f, const char *path);

/* What a search came to.  The finder of the file owns it. */
struct found {
	struct elf_file *elf;
	struct kallsyms *kallsyms;
	char *path;		/* NULL: nothing was found */
	char *refused;		/* a file that was there, but is another build's */
	uint8_t refused_id[20], refused_id_len;
	bool refused_here;	/* it is this machine's own */
	bool unproven_here;	/* this machine has such a file, and no build-id proves it */
	bool here;		/* what was found is this machine's own */
};

void found_clear(struct found *found);

/* An object's own file, or what is left of it. */
void object_files_find(struct object_files *f, const struct object *o, struct found *out);

/*
 * The file that has the symbols and lines taken out of main (NULL: which was
 * not found); its build-id is known to be the object's.
 */
void object_files_find_debug(struct object_files *f, const struct object *o,
			     const struct elf_file *main, struct found *out);

/* The host kernel's symbols, beside those the user named. */
void object_files_find_kernel(struct object_files *f, const struct object *o,
			      struct found *out);

/* Does the object's kernel run on this machine, by build-id?  1, or 0: another; -1: not known. */
int object_files_kernel_runs(const struct object_files *f, const struct object *o);
/* Is that module ("arm_spe_pmu") loaded on this machine, by build-id? */
bool object_files_module_runs(const struct object_files *f, const struct object *o,
			      const char *name);
/*
 * The symbols of the kernel that runs on this machine: /proc/kallsyms, else its System.map.
 * 0; -EACCES: they are hidden from this user; -ENOENT: there are none.
 */
int object_files_open_running(const struct object_files *f, struct found *out);

/*
 * One file the user named: ELF or kallsyms, told by its content.  0, or -errno
 * of elf_file_open() or kallsyms_open().
 */
int object_files_open(const char *path, struct found *out);

/* As symbolizer_open_source(); here: this machine's sources will do. */
int object_files_open_source(const struct object_files *f, const char *file, bool here);

#endif
