// SPDX-License-Identifier: GPL-2.0-only
/* Names of code without a symbol. */
#include "symbolizer/naming.h"
#include "tests/unit/symbol_fixture.h"

static void assert_called(struct naming *n, const struct object *o, uint64_t offset,
			  unsigned int what, const char *name)
{
	struct place p = { o, offset };
	struct place_names names;

	assert_int_equal(naming_get(n, &p, what, &names), 0);
	assert_string_equal(names.symbol, name);
}

static void what_has_no_symbol_is_called_by_its_place(void **state)
{
	struct object prog = file_object("/opt/bin/prog", 7), nothing = { .vm = -1, .path = "[unknown]" };
	struct object kernel = kernel_object(0xffff800080010000);
	struct object guest = { .kind = OBJECT_GUEST, .vm = 0, .path = "[guest:vm0]" };
	struct object module = { .kind = OBJECT_MODULE, .vm = -1, .path = "[kvm]" };
	struct object made = { .kind = OBJECT_ANON, .vm = -1, .path = "//anon" };
	struct symbolizer *s = with((struct symbolizer_config){ 0 });
	struct naming *n = naming_new(s);

	put_elf("opt/bin/prog", 7, false);
	assert_called(n, &prog, TEXT_OFFSET + 0x110, 0, "main");
	assert_called(n, &prog, TEXT_OFFSET + 0x300, 0, "prog+0x13xx");
	assert_called(n, &prog, TEXT_OFFSET + 0x3ff, 0, "prog+0x13xx");
	assert_called(n, &prog, 4, 0, "prog+0x0xx");
	assert_called(n, &module, 0x104, 0, "[kvm]+0x1xx");
	/* KASLR moves the kernel: offsets from its reference symbol are stable. */
	assert_called(n, &kernel, 0xffff800080020004, 0, "[kernel]+0x100xx");
	assert_called(n, &kernel, 0xffff80008000fffc, 0, "0xffff80008000ffxx");
	assert_called(n, &guest, 0x40001234, 0, "0x400012xx");
	assert_called(n, &made, 0x7f0000001000, 0, "0x7f00000010xx");
	assert_called(n, &nothing, 0, 0, "0x0xx");
	assert_called(n, &guest, UINT64_MAX, 0, "0xffffffffffffffxx");
	assert_called(n, &prog, TEXT_OFFSET + 0x110, NAMING_TOGETHER, "main");
	assert_called(n, &prog, TEXT_OFFSET + 0x300, NAMING_TOGETHER, "prog+0x13xx");
	assert_called(n, &guest, 0x40001234, NAMING_TOGETHER, "");
	assert_called(n, &made, 0x7f0000001000, NAMING_TOGETHER, "");
	naming_free(n);
	symbolizer_free(s);
}

static void a_name_by_place_is_told_from_a_symbol(void **state)
{
	static const char *const blocks[] = {
		"0x0xx", "0x400012xx", "prog+0x13xx", "[kernel]+0x100xx", "lib0x1.so+0x9f3xx",
	};
	static const char *const symbols[] = {
		"", "x", "xx", "main", "0xxx", "max+0x1", "prog+0x13", "prog0x13xx", "a+0x1Fxx", "+xx",
		"13xx", "abcdefxx",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++)
		assert_true(naming_is_block(blocks[i]));
	for (size_t i = 0; i < sizeof(symbols) / sizeof(symbols[0]); i++)
		assert_false(naming_is_block(symbols[i]));
}

static bool one_call(struct naming *n, const struct object *o, uint64_t first, uint64_t last)
{
	return naming_is_one_call(n, &(struct place){ o, first }, &(struct place){ o, last });
}

static void blocks_of_one_call_have_no_symbols(void **state)
{
	struct object prog = file_object("/opt/bin/prog", 7), other = file_object("/opt/bin/x", 7);
	struct object kernel = kernel_object(0xffff800080010040);
	struct object guest = { .kind = OBJECT_GUEST, .vm = 0, .path = "[guest:vm0]" };
	struct symbolizer *s = with((struct symbolizer_config){ 0 });
	struct naming *n = naming_new(s);

	put_elf("opt/bin/prog", 7, false);
	assert_false(one_call(n, &prog, TEXT_OFFSET + 0x300, TEXT_OFFSET + 0x3ff));
	assert_true(one_call(n, &other, 0x300, 0x3ff));
	assert_false(one_call(n, &other, 0x300, 0x400));
	assert_true(one_call(n, &guest, 0x40001200, 0x400012ff));
	/* blocks are counted from the reference symbol on */
	assert_true(one_call(n, &kernel, 0xffff800080010040, 0xffff80008001013f));
	assert_false(one_call(n, &kernel, 0xffff800080010100, 0xffff8000800101ff));
	assert_false(one_call(n, &kernel, 0xffff800080010000, 0xffff8000800100ff));
	naming_free(n);
	symbolizer_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_has_no_symbol_is_called_by_its_place),
		TEST(a_name_by_place_is_told_from_a_symbol),
		TEST(blocks_of_one_call_have_no_symbols),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
