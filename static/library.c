// SPDX-License-Identifier: GPL-2.0-only
/*
 * The libraries of the statically linked program.  It never loads shared objects: a static program
 * may only load those built for its own version of the C library (glibc, "Using 'dlopen' in
 * statically linked applications"), and this one runs on systems with any version.  json-c is linked
 * in, and libcapstone, with A64 only; libdebuginfod, which needs HTTP and TLS, is replaced by the system's
 * debuginfod-find.
 */
#include "static/library.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "symbolizer/library.h"

/* The linker option --wrap=dlopen replaces the C library's dlopen() with this. */
void *__wrap_dlopen(const char *file, int mode);

const char library_program[] =
	"static: capstone is inside, LLVM and other libraries of this machine are not loaded";

const char library_no_llvm[] =
	"this static program cannot load LLVM, which knows more: run spelunk from a package, or "
	"built from source";

const char library_no_json[] = "out of memory";	/* it is linked in */

const char library_no_debuginfod[] =
	"debuginfod-find is not installed: install the package debuginfod (Debian, Ubuntu) or "
	"elfutils-debuginfod-client (Amazon Linux, Fedora, RHEL)";

/* The major version, times 256 [capstone include/capstone/capstone.h]. */
unsigned int cs_version(int *major, int *minor);

/* Only their addresses are used: symbolizer/disasm_capstone.c knows their types. */
extern char cs_open[], cs_close[], cs_malloc[], cs_free[], cs_disasm_iter[];

static const struct library_function capstone_functions[] = {
	{ "cs_open", cs_open }, { "cs_close", cs_close }, { "cs_malloc", cs_malloc },
	{ "cs_free", cs_free }, { "cs_disasm_iter", cs_disasm_iter }, { NULL, NULL },
};

/* Likewise for cmd/mcp/json.c. */
#define FUNCTION(name) extern char name[];
#include "base/json.def"
#undef FUNCTION

static const struct library_function json_functions[] = {
#define FUNCTION(name) { #name, name },
#include "base/json.def"
#undef FUNCTION
	{ NULL, NULL },
};

/* Only the version that is linked in is there. */
static bool is_capstone(const char *file)
{
	char name[32];

	snprintf(name, sizeof(name), "libcapstone.so.%u", cs_version(NULL, NULL) >> 8);
	return !strcmp(file, name);
}

void *library_open(const char *file)
{
	if (is_capstone(file))
		return (void *)capstone_functions;
	if (!strncmp(file, "libjson-c.", strlen("libjson-c.")))
		return (void *)json_functions;
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

/* Libraries that are linked in must not load anything either, such as libtraceevent its plugins. */
void *__wrap_dlopen(const char *file, int mode)
{
	(void)file;
	(void)mode;
	return NULL;
}
