/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_PERFDATA_SYMBOLS_H
#define COLLECTOR_PERFDATA_SYMBOLS_H

#include "base/buffer.h"
#include "collector/input.h"
#include "collector/perfdata/write.h"

/*
 * The symbols that a recording carries: functions of its kernel and modules, and the image of the
 * vDSO.  They are records of spelunk's own, which perf ignores:
 *   OWN_SYMBOLS		pieces of a zstd stream of lines as in /proc/kallsyms, but with
 *			each address (hex) as difference to the line before; the last
 *			line is "end"
 *   OWN_VDSO		pieces of the image
 */
#define SYMBOLS_END	"end\n"

struct symbols {
	struct buffer packed;	/* empty: the kernel hides addresses */
	char *modules;		/* /proc/modules at that time; NULL: none */
	bool tried;
};

/*
 * Read the kernel's symbols below root (as in sysfiles.h), or again if modules were loaded or
 * unloaded.  0 or -ENOMEM.
 */
int symbols_refresh(struct symbols *s, const char *root);
void symbols_free(struct symbols *s);

/* Write the symbols, and the vDSO of this process.  0 or the writer's -errno. */
int symbols_put(const struct symbols *s, struct perfdata_writer *w);

/*
 * Unpack what a recording carries into an anonymous file in memory: lines of kallsyms; the image.
 * *fd is owned by the caller.  0; -ENOENT: it carries none; -EBADMSG: damaged; other -errno.
 */
int symbols_read(const struct input *s, int *fd);
int symbols_read_vdso(const struct input *s, int *fd);

/*
 * Likewise the next file of functions that a process made at run time; *at is 0 before the first
 * and advanced behind it, *pid its process.  -ENOENT: no more; -EBADMSG: it is damaged, and others
 * may follow.
 */
int symbols_read_jit(const struct input *s, size_t *at, int32_t *pid, int *fd);

#endif
