// SPDX-License-Identifier: GPL-2.0-only
/* Reports of call stacks, computed by hand. */
#include <locale.h>

#include "report/calls/calls.h"
#include "tests/unit/calltree_fixture.h"
#include "tests/unit/report_fixture.h"

static const enum field spe_keys[] = { CALLS_KEYS };

struct calls_fixture {
	struct fixture *x;
	struct call_names names;
	struct calltree *t;
	struct rows spe;
	struct calls_report r;
};

static void add(struct calls_fixture *c, const char *comm, const char *stack, uint64_t samples)
{
	call_add(&c->names, c->t, comm, stack, samples, samples * 1000000);
	c->r.total.all.samples += samples;
	c->r.total.all.cycles += samples * 1000000;
}

static void end(struct calls_fixture *c)
{
	assert_int_equal(calltree_end(c->t, c->names.naming), 0);
	c->r.stacks = c->t;
}

static struct calls_fixture *new_fixture(enum calls_kind kind)
{
	struct calls_fixture *c = calloc(1, sizeof(*c));

	assert_non_null(c);
	c->x = fixture_new();
	c->x->d.worlds = NULL;
	call_names_init(&c->names);
	c->t = calltree_new(0);
	assert_non_null(c->t);
	c->r = (struct calls_report){ .d = &c->x->d, .kind = kind, .function = "slow+0x0xx" };
	return c;
}

static void free_fixture(struct calls_fixture *c)
{
	calltree_free(c->t);
	call_names_clear(&c->names);
	free(c->x);
	free(c);
}

/* slow: 300 chains, 210 of them through often; SPE has 2,000 samples of it. */
static struct calls_fixture *two_callers(void)
{
	struct calls_fixture *c = new_fixture(CALLS_CALLERS);
	struct value world = { .text = "host-user", .num = WORLD_HOST_USER, .known = true };

	add(c, "work", "main;often;slow", 210);
	add(c, "work", "main;seldom;slow", 81);
	add(c, "work", "?;slow", 9);
	add(c, "work", "main;seldom;slow;^fault", 100);
	add(c, "work", "main", 100);
	end(c);
	fixture_add(c->x, &c->spe, spe_keys, 3, (struct value[]){ world, text_value("slow+0x0xx"),
		    text_value("/slow") }, fixture_metrics(2000, 0));
	fixture_add(c->x, &c->spe, spe_keys, 3, (struct value[]){ world, text_value("main+0x0xx"),
		    text_value("/main") }, fixture_metrics(500, 0));
	c->x->d.rows = &c->spe;
	return c;
}

/* The report, starting at `from`; the caller frees it. */
__attribute__((noinline))
static char *written(struct calls_fixture *c, const char *from)
{
	char *text = NULL, *rest;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	assert_non_null(f);
	assert_int_equal(calls_report_write(f, &c->r, &c->x->opt), 0);
	fclose(f);
	rest = strstr(text, from);
	assert_non_null(rest);
	rest = strdup(rest);
	free(text);
	return rest;
}

static void assert_written(struct calls_fixture *c, const char *lines)
{
	char from[64], *text;

	snprintf(from, sizeof(from), "%.*s", (int)strcspn(lines, "\n"), lines);
	text = written(c, from);
	if (strlen(text) > strlen(lines))
		text[strlen(lines)] = '\0';
	assert_string_equal(text, lines);
	free(text);
}

static void callers_as_text(void **state)
{
	struct calls_fixture *c = two_callers();

	c->x->opt.limit = 4;
	assert_written(c,
"Callers of slow+0x0xx\n"
"  chains      400 call chains of samples of cycles are in the function or in what it calls (80.0%\n"
"              of the cycles); the function itself ran in 300 of them\n"
"  unknown     unwinding stopped in 9 chains (~2%) at a frame whose caller is not known: there they\n"
"              end in [unknown]\n"
"                           cycles,       SPE   latency\n"
"    self   total   chains    total   samples    cycles  world         called by\n"
"  100.0%  100.0%      300  400.0 M     2,000    98.3 M  host-user     slow+0x0xx  /slow\n"
"   70.0%   52.5%      210  210.0 M    ~1,400   ~68.8 M  host-user     ├─ often+0x0xx  /often\n"
"   70.0%   52.5%      210  210.0 M    ~1,400   ~68.8 M  host-user     │  main+0x0xx  /main\n"
"   27.0%   45.3%       81  181.0 M      ~540   ~26.5 M  host-user     └─ seldom+0x0xx  /seldom\n"
"  2 more lines (--limit 0 shows all)\n"
"\n"
"How to read this\n");
	free_fixture(c);
}

/*
 * With fewer than 30 chains the report says so, and every share is rough.  Without SPE's samples
 * there is no estimate.
 */
static void few_chains_are_said(void **state)
{
	struct calls_fixture *c = new_fixture(CALLS_CALLERS);

	add(c, "work", "main;slow", 20);
	add(c, "work", "other;slow", 9);
	add(c, "work", "main", 100);
	end(c);
	c->r.total.clock = true;
	c->r.total.chainless = (struct call_weight){ 40, 40000000 };
	assert_written(c,
"Callers of slow+0x0xx\n"
"  chains      29 call chains of samples of the clock are in the function or in what it calls (~22%\n"
"              of the time); the function itself ran in 29 of them\n"
"  few         the function itself ran in fewer than 30 chains: shares by caller are only an order\n"
"              of magnitude. To fix: record longer\n"
"  no chain    40 samples of cycles (31.0%) were recorded without a call chain and are not counted\n"
"              here\n"
"                               ns,\n"
"    self   total   chains    total  world         called by\n"
"   ~100%   ~100%       29   29.0 M  host-user     slow+0x0xx  /slow\n"
"    ~69%    ~69%       20   20.0 M  host-user     ├─ main+0x0xx  /main\n"
"    ~31%    ~31%        9    9.0 M  host-user     └─ other+0x0xx  /other\n");
	free_fixture(c);
}

static void a_hidden_caller_is_said(void **state)
{
	struct calls_fixture *c = new_fixture(CALLS_CALLERS);
	const struct call_frame frames[] = {
		{ CALL_FUNCTION, WORLD_HOST_USER, call_number(&c->names, "slow", 4) },
		{ CALL_FUNCTION, WORLD_HOST_USER, call_number(&c->names, "main", 4) },
	};
	const struct call_stack s = { .vm = -1, .comm = "work", .frame = frames, .nr = 2, .unproven = true };

	assert_int_equal(calltree_add(c->t, &s, (struct call_weight){ 40, 40000000 }), 0);
	end(c);
	assert_written(c,
"  direct      in 40 chains no code proves the innermost caller: a function without a frame record\n"
"              may hide it, and then the caller's caller is shown in its place\n");
	free_fixture(c);
}

static void guests_have_no_callers_and_that_is_said(void **state)
{
	struct calls_fixture *c = new_fixture(CALLS_CHILDREN);
	const struct call_frame frames[] = {
		{ CALL_FUNCTION, WORLD_GUEST_KERNEL, call_number(&c->names, "idle", 4) },
		{ .kind = CALL_STOPPED },
	};
	const struct call_stack s = { .vm = 1, .comm = "CPU 0/KVM", .frame = frames, .nr = 2 };

	add(c, "work", "main;slow", 5);
	assert_int_equal(calltree_add(c->t, &s, (struct call_weight){ 7, 7 }), 0);
	end(c);
	c->r.total.guest_samples = 7;
	assert_written(c,
"  guests      7 samples of guests have no callers: the host's kernel records none. To fix: run\n"
"              `spelunk guest-agent --cycles-freq 499` in the guest, too, and then `spelunk merge`\n");
	c->r.kind = CALLS_CALLERS;
	c->r.function = "idle+0x0xx";
	assert_written(c,
"  guests      7 samples of guests have no callers: the host's kernel records none. To fix: run\n"
"              `spelunk guest-agent --cycles-freq 499` in the guest, too, and then `spelunk merge`\n");
	free_fixture(c);
}

static void chains_of_a_guests_own_recording_are_said(void **state)
{
	struct calls_fixture *c = new_fixture(CALLS_CHILDREN);
	const struct call_frame frame = {
		CALL_FUNCTION, WORLD_GUEST_USER, call_number(&c->names, "idle", 4),
	};
	const struct call_stack s = { .vm = 1, .comm = "shell", .frame = &frame, .nr = 1 };

	assert_int_equal(calltree_add(c->t, &s, (struct call_weight){ 1234, 700 }), 0);
	end(c);
	c->r.total.guests = (struct call_guests){
		.own = 1, .own_chains = 1234, .host = { 56, 700 }, .chainless = 2, .left_out = 1,
	};
	assert_written(c,
"  guests      1 VM was also recorded from inside: callers there come from the guest's own\n"
"              recording, 1,234 samples of it. They divide the cycles of 56 host samples, which are\n"
"              not counted a second time. The guest's own recording of 2 VMs has samples of cycles\n"
"              without call chains: record with -g there. The guest's own call chains of 1 VM are\n"
"              left out: the host has no samples of it, and one recording sampled cycles, the other\n"
"              a clock\n");
	c->x->opt.format = REPORT_JSON;
	assert_written(c,
"  \"guests\":{\n"
"   \"own_vms\":1,\n"
"   \"own_chains\":1234,\n"
"   \"replaced_samples\":56,\n"
"   \"replaced_cycles\":700,\n"
"   \"unweighed_vms\":0,\n"
"   \"chainless_vms\":2,\n"
"   \"left_out_vms\":1,\n"
"   \"host_samples\":0\n"
"  }\n");
	free_fixture(c);
}

/* In the stacks, and in the tree of callers made from them. */
static void what_has_no_room_is_said(void **state)
{
	struct calls_fixture *c = new_fixture(CALLS_CALLERS);

	calltree_free(c->t);
	c->t = calltree_new(5);
	assert_non_null(c->t);
	add(c, "work", "main;often;slow", 50);
	add(c, "work", "main;slow", 40);
	add(c, "work", "main;seldom;slow", 30);
	end(c);
	assert_written(c,
"  left out    30 chains (25.0%) are not counted here: there are too many different stacks;\n"
"              --max-rows 0 counts all\n");
	c->r.max_nodes = 3;
	assert_written(c,
"  left out    70 chains (58.3%) are not counted here: there are too many different stacks;\n"
"              --max-rows 0 counts all\n");
	free_fixture(c);
}

static void callers_as_csv(void **state)
{
	struct calls_fixture *c = two_callers();

	c->x->opt.format = REPORT_CSV;
	assert_written(c,
"id,parent,depth,world,function,object,self_samples,self_cycles,total_samples,total_cycles,"
"spe_samples,spe_latency_cycles,spe_estimated\n"
"1,0,1,host-user,slow+0x0xx,/slow,300,300000000,400,400000000,2000.0,98304000,no\n"
"2,1,2,host-user,often+0x0xx,/often,210,210000000,210,210000000,1400.0,68812800,yes\n"
"3,2,3,host-user,main+0x0xx,/main,210,210000000,210,210000000,1400.0,68812800,yes\n"
"4,1,2,host-user,seldom+0x0xx,/seldom,81,81000000,181,181000000,540.0,26542080,yes\n"
"5,4,3,host-user,main+0x0xx,/main,81,81000000,181,181000000,540.0,26542080,yes\n"
"6,1,2,,,,9,9000000,9,9000000,60.0,2949120,yes\n");
	free_fixture(c);
}

static void callers_as_json(void **state)
{
	struct calls_fixture *c = two_callers();

	c->x->opt.format = REPORT_JSON;
	assert_written(c,
"\"chains\":{\n"
"  \"unit\":\"cycles\",\n"
"  \"samples\":500,\n"
"  \"cycles\":500000000,\n"
"  \"chainless_samples\":0,\n"
"  \"chainless_cycles\":0,\n"
"  \"stopped_samples\":9,\n"
"  \"stopped_cycles\":9000000,\n"
"  \"unproven_samples\":0,\n"
"  \"left_out_samples\":0,\n"
"  \"left_out_cycles\":0,\n"
"  \"guests\":{\n"
"   \"own_vms\":0,\n"
"   \"own_chains\":0,\n"
"   \"replaced_samples\":0,\n"
"   \"replaced_cycles\":0,\n"
"   \"unweighed_vms\":0,\n"
"   \"chainless_vms\":0,\n"
"   \"left_out_vms\":0,\n"
"   \"host_samples\":0\n"
"  }\n"
" },\n"
" \"function\":\"slow+0x0xx\",\n"
" \"callers\":[\n"
"  {\n"
"   \"id\":1,\n"
"   \"parent\":0,\n"
"   \"depth\":1,\n"
"   \"stopped\":false,\n"
"   \"world\":\"host-user\",\n"
"   \"function\":\"slow+0x0xx\",\n"
"   \"object\":\"/slow\",\n"
"   \"self_samples\":300,\n"
"   \"self_cycles\":300000000,\n"
"   \"total_samples\":400,\n"
"   \"total_cycles\":400000000,\n"
"   \"spe_samples\":2000,\n"
"   \"spe_latency_cycles\":98304000,\n"
"   \"spe_estimated\":false\n"
"  },\n"
"  {\n"
"   \"id\":2,\n");
	assert_written(c,
"   \"stopped\":true,\n"
"   \"world\":null,\n"
"   \"function\":null,\n"
"   \"object\":null,\n");
	free_fixture(c);
}

static struct calls_fixture *recursion(enum calls_kind kind)
{
	struct calls_fixture *c = new_fixture(kind);

	add(c, "work", "main;f;f", 60);
	add(c, "work", "main;f", 30);
	add(c, "a;b\033", "main;^g", 8);
	add(c, "", "?", 2);
	end(c);
	return c;
}

static void children_as_text_and_csv(void **state)
{
	struct calls_fixture *c = recursion(CALLS_CHILDREN);

	assert_written(c,
"Functions by call chains\n"
"  unknown     unwinding stopped in 2 chains (~2%) at a frame whose caller is not known: there they\n"
"              end in [unknown]\n"
"   total    self   chains   cycles  world         function\n"
"   98.0%       -       98   98.0 M  host-user     main+0x0xx  /main\n"
"   90.0%   90.0%       90   90.0 M  host-user     f+0x0xx  /f\n"
"     ~8%     ~8%        8    8.0 M  host-kernel   g+0x0xx  /g\n"
"\n");
	c->x->opt.format = REPORT_CSV;
	c->x->opt.limit = 2;
	assert_written(c,
"world,function,object,self_samples,self_cycles,total_samples,total_cycles\n"
"host-user,main+0x0xx,/main,0,0,98,98000000\n"
"host-user,f+0x0xx,/f,90,90000000,90,90000000\n");
	free_fixture(c);
}

/* Only stacks, and ; only between frames. */
static void stacks_are_folded(void **state)
{
	struct calls_fixture *c = recursion(CALLS_STACKS);

	assert_written(c,
"host-user;-;work;main+0x0xx;f+0x0xx 30000000\n"
"host-user;-;work;main+0x0xx;f+0x0xx;f+0x0xx 60000000\n"
"host-kernel;-;a\\x3bb\\x1b;main+0x0xx;g+0x0xx 8000000\n"
"unknown;-;[unknown];[unknown] 2000000\n");
	c->x->opt.format = REPORT_CSV;
	assert_written(c,
"stack,samples,cycles\n"
"host-user;-;work;main+0x0xx;f+0x0xx,30,30000000\n");
	free_fixture(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(callers_as_text),
		cmocka_unit_test(few_chains_are_said),
		cmocka_unit_test(a_hidden_caller_is_said),
		cmocka_unit_test(guests_have_no_callers_and_that_is_said),
		cmocka_unit_test(chains_of_a_guests_own_recording_are_said),
		cmocka_unit_test(what_has_no_room_is_said),
		cmocka_unit_test(callers_as_csv),
		cmocka_unit_test(callers_as_json),
		cmocka_unit_test(children_as_text_and_csv),
		cmocka_unit_test(stacks_are_folded),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
