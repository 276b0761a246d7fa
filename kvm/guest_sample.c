// SPDX-License-Identifier: GPL-2.0-only
/* The owner of a sample in a guest's own recording. */
#include "kvm/timeline_impl.h"

/* PERF_RECORD_MISC_*: linux include/uapi/linux/perf_event.h. */
enum { MODE_KERNEL = 1, MODE_USER = 2 };

/* The guest's CPU n is the VM's vCPU n, if it has a vCPU of that number. */
static void set_vcpu(const struct timeline *t, int32_t vm, int32_t cpu, uint64_t time,
		     struct owner *o)
{
	const struct timeline_vm *of = &t->vms[vm];

	for (uint32_t i = of->first_vcpu; i < of->first_vcpu + of->nr_vcpus; i++) {
		if (cpu < 0 || t->vcpus[i].vcpu != cpu)
			continue;
		o->vcpu = cpu;
		o->vcpu_index = (int32_t)i;
		o->tid = t->vcpus[i].tid;
		o->task = time ? tasks_find(t->tasks, o->tid, time) : tasks_only(t->tasks, o->tid);
	}
}

static void set_guest_task(const struct guest_timeline *guest, const struct cycles_mark *m,
			   struct owner *o)
{
	const struct tasks *tasks = guest->timeline->tasks;

	o->guest_pid = m->pid;
	o->guest_tid = m->tid;
	if (m->tid >= 0)
		o->guest_task = m->time ? tasks_find(tasks, m->tid, m->time) :
					  tasks_only(tasks, m->tid);
	if (o->world == WORLD_GUEST_USER && m->pid > 0 && m->pid < GUEST_PIDS)
		o->memory = MEMORY_OF_GUEST((int32_t)guest->index, m->pid);
}

void timeline_guest_sample(const struct timeline *t, int32_t vm, uint32_t index, int32_t cpu,
			   const struct cycles_mark *m, struct owner *out, struct cycles_place *place)
{
	const struct guest_timeline *guest = t->guests ? &t->guests[vm] : NULL;
	bool user = m->cpumode == MODE_USER;

	*out = (struct owner){
		.world = WORLD_UNKNOWN, .basis = BASIS_NONE, .pid = -1, .tid = -1, .vm = -1,
		.vcpu = -1, .vcpu_index = -1, .memory = MEMORY_UNKNOWN, .task = TASK_NONE,
		.guest_task = TASK_NONE, .guest_pid = -1, .guest_tid = -1,
	};
	*place = (struct cycles_place){ .el = -1 };
	/* about its own guests the guest's kernel says only that they ran */
	if (!guest || !guest->timeline || guest->index != index ||
	    (!user && m->cpumode != MODE_KERNEL))
		return;
	out->world = user ? WORLD_GUEST_USER : WORLD_GUEST_KERNEL;
	out->basis = BASIS_EL;
	out->pid = t->vms[vm].pid;
	out->vm = vm;
	out->memory = MEMORY_GUEST - vm;
	set_vcpu(t, vm, cpu, m->time, out);
	set_guest_task(guest, m, out);
	*place = (struct cycles_place){ .ip_is_owners = true, .el = user ? 0 : 1 };
}
