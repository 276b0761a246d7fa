/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_PERFDATA_SYMBOLS_H
#define COLLECTOR_PERFDATA_SYMBOLS_H

#include "collector/buffer.h"
#include "collector/input.h"
#include "collector/perfdata/write.h"

/*
 * The names that a recording carries itself: the functions of its kernel and modules,
 * and the vDSO's image.  They stand in records of ours, which perf passes over:
 *   OWN_SYMBOLS	pieces of a zstd stream of lines as /proc/kallsyms has them, each address
 *			(hex) less the one of the line before; the last line is "end"
 *   OWN_VDSO		pieces of the image
 */
#define SYMBOLS_END	"end\n"

struct symbols {
	struct buffer packed;	/* empty: the kernel shows no addresses */
	char *modules;		/* the text of /proc/modules then; NULL: none */
	bool tried;
};

/*
 * Read the kernel's names below root (as in sysfiles.h), or again if modules came or went.
 * 0 or -ENOMEM.
 */
int symbols_refresh(struct symbols *s, const char *root);
void symbols_free(struct symbols *s);

/* Write what was read, and the vDSO of this process.  0 or the writer's -errno. */
int symbols_put(const struct symbols *s, struct perfdata_writer *w);

/*
 * What a recording carries, as a nameless file in memory: lines of kallsyms, the image.
 * *fd is the caller's.  0; -ENOENT: it carries none; -EBADMSG: it is damaged; -errno.
 */
int symbols_read(const struct input *s, int *fd);
int symbols_read_vdso(const struct input *s, int *fd);

#endif
