// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#include "symbolizer/files/kallsyms.h"

static int open_text(struct kallsyms **out, const char *text, size_t len)
{
	int fd = memfd_create("kallsyms", 0), err;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), len);
	err = kallsyms_open(out, fd);
	close(fd);
	return err;
}

static struct kallsyms *parse(const char *text)
{
	struct kallsyms *k = NULL;

	assert_int_equal(open_text(&k, text, strlen(text)), 0);
	return k;
}

static void assert_name(const struct symtab *t, uint64_t addr, const char *name)
{
	const struct symtab_range *s = symtab_find(t, addr);

	if (!name) {
		assert_null(s);
		return;
	}
	assert_non_null(s);
	assert_string_equal(s->name, name);
}

static const char real[] =
	"ffff800008010000 t bcm2835_handle_irq\n"
	"ffff800008010000 T _stext\n"
	"ffff800008010000 T __irqentry_text_start\n"
	"ffff800008010050 t bcm2836_arm_irqchip_handle_irq\n"
	"ffff8000080100d0 T __irqentry_text_end\n"
	"ffff800008010100 T __memcpy\n"
	"ffff800008010100 W memcpy\n"
	"ffff800008010100 t __pi_memcpy\n"
	"ffff800008010200 t $x\n"
	"ffff800008010300 D jiffies\n"
	"ffff800000d1a000 t arm_spe_event_to_pmsfcr\t[arm_spe_pmu]\n"
	"ffff800000d1a0a8 t arm_spe_pmu_probe\t[arm_spe_pmu]\n"
	"ffff800000d20000 t vm_probe\t[virtio_mmio]\n";

static void a_symbol_reaches_to_the_next(void **state)
{
	struct kallsyms *k = parse(real);
	const struct symtab *t = kallsyms_kernel(k);
	uint64_t at;

	assert_name(t, 0xffff80000801004f, "bcm2835_handle_irq");
	assert_name(t, 0xffff800008010050, "bcm2836_arm_irqchip_handle_irq");
	assert_name(t, 0xffff8000080102ff, "__memcpy");
	assert_name(t, 0xffff800008010300, "jiffies");
	assert_name(t, 0xffff800008011000, NULL);
	assert_name(t, 0xffff80000800ffff, NULL);
	assert_int_equal(symtab_find(t, 0xffff800008010000)->size, 0x50);
	assert_true(symtab_reference(t, "_stext", &at));
	assert_int_equal(at, 0xffff800008010000);
	assert_false(symtab_reference(t, "_text", &at));
	kallsyms_free(k);
}

static void an_end_marker_names_nothing(void **state)
{
	struct kallsyms *k = parse(real);

	assert_name(kallsyms_kernel(k), 0xffff8000080100cf, "bcm2836_arm_irqchip_handle_irq");
	assert_name(kallsyms_kernel(k), 0xffff8000080100d8, NULL);
	kallsyms_free(k);
}

static void modules_are_tables_of_their_own(void **state)
{
	struct kallsyms *k = parse(real);
	const struct symtab *t;
	uint64_t text;

	t = kallsyms_module(k, "[arm_spe_pmu]", &text);
	assert_non_null(t);
	assert_int_equal(text, 0xffff800000d1a000);
	assert_name(t, text + 0xa8, "arm_spe_pmu_probe");
	assert_name(t, text + 0x1000, NULL);	/* the last one ends with its page */
	assert_name(kallsyms_kernel(k), text, NULL);
	assert_null(kallsyms_module(k, "[none]", &text));
	assert_string_equal(kallsyms_find(k, 0xffff800000d20010)->name, "vm_probe");
	kallsyms_free(k);
}

static void the_best_name_of_an_address_wins(void **state)
{
	struct kallsyms *k = parse(
		"ffff800080000000 T _text\n"
		"ffff800080000000 t __pi__text\n"
		"ffff800080001000 T __se_sys_read\n"
		"ffff800080001000 T ksys_read_it\n"
		"ffff800080001000 T ksys_read\n"
		"ffff800080002000 D data\n"
		"ffff800080002000 t function\n"
		"ffff800080003000 W weak_name\n"
		"ffff800080003000 t local\n");
	const struct symtab *t = kallsyms_kernel(k);

	assert_name(t, 0xffff800080000000, "_text");
	assert_name(t, 0xffff800080001000, "ksys_read_it");
	assert_name(t, 0xffff800080002000, "function");
	assert_name(t, 0xffff800080003000, "local");
	kallsyms_free(k);
}

static void addresses_hidden_by_kptr_restrict_are_refused(void **state)
{
	static const char text[] = "0000000000000000 T _text\n0000000000000000 t a\t[kvm]\n";
	struct kallsyms *k = NULL;

	assert_int_equal(open_text(&k, text, strlen(text)), -EACCES);
	assert_null(k);
}

static void other_text_is_refused(void **state)
{
	static const char *const texts[] = {
		"", "\n\n\n", "hello world\n", "ffff8000 T\n", "ffff80000801005g t x\n",
		"12345678901234567 t too_long\n", "{\"json\": 1}\n", "ffff800008010050 t \n",
	};
	struct kallsyms *k = NULL;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		assert_int_equal(open_text(&k, texts[i], strlen(texts[i])), -EINVAL);
	assert_int_equal(open_text(&k, "\177ELF\0\0\0", 7), -EINVAL);
}

static void a_torn_last_line_is_no_harm(void **state)
{
	struct kallsyms *k = parse("ffff800080000000 T one\nffff800080000010 T two\nffff80");

	assert_name(kallsyms_kernel(k), 0xffff800080000011, "two");
	kallsyms_free(k);
}

static void a_huge_name_is_cut(void **state)
{
	size_t len = 20000;
	char *text = malloc(len + 32);
	struct kallsyms *k = NULL;

	memcpy(text, "ffff800080000000 T ", 19);
	memset(text + 19, 'a', len);
	assert_int_equal(open_text(&k, text, len + 19), 0);
	assert_int_equal(strlen(symtab_find(kallsyms_kernel(k), 0xffff800080000000)->name), 4096);
	kallsyms_free(k);
	free(text);
}

static void many_modules_are_refused_not_fatal(void **state)
{
	struct kallsyms *k = NULL;
	char *text = malloc(5000 * 48), *at = text;

	for (int i = 0; i < 5000; i++)
		at += sprintf(at, "ffff8000800%05x t f\t[mod%d]\n", i, i);
	assert_true(open_text(&k, text, at - text) < 0);
	assert_null(k);
	free(text);
}

static void a_real_size_loads(void **state)
{
	size_t lines = 160000;
	char *text = malloc(lines * 48), *at = text;
	struct kallsyms *k = NULL;

	for (size_t i = 0; i < lines; i++)
		at += sprintf(at, "ffff8000%08zx %c function_number_%zu%s\n",
			      i < 150000 ? i * 64 + 0x10000000 : i * 64, "tTdW"[i % 4], i,
			      i < 150000 ? "" : "\t[a_module]");
	assert_int_equal(open_text(&k, text, at - text), 0);
	assert_name(kallsyms_kernel(k), 0xffff800010000000 + 64 * 777 + 3, "function_number_777");
	kallsyms_free(k);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_symbol_reaches_to_the_next),
		cmocka_unit_test(an_end_marker_names_nothing),
		cmocka_unit_test(modules_are_tables_of_their_own),
		cmocka_unit_test(the_best_name_of_an_address_wins),
		cmocka_unit_test(addresses_hidden_by_kptr_restrict_are_refused),
		cmocka_unit_test(other_text_is_refused),
		cmocka_unit_test(a_torn_last_line_is_no_harm),
		cmocka_unit_test(a_huge_name_is_cut),
		cmocka_unit_test(many_modules_are_refused_not_fatal),
		cmocka_unit_test(a_real_size_loads),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
