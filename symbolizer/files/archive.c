// SPDX-License-Identifier: GPL-2.0-only
#include "symbolizer/files/archive.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/bytes.h"

#define BLOCK		512u
#define MEMBERS_MAX	65536u
#define ID_MAX		20

static const char *const part_names[NR_ARCHIVE_PARTS] = {
	[ARCHIVE_ELF] = "elf", [ARCHIVE_DEBUG] = "debug", [ARCHIVE_KALLSYMS] = "kallsyms",
	[ARCHIVE_VDSO] = "vdso",
};

/* POSIX.1-1988 ustar */
struct header {
	char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], checksum[8], type;
	char link[100], magic[6], version[2], user[32], group[32], major[8], minor[8];
	char prefix[155], pad[12];
};

_Static_assert(sizeof(struct header) == BLOCK, "a header is a block");

struct member {
	uint8_t id[ID_MAX], len;
	uint8_t part;
	uint64_t offset, size;
};

struct archive {
	int fd;
	char *path;
	struct member *member;		/* sorted; the first of two with the same name is used */
	size_t nr;
};

void archive_close(struct archive *a)
{
	if (!a)
		return;
	if (a->fd >= 0)
		close(a->fd);
	free(a->path);
	free(a->member);
	free(a);
}

int archive_fd(const struct archive *a)
{
	return a->fd;
}

const char *archive_path(const struct archive *a)
{
	return a->path;
}

/* Reading: the file is untrusted, like a recording. */

/* Octal digits up to a blank or NUL; false: anything else, or too many digits. */
static bool octal(const char *text, size_t len, uint64_t *out)
{
	size_t i = 0;

	*out = 0;
	while (i < len && text[i] == ' ')
		i++;
	for (; i < len && text[i] >= '0' && text[i] <= '7'; i++)
		*out = *out << 3 | (uint64_t)(text[i] - '0');
	return i == len || text[i] == ' ' || !text[i];
}

/* The sum of the header's bytes, with blanks in place of the checksum. */
static unsigned int checksum(const struct header *h)
{
	const uint8_t *p = (const uint8_t *)h;
	unsigned int sum = 0;

	for (size_t i = 0; i < BLOCK; i++)
		sum += i - offsetof(struct header, checksum) < sizeof(h->checksum) ? ' ' : p[i];
	return sum;
}

static bool take_byte(const char **name, struct member *m)
{
	int high = hex_digit((*name)[0]), low = high < 0 ? -1 : hex_digit((*name)[1]);

	if (low < 0 || m->len == ID_MAX)
		return false;
	m->id[m->len++] = (uint8_t)(high << 4 | low);
	*name += 2;
	return true;
}

/* Accepts only ".build-id/3f/1a..e0/elf" and the like. */
static bool parse_name(const char *name, struct member *m)
{
	static const char begin[] = ".build-id/";

	if (!strncmp(name, "./", 2))
		name += 2;
	if (strncmp(name, begin, strlen(begin)))
		return false;
	name += strlen(begin);
	if (!take_byte(&name, m) || *name++ != '/')
		return false;
	while (take_byte(&name, m))
		;
	if (m->len < 2 || *name++ != '/')
		return false;
	for (m->part = 0; m->part < NR_ARCHIVE_PARTS; m->part++)
		if (!strcmp(name, part_names[m->part]))
			return true;
	return false;
}

static int add(struct archive *a, const struct member *m)
{
	struct member *new;

	if (a->nr == MEMBERS_MAX)
		return -E2BIG;
	new = array_add(a->member, a->nr);
	if (!new)
		return -ENOMEM;
	*new = *m;
	return 0;
}

/* Read one header at *at, and advance *at behind its member.  1; 0: the end; -errno. */
static int read_member(struct archive *a, uint64_t file_size, uint64_t *at)
{
	struct member m = { 0 };
	struct header h;
	char name[sizeof(h.name) + 1];
	uint64_t sum;

	if (pread(a->fd, &h, sizeof(h), (off_t)*at) != sizeof(h))
		return -EINVAL;
	if (!h.name[0])
		return 0;
	if (memcmp(h.magic, "ustar", 5) || !octal(h.checksum, sizeof(h.checksum), &sum) ||
	    sum != checksum(&h) || !octal(h.size, sizeof(h.size), &m.size))
		return -EINVAL;
	m.offset = *at + BLOCK;
	if (m.size > file_size - m.offset)
		return -EINVAL;
	*at = m.offset + (m.size + BLOCK - 1) / BLOCK * BLOCK;
	memcpy(name, h.name, sizeof(h.name));
	name[sizeof(h.name)] = '\0';
	/* a regular file with its whole name in this field */
	if ((h.type == '0' || !h.type) && !h.prefix[0] && parse_name(name, &m))
		return add(a, &m) ?: 1;
	return 1;
}

static int compare(const void *pa, const void *pb)
{
	const struct member *a = pa, *b = pb;
	int order = memcmp(a->id, b->id, ID_MAX);

	order = order ?: (int)a->len - b->len ?: (int)a->part - b->part;
	return order ?: array_order(a->offset, b->offset);
}

static int read_all(struct archive *a)
{
	uint64_t at = 0, headers = 0;
	struct stat st;
	int ret = 1;

	if (fstat(a->fd, &st))
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	while (ret > 0 && at < (uint64_t)st.st_size) {
		/* limits headers of other members */
		if (headers++ > 2 * MEMBERS_MAX)
			return -E2BIG;
		ret = read_member(a, (uint64_t)st.st_size, &at);
	}
	if (ret < 0)
		return ret;
	if (!headers)
		return -EINVAL;
	if (a->nr)
		qsort(a->member, a->nr, sizeof(*a->member), compare);
	return 0;
}

int archive_open(struct archive **out, const char *path)
{
	struct archive *a = calloc(1, sizeof(*a));
	int ret;

	*out = NULL;
	if (!a)
		return -ENOMEM;
	a->path = strdup(path);
	a->fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	ret = a->fd < 0 ? -errno : a->path ? read_all(a) : -ENOMEM;
	if (ret)
		archive_close(a);
	else
		*out = a;
	return ret;
}

bool archive_find(const struct archive *a, const uint8_t *id, uint8_t len, enum archive_part part,
		  uint64_t *offset, uint64_t *size)
{
	struct member want = { .len = len, .part = part };
	size_t low;

	if (!len || len > ID_MAX)
		return false;
	memcpy(want.id, id, len);
	/* want.offset is 0, so that it sorts before all */
	low = array_first(a->nr, i, compare(&a->member[i], &want) >= 0);
	if (low == a->nr || a->member[low].len != len || a->member[low].part != part ||
	    memcmp(a->member[low].id, want.id, ID_MAX))
		return false;
	*offset = a->member[low].offset;
	*size = a->member[low].size;
	return true;
}

/* Writing: without owner and time, so that the same files give the same archive. */

static void make_name(char name[100], const uint8_t *id, uint8_t len, enum archive_part part)
{
	int at = snprintf(name, 100, ".build-id/%02x/", id[0]);

	for (uint8_t i = 1; i < len; i++)
		at += snprintf(name + at, 100 - (size_t)at, "%02x", id[i]);
	snprintf(name + at, 100 - (size_t)at, "/%s", part_names[part]);
}

int archive_put(FILE *out, const uint8_t *id, uint8_t len, enum archive_part part,
		const void *data, uint64_t size)
{
	static const uint8_t zeros[BLOCK];
	struct header h = { .mode = "0000644", .uid = "0000000", .gid = "0000000",
			    .mtime = "00000000000", .type = '0', .magic = "ustar" };

	if (len < 2 || len > ID_MAX)
		return -EINVAL;
	if (size > 077777777777)
		return -EFBIG;
	make_name(h.name, id, len, part);
	snprintf(h.size, sizeof(h.size), "%011llo", (unsigned long long)size);
	memcpy(h.version, "00", 2);
	snprintf(h.checksum, sizeof(h.checksum), "%06o", checksum(&h));
	h.checksum[7] = ' ';
	if (fwrite(&h, sizeof(h), 1, out) != 1 || (size && fwrite(data, size, 1, out) != 1))
		return errno ? -errno : -EIO;
	if (size % BLOCK && fwrite(zeros, BLOCK - size % BLOCK, 1, out) != 1)
		return errno ? -errno : -EIO;
	return 0;
}

int archive_end(FILE *out)
{
	static const uint8_t zeros[2 * BLOCK];

	return fwrite(zeros, sizeof(zeros), 1, out) == 1 ? 0 : errno ? -errno : -EIO;
}
