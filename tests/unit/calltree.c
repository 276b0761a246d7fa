// SPDX-License-Identifier: GPL-2.0-only
/* Stacks as a tree: sums, order, limits, and queries about a function. */
#include "tests/unit/calltree_fixture.h"

static struct call_names names;

static uint32_t number_of(const char *name)
{
	return call_number(&names, name, strlen(name));
}

static void add(struct calltree *t, const char *comm, const char *stack, uint64_t samples,
		uint64_t cycles)
{
	call_add(&names, t, comm, stack, samples, cycles);
}

static struct calltree *new_tree(size_t max_nodes)
{
	struct calltree *t = calltree_new(max_nodes);

	assert_non_null(t);
	return t;
}

static void put_node(FILE *out, const struct calltree *t, uint32_t i)
{
	const struct call_node *n = calltree_node(t, i);

	if (n->kind == CALL_TASK)
		fprintf(out, "%*s[%s]", n->depth - 1, "", n->comm);
	else if (n->kind == CALL_STOPPED)
		fprintf(out, "%*s?", n->depth - 1, "");
	else if (n->kind == CALL_FUNCTION)
		fprintf(out, "%*s%s%.*s", n->depth - 1, "", n->world == WORLD_HOST_KERNEL ? "^" : "",
			(int)strcspn(n->symbol, "+"), n->symbol);
	if (i)
		fprintf(out, " %d/%d %d/%d\n", (int)n->self.samples, (int)n->self.cycles,
			(int)n->total.samples, (int)n->total.cycles);
	for (uint32_t k = n->first; k; k = calltree_node(t, k)->next)
		put_node(out, t, k);
}

/* A line for each node: self and total, samples/cycles. */
static void assert_tree(const struct calltree *t, const char *text)
{
	char *got;
	size_t len;
	FILE *out = open_memstream(&got, &len);

	put_node(out, t, 0);
	fclose(out);
	assert_string_equal(got, text);
	free(got);
}

static bool is_name(const void *arg, const struct call_node *n)
{
	return n->name == *(const uint32_t *)arg;
}

static void assert_callers(const struct calltree *t, const char *name, const char *text)
{
	uint32_t number = number_of(name);
	struct calltree *out;

	assert_int_equal(calltree_callers(t, is_name, &number, 0, &out), 0);
	assert_tree(out, text);
	calltree_free(out);
}

static uint64_t stopped_in_callers(const struct calltree *t, const char *name)
{
	uint32_t number = number_of(name);
	struct calltree *out;
	uint64_t samples;

	assert_int_equal(calltree_callers(t, is_name, &number, 0, &out), 0);
	samples = calltree_stopped(out).samples;
	calltree_free(out);
	return samples;
}

static void assert_callees(const struct calltree *t, const char *name, const char *text)
{
	uint32_t number = number_of(name);
	struct calltree *out;

	assert_int_equal(calltree_callees(t, is_name, &number, 0, &out), 0);
	assert_tree(out, text);
	calltree_free(out);
}

static void assert_functions(const struct calltree *t, const char *text)
{
	struct call_function *f;
	char got[1024] = "";
	size_t nr;

	assert_int_equal(calltree_functions(t, &f, &nr), 0);
	for (size_t i = 0; i < nr; i++)
		snprintf(got + strlen(got), sizeof(got) - strlen(got), "%s%.*s %d/%d %d/%d\n",
			 f[i].world == WORLD_HOST_KERNEL ? "^" : "", (int)strcspn(f[i].symbol, "+"),
			 f[i].symbol, (int)f[i].self.samples, (int)f[i].self.cycles,
			 (int)f[i].total.samples, (int)f[i].total.cycles);
	assert_string_equal(got, text);
	free(f);
}

static void end(struct calltree *t)
{
	assert_int_equal(calltree_end(t, names.naming), 0);
}

static void stacks_add_up(void **state)
{
	struct calltree *t = new_tree(0);

	add(t, "work", "main;f;slow", 2, 20);
	add(t, "work", "main;g;slow", 5, 50);
	add(t, "work", "main;g", 1, 10);
	add(t, "work", "main;f;slow;^fault", 1, 5);
	add(t, "work", "main;f;slow", 1, 10);
	add(t, "idle", "^loop", 1, 200);
	end(t);
	assert_tree(t, "[idle] 0/0 1/200\n"
		       " ^loop 1/200 1/200\n"
		       "[work] 0/0 10/95\n"
		       " main 0/0 10/95\n"
		       "  g 1/10 6/60\n"
		       "   slow 5/50 5/50\n"
		       "  f 0/0 4/35\n"
		       "   slow 3/30 4/35\n"
		       "    ^fault 1/5 1/5\n");
	assert_functions(t, "^loop 1/200 1/200\n"
			    "main 0/0 10/95\n"
			    "slow 8/80 9/85\n"
			    "g 1/10 6/60\n"
			    "f 0/0 4/35\n"
			    "^fault 1/5 1/5\n");
	assert_int_equal(calltree_left(t).samples, 0);
	assert_int_equal(calltree_stopped(t).samples, 0);
	calltree_free(t);
}

static void a_function_is_split_by_its_callers(void **state)
{
	struct calltree *t = new_tree(0);

	add(t, "work", "main;f;slow", 3, 30);
	add(t, "work", "main;g;slow", 5, 50);
	add(t, "work", "main;f;slow;h", 1, 7);
	add(t, "other", "main;g;slow", 2, 20);
	add(t, "other", "main;h", 9, 90);
	end(t);
	assert_callers(t, "slow", "slow 10/100 11/107\n"
				  " g 7/70 7/70\n"
				  "  main 7/70 7/70\n"
				  " f 3/30 4/37\n"
				  "  main 3/30 4/37\n");
	assert_callees(t, "slow", "slow 10/100 11/107\n"
				  " h 1/7 1/7\n");
	assert_callers(t, "h", "h 10/97 10/97\n"
			       " main 9/90 9/90\n"
			       " slow 1/7 1/7\n"
			       "  f 1/7 1/7\n"
			       "   main 1/7 1/7\n");
	assert_callees(t, "nobody", "");
	calltree_free(t);
}

/* perf's --children: "ensure that only the first (outermost) entry is counted". */
static void a_recursion_counts_once(void **state)
{
	struct calltree *t = new_tree(0);

	add(t, "work", "main;f;f;f", 1, 10);
	add(t, "work", "main;f;g;f;h", 1, 100);
	add(t, "work", "main;g", 1, 1000);
	end(t);
	assert_functions(t, "main 0/0 3/1110\n"
			    "g 1/1000 2/1100\n"
			    "f 1/10 2/110\n"
			    "h 1/100 1/100\n");
	assert_callers(t, "f", "f 1/10 2/110\n"
			       " g 0/0 1/100\n"
			       "  f 0/0 1/100\n"
			       "   main 0/0 1/100\n"
			       " f 1/10 1/10\n"
			       "  f 1/10 1/10\n"
			       "   main 1/10 1/10\n");
	assert_callees(t, "f", "f 0/0 2/110\n"
			       " g 0/0 1/100\n"
			       "  f 0/0 1/100\n"
			       "   h 1/100 1/100\n"
			       " f 0/0 1/10\n"
			       "  f 1/10 1/10\n");
	calltree_free(t);
}

static void what_is_not_known_is_a_caller_of_its_own(void **state)
{
	struct calltree *t = new_tree(0);

	add(t, "work", "?;f;slow", 1, 10);
	add(t, "work", "?;slow", 2, 20);
	add(t, "work", "main;slow", 3, 30);
	add(t, "work", "slow", 4, 40);
	end(t);
	assert_int_equal(calltree_stopped(t).samples, 3);
	assert_int_equal(calltree_stopped(t).cycles, 30);
	assert_int_equal(stopped_in_callers(t, "slow"), 3);
	assert_callers(t, "slow", "slow 10/100 10/100\n"
				  " main 3/30 3/30\n"
				  " ? 2/20 2/20\n"
				  " f 1/10 1/10\n"
				  "  ? 1/10 1/10\n");
	assert_functions(t, "slow 10/100 10/100\n"
			    "main 0/0 3/30\n"
			    "f 0/0 1/10\n");
	calltree_free(t);
}

static void a_world_is_part_of_a_function(void **state)
{
	struct calltree *t = new_tree(0);

	add(t, "work", "main;copy;^copy", 1, 10);
	add(t, "work", "main;copy", 1, 20);
	end(t);
	assert_functions(t, "copy 1/20 2/30\n"
			    "main 0/0 2/30\n"
			    "^copy 1/10 1/10\n");
	assert_callers(t, "copy", "copy 1/20 1/20\n"
				  " main 1/20 1/20\n"
				  "^copy 1/10 1/10\n"
				  " copy 1/10 1/10\n"
				  "  main 1/10 1/10\n");
	calltree_free(t);
}

static void equal_weights_are_ordered_by_name(void **state)
{
	struct calltree *t = new_tree(0);

	add(t, "work", "c", 1, 10);
	add(t, "work", "a", 1, 10);
	add(t, "work", "b", 2, 10);
	add(t, "Work", "a", 4, 30);
	end(t);
	assert_tree(t, "[Work] 0/0 4/30\n"
		       " a 4/30 4/30\n"
		       "[work] 0/0 4/30\n"
		       " b 2/10 2/10\n"
		       " a 1/10 1/10\n"
		       " c 1/10 1/10\n");
	calltree_free(t);
}

static void trees_merge(void **state)
{
	struct calltree *a = new_tree(0), *b = new_tree(3), *c = new_tree(0);

	add(a, "work", "main;f", 1, 10);
	add(a, "more", "?", 1, 3);
	add(b, "work", "main;f", 1, 5);
	add(b, "work", "main", 1, 2);
	add(b, "work", "?;g", 1, 1);
	add(b, "work", "main;g", 1, 3);
	assert_int_equal(calltree_left(b).samples, 2);
	assert_int_equal(calltree_stopped(b).samples, 0);
	add(c, "more", "?", 1, 4);
	assert_int_equal(calltree_merge(a, b), 0);
	assert_int_equal(calltree_merge(a, c), 0);
	end(a);
	assert_tree(a, "[work] 0/0 3/17\n"
		       " main 1/2 3/17\n"
		       "  f 2/15 2/15\n"
		       "[more] 0/0 2/7\n"
		       " ? 2/7 2/7\n");
	assert_int_equal(calltree_left(a).cycles, 4);
	assert_int_equal(calltree_stopped(a).cycles, 7);
	calltree_free(a);
	calltree_free(b);
	calltree_free(c);
}

/* A stack is added completely or not at all; existing ones can still be counted. */
static void nodes_are_bounded(void **state)
{
	struct calltree *t = new_tree(4);

	add(t, "work", "main;f", 1, 10);
	add(t, "work", "main;g;h", 1, 100);
	add(t, "work", "main;g", 1, 1);
	add(t, "more", "main", 1, 1000);
	add(t, "work", "main;f", 1, 10);
	add(t, "work", "main", 1, 5);
	end(t);
	assert_int_equal(calltree_nr(t), 5);
	assert_tree(t, "[work] 0/0 4/26\n"
		       " main 1/5 4/26\n"
		       "  f 2/20 2/20\n"
		       "  g 1/1 1/1\n");
	assert_int_equal(calltree_left(t).samples, 2);
	assert_int_equal(calltree_left(t).cycles, 1100);
	calltree_free(t);
}

#define DEEP	100000

static void depth_is_bounded(void **state)
{
	struct call_frame *frames = calloc(DEEP, sizeof(*frames));
	struct call_stack s = { .vm = -1, .comm = naming_intern(names.naming, "deep"), .frame = frames };
	struct calltree *t = new_tree(0);
	struct call_function *f;
	uint32_t leaf = 0;
	size_t nr;

	assert_non_null(frames);
	for (size_t i = 0; i < DEEP; i++)
		frames[i] = (struct call_frame){ CALL_FUNCTION, WORLD_HOST_USER,
						 number_of(i % 2 ? "odd" : "even") };
	/* the deepest that fits: a task and 511 frames */
	s.nr = 511;
	assert_int_equal(calltree_add(t, &s, (struct call_weight){ 1, 1 }), 0);
	assert_int_equal(calltree_nr(t), 513);
	assert_int_equal(calltree_stopped(t).samples, 0);
	s.nr = 512;
	assert_int_equal(calltree_add(t, &s, (struct call_weight){ 1, 1 }), 0);
	s.nr = DEEP;
	assert_int_equal(calltree_add(t, &s, (struct call_weight){ 1, 1 }), 0);
	assert_int_equal(calltree_stopped(t).samples, 2);
	/* both end in the same 510 frames, below an unknown one */
	assert_int_equal(calltree_nr(t), 513 + 511);
	end(t);
	for (uint32_t i = 1; i < calltree_nr(t); i++)
		if (calltree_node(t, i)->self.samples == 2)
			leaf = i;
	assert_int_equal(calltree_node(t, leaf)->depth, 512);
	assert_int_equal(calltree_functions(t, &f, &nr), 0);
	assert_int_equal(nr, 2);
	assert_int_equal(f[0].total.samples, 3);
	assert_int_equal(f[1].total.samples, 3);
	free(f);
	calltree_free(t);
	free(frames);
}

/* Only the direct caller of the innermost function is unproven. */
static void what_no_code_proves_is_counted(void **state)
{
	struct calltree *t = new_tree(0), *more = new_tree(0), *out;
	const struct call_frame frames[] = {
		{ CALL_FUNCTION, WORLD_HOST_USER, number_of("slow") },
		{ CALL_FUNCTION, WORLD_HOST_USER, number_of("main") },
	};
	const struct call_stack s = {
		.vm = -1, .comm = naming_intern(names.naming, "work"), .frame = frames, .nr = 2,
		.unproven = true,
	};
	uint32_t name = number_of("main");

	add(t, "work", "main;slow", 10, 10);
	assert_int_equal(calltree_add(t, &s, (struct call_weight){ 3, 5 }), 0);
	assert_int_equal(calltree_add(more, &s, (struct call_weight){ 4, 5 }), 0);
	assert_int_equal(calltree_merge(t, more), 0);
	end(t);
	assert_tree(t, "[work] 0/0 17/20\n"
		       " main 0/0 17/20\n"
		       "  slow 17/20 17/20\n");
	assert_int_equal(calltree_unproven(t), 7);
	assert_int_equal(calltree_callers(t, is_name, &name, 0, &out), 0);
	assert_int_equal(calltree_unproven(out), 0);
	calltree_free(out);
	name = number_of("slow");
	assert_int_equal(calltree_callers(t, is_name, &name, 0, &out), 0);
	assert_int_equal(calltree_unproven(out), 7);
	calltree_free(out);
	calltree_free(more);
	calltree_free(t);
}

static void an_empty_tree_is_one(void **state)
{
	struct calltree *t = new_tree(0);

	add(t, "work", "", 1, 10);
	end(t);
	assert_tree(t, "[work] 1/10 1/10\n");
	assert_functions(t, "");
	calltree_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stacks_add_up),
		cmocka_unit_test(a_function_is_split_by_its_callers),
		cmocka_unit_test(a_recursion_counts_once),
		cmocka_unit_test(what_is_not_known_is_a_caller_of_its_own),
		cmocka_unit_test(a_world_is_part_of_a_function),
		cmocka_unit_test(equal_weights_are_ordered_by_name),
		cmocka_unit_test(trees_merge),
		cmocka_unit_test(nodes_are_bounded),
		cmocka_unit_test(depth_is_bounded),
		cmocka_unit_test(what_no_code_proves_is_counted),
		cmocka_unit_test(an_empty_tree_is_one),
	};
	int failed;

	call_names_init(&names);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	call_names_clear(&names);
	return failed;
}
