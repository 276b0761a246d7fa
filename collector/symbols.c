// SPDX-License-Identifier: GPL-2.0-only
#include "collector/symbols.h"

#include <elf.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

#include "collector/tree.h"
#include "collector/zstd.h"

#define LEVEL		3
#define LINE_ROOM	4096
#define MODULES_MAX	(1u << 20)
#define TEXT_MAX	(64u << 20)	/* what a kernel's names may unpack to */
#define VDSO_MAX	(1u << 20)
#define END		"end\n"

/*
 * Writing
 */

/* "ffff800008010000 T name [module]", of the kinds that are code; the rest of the line. */
static const char *take_function(const char *line, uint64_t *addr)
{
	char *end;

	*addr = strtoull(line, &end, 16);
	if (end == line || *end != ' ' || !end[1] || !strchr("tTwW", end[1]) || end[2] != ' ')
		return NULL;
	return end;
}

/* All addresses are 0 where the kernel hides them: then there are no names. */
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
		buffer_add(text, END, strlen(END));
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

	tree_whole(root, &now, MODULES_MAX, "/proc/modules");
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

/* How far its segments reach in the file, which is how it lies in memory; 0: no ELF file. */
static size_t vdso_size(const void *image)
{
	const Elf64_Ehdr *eh = image;
	const Elf64_Phdr *ph = (const void *)((const char *)image + eh->e_phoff);
	size_t end = 0;

	if (memcmp(eh->e_ident, ELFMAG, SELFMAG) || eh->e_ident[EI_CLASS] != ELFCLASS64)
		return 0;
	for (size_t i = 0; i < eh->e_phnum; i++)
		if (ph[i].p_type == PT_LOAD && ph[i].p_offset + ph[i].p_filesz > end)
			end = ph[i].p_offset + ph[i].p_filesz;
	return end;
}

int symbols_put(const struct symbols *s, struct perfdata_writer *w)
{
	const void *vdso = (const void *)getauxval(AT_SYSINFO_EHDR);

	return put_pieces(w, OWN_SYMBOLS, s->packed.p, s->packed.len) ?:
	       vdso ? put_pieces(w, OWN_VDSO, vdso, vdso_size(vdso)) : 0;
}

/*
 * Reading: the bytes are hostile, as all of a file is.
 */

/* The pieces in one; no more than max bytes. */
static int gather(const struct source *s, const struct source_piece *pieces, size_t nr, size_t max,
		  struct buffer *out)
{
	for (size_t i = 0; i < nr; i++) {
		uint64_t len = pieces[i].len;
		uint8_t *to;

		if (len > max - out->len)
			return -EBADMSG;
		to = buffer_take(out, len);
		if (!to)
			return -ENOMEM;
		if (source_read(s, pieces[i].offset, to, len) != (long)len)
			return -EBADMSG;
	}
	return out->len ? 0 : -ENOENT;
}

static int unpack(const struct buffer *packed, struct buffer *text)
{
	struct zstd *z = zstd_new();
	const uint8_t *in = packed->p;
	size_t left = packed->len;
	char block[16384];
	long n = z ? 1 : -ENOMEM;

	while (n > 0 && text->len <= TEXT_MAX && !text->bad) {
		n = zstd_next(z, &in, &left, block, sizeof(block));
		buffer_add(text, block, n > 0 ? (size_t)n : 0);
	}
	zstd_free(z);
	if (n < 0 || text->bad)
		return n < 0 ? (int)n : -ENOMEM;
	/* In a part of it the last function would be called by the names of all behind it. */
	if (text->len > TEXT_MAX || text->len < strlen(END) ||
	    memcmp(text->p + text->len - strlen(END), END, strlen(END)))
		return -EBADMSG;
	return 0;
}

static int hex(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Lines with their addresses instead of differences. */
static void restore(const struct buffer *text, struct buffer *out)
{
	const uint8_t *at = text->p, *end = text->p + text->len - strlen(END), *next;
	uint64_t addr = 0;
	char head[24];

	for (; at < end && (next = memchr(at, '\n', (size_t)(end - at))); at = next + 1) {
		uint64_t more = 0;

		for (; hex(*at) >= 0; at++)
			more = more << 4 | (uint64_t)hex(*at);
		addr += more;
		snprintf(head, sizeof(head), "%016" PRIx64, addr);
		buffer_add(out, head, 16);
		buffer_add(out, at, (size_t)(next + 1 - at));
	}
}

static int to_memory(const struct buffer *b, int *fd)
{
	int ret = b->bad ? -ENOMEM : 0;

	*fd = ret ? -1 : memfd_create("symbols", MFD_CLOEXEC);
	if (!ret && (*fd < 0 || write(*fd, b->p, b->len) != (ssize_t)b->len))
		ret = -ENOMEM;
	if (ret && *fd >= 0) {
		close(*fd);
		*fd = -1;
	}
	return ret;
}

int symbols_read(const struct source *s, int *fd)
{
	const struct source_info *info = source_get_info(s);
	struct buffer packed = { 0 }, text = { 0 }, lines = { 0 };
	int ret = gather(s, info->symbols, info->nr_symbols, TEXT_MAX, &packed);

	*fd = -1;
	ret = ret ?: unpack(&packed, &text);
	if (!ret) {
		restore(&text, &lines);
		ret = to_memory(&lines, fd);
	}
	buffer_free(&packed);
	buffer_free(&text);
	buffer_free(&lines);
	return ret;
}

int symbols_read_vdso(const struct source *s, int *fd)
{
	const struct source_info *info = source_get_info(s);
	struct buffer image = { 0 };
	int ret = gather(s, info->vdso, info->nr_vdso, VDSO_MAX, &image);

	*fd = -1;
	ret = ret ?: to_memory(&image, fd);
	buffer_free(&image);
	return ret;
}
