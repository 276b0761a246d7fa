// SPDX-License-Identifier: GPL-2.0-only
/* Makes lines and accessors from rows. */
#include "report/sharing/lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "decoder/names.h"
#include "report/sharing/judge.h"

static const enum field other_keys[] = {
	FIELD_WORD, FIELD_WORLD, FIELD_VM, FIELD_PID, FIELD_TID, FIELD_CPU, FIELD_ACCESS, FIELD_MEMBER,
};

enum { KEY_LINE, KEY_WORD, KEY_WORLD, KEY_VM, KEY_PID, KEY_TID, KEY_CPU, KEY_ACCESS, KEY_FIELD, NR_KEYS };
_Static_assert((int)NR_KEYS <= PROFILE_KEYS, "one query");

/* One row: a thread's accesses to a word of a line. */
struct touch {
	uint64_t address;
	enum sharing_memory memory;
	int32_t owner;
	enum world world;
	enum spe_access access;
	enum sharing_side side;
	uint8_t word;
	int32_t vm, pid, tid;
	int32_t cpu;		/* if it distinguishes threads; else -1 */
	int32_t on;		/* the CPU */
	const char *field;	/* "" unknown */
	const struct metrics *m;
};

size_t sharing_keys(enum field line, bool fields, enum field out[PROFILE_KEYS])
{
	out[KEY_LINE] = line;
	memcpy(out + 1, other_keys, sizeof(other_keys));
	return fields ? NR_KEYS : KEY_FIELD;
}

static int32_t id_of(const struct value *v)
{
	return v->known && v->num <= INT32_MAX ? (int32_t)v->num : -1;
}

static enum world world_of(const struct value *v)
{
	enum world w = WORLD_UNKNOWN;

	while (w + 1 < NR_WORLDS && strcmp(v->text, world_name(w)))
		w++;
	return strcmp(v->text, world_name(w)) ? WORLD_UNKNOWN : w;
}

static enum spe_access access_of(const struct value *v)
{
	enum spe_access a = SPE_ACCESS_NONE;

	while (a + 1 < NR_SPE_ACCESSES && strcmp(v->text, spe_access_name(a)))
		a++;
	return strcmp(v->text, spe_access_name(a)) ? SPE_ACCESS_NONE : a;
}

/* The owner of a virtual address: the upper half is a kernel's. */
static void find_memory(struct touch *t)
{
	bool upper = t->address >> 63;

	switch (t->world) {
	case WORLD_GUEST_USER:
	case WORLD_GUEST_KERNEL:
		t->memory = SHARING_GUEST;
		t->owner = t->vm;
		return;
	case WORLD_HOST_KERNEL:
	case WORLD_SWITCH:
		if (upper || t->world == WORLD_SWITCH) {
			t->memory = upper ? SHARING_KERNEL : SHARING_SWITCH;
			return;
		}
		/* fall through */
	case WORLD_HOST_USER:
		t->memory = t->pid < 0 ? SHARING_NOWHERE : SHARING_PROCESS;
		t->owner = t->pid;
		return;
	case WORLD_UNKNOWN:
	case NR_WORLDS:
		break;
	}
	t->memory = SHARING_NOWHERE;
}

/* In an unknown world the thread on the CPU need not be the one that made the access. */
static void find_accessor(struct touch *t)
{
	t->side = t->world == WORLD_UNKNOWN ? SHARING_NOBODY :
		  t->world == WORLD_GUEST_USER || t->world == WORLD_GUEST_KERNEL ?
		  SHARING_INSIDE : SHARING_OUTSIDE;
	if (t->side == SHARING_NOBODY)
		t->pid = t->tid = -1;
	if (t->side != SHARING_INSIDE)
		t->vm = -1;
	if (t->tid > 0)
		t->cpu = -1;
}

static struct touch touch_of(const struct row *row, bool physical, bool fields)
{
	const struct value *key = row->keys;
	struct touch t = {
		.address = key[KEY_LINE].num, .owner = -1,
		.word = (uint8_t)(key[KEY_WORD].num / 8 % SHARING_WORDS),
		.world = world_of(&key[KEY_WORLD]), .vm = id_of(&key[KEY_VM]),
		.pid = id_of(&key[KEY_PID]), .tid = id_of(&key[KEY_TID]),
		.cpu = id_of(&key[KEY_CPU]), .on = id_of(&key[KEY_CPU]), .access = access_of(&key[KEY_ACCESS]),
		.field = fields ? key[KEY_FIELD].text : "", .m = &row->m,
	};

	if (!physical)
		find_memory(&t);
	find_accessor(&t);
	return t;
}

static int compare_lines(const struct touch *a, const struct touch *b)
{
	return array_order(a->memory, b->memory) ?: array_order(a->owner, b->owner) ?:
	       array_order(a->address, b->address);
}

/* Equal for the same accessor; sorts a thread's sides together. */
static int compare_accessors(const struct touch *a, const struct touch *b)
{
	return array_order(a->tid, b->tid) ?: array_order(a->cpu, b->cpu) ?:
	       array_order(a->side, b->side) ?: array_order(a->vm, b->vm);
}

static int compare_touches(const void *x, const void *y)
{
	return compare_lines(x, y) ?: compare_accessors(x, y);
}

static void add_latency(struct latency *to, const struct latency *from)
{
	to->n += from->n;
	to->sum += from->sum;
	to->saturated += from->saturated;
	to->max = from->max > to->max ? from->max : to->max;
}

static void count_touch(struct sharing_counts *n, const struct touch *t)
{
	const struct metrics *m = t->m;
	bool reads = t->access == SPE_ACCESS_READ || t->access == SPE_ACCESS_UPDATE;
	bool writes = t->access == SPE_ACCESS_WRITE || t->access == SPE_ACCESS_UPDATE;

	n->samples += m->samples;
	n->loads += m->loads;
	n->stores += m->stores;
	n->updates += t->access == SPE_ACCESS_UPDATE ? m->samples : 0;
	if (reads)
		add_latency(&n->reads, &m->total);
	n->l1d_accesses += m->events[SPE_EV_L1D_ACCESS];
	n->l1d_misses += m->events[SPE_EV_L1D_MISS];
	n->remote += m->events[SPE_EV_REMOTE_ACCESS];
	n->modified += m->events[SPE_EV_MODIFIED];
	n->snooped += m->events[SPE_EV_SNOOPED];
	n->read |= (uint8_t)(reads << t->word);
	n->written |= (uint8_t)(writes << t->word);
	n->worlds |= (uint8_t)(1u << t->world);
}

static void add_counts(struct sharing_counts *to, const struct sharing_counts *from)
{
	to->samples += from->samples;
	to->loads += from->loads;
	to->stores += from->stores;
	to->updates += from->updates;
	add_latency(&to->reads, &from->reads);
	to->l1d_accesses += from->l1d_accesses;
	to->l1d_misses += from->l1d_misses;
	to->remote += from->remote;
	to->modified += from->modified;
	to->snooped += from->snooped;
	to->read |= from->read;
	to->written |= from->written;
	to->worlds |= from->worlds;
}

/* The vCPU number in its VM of a thread; -1: not a vCPU of it. */
static int32_t vcpu_of(const struct timeline *t, int32_t vm, int32_t tid)
{
	const struct timeline_vm *vms;
	const struct timeline_vcpu *vcpus;
	size_t nr = timeline_vms(t, &vms), nr_vcpus = timeline_vcpus(t, &vcpus);

	if (vm < 0 || (size_t)vm >= nr)
		return -1;
	for (size_t i = vms[vm].first_vcpu;
	     i < (size_t)vms[vm].first_vcpu + vms[vm].nr_vcpus && i < nr_vcpus; i++)
		if (vcpus[i].tid == tid)
			return vcpus[i].vcpu;
	return -1;
}

static struct sharing_accessor accessor_of(const struct touch *t, const struct timeline *timeline)
{
	uint32_t task = t->tid < 0 ? TIMELINE_NO_TASK : timeline_task(timeline, t->tid, UINT64_MAX);

	return (struct sharing_accessor){
		.known = t->tid > 0 || (!t->tid && t->cpu >= 0), .side = t->side, .vm = t->vm,
		.vcpu = vcpu_of(timeline, t->vm, t->tid), .pid = t->pid, .tid = t->tid,
		.cpu = t->cpu, .comm = timeline_comm(timeline, task),
	};
}

/* Append the accessors of one line's touches. */
static size_t fold_accessors(struct sharing *s, const struct touch *t, size_t nr,
			     const struct timeline *timeline)
{
	struct sharing_accessor *first = s->accessors + s->nr_accessors, *a = first;

	for (size_t i = 0; i < nr; i++) {
		if (i && compare_accessors(&t[i - 1], &t[i]))
			a++;
		if (!i || compare_accessors(&t[i - 1], &t[i]))
			*a = accessor_of(&t[i], timeline);
		a->pid = a->pid < 0 ? t[i].pid : a->pid;
		count_touch(&a->n, &t[i]);
	}
	return (size_t)(a - first) + 1;
}

static int by_cpu(const void *x, const void *y)
{
	const struct touch *a = x, *b = y;

	return array_order(a->on, b->on);
}

static uint32_t count_cpus(struct touch *t, size_t nr)
{
	uint32_t cpus = 0;

	qsort(t, nr, sizeof(*t), by_cpu);
	for (size_t i = 0; i < nr; i++)
		cpus += t[i].on >= 0 && (!i || t[i].on != t[i - 1].on);
	return cpus;
}

static void name_words(struct sharing_line *l, const struct touch *t, size_t nr)
{
	bool differ[SHARING_WORDS] = { false };

	for (size_t i = 0; i < nr; i++) {
		const char **field = &l->field[t[i].word];

		if (!*t[i].field)
			continue;
		differ[t[i].word] |= *field && strcmp(*field, t[i].field);
		*field = t[i].field;
	}
	for (int i = 0; i < SHARING_WORDS; i++)
		l->field[i] = differ[i] ? NULL : l->field[i];
}

/* Make a line of its touches, which this reorders. */
static void fold_line(struct sharing *s, struct touch *t, size_t nr,
		      const struct timeline *timeline)
{
	struct sharing_line *l = &s->lines[s->nr++];
	struct sharing_accessor *first = s->accessors + s->nr_accessors;

	*l = (struct sharing_line){
		.address = t->address, .memory = t->memory, .owner = t->owner, .accessors = first,
		.nr_accessors = fold_accessors(s, t, nr, timeline),
	};
	s->nr_accessors += l->nr_accessors;
	for (size_t i = 0; i < l->nr_accessors; i++)
		add_counts(&l->n, &first[i].n);
	name_words(l, t, nr);
	l->cpus = count_cpus(t, nr);
	sharing_judge(l, first);
	add_counts(&s->n, &l->n);
	s->of_verdict[l->verdict]++;
	s->samples_of_verdict[l->verdict] += l->n.samples;
}

static int fold_touches(struct sharing *s, struct touch *t, size_t nr,
			const struct timeline *timeline)
{
	size_t from = 0;	/* start of the present line */

	qsort(t, nr, sizeof(*t), compare_touches);
	s->lines = calloc(nr + 1, sizeof(*s->lines));
	s->accessors = calloc(nr + 1, sizeof(*s->accessors));
	if (!s->lines || !s->accessors)
		return -ENOMEM;
	for (size_t i = 1; i <= nr; i++) {
		if (i < nr && !compare_lines(&t[from], &t[i]))
			continue;
		fold_line(s, t + from, i - from, timeline);
		from = i;
	}
	sharing_rank(s->lines, s->nr);
	return 0;
}

int sharing_make(struct sharing *s, const struct rows *r, const struct timeline *t)
{
	struct touch *touches = calloc(r->nr + 1, sizeof(*touches));
	size_t nr = 0;
	int err;

	*s = (struct sharing){
		.physical = r->keys[KEY_LINE] == FIELD_PA_LINE,
		.fields = r->nr_keys > KEY_FIELD,
		.rest = r->rest, .rest_below = r->rest_below,
	};
	if (!touches)
		return -ENOMEM;
	for (size_t i = 0; i < r->nr; i++) {
		if (r->row[i].keys[KEY_LINE].known)
			touches[nr++] = touch_of(&r->row[i], s->physical, s->fields);
		else
			s->no_line += r->row[i].m.samples;
	}
	err = nr ? fold_touches(s, touches, nr, t) : 0;
	free(touches);
	return err;
}

void sharing_clear(struct sharing *s)
{
	free(s->lines);
	free(s->accessors);
	*s = (struct sharing){ 0 };
}
