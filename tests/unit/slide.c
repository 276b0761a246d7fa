// SPDX-License-Identifier: GPL-2.0-only
/* A guest kernel's slide is proven by samples in it, or unknown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "symbolizer/slide.h"

#define LINKED	0xffff800080000000ull	/* arm64's KIMAGE_VADDR since 6.6 */
#define WORDS	(4u << 20)		/* 16 MiB of code */

/* Arm ARM: B.EQ #0; LDR X0, [X1]; ADD X0, X0, X1 */
#define BRANCH	0x54000000u
#define LOAD	0xf9400020u
#define ADD	0x8b010000u

static uint32_t *text;

static uint32_t draw(uint64_t *state)
{
	*state = *state * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(*state >> 33);
}

/* Like compiled code: one in five is a branch, one in three a load or store. */
static void write_text(uint64_t seed)
{
	for (size_t i = 0; i < WORDS; i++) {
		uint32_t n = draw(&seed) % 15;

		text[i] = n < 3 ? BRANCH : n < 8 ? LOAD : ADD;
	}
}

static bool word_at(const void *arg, uint64_t addr, uint32_t *out)
{
	*out = text[(addr - LINKED) / 4];
	return true;
}

static const struct slide_code code = {
	.word = word_at, .from = LINKED, .to = LINKED + 4ull * WORDS,
};

/* nr branches and loads from the code, moved by a distance, in a part of that many words. */
static struct slide_sample *sample(size_t nr, uint64_t by, size_t words)
{
	struct slide_sample *s = calloc(nr + 1, sizeof(*s));
	uint64_t seed = 7;

	for (size_t n = 0; n < nr; ) {
		size_t i = draw(&seed) % words;

		if (text[i] != ADD)
			s[n++] = (struct slide_sample){ LINKED + 4 * i + by, text[i] == BRANCH };
	}
	return s;
}

static struct slide find(struct slide_sample *s, size_t nr)
{
	struct slide out;

	slide_find(&out, &code, s, &nr);
	free(s);
	return out;
}

static void any_slide_is_found(void **state)
{
	static const uint64_t slides[] = {
		0, SLIDE_STEP, 0x200000, 0x2e5d4c600000, 0x12345670000, -0x200000ull,
	};

	for (size_t i = 0; i < sizeof(slides) / sizeof(slides[0]); i++) {
		struct slide s = find(sample(500, slides[i], WORDS), 500);

		assert_int_equal(s.state, SLIDE_SAMPLES);
		assert_true(s.by == slides[i]);
		assert_int_equal(s.fit, s.seen);
		assert_true(s.other < SLIDE_CHANCE);
	}
}

/* A guest that runs one loop of the kernel shows a few KiB of it. */
static void a_small_part_of_the_code_is_enough(void **state)
{
	struct slide s = find(sample(300, 0x40000000, 2000), 300);

	assert_int_equal(s.state, SLIDE_SAMPLES);
	assert_true(s.by == 0x40000000);
}

static void few_instructions_prove_nothing(void **state)
{
	struct slide s = find(sample(20, 0x200000, WORDS), 20);

	assert_int_equal(s.state, SLIDE_UNKNOWN);
	assert_true(!s.by);
}

/* A thousand samples of the same ten instructions count as ten. */
static void the_same_instruction_counts_once(void **state)
{
	struct slide_sample *few = sample(10, 0x200000, WORDS), *s = calloc(1000, sizeof(*s));
	struct slide out;

	for (size_t i = 0; i < 1000; i++)
		s[i] = few[i % 10];
	free(few);
	out = find(s, 1000);
	assert_int_equal(out.state, SLIDE_UNKNOWN);
}

static void another_build_is_refuted(void **state)
{
	struct slide_sample *s = sample(500, 0, WORDS);
	struct slide out;

	write_text(99);
	out = find(s, 500);
	write_text(1);
	assert_int_equal(out.state, SLIDE_REFUTED);
	assert_true(!out.by);
	assert_true(out.fit * 100 < out.seen * SLIDE_CHANCE);
}

/* Builds with small changes have mostly the same code, but names would be wrong. */
static void a_build_that_is_nearly_the_same_is_refuted(void **state)
{
	static const struct { size_t each; enum slide_state want; size_t fit; } cases[] = {
		{ 8, SLIDE_REFUTED, 437 },	/* 500 - 63 = 87 % */
		{ 20, SLIDE_SAMPLES, 475 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct slide_sample *s = sample(500, 0, WORDS);
		struct slide out;

		for (size_t k = 0; k < 500; k += cases[i].each)
			s[k].branch = !s[k].branch;
		out = find(s, 500);
		assert_int_equal(out.state, cases[i].want);
		/* some are chosen twice */
		assert_true(out.fit + 8 >= cases[i].fit && out.fit <= cases[i].fit + 1);
	}
}

/* Another build elsewhere: no sample is in the code as linked. */
static void another_build_elsewhere_is_unknown(void **state)
{
	struct slide_sample *s = sample(500, 0x2e5d4c600000, WORDS);
	struct slide out;

	write_text(99);
	out = find(s, 500);
	write_text(1);
	assert_int_equal(out.state, SLIDE_UNKNOWN);
	assert_true(!out.by);
}

/* The running kernel patches its code, so some of it differs from the file. */
static void some_patched_code_does_no_harm(void **state)
{
	struct slide_sample *s = sample(500, 0x200000, WORDS);
	struct slide out;

	for (size_t i = 0; i < 500; i += 20)
		s[i].branch = !s[i].branch;
	out = find(s, 500);
	assert_int_equal(out.state, SLIDE_SAMPLES);
	assert_true(out.by == 0x200000);
	assert_true(out.fit >= 470 && out.fit <= 480);
}

/* Modules are elsewhere, and prove nothing about the kernel. */
static void samples_of_modules_do_no_harm(void **state)
{
	struct slide_sample *s = sample(500, 0x200000, WORDS);
	struct slide out;

	for (size_t i = 0; i < 200; i++)
		s[i].pc = 0xffff80007ab00000 + 8 * i;
	out = find(s, 500);
	assert_int_equal(out.state, SLIDE_SAMPLES);
	assert_true(out.by == 0x200000);
}

/* Repetitive code matches at several distances: none is chosen. */
static void two_that_fit_are_none(void **state)
{
	struct slide out;

	for (size_t i = WORDS / 2; i < WORDS; i++)
		text[i] = text[i - WORDS / 2];
	out = find(sample(500, 0x200000, WORDS / 2), 500);
	write_text(1);
	assert_int_not_equal(out.state, SLIDE_SAMPLES);
	assert_true(!out.by);
}

/* A file may claim any addresses: the answer is immediate. */
static void absurd_code_is_not_searched(void **state)
{
	const struct slide_code all = { .word = word_at, .from = 0, .to = UINT64_MAX };
	struct slide_sample *s = sample(500, 0, WORDS);
	struct slide out;
	size_t nr = 500;

	slide_find(&out, &all, s, &nr);
	free(s);
	assert_int_equal(out.state, SLIDE_UNKNOWN);
}

static int prepare(void **state)
{
	text = malloc(WORDS * sizeof(*text));
	if (text)
		write_text(1);
	return text ? 0 : -1;
}

static int clean(void **state)
{
	free(text);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_slide_is_found),
		cmocka_unit_test(a_small_part_of_the_code_is_enough),
		cmocka_unit_test(few_instructions_prove_nothing),
		cmocka_unit_test(the_same_instruction_counts_once),
		cmocka_unit_test(another_build_is_refuted),
		cmocka_unit_test(a_build_that_is_nearly_the_same_is_refuted),
		cmocka_unit_test(another_build_elsewhere_is_unknown),
		cmocka_unit_test(some_patched_code_does_no_harm),
		cmocka_unit_test(samples_of_modules_do_no_harm),
		cmocka_unit_test(two_that_fit_are_none),
		cmocka_unit_test(absurd_code_is_not_searched),
	};

	return cmocka_run_group_tests(tests, prepare, clean);
}
