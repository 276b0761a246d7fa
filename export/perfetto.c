// SPDX-License-Identifier: GPL-2.0-only
/*
 * A trace for ui.perfetto.dev and trace_processor: packets of google/perfetto,
 * protos/perfetto/trace/.  Readers sort packets by time, so tracks can be written one by one.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/intern.h"
#include "export/exporter.h"
#include "export/names.h"
#include "export/proto.h"
#include "export/stacks.h"
#include "kvm/exits_stays.h"
#include "kvm/timeline_spans.h"

/* Fields, by their message. */
enum { TRACE_PACKET = 1 };
enum { PACKET_TIMESTAMP = 8, PACKET_SEQUENCE = 10, PACKET_EVENT = 11, PACKET_INTERNED = 12,
       PACKET_FLAGS = 13, PACKET_DESCRIPTOR = 60 };
enum { FLAGS_CLEARED = 1, FLAGS_NEEDED = 2 };
enum { EVENT_TYPE = 9, EVENT_NAME_IID = 10, EVENT_TRACK = 11, EVENT_COUNTER_DOUBLE = 44 };
enum { TYPE_BEGIN = 1, TYPE_END = 2, TYPE_COUNTER = 4 };
enum { INTERNED_NAMES = 2 };
enum { NAME_IID = 1, NAME_NAME = 2 };
enum { TRACK_UUID = 1, TRACK_NAME = 2, TRACK_PROCESS = 3, TRACK_THREAD = 4, TRACK_PARENT = 5,
       TRACK_COUNTER = 8 };
enum { PROCESS_PID = 1, PROCESS_NAME = 6 };
enum { THREAD_PID = 1, THREAD_TID = 2, THREAD_NAME = 5 };
enum { COUNTER_UNIT = 3, COUNTER_UNIT_NAME = 6 };
enum { UNIT_UNSPECIFIED = 0 };

/* Kinds of tracks: a uuid consists of the kind and a number. */
enum track { TRACK_CPUS = 1, TRACK_CPU, TRACK_VM, TRACK_VCPU, TRACK_EXITS, TRACK_TASK, TRACK_COUNTERS,
	     TRACK_RATE, TRACK_LATENCY };

static uint64_t uuid(enum track track, uint32_t number)
{
	return (uint64_t)track << 32 | number;
}

struct perfetto {
	struct export *x;
	FILE *out;
	struct proto p;
	struct intern names;
	size_t packet;		/* where the current one begins */
	uint64_t track;		/* of the slices being written */
	int32_t cpu;		/* whose track it is; -1: none yet */
	int32_t vm;		/* the VM of the spans' tasks; -1: the host */
	const struct timeline *timeline;	/* of spans */
};

static const enum field keys[] = { FIELD_WORLD, FIELD_SLICE };

enum { KEY_WORLD, KEY_SLICE, NR_KEYS };

/*
 * Packets
 */

static void open_packet(struct perfetto *f, uint32_t flags)
{
	f->packet = proto_open(&f->p, TRACE_PACKET);
	proto_uint(&f->p, PACKET_SEQUENCE, 1);
	proto_uint(&f->p, PACKET_FLAGS, flags);
}

/* 0 or -ENOMEM. */
static int close_packet(struct perfetto *f)
{
	proto_close(&f->p, f->packet);
	return proto_write(&f->p, f->out);
}

/* The number of a name; 0: out of memory.  A new name is added to the open packet. */
static uint64_t name_iid(struct perfetto *f, const char *name)
{
	uint32_t nr = f->names.nr, number = intern_add(&f->names, name, strlen(name));
	size_t interned, entry;

	if (number == INTERN_NONE)
		return 0;
	if (f->names.nr == nr)
		return number + 1ull;
	interned = proto_open(&f->p, PACKET_INTERNED);
	entry = proto_open(&f->p, INTERNED_NAMES);
	proto_uint(&f->p, NAME_IID, number + 1ull);
	proto_string(&f->p, NAME_NAME, name);
	proto_close(&f->p, entry);
	proto_close(&f->p, interned);
	return number + 1ull;
}

static int put_end(struct perfetto *f, uint64_t time)
{
	size_t event;

	open_packet(f, FLAGS_NEEDED);
	proto_uint(&f->p, PACKET_TIMESTAMP, time);
	event = proto_open(&f->p, PACKET_EVENT);
	proto_uint(&f->p, EVENT_TYPE, TYPE_END);
	proto_uint(&f->p, EVENT_TRACK, f->track);
	proto_close(&f->p, event);
	return close_packet(f);
}

static int put_slice(struct perfetto *f, const char *name, uint64_t from, uint64_t until)
{
	uint64_t iid;
	size_t event;
	int err;

	open_packet(f, FLAGS_NEEDED);
	iid = name_iid(f, name);
	proto_uint(&f->p, PACKET_TIMESTAMP, from);
	event = proto_open(&f->p, PACKET_EVENT);
	proto_uint(&f->p, EVENT_TYPE, TYPE_BEGIN);
	proto_uint(&f->p, EVENT_TRACK, f->track);
	proto_uint(&f->p, EVENT_NAME_IID, iid);
	proto_close(&f->p, event);
	err = close_packet(f);
	return err ?: iid ? put_end(f, until) : -ENOMEM;
}

/* A descriptor that the caller completes and closes. */
static size_t open_track(struct perfetto *f, uint64_t track, uint64_t parent)
{
	size_t descriptor;

	open_packet(f, FLAGS_NEEDED);
	descriptor = proto_open(&f->p, PACKET_DESCRIPTOR);
	proto_uint(&f->p, TRACK_UUID, track);
	if (parent)
		proto_uint(&f->p, TRACK_PARENT, parent);
	return descriptor;
}

static int close_track(struct perfetto *f, size_t descriptor)
{
	proto_close(&f->p, descriptor);
	return close_packet(f);
}

static int put_track(struct perfetto *f, uint64_t track, uint64_t parent, const char *name)
{
	size_t descriptor = open_track(f, track, parent);

	proto_string(&f->p, TRACK_NAME, name);
	return close_track(f, descriptor);
}

/*
 * CPUs, and the tasks in guests
 */

static const char *task_name(const struct perfetto *f, const struct timeline_span *s)
{
	if (s->task == TIMELINE_NO_TASK)
		return "unknown";
	return s->tid ? export_known(timeline_comm(f->timeline, s->task)) : "idle";
}

/* Names a vCPU's thread by its VM, too: the threads of all VMs have the same names. */
static void span_name(const struct perfetto *f, const struct timeline_span *s, char name[EXPORT_NAME])
{
	const struct timeline_vcpu *vcpus;
	size_t nr = timeline_vcpus(f->timeline, &vcpus);
	int32_t vcpu = f->vm < 0 && s->tid > 0 ? timeline_vcpu_at(f->timeline, s->tid, s->from) : -1;
	char vm[EXPORT_NAME];

	if (vcpu >= 0 && (size_t)vcpu < nr && export_vm(f->x, WORLD_GUEST_USER, vcpus[vcpu].vm, vm))
		snprintf(name, EXPORT_NAME, "%.2000s: %.2000s", vm, task_name(f, s));
	else
		snprintf(name, EXPORT_NAME, "%s", task_name(f, s));
}

static int begin_cpu(struct perfetto *f, int32_t cpu)
{
	const struct timeline_vcpu *vcpus;
	size_t nr = timeline_vcpus(f->x->rec->p.timeline, &vcpus), i = 0;
	char name[32];

	f->cpu = cpu;
	if (f->vm < 0) {
		f->track = uuid(TRACK_CPU, (uint32_t)cpu);
		snprintf(name, sizeof(name), "CPU %d", cpu);
		return put_track(f, f->track, uuid(TRACK_CPUS, 0), name);
	}
	while (i < nr && (vcpus[i].vm != f->vm || vcpus[i].vcpu != cpu))
		i++;
	f->track = uuid(TRACK_TASK, (uint32_t)f->vm << 16 | (uint32_t)cpu);
	snprintf(name, sizeof(name), "tasks of CPU %d", cpu);
	return put_track(f, f->track, i < nr ? uuid(TRACK_VCPU, (uint32_t)i) :
			 uuid(TRACK_VM, (uint32_t)f->vm), name);
}

static int put_span(void *arg, const struct timeline_span *s)
{
	struct perfetto *f = arg;
	const struct input_info *info = f->x->rec->p.info;
	uint64_t from = s->from > info->first_time ? s->from : info->first_time;
	uint64_t until = s->until < info->last_time ? s->until : info->last_time;
	char name[EXPORT_NAME];
	int err = 0;

	if (until <= from)
		return 0;
	if (f->cpu != s->cpu)
		err = begin_cpu(f, s->cpu);
	span_name(f, s, name);
	return err ?: put_slice(f, name, from, until);
}

static int put_spans(struct perfetto *f, const struct timeline *t, int32_t vm)
{
	f->timeline = t;
	f->vm = vm;
	f->cpu = -1;
	return timeline_each_span(t, put_span, f);
}

static int put_cpus(struct perfetto *f)
{
	return put_track(f, uuid(TRACK_CPUS, 0), 0, "CPUs") ?:
	       put_spans(f, f->x->rec->p.timeline, -1);
}

/*
 * VMs
 */

static int put_vm(struct perfetto *f, int32_t vm, int32_t pid)
{
	size_t descriptor = open_track(f, uuid(TRACK_VM, (uint32_t)vm), 0), process;
	char name[EXPORT_NAME];

	export_vm(f->x, WORLD_GUEST_USER, vm, name);
	proto_string(&f->p, TRACK_NAME, name);
	if (pid >= 0) {
		process = proto_open(&f->p, TRACK_PROCESS);
		proto_int(&f->p, PROCESS_PID, pid);
		proto_string(&f->p, PROCESS_NAME, name);
		proto_close(&f->p, process);
	}
	return close_track(f, descriptor);
}

static const char *stay_name(enum account in)
{
	return in == ACCOUNT_PREEMPTED ? "stolen" : account_name(in);
}

static int put_stay(void *arg, enum account in, uint64_t from, uint64_t until)
{
	return put_slice(arg, stay_name(in), from, until);
}

static int put_exit(void *arg, enum exit_reason reason, uint64_t from, uint64_t until)
{
	return put_slice(arg, exit_reason_name(reason), from, until);
}

static int put_vcpu_track(struct perfetto *f, uint32_t i, const struct timeline_vcpu *v, int32_t pid)
{
	size_t descriptor = open_track(f, f->track, v->vm >= 0 ? uuid(TRACK_VM, (uint32_t)v->vm) : 0);
	size_t thread;
	char name[64] = "vCPU unknown";

	if (v->vcpu >= 0)
		snprintf(name, sizeof(name), "vCPU %d", v->vcpu);
	proto_string(&f->p, TRACK_NAME, name);
	if (pid >= 0) {
		thread = proto_open(&f->p, TRACK_THREAD);
		proto_int(&f->p, THREAD_PID, pid);
		proto_int(&f->p, THREAD_TID, v->tid);
		proto_string(&f->p, THREAD_NAME, name);
		proto_close(&f->p, thread);
	}
	return close_track(f, descriptor);
}

static int put_vcpu(struct perfetto *f, uint32_t i, const struct timeline_vcpu *v, int32_t pid)
{
	const struct exits *exits = f->x->rec->p.exits;
	int err;

	f->track = uuid(TRACK_VCPU, i);
	err = put_vcpu_track(f, i, v, pid) ?: exits_each_stay(exits, i, put_stay, f);
	if (err)
		return err;
	f->track = uuid(TRACK_EXITS, i);
	return put_track(f, f->track, uuid(TRACK_VCPU, i), "exits") ?:
	       exits_each_handled(exits, i, put_exit, f);
}

static int put_vms(struct perfetto *f)
{
	const struct timeline *t = f->x->rec->p.timeline;
	const struct timeline_vcpu *vcpus;
	const struct timeline_vm *vms;
	size_t nr_vms = timeline_vms(t, &vms), nr = timeline_vcpus(t, &vcpus);
	int err = 0;

	for (size_t i = 0; !err && i < nr_vms; i++)
		err = put_vm(f, (int32_t)i, vms[i].pid);
	for (size_t i = 0; !err && i < nr; i++)
		err = put_vcpu(f, (uint32_t)i, &vcpus[i],
			       vcpus[i].vm >= 0 && (size_t)vcpus[i].vm < nr_vms ?
			       vms[vcpus[i].vm].pid : -1);
	for (size_t i = 0; !err && i < nr_vms; i++)
		if (timeline_guest(t, (int32_t)i))
			err = put_spans(f, timeline_guest(t, (int32_t)i), (int32_t)i);
	return err;
}

/*
 * Counters
 */

static int put_counter(struct perfetto *f, uint64_t track, uint64_t time, double value)
{
	size_t event;

	open_packet(f, FLAGS_NEEDED);
	proto_uint(&f->p, PACKET_TIMESTAMP, time);
	event = proto_open(&f->p, PACKET_EVENT);
	proto_uint(&f->p, EVENT_TYPE, TYPE_COUNTER);
	proto_uint(&f->p, EVENT_TRACK, track);
	proto_double(&f->p, EVENT_COUNTER_DOUBLE, value);
	proto_close(&f->p, event);
	return close_packet(f);
}

static int put_counter_track(struct perfetto *f, uint64_t track, const char *what, enum world world,
			     const char *unit)
{
	size_t descriptor = open_track(f, track, uuid(TRACK_COUNTERS, 0)), counter;
	char name[64];

	snprintf(name, sizeof(name), "%s, %s", what, world_name(world));
	proto_string(&f->p, TRACK_NAME, name);
	counter = proto_open(&f->p, TRACK_COUNTER);
	proto_uint(&f->p, COUNTER_UNIT, UNIT_UNSPECIFIED);
	proto_string(&f->p, COUNTER_UNIT_NAME, unit);
	proto_close(&f->p, counter);
	return close_track(f, descriptor);
}

/* falls: no sample follows in the next slice, so that the rate falls to 0. */
static int put_counts(struct perfetto *f, const struct row *r, bool falls)
{
	uint32_t world = (uint32_t)r->keys[KEY_WORLD].num;
	uint64_t time = r->keys[KEY_SLICE].num, slice = f->x->rec->slice;
	int err = put_counter(f, uuid(TRACK_RATE, world), time,
			      (double)r->m.samples * 1e9 / (double)slice);

	if (falls)
		err = err ?: put_counter(f, uuid(TRACK_RATE, world), time + slice, 0);
	if (r->m.total.n)
		err = err ?: put_counter(f, uuid(TRACK_LATENCY, world), time,
					 (double)r->m.total.sum / (double)r->m.total.n);
	return err;
}

static int put_counter_tracks(struct perfetto *f, enum world world)
{
	return put_counter_track(f, uuid(TRACK_RATE, world), "samples", world, "samples/s") ?:
	       put_counter_track(f, uuid(TRACK_LATENCY, world), "latency", world, "cycles");
}

static int by_world_and_time(const void *a, const void *b)
{
	const struct value *x = ((const struct row *)a)->keys, *y = ((const struct row *)b)->keys;

	return array_order(x[KEY_WORLD].num, y[KEY_WORLD].num) ?:
	       array_order(x[KEY_SLICE].num, y[KEY_SLICE].num);
}

static int put_counters(struct perfetto *f)
{
	struct rows *rows = f->x->rows;
	int err = put_track(f, uuid(TRACK_COUNTERS, 0), 0, "SPE samples");

	qsort(rows->row, rows->nr, sizeof(*rows->row), by_world_and_time);
	for (size_t i = 0; !err && i < rows->nr; i++) {
		const struct value *v = rows->row[i].keys;
		const struct value *next = i + 1 < rows->nr ? rows->row[i + 1].keys : NULL;

		if (!i || rows->row[i - 1].keys[KEY_WORLD].num != v[KEY_WORLD].num)
			err = put_counter_tracks(f, (enum world)v[KEY_WORLD].num);
		if (!v[KEY_SLICE].known || !rows->row[i].m.samples)
			continue;
		err = err ?: put_counts(f, &rows->row[i],
					!next || next[KEY_WORLD].num != v[KEY_WORLD].num ||
					next[KEY_SLICE].num != v[KEY_SLICE].num + f->x->rec->slice);
	}
	return err;
}

/*
 * All
 */

static int put_all(struct perfetto *f)
{
	int err;

	open_packet(f, FLAGS_CLEARED);
	err = close_packet(f) ?: put_cpus(f) ?: put_vms(f);
	return err ?: put_counters(f);
}

static int write(struct export *x, FILE *out)
{
	struct perfetto f = { .x = x, .out = out };
	int err = put_all(&f);

	proto_free(&f.p);
	intern_clear(&f.names);
	return err;
}

static int count(struct export *x, char *err, size_t errlen)
{
	return export_count_rows(x, keys, NR_KEYS);
}

const struct exporter exporter_PERFETTO = {
	.binary = true, .exits = true, .count = count, .write = write,
};
