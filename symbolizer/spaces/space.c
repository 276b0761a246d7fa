// SPDX-License-Identifier: GPL-2.0-only
/* Stores facts in order of arrival; lookups use what the seal made of them. */
#include "symbolizer/spaces/space_impl.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"

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
	intern_clear(&s->jits);
	intern_clear(&s->guests);
	intern_clear(&s->live);
	free(s->is_live);
	free(s->fact);
	free(s);
}

static int fact_add(struct spaces *s, const struct fact *f)
{
	struct fact *new = s->nr_facts == UINT32_MAX ? NULL : array_add(s->fact, s->nr_facts);

	if (!new)
		return -ENOMEM;
	*new = *f;
	return 0;
}

/* The number of a path; a guest's path is prefixed with its VM. */
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
	f->prefix = (uint8_t)(len - strlen(path));
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

/* There are at most as many VMs as processes that enter a guest. */
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
		return 0;	/* says nothing about the maps of processes */
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
	case EVENT_CGROUP:
	case EVENT_TASK_PLACE:
	case EVENT_ITRACE_START:
	case EVENT_THROTTLE:
	case EVENT_LOST:
	case EVENT_LOST_TAIL:
	case EVENT_CYCLES:
	case EVENT_COUNT:
		return 0;
	}
	return 0;
}

int spaces_jit(struct spaces *s, int32_t pid)
{
	return intern_add(&s->jits, &pid, sizeof(pid)) == INTERN_NONE ? -ENOMEM : 0;
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

/* Kernel addresses: without other information they belong to the host's kernel image. */
#define KERNEL_FIRST	(1ull << 63)

void spaces_locate_around(const struct spaces *s, uint32_t space, uint64_t addr,
			  struct place *out, uint64_t *first, uint64_t *last)
{
	const struct history *h = &s->history;
	const struct mapped *m;

	*first = 0;
	*last = UINT64_MAX;
	out->object = &s->objects.object[0];
	out->offset = addr;
	if (space >= h->nr) {
		if (space - h->nr <= s->nr_guests)
			out->object = &s->objects.object[s->first_guest + (space - h->nr)];
		return;
	}
	m = history_locate(h, space, addr, first, last);
	if (m) {
		out->object = &s->objects.object[m->object];
		out->offset = addr + m->bias;
		return;
	}
	if (space < h->nr_user)
		return;
	if (addr >= KERNEL_FIRST) {
		out->object = &s->objects.object[s->kernel];
		*first = *first > KERNEL_FIRST ? *first : KERNEL_FIRST;
	} else if (*last >= KERNEL_FIRST) {
		*last = KERNEL_FIRST - 1;
	}
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
