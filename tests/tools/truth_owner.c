/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/tools/truth_owner.h"

#include <stdlib.h>
#include <string.h>

#include "tests/tools/truth_cgroup.h"

#define MAX_CPUS 512

struct truth_owner {
	const struct timeline *timeline;
	struct timeline_cursor cursors[MAX_CPUS];
	uint8_t ready[MAX_CPUS];
	struct owner last;
};

struct truth_owner *truth_owner_new(const struct timeline *t)
{
	struct truth_owner *o = calloc(1, sizeof(*o));

	if (o)
		o->timeline = t;
	return o;
}

void truth_owner_free(struct truth_owner *o)
{
	free(o);
}

static uint8_t world_of(const struct truth_record *t)
{
	switch ((enum truth_world)t->world) {
	case TRUTH_HOST_USER: return WORLD_HOST_USER;
	case TRUTH_HOST_KERNEL: return WORLD_HOST_KERNEL;
	case TRUTH_SWITCH: return WORLD_SWITCH;
	case TRUTH_GUEST_USER: return WORLD_GUEST_USER;
	case TRUTH_GUEST_KERNEL: return WORLD_GUEST_KERNEL;
	}
	return WORLD_UNKNOWN;
}

/* Compare a part of an owner: 0 equal, 1 unknown, 2 different. */
static int part(int32_t got, int32_t truth)
{
	return got == truth ? 0 : got < 0 ? 1 : 2;
}

static int worse(int a, int b)
{
	return a > b ? a : b;
}

/*
 * The VM by its process; the vCPU by its number, or if the thread's name has no number, by its
 * thread, which is compared elsewhere.
 */
static int guest_part(struct truth_owner *o, const struct owner *own,
		      const struct truth_record *t)
{
	const struct timeline_vcpu *vcpus;
	const struct timeline_vm *vms;
	size_t nr = timeline_vms(o->timeline, &vms);
	int vm;

	if (own->vm >= 0 && (size_t)own->vm >= nr)
		return 2;
	vm = part(own->vm >= 0 ? vms[own->vm].pid : -1, t->vm);
	timeline_vcpus(o->timeline, &vcpus);
	if (own->vcpu_index >= 0 && strncmp(vcpus[own->vcpu_index].comm, "CPU ", 4))
		return vm;
	return worse(vm, part(own->vcpu, t->vcpu));
}

enum truth_owner_verdict truth_owner_compare(struct truth_owner *o, int32_t cpu,
					     const struct spe_record *rec,
					     const struct truth_record *t)
{
	const struct owner *own;

	if (!o->ready[cpu]) {
		timeline_cursor_init(&o->cursors[cpu], o->timeline, cpu, -1);
		o->ready[cpu] = 1;
	}
	own = timeline_attribute(o->timeline, &o->cursors[cpu], rec);
	o->last = *own;
	if (own->world == WORLD_UNKNOWN)
		return TRUTH_OWNER_UNKNOWN;
	if (own->world != world_of(t))
		return TRUTH_OWNER_WRONG;
	switch (worse(guest_part(o, own, t),
		      worse(part(own->pid, t->pid), part(own->tid, t->tid)))) {
	case 0: return TRUTH_OWNER_RIGHT;
	case 1: return TRUTH_OWNER_PARTLY;
	}
	return TRUTH_OWNER_WRONG;
}

enum truth_owner_verdict truth_owner_cgroup(struct truth_owner *o, const struct truth_record *t)
{
	const struct cgroup *c = timeline_cgroup(o->timeline, o->last.task);
	char path[TRUTH_CGROUP_ROOM];

	truth_cgroup_path(t->cgroup, path);
	return !c ? TRUTH_OWNER_UNKNOWN : strcmp(c->path, path) ? TRUTH_OWNER_WRONG :
	       TRUTH_OWNER_RIGHT;
}
