// SPDX-License-Identifier: GPL-2.0-only
/*
 * Facts are kept as they come, sorted by time when sealed, and played back:
 * every process is a current set of ranges and a list of epochs.  An epoch
 * ends when an address that meant something means something else.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "symbolizer/intern.h"
#include "symbolizer/ranges.h"
#include "symbolizer/space.h"

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
	enum fact_type type;
};

struct epoch {
	uint64_t from;
	uint32_t root;		/* while building; then the space's number */
	uint32_t process;
	bool ended;		/* nobody lives in it */
};

struct process {
	uint32_t root, token;
	uint32_t epoch;		/* the current one */
	uint32_t threads;	/* known besides the leader */
	bool leader_gone;
	uint32_t first, nr;	/* sealed: its epochs */
	uint32_t last;		/* sealed: number of its last living state */
};

/* The host's kernel is a process too. */
#define KERNEL	0

struct spaces {
	struct intern texts;		/* paths, names, build-ids */
	struct intern tabled;		/* text numbers the build-id table has */
	uint32_t *tabled_id;		/* by that: the id's text; INTERN_NONE: they differ */
	uint32_t tabled_cap;
	struct intern guests;		/* processes seen to enter a guest */
	int32_t last_guest;
	uint32_t nr_guests;		/* vm 0 to nr_guests - 1 have objects */

	struct fact *fact;
	size_t nr_facts, cap_facts;

	struct intern pids;
	struct process *process;
	uint32_t cap_processes;
	struct epoch *epoch;
	uint32_t nr_epochs, cap_epochs;
	struct ranges ranges;
	uint32_t tokens;
	bool timeless;			/* nothing in the file has a time */

	struct intern keys;		/* of objects, by id */
	struct object *object;
	uint32_t cap_objects;
	const struct object **objects;
	uint32_t first_guest;		/* object of vm -1; those of the others follow */

	uint32_t *root;			/* by number */
	uint32_t nr_user, nr_host;	/* numbers: user, kernel, then guests */
};

struct object_key {
	uint32_t kind, text, build_id, pad;
	uint64_t base, size;
};

static int room_for(void **array, uint32_t *cap, uint32_t need, size_t size)
{
	uint64_t to = *cap ? *cap : 64;
	void *p;

	if (need <= *cap)
		return 0;
	while (to < need)
		to *= 2;
	if (to > UINT32_MAX)
		return -ENOMEM;
	p = reallocarray(*array, to, size);
	if (!p)
		return -ENOMEM;
	*array = p;
	*cap = to;
	return 0;
}

struct spaces *spaces_new(void)
{
	struct spaces *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->last_guest = -1;
	/* Text 0 is object 0's path. */
	if (intern_add(&s->texts, "[unknown]", 9) || ranges_init(&s->ranges)) {
		spaces_free(s);
		return NULL;
	}
	return s;
}

void spaces_free(struct spaces *s)
{
	if (!s)
		return;
	intern_clear(&s->texts);
	intern_clear(&s->tabled);
	intern_clear(&s->guests);
	intern_clear(&s->pids);
	intern_clear(&s->keys);
	ranges_free(&s->ranges);
	free(s->tabled_id);
	free(s->fact);
	free(s->process);
	free(s->epoch);
	free(s->object);
	free(s->objects);
	free(s->root);
	free(s);
}

/* Learning ------------------------------------------------------------ */

/* PATH_MAX: what the kernel records is no longer. */
#define TEXT_MAX	4096

static uint32_t text_add(struct spaces *s, const char *text)
{
	return intern_add(&s->texts, text, strnlen(text, TEXT_MAX));
}

static int fact_add(struct spaces *s, const struct fact *f)
{
	if (s->nr_facts == s->cap_facts) {
		size_t cap = s->cap_facts ? s->cap_facts * 2 : 256;
		struct fact *fact = reallocarray(s->fact, cap, sizeof(*fact));

		if (!fact)
			return -ENOMEM;
		s->fact = fact;
		s->cap_facts = cap;
	}
	s->fact[s->nr_facts] = *f;
	s->fact[s->nr_facts].seq = s->nr_facts;
	s->nr_facts++;
	return 0;
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
	f->text = text_add(s, ev->mmap.path);
	if (f->text == INTERN_NONE)
		return -ENOMEM;
	if (ev->mmap.build_id_len && ev->mmap.build_id_len <= sizeof(ev->mmap.build_id)) {
		f->build_id = intern_add(&s->texts, ev->mmap.build_id, ev->mmap.build_id_len);
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
	f->text = text_add(s, ev->ksymbol.name ? ev->ksymbol.name : "");
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

int spaces_apply(struct spaces *s, const struct event *ev)
{
	struct fact f = {
		.time = ev->time, .build_id = INTERN_NONE, .pid = ev->pid, .other = ev->tid,
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
	case EVENT_GUEST:
		return apply_guest(s, ev);
	case EVENT_AUX:
	case EVENT_SWITCH:
	case EVENT_TEXT_POKE:
	case EVENT_NAMESPACES:
	case EVENT_ITRACE_START:
	case EVENT_THROTTLE:
	case EVENT_LOST:
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

static int table_add(struct spaces *s, const char *path, size_t len, uint32_t id)
{
	uint32_t old = s->tabled.nr, n = intern_add(&s->tabled, path, len);

	if (n == INTERN_NONE ||
	    room_for((void **)&s->tabled_id, &s->tabled_cap, s->tabled.nr, sizeof(id)))
		return -ENOMEM;
	if (n == old)
		s->tabled_id[n] = id;
	else if (s->tabled_id[n] != id)
		s->tabled_id[n] = INTERN_NONE;	/* two files had that path */
	return 0;
}

/*
 * "[arm_spe_pmu]" of "/lib/modules/.../arm-spe-pmu.ko.xz" or of itself; 0: the
 * path is not a module's.  The kernel turns '-' into '_'.
 */
static size_t module_name(const char *path, char *out, size_t size)
{
	const char *name = strrchr(path, '/'), *end;
	size_t len;

	name = name ? name + 1 : path;
	end = strstr(name, ".ko");
	if (!end || (end[3] && end[3] != '.') || end == name)
		return 0;
	len = end - name;
	if (len + 3 > size)
		return 0;
	out[0] = '[';
	for (size_t i = 0; i < len; i++)
		out[i + 1] = name[i] == '-' ? '_' : name[i];
	out[len + 1] = ']';
	out[len + 2] = '\0';
	return len + 2;
}

int spaces_build_id(struct spaces *s, const char *path, const uint8_t *id, uint8_t len)
{
	char name[128];
	size_t name_len;
	uint32_t text;

	if (!len || len > sizeof(((struct object *)0)->build_id))
		return 0;
	text = intern_add(&s->texts, id, len);
	if (text == INTERN_NONE || table_add(s, path, strnlen(path, TEXT_MAX), text))
		return -ENOMEM;
	name_len = module_name(path, name, sizeof(name));
	return name_len ? table_add(s, name, name_len, text) : 0;
}

/* Objects ------------------------------------------------------------- */

static uint32_t tabled(const struct spaces *s, const char *path)
{
	uint32_t n = intern_find(&s->tabled, path, strlen(path));

	return n == INTERN_NONE ? INTERN_NONE : s->tabled_id[n];
}

/* The id of an object's file; INTERN_NONE: not recorded. */
static uint32_t build_id_of(const struct spaces *s, const struct fact *f, enum object_kind kind)
{
	static const char *const kernel[] = {
		"[kernel.kallsyms]", "[kernel.vmlinux]", "[kernel]", "vmlinux",
	};
	char name[128];
	uint32_t id;

	if (f->build_id != INTERN_NONE)
		return f->build_id;
	id = tabled(s, intern_get(&s->texts, f->text));
	if (id == INTERN_NONE && kind == OBJECT_MODULE &&
	    module_name(intern_get(&s->texts, f->text), name, sizeof(name)))
		id = tabled(s, name);
	if (kind == OBJECT_KERNEL)
		for (size_t i = 0; i < 4 && id == INTERN_NONE; i++)
			id = tabled(s, kernel[i]);
	return id;
}

static bool starts(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

/*
 * What backs a user map.  Names without a file behind them are those of
 * Linux' perf_event_mmap_event() and d_path() of its internal mounts.
 */
static enum object_kind user_kind(const char *path)
{
	static const char *const anon[] = {
		"//anon", "/memfd:", "/dev/zero", "/dev/shm/", "/SYSV", "/anon_hugepage",
		"anon_inode:", "[",
	};

	if (!strcmp(path, "[vdso]"))
		return OBJECT_VDSO;
	for (size_t i = 0; i < sizeof(anon) / sizeof(*anon); i++)
		if (starts(path, anon[i]))
			return OBJECT_ANON;
	return *path ? OBJECT_FILE : OBJECT_ANON;
}

/* id of the object; INTERN_NONE: out of memory. */
static uint32_t object_add(struct spaces *s, enum object_kind kind, uint32_t text,
			   uint32_t build_id, uint64_t base, uint64_t size)
{
	struct object_key key = {
		.kind = kind, .text = text, .build_id = build_id, .base = base, .size = size,
	};
	uint32_t old = s->keys.nr, id = intern_add(&s->keys, &key, sizeof(key));
	struct object *o;

	if (id == INTERN_NONE || id != old)
		return id;
	if (room_for((void **)&s->object, &s->cap_objects, s->keys.nr, sizeof(*o)))
		return INTERN_NONE;
	o = &s->object[id];
	*o = (struct object){
		.id = id, .kind = kind, .vm = -1, .base = base, .size = size,
		.path = intern_get(&s->texts, text),
	};
	if (build_id != INTERN_NONE) {
		o->build_id_len = s->texts.item[build_id].len;
		memcpy(o->build_id, intern_get(&s->texts, build_id), o->build_id_len);
	}
	return id;
}

/* "[kernel.kallsyms]_text" names its reference symbol. */
static int kernel_object(struct spaces *s)
{
	const struct fact *f = NULL;
	uint32_t text = text_add(s, "[kernel]"), id;
	const char *ref = NULL;

	for (size_t i = 0; i < s->nr_facts && !f; i++)
		if (s->fact[i].type == FACT_KERNEL)
			f = &s->fact[i];
	if (text == INTERN_NONE)
		return -ENOMEM;
	if (f)
		ref = strchr(intern_get(&s->texts, f->text), ']');
	ref = ref && ref[1] ? ref + 1 : NULL;
	if (f) {
		id = object_add(s, OBJECT_KERNEL, text, build_id_of(s, f, OBJECT_KERNEL),
				ref ? f->pgoff : 0, 0);
	} else {
		const struct fact none = { .text = text, .build_id = INTERN_NONE };

		id = object_add(s, OBJECT_KERNEL, text,
				build_id_of(s, &none, OBJECT_KERNEL), 0, 0);
	}
	if (id == INTERN_NONE)
		return -ENOMEM;
	s->object[id].ref_symbol = ref;
	return 0;
}

static int guest_objects(struct spaces *s)
{
	char path[32] = "[guest]";

	if (s->guests.nr > s->nr_guests)
		s->nr_guests = s->guests.nr;
	for (int64_t vm = -1; vm < s->nr_guests; vm++) {
		uint32_t text, id;

		if (vm >= 0)
			snprintf(path, sizeof(path), "[guest:vm%lld]", (long long)vm);
		text = intern_add(&s->texts, path, strlen(path));
		id = text == INTERN_NONE ? text :
		     object_add(s, OBJECT_GUEST, text, INTERN_NONE, vm, 0);
		if (id == INTERN_NONE)
			return -ENOMEM;
		s->object[id].vm = vm;
		s->object[id].base = 0;
		if (vm < 0)
			s->first_guest = id;
	}
	return 0;
}

/* Playing back -------------------------------------------------------- */

static struct process *process_get(struct spaces *s, int32_t pid)
{
	uint32_t old = s->pids.nr, n = intern_add(&s->pids, &pid, sizeof(pid));

	if (n == INTERN_NONE)
		return NULL;
	if (n != old)
		return &s->process[n];
	if (room_for((void **)&s->process, &s->cap_processes, n + 1, sizeof(*s->process)) ||
	    room_for((void **)&s->epoch, &s->cap_epochs, s->nr_epochs + 1, sizeof(*s->epoch)))
		return NULL;
	s->epoch[s->nr_epochs] = (struct epoch){ .process = n };
	s->process[n] = (struct process){ .epoch = s->nr_epochs++, .token = ++s->tokens };
	return &s->process[n];
}

/* From time on, addresses mean something else. */
static int epoch_open(struct spaces *s, struct process *p, uint64_t time)
{
	struct epoch *e = &s->epoch[p->epoch];
	uint32_t process = e->process;

	e->ended &= e->from != time;
	if (e->from == time)
		return 0;
	e->root = p->root;
	if (room_for((void **)&s->epoch, &s->cap_epochs, s->nr_epochs + 1, sizeof(*e)))
		return -ENOMEM;
	p->token = ++s->tokens;
	p->epoch = s->nr_epochs;
	s->epoch[s->nr_epochs++] = (struct epoch){ .from = time, .process = process };
	return 0;
}

static bool alike(const struct range *a, const struct range *b)
{
	return a->object == b->object && a->bias == b->bias;
}

/* Take addr's range out of the set if it goes on where new ends. */
static void absorb(struct spaces *s, struct process *p, struct range *new, uint64_t addr)
{
	uint32_t n = ranges_first(&s->ranges, p->root, addr, addr);
	struct range old = s->ranges.v[n];

	if (!n || !alike(&old, new))
		return;
	p->root = ranges_erase(&s->ranges, p->root, p->token, old.start);
	if (old.start < new->start)
		new->start = old.start;
	if (old.last > new->last)
		new->last = old.last;
}

/* What new covers is gone; what sticks out of it stays. */
static void cut(struct spaces *s, struct process *p, struct range *new)
{
	struct ranges *r = &s->ranges;
	uint32_t n;

	while (!r->oom && (n = ranges_first(r, p->root, new->start, new->last))) {
		struct range old = r->v[n], rest = old;

		if (alike(&old, new)) {
			absorb(s, p, new, old.start > new->start ? old.start : new->start);
			continue;
		}
		p->root = ranges_erase(r, p->root, p->token, old.start);
		if (old.start < new->start) {
			rest.last = new->start - 1;
			p->root = ranges_insert(r, p->root, p->token, &rest);
		}
		if (old.last > new->last) {
			rest = old;
			rest.start = new->last + 1;
			p->root = ranges_insert(r, p->root, p->token, &rest);
		}
	}
}

/*
 * Maximal runs of one meaning are one range: equal states are equal sets.
 */
static int map(struct spaces *s, struct process *p, uint64_t time, struct range new)
{
	struct ranges *r = &s->ranges;
	bool changes = false;
	uint64_t at = new.start;
	uint32_t n;

	while (!changes && (n = ranges_first(r, p->root, at, new.last))) {
		changes = !alike(&r->v[n], &new);
		if (r->v[n].last >= new.last)
			break;
		at = r->v[n].last + 1;
	}
	if (changes && epoch_open(s, p, time))
		return -ENOMEM;
	s->epoch[p->epoch].ended = false;
	cut(s, p, &new);
	if (new.start)
		absorb(s, p, &new, new.start - 1);
	if (new.last != UINT64_MAX)
		absorb(s, p, &new, new.last + 1);
	p->root = ranges_insert(r, p->root, p->token, &new);
	return r->oom ? -ENOMEM : 0;
}

static uint64_t last_of(uint64_t start, uint64_t len)
{
	return len - 1 > UINT64_MAX - start ? UINT64_MAX : start + len - 1;
}

static int play_map(struct spaces *s, const struct fact *f)
{
	struct range new = { .start = f->start, .last = last_of(f->start, f->len) };
	enum object_kind kind = user_kind(intern_get(&s->texts, f->text));
	struct process *p = process_get(s, f->pid);

	if (!p)
		return -ENOMEM;
	new.object = object_add(s, kind, f->text, kind == OBJECT_ANON ? INTERN_NONE :
				build_id_of(s, f, kind), 0, 0);
	if (new.object == INTERN_NONE)
		return -ENOMEM;
	if (kind == OBJECT_FILE)
		new.bias = f->pgoff - f->start;
	else if (kind == OBJECT_VDSO)
		new.bias = -f->start;	/* always whole; its pgoff is no file's */
	return map(s, p, f->time, new);
}

/*
 * A module's recorded size may count parts that lie elsewhere (Linux 6.4 and
 * later, kernel/module/main.c: module_total_size()), so a module ends where
 * the next one starts.
 */
static int play_module(struct spaces *s, const struct fact *f)
{
	struct range new = { .start = f->start, .last = last_of(f->start, f->len) };
	struct process *p = &s->process[KERNEL];
	uint64_t at = new.start;
	uint32_t n;

	while (at < new.last && (n = ranges_first(&s->ranges, p->root, at + 1, new.last))) {
		const struct range *old = &s->ranges.v[n];

		if (old->start > new.start && s->object[old->object].kind == OBJECT_MODULE)
			new.last = old->start - 1;
		at = old->last;
	}
	new.object = object_add(s, OBJECT_MODULE, f->text, build_id_of(s, f, OBJECT_MODULE),
				f->start, f->len);
	if (new.object == INTERN_NONE)
		return -ENOMEM;
	new.bias = -f->start;
	return map(s, p, f->time, new);
}

static int play_ksymbol(struct spaces *s, const struct fact *f)
{
	struct range new = { .start = f->start, .last = last_of(f->start, f->len) };

	new.object = object_add(s, OBJECT_KSYMBOL, f->text, INTERN_NONE, f->start, f->len);
	if (new.object == INTERN_NONE)
		return -ENOMEM;
	new.bias = -f->start;
	return map(s, &s->process[KERNEL], f->time, new);
}

static int play_ksymbol_gone(struct spaces *s, const struct fact *f)
{
	struct process *p = &s->process[KERNEL];
	struct object_key key = {
		.kind = OBJECT_KSYMBOL, .text = f->text, .build_id = INTERN_NONE,
		.base = f->start, .size = f->len,
	};
	uint64_t last = last_of(f->start, f->len), at = f->start;
	uint32_t object = intern_find(&s->keys, &key, sizeof(key)), n;

	if (object == INTERN_NONE || !ranges_first(&s->ranges, p->root, at, last))
		return 0;
	while (!s->ranges.oom && (n = ranges_first(&s->ranges, p->root, at, last))) {
		struct range old = s->ranges.v[n];

		if (old.object == object) {
			if (epoch_open(s, p, f->time))
				return -ENOMEM;
			p->root = ranges_erase(&s->ranges, p->root, p->token, old.start);
		}
		if (old.last >= last)
			break;
		at = old.last + 1;
	}
	return s->ranges.oom ? -ENOMEM : 0;
}

/*
 * A process of its own starts with its parent's maps.  FORK of time 0 is
 * synthesized: the maps of such a process are recorded one by one.
 */
static int play_fork(struct spaces *s, const struct fact *f)
{
	struct process *child = process_get(s, f->pid), *parent;
	uint32_t n;

	if (!child)
		return -ENOMEM;
	if (f->pid == f->other) {
		child->threads++;
		return 0;
	}
	if (!f->time && !s->timeless)
		return 0;
	if (epoch_open(s, child, f->time))
		return -ENOMEM;
	child->threads = 0;
	child->leader_gone = false;
	child->root = 0;
	n = f->other < 0 ? INTERN_NONE : intern_find(&s->pids, &f->other, sizeof(f->other));
	if (n == INTERN_NONE)
		return 0;
	parent = &s->process[n];
	child->root = parent->root;
	parent->token = ++s->tokens;
	return 0;
}

static int play_exec(struct spaces *s, const struct fact *f)
{
	struct process *p = process_get(s, f->pid);

	if (!p || epoch_open(s, p, f->time))
		return -ENOMEM;
	p->root = 0;
	p->threads = 0;
	p->leader_gone = false;
	return 0;
}

/* A process ends with its last thread; its leader may have left long before. */
static int play_exit(struct spaces *s, const struct fact *f)
{
	struct process *p = process_get(s, f->pid);

	if (!p)
		return -ENOMEM;
	if (!f->time)
		return 0;
	if (f->pid == f->other)
		p->leader_gone = true;
	else if (p->threads)
		p->threads--;
	if (!p->leader_gone || p->threads)
		return 0;
	if (epoch_open(s, p, f->time))
		return -ENOMEM;
	p->root = 0;
	s->epoch[p->epoch].ended = true;
	return 0;
}

static int play(struct spaces *s, const struct fact *f)
{
	switch (f->type) {
	case FACT_MAP:
		return play_map(s, f);
	case FACT_KERNEL:
		return 0;	/* kernel_object() */
	case FACT_MODULE:
		return play_module(s, f);
	case FACT_KSYMBOL:
		return play_ksymbol(s, f);
	case FACT_KSYMBOL_GONE:
		return play_ksymbol_gone(s, f);
	case FACT_FORK:
		return play_fork(s, f);
	case FACT_EXEC:
		return play_exec(s, f);
	case FACT_EXIT:
		return play_exit(s, f);
	}
	return 0;
}

/* Sealing ------------------------------------------------------------- */

static int by_time(const void *a, const void *b)
{
	const struct fact *x = a, *y = b;

	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	return x->seq < y->seq ? -1 : x->seq > y->seq;
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

/* Epochs lie in order of time: make that order of process, then of time. */
static int group_epochs(struct spaces *s)
{
	struct epoch *sorted = calloc(s->nr_epochs, sizeof(*sorted));
	uint32_t first = 0;

	if (!sorted)
		return -ENOMEM;
	for (uint32_t i = 0; i < s->nr_epochs; i++)
		s->process[s->epoch[i].process].nr++;
	for (uint32_t i = 0; i < s->pids.nr; i++) {
		s->process[i].first = first;
		first += s->process[i].nr;
		s->process[i].nr = 0;
	}
	for (uint32_t i = 0; i < s->nr_epochs; i++) {
		struct process *p = &s->process[s->epoch[i].process];

		sorted[p->first + p->nr++] = s->epoch[i];
	}
	free(s->epoch);
	s->epoch = sorted;
	s->cap_epochs = s->nr_epochs;
	return 0;
}

/* Equal trees get one number; the kernel's are told apart from all others. */
static int number_spaces(struct spaces *s)
{
	uint32_t *number = calloc(s->ranges.nr, sizeof(*number));
	uint32_t kernel = s->process[KERNEL].nr;

	s->root = calloc(s->nr_epochs + 1ull, sizeof(*s->root));
	if (!number || !s->root) {
		free(number);
		return -ENOMEM;
	}
	s->nr_user = 1;		/* space 0: nothing is mapped */
	for (uint32_t i = kernel; i < s->nr_epochs; i++) {
		uint32_t root = s->epoch[i].root;

		if (root && !number[root]) {
			number[root] = s->nr_user;
			s->root[s->nr_user++] = root;
		}
		s->epoch[i].root = root ? number[root] : 0;
	}
	memset(number, 0xff, s->ranges.nr * sizeof(*number));
	s->nr_host = s->nr_user;
	for (uint32_t i = 0; i < kernel; i++) {
		uint32_t root = s->epoch[i].root;

		if (number[root] == UINT32_MAX) {
			number[root] = s->nr_host;
			s->root[s->nr_host++] = root;
		}
		s->epoch[i].root = number[root];
	}
	free(number);
	return 0;
}

/* Remember the last living state, then forget epochs that changed nothing. */
static void merge_epochs(struct spaces *s)
{
	for (uint32_t i = 0; i < s->pids.nr; i++) {
		struct process *p = &s->process[i];
		struct epoch *e = &s->epoch[p->first];
		uint32_t kept = 0, last = p->nr - 1;

		while (last && e[last].ended)
			last--;
		p->last = e[last].root;
		for (uint32_t n = 1; n < p->nr; n++)
			if (e[n].root != e[kept].root)
				e[++kept] = e[n];
		p->nr = kept + 1;
	}
}

static int share_spaces(struct spaces *s)
{
	uint32_t *roots = calloc(s->nr_epochs, sizeof(*roots));
	int err;

	if (!roots)
		return -ENOMEM;
	for (uint32_t i = 0; i < s->nr_epochs; i++)
		roots[i] = s->epoch[i].root;
	err = ranges_share(&s->ranges, roots, s->nr_epochs);
	for (uint32_t i = 0; i < s->nr_epochs && !err; i++)
		s->epoch[i].root = roots[i];
	free(roots);
	return err;
}

static int finish(struct spaces *s)
{
	int err;

	free(s->fact);
	s->fact = NULL;
	s->nr_facts = s->cap_facts = 0;
	for (uint32_t i = 0; i < s->pids.nr; i++)
		s->epoch[s->process[i].epoch].root = s->process[i].root;
	err = share_spaces(s);
	if (!err)
		err = group_epochs(s);
	if (!err)
		err = number_spaces(s);
	if (err)
		return err;
	merge_epochs(s);
	s->objects = calloc(s->keys.nr, sizeof(*s->objects));
	if (!s->objects)
		return -ENOMEM;
	for (uint32_t i = 0; i < s->keys.nr; i++)
		s->objects[i] = &s->object[i];
	return 0;
}

int spaces_seal(struct spaces *s)
{
	sort_facts(s);
	if (!process_get(s, SPACE_KERNEL) ||
	    object_add(s, OBJECT_UNKNOWN, 0, INTERN_NONE, 0, 0) == INTERN_NONE ||
	    kernel_object(s) || guest_objects(s))
		return -ENOMEM;
	for (size_t i = 0; i < s->nr_facts; i++)
		if (play(s, &s->fact[i]))
			return -ENOMEM;
	return finish(s);
}

/* Asking -------------------------------------------------------------- */

static uint32_t find_guest(const struct spaces *s, int32_t pid)
{
	int64_t vm = (int64_t)SPACE_GUEST - pid;

	return s->nr_host + (vm >= 0 && vm < s->nr_guests ? vm + 1 : 0);
}

uint32_t spaces_find(const struct spaces *s, int32_t pid, uint64_t time,
		     uint64_t *from, uint64_t *until)
{
	const struct process *p;
	const struct epoch *e;
	uint32_t n, low = 0, high;

	*from = 0;
	*until = UINT64_MAX;
	if (pid <= SPACE_GUEST + 1)
		return find_guest(s, pid);
	n = intern_find(&s->pids, &pid, sizeof(pid));
	if (n == INTERN_NONE)
		return 0;
	p = &s->process[n];
	if (!time) {
		*until = 1;
		return p->last;
	}
	e = &s->epoch[p->first];
	for (high = p->nr; high - low > 1;) {
		uint32_t mid = low + (high - low) / 2;

		if (e[mid].from <= time)
			low = mid;
		else
			high = mid;
	}
	*from = e[low].from;
	if (low + 1 < p->nr)
		*until = e[low + 1].from;
	return e[low].root;
}

/* The least that is asked about at once where nothing is mapped. */
#define PAGE_MASK	4095ull

void spaces_locate_around(const struct spaces *s, uint32_t space, uint64_t addr,
			  struct place *out, uint64_t *first, uint64_t *last)
{
	const struct range *r;

	*first = 0;
	*last = UINT64_MAX;
	out->object = &s->object[0];
	out->offset = addr;
	if (space >= s->nr_host) {
		if (space - s->nr_host <= s->nr_guests)
			out->object = &s->object[s->first_guest + (space - s->nr_host)];
		return;
	}
	r = ranges_find(&s->ranges, s->root[space], addr);
	if (r) {
		out->object = &s->object[r->object];
		out->offset = addr + r->bias;
		*first = r->start;
		*last = r->last;
		return;
	}
	*first = addr & ~PAGE_MASK;
	*last = addr | PAGE_MASK;
	if (ranges_first(&s->ranges, s->root[space], *first, *last))
		*first = *last = addr;
	if (space >= s->nr_user && addr >> 63)
		out->object = &s->object[1];	/* kernel_object() */
}

void spaces_locate(const struct spaces *s, uint32_t space, uint64_t addr, struct place *out)
{
	uint64_t first, last;

	spaces_locate_around(s, space, addr, out, &first, &last);
}

uint32_t spaces_nr(const struct spaces *s)
{
	return s->nr_host + s->nr_guests + 1;
}

size_t spaces_objects(const struct spaces *s, const struct object *const **out)
{
	*out = s->objects;
	return s->keys.nr;
}
