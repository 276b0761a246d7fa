// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tui/table/tree.h"

/* Hand-made tables: a row is "a/b/c", its samples are its position. */

#define DEPTH	3
#define ROWS	400

static const enum field keys[DEPTH] = { FIELD_SYMBOL, FIELD_OBJECT, FIELD_COMM };

struct table {
	struct rows rows;
	struct row row[ROWS];
	struct value value[ROWS][DEPTH];
	char text[ROWS][DEPTH][16];
};

static struct table tables[DEPTH];
static struct tree_open opened;

static void add(struct table *t, size_t nr_keys, const char *const names[])
{
	size_t n = t->rows.nr++;

	assert_true(n < ROWS);
	t->rows.keys = keys;
	t->rows.nr_keys = nr_keys;
	t->rows.row = t->row;
	for (size_t k = 0; k < nr_keys; k++) {
		snprintf(t->text[n][k], sizeof(t->text[n][k]), "%s", names[k]);
		t->value[n][k] = (struct value){ .text = t->text[n][k], .known = *names[k] };
	}
	t->row[n] = (struct row){ .keys = t->value[n] };
}

/* "a/b/c" in the last table, and its prefixes in the others, once. */
static void add_path(const char *path)
{
	char copy[64], *rest = copy;
	const char *names[DEPTH];

	snprintf(copy, sizeof(copy), "%s", path);
	names[0] = copy;
	for (size_t d = 1; d < DEPTH; d++) {
		rest = strchr(rest, '/');
		*rest++ = '\0';
		names[d] = rest;
	}
	for (size_t d = 0; d < DEPTH; d++) {
		bool there = false;

		for (size_t i = 0; i < tables[d].rows.nr && !there; i++) {
			there = true;
			for (size_t k = 0; k <= d; k++)
				there &= !strcmp(tables[d].text[i][k], names[k]);
		}
		if (!there)
			add(&tables[d], d + 1, names);
	}
}

static struct tree *make(void)
{
	const struct rows *by[DEPTH];
	struct tree *t;

	for (size_t d = 0; d < DEPTH; d++)
		by[d] = &tables[d].rows;
	t = tree_new(by, DEPTH, &opened);
	assert_non_null(t);
	return t;
}

/* "+a", "-a", " a/b": the lines' names, from the first key on. */
static void lines_are(const char *const want[], size_t nr)
{
	struct tree *t = make();

	assert_int_equal(tree_nr(t), nr);
	for (size_t i = 0; i < nr; i++) {
		struct tree_line l = tree_line(t, i);
		char got[64];
		size_t at;
		int n = snprintf(got, sizeof(got), "%*s%c", (int)l.first_key, "",
				 !l.children ? ' ' : l.open ? '-' : '+');

		for (size_t k = l.first_key; k < l.rows->nr_keys; k++)
			n += snprintf(got + n, sizeof(got) - (size_t)n, "%s%s",
				      k > l.first_key ? "/" : "", l.rows->row[l.row].keys[k].text);
		assert_string_equal(got, want[i]);
		assert_true(tree_find(t, l.id, &at));
		assert_int_equal(at, i);
	}
	tree_free(t);
}

#define LINES_ARE(...) do { \
	static const char *const want[] = { __VA_ARGS__ }; \
	lines_are(want, sizeof(want) / sizeof(want[0])); \
} while (0)

static uint64_t id_at(size_t i)
{
	struct tree *t = make();
	uint64_t id = tree_line(t, i).id;

	tree_free(t);
	return id;
}

static int setup(void **state)
{
	memset(tables, 0, sizeof(tables));
	tree_open_clear(&opened);
	return 0;
}

static int teardown(void **state)
{
	tree_open_clear(&opened);
	return 0;
}

static void lines_open_and_close(void **state)
{
	add_path("a/x/1");
	add_path("a/x/2");
	add_path("a/y/1");
	add_path("b/x/1");
	add_path("c/x/1");
	add_path("c/x/2");
	LINES_ARE("+a", " b/x/1", "+c/x");
	assert_int_equal(tree_turn(&opened, id_at(0)), 0);
	LINES_ARE("-a", " +x", "  y/1", " b/x/1", "+c/x");
	assert_int_equal(tree_turn(&opened, id_at(1)), 0);
	LINES_ARE("-a", " -x", "   1", "   2", "  y/1", " b/x/1", "+c/x");
	assert_int_equal(tree_turn(&opened, id_at(6)), 0);
	LINES_ARE("-a", " -x", "   1", "   2", "  y/1", " b/x/1", "-c/x", "   1", "   2");
	assert_int_equal(tree_turn(&opened, id_at(0)), 0);
	LINES_ARE("+a", " b/x/1", "-c/x", "   1", "   2");
	/* what was open below it still is */
	assert_int_equal(tree_turn(&opened, id_at(0)), 0);
	LINES_ARE("-a", " -x", "   1", "   2", "  y/1", " b/x/1", "-c/x", "   1", "   2");
	tree_turn_all(&opened, false);
	LINES_ARE("+a", " b/x/1", "+c/x");
	tree_turn_all(&opened, true);
	assert_int_equal(tree_turn(&opened, id_at(0)), 0);
	LINES_ARE("+a", " b/x/1", "-c/x", "   1", "   2");
}

static void order_is_that_of_the_tables(void **state)
{
	struct row first;

	add_path("a/x/1");
	add_path("a/y/1");
	add_path("b/x/1");
	tree_turn_all(&opened, true);
	LINES_ARE("-a", "  x/1", "  y/1", " b/x/1");
	for (size_t d = 0; d < DEPTH; d++) {
		size_t last = tables[d].rows.nr - 1;

		for (size_t i = 0; i < last; i++, last--) {
			first = tables[d].row[i];
			tables[d].row[i] = tables[d].row[last];
			tables[d].row[last] = first;
		}
	}
	LINES_ARE(" b/x/1", "-a", "  y/1", "  x/1");
}

/* Unknown differs from "". */
static void unknown_is_a_name_of_its_own(void **state)
{
	add_path("a//1");
	add_path("a//2");
	add_path("//1");
	tree_turn_all(&opened, true);
	LINES_ARE("-a/", "   1", "   2", " //1");
}

static void every_row_has_its_line(void **state)
{
	struct tree *t;
	size_t leaves = 0;
	char path[32];

	srand(5);
	for (size_t i = 0; i < 300; i++) {
		snprintf(path, sizeof(path), "%d/%d/%d", rand() % 7, rand() % 5, rand() % 20);
		add_path(path);
	}
	tree_turn_all(&opened, true);
	t = make();
	for (size_t i = 0; i < tree_nr(t); i++) {
		struct tree_line l = tree_line(t, i);

		leaves += l.rows == &tables[DEPTH - 1].rows;
		assert_int_equal(l.children == 0, l.rows == &tables[DEPTH - 1].rows);
		for (size_t k = 0; i && k < l.first_key; k++)
			assert_string_equal(l.rows->row[l.row].keys[k].text,
					    tree_line(t, i - 1).rows->row[tree_line(t, i - 1).row].keys[k].text);
	}
	assert_int_equal(leaves, tables[DEPTH - 1].rows.nr);
	tree_free(t);
}

static void nothing_has_no_lines(void **state)
{
	struct tree *t = make();

	assert_int_equal(tree_nr(t), 0);
	tree_free(t);
	tree_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(lines_open_and_close, setup, teardown),
		cmocka_unit_test_setup_teardown(order_is_that_of_the_tables, setup, teardown),
		cmocka_unit_test_setup_teardown(unknown_is_a_name_of_its_own, setup, teardown),
		cmocka_unit_test_setup_teardown(every_row_has_its_line, setup, teardown),
		cmocka_unit_test_setup_teardown(nothing_has_no_lines, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
