/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_DEMANGLE_H
#define SYMBOLIZER_DEMANGLE_H

#include <stdbool.h>
#include <stddef.h>

/* The source name of a C++, Rust or D symbol.  False: it is not a mangled name, or does not fit. */
bool demangle(const char *name, char *out, size_t size);

#endif
