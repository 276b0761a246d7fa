// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/nearest.h"
#include "decoder/names.h"
#include "profile/filter/filter.h"

#define EV(name) (1ull << SPE_EV_##name)

/* A guest's load that missed, with all fields; and a record without any. */
static const struct spe_record full = {
	.pc = 0xffff800008001000, .target = 0, .va = 0xaa00ffff12345678, .pa = 0x80001040,
	.events = EV(RETIRED) | EV(L1D_ACCESS) | EV(L1D_MISS),
	.ctx_el1 = 7, .ctx_el2 = 702, .total = 150, .issue = 20, .xlat = 3, .source = 8,
	.op_class = 1, .op = 0x06, .pc_el = 1, .nr_extra = 2,
	.has = SPE_HAS_PC | SPE_HAS_VA | SPE_HAS_PA | SPE_HAS_EVENTS | SPE_HAS_OP |
	       SPE_HAS_TOTAL | SPE_HAS_ISSUE | SPE_HAS_XLAT | SPE_HAS_SOURCE |
	       SPE_HAS_CTX_EL1 | SPE_HAS_CTX_EL2 | SPE_HAS_TICKS,
};
static const struct spe_record empty;
static const struct spe_record branch = {
	.events = EV(RETIRED) | EV(MISPREDICTED), .op_class = 2, .op = 0x01,
	.target = 0x4000, .has = SPE_HAS_EVENTS | SPE_HAS_OP | SPE_HAS_TARGET,
};
static const struct spe_record not_taken = {
	.events = EV(RETIRED) | EV(NOT_TAKEN), .op_class = 2, .op = 0x01,
	.has = SPE_HAS_EVENTS | SPE_HAS_OP,
};

static const struct owner guest = { .world = WORLD_GUEST_KERNEL, .basis = BASIS_EL,
				    .pid = 700, .tid = 702, .vm = 1, .vcpu = 0 };
static const struct owner nobody = { .pid = -1, .tid = -1, .vm = -1, .vcpu = -1 };

static unsigned int asked;

static const char *name_of(void *arg, enum field f)
{
	asked++;
	switch (f) {
	case FIELD_VM:		return "web 1";
	case FIELD_COMM:	return "CPU 0/KVM";
	case FIELD_OBJECT:	return "[guest:vm1]";
	case FIELD_SYMBOL:	return "do_idle";
	default:		return "";
	}
}

static struct filter_input input(const struct spe_record *rec, const struct owner *owner)
{
	return (struct filter_input){ .rec = rec,
				      .owner = owner,
				      .cpu = 3,
				      .time = 1000,
				      .begin = 400,
				      .slice = 100,
				      .midr = 0x413fd0c1,
				      .count_size = 12,
				      .name = name_of };
}

static bool eval(const char *text, const struct filter_input *in)
{
	struct filter *f;
	char err[256];
	bool yes;
	int ret = filter_parse(&f, text, err, sizeof(err));

	if (ret)
		fail_msg("'%s': %s", text, err);
	yes = filter_match(f, in);
	filter_free(f);
	return yes;
}

static bool holds(const char *text)
{
	struct filter_input in = input(&full, &guest);

	return eval(text, &in);
}

static bool holds_of(const char *text, const struct spe_record *rec,
		     const struct owner *o)
{
	struct filter_input in = input(rec, o);

	in.cpu = -1;
	in.time = 0;
	in.name = NULL;
	return eval(text, &in);
}

static void every_comparison_of_a_number(void **state)
{
	assert_true(holds("total=150"));
	assert_true(holds("total==150"));
	assert_false(holds("total=151"));
	assert_true(holds("total!=151"));
	assert_false(holds("total!=150"));
	assert_true(holds("total<151"));
	assert_false(holds("total<150"));
	assert_true(holds("total<=150"));
	assert_false(holds("total<=149"));
	assert_true(holds("total>149"));
	assert_false(holds("total>150"));
	assert_true(holds("total>=150"));
	assert_false(holds("total>=151"));
	assert_true(holds(" total\t>= 0x96 "));
	assert_true(holds("total<18446744073709551615"));
}

static void every_number_field_reads_its_own_value(void **state)
{
	assert_true(holds("vm=1"));
	assert_true(holds("vcpu=0"));
	assert_true(holds("pid=700"));
	assert_true(holds("tid=702"));
	assert_true(holds("cpu=3"));
	assert_true(holds("el=1"));
	assert_true(holds("address=0xffff800008001000"));
	assert_true(holds("va=0xffffffff12345678") == false);
	assert_true(holds("va=0xffff12345678"));	/* bit 55 is clear: tag removed */
	assert_true(holds("cacheline=0xffff12345640"));
	assert_true(holds("page=0xffff12345000"));
	assert_true(holds("pa=0x80001040"));
	assert_true(holds("total_step=128"));
	assert_true(holds("pa_line=0x80001040 && word=56"));
	assert_false(holds("pa_line=0x80001048"));
	assert_false(holds_of("word>=0", &empty, &nobody));
	assert_true(holds("issue=20"));
	assert_true(holds("xlat=3"));
	assert_true(holds("events=0xe"));
	assert_true(holds("ctx_el1=7"));
	assert_true(holds("ctx_el2=702"));
	assert_true(holds("time=1000"));
	assert_true(holds("extra=2"));
	assert_true(holds_of("target=0x4000", &branch, &nobody));
}

static void a_time_with_a_unit_counts_from_the_first_sample(void **state)
{
	/* the sample's time is 1000, 600 ns after the first one's */
	assert_true(holds("time>=600ns"));
	assert_false(holds("time>600ns"));
	assert_true(holds("time=0.6us"));
	assert_true(holds("time=0.0006ms && time=0.000000600000s"));
	assert_true(holds("time<1us && time<1ms && time<1s"));
	assert_true(holds("time!=599ns"));
	assert_true(holds("time<18446744073s"));
	assert_true(holds("time<18446744073709551615ns"));	/* that is behind the clock's end */
	assert_true(holds("slice=600ns"));
	assert_true(holds("time>=600 && time<=1000"));	/* without a unit: the clock */
	assert_false(holds_of("time>=0ns", &empty, &nobody));
}

static void a_field_the_record_lacks_compares_false_both_ways(void **state)
{
	static const char *const fields[] = {
		"vm",        "vcpu",    "pid",     "tid",         "cpu",
		"el",        "address", "target",  "prev_target", "va",
		"cacheline", "page",    "pa",      "pa_line",     "word",
		"total",     "issue",   "xlat",    "events",      "ctx_el1",
		"ctx_el2",   "time",    "total_step"
	};
	char text[64];

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		snprintf(text, sizeof(text), "%s=0", fields[i]);
		assert_false(holds_of(text, &empty, &nobody));
		snprintf(text, sizeof(text), "%s!=0", fields[i]);
		assert_false(holds_of(text, &empty, &nobody));
		snprintf(text, sizeof(text), "!(%s!=0)", fields[i]);
		assert_true(holds_of(text, &empty, &nobody));
	}
	assert_false(holds_of("op=load", &empty, &nobody));
	assert_false(holds_of("op!=load", &empty, &nobody));
	assert_false(holds_of("source=0", &empty, &nobody));
	assert_false(holds_of("source!=0", &empty, &nobody));
	assert_false(holds_of("symbol=x", &empty, &nobody));
	assert_false(holds_of("symbol!=x", &empty, &nobody));
	assert_false(holds_of("symbol!~x", &empty, &nobody));
	assert_true(holds_of("!symbol=~x", &empty, &nobody));
	assert_false(holds("line=x"));
	assert_false(holds("line!=x"));
	assert_false(holds_of("retired", &empty, &nobody));
	assert_true(holds_of("!retired", &empty, &nobody));
}

static void worlds_and_bases_are_sets_of_words(void **state)
{
	assert_true(holds("world=guest-kernel"));
	assert_true(holds("world=guest"));
	assert_false(holds("world=host"));
	assert_true(holds("world!=host"));
	assert_false(holds("world!=guest"));
	assert_true(holds("world=~'^guest'"));
	assert_true(holds("world!~user"));
	assert_true(holds("basis=el"));
	assert_true(holds("basis!=context"));
	assert_true(holds_of("world=unknown", &empty, &nobody));
	assert_true(holds_of("world!=host", &empty, &nobody));
	assert_true(holds_of("basis=none", &empty, &nobody));
}

static void operations_by_class_and_subclass(void **state)
{
	assert_true(holds("op=load"));
	assert_true(holds("op=atomic"));
	assert_true(holds("op=extended"));
	assert_false(holds("op=store"));
	assert_true(holds("op!=branch"));
	assert_true(holds_of("op=branch", &branch, &nobody));
	assert_true(holds_of("op=cond-branch", &branch, &nobody));
	assert_false(holds_of("op=call", &branch, &nobody));
	assert_true(holds_of("op=~branch", &branch, &nobody));
	assert_true(holds_of("subclass=cond-branch", &branch, &nobody));
	assert_false(holds_of("subclass!=cond-branch", &branch, &nobody));
	assert_true(holds("subclass=~'^ext'"));
}

static void what_is_done_to_memory(void **state)
{
	static const struct { uint8_t op; const char *access; } ops[] = {
		{ 0x00, "read" }, { 0x01, "write" }, { 0x05, "write" },
		{ 0x12, "read" }, { 0x13, "write" },	/* acquire, release */
		{ 0x0a, "read" }, { 0x0b, "write" },	/* exclusives */
		{ 0x06, "update" }, { 0x07, "update" }, { 0x1e, "update" },
		{ 0x14, "read" },			/* bit 2 of an Allocation Tag's */
	};
	struct spe_record rec = { .op_class = 1, .has = SPE_HAS_OP };
	char text[32];

	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		rec.op = ops[i].op;
		snprintf(text, sizeof(text), "access=%s", ops[i].access);
		assert_true(holds_of(text, &rec, &nobody));
		snprintf(text, sizeof(text), "access!=%s", ops[i].access);
		assert_false(holds_of(text, &rec, &nobody));
	}
	assert_true(holds("access=~'^(read|update)$'"));
	assert_false(holds_of("access=~'.' || access!=read", &branch, &nobody));
	assert_false(holds_of("access=~'.' || access!=read", &empty, &nobody));
}

static void data_sources_by_name_and_by_number(void **state)
{
	assert_true(holds("source=L2"));
	assert_true(holds("source=l2"));
	assert_true(holds("source=8"));
	assert_true(holds("source=0x8"));
	assert_false(holds("source=DRAM"));
	assert_true(holds("source!=DRAM"));
	assert_true(holds("source=~'^L[12]'"));
}

static void names_match_whole_or_by_pattern(void **state)
{
	assert_true(holds("comm='CPU 0/KVM'"));
	assert_true(holds("comm=\"CPU 0/KVM\""));
	assert_true(holds("object=[guest:vm1]"));
	assert_false(holds("symbol=do_idl"));
	assert_true(holds("symbol=~^do_"));
	assert_false(holds("symbol!~^do_"));
	assert_true(holds("symbol!=cpu_idle"));
	assert_true(holds("comm=~'(CPU|IO) [0-9]+/KVM'"));
	assert_true(holds("comm=~'^[]C[:space:]P+U)(]+ [[:digit:]]{1,3}/K?V*M$'"));
	/* A dozen adjacent repetitions are cheap. */
	assert_true(holds("symbol!~'a+b+c+d+e+f+g+h+i+j+k+l+m+(n+o+)+p{1,200}'"));
}

static void a_vm_is_a_number_or_its_exact_name(void **state)
{
	assert_true(holds("vm='web 1'"));
	assert_true(holds("vm==\"web 1\""));
	assert_false(holds("vm!='web 1'"));
	assert_false(holds("vm=web"));
	assert_true(holds("vm!=web"));
	assert_true(holds("vm=0x1"));
	assert_false(holds("vm='1'"));		/* quoted: a name */
	assert_false(holds("vm=0x1g"));		/* no number */
	assert_false(holds("vm='Web 1'"));
	assert_true(holds("vm=1 && vm='web 1'"));
	assert_false(holds_of("vm=web", &empty, &nobody));
	assert_false(holds_of("vm!=web", &empty, &nobody));
}

static void the_vms_of_a_filter_are_listed(void **state)
{
	const char *name;
	struct filter *f;
	size_t at = 0;

	assert_int_equal(filter_parse(&f, "vm=web || comm=x || !(vm!='db 1')", NULL, 0), 0);
	assert_true(filter_vm_name(f, &at, &name));
	assert_string_equal(name, "web");
	assert_true(filter_vm_name(f, &at, &name));
	assert_string_equal(name, "db 1");
	assert_false(filter_vm_name(f, &at, &name));
	assert_false(filter_asks_vm_number(f));
	assert_int_equal(filter_fields(f), 1ull << FIELD_VM | 1ull << FIELD_COMM);
	filter_free(f);
	assert_int_equal(filter_parse(&f, "vm=web || vm<3", NULL, 0), 0);
	assert_true(filter_asks_vm_number(f));
	filter_free(f);
}

static void flags_are_events_and_two_more(void **state)
{
	struct spe_record rec = full;
	struct filter_input in = input(&rec, &guest);

	assert_true(holds("l1d-miss"));
	assert_true(holds("ev3"));
	assert_false(holds("ev12"));
	assert_false(holds("mispredicted"));
	assert_true(holds_of("mispredicted && taken", &branch, &nobody));
	assert_false(holds_of("taken", &not_taken, &nobody));
	assert_false(holds("taken"));		/* a load */
	assert_false(holds("saturated"));
	rec.xlat = 4095;
	assert_true(eval("saturated", &in));
	in.count_size = 16;
	assert_false(eval("saturated", &in));
	rec.issue = 0xffff;
	assert_true(eval("saturated", &in));
	rec.has = 0;
	assert_false(eval("saturated", &in));
}

static void and_binds_more_than_or_and_not_more_than_and(void **state)
{
	/* T || F && F is true only if && binds tighter. */
	assert_true(holds("vm=1 || vm=2 && vm=3"));
	assert_false(holds("(vm=1 || vm=2) && vm=3"));
	assert_false(holds("!vm=1 && vm=2"));
	assert_true(holds("!(vm=1 && vm=2)"));
	assert_true(holds("!!vm=1"));
	assert_true(holds("vm=2 || vm=3 || vm=1"));
	assert_false(holds("vm=1 && vm=1 && vm=2"));
	assert_true(holds("vm=2 && vm=1 || vm=1"));
	assert_true(holds("((vm=1))"));
}

/* All operators on all values of 3 operands, compared with C's own operators. */
static void chains_agree_with_c(void **state)
{
	char text[128];

	for (unsigned int v = 0; v < 8; v++) {
		bool a = v & 1, b = v & 2, c = v & 4;
		const char *s[2] = { "vm=9", "vm=1" };

		snprintf(text, sizeof(text), "%s && %s || %s", s[a], s[b], s[c]);
		assert_int_equal(holds(text), (a && b) || c);
		snprintf(text, sizeof(text), "%s || %s && %s", s[a], s[b], s[c]);
		assert_int_equal(holds(text), a || (b && c));
		snprintf(text, sizeof(text), "!(%s || !%s) && %s", s[a], s[b], s[c]);
		assert_int_equal(holds(text), !(a || !b) && c);
		snprintf(text, sizeof(text), "%s && !(%s && %s)", s[a], s[b], s[c]);
		assert_int_equal(holds(text), a && !(b && c));
	}
}

static void names_are_asked_only_when_they_decide(void **state)
{
	asked = 0;
	assert_false(holds("vm=2 && symbol=do_idle"));
	assert_true(holds("vm=1 || symbol=do_idle"));
	assert_int_equal(asked, 0);
	assert_true(holds("vm=1 && symbol=do_idle"));
	assert_int_equal(asked, 1);
}

static void the_fields_looked_at_are_reported(void **state)
{
	struct filter *f;

	assert_int_equal(filter_parse(&f, "vm=1 && (symbol=a || taken)", NULL, 0), 0);
	assert_int_equal(filter_fields(f), 1ull << FIELD_VM | 1ull << FIELD_SYMBOL |
			 1ull << FIELD_EVENTS | 1ull << FIELD_OP);
	filter_free(f);
}

static void errors_say_where_what_and_how_to_mend_it(void **state)
{
	static const struct { const char *text, *err;
	} cases[] = {
		{ "", "column 1: the expression ends here; expected a field" },
		{ "vm=1 &&", "column 8: the expression ends here" },
		{ "vm=1 vm=2", "column 6: expected '&&' or '||' before 'vm'" },
		{ "(vm=1",
		  "column 6: expected '&&', '||' or the ')' for the '(' at column 1" },
		{ "vm=1)", "column 5: unmatched ')'" },
		{ "totl>5",
		  "column 1: 'totl' is not a field or flag; did you mean 'total'?" },
		{ "l1d_miss",
		  "column 1: 'l1d_miss' is not a field or flag; did you mean 'l1d-miss'?" },
		{ "qqqqqqqq", "column 1: 'qqqqqqqq' is not a field or flag; `spelunk help" },
		{ "total",
		  "column 6: expected a comparison after 'total': =, !=, <, <=" },
		{ "symbol",
		  "column 7: expected a comparison after 'symbol': =, !=, =~ or !~" },
		{ "total=", "column 7: expected a number to compare 'total' with" },
		{ "total='5'", "column 7: expected a number" },
		{ "total=~5", "column 6: 'total' is a number: compare it with =" },
		{ "symbol<a", "column 7: 'symbol' has no order" },
		{ "total=5x", "column 7: '5x' is not a number" },
		{ "total=0x", "column 7: '0x' is not a number" },
		{ "total=0x5g", "column 7: '0x5g' is not a number" },
		{ "total>=20ms", "column 8: '20ms' has a unit of time, but 'total' is not a time: it is "
				 "in cycles" },
		{ "vcpu=2s", "column 6: '2s' has a unit of time, but 'vcpu' is not a time" },
		{ "vm>=web", "column 5: 'web' is the name of a VM: compare a name with = or !=" },
		{ "vm<'7'", "column 4: '7' is the name of a VM" },
		{ "vm=~web", "column 3: 'vm' is a number" },
		{ "vm=''", "column 4: expected the number or the name of a VM" },
		{ "vm=", "column 4: expected a number or a name to compare 'vm' with" },
		{ "vm='web", "column 4: unterminated quote" },
		{ "vm=18446744073709551616", "column 4: '18446744073709551616' does not fit" },
		{ "time>=20m", "column 7: '20m' is not a number; write decimal digits, or hex digits "
			       "after 0x, or a time such as 20ms or 0.5s" },
		{ "time>=0.5", "column 7: '0.5' is not a number" },
		{ "time>=.5s", "column 7: '.5s' is not a number" },
		{ "time>=ms", "column 7: 'ms' is not a number" },
		{ "time>=0x5s", "column 7: '0x5s' is not a number" },
		{ "time>=1.5ns", "column 7: '1.5ns' is finer than 1 ns" },
		{ "time>=0.0000000001s", "column 7: '0.0000000001s' is finer than 1 ns" },
		{ "time>=18446744074s", "column 7: '18446744074s' does not fit in 64 bits of ns" },
		{ "total=18446744073709551616",
		  "column 7: '18446744073709551616' does not fit" },
		{ "world=gest", "column 7: 'gest' is no world; did you mean 'guest'?" },
		{ "world=zzzzzz",
		  "column 7: 'zzzzzz' is no world (host-user, host-kernel" },
		{ "world=~zz", "column 8: 'zz' matches no possible world" },
		{ "subclass=load",
		  "column 10: 'load' is no subclass (what kind of load" },
		{ "op=lod", "column 4: 'lod' is no op; did you mean 'load'?" },
		{ "symbol='a", "column 8: unterminated quote" },
		{ "symbol=''", "column 8: an unknown symbol is never equal" },
		{ "symbol=~'('", "column 9: bad regular expression: Unmatched ( or" },
		{ "symbol=~'(a)\\1'", "column 9: back-references (\\1) are not supported" },
		{ "symbol=~'((a{99}){99}){99}'",
		  "column 9: the regular expression repeats too" },
		{ "symbol=~'a+++++++++++++++'",
		  "column 9: the regular expression repeats too" },
		{ "symbol=~'(((((((((((((a+)+)+)+)+)+)+)+)+)+)+)+)+)+'",
		  "column 9: the regular expression repeats too" },
		{ "symbol=~'([)])+([)]{99}){99}'",
		  "column 9: the regular expression repeats" },
		{ "retired=1",
		  "column 8: 'retired' is a flag and stands alone; write retired or !" },
		{ "vm=1 & vm=2", "column 6: expected '&&' or '||' before '&'" },
		{ "=5", "column 1: expected a field, a flag, '!' or '(', not '='" },
		{ "vm=1 && \033[31m", "column 9: '?[31m' is not a field or flag" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct filter *f = (struct filter *)1;
		char err[256];

		assert_int_equal(filter_parse(&f, cases[i].text, err, sizeof(err)),
				 -EINVAL);
		assert_null(f);
		if (strncmp(err, cases[i].err, strlen(cases[i].err)))
			fail_msg("'%s': got \"%s\", expected \"%s\"", cases[i].text, err,
				 cases[i].err);
	}
}

static void a_short_buffer_cuts_the_error(void **state)
{
	struct filter *f;
	char err[12] = "xxxxxxxxxxx";

	assert_int_equal(filter_parse(&f, "totl", err, sizeof(err)), -EINVAL);
	assert_string_equal(err, "column 1: '");
	assert_int_equal(filter_parse(&f, "totl", err, 3), -EINVAL);
	assert_string_equal(err, "co");
}

static void depth_and_length_are_bounded(void **state)
{
	size_t size = 40000;
	char *text = malloc(size + 1), err[128];
	struct filter *f;

	assert_non_null(text);
	memset(text, '(', size);
	text[size] = '\0';
	assert_int_equal(filter_parse(&f, text, err, sizeof(err)), -EINVAL);
	assert_non_null(strstr(err, "longer than"));
	text[10000] = '\0';
	assert_int_equal(filter_parse(&f, text, err, sizeof(err)), -EINVAL);
	assert_string_equal(err, "column 65: more than 64 nested '(' and '!'");
	memset(text, '!', 10000);
	assert_int_equal(filter_parse(&f, text, err, sizeof(err)), -EINVAL);
	memset(text, '!', 64);
	strcpy(text + 64, "vm=1");
	assert_true(holds(text));
	free(text);
}

static void a_long_chain_is_no_problem(void **state)
{
	char text[16000] = "vm=9";

	for (size_t i = 0; i < 1900; i++)
		strcat(text, "||vm=9");
	assert_false(holds(text));
	strcat(text, "||vm=1");
	assert_true(holds(text));
}

static void fields_have_names_units_and_meaning(void **state)
{
	for (unsigned int f = 0; f < NR_FIELDS; f++) {
		assert_int_equal(field_find(field_name(f), strlen(field_name(f))), f);
		assert_true(strlen(field_what(f)) > 3);
	}
	assert_string_equal(field_unit(FIELD_TOTAL), "cycles");
	assert_string_equal(field_unit(FIELD_VM), "");
	assert_int_equal(field_find("total latency", 5), FIELD_TOTAL);
	assert_int_equal(field_find("tota", 4), -1);
	assert_int_equal(field_find("", 0), -1);
}

static const char *near(const char *word)
{
	struct nearest n;

	nearest_start(&n, word, strlen(word));
	nearest_try(&n, "samples");
	nearest_try(&n, "share");
	nearest_try(&n, "total_mean");
	return n.best ? n.best : "";
}

static void the_nearest_word_is_near(void **state)
{
	assert_string_equal(near("sample"), "samples");
	assert_string_equal(near("smaples"), "samples");
	assert_string_equal(near("sahre"), "share");
	assert_string_equal(near("total-mean"), "total_mean");
	assert_string_equal(near("tot"), "total_mean");
	assert_string_equal(near("zebra"), "");
	assert_string_equal(near(""), "");
	assert_string_equal(near("a_very_long_word_that_is_longer_than_any_other"), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_comparison_of_a_number),
		cmocka_unit_test(every_number_field_reads_its_own_value),
		cmocka_unit_test(a_time_with_a_unit_counts_from_the_first_sample),
		cmocka_unit_test(a_field_the_record_lacks_compares_false_both_ways),
		cmocka_unit_test(worlds_and_bases_are_sets_of_words),
		cmocka_unit_test(operations_by_class_and_subclass),
		cmocka_unit_test(what_is_done_to_memory),
		cmocka_unit_test(data_sources_by_name_and_by_number),
		cmocka_unit_test(names_match_whole_or_by_pattern),
		cmocka_unit_test(a_vm_is_a_number_or_its_exact_name),
		cmocka_unit_test(the_vms_of_a_filter_are_listed),
		cmocka_unit_test(flags_are_events_and_two_more),
		cmocka_unit_test(and_binds_more_than_or_and_not_more_than_and),
		cmocka_unit_test(chains_agree_with_c),
		cmocka_unit_test(names_are_asked_only_when_they_decide),
		cmocka_unit_test(the_fields_looked_at_are_reported),
		cmocka_unit_test(errors_say_where_what_and_how_to_mend_it),
		cmocka_unit_test(a_short_buffer_cuts_the_error),
		cmocka_unit_test(depth_and_length_are_bounded),
		cmocka_unit_test(a_long_chain_is_no_problem),
		cmocka_unit_test(fields_have_names_units_and_meaning),
		cmocka_unit_test(the_nearest_word_is_near),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
