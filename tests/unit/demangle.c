// SPDX-License-Identifier: GPL-2.0-only
/* Names are demangled if wanted, and within limits. */
#include "symbolizer/demangle.h"
#include "tests/unit/symbol_fixture.h"

static void names_are_demangled_when_wanted(void **state)
{
	struct object o = file_object("/prog", 0);
	struct place p = { &o, TEXT_OFFSET + 0x200 };
	struct symbolizer *s;
	struct symbol sym;

	put_elf("prog", 0, false);
	s = with((struct symbolizer_config){ .demangle = true });
	assert_int_equal(symbolizer_name(s, &p, &sym), 0);
	assert_string_equal(sym.name, "foo::bar");
	assert_string_equal(sym.mangled, "_ZN3foo3barEi");
	symbolizer_free(s);
	s = with((struct symbolizer_config){ 0 });
	assert_named(s, &o, TEXT_OFFSET + 0x200, "_ZN3foo3barEi");
	symbolizer_free(s);
}

static void demangling_is_bounded(void **state)
{
	char out[256], *name = malloc(100000), *at = name;

	assert_true(demangle("_RNvCs1234_7mycrate3foo", out, sizeof(out)));
	assert_string_equal(out, "mycrate::foo");
	assert_true(demangle("_ZN4core3fmt5write17h0123456789abcdefE", out, sizeof(out)));
	assert_string_equal(out, "core::fmt::write");
	assert_true(demangle("_D3std5stdio7writelnFZv", out, sizeof(out)));
	assert_false(demangle("main", out, sizeof(out)));
	assert_false(demangle("_Z", out, sizeof(out)));
	assert_false(demangle("_ZN3foo3barEi", out, 4));
	/* pair<T, T> of pair<T, T> of ...: each step doubles the text. */
	at = stpcpy(at, "_Z1fISt4pairIiiE");
	for (int i = 2; i < 60; i++)
		at += sprintf(at, i < 36 ? "S0_IS%c_S%c_E" : "S0_IS1%c_S1%c_E",
			      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[(i - 1) % 36],
			      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[(i - 1) % 36]);
	strcpy(at, "Evv");
	assert_false(demangle(name, out, sizeof(out)));
	memset(name, 'P', 99999);
	name[99999] = '\0';
	memcpy(name, "_Z1f", 4);
	assert_false(demangle(name, out, sizeof(out)));
	name[1000] = '\0';
	demangle(name, out, sizeof(out));
	free(name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(names_are_demangled_when_wanted),
		TEST(demangling_is_bounded),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
