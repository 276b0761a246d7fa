// SPDX-License-Identifier: GPL-2.0-only
/* Fields of types that no compiler makes, and bit fields in units; tests/golden/types.sh has DWARF's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "symbolizer/types/layout.h"

enum { NOTHING, INT, CHAR, PAIR, BITS, LOOP, OPEN, PAIRS, FAN, HOLDER, NR };

static const struct type_member pair[] = { { "a", 0, INT, 0, 0 }, { "b", 8, CHAR, 0, 0 } };
/* char a; int b : 4, c : 12; char d; as AAPCS64 lays it out: b and c share the int at 0 */
static const struct type_member bits[] = {
	{ "a", 0, CHAR, 0, 0 }, { "b", 1, INT, 4, 0 }, { "c", 1, INT, 12, 4 }, { "d", 4, CHAR, 0, 0 },
};
static const struct type_member loop[] = { { "again", 0, LOOP, 0, 0 } };
/* without names, each in each: 8 to the power of 32 paths */
static const struct type_member fan[] = {
	{ "", 0, FAN, 0, 0 }, { "", 0, FAN, 0, 0 }, { "", 0, FAN, 0, 0 }, { "", 0, FAN, 0, 0 },
	{ "", 0, FAN, 0, 0 }, { "", 0, FAN, 0, 0 }, { "", 0, FAN, 0, 0 }, { "", 0, FAN, 0, 0 },
};
static const struct type_member holder[] = { { "", 0, FAN, 0, 0 } };

static const struct type types[NR] = {
	[NOTHING] = { .kind = TYPE_UNKNOWN, .name = "", .full = "" },
	[INT] = { .kind = TYPE_SCALAR, .name = "int", .full = "int", .size = 4 },
	[CHAR] = { .kind = TYPE_SCALAR, .name = "char", .full = "char", .size = 1 },
	[PAIR] = { .kind = TYPE_STRUCT, .name = "pair", .full = "struct pair", .size = 12, .nr = 2,
		   .member = pair },
	[BITS] = { .kind = TYPE_STRUCT, .name = "bits", .full = "struct bits", .size = 8, .nr = 4,
		   .member = bits },
	[LOOP] = { .kind = TYPE_STRUCT, .name = "loop", .full = "struct loop", .size = 8, .nr = 1,
		   .member = loop },
	[OPEN] = { .kind = TYPE_STRUCT, .open = true, .name = "open", .full = "class open", .size = 12,
		   .nr = 2, .member = pair },
	[PAIRS] = { .kind = TYPE_ARRAY, .name = "", .full = "", .of = PAIR, .dimensions = 1 },
	[FAN] = { .kind = TYPE_UNION, .name = "fan", .full = "union fan", .size = 8, .nr = 8,
		  .member = fan },
	[HOLDER] = { .kind = TYPE_STRUCT, .name = "holder", .full = "struct holder", .size = 8, .nr = 1,
		     .member = holder },
};

static const struct type *get(struct type_source *s, uint64_t type)
{
	return &types[type < NR ? type : NOTHING];
}

static struct type_source source = { get };

/* want NULL: unknown */
static void check(uint64_t type, uint64_t offset, uint64_t limit, const char *want)
{
	struct type_place place;
	bool known = type_locate(&source, type, offset, limit, NULL, &place);

	if (want)
		assert_true(known);
	else
		assert_false(known);
	if (want)
		assert_string_equal(place.field, want);
}

static void test_gaps(void **state)
{
	struct type_place place;

	check(PAIR, 3, 0, "pair.a");
	check(PAIR, 4, 0, "pair.(padding)");
	check(PAIR, 8, 0, "pair.b");
	check(PAIR, 12, 0, NULL);
	/* another member may be there */
	check(OPEN, 8, 0, "open.b");
	check(OPEN, 4, 0, NULL);
	assert_true(type_locate(&source, PAIR, 6, 0, NULL, &place));
	assert_int_equal(place.offset, 4);
	assert_int_equal(place.size, 4);
	assert_true(type_locate(&source, PAIR, 11, 0, NULL, &place));
	assert_int_equal(place.offset, 9);
	assert_int_equal(place.size, 3);
}

/* A bit field is loaded with all of its int. */
static void test_bit_fields(void **state)
{
	check(BITS, 0, 0, "bits.(a|b|c)");
	check(BITS, 1, 0, "bits.(b|c)");
	check(BITS, 4, 0, "bits.d");
	check(BITS, 5, 0, "bits.(padding)");
}

static void test_unknown_length(void **state)
{
	struct type_place place;

	check(PAIRS, 20, 24, "pair.b");
	check(PAIRS, 24, 24, NULL);
	check(PAIRS, 0, 0, NULL);
	assert_true(type_locate(&source, PAIRS, 20, 24, "all", &place));
	assert_string_equal(place.type, "struct pair");
	assert_int_equal(place.type_size, 12);
	assert_int_equal(place.offset, 8);
}

static void test_hostile(void **state)
{
	struct type_place place;

	check(NOTHING, 0, 0, NULL);
	check(LOOP, 0, 0, NULL);
	check(LOOP, 9, 0, NULL);
	check(FAN, 0, 0, "fan");
	/* ends at all */
	type_locate(&source, HOLDER, 0, 0, NULL, &place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gaps), cmocka_unit_test(test_bit_fields),
		cmocka_unit_test(test_unknown_length), cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
