// SPDX-License-Identifier: GPL-2.0-only
/*
 * The processed profile format of the Firefox Profiler, version 48: firefox-devtools/profiler,
 * src/types/profile.js and docs-developer/CHANGELOG-formats.md.  The page upgrades it to newer
 * versions.  Each thread has tables of its own, which are arrays of columns.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/intern.h"
#include "export/exporter.h"
#include "export/names.h"
#include "kvm/exits_stays.h"
#include "recording/stacks.h"
#include "report/json/writer.h"

#define FORMAT_VERSION		48
#define GECKO_VERSION		27	/* the format of Firefox itself at that time */
#define PHASE_INTERVAL		1	/* src/app-logic/constants.js */
#define RESOURCE_LIBRARY	1	/* src/profile-logic/data-structures.js */
#define NONE			UINT32_MAX

/* By world: the default category is the grey one. */
static const char *const colors[NR_WORLDS] = {
	[WORLD_UNKNOWN] = "grey", [WORLD_HOST_USER] = "blue", [WORLD_HOST_KERNEL] = "orange",
	[WORLD_SWITCH] = "red", [WORLD_GUEST_USER] = "green", [WORLD_GUEST_KERNEL] = "purple",
};

struct sample {
	uint64_t time;		/* ns */
	uint64_t weight;	/* cycles or ns */
	uint32_t stack;
};

/* A task of the host or of a VM: a thread of the profile. */
struct task {
	int32_t vm;		/* -1: the host */
	const char *comm;	/* naming_intern()'s */
	struct sample *samples;
	size_t nr;
	struct intern stacks;	/* of struct node */
};

/* A struct call_frame without padding, because it is compared bytewise. */
struct frame {
	uint32_t kind, world, name;
};

struct node {
	uint32_t prefix;	/* NONE: outermost */
	struct frame frame;
};

struct firefox {
	struct task *tasks;
	size_t nr, last;
};

/*
 * Counting
 */

static struct task *task_of(struct firefox *f, int32_t vm, const char *comm)
{
	struct task *t;

	for (size_t i = 0; i < f->nr; i++) {
		size_t at = (f->last + i) % f->nr;

		if (f->tasks[at].vm != vm || f->tasks[at].comm != comm)
			continue;
		f->last = at;
		return &f->tasks[at];
	}
	f->last = f->nr;
	t = array_add(f->tasks, f->nr);
	if (t)
		*t = (struct task){ .vm = vm, .comm = comm };
	return t;
}

/* A stacks_fn. */
static int take_stack(void *arg, const struct cycles_sample *c, const struct call_stack *s,
		      struct call_weight w)
{
	struct task *t = task_of(arg, s->vm, s->comm);
	struct node node = { .prefix = NONE };
	struct sample *sample = t ? array_add(t->samples, t->nr) : NULL;

	if (!sample)
		return -ENOMEM;
	for (size_t i = s->nr; i--;) {
		node.frame = (struct frame){ s->frame[i].kind, s->frame[i].world, s->frame[i].name };
		node.prefix = intern_add(&t->stacks, &node, sizeof(node));
		if (node.prefix == INTERN_NONE)
			return -ENOMEM;
	}
	*sample = (struct sample){ .time = c->time, .weight = w.cycles, .stack = node.prefix };
	return 0;
}

static int by_time(const void *a, const void *b)
{
	const struct sample *x = a, *y = b;

	return array_order(x->time, y->time) ?: array_order(x->stack, y->stack);
}

static int count(struct export *x, char *err, size_t errlen)
{
	struct firefox *f = x->own = calloc(1, sizeof(*f));
	const struct stacks_query query = {
		.filter = x->filter, .chainless = true, .fn = take_stack, .arg = f,
	};
	int ret = -ENOMEM;

	if (f)
		ret = recording_stacks(x->rec, &query, &x->stacks, &x->calls);
	if (ret == -EOPNOTSUPP)
		return export_fail(err, errlen, ret, "the filter asks for what only SPE records, and "
				   "this profile is of samples of cycles");
	if (ret == -ENODATA && !f->nr && !exits_evidence(x->rec->p.exits)->exits)
		return export_fail(err, errlen, ret, "the recording has neither samples of cycles nor "
				   "exits: `spelunk export --to speedscope` has SPE's samples");
	for (size_t i = 0; f && i < f->nr; i++)
		qsort(f->tasks[i].samples, f->tasks[i].nr, sizeof(*f->tasks->samples), by_time);
	return ret == -ENODATA ? 0 : ret;
}

static void clear(struct export *x)
{
	struct firefox *f = x->own;

	for (size_t i = 0; f && i < f->nr; i++) {
		free(f->tasks[i].samples);
		intern_clear(&f->tasks[i].stacks);
	}
	free(f ? f->tasks : NULL);
	free(f);
}

/*
 * Writing
 */

/* A thread as it is written. */
struct thread {
	const struct export *x;
	struct json *j;
	const struct task *task;	/* NULL: a vCPU's thread, which has only markers */
	struct intern frames;		/* each a struct frame: a frame and a function */
	struct intern strings, objects;	/* objects: numbers in resourceTable, each a string, too */
	size_t vcpu;			/* without .task */
	bool failed;			/* out of memory */
};

static uint32_t number_of(struct thread *t, struct intern *in, const void *key, size_t len)
{
	uint32_t number = intern_add(in, key, len);

	t->failed |= number == INTERN_NONE;
	return number;
}

static uint32_t string(struct thread *t, const char *text)
{
	return number_of(t, &t->strings, text, strlen(text));
}

static void put_ms(struct json *j, const struct export *x, uint64_t time)
{
	uint64_t first = x->rec->p.info->first_time;

	json_ms(j, NULL, time > first ? time - first : 0);
}

/* A column of nr equal values. */
static void fill(struct thread *t, const char *name, size_t nr,
		 void (*put)(struct json *j, const char *name))
{
	json_open(t->j, name, '[');
	for (size_t i = 0; i < nr; i++)
		put(t->j, NULL);
	json_close(t->j, ']');
}

static void put_false(struct json *j, const char *name)
{
	json_bool(j, name, false);
}

static void put_zero(struct json *j, const char *name)
{
	json_uint(j, name, 0);
}

static void put_minus_one(struct json *j, const char *name)
{
	json_int(j, name, -1);
}

static void put_samples(struct thread *t)
{
	const struct task *task = t->task;
	size_t nr = task ? task->nr : 0;
	bool clock = t->x->calls.clock;

	json_open(t->j, "samples", '{');
	json_open(t->j, "stack", '[');
	for (size_t i = 0; i < nr; i++)
		json_uint(t->j, NULL, task->samples[i].stack);
	json_close(t->j, ']');
	json_open(t->j, "time", '[');
	for (size_t i = 0; i < nr; i++)
		put_ms(t->j, t->x, task->samples[i].time);
	json_close(t->j, ']');
	if (clock) {
		json_open(t->j, "weight", '[');
		for (size_t i = 0; i < nr; i++)
			json_ms(t->j, NULL, task->samples[i].weight);
		json_close(t->j, ']');
	} else {
		json_null(t->j, "weight");
	}
	json_string(t->j, "weightType", clock ? "tracing-ms" : "samples");
	json_uint(t->j, "length", nr);
	json_close(t->j, '}');
}

/* Interned bytes are not aligned. */
static struct node node_at(const struct task *t, uint32_t i)
{
	struct node node;

	memcpy(&node, intern_get(&t->stacks, i), sizeof(node));
	return node;
}

/* A prefix must come before its stacks. */
static void put_stacks(struct thread *t)
{
	uint32_t nr = t->task ? t->task->stacks.nr : 0;

	json_open(t->j, "stackTable", '{');
	json_open(t->j, "prefix", '[');
	for (uint32_t i = 0; i < nr; i++)
		if (json_known(t->j, NULL, node_at(t->task, i).prefix != NONE))
			json_uint(t->j, NULL, node_at(t->task, i).prefix);
	json_close(t->j, ']');
	json_open(t->j, "frame", '[');
	for (uint32_t i = 0; i < nr; i++) {
		const struct frame frame = node_at(t->task, i).frame;

		json_uint(t->j, NULL, number_of(t, &t->frames, &frame, sizeof(frame)));
	}
	json_close(t->j, ']');
	json_open(t->j, "category", '[');
	for (uint32_t i = 0; i < nr; i++)
		json_uint(t->j, NULL, node_at(t->task, i).frame.world);
	json_close(t->j, ']');
	fill(t, "subcategory", nr, put_zero);
	json_uint(t->j, "length", nr);
	json_close(t->j, '}');
}

static struct frame frame_at(const struct thread *t, uint32_t i)
{
	struct frame frame;

	memcpy(&frame, intern_get(&t->frames, i), sizeof(frame));
	return frame;
}

static void put_frames(struct thread *t)
{
	static const char *const nulls[] = { "nativeSymbol", "innerWindowID", "implementation", "line",
					     "column" };
	uint32_t nr = t->frames.nr;

	json_open(t->j, "frameTable", '{');
	json_open(t->j, "func", '[');
	for (uint32_t i = 0; i < nr; i++)
		json_uint(t->j, NULL, i);
	json_close(t->j, ']');
	json_open(t->j, "category", '[');
	for (uint32_t i = 0; i < nr; i++)
		json_uint(t->j, NULL, frame_at(t, i).world);
	json_close(t->j, ']');
	fill(t, "subcategory", nr, put_zero);
	fill(t, "inlineDepth", nr, put_zero);
	fill(t, "address", nr, put_minus_one);
	for (size_t i = 0; i < sizeof(nulls) / sizeof(nulls[0]); i++)
		fill(t, nulls[i], nr, json_null);
	json_uint(t->j, "length", nr);
	json_close(t->j, '}');
}

static void put_functions(struct thread *t)
{
	static const char *const nulls[] = { "fileName", "lineNumber", "columnNumber" };
	const struct naming *naming = t->x->rec->naming;
	uint32_t nr = t->frames.nr;

	json_open(t->j, "funcTable", '{');
	json_open(t->j, "name", '[');
	for (uint32_t i = 0; i < nr; i++)
		json_uint(t->j, NULL, string(t, frame_at(t, i).kind == CALL_FUNCTION ?
					     export_known(naming_of(naming, frame_at(t, i).name)->symbol) :
					     export_known("")));
	json_close(t->j, ']');
	json_open(t->j, "resource", '[');
	for (uint32_t i = 0; i < nr; i++) {
		const char *object = frame_at(t, i).kind == CALL_FUNCTION ?
				     naming_of(naming, frame_at(t, i).name)->object : "";

		json_int(t->j, NULL, *object ? (int64_t)number_of(t, &t->objects, object, strlen(object)) :
			 -1);
	}
	json_close(t->j, ']');
	fill(t, "isJS", nr, put_false);
	fill(t, "relevantForJS", nr, put_false);
	for (size_t i = 0; i < sizeof(nulls) / sizeof(nulls[0]); i++)
		fill(t, nulls[i], nr, json_null);
	json_uint(t->j, "length", nr);
	json_close(t->j, '}');
}

static void put_resources(struct thread *t)
{
	json_open(t->j, "resourceTable", '{');
	fill(t, "lib", t->objects.nr, json_null);
	json_open(t->j, "name", '[');
	for (uint32_t i = 0; i < t->objects.nr; i++)
		json_uint(t->j, NULL, string(t, intern_get(&t->objects, i)));
	json_close(t->j, ']');
	fill(t, "host", t->objects.nr, json_null);
	json_open(t->j, "type", '[');
	for (uint32_t i = 0; i < t->objects.nr; i++)
		json_uint(t->j, NULL, RESOURCE_LIBRARY);
	json_close(t->j, ']');
	json_uint(t->j, "length", t->objects.nr);
	json_close(t->j, '}');
}

static void put_strings(struct thread *t)
{
	json_open(t->j, "stringArray", '[');
	for (uint32_t i = 0; i < t->strings.nr; i++)
		json_string(t->j, NULL, intern_get(&t->strings, i));
	json_close(t->j, ']');
}

static void put_no_symbols(struct json *j)
{
	static const char *const columns[] = { "libIndex", "address", "name", "functionSize" };

	json_open(j, "nativeSymbols", '{');
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		json_open(j, columns[i], '[');
		json_close(j, ']');
	}
	json_uint(j, "length", 0);
	json_close(j, '}');
}

/*
 * Exits are markers of their vCPU.
 */

struct markers {
	struct thread *t;
	size_t nr;
	/* of one marker, in a column */
	void (*put)(struct thread *t, enum exit_reason reason, uint64_t from, uint64_t until);
};

static int put_marker(void *arg, enum exit_reason reason, uint64_t from, uint64_t until)
{
	struct markers *m = arg;

	m->nr++;
	m->put(m->t, reason, from, until);
	return 0;
}

static void put_reason(struct thread *t, enum exit_reason reason, uint64_t from, uint64_t until)
{
	json_uint(t->j, NULL, string(t, exit_reason_name(reason)));
}

static void put_from(struct thread *t, enum exit_reason reason, uint64_t from, uint64_t until)
{
	put_ms(t->j, t->x, from);
}

static void put_until(struct thread *t, enum exit_reason reason, uint64_t from, uint64_t until)
{
	put_ms(t->j, t->x, until);
}

static void put_phase(struct thread *t, enum exit_reason reason, uint64_t from, uint64_t until)
{
	json_uint(t->j, NULL, PHASE_INTERVAL);
}

static void put_category(struct thread *t, enum exit_reason reason, uint64_t from, uint64_t until)
{
	json_uint(t->j, NULL, WORLD_SWITCH);
}

static void put_data(struct thread *t, enum exit_reason reason, uint64_t from, uint64_t until)
{
	json_open(t->j, NULL, '{');
	json_string(t->j, "type", "exit");
	json_close(t->j, '}');
}

static int put_markers(struct thread *t)
{
	static const struct { const char *name; typeof(put_reason) *put; } columns[] = {
		{ "name", put_reason }, { "startTime", put_from }, { "endTime", put_until },
		{ "phase", put_phase }, { "category", put_category }, { "data", put_data },
	};
	struct markers m = { .t = t };
	int err = 0;

	json_open(t->j, "markers", '{');
	for (size_t i = 0; !err && i < sizeof(columns) / sizeof(columns[0]); i++) {
		m.nr = 0;
		m.put = columns[i].put;
		json_open(t->j, columns[i].name, '[');
		if (!t->task)
			err = exits_each_handled(t->x->rec->p.exits, t->vcpu, put_marker, &m);
		json_close(t->j, ']');
	}
	json_uint(t->j, "length", m.nr);
	json_close(t->j, '}');
	return err;
}

/*
 * Threads
 */

/* A process is the host or a VM. */
static void put_head(struct thread *t, const char *name, int32_t vm, size_t tid, bool first)
{
	char process[EXPORT_NAME] = "host", pid[32] = "host";

	if (vm >= 0) {
		export_vm(t->x, WORLD_GUEST_USER, vm, process);
		snprintf(pid, sizeof(pid), "vm %d", vm);
	}
	json_string(t->j, "name", name);
	json_string(t->j, "processType", "default");
	json_string(t->j, "processName", process);
	json_string(t->j, "pid", pid);
	json_uint(t->j, "tid", tid);
	json_bool(t->j, "isMainThread", first);
	json_uint(t->j, "processStartupTime", 0);
	json_null(t->j, "processShutdownTime");
	json_uint(t->j, "registerTime", 0);
	json_null(t->j, "unregisterTime");
	json_open(t->j, "pausedRanges", '[');
	json_close(t->j, ']');
}

static int put_thread(struct thread *t, const char *name, int32_t vm, size_t tid, bool first)
{
	int err;

	json_open(t->j, NULL, '{');
	put_head(t, name, vm, tid, first);
	put_samples(t);
	put_stacks(t);
	put_frames(t);
	put_functions(t);
	put_resources(t);
	put_no_symbols(t->j);
	err = put_markers(t);
	put_strings(t);
	json_close(t->j, '}');
	intern_clear(&t->frames);
	intern_clear(&t->strings);
	intern_clear(&t->objects);
	return err ?: t->failed ? -ENOMEM : 0;
}

/* Is the next thread, after that many tasks and vCPUs, the first of its process? */
static bool is_first(const struct firefox *f, size_t nr_tasks, const struct timeline_vcpu *vcpus,
		     size_t nr_vcpus, int32_t vm)
{
	for (size_t i = 0; i < nr_tasks; i++)
		if (f->tasks[i].vm == vm)
			return false;
	for (size_t i = 0; i < nr_vcpus; i++)
		if (vcpus[i].vm == vm)
			return false;
	return true;
}

static int put_threads(struct export *x, struct json *j)
{
	const struct firefox *f = x->own;
	const struct timeline_vcpu *vcpus;
	size_t nr = timeline_vcpus(x->rec->p.timeline, &vcpus);
	int err = 0;

	for (size_t i = 0; !err && i < f->nr; i++) {
		struct thread t = { .x = x, .j = j, .task = &f->tasks[i] };

		err = put_thread(&t, export_known(f->tasks[i].comm), f->tasks[i].vm, i + 1,
				 is_first(f, i, vcpus, 0, f->tasks[i].vm));
	}
	for (size_t i = 0; !err && i < nr; i++) {
		struct thread t = { .x = x, .j = j, .vcpu = i };
		char name[64] = "exits of vCPU [unknown]";

		if (vcpus[i].vcpu >= 0)
			snprintf(name, sizeof(name), "exits of vCPU %d", vcpus[i].vcpu);
		err = put_thread(&t, name, vcpus[i].vm, f->nr + i + 1,
				 is_first(f, f->nr, vcpus, i, vcpus[i].vm));
	}
	return err;
}

/* Requested time between samples in ns. */
static uint64_t interval_of(const struct input_info *info)
{
	for (size_t i = 0; i < info->nr_attrs; i++)
		if ((info->attrs[i].is_cycles || info->attrs[i].is_clock) && info->attrs[i].frequency)
			return 1000000000 / info->attrs[i].frequency;
	return 1000000;
}

static void put_schema(struct json *j)
{
	json_open(j, "markerSchema", '[');
	json_open(j, NULL, '{');
	json_string(j, "name", "exit");
	json_open(j, "display", '[');
	json_string(j, NULL, "marker-chart");
	json_string(j, NULL, "marker-table");
	json_close(j, ']');
	json_open(j, "data", '[');
	json_close(j, ']');
	json_close(j, '}');
	json_close(j, ']');
}

static void put_meta(const struct export *x, struct json *j)
{
	json_open(j, "meta", '{');
	json_string(j, "product", "spelunk " SPELUNK_VERSION);
	json_uint(j, "version", GECKO_VERSION);
	json_uint(j, "preprocessedProfileVersion", FORMAT_VERSION);
	json_ms(j, "interval", interval_of(x->rec->p.info));
	json_uint(j, "startTime", 0);
	json_uint(j, "processType", 0);
	json_uint(j, "stackwalk", 1);
	json_bool(j, "symbolicated", true);
	json_open(j, "categories", '[');
	for (enum world w = 0; w < NR_WORLDS; w++) {
		json_open(j, NULL, '{');
		json_string(j, "name", world_name(w));
		json_string(j, "color", colors[w]);
		json_open(j, "subcategories", '[');
		json_string(j, NULL, "Other");
		json_close(j, ']');
		json_close(j, '}');
	}
	json_close(j, ']');
	put_schema(j);
	json_close(j, '}');
}

static int write(struct export *x, FILE *out)
{
	struct json j = { .out = out, .first = true };
	int err;

	json_open(&j, NULL, '{');
	put_meta(x, &j);
	json_open(&j, "libs", '[');
	json_close(&j, ']');
	json_open(&j, "threads", '[');
	err = put_threads(x, &j);
	json_close(&j, ']');
	json_close(&j, '}');
	fputc('\n', out);
	return err;
}

const struct exporter exporter_FIREFOX = {
	.exits = true, .count = count, .write = write, .clear = clear,
};
