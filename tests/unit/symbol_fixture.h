/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_UNIT_SYMBOL_FIXTURE_H
#define TESTS_UNIT_SYMBOL_FIXTURE_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "symbolizer/symbol.h"
#include "tests/unit/elf_fixture.h"
#include "tests/unit/tree_fixture.h"

/* Symbol files in a temporary folder for each test, and a symbolizer that uses it. */

static char *root;

static inline int make_root(void **state)
{
	root = tree_new();
	return 0;
}

static inline int drop_root(void **state)
{
	tree_remove(root);
	free(root);
	return 0;
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, make_root, drop_root)

/* The path of a file in that folder; valid for the next three calls. */
static inline const char *below(const char *path)
{
	static char text[4][512];
	static int turn;

	turn = (turn + 1) % 4;
	snprintf(text[turn], sizeof(text[turn]), "%s/%s", root, path);
	return text[turn];
}

static inline void write_file(const char *path, const void *data, size_t len)
{
	tree_write(root, below(path) + strlen(root), data, len);
}

static inline void write_text(const char *path, const char *text)
{
	write_file(path, text, strlen(text));
}

static const struct sym usual[] = {
	{ "main", 0x100, 0x80, STT_FUNC, STB_GLOBAL },
	{ "_ZN3foo3barEi", 0x200, 0x40, STT_FUNC, STB_GLOBAL },
	{ "$x", 0x120, 0, STT_NOTYPE, STB_LOCAL },
};

static inline void put_elf(const char *path, uint8_t build_id, bool stripped)
{
	struct image im = { .build_id = build_id, .stripped = stripped };

	build(&im, ET_DYN, usual, 3);
	write_file(path, im.data, im.len);
}

/* kallsyms of a kernel at its linked address, and of a module. */
static const char kallsyms[] =
	"ffff800080000000 T _text\n"
	"ffff800080010000 T _stext\n"
	"ffff800080010000 t first\n"
	"ffff800080020000 T __guest_enter\n"
	"ffff80008002013c T __guest_exit\n"
	"ffff80007ac04000 t arm_spe_event_to_pmsfcr\t[arm_spe_pmu]\n"
	"ffff80007ac04100 t arm_spe_pmu_probe\t[arm_spe_pmu]\n";

static inline struct object kernel_object(uint64_t base)
{
	return (struct object){ .kind = OBJECT_KERNEL, .vm = -1, .path = "[kernel]",
				.base = base, .ref_symbol = "_stext" };
}

/* A symbolizer for that folder, unless cfg names others. */
static inline struct symbolizer *with(struct symbolizer_config cfg)
{
	const char *folders[] = { root };
	struct symbolizer *s;

	if (!cfg.symfs) {
		cfg.symfs = folders;
		cfg.nr_symfs = 1;
	}
	assert_int_equal(symbolizer_new(&s, &cfg), 0);
	return s;
}

static inline struct object file_object(const char *path, uint8_t build_id)
{
	struct object o = { .kind = OBJECT_FILE, .vm = -1, .path = path };

	o.build_id[0] = build_id;
	o.build_id_len = build_id ? 20 : 0;
	return o;
}

/* name NULL: the place must have no name. */
static inline void assert_named(struct symbolizer *s, const struct object *o, uint64_t offset,
				const char *name)
{
	struct place p = { o, offset };
	struct symbol sym;

	if (!name) {
		assert_int_equal(symbolizer_name(s, &p, &sym), -ENOENT);
		assert_null(sym.name);
		return;
	}
	assert_int_equal(symbolizer_name(s, &p, &sym), 0);
	assert_string_equal(sym.name, name);
	assert_true(offset - sym.start < sym.size);
}

static inline void assert_missing(struct symbolizer *s, const struct object *o, const char *part)
{
	const char *text = symbolizer_missing(s, o);

	assert_non_null(text);
	if (!strstr(text, part))
		fail_msg("\"%s\" does not say \"%s\"", text, part);
}

#endif
