/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_SYSFILES_H
#define BASE_SYSFILES_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Files that describe a machine: /proc, /sys, /boot.  fmt and what follows give the path, as
 * in printf().  root precedes the path: "" for this machine, or the folder that holds a copy
 * of another's files.  A path that is too long is -ENAMETOOLONG.
 */

#define SYSFILES_NUMBER_ANY		0	/* decimal, or hex with 0x; hex is unsigned */
#define SYSFILES_NUMBER_DECIMAL	10
#define SYSFILES_NUMBER_HEX		16	/* with or without 0x */

/*
 * A file's first size - 1 bytes, without trailing blanks, newlines and NULs.  Returns the
 * length, or -errno (text is then "").
 */
ssize_t sysfiles_text(const char *root, char *text, size_t size, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* Likewise, the target of a symbolic link. */
ssize_t sysfiles_link(const char *root, char *text, size_t size, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* The number in a file.  Returns 0, -errno, or -EINVAL: the file is not one number. */
int sysfiles_number(const char *root, int64_t *value, int base, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/*
 * A whole file, or its first max bytes, followed by a NUL.  *data is owned by the caller, NULL
 * after an error.  Returns the length, or -errno.
 */
ssize_t sysfiles_whole(const char *root, char **data, size_t max, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* 0: the path exists; -errno. */
int sysfiles_there(const char *root, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Names in a folder, in the order of strverscmp(), without those that begin with a dot. */
struct sysfiles_names {
	char **name;
	size_t nr;
};

/* Reads at most max names.  Returns 0 or -errno; call sysfiles_names_free() in either case. */
int sysfiles_names(const char *root, struct sysfiles_names *out, size_t max, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
void sysfiles_names_free(struct sysfiles_names *n);

#endif
