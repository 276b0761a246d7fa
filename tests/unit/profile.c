// SPDX-License-Identifier: GPL-2.0-only
/* Rows by keys, compared with samples grouped by the texts of their keys. */
#include <errno.h>
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
#include "profile/profile.h"

#define SAMPLES		3000
#define STREAMS		3
#define TEXT		1024
#define N1		0x410fd0c1ull	/* Neoverse N1 */
#define AMPERE		0xc00fac30ull	/* AmpereOne */

static const struct input_clock ns_clock = { .mult = 1 };

static const struct {
	int32_t cpu;
	uint64_t period, midr;
} streams[STREAMS] = { { 0, 1024, N1 }, { 1, 4096, AMPERE }, { -1, 7, 0 } };

static uint64_t next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* The context of rows. */
struct setting {
	struct timeline *timeline;
	struct spaces *spaces;
	struct symbolizer *symbolizer;
	struct naming *naming;
	struct profile_context ctx;
};

static void called(struct timeline *t, int32_t pid, int32_t tid, const char *name)
{
	struct event ev = { .type = EVENT_COMM, .cpu = -1, .pid = pid, .tid = tid,
			    .comm.name = name };

	assert_int_equal(timeline_apply(t, &ev), 0);
}

/* CPU 0 is on node 1, CPU 1 on node 0; the third page of memory is on none. */
static int32_t node_of_cpu[] = { 1, 0 }, node_of_page[] = { 1, 0, -1 };
static const struct nodes nodes = {
	.cpu = node_of_cpu, .nr_cpus = 2, .block = node_of_page, .nr_blocks = 3, .shift = 12,
};

static void setup(struct setting *s)
{
	static const struct symbolizer_config none;
	const struct timeline_vm *vms;

	s->timeline = timeline_new();
	s->spaces = spaces_new();
	called(s->timeline, 700, 700, "qemu");
	called(s->timeline, 700, 701, "CPU 0/KVM");
	called(s->timeline, 700, 702, "CPU 1/KVM");
	called(s->timeline, 800, 801, "CPU 0/KVM");
	called(s->timeline, 50, 50, "bash");
	/* a thread without a name, like the idle task */
	assert_int_equal(timeline_apply(s->timeline, &(struct event){ .type = EVENT_SWITCH,
			 .cpu = 0, .time = 1, .pid = 0, .tid = 0 }), 0);
	timeline_set_mode(s->timeline, HOST_VHE);
	assert_int_equal(timeline_seal(s->timeline, &ns_clock, true), 0);
	assert_int_equal(timeline_vms(s->timeline, &vms), 2);
	assert_int_equal(spaces_guests(s->spaces, 2), 0);
	assert_int_equal(spaces_seal(s->spaces), 0);
	assert_int_equal(symbolizer_new(&s->symbolizer, &none), 0);
	s->naming = naming_new(s->symbolizer);
	s->ctx = (struct profile_context){
		.timeline = s->timeline, .spaces = s->spaces, .clock = &ns_clock, .slice = 1000,
		.naming = s->naming, .count_size = 12, .nodes = &nodes, .host = "web1",
	};
}

static void teardown(struct setting *s)
{
	naming_free(s->naming);
	symbolizer_free(s->symbolizer);
	spaces_free(s->spaces);
	timeline_free(s->timeline);
}

/* Samples -------------------------------------------------------------- */

struct sample {
	struct spe_record rec;
	struct owner owner;
	unsigned int stream;
};

static struct sample all[SAMPLES];

/* Few values of each field, so that there are groups. */
static struct spe_record any_record(uint64_t *r)
{
	static const uint64_t pcs[] = { 0, 0x400000, 0x400004, 0xffff800008000000,
					0xffff8000080000fc, UINT64_MAX };
	struct spe_record rec = {
		.pc = pcs[next(r) % 6], .target = next(r) % 3 * 0x1000,
		.prev_target = next(r) % 2 * 0x1000,
		.va = next(r) % 4 << 62 | next(r) % 2 << 55 | next(r) % 2 << 54 |
		      next(r) % 3 * 0x1000 | next(r) % 4 * 32,
		.pa = next(r) % 3 * 4096 + next(r) % 4 * 24, .events = next(r) & 0x86, .ctx_el1 = next(r) % 2,
		.ctx_el2 = next(r) % 3, .total = next(r) % 3 * 0x7ff + next(r) % 2,
		.issue = next(r) % 3, .xlat = next(r) % 2 * 0xfff, .source = next(r) % 10,
		.op_class = next(r) % 3, .op = next(r) % 24, .pc_el = next(r) % 3,
		.ticks = next(r) % 3 * 500, .nr_extra = next(r) % 8 ? 0 : next(r) % 4,
		.has = next(r) % 3 ? 0x7fff : next(r) & 0x7fff,
	};

	return rec;
}

static struct owner any_owner(const struct setting *s, uint64_t *r)
{
	static const int32_t tids[] = { 50, 701, 702, 801, 0 };
	struct spe_record rec = { .pc_el = next(r) % 3, .ctx_el2 = tids[next(r) % 5],
				  .ticks = next(r) % 2 * 10,
				  .has = SPE_HAS_PC | SPE_HAS_CTX_EL2 | SPE_HAS_TICKS };
	struct timeline_cursor c;

	if (next(r) % 8 == 0)
		rec.has &= ~SPE_HAS_PC;
	if (next(r) % 2)
		rec.has |= SPE_HAS_CTX_EL1;
	timeline_cursor_init(&c, s->timeline, 0, -1);
	return *timeline_attribute(s->timeline, &c, &rec);
}

/* Missing fields are zero, as from the decoder. */
static void drop_absent(struct spe_record *rec)
{
#define ABSENT(bit, field) if (!(rec->has & SPE_HAS_##bit)) rec->field = 0
	ABSENT(PC, pc);
	ABSENT(PC, pc_el);
	ABSENT(TARGET, target);
	ABSENT(PREV_TARGET, prev_target);
	ABSENT(VA, va);
	ABSENT(PA, pa);
	ABSENT(EVENTS, events);
	ABSENT(OP, op);
	ABSENT(OP, op_class);
	ABSENT(TOTAL, total);
	ABSENT(ISSUE, issue);
	ABSENT(XLAT, xlat);
	ABSENT(SOURCE, source);
	ABSENT(CTX_EL1, ctx_el1);
	ABSENT(CTX_EL2, ctx_el2);
	ABSENT(TICKS, ticks);
#undef ABSENT
}

static void make_samples(const struct setting *s)
{
	uint64_t r = 88172645463325252ull;
	unsigned int i;

	for (i = 0; i < SAMPLES; i++) {
		all[i].rec = any_record(&r);
		drop_absent(&all[i].rec);
		all[i].owner = any_owner(s, &r);
		all[i].stream = i * STREAMS / SAMPLES;
	}
}

/* The texts of their keys ------------------------------------------------ */

static void dec(char *text, bool known, uint64_t v)
{
	if (known)
		sprintf(text, "%" PRIu64, v);
}

static void hex(char *text, bool known, uint64_t v)
{
	if (known)
		sprintf(text, "0x%" PRIx64, v);
}

static void natural(char *text, int64_t v)
{
	dec(text, v >= 0, v);
}

static uint64_t plain_va(uint64_t va)
{
	return va >> 55 & 1 ? va | 0xffull << 56 : va & ~(0xffull << 56);
}

static void source_text(char *text, const struct sample *s)
{
	const char *name = spe_source_name(streams[s->stream].midr, s->rec.source);

	if (!(s->rec.has & SPE_HAS_SOURCE))
		return;
	if (name)
		strcpy(text, name);
	else
		sprintf(text, "%u", s->rec.source);
}

static void object_text(char *text, const struct sample *s)
{
	const struct owner *o = &s->owner;

	if (!(s->rec.has & SPE_HAS_PC))
		return;
	if (o->world == WORLD_GUEST_KERNEL || o->world == WORLD_GUEST_USER)
		sprintf(text, o->vm < 0 ? "[guest]" : "[guest:vm%d]", o->vm);
	else if ((o->world == WORLD_HOST_KERNEL || o->world == WORLD_SWITCH) && s->rec.pc >> 63)
		strcpy(text, "[kernel]");
	/* else nothing was mapped there: unknown */
}

/* The two highest bits, computed the slow way. */
static uint64_t step_of(uint64_t cycles)
{
	uint64_t unit = 1;

	while (cycles / unit >= 4)
		unit *= 2;
	return cycles / unit * unit;
}

static void text_of(char *text, enum field f, const struct setting *set, const struct sample *s)
{
	const struct spe_record *rec = &s->rec;
	const struct owner *o = &s->owner;

	*text = 0;
	switch (f) {
	case FIELD_WORLD:	strcpy(text, world_name(o->world)); break;
	case FIELD_BASIS:	strcpy(text, basis_name(o->basis)); break;
	case FIELD_REASON:
		if (o->reason)
			strcpy(text, exit_reason_name(o->reason - 1));
		break;
	case FIELD_HOST:	strcpy(text, "web1"); break;
	case FIELD_VM:		natural(text, o->vm); break;
	case FIELD_VCPU:	natural(text, o->vcpu); break;
	case FIELD_PID:		natural(text, o->pid); break;
	case FIELD_TID:		natural(text, o->tid); break;
	case FIELD_COMM:	strcpy(text, timeline_comm(set->timeline, o->task)); break;
	case FIELD_CGROUP:	/* nothing is known to be in one */
	case FIELD_POD:
	case FIELD_CONTAINER:
	case FIELD_UNIT:
	case FIELD_MACHINE:
	case FIELD_NSPID:	break;
	case FIELD_CPU_NODE:	dec(text, streams[s->stream].cpu >= 0, streams[s->stream].cpu ? 0 : 1); break;
	case FIELD_NODE:	dec(text, rec->has & SPE_HAS_PA && rec->pa < 8192, rec->pa < 4096); break;
	case FIELD_FAR:		dec(text, rec->has & SPE_HAS_PA && rec->pa < 8192 &&
				    streams[s->stream].cpu >= 0,
				    (rec->pa < 4096) != (streams[s->stream].cpu == 0)); break;
	case FIELD_GUEST_PID:	natural(text, o->guest_pid); break;
	case FIELD_GUEST_TID:	natural(text, o->guest_tid); break;
	case FIELD_GUEST_COMM:	strcpy(text, timeline_guest_comm(set->timeline, o)); break;
	case FIELD_CPU:		natural(text, streams[s->stream].cpu); break;
	case FIELD_EL:		dec(text, rec->has & SPE_HAS_PC, rec->pc_el); break;
	case FIELD_OBJECT:	object_text(text, s); break;
	case FIELD_LINE:	break;
	case FIELD_SYMBOL:	/* no symbols */
		if (rec->has & SPE_HAS_PC)
			sprintf(text, "0x%" PRIx64 "xx", rec->pc >> 8);
		break;
	case FIELD_OFFSET:	/* no file is mapped */
	case FIELD_ADDRESS:	hex(text, rec->has & SPE_HAS_PC, rec->pc); break;
	case FIELD_OP:		strcpy(text, spe_kind_name(spe_kind(rec))); break;
	case FIELD_SUBCLASS:
		if (rec->has & SPE_HAS_OP)
			strcpy(text, spe_op_name(spe_op(rec->op_class, rec->op)));
		break;
	case FIELD_SOURCE:	source_text(text, s); break;
	case FIELD_TARGET:	hex(text, rec->has & SPE_HAS_TARGET, rec->target); break;
	case FIELD_PREV_TARGET:	hex(text, rec->has & SPE_HAS_PREV_TARGET, rec->prev_target); break;
	case FIELD_VA:		hex(text, rec->has & SPE_HAS_VA, plain_va(rec->va)); break;
	case FIELD_CACHE_LINE:	hex(text, rec->has & SPE_HAS_VA, plain_va(rec->va) / 64 * 64); break;
	case FIELD_PAGE:	hex(text, rec->has & SPE_HAS_VA, plain_va(rec->va) / 4096 * 4096); break;
	case FIELD_PA:		hex(text, rec->has & SPE_HAS_PA, rec->pa); break;
	case FIELD_PA_LINE:	hex(text, rec->has & SPE_HAS_PA, rec->pa / 64 * 64); break;
	case FIELD_TYPE:	/* no file has variables */
	case FIELD_MEMBER:
	case FIELD_MEMBER_OFFSET:	break;
	case FIELD_WORD:	dec(text, rec->has & (SPE_HAS_VA | SPE_HAS_PA),
				    (rec->has & SPE_HAS_VA ? rec->va : rec->pa) % 64 / 8 * 8); break;
	case FIELD_ACCESS:
		if (rec->has & SPE_HAS_OP && rec->op_class == 1)
			strcpy(text, (rec->op & 0xe6) == 0x06 ? "update" :
			       rec->op % 2 ? "write" : "read");
		break;
	case FIELD_TOTAL:	dec(text, rec->has & SPE_HAS_TOTAL, rec->total); break;
	case FIELD_TOTAL_STEP:	dec(text, rec->has & SPE_HAS_TOTAL, step_of(rec->total)); break;
	case FIELD_ISSUE:	dec(text, rec->has & SPE_HAS_ISSUE, rec->issue); break;
	case FIELD_XLAT:	dec(text, rec->has & SPE_HAS_XLAT, rec->xlat); break;
	case FIELD_EVENTS:	hex(text, rec->has & SPE_HAS_EVENTS, rec->events); break;
	case FIELD_CTX_EL1:	hex(text, rec->has & SPE_HAS_CTX_EL1, rec->ctx_el1); break;
	case FIELD_CTX_EL2:	hex(text, rec->has & SPE_HAS_CTX_EL2, rec->ctx_el2); break;
	case FIELD_SLICE:	dec(text, rec->has & SPE_HAS_TICKS,
				    rec->ticks / set->ctx.slice * set->ctx.slice); break;
	case FIELD_TIME:	dec(text, rec->has & SPE_HAS_TICKS, rec->ticks); break;
	case FIELD_EXTRA:	dec(text, true, rec->nr_extra); break;
	case NR_FIELDS:		break;
	}
}

static void texts_of(char *text, const enum field *keys, size_t nr, const struct setting *set,
		     const struct sample *s)
{
	size_t i;

	for (i = 0; i < nr; i++) {
		text_of(text, keys[i], set, s);
		text += strlen(text);
		*text++ = '|';
	}
	*text = 0;
}

/* Naive grouping ---------------------------------------------------------- */

struct group {
	char text[TEXT];
	struct metrics m;
};

static struct group groups[SAMPLES];
static size_t nr_groups;

static void count_latency(struct latency *l, bool given, uint16_t v)
{
	l->n += given;
	l->sum += given ? v : 0;
	l->max = given && v > l->max ? v : l->max;
	l->saturated += given && v == 0xfff;
}

static void count(struct metrics *m, const struct sample *s)
{
	const struct spe_record *rec = &s->rec;
	enum spe_kind kind = spe_kind(rec);
	unsigned int i;

	m->samples++;
	m->operations += streams[s->stream].period;
	count_latency(&m->total, rec->has & SPE_HAS_TOTAL, rec->total);
	count_latency(&m->issue, rec->has & SPE_HAS_ISSUE, rec->issue);
	count_latency(&m->xlat, rec->has & SPE_HAS_XLAT, rec->xlat);
	m->loads += kind == SPE_KIND_LOAD;
	m->stores += kind == SPE_KIND_STORE;
	m->branches += kind == SPE_KIND_BRANCH;
	m->no_op += !(rec->has & SPE_HAS_OP);
	m->with_events += !!(rec->has & SPE_HAS_EVENTS);
	for (i = 0; i < METRIC_EVENTS; i++)
		m->events[i] += rec->events >> i & 1;
}

static void group(const enum field *keys, size_t nr, const struct setting *set,
		  bool (*take)(const struct sample *))
{
	char text[TEXT];
	size_t i, k;

	nr_groups = 0;
	memset(groups, 0, sizeof(groups));
	for (i = 0; i < SAMPLES; i++) {
		if (take && !take(&all[i]))
			continue;
		texts_of(text, keys, nr, set, &all[i]);
		for (k = 0; k < nr_groups && strcmp(groups[k].text, text); k++)
			;
		if (k == nr_groups)
			strcpy(groups[nr_groups++].text, text);
		count(&groups[k].m, &all[i]);
	}
}

/* Counting and comparing --------------------------------------------------- */

static void add_stream(struct profile *p, unsigned int stream)
{
	struct spe_record recs[PROFILE_BATCH];
	struct samples s = { .rec = recs };
	unsigned int i;

	assert_int_equal(profile_stream(p, streams[stream].cpu, streams[stream].period,
					streams[stream].midr), 0);
	for (i = 0; i < SAMPLES; i++) {
		if (all[i].stream == stream) {
			recs[s.n] = all[i].rec;
			s.owner[s.n] = all[i].owner;
			s.owner_of[s.n] = s.n;
			s.n++;
		}
		if (s.n && (s.n == 1 + i % PROFILE_BATCH || s.n == PROFILE_BATCH ||
			    i == SAMPLES - 1)) {
			s.nr_owners = s.n;
			profile_filter(p, &s);
			assert_int_equal(profile_add(p, &s), 0);
			s.n = 0;
		}
	}
	assert_int_equal(profile_flush(p), 0);
}

/* The profile of all streams; many: a separate profile for each, merged. */
static struct profile *profile_of(const struct profile_query *q, const struct setting *set,
				  bool many)
{
	struct profile *p = profile_new(q, &set->ctx), *other;
	unsigned int i;

	assert_non_null(p);
	for (i = 0; i < STREAMS; i++) {
		other = many && i ? profile_new(q, &set->ctx) : p;
		add_stream(other, i);
		if (other != p) {
			assert_int_equal(profile_merge(p, other), 0);
			profile_free(other);
		}
	}
	return p;
}

static void same_latency(const struct latency *a, const struct latency *b)
{
	assert_int_equal(a->n, b->n);
	assert_int_equal(a->sum, b->sum);
	assert_int_equal(a->max, b->max);
	assert_int_equal(a->saturated, b->saturated);
}

static void same_metrics(const struct metrics *a, const struct metrics *b)
{
	assert_int_equal(a->samples, b->samples);
	assert_int_equal(a->operations, b->operations);
	same_latency(&a->total, &b->total);
	same_latency(&a->issue, &b->issue);
	same_latency(&a->xlat, &b->xlat);
	assert_int_equal(a->loads, b->loads);
	assert_int_equal(a->stores, b->stores);
	assert_int_equal(a->branches, b->branches);
	assert_int_equal(a->no_op, b->no_op);
	assert_int_equal(a->with_events, b->with_events);
	assert_memory_equal(a->events, b->events, sizeof(a->events));
}

static void check_row(const struct rows *rows, size_t i)
{
	char text[TEXT] = "";
	size_t k;

	for (k = 0; k < rows->nr_keys; k++) {
		const struct value *v = &rows->row[i].keys[k];

		assert_int_equal(v->known, *v->text != 0);
		strcat(strcat(text, v->text), "|");
	}
	for (k = 0; k < nr_groups && strcmp(groups[k].text, text); k++)
		;
	if (k == nr_groups)
		fail_msg("no sample belongs to %s", text);
	same_metrics(&rows->row[i].m, &groups[k].m);
	groups[k].m.samples = 0;	/* no second row */
}

static void check_rows(struct profile *p, const enum field *keys, size_t nr,
		       const struct setting *set, unsigned int worlds)
{
	struct metrics sum = { 0 };
	struct rows *rows;
	size_t i;

	assert_int_equal(profile_rows(p, keys, nr, worlds, set->naming, 12, &rows), 0);
	assert_int_equal(rows->nr, nr_groups);
	for (i = 0; i < rows->nr; i++) {
		sum.samples += rows->row[i].m.samples;
		check_row(rows, i);
	}
	assert_int_equal(rows->sum.samples, sum.samples);
	rows_free(rows);
}

static const enum field lists[][5] = {
	{ FIELD_WORLD },
	{ FIELD_WORLD, FIELD_OBJECT },
	{ FIELD_WORLD, FIELD_VM, FIELD_OBJECT, FIELD_SYMBOL },	/* keys of the default report */
	{ FIELD_WORLD, FIELD_BASIS, FIELD_VM, FIELD_VCPU, FIELD_EL },
	{ FIELD_WORLD, FIELD_SYMBOL, FIELD_VM, FIELD_VCPU },
	{ FIELD_HOST }, { FIELD_HOST, FIELD_VM }, { FIELD_VM }, { FIELD_VCPU }, { FIELD_PID }, { FIELD_TID }, { FIELD_COMM },
	{ FIELD_PID, FIELD_TID, FIELD_COMM, FIELD_CPU },
	{ FIELD_EL }, { FIELD_ADDRESS }, { FIELD_ADDRESS, FIELD_WORLD }, { FIELD_OFFSET }, { FIELD_OBJECT, FIELD_OFFSET },
	{ FIELD_OP, FIELD_SUBCLASS }, { FIELD_SOURCE }, { FIELD_SOURCE, FIELD_CPU },
	{ FIELD_TARGET, FIELD_PREV_TARGET }, { FIELD_PREV_TARGET },
	{ FIELD_VA }, { FIELD_CACHE_LINE }, { FIELD_PAGE }, { FIELD_PAGE, FIELD_CACHE_LINE },
	{ FIELD_PAGE, FIELD_CACHE_LINE, FIELD_VA }, { FIELD_PA },
	{ FIELD_PA_LINE }, { FIELD_PA_LINE, FIELD_PA }, { FIELD_PA_LINE, FIELD_WORD, FIELD_ACCESS },
	{ FIELD_CPU_NODE }, { FIELD_NODE, FIELD_CPU_NODE }, { FIELD_FAR, FIELD_OP },
	{ FIELD_SYMBOL, FIELD_NODE }, { FIELD_VM, FIELD_SYMBOL, FIELD_TID, FIELD_FAR },
	{ FIELD_TYPE, FIELD_MEMBER, FIELD_MEMBER_OFFSET }, { FIELD_SYMBOL, FIELD_TYPE },
	{ FIELD_WORD }, { FIELD_ACCESS, FIELD_OP }, { FIELD_CACHE_LINE, FIELD_WORD },
	{ FIELD_TOTAL, FIELD_ISSUE, FIELD_XLAT }, { FIELD_TOTAL }, { FIELD_XLAT },
	{ FIELD_TOTAL_STEP }, { FIELD_TOTAL_STEP, FIELD_TOTAL }, { FIELD_SOURCE, FIELD_TOTAL_STEP },
	{ FIELD_EVENTS }, { FIELD_CTX_EL1, FIELD_CTX_EL2 }, { FIELD_CTX_EL2 },
	{ FIELD_TIME }, { FIELD_SLICE }, { FIELD_EXTRA }, { FIELD_TIME, FIELD_TIME },
	{ FIELD_OBJECT, FIELD_PA, FIELD_OP, FIELD_SOURCE, FIELD_EVENTS },
};

static size_t length(const enum field *keys)
{
	size_t n = 1;

	while (n < 5 && keys[n])	/* FIELD_WORLD is 0, and always first */
		n++;
	return n;
}

static void check_all_lists(bool merged)
{
	struct setting set;
	size_t i;

	setup(&set);
	make_samples(&set);
	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		struct profile_query q = { .keys = lists[i], .nr_keys = length(lists[i]) };
		struct profile *p = profile_of(&q, &set, merged);

		group(q.keys, q.nr_keys, &set, NULL);
		check_rows(p, q.keys, q.nr_keys, &set, 0);
		profile_free(p);
	}
	teardown(&set);
}

static void rows_are_the_samples_grouped_by_their_keys(void **state)
{
	check_all_lists(false);
}

static void profiles_of_threads_merge_into_one(void **state)
{
	check_all_lists(true);
}

/* The default report's keys, with VMs that run the same kernel. */
static void two_vms_at_one_address_are_two_rows(void **state)
{
	static const enum field keys[] = { FIELD_WORLD, FIELD_VM, FIELD_OBJECT, FIELD_SYMBOL };
	struct profile_query q = { .keys = keys, .nr_keys = 4 };
	struct samples s = { .n = 2, .nr_owners = 2, .owner_of = { 0, 1 }, .all = true };
	struct spe_record recs[2] = { { .pc = 0x1000, .has = SPE_HAS_PC },
				      { .pc = 0x1000, .has = SPE_HAS_PC } };
	struct setting set;
	struct profile *p;
	struct rows *rows;
	unsigned int vm;

	setup(&set);
	for (vm = 0; vm < 2; vm++)
		s.owner[vm] = (struct owner){
			.world = WORLD_GUEST_KERNEL, .basis = BASIS_EL, .pid = -1, .tid = -1,
			.vm = vm, .vcpu = -1, .vcpu_index = -1, .memory = MEMORY_GUEST - vm,
			.task = TIMELINE_NO_TASK };
	s.rec = recs;
	p = profile_new(&q, &set.ctx);
	assert_int_equal(profile_stream(p, 0, 1, N1), 0);
	assert_int_equal(profile_add(p, &s), 0);
	assert_int_equal(profile_rows(p, keys, 4, 0, set.naming, 12, &rows), 0);
	assert_int_equal(rows->nr, 2);
	assert_int_equal(rows->row[0].m.samples, 1);
	assert_int_equal(rows->row[1].m.samples, 1);
	rows_free(rows);
	profile_free(p);
	teardown(&set);
}

static bool in_the_guest(const struct sample *s)
{
	return s->owner.world == WORLD_GUEST_KERNEL || s->owner.world == WORLD_GUEST_USER;
}

static void rows_for_some_keys_and_worlds_come_from_the_same_counters(void **state)
{
	static const enum field keys[] = { FIELD_PAGE, FIELD_WORLD, FIELD_OP, FIELD_COMM };
	static const enum field some[] = { FIELD_OP, FIELD_PAGE };
	static const enum field other[] = { FIELD_VA };
	struct profile_query q = { .keys = keys, .nr_keys = 4 };
	struct setting set;
	struct profile *p;
	struct rows *rows;

	setup(&set);
	make_samples(&set);
	p = profile_of(&q, &set, true);
	group(some, 2, &set, NULL);
	check_rows(p, some, 2, &set, 0);
	group(some, 1, &set, in_the_guest);
	check_rows(p, some, 1, &set, 1 << WORLD_GUEST_KERNEL | 1 << WORLD_GUEST_USER);
	assert_int_equal(profile_rows(p, other, 1, 0, set.naming, 12, &rows), -EINVAL);
	assert_null(rows);
	profile_free(p);
	teardown(&set);
}

static bool slow_store_in_the_guest(const struct sample *s)
{
	return in_the_guest(s) && spe_kind(&s->rec) == SPE_KIND_STORE &&
	       s->rec.has & SPE_HAS_TOTAL && s->rec.total >= 0x7ff;
}

static void only_what_passes_the_filter_is_counted(void **state)
{
	static const enum field keys[] = { FIELD_WORLD, FIELD_OBJECT, FIELD_COMM };
	struct profile_query q = { .keys = keys };
	struct filter *f;
	struct setting set;
	struct profile *p;
	char err[128];

	assert_int_equal(filter_parse(&f, "world=guest && op=store && total>=2047", err,
				      sizeof(err)), 0);
	q.filter = f;
	setup(&set);
	make_samples(&set);
	for (q.nr_keys = 1; q.nr_keys <= 3; q.nr_keys++) {
		p = profile_of(&q, &set, true);
		group(keys, q.nr_keys, &set, slow_store_in_the_guest);
		assert_true(nr_groups > 1);
		check_rows(p, keys, q.nr_keys, &set, 0);
		profile_free(p);
	}
	filter_free(f);
	teardown(&set);
}

static void too_many_or_no_keys_are_refused(void **state)
{
	static const enum field keys[PROFILE_KEYS + 1];
	struct profile_query q = { .keys = keys, .nr_keys = PROFILE_KEYS + 1 };
	struct setting set;

	setup(&set);
	assert_null(profile_new(&q, &set.ctx));
	q.nr_keys = 0;
	assert_null(profile_new(&q, &set.ctx));
	teardown(&set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_the_samples_grouped_by_their_keys),
		cmocka_unit_test(profiles_of_threads_merge_into_one),
		cmocka_unit_test(two_vms_at_one_address_are_two_rows),
		cmocka_unit_test(rows_for_some_keys_and_worlds_come_from_the_same_counters),
		cmocka_unit_test(only_what_passes_the_filter_is_counted),
		cmocka_unit_test(too_many_or_no_keys_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
