/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_FILES_OBJECT_FILES_H
#define SYMBOLIZER_FILES_OBJECT_FILES_H

#include "symbolizer/files/elf.h"
#include "symbolizer/files/kallsyms.h"
#include "symbolizer/symbol.h"

/* Finds the right symbol file for an object. */
struct object_files;

int object_files_new(struct object_files **out,
		     const struct symbolizer_config *cfg); /* 0 or -ENOMEM */
void object_files_free(struct object_files *f);            /* NULL is fine */

/* As symbolizer_add_archive(). */
int object_files_add_archive(struct object_files *f, const char *path);

/* Result of a search.  The caller owns the file. */
struct found {
	struct elf_file *elf;
	struct kallsyms *kallsyms;
	char *path;		/* NULL: nothing found */
	char *refused;		/* a file that exists but is from another build */
	uint8_t refused_id[20], refused_id_len;
	bool refused_here;	/* it is this machine's own file */
	bool unproven_here;	/* this machine has such a file, but no build-id proves that it
				 * is the recorded one */
	bool here;		/* the found file is this machine's own */
};

void found_clear(struct found *found);

/* Find the object's own file, or its stripped version. */
void object_files_find(struct object_files *f, const struct object *o, struct found *out);

/*
 * Find the file with the symbols and lines that were stripped from main (NULL: main was not found);
 * its build-id is the object's.
 */
void object_files_find_debug(struct object_files *f, const struct object *o,
			     const struct elf_file *main, struct found *out);

/* Find the host kernel's symbols, other than files that the user named. */
void object_files_find_kernel(struct object_files *f, const struct object *o,
			      struct found *out);

/*
 * Is the object's kernel the one running on this machine, by build-id?  1: yes; 0: no; -1: unknown.
 */
int object_files_kernel_runs(const struct object_files *f, const struct object *o);
/* Is that module ("arm_spe_pmu") loaded on this machine, by build-id? */
bool object_files_module_runs(const struct object_files *f, const struct object *o,
			      const char *name);
/*
 * The symbols of this machine's running kernel: /proc/kallsyms, else its System.map.  0; -EACCES:
 * hidden from this user; -ENOENT: none.
 */
int object_files_open_running(const struct object_files *f, struct found *out);

/*
 * Open a file that the user named: ELF or kallsyms, recognized by its content.  0, or -errno of
 * elf_file_open() or kallsyms_open().
 */
int object_files_open(const char *path, struct found *out);

/* As symbolizer_open_source(); here: this machine's sources may be used. */
int object_files_open_source(const struct object_files *f, const char *file, bool here);

#endif
