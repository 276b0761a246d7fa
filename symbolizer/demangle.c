// SPDX-License-Identifier: GPL-2.0-only
/* The only user of libiberty. */
#include "symbolizer/demangle.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#if __has_include(<libiberty/demangle.h>)
#include <libiberty/demangle.h>
#else
/* Fedora, RHEL and Amazon Linux have the library without this header, gcc's include/demangle.h. */
#define DMGL_NO_OPTS	0
typedef void (*demangle_callbackref)(const char *, size_t, void *);
int cplus_demangle_v3_callback(const char *name, int options, demangle_callbackref callback, void *arg);
int rust_demangle_callback(const char *name, int options, demangle_callbackref callback, void *arg);
char *dlang_demangle(const char *name, int options);
#endif

#define INPUT_MAX	1024

/*
 * A kilobyte of back references can expand to more text than fits in memory, because each may
 * double the text.  When out is full, the callback leaves with longjmp().  Nothing that libiberty
 * does between call and callback needs cleanup, except for a small buffer in one Rust case
 * (Punycode identifiers).
 */
struct sink {
	char *out;
	size_t used, size;
	jmp_buf full;
};

static void sink_put(const char *text, size_t len, void *arg)
{
	struct sink *s = arg;

	if (len >= s->size - s->used)
		longjmp(s->full, 1);
	memcpy(s->out + s->used, text, len);
	s->used += len;
}

static bool by_callback(int (*demangler)(const char *, int, demangle_callbackref, void *),
			const char *name, char *out, size_t size)
{
	struct sink s = { .out = out, .size = size };

	if (setjmp(s.full))
		return false;
	if (!demangler(name, DMGL_NO_OPTS, sink_put, &s) || !s.used)
		return false;
	s.out[s.used] = '\0';
	return true;
}

/*
 * D's demangler has no callback and grows its text until memory ends.  Back references, 'Q', double
 * the text, so only a few are allowed.
 */
static bool is_modest_d(const char *name)
{
	int references = 0;

	if (name[0] != '_' || name[1] != 'D' || name[2] < '0' || name[2] > '9' ||
	    strlen(name) > INPUT_MAX / 4)
		return false;
	for (; *name; name++)
		references += *name == 'Q';
	return references <= 8;
}

static bool from_d(const char *name, char *out, size_t size)
{
	char *text = dlang_demangle(name, DMGL_NO_OPTS);
	bool fits = text && strlen(text) < size;

	if (fits)
		strcpy(out, text);
	free(text);
	return fits;
}

bool demangle(const char *name, char *out, size_t size)
{
	if (!size || name[0] != '_' || strnlen(name, INPUT_MAX + 1) > INPUT_MAX)
		return false;
	if (is_modest_d(name))
		return from_d(name, out, size);
	if (name[1] != 'Z' && name[1] != 'R')
		return false;
	/* Try Rust first: its old names are C++ names with a hash at the end. */
	return by_callback(rust_demangle_callback, name, out, size) ||
	       by_callback(cplus_demangle_v3_callback, name, out, size);
}
