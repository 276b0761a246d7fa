// SPDX-License-Identifier: GPL-2.0-only
/*
 * SPE's samples as a perf.data file of their own, in which guests are machines as `perf inject
 * --guest-data` makes them: each sample and each map of a guest has the CPU mode of a guest, and an
 * id that ID_INDEX gives to the process of its VM.  linux tools/perf/util/session.c,
 * machines__find_for_cpumode(), finds the machine by it.
 *
 * perf sorts records by time, so that maps and names may stand behind samples that need them.
 */
#include <errno.h>
#include <stdlib.h>

#include "base/array.h"
#include "base/intern.h"
#include "collector/perfdata/format.h"
#include "export/exporter.h"
#include "export/perf_file.h"

#define HOST_ID		0	/* number of the host's instance of the event; also of guests of an
				 * unknown VM, which perf then gives to its default guest */
#define PAGE		4096ull
#define NOBODY		-1	/* the task of a guest whose tasks are unknown */

/* By world. */
static const uint8_t modes[NR_WORLDS] = {
	[WORLD_HOST_USER] = PERF_MISC_USER, [WORLD_HOST_KERNEL] = PERF_MISC_KERNEL,
	[WORLD_SWITCH] = PERF_MISC_KERNEL, [WORLD_GUEST_USER] = PERF_MISC_GUEST_USER,
	[WORLD_GUEST_KERNEL] = PERF_MISC_GUEST_KERNEL,
};

/* Addresses of a kernel's samples; first > last: none. */
struct range {
	uint64_t first, last;
};

/* Where the last sample of a world was: its map is known. */
struct near {
	int32_t memory;
	uint64_t from, until;	/* ns */
	uint64_t first, last;	/* addresses; first > last: nothing is known */
	const struct object *object;
};

/* Known maps and names are byte strings, so that these have no padding. */
struct map_key {
	int32_t pid, vm;
	uint64_t from, first, last;
	uint64_t object;
};

struct task_key {
	int32_t vm, tid;	/* vm -1: the host */
	uint32_t task;
};

struct perf {
	const struct export *x;
	struct profile_query query;
	struct profile *filter;		/* NULL: all samples */
	struct perf_file file;
	const struct timeline_vm *vms;
	size_t nr_vms;
	const struct timeline_vcpu *vcpus;
	size_t nr_vcpus;
	struct perf_file_id *ids;	/* the host, VMs, vCPUs */
	size_t nr_ids;
	struct range host, *guests;	/* of kernels; of each VM's */
	struct intern maps, tasks;
	uint64_t *named;		/* by number of .tasks: ns from which it has its name */
	size_t nr_named;
	struct near near[NR_WORLDS];
	uint64_t samples, len;		/* of the first pass */
};

/* A stream being decoded. */
struct walk {
	struct perf *p;
	const struct stream *s;
	struct timeline_cursor cursor;
	uint64_t time;			/* of the last record that has one */
};

static bool in_guest(const struct owner *o)
{
	return o->world == WORLD_GUEST_USER || o->world == WORLD_GUEST_KERNEL;
}

static bool in_host_kernel(const struct owner *o)
{
	return o->world == WORLD_HOST_KERNEL || o->world == WORLD_SWITCH;
}

static bool in_guest_process(const struct owner *o)
{
	return o->world == WORLD_GUEST_USER && o->memory <= MEMORY_GUEST_PROCESS;
}

/*
 * Machines
 */

static size_t id_of(const struct perf *p, const struct owner *o)
{
	if (!in_guest(o) || o->vm < 0)
		return HOST_ID;
	return o->vcpu_index >= 0 ? 1 + p->nr_vms + (size_t)o->vcpu_index : 1 + (size_t)o->vm;
}

static int32_t machine_of(const struct perf *p, int32_t vm)
{
	return vm >= 0 && p->vms[vm].pid > 0 ? p->vms[vm].pid : 0;
}

static int make_ids(struct perf *p)
{
	p->nr_ids = 1 + p->nr_vms + p->nr_vcpus;
	p->ids = calloc(p->nr_ids, sizeof(*p->ids));
	p->guests = calloc(p->nr_vms + 1, sizeof(*p->guests));
	if (!p->ids || !p->guests)
		return -ENOMEM;
	p->ids[HOST_ID] = (struct perf_file_id){ .vcpu = -1, .tid = -1 };
	p->host = (struct range){ UINT64_MAX, 0 };
	for (size_t i = 0; i < p->nr_vms; i++) {
		p->ids[1 + i] = (struct perf_file_id){ machine_of(p, (int32_t)i), -1, -1 };
		p->guests[i] = (struct range){ UINT64_MAX, 0 };
	}
	for (size_t i = 0; i < p->nr_vcpus; i++)
		p->ids[1 + p->nr_vms + i] = (struct perf_file_id){
			machine_of(p, p->vcpus[i].vm), p->vcpus[i].vcpu, p->vcpus[i].tid,
		};
	return 0;
}

/*
 * Kernels: one map each, of the addresses that were sampled
 */

static void widen(struct range *r, uint64_t address)
{
	if (address < r->first)
		r->first = address;
	if (address > r->last)
		r->last = address;
}

static void note_kernel(struct perf *p, const struct spe_record *rec, const struct owner *o,
			const struct object *object)
{
	if (object->kind == OBJECT_KERNEL && in_host_kernel(o))
		widen(&p->host, rec->pc);
	else if (object->kind == OBJECT_GUEST && o->world == WORLD_GUEST_KERNEL && o->vm >= 0)
		widen(&p->guests[o->vm], rec->pc);
}

static int put_kernel(struct perf *p, size_t id, uint16_t misc, const struct range *r,
		      const struct object *kernel)
{
	const struct perf_file_stamp at = {
		.misc = misc, .id = id, .pid = NOBODY, .tid = NOBODY, .cpu = -1,
	};
	uint64_t first = r->first <= r->last ? r->first & -PAGE : 0;
	uint64_t last = r->first <= r->last ? r->last | (PAGE - 1) : 0;
	char path[64];

	/* perf moves symbols by where the one of this name was, which is .offset */
	snprintf(path, sizeof(path), "[kernel.kallsyms]%s",
		 kernel && kernel->base && kernel->ref_symbol ? kernel->ref_symbol : "");
	return perf_file_map(&p->file, &at, &(struct perf_file_map){
		.start = first, .len = last - first + 1, .path = path,
		.offset = kernel && kernel->ref_symbol ? kernel->base : 0,
		.build_id = kernel ? kernel->build_id : NULL,
		.build_id_len = kernel ? kernel->build_id_len : 0,
	});
}

static const struct object *host_kernel(const struct perf *p)
{
	const struct object *const *objects;
	size_t nr = spaces_objects(p->x->rec->p.spaces, &objects);

	for (size_t i = 0; i < nr; i++)
		if (objects[i]->kind == OBJECT_KERNEL)
			return objects[i];
	return NULL;
}

/* The kernel of a VM, and the name that perf itself gives to what runs in it. */
static int put_guest(struct perf *p, size_t vm)
{
	const struct perf_file_stamp at = {
		.misc = PERF_MISC_GUEST_USER, .id = 1 + vm, .pid = NOBODY, .tid = NOBODY, .cpu = -1,
	};
	char comm[32];

	snprintf(comm, sizeof(comm), "[guest/%d]", p->ids[1 + vm].machine_pid);
	return perf_file_comm(&p->file, &at, comm) ?:
	       put_kernel(p, 1 + vm, PERF_MISC_GUEST_KERNEL, &p->guests[vm], NULL);
}

static int put_machines(struct perf *p)
{
	int err = perf_file_index(&p->file, p->ids, p->nr_ids) ?:
		  put_kernel(p, HOST_ID, PERF_MISC_KERNEL, &p->host, host_kernel(p));

	for (size_t i = 0; !err && i < p->nr_vms; i++)
		err = put_guest(p, i);
	return err;
}

/*
 * Tasks and maps
 */

static struct perf_file_stamp stamp(const struct walk *w, const struct owner *o)
{
	bool guest = in_guest(o), task = o->guest_tid >= 0;

	return (struct perf_file_stamp){
		.misc = modes[o->world], .id = id_of(w->p, o), .cpu = w->s->cpu, .time = w->time,
		.pid = !guest ? o->pid : task ? o->guest_pid : NOBODY,
		.tid = !guest ? o->tid : task ? o->guest_tid : NOBODY,
	};
}

/* From when on does the task have its name in the file?  NULL: out of memory. */
static uint64_t *named_from(struct perf *p, const struct task_key *key)
{
	uint32_t number = intern_add(&p->tasks, key, sizeof(*key));
	uint64_t *from;

	if (number == INTERN_NONE)
		return NULL;
	if (number < p->nr_named)
		return &p->named[number];
	from = array_add(p->named, p->nr_named);
	if (from)
		*from = UINT64_MAX;
	return from;
}

/* Name the task from its first sample on, which may be in a later stream. */
static int name_task(struct walk *w, const struct owner *o)
{
	const struct timeline *t = w->p->x->rec->p.timeline;
	struct perf_file_stamp at = stamp(w, o);
	const struct task_key key = {
		in_guest(o) ? o->vm : -1, at.tid, in_guest(o) ? o->guest_task : o->task,
	};
	uint64_t *from;

	if (at.tid < 0 || key.task == TIMELINE_NO_TASK)
		return 0;
	from = named_from(w->p, &key);
	if (!from)
		return -ENOMEM;
	if (at.time >= *from)
		return 0;
	*from = at.time;
	return perf_file_comm(&w->p->file, &at,
			      in_guest(o) ? timeline_guest_comm(t, o) : timeline_comm(t, o->task));
}

static int put_map(struct walk *w, const struct owner *o, const struct near *n,
		   const struct place *place, uint64_t pc)
{
	const struct object *object = place->object;
	const struct map_key key = {
		in_host_kernel(o) ? NOBODY : stamp(w, o).pid, in_guest(o) ? o->vm : -1, n->from,
		n->first, n->last, object->id,
	};
	struct perf_file_stamp at = stamp(w, o);
	struct perf_file_map map = {
		.start = n->first, .len = n->last - n->first + 1,
		.offset = place->offset - (pc - n->first), .path = object->path + object->prefix,
		.build_id = object->build_id, .build_id_len = object->build_id_len,
	};
	uint32_t nr = w->p->maps.nr;

	if (intern_add(&w->p->maps, &key, sizeof(key)) == INTERN_NONE)
		return -ENOMEM;
	if (w->p->maps.nr == nr)
		return 0;
	at.pid = at.tid = key.pid;
	at.time = n->from;
	if (object->kind == OBJECT_MODULE) {
		map.start = object->base;
		map.len = object->size;
		map.offset = 0;
	}
	return perf_file_map(&w->p->file, &at, &map);
}

static bool is_mapped(const struct owner *o, const struct object *object)
{
	if (object->kind == OBJECT_MODULE)
		return in_host_kernel(o) && object->size;
	return (o->world == WORLD_HOST_USER || in_guest_process(o)) &&
	       (object->kind == OBJECT_FILE || object->kind == OBJECT_VDSO ||
		object->kind == OBJECT_ANON);
}

/* Have the map of the sample's code in the file, from the start of that state of the process. */
static int map_place(struct walk *w, const struct spe_record *rec, const struct owner *o)
{
	const struct spaces *spaces = w->p->x->rec->p.spaces;
	struct near *n = &w->p->near[o->world];
	struct place place;
	uint32_t space;

	if (!(rec->has & SPE_HAS_PC) || o->world == WORLD_UNKNOWN)
		return 0;
	if (n->memory == o->memory && w->time >= n->from && w->time < n->until &&
	    rec->pc >= n->first && rec->pc <= n->last) {
		note_kernel(w->p, rec, o, n->object);
		return 0;
	}
	n->memory = o->memory;
	space = spaces_find(spaces, o->memory, w->time, &n->from, &n->until);
	spaces_locate_around(spaces, space, rec->pc, &place, &n->first, &n->last);
	n->object = place.object;
	note_kernel(w->p, rec, o, n->object);
	return is_mapped(o, place.object) ? put_map(w, o, n, &place, rec->pc) : 0;
}

/*
 * Samples
 */

static bool passes(struct perf *p, const struct spe_record *rec, const struct owner *o)
{
	struct samples s = { .rec = rec, .n = 1, .nr_owners = 1 };

	if (!p->filter)
		return true;
	s.owner[0] = *o;
	profile_filter(p->filter, &s);
	return s.all || s.keep[0];
}

static int put_sample(struct walk *w, const struct spe_record *rec, const struct owner *o)
{
	const struct perf_file_sample s = {
		.at = stamp(w, o), .ip = rec->pc, .addr = rec->va, .period = w->s->period,
		.weight = rec->total,
	};

	w->p->samples++;
	return name_task(w, o) ?: map_place(w, rec, o) ?: perf_file_sample(&w->p->file, &s);
}

static int take_records(void *arg, const struct spe_record *recs, size_t n)
{
	struct walk *w = arg;
	const struct pipeline *p = &w->p->x->rec->p;
	int err = 0;

	for (size_t i = 0; !err && i < n; i++) {
		const struct owner *o = timeline_attribute(p->timeline, &w->cursor, &recs[i]);

		if (w->cursor.failed)
			return -EIO;
		if (p->clock && recs[i].has & SPE_HAS_TICKS)
			w->time = input_clock_ns(p->clock, recs[i].ticks);
		if (passes(w->p, &recs[i], o))
			err = put_sample(w, &recs[i], o);
	}
	return err;
}

static int take_stream(struct perf *p, const struct stream *s)
{
	struct walk w = { .p = p, .s = s };
	const struct sink sink = { .records = take_records, .arg = &w };
	struct spe_stats stats;
	int err = p->filter ? profile_stream(p->filter, s->cpu, s->period, s->midr) : 0;

	timeline_cursor_init(&w.cursor, p->x->rec->p.timeline, s->cpu, s->tid);
	return err ?: pipeline_decode(&p->x->rec->p, s, &sink, &stats);
}

/* Make all records.  out NULL: add up their sizes, and learn where kernels were sampled. */
static int make_records(struct perf *p, FILE *out)
{
	const struct pipeline *pipe = &p->x->rec->p;
	int err;

	p->file.out = out;
	p->file.len = 0;
	intern_clear(&p->maps);
	intern_clear(&p->tasks);
	p->nr_named = 0;
	for (unsigned int w = 0; w < NR_WORLDS; w++)
		p->near[w] = (struct near){ .first = 1, .last = 0 };
	err = put_machines(p);
	for (size_t i = 0; !err && i < pipe->nr_streams; i++)
		err = take_stream(p, &pipe->streams[i]);
	return err;
}

static int count(struct export *x, char *err, size_t errlen)
{
	static const enum field world = FIELD_WORLD;
	const struct profile_context ctx = recording_context(x->rec);
	struct perf *p = x->own = calloc(1, sizeof(*p));
	int ret;

	if (!p)
		return -ENOMEM;
	p->x = x;
	p->query = (struct profile_query){ .keys = &world, .nr_keys = 1, .filter = x->filter };
	p->filter = x->filter ? profile_new(&p->query, &ctx) : NULL;
	if (x->filter && !p->filter)
		return -ENOMEM;
	p->nr_vms = timeline_vms(x->rec->p.timeline, &p->vms);
	p->nr_vcpus = timeline_vcpus(x->rec->p.timeline, &p->vcpus);
	ret = make_ids(p) ?: make_records(p, NULL);
	p->len = p->file.len;
	if (!ret && !p->samples)
		return export_fail(err, errlen, -ENODATA, "no SPE sample%s", x->filter ?
				   " matches the filter" : " is in the recording");
	return ret;
}

static void add_text(struct perfdata_facts *facts, unsigned int feature, const char *text)
{
	struct buffer b = { 0 };

	if (!text)
		return;
	perfdata_facts_string(&b, text);
	perfdata_facts_add(facts, feature, &b);
}

static void add_facts(struct perfdata_facts *facts, const struct input_info *info)
{
	struct buffer cpus = { 0 };

	add_text(facts, PERF_FEAT_HOSTNAME, info->hostname);
	add_text(facts, PERF_FEAT_OSRELEASE, info->os_release);
	add_text(facts, PERF_FEAT_VERSION, "spelunk " SPELUNK_VERSION);
	add_text(facts, PERF_FEAT_ARCH, info->arch ?: "aarch64");
	if (!info->nr_cpus)
		return;
	buffer_u32(&cpus, info->nr_cpus);
	buffer_u32(&cpus, info->nr_cpus);
	perfdata_facts_add(facts, PERF_FEAT_NRCPUS, &cpus);
}

static int write(struct export *x, FILE *out)
{
	const struct pipeline *pipe = &x->rec->p;
	struct perfdata_facts facts = { .nr = 0 };
	struct perf *p = x->own;
	int err;

	add_facts(&facts, pipe->info);
	err = perf_file_head(out, pipe->nr_streams ? pipe->streams[0].period : 1, p->nr_ids, p->len,
			     &facts);
	err = err ?: make_records(p, out) ?: perf_file_tail(out, p->nr_ids, p->len, &facts);
	perfdata_facts_free(&facts);
	return err ?: p->file.len != p->len ? -EIO : 0;
}

static void clear(struct export *x)
{
	struct perf *p = x->own;

	profile_free(p->filter);
	buffer_free(&p->file.b);
	free(p->ids);
	free(p->guests);
	intern_clear(&p->maps);
	intern_clear(&p->tasks);
	free(p->named);
	free(p);
}

const struct exporter exporter_PERF = {
	.binary = true, .count = count, .write = write, .clear = clear,
};
