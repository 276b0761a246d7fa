// SPDX-License-Identifier: GPL-2.0-only
#include "collector/perfdata/merge.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/io.h"
#include "collector/input_impl.h"
#include "collector/perfdata/format.h"
#include "collector/perfdata/write.h"

#define BLOCK		(1u << 20)
#define RECORD_HEAD	32		/* of our EVENT_UPDATE record */
#define PIECE		(PERFDATA_OWN_MAX - PERFDATA_MERGE_HEAD)
#define TABLE_MAX	(16 * PERF_FEAT_BITS)

struct merge {
	int out, host;
	const char *path;		/* the host's file */
	uint64_t size, data_end;	/* of the host's file; the end of its data */
	uint64_t table;			/* offset of its header sections' table */
	size_t nr;			/* number of sections */
	bool reserved;			/* the first one is not a section: HEADER_RESERVED */
	uint64_t added;			/* bytes added to the data */
	bool pipe;
	uint8_t header[PERF_HEADER_FILE];
	uint8_t *block;
	const struct input_error *err;
};

static int fail_at(struct merge *m, const char *path, int code)
{
	return input_fail(m->err, code, "%s: %s", path, strerror(-code));
}

static int put(struct merge *m, const void *p, size_t len)
{
	int ret = write_full(m->out, p, len);

	return ret ? input_fail(m->err, ret, "writing failed: %s", strerror(-ret)) : 0;
}

/* Copy len bytes of a file, starting at an offset. */
static int copy(struct merge *m, int fd, const char *path, uint64_t at, uint64_t len)
{
	int ret = 0;

	while (len && !ret) {
		size_t want = len < BLOCK ? (size_t)len : BLOCK;
		long n = read_at(fd, at, m->block, want);

		if (n < 0)
			return fail_at(m, path, (int)n);
		if (!n)
			return input_fail(m->err, -EIO, "%s became shorter while it was read", path);
		ret = put(m, m->block, (size_t)n);
		at += (uint64_t)n;
		len -= (uint64_t)n;
	}
	return ret;
}

static int open_input(struct merge *m, const char *path, uint64_t *size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return fail_at(m, path, -errno);
	if (!fstat(fd, &st) && S_ISREG(st.st_mode)) {
		*size = (uint64_t)st.st_size;
		return fd;
	}
	close(fd);
	return input_fail(m->err, -EINVAL, "%s is not a regular file: save it to one first", path);
}

static uint64_t record_size(uint64_t len)
{
	return RECORD_HEAD + PERFDATA_MERGE_HEAD + (len + 7) / 8 * 8;
}

/* The size of a part's records. */
static uint64_t part_size(uint64_t len)
{
	return len / PIECE * record_size(PIECE) + (len % PIECE ? record_size(len % PIECE) : 0);
}

static int put_piece(struct merge *m, int fd, const struct perfdata_part *part, uint64_t number,
		     uint64_t at, uint64_t len)
{
	static const uint8_t zeros[8];
	struct {
		uint32_t type;
		uint16_t misc, size;
		uint64_t what, id, len;
		uint64_t number, pid, given;
		int64_t offset;
	} head = {
		/* id 0 is the first event, whichever it is */
		.type = PERF_REC_EVENT_UPDATE, .size = (uint16_t)record_size(len),
		.what = PERF_EVENT_UPDATE_SPELUNK | OWN_GUEST,
		.len = PERFDATA_MERGE_HEAD + len, .number = number, .pid = (uint64_t)part->pid,
		.given = part->has_offset, .offset = part->offset,
	};

	return put(m, &head, sizeof(head)) ?: copy(m, fd, part->path, at, len) ?:
	       put(m, zeros, -len % 8);
}

static int put_part(struct merge *m, const struct perfdata_part *part, uint64_t number, uint64_t size)
{
	uint64_t now, at;
	int fd = open_input(m, part->path, &now), ret = 0;

	if (fd < 0)
		return fd;
	if (now != size)
		ret = input_fail(m->err, -EAGAIN, "%s changed while it was read: stop its "
				 "recording first", part->path);
	for (at = 0; at < size && !ret; at += PIECE)
		ret = put_piece(m, fd, part, number, at, size - at < PIECE ? size - at : PIECE);
	close(fd);
	return ret;
}

/*
 * Write the table of header sections and what follows it, with the new offsets.  Drops
 * HEADER_RESERVED of older recordings, because newer perfs reject it.
 */
static int put_table(struct merge *m)
{
	uint64_t table[TABLE_MAX / 8], behind = m->table + 16 * m->nr, moved, at;
	size_t first = m->reserved;
	long n = read_at(m->host, m->table, table, 16 * m->nr);

	if (n < 0)
		return fail_at(m, m->path, (int)n);
	if (n != (long)(16 * m->nr))
		return input_fail(m->err, -EBADMSG, "%s is truncated: its header sections are "
				  "missing",
				   m->path);
	moved = m->data_end + m->added + 16 * (m->nr - first) - behind;
	for (size_t i = first; i < m->nr; i++) {
		at = le64((const uint8_t *)&table[2 * i]);
		if (at >= behind && at <= m->size)
			table[2 * i] = at + moved;
	}
	return put(m, table + 2 * first, 16 * (m->nr - first)) ?:
	       copy(m, m->host, m->path, behind, m->size - behind);
}

/*
 * Find the end of the data and the table.  Ignores what follows the table in the file of a killed
 * recorder.
 */
static void find_table(struct merge *m, uint64_t start, uint64_t end)
{
	uint64_t features[4];

	for (unsigned int i = 0; i < 4; i++)
		features[i] = le64(m->header + 72 + 8 * i);
	if (le64(m->header + 8) >= PERF_HEADER_FILE) {
		m->nr = perf_nr_sections(features);
		m->reserved = features[0] & 1;
	}
	m->table = m->data_end = end;
	if (perf_ends_in_round(m->host, start, end, m->nr)) {
		m->data_end -= 8;
		m->size = m->table + 16 * m->nr;
	}
}

static int read_header(struct merge *m)
{
	long n = read_at(m->host, 0, m->header, sizeof(m->header));
	uint64_t start, size, attrs;

	if (n < 0)
		return fail_at(m, m->path, (int)n);
	if (n < PERF_HEADER_PIPE || memcmp(m->header, "PERFILE2", 8))
		return input_fail(m->err, -EINVAL, "%s is not a perf.data file", m->path);
	m->pipe = le64(m->header + 8) == PERF_HEADER_PIPE;
	if (m->pipe) {
		m->data_end = m->size;
		return 0;
	}
	start = le64(m->header + 40);
	size = le64(m->header + 48);
	attrs = le64(m->header + 24);
	if (n < (long)sizeof(m->header) || !size || start > m->size || size > m->size - start)
		return input_fail(m->err, -EBADMSG, "%s is truncated, so nothing can be appended "
				  "to it", m->path);
	find_table(m, start, start + size);
	if (attrs > start || le64(m->header + 8) > start)
		return input_fail(m->err, -EBADMSG, "%s has its list of events behind its data, where "
				   "no perf puts it", m->path);
	return 0;
}

static int put_head(struct merge *m)
{
	uint8_t header[PERF_HEADER_FILE];
	uint64_t size = m->data_end - le64(m->header + 40) + m->added;

	if (m->pipe)
		return copy(m, m->host, m->path, 0, m->size);
	memcpy(header, m->header, sizeof(header));
	for (unsigned int i = 0; i < 8; i++)
		header[48 + i] = (uint8_t)(size >> 8 * i);
	if (m->reserved)
		header[72] &= (uint8_t)~1u;
	return put(m, header, sizeof(header)) ?:
	       copy(m, m->host, m->path, sizeof(header), m->data_end - sizeof(header));
}

static int measure(struct merge *m, const struct perfdata_part *parts, size_t nr, uint64_t *sizes)
{
	for (size_t i = 0; i < nr; i++) {
		int fd = open_input(m, parts[i].path, &sizes[i]);

		if (fd < 0)
			return fd;
		close(fd);
		m->added += part_size(sizes[i]);
	}
	return 0;
}

int perfdata_merge(int out, const char *host, uint64_t first, const struct perfdata_part *parts,
		   size_t nr, char *err, size_t errlen)
{
	const struct input_error error = { err, errlen };
	struct merge m = { .out = out, .path = host, .err = &error };
	uint64_t *sizes = calloc(nr + 1, sizeof(*sizes));
	int ret;

	m.block = malloc(BLOCK);
	if (!m.block || !sizes) {
		m.host = -1;
		ret = input_fail(&error, -ENOMEM, "out of memory");
	} else {
		m.host = ret = open_input(&m, host, &m.size);
	}
	if (m.host >= 0)
		ret = read_header(&m) ?: measure(&m, parts, nr, sizes) ?: put_head(&m);
	for (size_t i = 0; i < nr && !ret; i++)
		ret = put_part(&m, &parts[i], first + i, sizes[i]);
	if (!ret && !m.pipe)
		ret = put_table(&m);
	if (m.host >= 0)
		close(m.host);
	free(m.block);
	free(sizes);
	return ret;
}
