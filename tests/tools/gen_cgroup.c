// SPDX-License-Identifier: GPL-2.0-only
#include "tests/tools/gen_cgroup.h"

#include <string.h>

#include "tests/tools/truth_cgroup.h"

_Static_assert(TRUTH_USERS == GEN_USERS, "a path for each");

#define OWN_TASKS (0x7370656c756e6b00ull | 8) /* collector/perfdata/write.h */
#define UPDATE    78                          /* PERF_RECORD_EVENT_UPDATE */

unsigned int gen_cgroup(const struct gen_machine *m, const struct gen_task *t, uint64_t window)
{
	unsigned int process = (t->pid - 1000) / 1024;

	if (t->kind == GEN_IDLE || t->kind == GEN_KERNEL)
		return CGROUP_ROOT;
	if (t->kind == GEN_VCPU)
		return CGROUP_VMS + (t->pid - GEN_VMM_PID) / 16;
	if (t->pid >= GEN_BUILD_PID)
		return CGROUP_BUILD;
	if (t->pid < 1000 || process >= GEN_USERS)
		return CGROUP_OTHER;
	return process % 2 && window % 2 ? CGROUP_MOVED + process : CGROUP_USERS + process;
}

void gen_cgroup_paths(struct gen_buf *b, const struct gen_machine *m)
{
	char path[TRUTH_CGROUP_ROOM];

	if (m->cfg->cgroups == GEN_CGROUPS_NONE || m->cfg->cgroups == GEN_CGROUPS_NO_PATHS)
		return;
	for (unsigned int i = CGROUP_ROOT; i < CGROUP_VMS + gen_nr_vms(m); i++) {
		truth_cgroup_path(i, path);
		sideband_cgroup(b, 1000 + i, path);
	}
}

static void map_task(struct gen_buf *b, const struct gen_machine *m, const struct gen_task *t,
		     uint64_t time, uint64_t window)
{
	char path[TRUTH_CGROUP_ROOM];
	size_t len;

	truth_cgroup_path(gen_cgroup(m, t, window), path);
	len = strlen(path);
	buf_u64(b, time);
	buf_u32(b, t->pid);
	buf_u32(b, t->tid);
	buf_u32(b, t->kind == GEN_USER ? 7 : t->pid); /* in a namespace of its own */
	buf_u32(b, len);
	buf_put(b, path, len);
	buf_zero(b, -len & 7);
}

void gen_cgroup_map(struct gen_buf *b, const struct gen_machine *m, uint64_t time,
		    uint64_t window)
{
	if (m->cfg->cgroups != GEN_CGROUPS_ALL)
		return;
	for (uint32_t cpu = 0; cpu < m->cfg->cpus; cpu++)
		for (unsigned int slot = 1; slot < GEN_SLOTS; slot++) {
			struct gen_task t = gen_task(m, cpu, slot, window);
			size_t at = b->len, body;
			uint16_t size;

			if (t.kind == GEN_IDLE)
				continue;
			buf_u32(b, UPDATE);
			buf_u32(b, 0);
			buf_u64(b, OWN_TASKS);
			buf_u64(b, gen_event_id(GEN_EV_SPE, 0));
			buf_u64(b, 0);
			body = b->len;
			map_task(b, m, &t, time, window);
			size = b->len - at;
			memcpy(b->data + at + 6, &size, 2);
			memcpy(b->data + body - 8, &(uint64_t){ b->len - body }, 8);
		}
}

void gen_cgroup_switch(struct gen_buf *b, const struct gen_machine *m, struct gen_stamp s,
		       const struct gen_task *prev, const struct gen_task *next, uint64_t window)
{
	unsigned int cgroup = gen_cgroup(m, prev, window);

	if (cgroup != gen_cgroup(m, next, window))
		sideband_cgroup_sample(b, s, 1000 + cgroup);
}
