// SPDX-License-Identifier: GPL-2.0-only
/*
 * Facts are kept as they come, sorted by time when sealed, and played back
 * into the objects and into the history of who had them mapped where.
 */
#include "symbolizer/spaces/space.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "symbolizer/spaces/history.h"
#include "symbolizer/spaces/objects.h"

enum fact_type {
	FACT_MAP, FACT_KERNEL, FACT_MODULE, FACT_KSYMBOL, FACT_KSYMBOL_GONE,
	FACT_FORK, FACT_EXEC, FACT_EXIT,
};

struct fact {
	uint64_t time, seq;
	uint64_t start, len, pgoff;
	uint32_t text;		/* path or name, in texts */
	uint32_t build_id;	/* in texts; INTERN_NONE: none */
	int32_t pid, other;	/* other: the parent, or the thread */
	uint32_t prefix;	/* of text: bytes before a guest's own path; 0: the host's */
	int32_t vm;		/* of a guest; else -1 */
	enum fact_type type;
};

struct spaces {
	struct objects objects;
	struct history history;
	struct intern guests;		/* processes seen to enter a guest */
	int32_t last_guest;
	uint32_t nr_guests;		/* vm 0 to nr_guests - 1 have objects */
	uint32_t first_guest;		/* object of vm -1; those of the others follow */
	uint32_t kernel;		/* object */
	struct fact *fact;
	size_t nr_facts;
	bool timeless;			/* nothing in the file has a time */
	struct intern live;		/* KSYMBOL objects that are there ... */
	bool *is_live;			/* ... or were: by number in live */
	uint32_t nr_live;
};

struct spaces *spaces_new(void)
{
	struct spaces *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->last_guest = -1;
	if (history_init(&s->history)) {
		spaces_free(s);
		return NULL;
	}
	return s;
}

void spaces_free(struct spaces *s)
{
	if (!s)
		return;
	objects_clear(&s->objects);
	history_clear(&s->history);
	intern_clear(&s->guests);
	intern_clear(&s->live);
	free(s->is_live);
	free(s->fact);
	free(s);
}

/* Learning ------------------------------------------------------------ */

static int fact_add(struct spaces *s, const struct fact *f)
{
	struct fact *new = array_add(s->fact, s->nr_facts);

	if (!new)
		return -ENOMEM;
	*new = *f;
	new->seq = s->nr_facts - 1;
	return 0;
}

/* Number of a path; a guest's gets its VM before it. */
static uint32_t path_text(struct spaces *s, struct fact *f, const char *path)
{
	uint32_t text;
	char *full;
	int len;

	if (f->vm < 0)
		return objects_text(&s->objects, path);
	len = asprintf(&full, "[guest:vm%d]%s", f->vm, path);
	if (len < 0)
		return INTERN_NONE;
	f->prefix = (uint32_t)(len - strlen(path));
	text = objects_text(&s->objects, full);
	free(full);
	return text;
}

static int apply_mmap(struct spaces *s, const struct event *ev, struct fact *f)
{
	switch ((enum event_map_kind)ev->mmap.kind) {
	case MAP_USER:
		if (ev->pid < 0 || !ev->mmap.len)
			return 0;
		f->type = FACT_MAP;
		break;
	case MAP_KERNEL:
		f->type = FACT_KERNEL;
		break;
	case MAP_MODULE:
		if (!ev->mmap.len)
			return 0;
		f->type = FACT_MODULE;
		break;
	case MAP_GUEST_KERNEL:
		return 0;
	}
	f->start = ev->mmap.start;
	f->len = ev->mmap.len;
	f->pgoff = ev->mmap.pgoff;
	f->text = path_text(s, f, ev->mmap.path);
	if (f->text == INTERN_NONE)
		return -ENOMEM;
	if (ev->mmap.build_id_len && ev->mmap.build_id_len <= sizeof(ev->mmap.build_id)) {
		f->build_id = intern_add(&s->objects.texts, ev->mmap.build_id,
					 ev->mmap.build_id_len);
		if (f->build_id == INTERN_NONE)
			return -ENOMEM;
	}
	return fact_add(s, f);
}

static int apply_ksymbol(struct spaces *s, const struct event *ev, struct fact *f)
{
	if (!ev->ksymbol.len)
		return 0;
	f->type = ev->ksymbol.unregister ? FACT_KSYMBOL_GONE : FACT_KSYMBOL;
	f->start = ev->ksymbol.addr;
	f->len = ev->ksymbol.len;
	f->text = objects_text(&s->objects, ev->ksymbol.name ? ev->ksymbol.name : "");
	return f->text == INTERN_NONE ? -ENOMEM : fact_add(s, f);
}

/* There are no more VMs than processes that enter a guest. */
static int apply_guest(struct spaces *s, const struct event *ev)
{
	int32_t pid = ev->pid >= 0 ? ev->pid : ev->tid;

	if (pid == s->last_guest || pid < 0)
		return 0;
	s->last_guest = pid;
	return intern_add(&s->guests, &pid, sizeof(pid)) == INTERN_NONE ? -ENOMEM : 0;
}

static int32_t guest_process(uint32_t index, int32_t pid)
{
	return pid < 0 || pid >= 1 << 22 ? -1 : SPACE_OF_GUEST(index, pid);
}

int spaces_apply_guest(struct spaces *s, uint32_t index, int32_t vm, const struct event *ev)
{
	struct fact f = {
		.time = ev->time, .build_id = INTERN_NONE, .vm = vm,
		.pid = guest_process(index, ev->pid), .other = guest_process(index, ev->tid),
	};

	if (f.pid == -1)
		return 0;
	switch (ev->type) {
	case EVENT_MMAP:
		return ev->mmap.kind == MAP_USER ? apply_mmap(s, ev, &f) : 0;
	case EVENT_FORK:
		f.type = FACT_FORK;
		f.other = guest_process(index, ev->fork.ppid);
		return fact_add(s, &f);
	case EVENT_COMM:
		f.type = FACT_EXEC;
		return ev->comm.exec ? fact_add(s, &f) : 0;
	case EVENT_TASK_EXIT:
		f.type = FACT_EXIT;
		return fact_add(s, &f);
	default:
		return 0;	/* tells nothing of processes' maps */
	}
}

int spaces_apply(struct spaces *s, const struct event *ev)
{
	struct fact f = {
		.time = ev->time, .build_id = INTERN_NONE, .pid = ev->pid, .other = ev->tid,
		.vm = -1,
	};

	switch (ev->type) {
	case EVENT_MMAP:
		return apply_mmap(s, ev, &f);
	case EVENT_KSYMBOL:
		return apply_ksymbol(s, ev, &f);
	case EVENT_FORK:
		f.type = FACT_FORK;
		f.other = ev->fork.ppid;
		return ev->pid < 0 ? 0 : fact_add(s, &f);
	case EVENT_COMM:
		f.type = FACT_EXEC;
		return ev->pid < 0 || !ev->comm.exec ? 0 : fact_add(s, &f);
	case EVENT_TASK_EXIT:
		f.type = FACT_EXIT;
		return ev->pid < 0 ? 0 : fact_add(s, &f);
	case EVENT_VCPU_ENTER:
	case EVENT_VCPU_EXIT:
		return apply_guest(s, ev);
	case EVENT_AUX:
	case EVENT_VCPU_WHY:
	case EVENT_VCPU_IRQ:
	case EVENT_VCPU_USER:
	case EVENT_SWITCH:
	case EVENT_TEXT_POKE:
	case EVENT_NAMESPACES:
	case EVENT_ITRACE_START:
	case EVENT_THROTTLE:
	case EVENT_LOST:
	case EVENT_LOST_TAIL:
		return 0;
	}
	return 0;
}

int spaces_guests(struct spaces *s, uint32_t nr)
{
	if (nr > s->nr_guests)
		s->nr_guests = nr;
	return 0;
}

int spaces_build_id(struct spaces *s, const char *path, const uint8_t *id, uint8_t len)
{
	return objects_table(&s->objects, path, id, len);
}

int spaces_build_id_guest(struct spaces *s, int32_t vm, const char *path, const uint8_t *id,
			  uint8_t len)
{
	char *full;
	int err;

	if (asprintf(&full, "[guest:vm%d]%s", vm, path) < 0)
		return -ENOMEM;
	err = objects_table(&s->objects, full, id, len);
	free(full);
	return err;
}

/* Playing back -------------------------------------------------------- */

static uint64_t last_of(uint64_t start, uint64_t len)
{
	return len - 1 > UINT64_MAX - start ? UINT64_MAX : start + len - 1;
}

static uint32_t build_id_of(const struct spaces *s, const struct fact *f, enum object_kind kind)
{
	if (f->build_id != INTERN_NONE)
		return f->build_id;
	return objects_build_id(&s->objects, kind, f->text);
}

static int play_map(struct spaces *s, const struct fact *f)
{
	struct range new = { .start = f->start, .last = last_of(f->start, f->len) };
	enum object_kind kind = objects_user_kind((const char *)intern_get(&s->objects.texts, f->text) +
						  f->prefix);

	new.object = objects_add(&s->objects, kind, f->text, kind == OBJECT_ANON ? INTERN_NONE :
				 build_id_of(s, f, kind), 0, 0);
	if (new.object == INTERN_NONE)
		return -ENOMEM;
	objects_set_guest(&s->objects, new.object, f->vm, f->prefix);
	if (kind == OBJECT_FILE)
		new.bias = f->pgoff - f->start;
	else if (kind == OBJECT_VDSO)
		new.bias = -f->start;	/* always whole; its pgoff is no file's */
	return history_map(&s->history, f->pid, f->time, new);
}

/*
 * A module's recorded size may count parts that lie elsewhere (Linux 6.4 and
 * later, kernel/module/main.c: module_total_size()), so a module ends where
 * the next one starts.
 */
static int play_module(struct spaces *s, const struct fact *f)
{
	struct range new = { .start = f->start, .last = last_of(f->start, f->len) };
	const struct range *old;
	uint64_t at = new.start;

	while (at < new.last &&
	       (old = history_first(&s->history, HISTORY_KERNEL, at + 1, new.last))) {
		at = old->last;
		if (old->start > new.start &&
		    s->objects.object[old->object].kind == OBJECT_MODULE)
			new.last = old->start - 1;
	}
	new.object = objects_add(&s->objects, OBJECT_MODULE, f->text,
				 build_id_of(s, f, OBJECT_MODULE), f->start, f->len);
	if (new.object == INTERN_NONE)
		return -ENOMEM;
	new.bias = -f->start;
	return history_map(&s->history, HISTORY_KERNEL, f->time, new);
}

/* NULL: out of memory. */
static bool *live(struct spaces *s, uint32_t object)
{
	uint32_t n = intern_add(&s->live, &object, sizeof(object));

	if (n == INTERN_NONE)
		return NULL;
	while (s->nr_live <= n)
		if (!array_add(s->is_live, s->nr_live))
			return NULL;
	return &s->is_live[n];
}

static int play_ksymbol(struct spaces *s, const struct fact *f)
{
	struct range new = { .start = f->start, .last = last_of(f->start, f->len) };
	bool *there;

	new.object = objects_add(&s->objects, OBJECT_KSYMBOL, f->text, INTERN_NONE, f->start,
				 f->len);
	there = new.object == INTERN_NONE ? NULL : live(s, new.object);
	if (!there)
		return -ENOMEM;
	*there = true;
	new.bias = -f->start;
	return history_map(&s->history, HISTORY_KERNEL, f->time, new);
}

static int play_ksymbol_gone(struct spaces *s, const struct fact *f)
{
	uint32_t object = objects_find(&s->objects, OBJECT_KSYMBOL, f->text, INTERN_NONE,
				       f->start, f->len);
	bool *there;

	if (object == INTERN_NONE)
		return 0;
	there = live(s, object);
	if (!there)
		return -ENOMEM;
	/* To go through all that lies there must cost what put it there. */
	if (!*there)
		return 0;
	*there = false;
	return history_unmap(&s->history, HISTORY_KERNEL, f->time, f->start,
			     last_of(f->start, f->len), object);
}

/*
 * FORK of time 0 is synthesized: the maps of such a process are recorded one
 * by one, and so is what it does before recording begins.
 */
static int play_fork(struct spaces *s, const struct fact *f)
{
	if (f->pid == f->other)
		return history_thread(&s->history, f->pid);
	if (!f->time && !s->timeless)
		return 0;
	return history_fork(&s->history, f->pid, f->time, f->other);
}

static int play(struct spaces *s, const struct fact *f)
{
	switch (f->type) {
	case FACT_MAP:
		return play_map(s, f);
	case FACT_KERNEL:
		return 0;	/* add_kernel() */
	case FACT_MODULE:
		return play_module(s, f);
	case FACT_KSYMBOL:
		return play_ksymbol(s, f);
	case FACT_KSYMBOL_GONE:
		return play_ksymbol_gone(s, f);
	case FACT_FORK:
		return play_fork(s, f);
	case FACT_EXEC:
		return history_exec(&s->history, f->pid, f->time);
	case FACT_EXIT:
		return f->time ? history_exit(&s->history, f->pid, f->other, f->time) : 0;
	}
	return 0;
}

/* There is one kernel: the first that was recorded. */
static int add_kernel(struct spaces *s)
{
	const struct fact none = { .text = INTERN_NONE, .build_id = INTERN_NONE, .vm = -1 };
	const struct fact *f = &none;

	for (size_t i = 0; i < s->nr_facts && f == &none; i++)
		if (s->fact[i].type == FACT_KERNEL)
			f = &s->fact[i];
	s->kernel = objects_add_kernel(&s->objects, f->text, f->build_id, f->pgoff);
	return s->kernel == INTERN_NONE ? -ENOMEM : 0;
}

static int add_guests(struct spaces *s)
{
	if (s->guests.nr > s->nr_guests)
		s->nr_guests = s->guests.nr;
	s->first_guest = objects_add_guests(&s->objects, s->nr_guests);
	return s->first_guest == INTERN_NONE ? -ENOMEM : 0;
}

static int by_time(const void *a, const void *b)
{
	const struct fact *x = a, *y = b;

	return array_order(x->time, y->time) ?: array_order(x->seq, y->seq);
}

static void sort_facts(struct spaces *s)
{
	for (size_t i = 1; i < s->nr_facts; i++) {
		if (s->fact[i - 1].time > s->fact[i].time) {
			qsort(s->fact, s->nr_facts, sizeof(*s->fact), by_time);
			break;
		}
	}
	s->timeless = !s->nr_facts || !s->fact[s->nr_facts - 1].time;
}

int spaces_seal(struct spaces *s)
{
	uint32_t unknown = objects_text(&s->objects, "[unknown]");
	int err = 0;

	sort_facts(s);
	if (unknown == INTERN_NONE ||
	    objects_add(&s->objects, OBJECT_UNKNOWN, unknown, INTERN_NONE, 0, 0) ||
	    add_kernel(s) || add_guests(s))
		return -ENOMEM;
	for (size_t i = 0; i < s->nr_facts && !err; i++)
		err = play(s, &s->fact[i]);
	free(s->fact);
	s->fact = NULL;
	s->nr_facts = 0;
	if (!err)
		err = history_seal(&s->history);
	return err ? err : objects_seal(&s->objects);
}

/* Asking -------------------------------------------------------------- */

uint32_t spaces_find(const struct spaces *s, int32_t pid, uint64_t time,
		     uint64_t *from, uint64_t *until)
{
	int64_t vm = (int64_t)SPACE_GUEST - pid;

	if (vm < -1 || pid <= SPACE_GUEST_PROCESS)
		return history_find(&s->history, pid, time, from, until);
	*from = 0;
	*until = UINT64_MAX;
	return s->history.nr + (vm < s->nr_guests ? vm + 1 : 0);
}

/* The least that is asked about at once where nothing is mapped. */
#define PAGE_MASK	4095ull

void spaces_locate_around(const struct spaces *s, uint32_t space, uint64_t addr,
			  struct place *out, uint64_t *first, uint64_t *last)
{
	const struct history *h = &s->history;
	const struct range *r;

	*first = 0;
	*last = UINT64_MAX;
	out->object = &s->objects.object[0];
	out->offset = addr;
	if (space >= h->nr) {
		if (space - h->nr <= s->nr_guests)
			out->object = &s->objects.object[s->first_guest + (space - h->nr)];
		return;
	}
	r = ranges_find(&h->ranges, h->root[space], addr);
	if (r) {
		out->object = &s->objects.object[r->object];
		out->offset = addr + r->bias;
		*first = r->start;
		*last = r->last;
		return;
	}
	*first = addr & ~PAGE_MASK;
	*last = addr | PAGE_MASK;
	if (ranges_first(&h->ranges, h->root[space], *first, *last))
		*first = *last = addr;
	if (space >= h->nr_user && addr >> 63)
		out->object = &s->objects.object[s->kernel];
}

void spaces_locate(const struct spaces *s, uint32_t space, uint64_t addr, struct place *out)
{
	uint64_t first, last;

	spaces_locate_around(s, space, addr, out, &first, &last);
}

uint32_t spaces_nr(const struct spaces *s)
{
	return s->history.nr + s->nr_guests + 1;
}

size_t spaces_objects(const struct spaces *s, const struct object *const **out)
{
	*out = s->objects.list;
	return s->objects.keys.nr;
}
