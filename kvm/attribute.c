// SPDX-License-Identifier: GPL-2.0-only
/* Attribution of operations: implements the table of doc/attribution.md, row by row. */
#include <string.h>

#include "kvm/timeline_impl.h"

/* Additional slots of a cursor, which are computed for each record. */
enum { SLOT_EL3 = 6, SLOT_NO_PC = 7 };

/* A lane without any information. */
static const struct trail_item nobody = { .id = TASK_NONE };

static void forget_slots(struct timeline_cursor *c)
{
	memset(c->slot_ctx, 0xff, sizeof(c->slot_ctx));
	c->version++;
}

/* Both contexts as timeline_contexts() reads them. */
static uint64_t contexts_of(uint32_t el1, uint32_t el2)
{
	const uint32_t each[2] = { el1, el2 };
	uint64_t both;

	memcpy(&both, each, sizeof(both));
	return both;
}

void timeline_cursor_init(struct timeline_cursor *c, const struct timeline *t,
			  int32_t cpu, int32_t tid)
{
	memset(c, 0, sizeof(*c));
	c->lane = timeline_lane(t, cpu, tid);
	c->tid = cpu < 0 ? tid : -1;
	c->block = SIZE_MAX;
	/* a thread's id has fewer bits: never all of them set */
	c->guest_ctx = t->guests && t->mode != HOST_NVHE ? INT32_MAX : 0;
	c->ctx_mask = t->mode == HOST_NVHE ? contexts_of(UINT32_MAX, 0) :
					     contexts_of(c->guest_ctx, UINT32_MAX);
	c->guest_task = TASK_NONE;
	forget_slots(c);
}

static const struct trail_item *span_of(const struct timeline_cursor *c)
{
	return c->nr ? &c->near[c->span] : &nobody;
}

/* Read a block of spans and one span on each side.  0 or -errno. */
static int read_block(struct timeline_cursor *c, const struct trail *spans, size_t block)
{
	int n;

	c->first = c->nr = 0;
	c->block = SIZE_MAX;
	if (block) {
		n = trail_read(spans, block - 1, c->near);
		if (n < 0)
			return n;
		c->near[c->first++] = c->near[n - 1];
	}
	n = trail_read(spans, block, c->near + c->first);
	if (n < 0)
		return n;
	c->nr = c->first + n;
	if (block + 1 < spans->nr_blocks) {
		n = trail_first(spans, block + 1, &c->near[c->nr]);
		if (n < 0)
			return n;
		c->nr++;
	}
	c->block = block;
	return 0;
}

/* The last span in the block that starts at or before ticks, else the first one. */
static unsigned int search_block(const struct timeline_cursor *c, uint64_t ticks)
{
	unsigned int lo = c->first, hi = c->nr;

	while (hi - lo > 1) {
		unsigned int mid = lo + (hi - lo) / 2;

		if (c->near[mid].at <= ticks)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

/* The spans cannot be read: everything is unknown. */
static void fail(struct timeline_cursor *c)
{
	c->failed = 1;
	c->nr = c->span = 0;
	c->from = 0;
	c->len = 0;
}

/* Limit an answer to the time for which all of its sources are valid. */
static void narrow(struct timeline_cursor *c, uint64_t from, uint64_t len)
{
	uint64_t end = c->from + c->len;

	if (from + len < end)
		end = from + len;
	if (from > c->from)
		c->from = from;
	c->len = end - c->from;
}

/* Find the exit that was being handled at ticks.  0 or -errno. */
static inline int seek_reason(struct timeline_cursor *c, uint64_t ticks)
{
	const struct trail *spans = c->lane ? ((const struct lane *)c->lane)->reasons : NULL;
	const struct trail_item *item;
	uint64_t from, len;
	int ret;

	c->reason = 0;
	if (!spans)
		return 0;
	ret = trail_seek(&c->reasons, spans, ticks, &item, &from, &len);
	if (ret < 0)
		return ret;
	c->reason = ret ? item->id : 0;
	narrow(c, from, len);
	return 0;
}

/* Move the cursor to the span that contains ticks. */
static void seek_span(struct timeline_cursor *c, uint64_t ticks)
{
	const struct trail *spans = c->lane ? &((const struct lane *)c->lane)->spans : NULL;

	forget_slots(c);
	if (!spans || !spans->nr_blocks) {
		c->from = 0;
		c->len = UINT64_MAX;
		return;
	}
	/* time usually moves forward to the next span */
	if (c->span + 2 < c->nr && c->near[c->span + 1].at <= ticks &&
	    c->near[c->span + 2].at > ticks) {
		c->span++;
	} else {
		size_t block = trail_find(spans, ticks);

		if (block != c->block && read_block(c, spans, block)) {
			fail(c);
			return;
		}
		c->span = search_block(c, ticks);
	}
	c->from = c->near[c->span].at;
	c->len = (c->span + 1 < c->nr ? c->near[c->span + 1].at : UINT64_MAX) - c->from;
}

/* The thread of a span; -1: unknown. */
static int32_t span_tid(const struct timeline *t, const struct trail_item *s)
{
	const struct task *task = tasks_get(t->tasks, s->id);

	return task ? task->tid : -1;
}

/* The vCPU of a span's thread; NULL: not a vCPU. */
static const struct vcpu_thread *span_vcpu(const struct timeline *t, const struct trail_item *s)
{
	const struct task *task = tasks_get(t->tasks, s->id);

	return task ? timeline_vcpu_thread(t, task->tid, task->pid) : NULL;
}

/* The lane in the guest's own recording for a vCPU; NULL: none. */
static const struct lane *guest_lane(const struct timeline *t, int32_t vm, int32_t vcpu)
{
	const struct timeline *guest = timeline_guest(t, vm);

	return guest ? timeline_lane(guest, vcpu, -1) : NULL;
}

/* Find the task that ran according to the guest's own recording.  0 or -errno. */
static inline int seek_guest(const struct timeline *t, struct timeline_cursor *c, uint64_t ticks)
{
	const struct trail_item *span = span_of(c), *item;
	const struct guest_timeline *guest;
	const struct vcpu_thread *v;
	const struct lane *lane;
	uint64_t from, len;
	int ret;

	c->guest_task = TASK_NONE;
	if (!t->guests || !(span->kind & SPAN_INSIDE))
		return 0;
	v = span_vcpu(t, span);
	lane = v ? guest_lane(t, v->vm, v->vcpu) : NULL;
	if (!lane)
		return 0;
	guest = &t->guests[v->vm];
	if (ticks < guest->its.from || ticks > guest->its.to) {
		from = ticks < guest->its.from ? 0 : guest->its.to + 1;
		narrow(c, from, (from ? UINT64_MAX : guest->its.from) - from);
		return 0;
	}
	ret = trail_seek(&c->guests, &lane->spans, ticks, &item, &from, &len);
	if (ret < 0)
		return ret;
	if (ret && !(item->kind & SPAN_UNSURE))
		c->guest_task = item->id;
	narrow(c, from, len);
	narrow(c, guest->its.from, guest->its.to + 1 - guest->its.from);
	return 0;
}

static inline void seek(const struct timeline *t, struct timeline_cursor *c, uint64_t ticks)
{
	seek_span(c, ticks);
	if (c->len && (seek_reason(c, ticks) || seek_guest(t, c, ticks)))
		fail(c);
}

bool timeline_cursor_when(const struct timeline *t, struct timeline_cursor *c,
			  const struct spe_record *rec, int32_t *tid, bool *inside)
{
	const struct trail_item *s;

	*tid = -1;
	*inside = false;
	if (!t->has_clock || !(rec->has & SPE_HAS_TICKS))
		return false;
	if (rec->ticks - c->from >= c->len)
		seek_span(c, rec->ticks);
	s = span_of(c);
	if (!c->len || s->kind & SPAN_UNSURE)
		return false;
	*tid = span_tid(t, s);
	*inside = s->kind & SPAN_INSIDE;
	return true;
}

/* Evidence besides the record itself. */
struct evidence {
	const struct trail_item *span;	/* NULL: the record has no usable time, or sideband was
					 * lost at that time */
	int32_t ctx;			/* thread by CONTEXT; 0: unknown */
	bool kvm;			/* entries or exits were recorded on this CPU */
	bool lost;			/* or may have been, if sideband had not been lost at
					 * that time */
	bool guest_ctx;			/* CONTEXT EL1 under a host at EL2 */
	enum vcpu_status vcpu;		/* does the thread run a guest? */
};

/*
 * The span of thread tid at the cursor or next to it, because CONTEXT and the switch events do not
 * change at the same tick.  NULL: neither is tid's.
 */
static const struct trail_item *span_near(const struct timeline *t,
				    const struct timeline_cursor *c, int32_t tid)
{
	const struct trail_item *s = span_of(c);

	if (span_tid(t, s) == tid)
		return s;
	if (c->span && span_tid(t, s - 1) == tid)
		return s - 1;
	if (c->span + 1 < c->nr && span_tid(t, s + 1) == tid)
		return s + 1;
	return NULL;
}

bool timeline_cursor_beside(const struct timeline *t, const struct timeline_cursor *c,
			    int32_t tid)
{
	return c->len && span_near(t, c, tid);
}

/* Set the thread, and its process and name at that time. */
static void set_thread(const struct timeline *t, const struct timeline_cursor *c,
		       struct owner *o, int32_t tid)
{
	const struct trail_item *span = c->len ? span_near(t, c, tid) : NULL;
	const struct task *task;

	if (tid < 0)
		return;
	o->tid = tid;
	o->task = span ? span->id : tasks_only(t->tasks, tid);
	task = tasks_get(t->tasks, o->task);
	if (task)
		o->pid = task->pid;
}

static void set_world(struct owner *o, enum world w, enum basis b)
{
	o->world = w;
	o->basis = b;
}

/*
 * The thread that ran a guest's operation: by CONTEXT EL2, else the one inside its guest; if
 * entries were not recorded, the one on the CPU.  -1: unknown.
 */
static int32_t guest_thread(const struct timeline *t, const struct timeline_cursor *c,
			    const struct evidence *e)
{
	if (e->ctx > 0)
		return e->ctx;
	if (c->tid >= 0)
		return c->tid;
	if (!e->span || (e->kvm && !(e->span->kind & SPAN_INSIDE)))
		return -1;
	return span_tid(t, e->span);
}

/* A guest's operation: set vCPU and VM. */
static void set_guest(const struct timeline *t, const struct timeline_cursor *c,
		      struct owner *o, const struct evidence *e)
{
	int32_t tid = guest_thread(t, c, e);
	const struct vcpu_thread *v;

	o->pid = o->tid = -1;
	o->task = TASK_NONE;
	set_thread(t, c, o, tid);
	v = tid >= 0 ? timeline_vcpu_thread(t, tid, o->pid) : NULL;
	if (v) {
		o->pid = v->pid;
		o->vm = v->vm;
		o->vcpu = v->vcpu;
		o->vcpu_index = v->index;
	} else if (t->nr_vms == 1 && t->vms[0].nr_vcpus == t->nr_vcpus && tid < 0 && !t->lost) {
		o->vm = 0;
		o->pid = t->vms[0].pid;
	}
}

/*
 * Set the guest's own task: by CONTEXT EL1, if the guest's kernel writes thread ids there
 * (CONFIG_PID_IN_CONTEXTIDR), else by its task switches.
 */
static inline void set_guest_task(const struct timeline *t, const struct timeline_cursor *c,
			   struct owner *o, const struct spe_record *rec, bool timed)
{
	const struct timeline *guest = timeline_guest(t, o->vm);
	int32_t tid = rec->has & SPE_HAS_CTX_EL1 ? (int32_t)(rec->ctx_el1 & c->guest_ctx) : 0;
	uint32_t task = timed ? c->guest_task : TASK_NONE, found;
	const struct task *k;

	if (!guest)
		return;
	k = tasks_get(guest->tasks, task);
	if (tid && (!k || k->tid != tid)) {
		found = tasks_find(guest->tasks, tid, timed ?
				   input_clock_ns(&t->clock, rec->ticks) : UINT64_MAX);
		task = found != TASK_NONE ? found : task;
		k = tasks_get(guest->tasks, task);
	}
	o->guest_task = task;
	o->guest_tid = k ? k->tid : -1;
	o->guest_pid = k ? k->pid : -1;
}

/* The host's kernel, at its own exception level. */
static void host_kernel(struct owner *o, const struct evidence *e)
{
	if (!e->kvm && e->lost && e->vcpu != VCPU_NO)
		set_world(o, WORLD_UNKNOWN, BASIS_NONE);
	else if (!e->kvm)
		set_world(o, WORLD_HOST_KERNEL, BASIS_EL);
	else if (!e->span && e->ctx > 0 && e->vcpu == VCPU_NO)
		set_world(o, WORLD_HOST_KERNEL, BASIS_CONTEXT);
	else if (!e->span)		/* kernel or switch: only the time could distinguish them */
		set_world(o, WORLD_UNKNOWN, BASIS_NONE);
	else if (e->span->kind & SPAN_INSIDE)
		set_world(o, WORLD_SWITCH, BASIS_INTERVAL);
	else
		set_world(o, WORLD_HOST_KERNEL, BASIS_INTERVAL);
}

/*
 * Can the time decide about EL0, because entries and exits were recorded on this CPU or would have
 * been?  If guests' timestamps are virtual, it may still be a guest's, too early by CNTVOFF.
 */
static bool is_timed(const struct timeline *t, const struct evidence *e)
{
	if (!e->span || (!t->physical_time && t->guests_sampled))
		return false;
	return e->kvm || t->entries_recorded;
}

/* EL0 with the host's kernel at EL2: host user or guest user. */
static void vhe_user(const struct timeline *t, struct owner *o, const struct evidence *e)
{
	bool inside = e->span && e->span->kind & SPAN_INSIDE;

	if (e->guest_ctx)
		set_world(o, WORLD_GUEST_USER, BASIS_CONTEXT);
	else if (e->ctx > 0 && e->vcpu == VCPU_NO)
		set_world(o, WORLD_HOST_USER, BASIS_CONTEXT);
	else if (is_timed(t, e) && inside && (e->ctx <= 0 || e->ctx == span_tid(t, e->span)))
		set_world(o, WORLD_GUEST_USER, BASIS_INTERVAL);
	else if (is_timed(t, e))
		set_world(o, WORLD_HOST_USER, e->kvm ? BASIS_INTERVAL : BASIS_EL);
	else if (t->guests_sampled && e->vcpu != VCPU_NO)
		set_world(o, WORLD_UNKNOWN, BASIS_NONE);
	else if (!e->span && (e->ctx > 0 ? e->vcpu == VCPU_YES : e->kvm))
		set_world(o, WORLD_UNKNOWN, BASIS_NONE);
	else
		set_world(o, WORLD_HOST_USER,
			  e->ctx > 0 && e->vcpu != VCPU_YES ? BASIS_CONTEXT : BASIS_EL);
}

static void attribute_vhe(const struct timeline *t, struct owner *o,
			  const struct evidence *e, unsigned int el)
{
	if (el == 2)
		host_kernel(o, e);
	else if (el == 1)
		set_world(o, WORLD_GUEST_KERNEL, BASIS_EL);
	else
		vhe_user(t, o, e);
}

/* nVHE and hVHE: SPE is off while a guest runs, and never samples EL2 [D17.4]. */
static void attribute_nvhe(struct owner *o, const struct evidence *e, unsigned int el)
{
	if (el == 2)
		set_world(o, WORLD_UNKNOWN, BASIS_CONTRADICTION);
	else if (el == 1)
		host_kernel(o, e);
	else
		set_world(o, WORLD_HOST_USER, BASIS_EL);
}

/*
 * No record proves the level of the host's kernel.  EL2 is always the host's, and CONTEXT EL2 a VHE
 * host's; EL1, and CONTEXT EL1 alone, may be a guest's or an nVHE host's.
 */
static void attribute_unknown(const struct timeline *t, struct owner *o,
			      const struct evidence *e, unsigned int el)
{
	if (e->ctx <= 0 && (el == 1 || (el == 0 && e->guest_ctx)))
		set_world(o, WORLD_UNKNOWN, BASIS_NONE);
	else
		attribute_vhe(t, o, e, el);
}

static void attribute_world(const struct timeline *t, struct owner *o,
			    const struct evidence *e, unsigned int el)
{
	switch (t->mode) {
	case HOST_VHE:
		attribute_vhe(t, o, e, el);
		break;
	case HOST_NVHE:
		attribute_nvhe(o, e, el);
		break;
	case HOST_UNKNOWN:
		attribute_unknown(t, o, e, el);
		break;
	}
}

/* CONTEXTIDR of the host's regime: the thread's id if the kernel writes it; 0 proves nothing. */
static uint32_t host_context(const struct timeline *t, const struct spe_record *rec)
{
	return t->mode == HOST_NVHE ? rec->ctx_el1 : rec->ctx_el2;
}

static inline int32_t memory_of(const struct timeline *t, const struct owner *o)
{
	switch ((enum world)o->world) {
	case WORLD_HOST_USER:
		return o->pid >= 0 ? o->pid : MEMORY_UNKNOWN;
	case WORLD_HOST_KERNEL:
	case WORLD_SWITCH:
		return MEMORY_KERNEL;
	case WORLD_GUEST_USER:
		if (o->guest_pid > 0 && o->guest_pid < GUEST_PIDS)
			return MEMORY_OF_GUEST((int32_t)t->guests[o->vm].index, o->guest_pid);
		return MEMORY_GUEST - o->vm;
	case WORLD_GUEST_KERNEL:
		return MEMORY_GUEST - o->vm;
	case WORLD_UNKNOWN:
	case NR_WORLDS:
		break;
	}
	return MEMORY_UNKNOWN;
}

/*
 * With PCT = 0 a guest's timestamps are too early by CNTVOFF [CollectTimeStamp], so they prove
 * neither the time nor the thread.  The same is true of an nVHE host's kernel while a vCPU is
 * loaded [linux arch/arm64/kvm/arch_timer.c, kvm_timer_vcpu_put()].
 */
static bool may_be_early(const struct timeline *t, const struct timeline_cursor *c,
			 const struct spe_record *rec, const struct evidence *e)
{
	if (t->physical_time)
		return false;
	if (t->mode == HOST_NVHE)
		return rec->pc_el == 1 && t->nr_vcpus &&
		       (e->ctx <= 0 || timeline_vcpu_status(t, e->ctx, -1) != VCPU_NO);
	if (rec->pc_el == 1 || e->guest_ctx)
		return true;
	return !rec->pc_el && t->guests_sampled && e->ctx <= 0 && c->tid < 0;
}

/*
 * Could there have been entries and exits on a CPU without any?  timed: no events were lost then.
 */
static bool may_lack_entries(const struct timeline *t, const struct lane *lane, bool timed)
{
	return t->events.unnamed || (!timed && lane && lane->lost &&
				     (t->entries_recorded || t->events.entries));
}

static void make(const struct timeline *t, const struct timeline_cursor *c,
		 const struct spe_record *rec, struct owner *o)
{
	const struct lane *lane = c->lane;
	uint32_t ctx = host_context(t, rec);
	bool guest_ctx = t->mode != HOST_NVHE && rec->has & SPE_HAS_CTX_EL1;
	struct evidence e = {
		.span = c->len ? span_of(c) : NULL,
		.ctx = ctx <= INT32_MAX ? (int32_t)ctx : 0,
		.kvm = lane && lane->has_kvm,
		.guest_ctx = guest_ctx,
	};
	int32_t tid;

	if (may_be_early(t, c, rec, &e) || (e.span && e.span->kind & SPAN_UNSURE))
		e.span = NULL;
	e.lost = !e.kvm && may_lack_entries(t, lane, e.span);
	*o = (struct owner){ .pid = -1, .tid = -1, .vm = -1, .vcpu = -1,
			     .vcpu_index = -1, .task = TASK_NONE, .guest_task = TASK_NONE,
			     .guest_pid = -1, .guest_tid = -1 };
	tid = e.ctx > 0 ? e.ctx : c->tid >= 0 ? c->tid : e.span ?
	      span_tid(t, e.span) : -1;
	set_thread(t, c, o, tid);
	e.vcpu = timeline_vcpu_status(t, tid, o->pid);
	if (!(rec->has & SPE_HAS_PC))
		set_world(o, WORLD_UNKNOWN, BASIS_NONE);
	else if (rec->pc_el == 3)	/* EL3 is never sampled [D18.2.1] */
		set_world(o, WORLD_UNKNOWN, BASIS_CONTRADICTION);
	else
		attribute_world(t, o, &e, rec->pc_el);
	if (o->world == WORLD_GUEST_USER || o->world == WORLD_GUEST_KERNEL) {
		set_guest(t, c, o, &e);
		set_guest_task(t, c, o, rec, e.span && t->has_clock);
	} else if (e.span && (o->world == WORLD_HOST_USER || o->world == WORLD_HOST_KERNEL)) {
		o->reason = c->reason;
	}
	o->memory = memory_of(t, o);
}

static unsigned int slot_of(const struct spe_record *rec)
{
	if (!(rec->has & SPE_HAS_PC))
		return SLOT_NO_PC;
	if (rec->pc_el == 3)
		return SLOT_EL3;
	return rec->pc_el * 2 + !!(rec->has & SPE_HAS_CTX_EL1);
}

unsigned int timeline_slot_anew(const struct timeline *t, struct timeline_cursor *c,
				const struct spe_record *rec)
{
	bool has_time = t->has_clock && rec->has & SPE_HAS_TICKS;
	uint64_t ctx = timeline_contexts(c, rec);
	unsigned int k = slot_of(rec);

	if (has_time && rec->ticks - c->from >= c->len) {
		seek(t, c, rec->ticks);
	} else if (!has_time && c->len) {
		forget_slots(c);
		c->len = 0;
	}
	/* the last two slots are shared by records with and without CONTEXT EL1 */
	if (c->slot_ctx[k] != ctx || k >= SLOT_EL3) {
		make(t, c, rec, &c->slot[k]);
		if (k < SLOT_EL3)
			c->slot_ctx[k] = ctx;
		c->version++;
	}
	return k;
}

/* PERF_RECORD_MISC_*: linux include/uapi/linux/perf_event.h. */
enum { MODE_KERNEL = 1, MODE_USER = 2, MODE_GUEST_KERNEL = 4, MODE_GUEST_USER = 5 };

/*
 * The kernel's label is guest whenever a vCPU is loaded [linux arch/arm64/include/asm/kvm_host.h,
 * kvm_arch_pmi_in_guest()], with the guest's PC, even while the host handles an exit.  Only the
 * time distinguishes these, and for pending interrupts the way the stay ended.
 */
static void mark_guest(const struct timeline *t, const struct trail_item *span, bool no_entries,
		       const struct cycles_mark *m, struct owner *o)
{
	enum world guest = m->cpumode == MODE_GUEST_USER ? WORLD_GUEST_USER : WORLD_GUEST_KERNEL;

	if (m->only == ONLY_GUESTS)	/* the counter does not count in the host */
		set_world(o, guest, BASIS_EL);
	else if (m->only == ONLY_HOST && no_entries)
		set_world(o, WORLD_HOST_KERNEL, BASIS_EL);
	else if (!span)
		set_world(o, WORLD_UNKNOWN, BASIS_NONE);
	else if (!(span->kind & SPAN_INSIDE))
		set_world(o, WORLD_HOST_KERNEL, BASIS_INTERVAL);
	else if (m->tid >= 0 && span_tid(t, span) != m->tid)
		set_world(o, WORLD_UNKNOWN, BASIS_CONTRADICTION);
	else if (m->only == ONLY_HOST || m->stay == STAY_LEFT)
		set_world(o, WORLD_SWITCH, BASIS_INTERVAL);
	else if (m->stay == STAY_RAN)
		set_world(o, guest, BASIS_INTERVAL);
	else
		set_world(o, WORLD_UNKNOWN, BASIS_NONE);
}

/* No vCPU was loaded, so the interrupt's own PC and level are reported. */
static void mark_host(const struct trail_item *span, const struct cycles_mark *m,
		      struct owner *o)
{
	if (span && span->kind & SPAN_INSIDE)
		set_world(o, WORLD_UNKNOWN, BASIS_CONTRADICTION);
	else
		set_world(o, m->cpumode == MODE_USER ? WORLD_HOST_USER : WORLD_HOST_KERNEL,
			  span ? BASIS_INTERVAL : BASIS_EL);
}

/* The kernel reports the task on the CPU. */
static void mark_thread(const struct timeline *t, const struct cycles_mark *m, struct owner *o)
{
	const struct task *task;

	*o = (struct owner){ .pid = m->pid, .tid = m->tid, .vm = -1, .vcpu = -1,
			     .vcpu_index = -1, .task = TASK_NONE, .guest_task = TASK_NONE,
			     .guest_pid = -1, .guest_tid = -1 };
	if (m->tid < 0)
		return;
	o->task = m->time ? tasks_find(t->tasks, m->tid, m->time) : tasks_only(t->tasks, m->tid);
	task = tasks_get(t->tasks, o->task);
	if (task && o->pid < 0)
		o->pid = task->pid;
}

static void mark_vcpu(const struct timeline *t, struct timeline_cursor *c, struct owner *o,
		      bool timed)
{
	const struct vcpu_thread *v = o->tid < 0 ? NULL :
				      timeline_vcpu_thread(t, o->tid, o->pid);
	const struct spe_record none = { .has = 0 };

	if (v) {
		o->vm = v->vm;
		o->vcpu = v->vcpu;
		o->vcpu_index = v->index;
	}
	set_guest_task(t, c, o, &none, timed);
}

static int8_t level_of(const struct timeline *t, enum world w)
{
	switch (w) {
	case WORLD_HOST_USER:
	case WORLD_GUEST_USER:
		return 0;
	case WORLD_GUEST_KERNEL:
		return 1;
	case WORLD_HOST_KERNEL:
	case WORLD_SWITCH:
		return t->mode == HOST_VHE ? 2 : t->mode == HOST_NVHE ? 1 : -1;
	case WORLD_UNKNOWN:
	case NR_WORLDS:
		break;
	}
	return -1;
}

void timeline_attribute_cycles(const struct timeline *t, struct timeline_cursor *c,
			       const struct cycles_mark *m, struct owner *out,
			       struct cycles_place *place)
{
	uint64_t ticks = t->has_clock && m->time ? input_clock_ticks(&t->clock, m->time) : 0;
	const struct lane *lane = c->lane;
	const struct trail_item *span = NULL;
	bool guest = m->cpumode == MODE_GUEST_USER || m->cpumode == MODE_GUEST_KERNEL;
	bool timed, no_entries;

	if (ticks && ticks - c->from >= c->len)
		seek(t, c, ticks);
	if (ticks && c->len && !(span_of(c)->kind & SPAN_UNSURE))
		span = span_of(c);
	timed = span != NULL;
	no_entries = (!lane || !lane->has_kvm) && !may_lack_entries(t, lane, timed);
	if (!lane || !lane->has_kvm)
		span = NULL;
	mark_thread(t, m, out);
	if (guest)
		mark_guest(t, span, no_entries, m, out);
	else if (m->cpumode == MODE_USER || m->cpumode == MODE_KERNEL)
		mark_host(span, m, out);
	else
		set_world(out, WORLD_UNKNOWN, BASIS_NONE);
	if (out->world == WORLD_GUEST_USER || out->world == WORLD_GUEST_KERNEL)
		mark_vcpu(t, c, out, timed);
	else if (span && (out->world == WORLD_HOST_USER || out->world == WORLD_HOST_KERNEL))
		out->reason = c->reason;
	out->memory = memory_of(t, out);
	place->ip_is_owners = out->world != WORLD_UNKNOWN &&
			      guest == (out->world == WORLD_GUEST_USER ||
					out->world == WORLD_GUEST_KERNEL);
	place->differs = guest ? out->world != WORLD_UNKNOWN && !place->ip_is_owners :
			 out->basis == BASIS_CONTRADICTION;
	place->el = level_of(t, out->world);
}

/* The upper half of the address space is the kernel's [Arm ARM, D8.2]. */
static bool is_upper(uint64_t addr)
{
	return addr >> 55 & 1;
}

int timeline_guest_owner(const struct timeline *t, struct trail_reader *r, size_t vcpu,
			 uint64_t ticks, uint64_t addr, struct owner *out)
{
	const struct timeline_vcpu *v = &t->vcpus[vcpu];
	const struct lane *lane = guest_lane(t, v->vm, v->vcpu);
	const struct trail_item *item;
	const struct task *k = NULL;
	uint64_t from, len;
	int ret = 0;

	*out = (struct owner){
		.world = is_upper(addr) ? WORLD_GUEST_KERNEL : WORLD_UNKNOWN, .basis = BASIS_NONE,
		.pid = v->vm >= 0 ? t->vms[v->vm].pid : -1, .tid = v->tid, .vm = v->vm, .vcpu = v->vcpu,
		.vcpu_index = (int32_t)vcpu, .memory = MEMORY_GUEST - v->vm, .task = TASK_NONE,
		.guest_task = TASK_NONE, .guest_pid = -1, .guest_tid = -1,
	};
	if (!lane || ticks < t->guests[v->vm].its.from || ticks > t->guests[v->vm].its.to)
		return 0;
	ret = trail_seek(r, &lane->spans, ticks, &item, &from, &len);
	if (ret > 0 && !(item->kind & SPAN_UNSURE))
		k = tasks_get(t->guests[v->vm].timeline->tasks, item->id);
	if (!k)
		return ret < 0 ? ret : 0;
	out->guest_task = item->id;
	out->guest_tid = k->tid;
	out->guest_pid = k->pid;
	/* a kernel in the lower half has no process there */
	if (!is_upper(addr) && k->pid > 0 && k->pid < GUEST_PIDS) {
		out->world = WORLD_GUEST_USER;
		out->memory = MEMORY_OF_GUEST((int32_t)t->guests[v->vm].index, k->pid);
	}
	return 0;
}
