/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/tools/gen_machine.h"

#include "tests/tools/gen_access.h"
#include "tests/tools/gen_cause.h"
#include "tests/tools/gen_cgroup.h"
#include "tests/tools/gen_crowd.h"
#include "tests/tools/gen_cycles.h"
#include "tests/tools/gen_loss.h"
#include "tests/tools/gen_operation.h"
#include "tests/tools/gen_sideband.h"
#include "tests/tools/gen_spe.h"
#include "tests/tools/truth_node.h"

#define TIME_SHIFT  21
#define REGION      (512 * 1024) /* bytes between two PERF_RECORD_AUX */
#define MODULE_TEXT 0xffff80007ab00000ull
#define SWITCH_TEXT (GEN_KERNEL_TEXT + 0x3000000)

static const char *const process_names[GEN_PROCESSES] = {
	"nginx",        "postgres", "java", "make",
	"redis-server", "python3",  "cc1",  "qemu-system-aar",
};

const char *gen_process_name(unsigned int process)
{
	return process_names[process];
}

void gen_program_path(char *path, size_t size, unsigned int process)
{
	if (process == GEN_BUILD)
		snprintf(path, size, "/usr/libexec/gcc/cc1");
	else
		snprintf(path, size, "/usr/bin/%s", process_names[process]);
}

uint64_t gen_program_text(unsigned int process)
{
	return 0x0000aaaaa0000000 + process * 0x10000000ull;
}

uint64_t gen_library_text(unsigned int process)
{
	return 0x0000ffffa0000000 + process * 0x1000000ull;
}

uint64_t gen_ns(const struct gen_machine *m, uint64_t ticks)
{
	uint64_t rem = ticks & ((1ull << m->shift) - 1);

	return m->time_zero + (ticks >> m->shift) * m->mult +
	       ((rem * m->mult) >> m->shift);
}

uint32_t gen_nr_vms(const struct gen_machine *m)
{
	uint32_t vcpus = m->cfg->cpus * GEN_CPU_VCPUS;

	if (m->cfg->vms)
		return m->cfg->vms;
	return (vcpus + GEN_VM_VCPUS - 1) / GEN_VM_VCPUS;
}

struct gen_task gen_task(const struct gen_machine *m, int32_t cpu, unsigned int slot,
			 uint64_t window)
{
	/* Threads of every other slot move to the next CPU now and then. */
	uint32_t moved = slot & 1 ? window / 2 : 0;
	uint32_t n = (cpu + moved) % m->cfg->cpus, v;
	struct gen_task t = { .vcpu = -1 };

	if (slot == 0)
		return t;
	if (slot < GEN_VM_SLOT) {
		t.kind = GEN_USER;
		t.process = slot - 1;
		t.pid = 1000 + t.process * 1024;
		t.tid = t.pid + n;
	} else if (slot < GEN_KTHREAD) {
		v = (slot - GEN_VM_SLOT) * m->cfg->cpus + n;
		if (v >= gen_nr_vms(m) * GEN_VM_VCPUS)
			return t; /* idle: there are fewer */
		t.kind = GEN_VCPU;
		t.process = GEN_VMM;
		t.pid = GEN_VMM_PID + 16 * (v / GEN_VM_VCPUS);
		t.vcpu = v % GEN_VM_VCPUS;
		t.tid = t.pid + 2 + t.vcpu;
	} else {
		t.kind = GEN_KERNEL;
		t.pid = t.tid = 100 + cpu;
	}
	return t;
}

/* One CPU in one window. */
struct run {
	struct gen_machine *m;
	struct gen_slice *s;
	struct gen_task task;
	uint64_t t;      /* ticks */
	uint64_t made;   /* number of records */
	uint64_t window;
	bool loaded;     /* a vCPU is loaded, and its guest is not running */
	uint8_t due;     /* enum truth_world + 1 of the operation in a stay that overflowed a
			  * counter; 0: none */
	uint64_t guest_pc; /* the vCPU's */
	uint64_t region; /* offset in s->aux of the next PERF_RECORD_AUX */
};

static bool more(const struct run *r)
{
	return r->made < r->s->limit && r->t < r->s->until;
}

static struct gen_stamp now(struct run *r)
{
	r->t += 1 + gen_below(&r->m->rng, 3);
	return (struct gen_stamp){ r->task.pid, r->task.tid, gen_ns(r->m, r->t),
				   r->s->cpu };
}

static void aux_region(struct run *r, uint64_t flags)
{
	if (r->s->aux.len == r->region)
		return;
	sideband_aux(&r->s->sideband, now(r), r->s->offset + r->region,
		     r->s->aux.len - r->region, flags);
	r->region = r->s->aux.len;
}

static uint64_t user_pc(const struct gen_machine *m, int32_t pid, unsigned int process,
			uint64_t random)
{
	uint32_t off = gen_place(&m->user[process], random);

	if (random % 4 == 0 && gen_crowd_remaps(m->cfg, pid))
		return GEN_REMAP_TEXT + off % GEN_REMAP_SIZE;
	if (off & GEN_FUNCTION_SIZE)
		return gen_library_text(process) + off;
	return gen_program_text(process) + off;
}

static uint64_t kernel_pc(const struct gen_machine *m, uint64_t random)
{
	uint32_t off = gen_place(&m->kernel, random);

	return (off / GEN_FUNCTION_SIZE % 16 == 7 ? MODULE_TEXT : GEN_KERNEL_TEXT) + off;
}

/*
 * A guest's code has the same addresses as the host's: its kernel the host kernel's, its user code
 * the VMM's.
 */
static void place(struct run *r, struct truth_record *rec)
{
	struct gen_machine *m = r->m;
	uint64_t random = gen_random(&m->rng) >> 20;
	uint8_t host_el = m->cfg->nvhe ? 1 : 2;

	rec->pc_ns = 1;
	switch ((enum truth_world)rec->world) {
	case TRUTH_HOST_USER: rec->pc = user_pc(m, r->task.pid, r->task.process, random); break;
	case TRUTH_HOST_KERNEL:
		rec->pc = kernel_pc(m, random);
		rec->pc_el = host_el;
		break;
	case TRUTH_SWITCH:
		rec->pc = SWITCH_TEXT + gen_place(&m->swtch, random);
		rec->pc_el = host_el;
		break;
	case TRUTH_GUEST_USER:
		rec->pc = gen_program_text(GEN_VMM) + gen_place(&m->guest_user, random);
		break;
	case TRUTH_GUEST_KERNEL:
		rec->pc = GEN_KERNEL_TEXT + m->cfg->slide + gen_place(&m->guest_kernel, random);
		rec->pc_el = 1;
		break;
	}
	if (gen_access_any(rec->world))
		gen_access_choose(&m->rng, rec, gen_program_text(r->task.process), m->cfg->slide);
	rec->has = TRUTH_PC;
}

/* The VHE host's thread id is in CONTEXTIDR_EL2, a guest's own in CONTEXTIDR_EL1. */
static void contexts(struct run *r, struct truth_record *rec)
{
	const struct gen_config *cfg = r->m->cfg;
	bool guest = rec->world >= TRUTH_GUEST_USER;
	bool host_too = cfg->contexts == GEN_CONTEXTS_ALL || cfg->contexts == GEN_CONTEXTS_HOST;
	bool guest_too = cfg->contexts == GEN_CONTEXTS_ALL || cfg->contexts == GEN_CONTEXTS_GUEST;

	if (cfg->nvhe) {
		if (!host_too)
			return;
		rec->has |= TRUTH_CTX1;
		rec->ctx_el1 = r->task.tid;
		return;
	}
	if (host_too) {
		rec->has |= TRUTH_CTX2;
		rec->ctx_el2 = r->task.tid;
	}
	if (guest && guest_too) {
		rec->has |= TRUTH_CTX1;
		rec->ctx_el1 = cfg->contexts_are_threads ? 1000 + (r->t >> 16 & 7) * 1024 :
							   300 + (r->t >> 16 & 15);
	}
}

static struct truth_record *new_record(struct run *r, enum truth_world world)
{
	struct gen_slice *s = r->s;
	struct truth_record *rec;

	if (s->nr_truth == s->max_truth) {
		s->max_truth = s->max_truth ? 2 * s->max_truth : 4096;
		s->truth = realloc(s->truth, s->max_truth * sizeof(*s->truth));
		if (!s->truth) {
			fprintf(stderr, "gen: out of memory\n");
			exit(1);
		}
	}
	rec = &s->truth[s->nr_truth++];
	*rec = (struct truth_record){
		.cpu = s->cpu,
		.pid = r->task.pid,
		.tid = r->task.tid,
		.world = world,
		.vm = -1,
		.vcpu = -1,
		.cgroup = gen_cgroup(r->m, &r->task, r->window),
	};
	if (world >= TRUTH_GUEST_USER) {
		rec->vm = r->task.pid;
		rec->vcpu = r->task.vcpu;
		r->m->guest_records++;
	}
	r->m->records++;
	r->made++;
	r->t += 1 + gen_below(&r->m->rng, 2 * r->m->gap - 1);
	place(r, rec);
	contexts(r, rec);
	/* without recorded entries and exits there is no switch */
	if (r->m->cfg->no_entries && world == TRUTH_SWITCH)
		rec->world = TRUTH_HOST_KERNEL;
	if (!r->m->cfg->no_timestamps) {
		rec->ticks = r->t - (world >= TRUTH_GUEST_USER ? r->m->cfg->cntvoff : 0);
		rec->has |= TRUTH_TICKS;
	}
	return rec;
}

static void count_cause(struct gen_machine *m, const struct truth_record *rec)
{
	uint64_t cycles = gen_cause_cycles(m->cfg, rec);

	m->cycles += rec->total;
	m->squares += (uint64_t)rec->total * rec->total;
	m->caused += cycles > 0;
	m->caused_far += cycles > 0 && m->cfg->cause_far >= 0 &&
			 truth_node_of_cpu(m->cfg->nodes, m->cfg->cpus, (uint32_t)rec->cpu) !=
			 truth_node_of_block(m->cfg->nodes, rec->pa / TRUTH_BLOCK);
	m->cause_cycles += cycles;
	m->cause_squares += cycles * cycles;
}

static void write_record(struct run *r, struct truth_record *rec)
{
	struct gen_slice *s = r->s;
	uint8_t *out = buf_room(&s->aux, GEN_SPE_MAX);

	count_cause(r->m, rec);
	rec->offset = s->offset + s->aux.len;
	s->aux.len += gen_spe_write(r->m->cfg, &r->m->rng, rec, out);
	if (s->aux.len - r->region >= REGION)
		aux_region(r, 0);
}

/* One of two functions, with a probability of 70 % the first: chains share callers. */
static uint64_t caller(const struct gen_places *p, uint64_t base, struct run *r)
{
	bool first = gen_below(&r->m->cycles_rng, 10) < 7;

	return base + gen_place(p, (first ? 1 : 2) * GEN_PER_FUNCTION);
}

static void add_callers(struct run *r, struct gen_cycle *c)
{
	struct gen_machine *m = r->m;
	unsigned int process = r->task.process;

	if (c->mode == GEN_MODE_KERNEL) {
		c->kernel[0] = caller(&m->kernel, GEN_KERNEL_TEXT, r);
		c->kernel[1] = caller(&m->kernel, GEN_KERNEL_TEXT, r);
	}
	if (r->task.kind == GEN_USER || r->task.kind == GEN_VCPU) {
		c->user[0] = caller(&m->user[process], gen_program_text(process), r);
		c->user[1] = caller(&m->user[process], gen_program_text(process), r);
	}
}

/* The cycles counter overflows, and the interrupt is taken at once. */
static void overflow(struct run *r, const struct truth_record *rec)
{
	struct gen_cycle c = { .ip = rec->pc, .vm = -1, .vcpu = -1, .ip_is_its = true };

	if (rec->world == TRUTH_HOST_USER) {
		c.mode = GEN_MODE_USER;
		c.world = "host-user";
	} else if (r->loaded) {	/* arm64 reports the vCPU's PC, and guest mode */
		c.mode = GEN_MODE_GUEST_KERNEL;
		c.ip = r->guest_pc;
		c.ip_is_its = false;
		c.world = r->m->cfg->no_entries ? "unknown" : "host-kernel";
	} else {
		c.mode = GEN_MODE_KERNEL;
		c.world = "host-kernel";
	}
	add_callers(r, &c);
	gen_cycles_sample(r->m, &r->s->sideband, now(r), &c);
}

/* Does the counter overflow in this operation? */
static void maybe_overflow(struct run *r, const struct truth_record *rec, enum truth_world world)
{
	uint32_t every = r->m->cfg->cycles;

	if (every && r->m->cfg->cause == GEN_CAUSE_TIME && rec->pc == GEN_CAUSE_PC)
		every = every / GEN_CAUSE_SLOWER + 1;
	if (!every || gen_below(&r->m->cycles_rng, every))
		return;
	/* interrupts are masked from kvm_entry to kvm_exit */
	if (world >= TRUTH_GUEST_USER || world == TRUTH_SWITCH)
		r->due = r->due ? r->due : world + 1;
	else
		overflow(r, rec);
}

/*
 * The pending interrupt is taken just before kvm_exit.  If it ended the stay, the guest's PC
 * differs from that at entry; if it came before the guest ran, the PC is the same; if it came after
 * the guest, the exit has another reason.
 */
static void late_overflow(struct run *r, bool left, uint64_t entry_pc)
{
	enum truth_world world = r->due - 1;
	bool guest = world >= TRUTH_GUEST_USER;
	struct gen_cycle c = {
		.mode = world == TRUTH_GUEST_USER ? GEN_MODE_GUEST_USER : GEN_MODE_GUEST_KERNEL,
		.ip = r->guest_pc, .ip_is_its = guest, .vm = guest ? r->task.pid : -1,
		.vcpu = guest ? r->task.vcpu : -1,
		.world = left ? "switch" : r->guest_pc == entry_pc ? "unknown" :
			 world == TRUTH_GUEST_USER ? "guest-user" : "guest-kernel",
	};

	if (r->m->cfg->no_entries) {
		c.world = "unknown";
		c.ip_is_its = false;
		c.vm = c.vcpu = -1;
	}
	gen_cycles_sample(r->m, &r->s->sideband, now(r), &c);
	r->due = 0;
}

/* Remove what the CPU does not support. */
static void fit_machine(const struct gen_config *cfg, struct truth_record *rec)
{
	if (!cfg->previous_target)
		rec->has &= ~TRUTH_PREV;
	if (!cfg->mixed_events)
		rec->events &= 0xffff;
}

/* Make some samples in one world. */
static void sample(struct run *r, enum truth_world world, unsigned int nr)
{
	if (r->m->cfg->exclude_kernel && (world == TRUTH_HOST_KERNEL || world == TRUTH_SWITCH)) {
		r->t += (uint64_t)nr * r->m->gap;
		return;
	}
	for (; nr && more(r); nr--) {
		struct truth_record *rec = new_record(r, world);

		if (r->m->cfg->cause)
			gen_cause(r->m->cfg, &r->m->rng, rec);
		else
			gen_operation(r->m->cfg, &r->m->rng, rec);
		fit_machine(r->m->cfg, rec);
		write_record(r, rec);
		maybe_overflow(r, rec, world);
		for (uint64_t n = gen_crowd_due(r->m); n; n--)
			gen_crowd_remap(&r->s->sideband, r->m, now(r));
	}
}

static unsigned int some(struct run *r, unsigned int from, unsigned int to)
{
	return from + gen_below(&r->m->rng, to - from + 1);
}

static void switch_to(struct run *r, struct gen_task next)
{
	struct gen_task prev = r->task;
	bool preempt = gen_below(&r->m->rng, 2) && prev.kind == GEN_USER;

	if (r->m->cfg->cgroups)
		gen_cgroup_switch(&r->s->sideband, r->m, now(r), &prev, &next, r->window);
	sideband_switch(&r->s->sideband, now(r), true, preempt, next.pid, next.tid);
	r->task = next;
	sideband_switch(&r->s->sideband, now(r), false, false, prev.pid, prev.tid);
}

static void run_user(struct run *r, unsigned int nr)
{
	for (uint64_t until = r->made + nr; r->made < until && more(r);) {
		sample(r, TRUTH_HOST_USER, some(r, 16, 80));
		sample(r, TRUTH_HOST_KERNEL, some(r, 2, 20));
	}
}

/* No more than nr records, all in user space or all in the kernel. */
static void run_briefly(struct run *r, unsigned int nr)
{
	bool user = r->task.kind == GEN_USER && some(r, 0, 3);

	sample(r, user ? TRUTH_HOST_USER : TRUTH_HOST_KERNEL, nr);
}

/* A PC at which an interrupt ends the stay, different from that at entry. */
static uint64_t guest_exit_pc(struct run *r, uint64_t entry_pc)
{
	const struct gen_machine *m = r->m;
	bool user = r->due == TRUTH_GUEST_USER + 1;
	uint64_t random = gen_random(&r->m->cycles_rng) >> 20, pc;

	pc = user ? gen_program_text(GEN_VMM) + gen_place(&m->guest_user, random) :
		    GEN_KERNEL_TEXT + m->cfg->slide + gen_place(&m->guest_kernel, random);
	return pc - entry_pc <= 4 ? pc + 8 : pc;
}

/* From kvm_entry to kvm_exit. */
static void run_guest(struct run *r)
{
	struct gen_machine *m = r->m;
	uint64_t pc =
		GEN_KERNEL_TEXT + m->cfg->slide +
		gen_place(&m->guest_kernel, gen_random(&m->rng) >> 20);
	bool trap = gen_below(&m->rng, 4);
	uint64_t exit_pc = pc;
	uint8_t early;
	bool in_guest;
	uint32_t esr_ec;

	if (!m->cfg->no_entries)
		sideband_kvm_entry(&r->s->sideband, now(r), pc);
	sample(r, TRUTH_SWITCH, some(r, 0, 2));
	/* an interrupt pending before the guest runs ends its stay at once */
	early = r->due;
	if (m->cfg->nvhe) {
		r->t += m->gap * some(r, 30, 100);
	} else {
		if (more(r) && some(r, 0, 15) == 0 && !m->cfg->exclude_kernel) {
			struct truth_record *rec = new_record(r, TRUTH_SWITCH);

			gen_eret(rec, pc, 1);
			write_record(r, rec);
		}
		sample(r, TRUTH_GUEST_KERNEL, some(r, 4, 30));
		sample(r, TRUTH_GUEST_USER, some(r, 10, 50));
		sample(r, TRUTH_GUEST_KERNEL, some(r, 4, 30));
	}
	in_guest = r->due && !early;
	sample(r, TRUTH_SWITCH, some(r, 0, 2));
	if (r->due) {
		trap = !early && !in_guest;
		exit_pc = in_guest ? guest_exit_pc(r, pc) : pc;
		r->guest_pc = exit_pc;
		late_overflow(r, trap, pc);
	}
	r->guest_pc = exit_pc;
	/* An interrupt, or a trap with its ESR_EL2.EC: WFx or DABT_LOW. */
	esr_ec = trap ? (some(r, 0, 1) ? 0x01 : 0x24) : 0;
	if (!m->cfg->no_entries)
		sideband_kvm_exit(&r->s->sideband, now(r), exit_pc, trap ? 2 : 0, esr_ec);
}

static void run_vcpu(struct run *r)
{
	sample(r, TRUTH_HOST_USER, some(r, 1, 3));
	sample(r, TRUTH_HOST_KERNEL, some(r, 2, 5));
	for (unsigned int n = some(r, 4, 40); n && more(r); n--) {
		run_guest(r);
		r->loaded = true;
		sample(r, TRUTH_HOST_KERNEL, some(r, 1, 5));
		r->loaded = false;
		if (some(r, 0, 7) == 0) {
			sample(r, TRUTH_HOST_USER, some(r, 1, 4));
			sample(r, TRUTH_HOST_KERNEL, some(r, 1, 3));
		}
	}
}

/* make starts a compiler, which runs and exits. */
static void run_build(struct run *r, uint64_t window)
{
	struct gen_task make = gen_task(r->m, r->s->cpu, 1 + 3, window);
	struct gen_task cc = { .kind = GEN_USER, .process = make.process, .vcpu = -1 };
	struct gen_buf *b = &r->s->sideband;
	struct gen_stamp s;
	char path[64];

	cc.pid = cc.tid = GEN_BUILD_PID + window;
	switch_to(r, make);
	run_user(r, 50);
	s = now(r);
	s.pid = cc.pid;
	s.tid = cc.tid;
	sideband_fork(b, s, make.pid, make.tid);
	switch_to(r, cc);
	run_user(r, 50);
	r->task.process = GEN_BUILD;
	sideband_comm(b, now(r), process_names[GEN_BUILD], true);
	gen_program_path(path, sizeof(path), GEN_BUILD);
	sideband_mmap2(b, now(r), gen_program_text(GEN_BUILD),
		       r->m->user[GEN_BUILD].functions * GEN_FUNCTION_SIZE, GEN_PROGRAM_OFFSET,
		       5000, path);
	sideband_mmap2(b, now(r), gen_library_text(GEN_BUILD),
		       r->m->user[GEN_BUILD].functions * GEN_FUNCTION_SIZE, GEN_LIBRARY_OFFSET,
		       6000, GEN_LIBRARY);
	run_user(r, some(r, 100, 800));
	sideband_exit(b, now(r), make.pid, make.tid);
}

static bool guest_turn(const struct gen_machine *m, struct gen_rng *rng)
{
	if (m->records * 100 < m->limit * m->cfg->guests_from)
		return false;
	if (m->cfg->nvhe)
		return gen_below(rng, 100) < m->cfg->guest_share;
	return m->guest_records * 100 < m->records * m->cfg->guest_share;
}

static struct gen_task next_task(struct run *r, uint64_t window)
{
	struct gen_task t = { .kind = GEN_IDLE };

	if (guest_turn(r->m, &r->m->rng))
		t = gen_task(r->m, r->s->cpu, some(r, GEN_VM_SLOT, GEN_KTHREAD - 1), window);
	else if (some(r, 0, 9) == 0)
		t = gen_task(r->m, r->s->cpu, GEN_KTHREAD, window);
	if (t.kind != GEN_IDLE)
		return t;
	if (r->m->cfg->processes)
		return gen_crowd_task(r->m->cfg, some(r, 0, INT32_MAX - 1));
	return gen_task(r->m, r->s->cpu, some(r, 1, GEN_USERS), window);
}

static void run_next(struct run *r, uint64_t window)
{
	switch_to(r, next_task(r, window));
	if (r->task.kind == GEN_VCPU)
		run_vcpu(r);
	else if (r->m->cfg->stint)
		run_briefly(r, some(r, 1, 2 * r->m->cfg->stint - 1));
	else if (r->task.kind == GEN_KERNEL)
		sample(r, TRUTH_HOST_KERNEL, some(r, 50, 200));
	else
		run_user(r, some(r, 200, 2000));
}

/* The recording begins while a guest's kernel is running. */
static void run_guest_first(struct run *r)
{
	switch_to(r, gen_task(r->m, r->s->cpu, GEN_VM_SLOT, 0));
	if (!r->m->cfg->no_entries)
		sideband_kvm_entry(&r->s->sideband, now(r), GEN_KERNEL_TEXT);
	sample(r, TRUTH_GUEST_KERNEL, r->m->cfg->guest_first);
	if (!r->m->cfg->no_entries)
		sideband_kvm_exit(&r->s->sideband, now(r), GEN_KERNEL_TEXT, 0, 0);
	switch_to(r, gen_task(r->m, r->s->cpu, 0, 0));
}

/* The buffer stopped inside the last record, which is lost. */
static void cut_last(struct run *r)
{
	struct gen_slice *s = r->s;
	struct truth_record *rec = &s->truth[s->nr_truth - 1];
	unsigned int kept = 1 + gen_below(&r->m->rng, 12);

	s->aux.len = rec->offset - s->offset + kept;
	rec->size = kept;
	rec->damaged |= TRUTH_CUT;
}

void gen_machine_run(struct gen_machine *m, struct gen_slice *s, uint64_t window)
{
	struct run r = {
		.m = m, .s = s, .t = s->from, .window = window, .task = gen_task(m, s->cpu, 0, window)
	};

	if (!window)
		sideband_itrace_start(&s->sideband, now(&r));
	if (!window && m->cfg->counters)
		gen_cycles_counters(&s->sideband, now(&r), false, 0, 0);
	if (!window && m->cfg->guest_first)
		run_guest_first(&r);
	r.due = 0;
	sample(&r, TRUTH_HOST_KERNEL, 3);
	if (window % m->cfg->cpus == (uint64_t)s->cpu && more(&r))
		run_build(&r, window);
	while (more(&r))
		run_next(&r, window);
	if (m->cfg->truncate_chunks && r.made && s->aux.len > r.region) {
		cut_last(&r);
		aux_region(&r, 1 | 4); /* TRUNCATED, PARTIAL */
	}
	aux_region(&r, 0);
	if (r.task.kind != GEN_IDLE)
		switch_to(&r, gen_task(m, s->cpu, 0, window));
	s->records += r.made;
	if (m->cfg->counters)
		gen_cycles_counters(&s->sideband, now(&r), true, s->records,
				    gen_ns(m, r.t) - gen_ns(m, m->start));
	if (m->cfg->lose_permille)
		gen_lose(m, s);
}

void gen_machine_init(struct gen_machine *m, const struct gen_config *cfg)
{
	uint32_t n = cfg->places;
	uint64_t ns;

	*m = (struct gen_machine){ .cfg = cfg, .shift = TIME_SHIFT };
	gen_seed(&m->rng, cfg->seed);
	m->mult = (1000000000ull << TIME_SHIFT) / cfg->timer_hz;
	m->gap = (uint64_t)cfg->timer_hz * cfg->gap_ns / 1000000000;
	m->start = 5000ull * cfg->timer_hz;
	ns = gen_ns(m, m->start);
	m->time_zero = 100000000000ull - ns; /* the perf clock started later: wraps */
	gen_places_init(&m->kernel, &m->rng, n * 30 / 100);
	gen_places_init(&m->swtch, &m->rng, 64);
	gen_places_init(&m->guest_kernel, &m->rng, n * 12 / 100);
	gen_places_init(&m->guest_user, &m->rng, n * 8 / 100);
	for (unsigned int p = 0; p < GEN_PROCESSES; p++)
		gen_places_init(&m->user[p], &m->rng, n * 50 / 100 / GEN_PROCESSES);
	if (cfg->run_seed)
		gen_seed(&m->rng, cfg->run_seed);
	gen_seed(&m->cycles_rng, cfg->seed + 1);
	if (!cfg->cycles_truth)
		return;
	m->cycles_truth = fopen(cfg->cycles_truth, "w");
	if (!m->cycles_truth) {
		perror(cfg->cycles_truth);
		exit(1);
	}
}

void gen_machine_free(struct gen_machine *m)
{
	if (m->cycles_truth && fclose(m->cycles_truth)) {
		perror(m->cfg->cycles_truth);
		exit(1);
	}
	gen_places_free(&m->kernel);
	gen_places_free(&m->swtch);
	gen_places_free(&m->guest_kernel);
	gen_places_free(&m->guest_user);
	for (unsigned int p = 0; p < GEN_PROCESSES; p++)
		gen_places_free(&m->user[p]);
}
