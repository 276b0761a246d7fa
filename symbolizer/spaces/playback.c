// SPDX-License-Identifier: GPL-2.0-only
/* The seal: sorts facts by time, and plays them back into the objects and the history of maps. */
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/array.h"
#include "symbolizer/spaces/space_impl.h"

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

static bool makes_code(const struct spaces *s, int32_t pid)
{
	return s->jits.nr && intern_find(&s->jits, &pid, sizeof(pid)) != INTERN_NONE;
}

static int play_map(struct spaces *s, const struct fact *f)
{
	struct range new = { .start = f->start, .last = last_of(f->start, f->len) };
	enum object_kind kind = objects_user_kind((const char *)intern_get(&s->objects.texts, f->text) +
						  f->prefix);

	if (kind == OBJECT_ANON)
		new.object = objects_add_anon(&s->objects, f->text, makes_code(s, f->pid) ? f->pid : -1);
	else
		new.object = objects_add(&s->objects, kind, f->text, build_id_of(s, f, kind), 0, 0);
	if (new.object == INTERN_NONE)
		return -ENOMEM;
	objects_set_guest(&s->objects, new.object, f->vm, f->prefix);
	if (kind == OBJECT_FILE)
		new.bias = f->pgoff - f->start;
	else if (kind == OBJECT_VDSO)
		new.bias = -f->start;	/* always complete; its pgoff is not a file's */
	return history_map(&s->history, f->pid, f->time, new);
}

/*
 * The recorded size of a module may include parts that are elsewhere (since Linux 6.4,
 * kernel/module/main.c: module_total_size()), so a module ends where the next one starts.
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

/* Is that KSYMBOL object live?  NULL: out of memory. */
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
	/* A scan of a range must not cost more than mapping it did. */
	if (!*there)
		return 0;
	*there = false;
	return history_unmap(&s->history, HISTORY_KERNEL, f->time, f->start,
			     last_of(f->start, f->len), object);
}

/*
 * A FORK with time 0 is synthesized: the maps of that process are recorded individually, including
 * those from before the recording.
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
	switch ((enum fact_type)f->type) {
	case FACT_MAP:
		return play_map(s, f);
	case FACT_KERNEL:
		return 0;	/* handled by add_kernel() */
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

	for (uint32_t i = 0; i < s->nr_facts; i++)
		if (s->fact[i].type == FACT_KERNEL && (f == &none || s->fact[i].time < f->time))
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

/* A fact's time: sorting these is cheaper than sorting facts. */
struct moment { uint64_t time; uint32_t fact; };

static int by_time(const void *a, const void *b)
{
	const struct moment *x = a, *y = b;

	return array_order(x->time, y->time) ?: array_order(x->fact, y->fact);
}

/* *out: the order of facts by time; NULL: they are already sorted.  0 or -ENOMEM. */
static int sort_facts(const struct spaces *s, struct moment **out)
{
	struct moment *m;
	uint32_t i = 1;

	*out = NULL;
	while (i < s->nr_facts && s->fact[i - 1].time <= s->fact[i].time)
		i++;
	if (i >= s->nr_facts)
		return 0;
	*out = m = reallocarray(NULL, s->nr_facts, sizeof(*m));
	if (!m)
		return -ENOMEM;
	for (i = 0; i < s->nr_facts; i++)
		m[i] = (struct moment){ s->fact[i].time, i };
	qsort(m, s->nr_facts, sizeof(*m), by_time);
	return 0;
}

/*
 * Facts become entries of the history one by one: their memory is released meanwhile, a chunk at a
 * time, so that a recording of millions of maps does not need both at once.
 */
#define CHUNK	16384

static uint32_t *count_chunks(const struct spaces *s)
{
	uint32_t nr = s->nr_facts / CHUNK, *left = calloc(nr + 1ull, sizeof(*left));

	for (uint32_t i = 0; left && i < nr; i++)
		left[i] = CHUNK;
	if (left)
		left[nr] = s->nr_facts % CHUNK;
	return left;
}

static void release_chunk(struct spaces *s, uint32_t chunk)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t from = (uintptr_t)&s->fact[(size_t)chunk * CHUNK];
	uintptr_t end = from + CHUNK * sizeof(*s->fact);

	from = (from + page - 1) & -page;
	end &= -page;
	madvise((void *)from, end - from, MADV_DONTNEED);
}

static int play_all(struct spaces *s)
{
	uint32_t last = s->nr_facts - 1, *left = count_chunks(s);
	struct moment *sorted = NULL;
	int err = left ? sort_facts(s, &sorted) : -ENOMEM;

	s->timeless = !s->nr_facts || !s->fact[sorted ? sorted[last].fact : last].time;
	for (uint32_t i = 0; i < s->nr_facts && !err; i++) {
		uint32_t at = sorted ? sorted[i].fact : i;

		err = play(s, &s->fact[at]);
		if (!--left[at / CHUNK] && at / CHUNK < s->nr_facts / CHUNK)
			release_chunk(s, at / CHUNK);
	}
	free(left);
	free(sorted);
	free(s->fact);
	s->fact = NULL;
	s->nr_facts = 0;
	return err;
}

int spaces_seal(struct spaces *s)
{
	uint32_t unknown = objects_text(&s->objects, "[unknown]");
	int err;

	if (unknown == INTERN_NONE ||
	    objects_add(&s->objects, OBJECT_UNKNOWN, unknown, INTERN_NONE, 0, 0) ||
	    add_kernel(s) || add_guests(s))
		return -ENOMEM;
	err = play_all(s);
	return err ?: history_seal(&s->history) ?: objects_seal(&s->objects);
}
