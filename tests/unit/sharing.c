// SPDX-License-Identifier: GPL-2.0-only
/* Rows folded into lines: their verdicts, accessors and order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decoder/names.h"
#include "profile/filter/filter.h"
#include "report/sharing/sharing_impl.h"

#define VMM	700	/* VM 0: its threads 701 and 702 are vCPUs 0 and 1 */
#define OTHER	800	/* VM 1: 801 is vCPU 0 */
#define BASH	50
#define LINE	0x80001040ull
#define UPPER	0xffff000000001040ull
#define ROWS	64
#define NONE	-1

static const struct input_clock ns_clock = { .mult = 1 };

/* A row in readable form. */
struct sample {
	uint64_t line;
	unsigned int word;
	enum world world;
	int32_t vm, pid, tid, cpu;
	enum spe_access access;
	uint64_t samples;
	uint32_t cycles;	/* per sample */
	const char *field;	/* NULL: unknown */
};

struct fixture {
	struct timeline *timeline;
	enum field keys[PROFILE_KEYS];
	struct rows rows;
	struct row row[ROWS];
	struct value value[ROWS * PROFILE_KEYS];
	char text[ROWS * PROFILE_KEYS][24];
	struct sharing s;
};

static void called(struct timeline *t, int32_t pid, int32_t tid, const char *name)
{
	struct event ev = { .type = EVENT_COMM, .cpu = -1, .pid = pid, .tid = tid,
			    .comm.name = name };

	assert_int_equal(timeline_apply(t, &ev), 0);
}

static struct fixture *fixture_new(enum field line)
{
	struct fixture *x = calloc(1, sizeof(*x));

	assert_non_null(x);
	x->timeline = timeline_new();
	called(x->timeline, VMM, VMM, "qemu");
	called(x->timeline, VMM, 701, "CPU 0/KVM");
	called(x->timeline, VMM, 702, "CPU 1/KVM");
	called(x->timeline, OTHER, 801, "CPU 0/KVM");
	called(x->timeline, BASH, BASH, "ba\033[31msh");
	timeline_set_mode(x->timeline, HOST_VHE);
	assert_int_equal(timeline_seal(x->timeline, &ns_clock, true), 0);
	x->rows = (struct rows){
		.keys = x->keys, .nr_keys = sharing_keys(line, true, x->keys), .row = x->row,
	};
	return x;
}

static void fixture_free(struct fixture *x)
{
	sharing_clear(&x->s);
	timeline_free(x->timeline);
	free(x);
}

static struct value *value_at(struct fixture *x, enum field f)
{
	size_t k = 0, i;

	while (x->keys[k] != f)
		k++;
	i = x->rows.nr * x->rows.nr_keys + k;
	x->value[i].text = x->text[i];
	return &x->value[i];
}

static void put_text(struct fixture *x, enum field f, const char *text)
{
	struct value *v = value_at(x, f);

	v->text = text;
	v->known = *text != 0;
}

static void put_number(struct fixture *x, enum field f, bool known, uint64_t n)
{
	struct value *v = value_at(x, f);

	v->known = v->is_num = known;
	v->num = known ? n : 0;
	if (known)
		sprintf((char *)v->text, "%" PRIu64, n);
}

static void put_id(struct fixture *x, enum field f, int32_t id)
{
	put_number(x, f, id >= 0, (uint64_t)id);
}

static void add(struct fixture *x, struct sample s)
{
	struct row *row = &x->row[x->rows.nr];
	bool store = s.access == SPE_ACCESS_WRITE;

	put_number(x, x->keys[0], s.line != 0, s.line);
	put_number(x, FIELD_WORD, true, s.word);
	put_text(x, FIELD_WORLD, world_name(s.world));
	put_id(x, FIELD_VM, s.vm);
	put_id(x, FIELD_PID, s.pid);
	put_id(x, FIELD_TID, s.tid);
	put_id(x, FIELD_CPU, s.cpu);
	put_text(x, FIELD_ACCESS, spe_access_name(s.access));
	put_text(x, FIELD_MEMBER, s.field ? s.field : "");
	row->keys = x->value + x->rows.nr++ * x->rows.nr_keys;
	row->m = (struct metrics){
		.samples = s.samples, .loads = store ? 0 : s.samples, .stores = store ? s.samples : 0,
		.total = { .n = s.samples, .sum = s.samples * s.cycles, .max = s.cycles },
	};
	row->m.events[SPE_EV_L1D_ACCESS] = s.samples;
	row->m.events[SPE_EV_L1D_MISS] = s.samples / 2;
}

#define R	SPE_ACCESS_READ
#define W	SPE_ACCESS_WRITE
#define U	SPE_ACCESS_UPDATE

/* Each thread has a CPU of its own. */
static int32_t cpu_of(int32_t tid)
{
	return tid > 0 ? tid % 64 : 0;
}

static struct sample of_host(uint64_t line, unsigned int word, int32_t tid, enum spe_access a)
{
	return (struct sample){ line, word, WORLD_HOST_USER, NONE, tid, tid,
				cpu_of(tid), a, 10, 20, NULL };
}

static struct sample of_guest(uint64_t line, unsigned int word, int32_t tid, enum spe_access a)
{
	return (struct sample){ line, word, WORLD_GUEST_KERNEL, tid == 801, tid == 801 ? OTHER : VMM,
				tid, cpu_of(tid), a, 10, 20, NULL };
}

static const struct sharing_line *make(struct fixture *x)
{
	sharing_clear(&x->s);
	assert_int_equal(sharing_make(&x->s, &x->rows, x->timeline), 0);
	return x->s.lines;
}

/* The verdict on one physical line with these samples. */
static enum sharing_verdict verdict_of(const struct sample *s, size_t nr)
{
	struct fixture *x = fixture_new(FIELD_PA_LINE);
	enum sharing_verdict v;

	for (size_t i = 0; i < nr; i++)
		add(x, s[i]);
	v = make(x)->verdict;
	assert_int_equal(x->s.nr, 1);
	assert_int_equal(x->s.of_verdict[v], 1);
	fixture_free(x);
	return v;
}

#define VERDICT(...) verdict_of((const struct sample[]){ __VA_ARGS__ }, \
	sizeof((const struct sample[]){ __VA_ARGS__ }) / sizeof(struct sample))

static void a_line_of_one_thread_is_private(void **state)
{
	assert_int_equal(VERDICT(of_host(LINE, 0, 50, R)), SHARING_PRIVATE);
	assert_int_equal(VERDICT(of_host(LINE, 0, 50, R), of_host(LINE, 8, 50, W),
				 of_host(LINE, 8, 50, U)), SHARING_PRIVATE);
}

static void a_line_that_nobody_writes_is_read_shared(void **state)
{
	assert_int_equal(VERDICT(of_host(LINE, 0, 50, R), of_host(LINE, 0, 51, R)), SHARING_READ);
	assert_int_equal(VERDICT(of_host(LINE, 0, 50, R), of_host(LINE, 56, 51, R)), SHARING_READ);
}

static void a_written_word_of_two_threads_is_truly_shared(void **state)
{
	assert_int_equal(VERDICT(of_host(LINE, 8, 50, W), of_host(LINE, 8, 51, R)), SHARING_TRUE);
	assert_int_equal(VERDICT(of_host(LINE, 8, 50, W), of_host(LINE, 8, 51, W)), SHARING_TRUE);
	assert_int_equal(VERDICT(of_host(LINE, 8, 50, R), of_host(LINE, 8, 51, U)), SHARING_TRUE);
	/* words used only by the writer change nothing */
	assert_int_equal(VERDICT(of_host(LINE, 8, 50, W), of_host(LINE, 0, 50, W),
				 of_host(LINE, 8, 51, R)), SHARING_TRUE);
}

static void words_beside_a_writers_are_suspects(void **state)
{
	assert_int_equal(VERDICT(of_host(LINE, 0, 50, W), of_host(LINE, 8, 51, R)), SHARING_SUSPECT);
	assert_int_equal(VERDICT(of_host(LINE, 0, 50, W), of_host(LINE, 56, 51, W)), SHARING_SUSPECT);
	assert_int_equal(VERDICT(of_host(LINE, 0, 50, U), of_host(LINE, 8, 51, R)), SHARING_SUSPECT);
	/* two that read one word, and a third that writes another */
	assert_int_equal(VERDICT(of_host(LINE, 0, 50, R), of_host(LINE, 0, 51, R),
				 of_host(LINE, 8, 52, W)), SHARING_SUSPECT);
}

static void both_at_once_is_mixed(void **state)
{
	assert_int_equal(VERDICT(of_host(LINE, 0, 50, W), of_host(LINE, 0, 51, R),
				 of_host(LINE, 8, 51, R)), SHARING_MIXED);
	assert_int_equal(VERDICT(of_host(LINE, 0, 50, W), of_host(LINE, 0, 51, R),
				 of_host(LINE, 8, 52, W)), SHARING_MIXED);
}

static void idle_tasks_are_one_on_each_cpu(void **state)
{
	struct sample a = of_host(LINE, 0, 0, W), b = of_host(LINE, 0, 0, R);

	assert_int_equal(VERDICT(a, b), SHARING_PRIVATE);
	b.cpu = 1;
	assert_int_equal(VERDICT(a, b), SHARING_TRUE);
}

static void a_thread_that_moves_is_one(void **state)
{
	struct sample a = of_host(LINE, 0, 50, W), b = of_host(LINE, 0, 50, R);

	b.cpu = 1;
	assert_int_equal(VERDICT(a, b), SHARING_PRIVATE);
}

/* Nothing is invented: an unknown thread may be one of the others. */
static void unknown_threads_prove_nothing(void **state)
{
	struct sample nobody = of_host(LINE, 0, NONE, W);
	struct sample reader = of_host(LINE, 0, NONE, R);

	assert_int_equal(VERDICT(nobody), SHARING_UNKNOWN);
	assert_int_equal(VERDICT(nobody, of_host(LINE, 0, 50, R)), SHARING_UNKNOWN);
	assert_int_equal(VERDICT(reader, of_host(LINE, 0, 50, W)), SHARING_UNKNOWN);
	assert_int_equal(VERDICT(reader, of_host(LINE, 0, 50, R), of_host(LINE, 0, 51, R)),
			 SHARING_READ);
	assert_int_equal(VERDICT(nobody, of_host(LINE, 0, 50, R), of_host(LINE, 0, 51, R)),
			 SHARING_UNKNOWN);
	assert_int_equal(VERDICT(nobody, of_host(LINE, 8, 50, R), of_host(LINE, 0, 51, W)),
			 SHARING_SUSPECT);
	/* in an unknown world the thread proves nothing */
	nobody = of_host(LINE, 0, 51, W);
	nobody.world = WORLD_UNKNOWN;
	assert_int_equal(VERDICT(nobody, of_host(LINE, 0, 50, R)), SHARING_UNKNOWN);
}

/* The CPU's own cache keeps the line, whichever of its threads writes. */
static void what_stays_on_one_cpu_is_no_suspect(void **state)
{
	struct sample a = of_host(LINE, 0, 50, W), b = of_host(LINE, 8, 51, R);
	struct sample c = of_host(LINE, 0, 51, R);

	b.cpu = c.cpu = a.cpu;
	assert_int_equal(VERDICT(a, b), SHARING_ONE_CPU);
	assert_int_equal(VERDICT(a, c), SHARING_ONE_CPU);
	assert_int_equal(VERDICT(a, b, c), SHARING_ONE_CPU);
	a.access = R;
	assert_int_equal(VERDICT(a, b, c), SHARING_READ);
	/* one of them migrates */
	a.access = W;
	c = b;
	c.cpu++;
	assert_int_equal(VERDICT(a, b, c), SHARING_SUSPECT);
	/* unknown CPUs may be several */
	a.cpu = b.cpu = NONE;
	assert_int_equal(VERDICT(a, b), SHARING_SUSPECT);
}

static void a_guests_line_is_the_hosts_where_it_is_physical(void **state)
{
	struct fixture *x = fixture_new(FIELD_PA_LINE);
	const struct sharing_line *l;
	char text[SHARING_NAME_LEN];

	add(x, of_guest(LINE, 0, 701, W));
	add(x, of_guest(LINE, 8, 801, R));
	add(x, of_host(LINE, 0, BASH, R));
	l = make(x);
	assert_int_equal(x->s.nr, 1);
	assert_int_equal(l->verdict, SHARING_MIXED);
	assert_int_equal(l->memory, SHARING_PHYSICAL);
	assert_int_equal(l->threads, 3);
	assert_int_equal(l->readers, 2);
	assert_int_equal(l->writers, 1);
	assert_int_equal(l->vms, 2);
	assert_int_equal(l->cpus, 3);
	assert_true(sharing_crosses(l));
	assert_int_equal(l->nr_accessors, 3);
	assert_string_equal(sharing_name(text, &l->accessors[0]), "thread 50 ba\033[31msh");
	assert_string_equal(sharing_name(text, &l->accessors[1]), "vm 0 vcpu 0");
	assert_string_equal(sharing_name(text, &l->accessors[2]), "vm 1 vcpu 0");
	assert_string_equal(sharing_worlds(text, l->n.worlds), "host-user guest-kernel");
	assert_string_equal(sharing_words(text, &l->n), "br......");
	fixture_free(x);
}

static void a_vcpu_and_its_thread_are_one(void **state)
{
	struct fixture *x = fixture_new(FIELD_PA_LINE);
	const struct sharing_line *l;

	add(x, of_guest(LINE, 0, 701, W));
	add(x, of_host(LINE, 8, 701, R));
	l = make(x);
	assert_int_equal(l->verdict, SHARING_PRIVATE);
	assert_int_equal(l->threads, 1);
	assert_int_equal(l->nr_accessors, 2);
	assert_true(sharing_shows(l));	/* the host accesses its guest's memory */
	add(x, of_host(LINE, 8, 702, R));
	assert_int_equal(make(x)->verdict, SHARING_SUSPECT);
	fixture_free(x);
}

static void virtual_addresses_are_of_their_space(void **state)
{
	struct fixture *x = fixture_new(FIELD_CACHE_LINE);
	struct sample kernel = of_host(UPPER, 0, 50, R), other = of_host(UPPER, 0, 51, W);
	struct sample lost = of_host(LINE, 0, NONE, R);

	/* of two processes, two VMs: four lines */
	add(x, of_host(LINE, 0, 50, W));
	add(x, of_host(LINE, 0, 51, W));
	add(x, of_guest(LINE, 0, 701, W));
	add(x, of_guest(LINE, 0, 801, W));
	make(x);
	assert_int_equal(x->s.nr, 4);
	assert_int_equal(x->s.of_verdict[SHARING_PRIVATE], 4);
	assert_false(x->s.physical);
	/* one more of VM 0, and the kernel's of both processes */
	kernel.world = other.world = WORLD_HOST_KERNEL;
	add(x, of_guest(LINE, 0, 702, R));
	add(x, kernel);
	add(x, other);
	add(x, lost);
	make(x);
	assert_int_equal(x->s.nr, 6);
	assert_int_equal(x->s.of_verdict[SHARING_PRIVATE], 3);
	assert_int_equal(x->s.of_verdict[SHARING_TRUE], 2);
	assert_int_equal(x->s.of_verdict[SHARING_UNKNOWN], 1);
	fixture_free(x);
}

static void what_has_no_line_is_counted_beside_them(void **state)
{
	struct fixture *x = fixture_new(FIELD_PA_LINE);

	make(x);
	assert_int_equal(x->s.nr, 0);
	add(x, of_host(0, 0, 50, R));
	x->rows.rest = 7;
	x->rows.rest_below = 2;
	make(x);
	assert_int_equal(x->s.nr, 0);
	assert_int_equal(x->s.no_line, 10);
	assert_int_equal(x->s.rest, 7);
	assert_int_equal(x->s.rest_below, 2);
	fixture_free(x);
}

static void latencies_are_those_of_reads(void **state)
{
	struct fixture *x = fixture_new(FIELD_PA_LINE);
	struct sample load = of_host(LINE, 0, 50, R), store = of_host(LINE, 0, 50, W),
		      atomic = of_host(LINE, 0, 50, U);
	const struct sharing_line *l;

	store.cycles = 1000;
	atomic.cycles = 100;
	add(x, load);
	add(x, store);
	add(x, atomic);
	l = make(x);
	assert_int_equal(l->n.samples, 30);
	assert_int_equal(l->n.loads, 20);	/* by class */
	assert_int_equal(l->n.stores, 10);
	assert_int_equal(l->n.updates, 10);
	assert_int_equal(l->n.reads.n, 20);
	assert_int_equal(l->n.reads.sum, 10 * 20 + 10 * 100);
	assert_int_equal(l->n.reads.max, 100);
	assert_int_equal(l->n.l1d_accesses, 30);
	assert_int_equal(l->n.l1d_misses, 15);
	fixture_free(x);
}

/* Latency of loads comes first, not their number. */
static void lines_come_by_what_their_reads_took(void **state)
{
	static const uint64_t want[] = { 0x300, 0x200, 0x100, 0x500, 0x400 };
	struct fixture *x = fixture_new(FIELD_PA_LINE);
	struct sample slow = of_host(0x300, 0, 51, R);

	add(x, of_host(0x400, 0, 50, R));	/* private */
	add(x, of_host(0x500, 0, 50, R));	/* read by two */
	add(x, of_host(0x500, 0, 51, R));
	add(x, of_host(0x100, 0, 50, W));	/* shared, and nobody reads */
	add(x, of_host(0x100, 0, 51, W));
	add(x, of_host(0x200, 0, 50, W));
	add(x, of_host(0x200, 0, 51, R));
	slow.samples = 1;
	slow.cycles = 4000;
	add(x, of_host(0x300, 8, 50, W));
	add(x, slow);
	make(x);
	assert_int_equal(x->s.nr, 5);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(x->s.lines[i].address, want[i]);
	fixture_free(x);
}

static void names_do_not_reach_a_terminal_raw(void **state)
{
	struct fixture *x = fixture_new(FIELD_PA_LINE);
	struct report_options opt = { .format = REPORT_CSV };
	struct sharing_report r = { .table = SHARING_ACCESSORS };
	struct page p = { .opt = &opt, .width = 100 };
	struct sharing_columns c;
	char *text = NULL;
	size_t len;

	add(x, of_host(LINE, 0, BASH, W));
	make(x);
	p.out = open_memstream(&text, &len);
	assert_non_null(p.out);
	c = sharing_columns(&x->s, true);
	sharing_text_accessor(&p, &c, x->s.accessors);
	sharing_csv(p.out, &x->s, &r, &opt);
	fclose(p.out);
	assert_null(strchr(text, '\033'));
	assert_non_null(strstr(text, "thread 50 ba\\x1b[31msh"));
	assert_non_null(strstr(text, ",50,50,,ba\\x1b[31msh,"));
	free(text);
	fixture_free(x);
}

/* Each accessor's filter is valid and fits. */
static void every_accessor_has_a_filter(void **state)
{
	struct fixture *x = fixture_new(FIELD_CACHE_LINE);
	struct sample odd = of_guest(UPPER, 0, NONE, R);
	char text[SHARING_FILTER_LEN], why[256];
	struct filter *f;

	odd.vm = NONE;
	add(x, odd);
	odd.world = WORLD_UNKNOWN;
	add(x, odd);
	odd.world = WORLD_SWITCH;
	add(x, odd);
	odd.cpu = NONE;
	add(x, odd);
	add(x, of_host(LINE, 0, 50, R));
	add(x, of_guest(LINE, 0, 701, R));
	make(x);
	for (size_t i = 0; i < x->s.nr; i++) {
		const struct sharing_line *l = &x->s.lines[i];

		assert_true(strlen(sharing_filter(text, l, NULL)) < sizeof(text) - 1);
		for (size_t k = 0; k < l->nr_accessors; k++) {
			sharing_filter(text, l, &l->accessors[k]);
			assert_true(strlen(text) < sizeof(text) - 1);
			if (filter_parse(&f, text, why, sizeof(why)))
				fail_msg("%s: %s", text, why);
			filter_free(f);
		}
	}
	fixture_free(x);
}

static void a_word_has_the_field_that_its_samples_agree_on(void **state)
{
	struct fixture *x = fixture_new(FIELD_PA_LINE);
	struct sample a = of_host(LINE, 0, 1, R), b = of_host(LINE, 0, 2, W), c = of_host(LINE, 8, 1, R),
		      d = of_host(LINE, 8, 2, R);

	a.field = "queue.head";
	c.field = "queue.tail";
	d.field = "list.next";
	add(x, a);
	add(x, b);
	add(x, c);
	add(x, d);
	assert_int_equal(sharing_make(&x->s, &x->rows, x->timeline), 0);
	assert_string_equal(x->s.lines[0].field[0], "queue.head");
	assert_null(x->s.lines[0].field[1]);
	assert_null(x->s.lines[0].field[7]);
	fixture_free(x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_word_has_the_field_that_its_samples_agree_on),
		cmocka_unit_test(a_line_of_one_thread_is_private),
		cmocka_unit_test(a_line_that_nobody_writes_is_read_shared),
		cmocka_unit_test(a_written_word_of_two_threads_is_truly_shared),
		cmocka_unit_test(words_beside_a_writers_are_suspects),
		cmocka_unit_test(both_at_once_is_mixed),
		cmocka_unit_test(what_stays_on_one_cpu_is_no_suspect),
		cmocka_unit_test(idle_tasks_are_one_on_each_cpu),
		cmocka_unit_test(a_thread_that_moves_is_one),
		cmocka_unit_test(unknown_threads_prove_nothing),
		cmocka_unit_test(a_guests_line_is_the_hosts_where_it_is_physical),
		cmocka_unit_test(a_vcpu_and_its_thread_are_one),
		cmocka_unit_test(virtual_addresses_are_of_their_space),
		cmocka_unit_test(what_has_no_line_is_counted_beside_them),
		cmocka_unit_test(latencies_are_those_of_reads),
		cmocka_unit_test(lines_come_by_what_their_reads_took),
		cmocka_unit_test(names_do_not_reach_a_terminal_raw),
		cmocka_unit_test(every_accessor_has_a_filter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
