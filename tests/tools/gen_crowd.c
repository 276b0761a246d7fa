/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/tools/gen_crowd.h"

#define PAGE            4096ull
#define REMAP_PROCESSES 16
#define REMAP_PAGES     16 /* maximum in one mmap */
#define CROWD_PID       100000
#define LIBRARY_TEXT    0x0000ffff80000000ull
#define LIBRARY_SIZE    0x40000ull

struct gen_task gen_crowd_task(const struct gen_config *cfg, uint32_t random)
{
	uint32_t number = random % cfg->processes;

	return (struct gen_task){ .kind = GEN_USER, .process = number % GEN_USERS, .vcpu = -1,
				  .pid = CROWD_PID + number, .tid = CROWD_PID + number };
}

void gen_crowd_maps(struct gen_buf *b, const struct gen_machine *m)
{
	char name[32], path[128];

	for (uint32_t i = 0; i < m->cfg->processes; i++) {
		struct gen_task t = gen_crowd_task(m->cfg, i);
		struct gen_stamp s = { .pid = t.pid, .tid = t.tid, .cpu = -1 };
		uint64_t len = m->user[t.process].functions * GEN_FUNCTION_SIZE;

		snprintf(name, sizeof(name), "app-%u", i);
		snprintf(path, sizeof(path), "/opt/%s/bin/%s", name, name);
		sideband_fork(b, s, 1, 1);
		sideband_comm(b, s, name, true);
		sideband_mmap2(b, s, gen_program_text(t.process), len, GEN_PROGRAM_OFFSET,
			       100000 + i, path);
		sideband_mmap2(b, s, gen_library_text(t.process), len, GEN_LIBRARY_OFFSET,
			       6000, GEN_LIBRARY);
		for (uint32_t k = 2; k < m->cfg->process_maps; k++) {
			/* addresses differ from process to process, as with ASLR */
			uint64_t at = LIBRARY_TEXT + (k * 1024ull + i % 1024) * LIBRARY_SIZE;

			snprintf(path, sizeof(path), "/usr/lib/aarch64-linux-gnu/lib%u.so.1", k);
			sideband_mmap2(b, s, at, LIBRARY_SIZE, 0, 6000 + k, path);
		}
	}
}

static int32_t remap_pid(uint32_t process)
{
	return 1000 + 1024 * process; /* the first ones are those of gen_task() */
}

bool gen_crowd_remaps(const struct gen_config *cfg, int32_t pid)
{
	return cfg->remaps && pid >= 1000 && pid < remap_pid(REMAP_PROCESSES);
}

uint64_t gen_crowd_due(const struct gen_machine *m)
{
	return m->cfg->remaps * m->records / m->limit - m->remaps;
}

void gen_crowd_remap(struct gen_buf *b, struct gen_machine *m, struct gen_stamp s)
{
	uint32_t process = m->remaps++ % REMAP_PROCESSES;
	uint64_t pages = 1 + gen_below(&m->rng, REMAP_PAGES);
	uint64_t at = gen_below(&m->rng, GEN_REMAP_SIZE / PAGE - pages) * PAGE;
	uint64_t pgoff = gen_below(&m->rng, 1 << 20) * PAGE;
	char path[64];

	s.pid = s.tid = remap_pid(process);
	snprintf(path, sizeof(path), "/var/cache/jit/%u.code", process);
	sideband_mmap2(b, s, GEN_REMAP_TEXT + at, pages * PAGE, pgoff, 7000 + process, path);
}
