// SPDX-License-Identifier: GPL-2.0-only
/* Functions made at run time: perf maps, jitdumps, and the places that they name. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#include "symbolizer/files/jit_map.h"
#include "symbolizer/naming.h"

static int in_memory(const void *data, size_t len)
{
	int fd = memfd_create("jit", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, len), len);
	return fd;
}

static struct jit_map *read_map(const void *data, size_t len)
{
	struct jit_map *m = NULL;
	int fd = in_memory(data, len);

	assert_int_equal(jit_map_open(&m, fd), 0);
	close(fd);
	return m;
}

static int refused(const void *data, size_t len)
{
	struct jit_map *m = NULL;
	int fd = in_memory(data, len), ret = jit_map_open(&m, fd);

	close(fd);
	assert_null(m);
	return ret;
}

static const char *at(const struct jit_map *m, uint64_t addr)
{
	const struct symtab_range *r = jit_map_find(m, addr);

	return r ? r->name : "-";
}

static void a_perf_map(void **state)
{
	/* Node 20, the JVM's Compiler.perfmap, and .NET, which writes upper case */
	static const char text[] =
		"7fa57dfe2c40 2bc JS:*hotAlpha /srv/hot.js:1:18\n"
		"0x00007f4d2c5bd140 0x00000000000000c0 int Hot.hotGamma(int)\r\n"
		"00007FC5E0A1B2C0 1A [Program] void Main()\n"
		"\n"
		"ffffffffffffff00 ff last\n"
		"10 20 \n"		/* no name */
		"100 0 empty\n"
		"200 10 cut of";	/* the process still writes */
	struct jit_map *m = read_map(text, strlen(text));
	const struct symtab_range *r;

	assert_string_equal(at(m, 0x7fa57dfe2c3f), "-");
	assert_string_equal(at(m, 0x7fa57dfe2c40), "JS:*hotAlpha /srv/hot.js:1:18");
	assert_string_equal(at(m, 0x7fa57dfe2efb), "JS:*hotAlpha /srv/hot.js:1:18");
	assert_string_equal(at(m, 0x7fa57dfe2efc), "-");
	assert_string_equal(at(m, 0x7f4d2c5bd1ff), "int Hot.hotGamma(int)");
	assert_string_equal(at(m, 0x7fc5e0a1b2c0), "[Program] void Main()");
	assert_string_equal(at(m, 0xffffffffffffff00), "last");
	assert_string_equal(at(m, UINT64_MAX), "-");
	assert_string_equal(at(m, 0x10), "-");
	assert_string_equal(at(m, 0x100), "-");
	assert_string_equal(at(m, 0x200), "-");
	r = jit_map_find(m, 0x7fa57dfe2d00);
	assert_int_equal(r->start, 0x7fa57dfe2c40);
	assert_int_equal(r->size, 0x2bc);
	assert_int_equal(jit_map_count(m), 4);
	jit_map_free(m);
}

/* Code takes the place of other code: where they overlap nobody knows which one ran. */
static void reused_memory_has_no_name(void **state)
{
	static const char text[] =
		"1000 100 a\n"
		"1080 100 b\n"		/* over the second half of a */
		"1000 100 a\n"		/* a again, as it is */
		"2000 1000 outer\n"
		"2400 100 inner\n"
		"3000 10 c\n3000 10 d\n3010 10 e\n3010 10 c\n"
		"4000 10 x\n4010 10 x\n";
	struct jit_map *m = read_map(text, strlen(text));

	assert_string_equal(at(m, 0x1000), "a");
	assert_string_equal(at(m, 0x107f), "a");
	assert_string_equal(at(m, 0x1080), "-");
	assert_true(jit_map_was_reused(m, 0x1080));
	assert_string_equal(at(m, 0x10ff), "-");
	assert_string_equal(at(m, 0x1100), "b");
	assert_string_equal(at(m, 0x117f), "b");
	assert_string_equal(at(m, 0x1180), "-");
	assert_false(jit_map_was_reused(m, 0x1180));
	assert_string_equal(at(m, 0x23ff), "outer");
	assert_string_equal(at(m, 0x2400), "-");
	assert_string_equal(at(m, 0x2500), "outer");
	assert_true(jit_map_was_reused(m, 0x3000));
	assert_true(jit_map_was_reused(m, 0x301f));
	assert_false(jit_map_was_reused(m, 0x3020));
	assert_int_equal(jit_map_find(m, 0x4008)->start, 0x4000);
	assert_int_equal(jit_map_find(m, 0x4010)->start, 0x4010);
	jit_map_free(m);
}

static void other_texts_are_refused(void **state)
{
	char text[4096] = "";

	for (int i = 0; i < 40; i++)
		strcat(text, "this is a log, not a map of functions\n");
	assert_int_equal(refused(text, strlen(text)), -EINVAL);
	assert_int_equal(refused("\177ELF\n", 5), -EINVAL);
	jit_map_free(read_map("", 0));
	/* a few odd lines among good ones are passed over */
	jit_map_free(read_map("1000 10 f\n# note\n2000 10 g\n", 27));
}

/*
 * A jitdump, by linux tools/perf/Documentation/jitdump-specification.txt.
 */

struct dump {
	uint8_t data[4096];
	size_t len;
};

static void put(struct dump *d, uint64_t v, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		d->data[d->len++] = (uint8_t)(v >> 8 * i);
}

static void begin(struct dump *d)
{
	memcpy(d->data, "DTiJ", 4);
	d->len = 4;
	put(d, 1, 4);		/* version */
	put(d, 40, 4);		/* total_size */
	put(d, 183, 4);		/* EM_AARCH64 */
	put(d, 0, 4);
	put(d, 4711, 4);	/* pid */
	put(d, 1000, 8);	/* timestamp */
	put(d, 0, 8);		/* flags */
}

static void load(struct dump *d, uint64_t addr, uint64_t size, uint64_t index, const char *name)
{
	size_t len = strlen(name) + 1;

	put(d, 0, 4);		/* JIT_CODE_LOAD */
	put(d, 56 + len + size, 4);
	put(d, 2000, 8);
	put(d, 4711, 4);
	put(d, 4712, 4);
	put(d, addr, 8);	/* vma */
	put(d, addr, 8);
	put(d, size, 8);
	put(d, index, 8);
	memcpy(d->data + d->len, name, len);
	d->len += len;
	memset(d->data + d->len, 0xaa, size);
	d->len += size;
}

static void move(struct dump *d, uint64_t from, uint64_t to, uint64_t size, uint64_t index)
{
	put(d, 1, 4);		/* JIT_CODE_MOVE */
	put(d, 64, 4);
	put(d, 3000, 8);
	put(d, 4711, 4);
	put(d, 4711, 4);
	put(d, to, 8);
	put(d, from, 8);
	put(d, to, 8);
	put(d, size, 8);
	put(d, index, 8);
}

static void other(struct dump *d, uint32_t id, uint32_t size)
{
	put(d, id, 4);
	put(d, 16 + size, 4);
	put(d, 4000, 8);
	memset(d->data + d->len, 0x41, size);
	d->len += size;
}

static void a_jitdump(void **state)
{
	struct dump d = { .len = 0 };
	struct jit_map *m;

	begin(&d);
	other(&d, 2, 40);	/* JIT_CODE_DEBUG_INFO */
	load(&d, 0x10000, 0x40, 7, "Lcom/example/Shop;::price");
	other(&d, 4, 24);	/* JIT_CODE_UNWINDING_INFO */
	load(&d, 0x10040, 0x20, 8, "entry");
	move(&d, 0x10000, 0x20000, 0x40, 7);
	move(&d, 0x10000, 0x30000, 0x40, 99);	/* of a code that was never loaded */
	other(&d, 3, 0);	/* JIT_CODE_CLOSE */
	load(&d, 0x40000, 0x100, 9, "cut");
	m = read_map(d.data, d.len);
	assert_string_equal(at(m, 0x10000), "Lcom/example/Shop;::price");
	assert_string_equal(at(m, 0x1003f), "Lcom/example/Shop;::price");
	assert_string_equal(at(m, 0x10040), "entry");
	assert_string_equal(at(m, 0x2003f), "Lcom/example/Shop;::price");
	assert_string_equal(at(m, 0x20040), "-");
	assert_string_equal(at(m, 0x30000), "-");
	assert_int_equal(jit_map_count(m), 4);
	jit_map_free(m);
	/* cut inside the last entry's code: the entry's head has come */
	m = read_map(d.data, d.len - 0x80);
	assert_string_equal(at(m, 0x40000), "cut");
	jit_map_free(m);
	/* inside its head */
	m = read_map(d.data, d.len - 0x100 - 4 - 8);
	assert_string_equal(at(m, 0x40000), "-");
	assert_string_equal(at(m, 0x10040), "entry");
	jit_map_free(m);
	/* the other byte order, an impossible header */
	memcpy(d.data, "JiTD", 4);
	assert_int_equal(refused(d.data, d.len), -EINVAL);
	memcpy(d.data, "DTiJ", 4);
	d.data[8] = 39;
	assert_int_equal(refused(d.data, d.len), -EINVAL);
}

/* An entry of size 0 must not be read for ever. */
static void a_damaged_jitdump_ends(void **state)
{
	struct dump d = { .len = 0 };
	struct jit_map *m;

	begin(&d);
	load(&d, 0x10000, 0x40, 7, "good");
	put(&d, 0, 4);
	put(&d, 0, 4);		/* total_size */
	put(&d, 0, 8);
	load(&d, 0x20000, 0x40, 8, "behind");
	m = read_map(d.data, d.len);
	assert_string_equal(at(m, 0x10000), "good");
	assert_string_equal(at(m, 0x20000), "-");
	jit_map_free(m);
}

/*
 * Places
 */

static void mapped(struct spaces *s, int32_t pid, uint64_t time, uint64_t start, uint64_t len,
		   const char *path)
{
	struct event ev = { .type = EVENT_MMAP, .pid = pid, .tid = pid, .time = time };

	ev.mmap.start = start;
	ev.mmap.len = len;
	ev.mmap.path = path;
	assert_int_equal(spaces_apply(s, &ev), 0);
}

static void forked(struct spaces *s, uint64_t time, int32_t pid, int32_t ppid)
{
	struct event ev = { .type = EVENT_FORK, .pid = pid, .tid = pid, .time = time };

	ev.fork.ppid = ev.fork.ptid = ppid;
	assert_int_equal(spaces_apply(s, &ev), 0);
}

static void assert_names(struct naming *n, const struct spaces *s, int32_t pid, uint64_t addr,
			 const char *object, const char *symbol)
{
	struct place_names names;
	uint64_t from, until;
	struct place p;

	spaces_locate(s, spaces_find(s, pid, 50, &from, &until), addr, &p);
	assert_int_equal(naming_get(n, &p, 0, &names), 0);
	assert_string_equal(names.object, object);
	assert_string_equal(names.symbol, symbol);
}

static void names_are_of_one_process(void **state)
{
	static const char one[] = "1000 100 alpha\n", two[] = "1000 100 beta\n";
	const struct symbolizer_config cfg = { .nr_symfs = 0 };
	struct spaces *s = spaces_new();
	struct symbolizer *sym;
	struct naming *n;
	int fd1 = in_memory(one, strlen(one)), fd2 = in_memory(two, strlen(two));

	for (int32_t pid = 1; pid <= 3; pid++)
		mapped(s, pid, 10, 0x1000, 0x1000, "//anon");
	forked(s, 20, 4, 1);
	assert_int_equal(symbolizer_new(&sym, &cfg), 0);
	assert_int_equal(symbolizer_add_jit(sym, 1, fd1, "one"), 0);
	assert_int_equal(symbolizer_add_jit(sym, 1, fd2, "not the first"), 0);
	assert_int_equal(symbolizer_add_jit(sym, 2, fd2, "two"), 0);
	assert_int_equal(symbolizer_add_jit(sym, 9, -1, "/nonexistent"), 0);
	close(fd1);
	close(fd2);
	assert_int_equal(spaces_jit(s, 1), 0);
	assert_int_equal(spaces_jit(s, 2), 0);
	assert_int_equal(spaces_seal(s), 0);
	n = naming_new(sym);
	assert_names(n, s, 1, 0x1010, "[JIT]", "alpha");
	assert_names(n, s, 2, 0x1010, "[JIT]", "beta");
	assert_names(n, s, 3, 0x1010, "//anon", "0x10xx");
	assert_names(n, s, 1, 0x1100, "//anon", "0x11xx");
	/* a child has its parent's memory */
	assert_names(n, s, 4, 0x10ff, "[JIT]", "alpha");
	naming_free(n);
	symbolizer_free(sym);
	spaces_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_perf_map),
		cmocka_unit_test(reused_memory_has_no_name),
		cmocka_unit_test(other_texts_are_refused),
		cmocka_unit_test(a_jitdump),
		cmocka_unit_test(a_damaged_jitdump_ends),
		cmocka_unit_test(names_are_of_one_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
