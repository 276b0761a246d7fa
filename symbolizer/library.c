// SPDX-License-Identifier: GPL-2.0-only
#include "symbolizer/library.h"

#include <dlfcn.h>

const char library_program[] = "loads the libraries of this machine";

const char library_no_llvm[] = "install libLLVM (14 or later), which knows more";

const char library_no_debuginfod[] =
	"libdebuginfod is not installed: install the package libdebuginfod1 (Debian, Ubuntu) or "
	"elfutils-debuginfod-client (Amazon Linux, Fedora, RHEL)";

const char library_no_json[] =
	"json-c is not installed: install the package libjson-c5 (Debian, Ubuntu) or json-c (Amazon "
	"Linux, Fedora, RHEL)";

void *library_open(const char *file)
{
	return dlopen(file, RTLD_LAZY | RTLD_LOCAL | RTLD_NODELETE);
}

void *library_symbol(void *library, const char *name)
{
	return dlsym(library, name);
}
