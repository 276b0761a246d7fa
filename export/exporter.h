/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EXPORT_EXPORTER_H
#define EXPORT_EXPORTER_H

#include "export/export.h"

/* What the kinds are made of. */

struct exporter {
	bool binary;		/* nothing for a terminal */
	bool weighed;		/* .weight counts */
	bool exits;		/* it needs the events of KVM */
	/* As export_count(): fills what .write needs.  NULL: nothing. */
	int (*count)(struct export *x, char *err, size_t errlen);
	/* 0, or -errno of what it did beside writing: writes are checked once, at the end. */
	int (*write)(struct export *x, FILE *out);
	/* Release .own.  NULL: there is none. */
	void (*clear)(struct export *x);
};

#define KIND(id, name, what) extern const struct exporter exporter_##id;
#include "export/kinds.def"
#undef KIND

/* Put the sentence into err.  Returns code. */
__attribute__((format(printf, 4, 5)))
int export_fail(char *err, size_t errlen, int code, const char *fmt, ...);

/* "unknown" where text is "". */
const char *export_known(const char *text);

#endif
