// SPDX-License-Identifier: GPL-2.0-only
/*
 * The bytes are untrusted, like everything in a file.  A file of its own, because the agent's own
 * program needs no reader.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/io.h"
#include "base/zstd.h"
#include "collector/perfdata/symbols.h"

#define TEXT_MAX	(64u << 20)	/* limit of a kernel's unpacked symbols */
#define VDSO_MAX	(1u << 20)

/* Join the pieces, up to max bytes. */
static int gather(const struct input *s, const struct input_piece *pieces, size_t nr, size_t max,
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
		if (input_read(s, pieces[i].offset, to, len) != (long)len)
			return -EBADMSG;
	}
	return out->len ? 0 : -ENOENT;
}

/* At most TEXT_MAX bytes. */
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
	return text->len > TEXT_MAX ? -EBADMSG : 0;
}

/* In a truncated list the last function would seem to cover all those behind it. */
static int check_end(const struct buffer *text)
{
	if (text->len < strlen(SYMBOLS_END) ||
	    memcmp(text->p + text->len - strlen(SYMBOLS_END), SYMBOLS_END, strlen(SYMBOLS_END)))
		return -EBADMSG;
	return 0;
}

/* Turn the differences back into addresses. */
static void restore(const struct buffer *text, struct buffer *out)
{
	const uint8_t *at = text->p, *end = text->p + text->len - strlen(SYMBOLS_END), *next;
	uint64_t addr = 0;
	char head[24];

	for (; at < end && (next = memchr(at, '\n', (size_t)(end - at))); at = next + 1) {
		uint64_t more = 0;

		for (; hex_digit(*at) >= 0; at++)
			more = more << 4 | (uint64_t)hex_digit(*at);
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
	if (!ret && (*fd < 0 || write_full(*fd, b->p, b->len)))
		ret = -ENOMEM;
	if (ret && *fd >= 0) {
		close(*fd);
		*fd = -1;
	}
	return ret;
}

int symbols_read(const struct input *s, int *fd)
{
	const struct input_info *info = input_get_info(s);
	struct buffer packed = { 0 }, text = { 0 }, lines = { 0 };
	int ret = gather(s, info->symbols, info->nr_symbols, TEXT_MAX, &packed);

	*fd = -1;
	ret = ret ?: unpack(&packed, &text) ?: check_end(&text);
	if (!ret) {
		restore(&text, &lines);
		ret = to_memory(&lines, fd);
	}
	buffer_free(&packed);
	buffer_free(&text);
	buffer_free(&lines);
	return ret;
}

int symbols_read_vdso(const struct input *s, int *fd)
{
	const struct input_info *info = input_get_info(s);
	struct buffer image = { 0 };
	int ret = gather(s, info->vdso, info->nr_vdso, VDSO_MAX, &image);

	*fd = -1;
	ret = ret ?: to_memory(&image, fd);
	buffer_free(&image);
	return ret;
}

int symbols_read_jit(const struct input *s, size_t *at, int32_t *pid, int *fd)
{
	const struct input_info *info = input_get_info(s);
	struct buffer packed = { 0 }, text = { 0 };
	uint32_t number = 0;
	int ret = *at < info->nr_jits ? 0 : -ENOENT;

	*fd = -1;
	if (!ret)
		*pid = info->jits[*at].pid;
	for (; *at < info->nr_jits && info->jits[*at].pid == *pid; (*at)++, number++) {
		if (info->jits[*at].number != number)
			ret = ret ?: -EBADMSG;
		ret = ret ?: gather(s, &info->jits[*at].piece, 1, TEXT_MAX, &packed);
	}
	ret = ret ?: unpack(&packed, &text) ?: to_memory(&text, fd);
	buffer_free(&packed);
	buffer_free(&text);
	return ret;
}
