/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EXPORT_EXPORTER_H
#define EXPORT_EXPORTER_H

#include "export/export.h"

/* The implementation of a kind. */

struct binary;

struct exporter {
	bool binary;		/* do not write it to a terminal */
	bool weighed;		/* it uses export.weight */
	bool tabular;		/* it uses export.table and .by; without them, all fields of samples */
	bool exits;		/* it needs the events of KVM */
	bool cgroups;		/* it needs the cgroups of tasks */
	/* As export_count(): prepares what .write needs.  NULL: nothing to prepare. */
	int (*count)(struct export *x, char *err, size_t errlen);
	/* 0 or -errno, but not for failed writes, which are checked once at the end. */
	int (*write)(struct export *x, FILE *out);
	/* Likewise, instead of .write, for kinds that are about one binary (export/binaries.h). */
	int (*write_binary)(const struct binary *b, FILE *out);
	/* Release .own.  NULL: there is none. */
	void (*clear)(struct export *x);
};

#define KIND(id, name, what) extern const struct exporter exporter_##id;
#include "export/kinds.def"
#undef KIND

const struct exporter *exporter_of(enum export_kind k);

/* Put the sentence into err.  Returns code. */
__attribute__((format(printf, 4, 5)))
int export_fail(char *err, size_t errlen, int code, const char *fmt, ...);

/* Returns text, or "unknown" if it is "". */
const char *export_known(const char *text);

#endif
