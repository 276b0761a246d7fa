// SPDX-License-Identifier: GPL-2.0-only
/* Symbols of guests, by VM. */
#include "tests/unit/symbol_fixture.h"

/* vm -1: for every VM.  0 or -errno. */
static int add_guest(struct symbolizer *s, int32_t vm, const char *path, char *err)
{
	int file = symbolizer_add_guest(s, below(path), vm < 0, err, 200);

	return file < 0 ? file : symbolizer_give_guest(s, file, vm);
}

static void guests_are_told_apart(void **state)
{
	struct object vm[4];
	struct symbolizer *s = with((struct symbolizer_config){ 0 });
	char err[200] = "";

	for (int i = 0; i < 4; i++)
		vm[i] = (struct object){ .kind = OBJECT_GUEST, .vm = i, .path = "[guest:vmN]" };
	write_text("zero", "ffff800080010000 T of_zero\n");
	write_text("one", "ffff800080010000 T of_one\n");
	write_text("two", "ffff800080010000 T of_two\n");
	write_text("all", "ffff800080010000 T of_all\nffff800080020000 T of_any\n");
	put_elf("user", 0, false);
	assert_int_equal(symbolizer_set_vm(s, 1, "db"), 0);
	assert_int_equal(symbolizer_set_vm(s, 2, "web"), 0);
	assert_int_equal(add_guest(s, -1, "all", err), 0);
	assert_int_equal(add_guest(s, 0, "zero", err), 0);
	assert_int_equal(add_guest(s, 1, "one", err), 0);
	assert_int_equal(add_guest(s, 2, "two", err), 0);
	assert_int_equal(add_guest(s, 2, "user", err), 0);
	assert_named(s, &vm[0], 0xffff800080010004, "of_zero");
	assert_named(s, &vm[1], 0xffff800080010004, "of_one");
	assert_named(s, &vm[2], 0xffff800080010004, "of_two");
	assert_named(s, &vm[3], 0xffff800080010004, "of_all");
	assert_named(s, &vm[0], 0xffff800080020004, "of_any");
	assert_named(s, &vm[2], TEXT_ADDR + 0x104, "main");
	assert_named(s, &vm[0], TEXT_ADDR + 0x104, NULL);
	symbolizer_free(s);
}

/* Two VMs may have the same name: both use the file. */
static void a_guests_file_is_of_all_that_it_is_given_to(void **state)
{
	struct object one = { .kind = OBJECT_GUEST, .vm = 1, .path = "[guest:vm1]" };
	struct object two = { .kind = OBJECT_GUEST, .vm = 2, .path = "[guest:vm2]" };
	struct object three = { .kind = OBJECT_GUEST, .vm = 3, .path = "[guest:vm3]" };
	struct symbolizer *s = with((struct symbolizer_config){ 0 });
	char err[200] = "";
	int file;

	write_text("zero", "ffff800080010000 T of_zero\n");
	write_text("both", "ffff800080010000 T of_both\n");
	assert_int_equal(symbolizer_add_guest(s, below("zero"), false, err, sizeof(err)), 0);
	file = symbolizer_add_guest(s, below("both"), false, err, sizeof(err));
	assert_int_equal(file, 1);
	assert_int_equal(symbolizer_give_guest(s, file, 1), 0);
	assert_int_equal(symbolizer_give_guest(s, file, 2), 0);
	assert_named(s, &one, 0xffff800080010004, "of_both");
	assert_named(s, &two, 0xffff800080010004, "of_both");
	assert_named(s, &three, 0xffff800080010004, NULL);
	symbolizer_free(s);
}

static void guest_files_are_checked(void **state)
{
	struct object vm = { .kind = OBJECT_GUEST, .vm = 3, .path = "[guest:vm3]" };
	struct symbolizer *s = with((struct symbolizer_config){ 0 });
	char err[200] = "";

	assert_int_equal(add_guest(s, -1, "nowhere", err), -ENOENT);
	assert_non_null(strstr(err, "nowhere"));
	write_text("text", "no symbols\n");
	assert_int_equal(add_guest(s, -1, "text", err), -EINVAL);
	assert_named(s, &vm, 0x1000, NULL);
	assert_missing(s, &vm, "no symbols for VM 3");
	symbolizer_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(guests_are_told_apart),
		TEST(a_guests_file_is_of_all_that_it_is_given_to),
		TEST(guest_files_are_checked),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
