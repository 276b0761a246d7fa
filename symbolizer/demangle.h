/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_DEMANGLE_H
#define SYMBOLIZER_DEMANGLE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The name a person wrote in C++, Rust or D, as a string in out.  False: name
 * is no such name, or its text would not fit.
 */
bool demangle(const char *name, char *out, size_t size);

#endif
