// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random maps, forks, execs and exits: every lookup must agree with a model that stores each state
 * as an array of pages.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "symbolizer/spaces/space.h"

#define PAGES	64
#define PIDS	48		/* in the model 0 is the kernel, 1.. are processes */
#define TIMES	240
#define EVENTS	400
#define BASE	0xffff800000000000ull	/* of kernel pages */

/*
 * Sizes of tests.  few: any events.  many: logs long enough for an index, with a state for nearly
 * every event.  chain: each process forks the next one.
 */
static const struct scale {
	int pages, pids, times, events, runs;
	uint32_t calm;		/* of 100 forks, execs and exits this many become maps */
	uint32_t next;		/* of 100 events this many fork from the newest process, or map
				 * in it */
} few = { 24, 5, 12, 40, 3000, 0, 0 }, many = { 64, 4, 240, 400, 30, 98, 0 },
  chain = { 24, 48, 120, 300, 30, 0, 60 };

static uint64_t seed;

static uint32_t any(uint32_t below)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return (seed >> 33) % below;
}

/* A page: its object, and the offset of its first byte. */
/* No padding: memcmp compares pages. */
struct page { int64_t what; uint64_t offset; };

struct state { uint64_t from; bool ended; struct page page[PAGES]; };

struct model_process {
	struct state state[EVENTS + 1];
	int nr, threads;
	bool leader_gone, known;
};

static struct model_process model[PIDS];

static void model_clear(void)
{
	for (int i = 0; i < PIDS; i++) {
		struct model_process *p = &model[i];

		p->state[0] = (struct state){ 0 };
		p->nr = p->threads = 0;
		p->leader_gone = p->known = false;
	}
}

static struct state *current(struct model_process *p)
{
	p->known = true;
	if (!p->nr)
		p->nr = 1;
	return &p->state[p->nr - 1];
}

static struct state *open_state(struct model_process *p, uint64_t time)
{
	struct state *s = current(p);

	if (s->from == time) {
		s->ended = false;
		return s;
	}
	p->state[p->nr] = *s;
	p->state[p->nr].from = time;
	p->state[p->nr].ended = false;
	return &p->state[p->nr++];
}

static const char *const files[] = { "", "/a", "/b", "//anon" };

static void model_map(struct model_process *p, const struct event *ev)
{
	int first = ev->mmap.start / 4096, nr = ev->mmap.len / 4096, what = 1;
	struct state *s = current(p);
	bool changes = false;

	while (strcmp(files[what], ev->mmap.path))
		what++;
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < nr; i++) {
			struct page new = { what, ev->mmap.pgoff + i * 4096 }, *old;

			if (what == 3)
				new.offset = (first + i) * 4096;
			old = &s->page[first + i];
			changes |= old->what && (old->what != what || old->offset != new.offset);
			if (round)
				*old = new;
		}
		if (!round && changes)
			s = open_state(p, ev->time);
	}
	s->ended = false;
}

static void model_ksymbol(struct model_process *p, const struct event *ev)
{
	int first = (ev->ksymbol.addr - BASE) / 4096, nr = ev->ksymbol.len / 4096;
	int what = 10 + first * PAGES + nr;
	struct state *s = current(p);
	bool changes = false;

	for (int i = 0; i < nr; i++) {
		int old = s->page[first + i].what;

		changes |= ev->ksymbol.unregister ? old == what : old && old != what;
	}
	if (changes)
		s = open_state(p, ev->time);
	for (int i = 0; i < nr; i++) {
		if (!ev->ksymbol.unregister)
			s->page[first + i] = (struct page){ what, i * 4096 };
		else if (s->page[first + i].what == what)
			s->page[first + i] = (struct page){ 0 };
	}
}

static void model_apply(const struct event *ev, bool timeless)
{
	struct model_process *p = &model[ev->pid < 0 ? 0 : ev->pid];
	struct state *s;

	switch (ev->type) {
	case EVENT_MMAP:
		model_map(p, ev);
		return;
	case EVENT_KSYMBOL:
		model_ksymbol(p, ev);
		return;
	case EVENT_FORK:
		if (ev->fork.ppid == ev->pid) {
			current(p);
			p->threads++;
			return;
		}
		current(p);
		if (!ev->time && !timeless)
			return;
		s = open_state(p, ev->time);
		p->threads = 0;
		p->leader_gone = false;
		memcpy(s->page, current(&model[ev->fork.ppid])->page, sizeof(s->page));
		return;
	case EVENT_COMM:
		s = open_state(p, ev->time);
		memset(s->page, 0, sizeof(s->page));
		p->threads = 0;
		p->leader_gone = false;
		return;
	default:
		current(p);
		if (!ev->time)
			return;
		if (ev->tid == ev->pid)
			p->leader_gone = true;
		else if (p->threads)
			p->threads--;
		if (!p->leader_gone || p->threads)
			return;
		s = open_state(p, ev->time);
		memset(s->page, 0, sizeof(s->page));
		s->ended = true;
	}
}

static const struct state *model_find(const struct model_process *p, uint64_t time)
{
	int n = p->nr - 1;

	if (!p->nr)
		return &p->state[0];
	if (!time) {
		while (n && p->state[n].ended)
			n--;
		return &p->state[n];
	}
	while (p->state[n].from > time)
		n--;
	return &p->state[n];
}

enum { FORK, EXEC, EXIT, KSYMBOL, KSYMBOL_TOO, MAP };

static struct event random_event(const struct scale *sc, int i)
{
	struct event ev = { .time = any(sc->times), .pid = 1 + any(sc->pids - 1) };
	int first = any(sc->pages), nr = 1 + any(sc->pages - first);
	int kind = any(MAP + 5);
	static char names[PAGES][PAGES + 1][32];

	ev.tid = ev.pid;
	if (kind <= EXIT && any(100) < sc->calm)
		kind = MAP;
	if (any(100) < sc->next) {
		ev.time = 1 + i * (sc->times - 1) / sc->events;
		ev.pid = ev.tid = 2 + i / 2 * (sc->pids - 2) / ((sc->events + 1) / 2);
		ev.fork.ppid = ev.pid - 1;
		kind = i % 2 ? MAP : FORK;
	} else if (kind == FORK) {
		ev.fork.ppid = 1 + any(sc->pids - 1);
	}
	switch (kind) {
	case FORK:
		ev.type = EVENT_FORK;
		break;
	case EXEC:
		ev.type = EVENT_COMM;
		ev.comm.exec = 1;
		ev.comm.name = "x";
		break;
	case EXIT:
		ev.type = EVENT_TASK_EXIT;
		ev.tid += any(3) ? 0 : 100;
		break;
	case KSYMBOL: case KSYMBOL_TOO:
		ev.type = EVENT_KSYMBOL;
		ev.pid = ev.tid = -1;
		nr = nr > 4 ? 1 + nr % 4 : nr;
		ev.ksymbol.addr = BASE + first * 4096;
		ev.ksymbol.len = nr * 4096;
		ev.ksymbol.unregister = any(2);
		snprintf(names[first][nr], 32, "k%d_%d", first, nr);
		ev.ksymbol.name = names[first][nr];
		break;
	default:
		ev.type = EVENT_MMAP;
		nr = any(3) ? 1 + nr / 4 : nr;
		ev.mmap.start = first * 4096;
		ev.mmap.len = nr * 4096;
		ev.mmap.pgoff = any(2) ? (uint64_t)first * 4096 : any(4) * 4096ull;
		ev.mmap.path = files[1 + any(3)];
	}
	return ev;
}

/* The answer for an address is the same from first to last. */
static void check_around(const struct spaces *s, uint32_t space, uint64_t addr,
			 const struct place *p)
{
	uint64_t first, last;
	struct place at;

	spaces_locate_around(s, space, addr, &at, &first, &last);
	assert_true(first <= addr && addr <= last);
	assert_ptr_equal(at.object, p->object);
	assert_int_equal(at.offset, p->offset);
	spaces_locate(s, space, first, &at);
	assert_ptr_equal(at.object, p->object);
	assert_int_equal(at.offset - first, p->offset - addr);
	spaces_locate(s, space, last, &at);
	assert_ptr_equal(at.object, p->object);
	assert_int_equal(at.offset - last, p->offset - addr);
}

static void check_page(const struct spaces *s, uint32_t space, bool kernel, int i,
		       const struct page *page)
{
	uint64_t addr = (kernel ? BASE : 0) + i * 4096 + 123;
	struct place p;

	spaces_locate(s, space, addr, &p);
	check_around(s, space, addr, &p);
	if (!page->what) {
		assert_int_equal(p.object->kind, kernel ? OBJECT_KERNEL : OBJECT_UNKNOWN);
		assert_int_equal(p.offset, addr);
		return;
	}
	assert_int_equal(p.offset, page->offset + 123);
	if (kernel)
		assert_int_equal(p.object->base, BASE + (page->what - 10) / PAGES * 4096);
	else
		assert_string_equal(p.object->path, files[page->what]);
}

/* The answer holds from from to until, and not outside. */
static void check_bounds(const struct spaces *s, int32_t pid, uint64_t time, uint32_t number,
			 uint64_t from, uint64_t until)
{
	uint64_t f, u;

	assert_true(from <= time && time < until);
	if (!time)
		return;
	if (from)
		assert_int_equal(number, spaces_find(s, pid, from, &f, &u));
	if (from > 1)
		assert_int_not_equal(number, spaces_find(s, pid, from - 1, &f, &u));
	assert_int_equal(number, spaces_find(s, pid, until - 1, &f, &u));
	if (until != UINT64_MAX)
		assert_int_not_equal(number, spaces_find(s, pid, until, &f, &u));
}

static void check_all(const struct spaces *s, const struct scale *sc)
{
	static const struct state *seen[PIDS * TIMES];
	static uint32_t number[PIDS * TIMES];
	int nr = 0;

	for (int pid = 0; pid < sc->pids; pid++) {
		for (uint64_t time = 0; time < (uint64_t)sc->times; time++) {
			const struct state *st = model_find(&model[pid], time);
			uint64_t from, until;

			number[nr] = spaces_find(s, pid ? pid : SPACE_KERNEL, time, &from, &until);
			check_bounds(s, pid ? pid : SPACE_KERNEL, time, number[nr], from, until);
			for (int i = 0; i < sc->pages; i++)
				check_page(s, number[nr], !pid, i, &st->page[i]);
			for (int k = pid ? sc->times : 0; k < nr; k++)
				assert_int_equal(number[k] == number[nr],
						 !memcmp(seen[k]->page, st->page, sizeof(st->page)));
			seen[nr++] = st;
		}
	}
}

static void agrees_with_the_model(const struct scale *sc)
{
	static struct event ev[EVENTS];

	for (int run = 0; run < sc->runs; run++) {
		struct spaces *s = spaces_new();
		int nr = 1 + any(sc->events);
		bool timeless = true;

		seed = run * 77777ull;
		model_clear();
		for (int i = 0; i < nr; i++) {
			ev[i] = random_event(sc, i);
			if (run % 50 == 0)
				ev[i].time = 0;
			timeless &= !ev[i].time;
			assert_int_equal(spaces_apply(s, &ev[i]), 0);
		}
		for (uint64_t time = 0; time < (uint64_t)sc->times; time++)
			for (int i = 0; i < nr; i++)
				if (ev[i].time == time)
					model_apply(&ev[i], timeless);
		assert_int_equal(spaces_seal(s), 0);
		check_all(s, sc);
		spaces_free(s);
	}
}

static void every_lookup_agrees_with_the_model(void **state)
{
	agrees_with_the_model(&few);
}

static void every_lookup_in_a_long_log_agrees(void **state)
{
	agrees_with_the_model(&many);
}

static void every_lookup_after_many_forks_agrees(void **state)
{
	agrees_with_the_model(&chain);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_lookup_agrees_with_the_model),
		cmocka_unit_test(every_lookup_in_a_long_log_agrees),
		cmocka_unit_test(every_lookup_after_many_forks_agrees),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
