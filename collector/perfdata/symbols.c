// SPDX-License-Identifier: GPL-2.0-only
#include "collector/perfdata/symbols.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/elf_image.h"
#include "base/sysfiles.h"
#include "base/zstd.h"

#define LEVEL		3
#define LINE_ROOM	4096
#define MODULES_MAX	(1u << 20)

/*
 * Writing
 */

/* The part of "ffff800008010000 T name [module]" after the address; NULL: not a code symbol. */
static const char *take_function(const char *line, uint64_t *addr)
{
	char *end;

	*addr = strtoull(line, &end, 16);
	if (end == line || *end != ' ' || !end[1] || !strchr("tTwW", end[1]) || end[2] != ' ')
		return NULL;
	return end;
}

/* If the kernel hides addresses, all of them are 0: there are no symbols. */
static void read_functions(struct buffer *text, FILE *in)
{
	char line[LINE_ROOM], head[24];
	uint64_t addr, before = 0, any = 0;

	while (fgets(line, sizeof(line), in)) {
		const char *rest = take_function(line, &addr);

		if (!rest || !strchr(rest, '\n'))
			continue;
		snprintf(head, sizeof(head), "%" PRIx64, addr - before);
		buffer_add(text, head, strlen(head));
		buffer_add(text, rest, strlen(rest));
		before = addr;
		any |= addr;
	}
	if (any)
		buffer_add(text, SYMBOLS_END, strlen(SYMBOLS_END));
	else
		text->len = 0;
}

static int pack(struct buffer *packed, const struct buffer *text)
{
	struct zstd_packer *z = zstd_packer_new(LEVEL);
	uint8_t *room = z ? buffer_take(packed, zstd_bound(text->len)) : NULL;
	long n = room ? zstd_pack(z, text->p, text->len, room, packed->len) : -ENOMEM;

	packed->len = n > 0 ? (size_t)n : 0;
	zstd_packer_free(z);
	return n < 0 ? (int)n : 0;
}

static int read_kernel(struct symbols *s, const char *root)
{
	struct buffer text = { 0 };
	char path[LINE_ROOM];
	int ret = 0;
	FILE *in;

	s->packed.len = 0;
	snprintf(path, sizeof(path), "%s/proc/kallsyms", root);
	in = fopen(path, "re");
	if (!in)
		return 0;
	read_functions(&text, in);
	fclose(in);
	if (text.bad)
		ret = -ENOMEM;
	else if (text.len)
		ret = pack(&s->packed, &text);
	buffer_free(&text);
	return ret;
}

int symbols_refresh(struct symbols *s, const char *root)
{
	char *now;

	sysfiles_whole(root, &now, MODULES_MAX, "/proc/modules");
	if (s->tried && (now && s->modules ? !strcmp(now, s->modules) : now == s->modules)) {
		free(now);
		return 0;
	}
	free(s->modules);
	s->modules = now;
	s->tried = true;
	return read_kernel(s, root);
}

void symbols_free(struct symbols *s)
{
	buffer_free(&s->packed);
	free(s->modules);
	*s = (struct symbols){ 0 };
}

static int put_pieces(struct perfdata_writer *w, enum perfdata_own kind, const void *p, size_t len)
{
	const uint8_t *at = p;
	int ret = 0;

	for (size_t n; len && !ret; at += n, len -= n) {
		n = len < PERFDATA_OWN_MAX ? len : PERFDATA_OWN_MAX;
		ret = perfdata_writer_own(w, kind, at, n);
	}
	return ret;
}

int symbols_put(const struct symbols *s, struct perfdata_writer *w)
{
	size_t len;
	const void *vdso = vdso_image(&len);

	return put_pieces(w, OWN_SYMBOLS, s->packed.p, s->packed.len) ?:
	       vdso ? put_pieces(w, OWN_VDSO, vdso, len) : 0;
}
