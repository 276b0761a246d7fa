// SPDX-License-Identifier: GPL-2.0-only
/* Call chains of a synthetic recording, named, as a tree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "profile/filter/filter.h"
#include "recording/stacks.h"
#include "tests/perfdata/typical.h"

/* IP TID TIME CALLCHAIN CPU PERIOD IDENTIFIER; attr.freq */
#define ST_CYCLES (ST_PLAIN | 1u << 5 | 1u << 8)
#define ATTR_FREQ (1ull << 10)

/* PERF_CONTEXT_KERNEL and _USER */
#define K ((uint64_t)-128)
#define U ((uint64_t)-512)

enum { IN_KERNEL = 1, IN_USER = 2 };	/* PERF_RECORD_MISC_* */

static uint64_t now;

static void begin(struct build *b)
{
	struct build_attr *a;

	typical_attrs(b);
	a = build_attr(b, 0, 0, "cycles");
	a->sample_type = ST_CYCLES;
	a->flags |= ATTR_FREQ;
	a->period = 499;
	build_attr_id(a, 58);
	typical_preamble(b);
	rec_mmap2(b, 700, 0x400000, 0x2000, "/usr/bin/vmm", (struct at){ 56, 1000, 700, 700, 0 });
	now = 1100;
}

/* Period 100; the first entry other than a marker is the PC. */
static void sample(struct build *b, const uint64_t *entry, size_t nr)
{
	struct bytes_buf *d = &b->data;
	bool kernel = nr && entry[0] == K;

	put32(d, 9);
	put16(d, kernel ? IN_KERNEL : IN_USER);
	put16(d, 8 + 7 * 8 + 8 * nr);
	put64(d, 58);
	put64(d, nr > 1 ? entry[1] : 0x400100);
	put32(d, 700);
	put32(d, 700);
	put64(d, now += 10);
	put32(d, 0);
	put32(d, 0);
	put64(d, 100);
	put64(d, nr);
	for (size_t i = 0; i < nr; i++)
		put64(d, entry[i]);
}

#define SAMPLE(b, ...) do {						\
	const uint64_t entry_[] = { __VA_ARGS__ };			\
									\
	sample(b, entry_, sizeof(entry_) / sizeof(entry_[0]));		\
} while (0)

static void put_node(FILE *out, const struct calltree *t, uint32_t i)
{
	const struct call_node *n = calltree_node(t, i);
	const char *name = n->kind == CALL_TASK ? n->comm : n->kind == CALL_STOPPED ? "?" : n->symbol;

	if (i)
		fprintf(out, "%*s%s%s %d\n", n->depth - 1, "",
			n->world == WORLD_HOST_KERNEL ? "^" : "", name, (int)n->total.samples);
	for (uint32_t k = n->first; k; k = calltree_node(t, k)->next)
		put_node(out, t, k);
}

/* Check the stacks of the recording and their counts; tree NULL: expect err. */
static void assert_stacks(struct build *b, const char *filter, int err, const char *tree,
			  uint64_t chainless)
{
	const struct recording_config config = { .samples_optional = true, .jobs = 1 };
	struct recording r = { .slice = 0 };
	struct filter *f = NULL;
	struct call_total total;
	struct calltree *t;
	char path[64], why[256], *text;
	size_t len;
	FILE *out;
	int fd;

	typical_features(b);
	build_file(b);
	fd = build_fd(b, b->out.len, path, sizeof(path));
	assert_int_equal(recording_open(&r, path, &config, why, sizeof(why)), 0);
	if (filter)
		assert_int_equal(filter_parse(&f, filter, why, sizeof(why)), 0);
	assert_int_equal(recording_stacks(&r, &(struct stacks_query){ .filter = f }, &t, &total), err);
	if (tree) {
		out = open_memstream(&text, &len);
		put_node(out, t, 0);
		fclose(out);
		assert_string_equal(text, tree);
		free(text);
	}
	assert_int_equal(total.chainless.samples, chainless);
	calltree_free(t);
	filter_free(f);
	recording_close(&r);
	close(fd);
	build_free(b);
}

/* Code without symbols is named by 256-byte blocks of its file; the map begins at 0x1000 in it. */
static void frames_are_named_by_their_calls(void **state)
{
	struct build b = { 0 };

	begin(&b);
	/* PCs are used as they are; a return address is after its call */
	SAMPLE(&b, K, 0xffff800080011000, 0xffff800080012000, U, 0x400200, 0x400300);
	SAMPLE(&b, U, 0x400100, 0x400200, 0x400300);
	assert_stacks(&b, NULL, 0, "vmm 2\n"
				   " vmm+0x12xx 2\n"
				   "  vmm+0x11xx 1\n"
				   "   vmm+0x11xx 1\n"
				   "  vmm+0x12xx 1\n"
				   "   ^[kernel]+0x1fxx 1\n"
				   "    ^[kernel]+0x10xx 1\n", 0);
}

/* A single address has no caller, nor has one whose caller is unmapped. */
static void where_unwinding_stopped_the_caller_is_not_known(void **state)
{
	struct build b = { 0 };

	begin(&b);
	SAMPLE(&b, U, 0x400100);
	SAMPLE(&b, U, 0x400100, 0x400204, 0x123456789, 0x400304);
	SAMPLE(&b, K, 0xffff800080011000, 0xffff800080012004, U, 0x400200);
	assert_stacks(&b, NULL, 0, "vmm 3\n"
				   " ? 3\n"
				   "  vmm+0x12xx 2\n"
				   "   ^[kernel]+0x20xx 1\n"
				   "    ^[kernel]+0x10xx 1\n"
				   "   vmm+0x11xx 1\n"
				   "  vmm+0x11xx 1\n", 0);
}

/* The maximum length of the kernel [PERF_MAX_STACK_DEPTH]: there may have been more. */
static void a_chain_of_full_length_may_have_been_cut(void **state)
{
	uint64_t entry[1 + 127] = { U };

	for (size_t i = 1; i < 128; i++)
		entry[i] = 0x400104;
	for (size_t nr = 126; nr <= 127; nr++) {
		struct build b = { 0 };
		char tree[1 << 15] = "vmm 1\n";
		size_t depth = 1;

		begin(&b);
		sample(&b, entry, 1 + nr);
		if (nr == 127)
			sprintf(tree + strlen(tree), "%*s? 1\n", (int)depth++, "");
		for (size_t i = 0; i < nr; i++)
			sprintf(tree + strlen(tree), "%*svmm+0x11xx 1\n", (int)depth++, "");
		assert_stacks(&b, NULL, 0, tree, 0);
	}
}

/* Endless contexts, and as many entries as fit into a record. */
static void hostile_chains_are_bounded(void **state)
{
	static uint64_t entry[8000];
	struct build b = { 0 };

	begin(&b);
	for (size_t i = 0; i < 8000; i++)
		entry[i] = i % 6 == 0 ? K : i % 6 == 3 ? U : i % 6 < 3 ? 0xffff800080011004 : 0x400104;
	sample(&b, entry, 8000);
	for (size_t i = 0; i < 8000; i++)
		entry[i] = i % 3 ? 0xffff800080011004 : i % 2 ? U : K;
	sample(&b, entry, 8000);
	for (size_t i = 0; i < 8000; i++)
		entry[i] = i ? 0x400104 : U;
	sample(&b, entry, 8000);
	assert_stacks(&b, NULL, 0, NULL, 0);
}

static void samples_without_chains_are_counted(void **state)
{
	struct build b = { 0 };

	begin(&b);
	sample(&b, NULL, 0);
	SAMPLE(&b, U, 0x400100, 0x400204);
	sample(&b, NULL, 0);
	assert_stacks(&b, NULL, 0, "vmm 1\n"
				   " vmm+0x12xx 1\n"
				   "  vmm+0x11xx 1\n", 2);
	b = (struct build){ 0 };
	begin(&b);
	sample(&b, NULL, 0);
	assert_stacks(&b, NULL, -ENODATA, NULL, 1);
}

static void a_filter_holds_for_chains(void **state)
{
	static const struct { const char *filter; int err; const char *tree; } cases[] = {
		{ "symbol=~\"x11\" || symbol=~\"0x12\"", 0,
		  "vmm 1\n vmm+0x12xx 1\n  vmm+0x11xx 1\n" },
		{ "world=host-kernel", 0, "vmm 1\n vmm+0x12xx 1\n  vmm+0x12xx 1\n   ^[kernel]+0x10xx 1\n" },
		{ "vm=7", -ENODATA, NULL },
		{ "total>7", -EOPNOTSUPP, NULL },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct build b = { 0 };

		begin(&b);
		SAMPLE(&b, U, 0x400100, 0x400204);
		SAMPLE(&b, K, 0xffff800080011000, U, 0x400200, 0x400204);
		assert_stacks(&b, cases[i].filter, cases[i].err, cases[i].tree, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_are_named_by_their_calls),
		cmocka_unit_test(where_unwinding_stopped_the_caller_is_not_known),
		cmocka_unit_test(a_chain_of_full_length_may_have_been_cut),
		cmocka_unit_test(hostile_chains_are_bounded),
		cmocka_unit_test(samples_without_chains_are_counted),
		cmocka_unit_test(a_filter_holds_for_chains),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
