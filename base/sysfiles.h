/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_SYSFILES_H
#define BASE_SYSFILES_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Files that tell about a machine: /proc, /sys, /boot.  root is the folder they
 * lie under, "" for the machine we run on; it stands before every path, and a
 * path is what printf() makes of fmt.  A path too long is -ENAMETOOLONG.
 */

#define SYSFILES_NUMBER_ANY		0	/* decimal, or hex after 0x; unsigned, as hex is */
#define SYSFILES_NUMBER_DECIMAL	10
#define SYSFILES_NUMBER_HEX		16	/* 0x before it or not */

/*
 * A file's text, cut at size - 1 bytes, without blanks, newlines and NULs at its end.
 * Returns its length, or -errno (and text is "").
 */
ssize_t sysfiles_text(const char *root, char *text, size_t size, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* A symbolic link's text; the same. */
ssize_t sysfiles_link(const char *root, char *text, size_t size, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* The number a file consists of.  0, -errno, or -EINVAL: it is something else. */
int sysfiles_number(const char *root, int64_t *value, int base, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/*
 * All of a file, or its first max bytes, with a NUL behind; *data is owned by the
 * caller, NULL after an error.  Returns the length, or -errno.
 */
ssize_t sysfiles_whole(const char *root, char **data, size_t max, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* 0: something has that path; -errno. */
int sysfiles_there(const char *root, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Names in a folder, in the order of strverscmp(), without those that begin with a dot. */
struct sysfiles_names {
	char **name;
	size_t nr;
};

/* At most max names.  0 or -errno; sysfiles_names_free() in either case. */
int sysfiles_names(const char *root, struct sysfiles_names *out, size_t max, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
void sysfiles_names_free(struct sysfiles_names *n);

#endif
