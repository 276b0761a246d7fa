// SPDX-License-Identifier: GPL-2.0-only
/* Whose cycles a sample of a guest's own recording stands for. */
#include "kvm/timeline_impl.h"

/* PERF_RECORD_MISC_*: linux include/uapi/linux/perf_event.h. */
enum { MODE_KERNEL = 1, MODE_USER = 2 };

/* The guest's CPU n is the VM's vCPU n, if the VM has one of that number. */
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

void timeline_guest_sample(const struct timeline *t, int32_t vm, int32_t cpu,
			   const struct cycles_mark *m, struct owner *out, struct cycles_place *place)
{
	bool user = m->cpumode == MODE_USER, known = user || m->cpumode == MODE_KERNEL;

	*out = (struct owner){
		/* a guest's own guests are its user code, or a part of its kernel */
		.world = user ? WORLD_GUEST_USER : WORLD_GUEST_KERNEL, .basis = BASIS_EL,
		.pid = t->vms[vm].pid, .tid = -1, .vm = vm, .vcpu = -1, .vcpu_index = -1,
		.memory = MEMORY_GUEST - vm, .task = TASK_NONE, .guest_task = TASK_NONE,
		.guest_pid = -1, .guest_tid = -1,
	};
	if (!known) {
		out->world = WORLD_UNKNOWN;
		out->basis = BASIS_NONE;
	}
	set_vcpu(t, vm, cpu, m->time, out);
	set_guest_task(&t->guests[vm], m, out);
	*place = (struct cycles_place){ .ip_is_owners = known, .el = user ? 0 : known ? 1 : -1 };
}
