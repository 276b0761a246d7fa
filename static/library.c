// SPDX-License-Identifier: GPL-2.0-only
/*
 * The libraries of the program that is linked statically.  Shared objects are never loaded: a
 * static program may load only those that were built for its own version of the C library
 * (glibc, "Using 'dlopen' in statically linked applications"), and this one runs beside any.
 * libcapstone is linked in, with A64 alone; libdebuginfod, which needs HTTP and TLS, is the
 * system's debuginfod-find.
 */
#include "static/library.h"

#include <stddef.h>
#include <string.h>

#include "symbolizer/library.h"

/* The linker's --wrap=dlopen puts it before that of the C library. */
void *__wrap_dlopen(const char *file, int mode);

const char library_program[] =
	"static: capstone is inside, LLVM and other libraries of this machine are not loaded";

const char library_no_debuginfod[] =
	"debuginfod-find is not installed: install the package debuginfod (Debian, Ubuntu) or "
	"elfutils-debuginfod-client (Amazon Linux, Fedora, RHEL)";

/* Only their addresses are taken: symbolizer/disasm_capstone.c knows their types. */
extern char cs_open[], cs_close[], cs_malloc[], cs_free[], cs_disasm_iter[];

static const struct library_function capstone_functions[] = {
	{ "cs_open", cs_open }, { "cs_close", cs_close }, { "cs_malloc", cs_malloc },
	{ "cs_free", cs_free }, { "cs_disasm_iter", cs_disasm_iter }, { NULL, NULL },
};

void *library_open(const char *file)
{
	if (!strncmp(file, "libcapstone.", strlen("libcapstone.")))
		return (void *)capstone_functions;
	if (!strncmp(file, "libdebuginfod.", strlen("libdebuginfod.")) && debuginfod_runs())
		return (void *)debuginfod_functions;
	return NULL;
}

void *library_symbol(void *library, const char *name)
{
	const struct library_function *f = library;

	while (f->name && strcmp(f->name, name))
		f++;
	return f->address;
}

/* Nor do libraries that are linked in load anything, such as libtraceevent its plugins. */
void *__wrap_dlopen(const char *file, int mode)
{
	(void)file;
	(void)mode;
	return NULL;
}
