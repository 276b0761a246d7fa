// SPDX-License-Identifier: GPL-2.0-only
#include "symbolizer/files/jit_map.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/bytes.h"
#include "base/intern.h"
#include "base/lines.h"

#define FILE_MAX	(4ll << 30)
#define FUNCTIONS_MAX	(4u << 20)
#define READ_SIZE	(128u << 10)	/* bytes per read */
#define NAME_CUT	1024

/* An entry: its function is at start to end - 1. */
struct entry {
	uint64_t start, end;
	uint32_t name;
};

struct jit_map {
	struct intern names;
	struct entry *entry;		/* until resolved */
	size_t nr_entries, nr_read;
	struct symtab_range *range;	/* sorted, disjoint; name NULL: several functions */
	size_t nr_ranges;
	size_t lines, bad;		/* of a perf map */
};

void jit_map_free(struct jit_map *m)
{
	if (!m)
		return;
	intern_clear(&m->names);
	free(m->entry);
	free(m->range);
	free(m);
}

static int add(struct jit_map *m, uint64_t start, uint64_t size, const char *name, size_t len)
{
	struct entry *e;
	uint32_t n;

	if (!size || size > UINT64_MAX - start || !len)
		return 0;
	if (m->nr_entries == FUNCTIONS_MAX)
		return -EFBIG;
	n = intern_add(&m->names, name, len < NAME_CUT ? len : NAME_CUT);
	e = n == INTERN_NONE ? NULL : array_add(m->entry, m->nr_entries);
	if (!e)
		return -ENOMEM;
	*e = (struct entry){ start, start + size, n };
	return 0;
}

/*
 * The perf map: "START SIZE NAME" lines, both numbers in hex without 0x; some runtimes write 0x.
 */

/* Like hex_digit(), of either case. */
static int digit(char c)
{
	return c >= '0' ? hex_digit((char)(c | 0x20)) : -1;
}

static const char *hex(const char *at, const char *end, uint64_t *out)
{
	const char *begin;

	if (end - at > 2 && at[0] == '0' && at[1] == 'x')
		at += 2;
	begin = at;
	for (*out = 0; at < end && at - begin < 17 && digit(*at) >= 0; at++)
		*out = *out << 4 | (uint64_t)digit(*at);
	return at == begin || at - begin > 16 || at == end || *at != ' ' ? NULL : at + 1;
}

static int take_line(void *arg, const char *at, const char *end, bool whole)
{
	struct jit_map *m = arg;
	uint64_t start, size;

	if (memchr(at, '\0', (size_t)(end - at)))
		return -EINVAL;
	if (end > at && end[-1] == '\r')
		end--;
	if (!whole || at == end)
		return 0;	/* the last line may still be in writing */
	m->lines++;
	at = hex(at, end, &start);
	at = at ? hex(at, end, &size) : NULL;
	if (at && at < end)
		return add(m, start, size, at, (size_t)(end - at));
	/* A few odd lines are damage, such as the end; many mean another format. */
	return ++m->bad > 16 + m->lines / 16 ? -EINVAL : 0;
}

static int read_perf_map(struct jit_map *m, int fd)
{
	int err = lines_read(fd, FILE_MAX, take_line, m);

	return err ?: m->bad && m->bad >= m->lines ? -EINVAL : 0;
}

/*
 * The jitdump.  Little-endian: its magic is "JiTD" as a number.
 */

#define DUMP_MAGIC	0x4a695444u
#define DUMP_HEAD	40u	/* bytes of the file's header, at least; its size is at 8 */
#define ENTRY_HEAD	16u	/* u32 id, u32 total_size, u64 timestamp */
#define LOAD_HEAD	56u	/* and u32 pid, tid; u64 vma, code_addr, code_size, code_index */
#define MOVE_HEAD	64u	/* and ...; u64 vma, old_code_addr, new_code_addr, code_size, index */

enum { JIT_CODE_LOAD = 0, JIT_CODE_MOVE = 1 };

/* Names of functions by their code_index, for moves. */
struct codes {
	struct intern index;
	uint32_t *name;		/* by number in .index */
	uint32_t nr;
};

static int take_load(struct jit_map *m, struct codes *c, const uint8_t *p, size_t len)
{
	uint64_t index = le64(p + 48);
	const char *name = (const char *)p + LOAD_HEAD;
	size_t name_len = strnlen(name, len - LOAD_HEAD), before = m->nr_entries;
	int err = add(m, le64(p + 32), le64(p + 40), name, name_len);
	uint32_t n;

	if (err || m->nr_entries == before)
		return err;
	n = intern_add(&c->index, &index, sizeof(index));
	if (n == INTERN_NONE)
		return -ENOMEM;
	while (c->nr <= n)
		if (!array_add(c->name, c->nr))
			return -ENOMEM;
	c->name[n] = m->entry[before].name;
	return 0;
}

static int take_move(struct jit_map *m, const struct codes *c, const uint8_t *p)
{
	uint64_t index = le64(p + 56);
	uint32_t n = intern_find(&c->index, &index, sizeof(index));
	const char *name;

	if (n == INTERN_NONE)
		return 0;
	name = intern_get(&m->names, c->name[n]);
	return add(m, le64(p + 40), le64(p + 48), name, strlen(name));
}

static int take_entries(struct jit_map *m, struct codes *c, int fd, off_t at, uint8_t *buf)
{
	for (;;) {
		ssize_t n = pread(fd, buf, LOAD_HEAD + NAME_CUT, at);
		uint32_t id, total;
		int err = 0;

		if (n < 0)
			return -errno;
		if (n < (ssize_t)ENTRY_HEAD)
			return 0;
		id = le32(buf);
		total = le32(buf + 4);
		if (total < ENTRY_HEAD)
			return 0;	/* damage: nothing says where the next entry is */
		if (n > total)
			n = total;
		if (id == JIT_CODE_LOAD && n > (ssize_t)LOAD_HEAD)
			err = take_load(m, c, buf, (size_t)n);
		else if (id == JIT_CODE_MOVE && n >= (ssize_t)MOVE_HEAD)
			err = take_move(m, c, buf);
		if (err)
			return err;
		at += total;
		if (at > FILE_MAX)
			return -EFBIG;
	}
}

static int read_dump(struct jit_map *m, int fd, uint8_t *buf)
{
	uint32_t head = le32(buf + 8);
	struct codes codes = { .nr = 0 };
	int err;

	if (head < DUMP_HEAD || head > READ_SIZE)
		return -EINVAL;
	err = take_entries(m, &codes, fd, head, buf);
	intern_clear(&codes.index);
	free(codes.name);
	return err;
}

/*
 * Which function is where
 */

/* A function begins or ends at an address. */
struct edge {
	uint64_t at;
	uint32_t name;
	bool end;
};

static int by_address(const void *a, const void *b)
{
	const struct edge *x = a, *y = b;

	return array_order(x->at, y->at) ?: array_order(x->name, y->name);
}

static struct edge *edges_of(const struct jit_map *m)
{
	struct edge *edges = reallocarray(NULL, m->nr_entries + 1, 2 * sizeof(*edges));

	for (size_t i = 0; edges && i < m->nr_entries; i++) {
		edges[2 * i] = (struct edge){ m->entry[i].start, m->entry[i].name, false };
		edges[2 * i + 1] = (struct edge){ m->entry[i].end, m->entry[i].name, true };
	}
	return edges;
}

static int add_range(struct jit_map *m, uint64_t start, uint64_t end, const char *name)
{
	struct symtab_range *last = m->nr_ranges ? &m->range[m->nr_ranges - 1] : NULL;

	if (!name && last && !last->name && last->start + last->size == start) {
		last->size += end - start;
		return 0;
	}
	last = array_add(m->range, m->nr_ranges);
	if (!last)
		return -ENOMEM;
	*last = (struct symtab_range){ start, end - start, name };
	return 0;
}

/* Go from edge to edge with the names of the functions that cover the addresses between. */
static int sweep(struct jit_map *m, const struct edge *edges, uint32_t *covers)
{
	uint32_t names = 0, sum = 0;	/* distinct ones, and the XOR of their numbers */
	size_t nr = 2 * m->nr_entries, i = 0;
	int err = 0;

	while (i < nr && !err) {
		uint64_t at = edges[i].at;

		for (; i < nr && edges[i].at == at; i++) {
			uint32_t n = edges[i].name;
			bool change = edges[i].end ? !--covers[n] : !covers[n]++;

			sum ^= change ? n : 0;
			names += change ? edges[i].end ? UINT32_MAX : 1 : 0;
		}
		if (names)
			err = add_range(m, at, edges[i].at, names > 1 ? NULL :
					intern_get(&m->names, sum));
	}
	return err;
}

static int resolve(struct jit_map *m)
{
	uint32_t *covers = calloc(m->names.nr + 1ull, sizeof(*covers));
	struct edge *edges = edges_of(m);
	int err = -ENOMEM;

	if (covers && edges) {
		qsort(edges, 2 * m->nr_entries, sizeof(*edges), by_address);
		err = sweep(m, edges, covers);
	}
	free(covers);
	free(edges);
	free(m->entry);
	m->entry = NULL;
	m->nr_read = m->nr_entries;
	m->nr_entries = 0;
	return err;
}

int jit_map_open(struct jit_map **out, int fd)
{
	struct jit_map *m = calloc(1, sizeof(*m));
	uint8_t *buf = malloc(READ_SIZE);
	ssize_t n = m && buf ? pread(fd, buf, DUMP_HEAD, 0) : 0;
	int err = m && buf ? 0 : -ENOMEM;

	if (n < 0)
		err = -errno;
	if (!err && n == (ssize_t)DUMP_HEAD && le32(buf) == DUMP_MAGIC)
		err = read_dump(m, fd, buf);
	else if (!err)
		err = read_perf_map(m, fd);
	err = err ?: resolve(m);
	free(buf);
	if (err)
		jit_map_free(m);
	else
		*out = m;
	return err;
}

static const struct symtab_range *find(const struct jit_map *m, uint64_t addr)
{
	size_t i = array_first(m->nr_ranges, k, m->range[k].start > addr);

	return i && addr - m->range[i - 1].start < m->range[i - 1].size ? &m->range[i - 1] : NULL;
}

const struct symtab_range *jit_map_find(const struct jit_map *m, uint64_t addr)
{
	const struct symtab_range *r = find(m, addr);

	return r && r->name ? r : NULL;
}

bool jit_map_was_reused(const struct jit_map *m, uint64_t addr)
{
	const struct symtab_range *r = find(m, addr);

	return r && !r->name;
}

size_t jit_map_count(const struct jit_map *m)
{
	return m->nr_read;
}
