/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_OBJECT_FILES_H
#define SYMBOLIZER_OBJECT_FILES_H

#include "symbolizer/elf.h"
#include "symbolizer/kallsyms.h"
#include "symbolizer/symbol.h"

/* Where symbol files may lie, and finding the right one there. */
struct files;

int files_new(struct files **out, const struct symbolizer_config *cfg);	/* 0 or -ENOMEM */
void files_free(struct files *f);	/* NULL is fine */

/* As symbolizer_add_archive(). */
int files_add_archive(struct files *f, const char *path);

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
void files_find(struct files *f, const struct object *o, struct found *out);

/*
 * The file that has the symbols and lines taken out of main (NULL: which was
 * not found); its build-id is known to be the object's.
 */
void files_find_debug(struct files *f, const struct object *o, const struct elf_file *main,
		      struct found *out);

/* The host kernel's symbols, beside those the user named. */
void files_find_kernel(struct files *f, const struct object *o, struct found *out);

/* Does the object's kernel run on this machine, by build-id?  1, or 0: another; -1: not known. */
int files_kernel_runs(const struct files *f, const struct object *o);
/* Is that module ("arm_spe_pmu") loaded on this machine, by build-id? */
bool files_module_runs(const struct files *f, const struct object *o, const char *name);
/*
 * The symbols of the kernel that runs on this machine: /proc/kallsyms, else its System.map.
 * 0; -EACCES: they are hidden from this user; -ENOENT: there are none.
 */
int files_open_running(const struct files *f, struct found *out);

/*
 * One file the user named: ELF or kallsyms, told by its content.  0, or -errno
 * of elf_file_open() or kallsyms_open().
 */
int files_open(const char *path, struct found *out);

/* As symbolizer_open_source(); here: this machine's sources will do. */
int files_open_source(const struct files *f, const char *file, bool here);

#endif
